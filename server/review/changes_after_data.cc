#include "server/review/changes_after_data.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "server/evidence/row_matcher.h"
#include "server/review/protocol_words.h"
#include "server/review/review_plan.h"
#include "server/review/review_tables.h"
#include "server/review/study_field.h"
#include "storage/registry/causal_past.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What tells how to read an element and where it stands, and decides nothing.
bool IsDecisive(const FieldDescriptor& field) {
  if (field.containing_type() == v1::StudyCovariate::descriptor()) {
    return field.number() == v1::StudyCovariate::kNumberFieldNumber ||
           field.number() == v1::StudyCovariate::kTextFieldNumber;
  }
  static const auto& kWords = *new std::set<std::string>{
      "key", "title", "note", "position", "section", "source", "text"};
  return kWords.count(std::string(field.name())) == 0;
}

// Whether a path of a protocol may decide a result. The question and the plan
// in words are what the rest carries out.
bool IsDecisivePath(const FieldPath& path) {
  switch (path.field) {
    case v1::Review::kPopulationFieldNumber:
    case v1::Review::kInterventionFieldNumber:
    case v1::Review::kComparatorFieldNumber:
    case v1::Review::kQuestionFieldNumber:
    case v1::Review::kInclusionFilterFieldNumber:
    case v1::Review::kOutcomesFieldNumber:
    case v1::Review::kPlanFieldNumber:
    case v1::Review::kExcludedTrialsFieldNumber:
    case v1::Review::kPreferencesFieldNumber:
    case v1::Review::kSectionsFieldNumber:
    case v1::Review::kCovariatesFieldNumber:
      return true;
    default:
      return false;
  }
}

// One assignment that changed the protocol.
struct Edit {
  const Assignment* after = nullptr;
  std::vector<const Assignment*> before;  // What it superseded.
};

v1::Review ReviewOf(const std::string& value) {
  v1::Review review;
  const RecordTraits& traits =
      *RecordTraitsTable::Get().FindByDescriptor(v1::Review::descriptor());
  if (value.empty()) return review;
  const auto parsed = ParseValue(value, traits);
  if (parsed.ok()) review.CopyFrom(**parsed);
  return review;
}

// "measure: hr became or"; empty when nothing that decides differs.
std::string ElementWords(const Message& before, const Message& after) {
  std::vector<std::string> parts;
  for (const FieldDescriptor* field : DifferingFields(before, after)) {
    if (!IsDecisive(*field)) continue;
    const std::string was = FieldText(before, *field);
    const std::string is = FieldText(after, *field);
    parts.push_back(absl::StrCat(field->json_name(), ": ",
                                 was.empty() ? "absent" : was, " became ",
                                 is.empty() ? "absent" : is));
  }
  return absl::StrJoin(parts, "; ");
}

// "came: filter ..., measure hr".
std::string WholeWords(absl::string_view what, const Message& element) {
  std::vector<const FieldDescriptor*> fields;
  element.GetReflection()->ListFields(element, &fields);
  std::vector<std::string> parts;
  for (const FieldDescriptor* field : fields) {
    if (!IsDecisive(*field) || field->name() == "id") continue;
    parts.push_back(
        absl::StrCat(field->json_name(), " ", FieldText(element, *field)));
  }
  return absl::StrCat(what, parts.empty() ? "" : ": ",
                      absl::StrJoin(parts, ", "));
}

template <typename Element>
std::string KeyedWords(const Element* before, const Element* after) {
  if (before != nullptr && after != nullptr) {
    return ElementWords(*before, *after);
  }
  return after != nullptr    ? WholeWords("it was added", *after)
         : before != nullptr ? WholeWords("it was taken out", *before)
                             : "";
}

template <typename Elements>
auto* OnlyOne(const Elements& elements) {
  return elements.empty() ? nullptr : &elements.Get(0);
}

// What `before` became, in words; empty when nothing that decides differs.
std::string Describe(const FieldPath& path, const v1::Review& before,
                     const v1::Review& after) {
  switch (path.field) {
    case v1::Review::kOutcomesFieldNumber:
      return KeyedWords(OnlyOne(before.outcomes()), OnlyOne(after.outcomes()));
    case v1::Review::kSectionsFieldNumber: {
      const auto* const was = OnlyOne(before.sections());
      const auto* const is = OnlyOne(after.sections());
      // Others divide the tables, and keep no trial out.
      if (!(was != nullptr && was->never_pooled()) &&
          !(is != nullptr && is->never_pooled())) {
        return "";
      }
      return KeyedWords(was, is);
    }
    case v1::Review::kCovariatesFieldNumber:
      // The first value of a trial is data that came, and no change of plan.
      if (before.covariates().empty()) return "";
      return KeyedWords(OnlyOne(before.covariates()),
                        OnlyOne(after.covariates()));
    case v1::Review::kExcludedTrialsFieldNumber:
      if (before.excluded_trials_size() == after.excluded_trials_size()) {
        return "";
      }
      return after.excluded_trials().empty() ? "the trial is no longer left out"
                                             : "the trial is left out";
    default:
      return ElementWords(before, after);
  }
}

// All that changed the protocol after it was there.
absl::StatusOr<std::vector<Edit>> EditsIn(
    const RegistryView& view, const std::vector<HistoryEntry>& history) {
  std::map<std::pair<FieldPath, Dot>, std::vector<const Assignment*>> before;
  for (const HistoryEntry& entry : history) {
    for (const Superseder& superseder : entry.superseders) {
      before[{entry.assignment.path, superseder.dot}].push_back(
          &entry.assignment);
    }
  }
  std::map<Dot, bool> knew;  // Whether the author of a change had a protocol.
  std::vector<Edit> edits;
  for (const HistoryEntry& entry : history) {
    const Assignment& assignment = entry.assignment;
    if (!IsDecisivePath(assignment.path) || assignment.erased) continue;
    const auto [known, is_new] = knew.try_emplace(assignment.dot, false);
    if (is_new) {
      ASSIGN_OR_RETURN(const CausalPast past, view.PastOf(assignment.dot));
      known->second = std::any_of(
          history.begin(), history.end(), [&](const HistoryEntry& other) {
            return PastContains(past, assignment.dot, other.assignment.dot);
          });
    }
    if (!known->second) continue;
    Edit& edit = edits.emplace_back();
    edit.after = &assignment;
    const auto found = before.find({assignment.path, assignment.dot});
    if (found != before.end()) edit.before = found->second;
  }
  return edits;
}

// The rows that an outcome means by each of `filters`.
class RowsByFilter {
 public:
  explicit RowsByFilter(const ReviewInput& input) : input_(input) {}

  const std::set<const v1::EvidenceRow*>& Of(const std::string& filter) {
    const auto [found, is_new] = known_.try_emplace(filter);
    const auto parsed = is_new ? ParseRowFilter(filter)
                               : absl::StatusOr<Filter>(absl::CancelledError());
    if (!is_new || filter.empty() || !parsed.ok()) return found->second;
    RowMatcher matcher(parsed->root());
    for (const v1::EvidenceRow* row : input_.rows) {
      std::set<std::string> fields;
      if (row->kind() != v1::EVIDENCE_KIND_TRIAL &&
          matcher.Match(*row, fields) == RowMatch::kYes) {
        found->second.insert(row);
      }
    }
    return found->second;
  }

 private:
  const ReviewInput& input_;
  std::map<std::string, std::set<const v1::EvidenceRow*>> known_;
};

// Who had which rows when.
class RowsKnown {
 public:
  RowsKnown(const RegistryView& view, const Dot& author, CausalPast past)
      : view_(view), author_(author), past_(std::move(past)) {}

  using Histories =
      absl::flat_hash_map<std::string, std::map<std::string, std::vector<Dot>>>;

  absl::StatusOr<bool> Has(const v1::EvidenceRow& row, Histories& histories) {
    auto found = histories.find(row.record());
    if (found == histories.end()) {
      ASSIGN_OR_RETURN(const std::vector<HistoryEntry> history,
                       view_.History(row.record()));
      std::map<std::string, std::vector<Dot>> dots;
      const RecordTraits* const traits =
          RecordTraitsTable::Get().FindByName(row.record());
      for (const HistoryEntry& entry : history) {
        if (entry.assignment.value.empty() || traits == nullptr) continue;
        dots[entry.assignment.path.ToText(traits->descriptor)].push_back(
            entry.assignment.dot);
      }
      found = histories.emplace(row.record(), std::move(dots)).first;
    }
    const auto dots = found->second.find(row.path());
    return dots != found->second.end() &&
           std::any_of(dots->second.begin(), dots->second.end(),
                       [this](const Dot& dot) {
                         return PastContains(past_, author_, dot);
                       });
  }

 private:
  const RegistryView& view_;
  const Dot author_;
  const CausalPast past_;
};

// Which value a path of covariates is of.
struct CovariatePlace {
  std::string trial;
  std::string name;
};

CovariatePlace CovariateOf(const FieldPath& path) {
  const size_t slash = path.key.find('/');
  return {path.key.substr(0, slash), path.key.substr(slash + 1)};
}

// The topics by which an amendment may tell of a path.
std::set<std::string> TopicsOf(const FieldPath& path) {
  switch (path.field) {
    case v1::Review::kOutcomesFieldNumber:
    case v1::Review::kSectionsFieldNumber:
    case v1::Review::kExcludedTrialsFieldNumber:
      return {path.key, "inclusion"};
    case v1::Review::kCovariatesFieldNumber:
      return {CovariateOf(path).name, "covariates"};
    case v1::Review::kInclusionFilterFieldNumber:
      return {"inclusion", "inclusion-filter"};
    default:
      return {path.ToText(v1::Review::descriptor())};
  }
}

std::string AmendmentFor(const FieldPath& path, const v1::Review& review,
                         const std::string& date) {
  const std::set<std::string> topics = TopicsOf(path);
  for (const v1::Amendment& amendment : review.amendments()) {
    if (amendment.date() >= date && topics.count(amendment.topic()) > 0) {
      return absl::StrCat(amendment.date(), "/", amendment.topic());
    }
  }
  return "";
}

// Finds, of one protocol, which of its edits came after data.
class AfterData {
 public:
  AfterData(const RegistryView& view, const ReviewInput& input)
      : view_(view), input_(input), rows_(input) {
    const Inclusion inclusion = IncludeTrials(input);
    in_scope_ = inclusion.in_scope;
    for (const auto& [trial, each] : inclusion.possible) {
      in_scope_.insert(trial);
    }
  }

  // nullopt when nothing decisive was changed, or no such evidence was there.
  absl::StatusOr<std::optional<v1::ProtocolChange>> Judge(const Edit& edit) {
    const Assignment& after = *edit.after;
    const FieldPath& path = after.path;
    const v1::Review is = ReviewOf(after.value);
    std::vector<v1::Review> was;
    for (const Assignment* each : edit.before) {
      was.push_back(ReviewOf(each->value));
    }
    if (was.empty()) was.emplace_back();
    std::string description;
    for (const v1::Review& each : was) {
      if (description.empty()) description = Describe(path, each, is);
    }
    if (description.empty()) return std::nullopt;
    v1::ProtocolChange change;
    ASSIGN_OR_RETURN(CausalPast past, view_.PastOf(after.dot));
    RowsKnown known(view_, after.dot, std::move(past));
    RETURN_IF_ERROR(AddEvidence(path, was, is, known, change));
    if (change.outcomes().empty()) return std::nullopt;
    change.set_path(path.ToText(v1::Review::descriptor()));
    change.set_description(std::move(description));
    ASSIGN_OR_RETURN(const ChangeSummary summary, view_.GetChange(after.dot));
    change.set_institution(summary.institution);
    change.set_author(summary.header.author());
    change.set_claimed_time(absl::FormatTime(absl::RFC3339_full,
                                             ClaimedTimeOf(summary.header),
                                             absl::UTCTimeZone()));
    if (!summary.header.message().empty()) {
      change.set_message(summary.header.message());
    }
    change.set_change(absl::BytesToHexString(summary.hash));
    const std::string amendment =
        AmendmentFor(path, input_.review, change.claimed_time().substr(0, 10));
    if (!amendment.empty()) change.set_amendment(amendment);
    return change;
  }

 private:
  // The trials that a change of the inclusion kept in or let in before.
  std::set<std::string> TrialsUnder(const FieldPath& path,
                                    const std::vector<v1::Review>& was) const {
    std::set<std::string> trials = in_scope_;
    if (path.field != v1::Review::kInclusionFilterFieldNumber) return trials;
    for (const v1::Review& each : was) {
      ReviewInput before;
      before.rows = input_.rows;
      before.review = input_.review;
      before.review.set_inclusion_filter(each.inclusion_filter());
      trials.merge(IncludeTrials(before).in_scope);
    }
    return trials;
  }

  absl::Status AddEvidence(const FieldPath& path,
                           const std::vector<v1::Review>& was,
                           const v1::Review& is, RowsKnown& known,
                           v1::ProtocolChange& change) {
    // Filters by outcome: of the whole protocol, or of the one changed.
    std::vector<std::pair<std::string, std::set<std::string>>> outcomes;
    if (path.field == v1::Review::kOutcomesFieldNumber) {
      std::set<std::string> filters;
      for (const v1::Review& each : was) {
        for (const v1::ReviewOutcome& outcome : each.outcomes()) {
          filters.insert(outcome.filter());
        }
      }
      for (const v1::ReviewOutcome& outcome : is.outcomes()) {
        filters.insert(outcome.filter());
      }
      outcomes.emplace_back(path.key, std::move(filters));
    } else {
      for (const v1::ReviewOutcome* planned : OutcomesInOrder(input_.review)) {
        if (path.field == v1::Review::kCovariatesFieldNumber &&
            CovariatesUsed(*planned).count(CovariateOf(path).name) == 0) {
          continue;
        }
        outcomes.emplace_back(planned->id(),
                              std::set<std::string>{planned->filter()});
      }
    }
    const std::set<std::string> trials = TrialsUnder(path, was);
    std::set<std::string> studies;
    for (const auto& [id, filters] : outcomes) {
      bool any = false;
      for (const std::string& filter : filters) {
        for (const v1::EvidenceRow* row : rows_.Of(filter)) {
          const bool of_trial =
              path.field == v1::Review::kExcludedTrialsFieldNumber
                  ? row->trial_id() == path.key
              : path.field == v1::Review::kCovariatesFieldNumber
                  ? row->trial_id() == CovariateOf(path).trial
                  : trials.count(row->trial_id()) > 0;
          if (!of_trial || (any && studies.count(row->study()) > 0)) continue;
          ASSIGN_OR_RETURN(const bool had, known.Has(*row, histories_));
          if (!had) continue;
          any = true;
          studies.insert(row->study());
        }
      }
      if (any) change.add_outcomes(id);
    }
    for (const std::string& study : studies) change.add_studies(study);
    return absl::OkStatus();
  }

  const RegistryView& view_;
  const ReviewInput& input_;
  RowsByFilter rows_;
  std::set<std::string> in_scope_;
  RowsKnown::Histories histories_;
};

}  // namespace

absl::StatusOr<std::vector<v1::ProtocolChange>> FindChangesAfterData(
    const RegistryView& view, const ReviewInput& input,
    const std::function<absl::Status()>& check_alive) {
  std::vector<v1::ProtocolChange> changes;
  ASSIGN_OR_RETURN(const std::vector<HistoryEntry> history,
                   view.History(input.review.name()));
  ASSIGN_OR_RETURN(const std::vector<Edit> edits, EditsIn(view, history));
  if (edits.empty()) return changes;
  using Order = std::tuple<int64_t, Dot, FieldPath>;
  std::vector<std::pair<Order, v1::ProtocolChange>> found;
  AfterData after_data(view, input);
  for (const Edit& edit : edits) {
    RETURN_IF_ERROR(check_alive());
    ASSIGN_OR_RETURN(std::optional<v1::ProtocolChange> change,
                     after_data.Judge(edit));
    if (!change.has_value()) continue;
    found.emplace_back(
        Order(edit.after->clock, edit.after->dot, edit.after->path),
        *std::move(change));
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [order, change] : found) changes.push_back(std::move(change));
  return changes;
}

}  // namespace consilium
