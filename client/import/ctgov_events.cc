#include "client/import/ctgov_events.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/ctgov_values.h"
#include "consilium/v1/adverse_event.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/id_proposal.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr size_t kTermSizeMax = 80;

class EventReader {
 public:
  EventReader(const JsonNode& module, CtgovArms& arms, StudyBuilder& builder)
      : module_(module), arms_(arms), builder_(builder) {}

  void Read() {
    groups_ = arms_.ReadGroups(module_["eventGroups"]);
    const std::string threshold = module_["frequencyThreshold"].text();
    threshold_ = NumberOf(threshold);
    if (!threshold.empty() &&
        (!threshold_ || *threshold_ < 0 || *threshold_ > 100)) {
      builder_.Problem(module_["frequencyThreshold"],
                       "want a percentage, 0 to 100");
      threshold_.reset();
    }
    ReadTotals();
    ReadRows(module_["seriousEvents"], v1::GRADE_BAND_KIND_SERIOUS);
    ReadRows(module_["otherEvents"], v1::GRADE_BAND_KIND_NOT_SERIOUS);
  }

 private:
  // Totals of a group: any serious event, any other one, and deaths.
  void ReadTotals() {
    struct Total {
      const char* affected;
      const char* at_risk;
      v1::GradeBandKind kind;
      const char* term;
      const char* title;
    };
    static constexpr Total kTotals[] = {
        {"seriousNumAffected", "seriousNumAtRisk", v1::GRADE_BAND_KIND_SERIOUS,
         "any", "Any adverse event"},
        {"otherNumAffected", "otherNumAtRisk", v1::GRADE_BAND_KIND_NOT_SERIOUS,
         "any", "Any adverse event"},
        {"deathsNumAffected", "deathsNumAtRisk", v1::GRADE_BAND_KIND_ANY,
         "all-cause-mortality", "Deaths of any cause"}};
    for (const Total& total : kTotals) {
      for (const JsonNode& group : module_["eventGroups"].items()) {
        if (!group[total.affected].exists()) continue;
        v1::AdverseEvent& event = TotalFor(total.term, total.title);
        if (total.kind == v1::GRADE_BAND_KIND_NOT_SERIOUS && threshold_) {
          event.set_frequency_threshold(*threshold_);
        }
        AddCount(group, "id", {total.affected, total.at_risk, nullptr},
                 total.kind, event);
      }
    }
  }

  v1::AdverseEvent& TotalFor(const std::string& term, const char* title) {
    const auto known = events_.find(term);
    if (known != events_.end()) return *known->second;
    auto& event = builder_.Add<v1::AdverseEvent>(module_);
    event.set_term(term);
    event.set_title(title);
    if (term == "any") {
      builder_.SetText(event, "description", module_["description"]);
    } else {
      builder_.SetText(event, "description",
                       module_["allCauseMortalityComment"]);
    }
    if (module_["timeFrame"].exists()) {
      event.set_note(ShortenUtf8(
          absl::StrCat("Time frame: ", module_["timeFrame"].text()), 8000));
    }
    builder_.last().id = term;
    events_[term] = &event;
    return event;
  }

  void ReadRows(const JsonNode& rows, v1::GradeBandKind kind) {
    std::set<std::string> seen = {"any", "all-cause-mortality"};
    for (const JsonNode& row : rows.items()) {
      v1::AdverseEvent& event = EventFor(row, seen);
      if (kind == v1::GRADE_BAND_KIND_NOT_SERIOUS && threshold_) {
        event.set_frequency_threshold(*threshold_);
      }
      for (const JsonNode& stats : row["stats"].items()) {
        AddCount(stats, "groupId", {"numAffected", "numAtRisk", "numEvents"},
                 kind, event);
      }
    }
  }

  v1::AdverseEvent& EventFor(const JsonNode& row, std::set<std::string>& seen) {
    const std::string printed = row["term"].text();
    std::string term = KebabOf(printed, kTermSizeMax);
    if (absl::StripAsciiWhitespace(printed).empty()) {
      builder_.Problem(row["term"], "want the term of an event");
    }
    if (term.empty()) term = "event";
    // The same term under another organ class is another row.
    if (!seen.insert(term).second) {
      term = KebabOf(absl::StrCat(term, " ", row["organSystem"].text()),
                     kTermSizeMax + 10);
      const std::string base = term;
      for (int n = 2; !seen.insert(term).second; ++n) {
        term = absl::StrCat(base, "-", n);
      }
    }
    const auto known = events_.find(term);
    v1::AdverseEvent& event =
        known == events_.end() ? AddEvent(row, term) : *known->second;
    if (known != events_.end()) AddPlace(row, event);
    SetCollection(row["assessmentType"], event);
    for (const char* member : {"organSystem", "sourceVocabulary"}) {
      row[member].text();
    }
    if (!event.has_description()) {
      builder_.SetText(event, "description", row["notes"]);
    }
    return event;
  }

  // Counts have the source of their event, which names all rows of it.
  void AddPlace(const JsonNode& row, v1::AdverseEvent& event) {
    v1::Source& source = *event.mutable_source();
    source.set_locator(ShortenUtf8(
        absl::StrCat(source.locator(), ", ", builder_.SourceAt(row).locator()),
        500));
  }

  v1::AdverseEvent& AddEvent(const JsonNode& row, const std::string& term) {
    auto& event = builder_.Add<v1::AdverseEvent>(row);
    event.set_term(term);
    builder_.SetText(event, "title", row["term"]);
    builder_.SetText(event, "vocabulary", row["sourceVocabulary"]);
    if (absl::StrContains(absl::AsciiStrToLower(event.vocabulary()),
                          "meddra")) {
      builder_.SetText(event, "meddra_term", row["term"]);
    }
    builder_.SetText(event, "organ_system", row["organSystem"]);
    const auto proposed = ProposeId(event, *builder_.last().traits, "id");
    builder_.last().id = proposed.ok() ? *proposed : term;
    events_[term] = &event;
    return event;
  }

  // Serious and other rows of one event may differ in how it was asked for.
  void SetCollection(const JsonNode& node, v1::AdverseEvent& event) {
    const std::string assessment = node.text();
    auto collection = v1::ADVERSE_EVENT_COLLECTION_UNSPECIFIED;
    if (assessment == "SYSTEMATIC_ASSESSMENT") {
      collection = v1::ADVERSE_EVENT_COLLECTION_SYSTEMATIC;
    } else if (assessment == "NON_SYSTEMATIC_ASSESSMENT") {
      collection = v1::ADVERSE_EVENT_COLLECTION_NON_SYSTEMATIC;
    } else if (!assessment.empty()) {
      return builder_.Problem(
          node, "want SYSTEMATIC_ASSESSMENT or NON_SYSTEMATIC_ASSESSMENT");
    } else {
      return;
    }
    if (!event.has_collection()) return event.set_collection(collection);
    if (event.collection() != collection) {
      builder_.LeaveOut(
          "adverseEventsModule: assessmentType of an event's other row, where "
          "the two differ");
    }
  }

  // Names of the members of one row of numbers; null for none.
  struct Members {
    const char* affected;
    const char* at_risk;
    const char* events;
  };

  void AddCount(const JsonNode& stats, const char* group_member,
                const Members& members, v1::GradeBandKind kind,
                v1::AdverseEvent& event) {
    const ResultGroup* group = arms_.Find(groups_, stats[group_member]);
    const auto affected = builder_.CountAt(stats[members.affected]);
    const auto at_risk = builder_.CountAt(stats[members.at_risk]);
    std::optional<int32_t> events;
    if (members.events != nullptr) {
      events = builder_.CountAt(stats[members.events]);
    }
    if (group == nullptr) return;
    NoteContradiction(stats, group_member, members, kind, affected, at_risk);
    if (!affected && !events) {
      if (stats[members.at_risk].exists()) {
        builder_.LeaveOut("adverse events with no number affected");
      }
      return;
    }
    if (affected && at_risk && *affected > *at_risk) {
      return builder_.Problem(
          stats[members.affected],
          absl::StrCat("want at most ", members.at_risk, ", ", *at_risk));
    }
    v1::AdverseEventCount count;
    count.set_registration(builder_.number());
    *count.mutable_group() = group->group;
    count.mutable_grade()->set_kind(kind);
    if (affected) count.set_affected(*affected);
    if (at_risk) count.set_at_risk(*at_risk);
    if (events) count.set_event_count(*events);
    if (!keys_[&event].insert(BuildKey(count)).second) {
      return builder_.Problem(stats,
                              "stands there twice; want one row of a "
                              "group and event");
    }
    *event.add_counts() = std::move(count);
  }

  // A row of numbers says no more than the totals of its group.
  void NoteContradiction(const JsonNode& stats, const char* group_member,
                         const Members& members, v1::GradeBandKind kind,
                         std::optional<int32_t> affected,
                         std::optional<int32_t> at_risk) {
    const auto of_group = std::pair{stats[group_member].text(), kind};
    if (members.events == nullptr) {
      totals_[of_group] = {affected, at_risk};
      return;
    }
    const auto found = totals_.find(of_group);
    if (found == totals_.end()) return;
    const auto& [any, all] = found->second;
    if (affected && any && *affected > *any) {
      builder_.Warn(stats[members.affected], absl::StrCat(*affected),
                    absl::StrCat("is more than the ", *any,
                                 " of the group with any such event; both "
                                 "were taken"));
    }
    if (at_risk && all && *at_risk > *all) {
      builder_.Warn(stats[members.at_risk], absl::StrCat(*at_risk),
                    absl::StrCat("is more than the ", *all,
                                 " of the group at risk; both were taken"));
    }
  }

  const JsonNode& module_;
  CtgovArms& arms_;
  StudyBuilder& builder_;
  CtgovArms::GroupsById groups_;
  std::optional<double> threshold_;
  // Affected by any event, and at risk, of each group and kind.
  std::map<std::pair<std::string, v1::GradeBandKind>,
           std::pair<std::optional<int32_t>, std::optional<int32_t>>>
      totals_;
  std::map<std::string, v1::AdverseEvent*> events_;  // By term.
  std::map<const v1::AdverseEvent*, std::set<std::string>> keys_;
};

}  // namespace

void ReadCtgovEvents(const JsonNode& module, CtgovArms& arms,
                     StudyBuilder& builder) {
  if (module.exists()) EventReader(module, arms, builder).Read();
}

}  // namespace consilium
