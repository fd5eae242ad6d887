#include "client/cli/protocol_draft.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "proto/base/enum_text.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

constexpr size_t kNamesShown = 6;
constexpr size_t kAdverseEventsMax = 5;
constexpr int kSevereGrade = 3;

bool IsPoolable(v1::EffectMeasure measure) {
  switch (measure) {
    case v1::EFFECT_MEASURE_HAZARD_RATIO:
    case v1::EFFECT_MEASURE_ODDS_RATIO:
    case v1::EFFECT_MEASURE_RISK_RATIO:
    case v1::EFFECT_MEASURE_RISK_DIFFERENCE:
    case v1::EFFECT_MEASURE_MEAN_DIFFERENCE:
    case v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE:
    case v1::EFFECT_MEASURE_RATIO_OF_MEANS:
    case v1::EFFECT_MEASURE_RATE_RATIO:
      return true;
    default:
      return false;
  }
}

std::string MeasureToken(v1::EffectMeasure measure) {
  return EnumText(*v1::EffectMeasure_descriptor()->FindValueByNumber(measure));
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

// A word of a filter: in quotes unless it is plain.
std::string FilterWord(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](const char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
           c == '_';
  });
  if (plain && !text.empty()) return text;
  return absl::StrCat(
      "\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

// Letters and digits in kebab case, as ids of outcomes are.
std::string OutcomeId(absl::string_view text) {
  std::string id;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      id.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    } else if (!id.empty() && id.back() != '-') {
      id.push_back('-');
    }
  }
  if (!id.empty() && id.back() == '-') id.pop_back();
  return id.empty() ? "outcome" : id;
}

std::string NamesText(const std::vector<std::string>& names) {
  const size_t shown = std::min(kNamesShown, names.size());
  std::string text = absl::StrJoin(
      names.begin(), names.begin() + static_cast<int>(shown), ", ");
  if (shown < names.size()) {
    absl::StrAppend(&text, " and ", names.size() - shown, " more");
  }
  return text;
}

// `id`, or what follows from it where it is among `ids`; adds it to these.
std::string Unused(const std::string& id, const std::string& measure,
                   std::set<std::string>& ids) {
  std::string unused = id;
  for (int i = 1; !ids.insert(unused).second; ++i) {
    unused = absl::StrCat(id, "-", measure);
    if (i > 1) absl::StrAppend(&unused, "-", i);
  }
  return unused;
}

}  // namespace

ProtocolDraft::ProtocolDraft(std::string id, std::string filter,
                             size_t trials_min)
    : id_(std::move(id)), filter_(std::move(filter)), trials_min_(trials_min) {}

void ProtocolDraft::Add(const v1::EvidenceRow& row) {
  Key key = {Source::kContrast, row.outcome(), row.measure()};
  switch (row.kind()) {
    case v1::EVIDENCE_KIND_CONTRAST:
      if (!IsPoolable(row.measure()) || !row.has_value()) return;
      break;
    case v1::EVIDENCE_KIND_ESTIMATE:
      if (!row.has_events() || !row.has_participants()) return;
      key = {Source::kCounts, row.outcome(), v1::EFFECT_MEASURE_RISK_RATIO};
      break;
    case v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT:
      if (!row.has_events() || !row.has_participants() ||
          row.grade_low() < kSevereGrade) {
        return;
      }
      key = {Source::kAdverseEvent, row.adverse_event(),
             v1::EFFECT_MEASURE_RISK_RATIO};
      break;
    default:
      return;
  }
  // Numbers of part of a group are no groups of their own.
  if (key.what.empty() || row.subgroups_size() > 0) return;
  Study& study = found_[key][row.trial_id()];
  study.name = row.study();
  study.groups.insert(row.group());
}

std::vector<ProtocolDraft::Proposal> ProtocolDraft::Proposals() const {
  std::vector<Proposal> proposals;
  for (const auto& [key, studies] : found_) {
    Proposal proposal = {key, {}};
    for (const auto& [trial, study] : studies) {
      if (key.source != Source::kContrast && study.groups.size() < 2) continue;
      proposal.studies.push_back(study.name);
    }
    if (proposal.studies.size() < trials_min_) continue;
    std::sort(proposal.studies.begin(), proposal.studies.end());
    proposals.push_back(std::move(proposal));
  }
  std::stable_sort(proposals.begin(), proposals.end(),
                   [](const Proposal& a, const Proposal& b) {
                     if (a.key.source != b.key.source) {
                       return a.key.source < b.key.source;
                     }
                     if (a.studies.size() != b.studies.size()) {
                       return a.studies.size() > b.studies.size();
                     }
                     return a.key.measure < b.key.measure;
                   });
  size_t adverse_events = 0;
  std::erase_if(proposals, [&](const Proposal& proposal) {
    return proposal.key.source == Source::kAdverseEvent &&
           ++adverse_events > kAdverseEventsMax;
  });
  return proposals;
}

bool ProtocolDraft::has_outcomes() const { return !Proposals().empty(); }

std::string ProtocolDraft::ToYaml() const {
  std::string yaml = absl::StrCat(
      "# A draft from the evidence at hand: what ", trials_min_,
      trials_min_ == 1 ? " trial reports" : " or more trials report",
      " of two groups.\n"
      "# Say in your own words what is asked, drop what is not, and then:\n"
      "#   consilium review create -f FILE -m 'Protocol'\n"
      "#   consilium review run ",
      id_,
      "\n# unusableStudies: leave-out pools the others where a study that "
      "matches has no\n"
      "# usable number, and names it; refuse pools nothing then.\n"
      "\nid: ",
      id_, "\ntitle: ", Quoted(Capitalized(KebabWords(id_))),
      "\nquestion: 'In whom does what, against what, change what?'\n");
  if (!filter_.empty()) {
    absl::StrAppend(&yaml, "inclusionFilter: ", Quoted(filter_), "\n");
  }
  absl::StrAppend(&yaml, "outcomes:\n");
  std::set<std::string> ids;
  for (const Proposal& proposal : Proposals()) {
    const Key& key = proposal.key;
    const std::string measure = MeasureToken(key.measure);
    const bool is_harm = key.source == Source::kAdverseEvent;
    std::string id = OutcomeId(key.what);
    if (is_harm) absl::StrAppend(&id, "-grade-", kSevereGrade);
    id = Unused(id, measure, ids);
    absl::StrAppend(&yaml, "  # ", proposal.studies.size(),
                    proposal.studies.size() == 1 ? " trial: " : " trials: ",
                    NamesText(proposal.studies), "\n  - id: ", id, "\n");
    std::string title =
        Capitalized(is_harm ? KebabWords(key.what) : OutcomeWords(key.what));
    if (is_harm)
      absl::StrAppend(&title, ", grade ", kSevereGrade, " or higher");
    absl::StrAppend(&yaml, "    title: ", Quoted(title),
                    "\n    measure: ", measure, "\n");
    const std::string word = FilterWord(key.what);
    std::string filter;
    switch (key.source) {
      case Source::kContrast:
        filter = absl::StrCat("outcome = ", word, " AND kind = contrast");
        break;
      case Source::kCounts:
        filter = absl::StrCat("outcome = ", word, " AND kind = estimate");
        break;
      case Source::kAdverseEvent:
        filter = absl::StrCat(
            "adverseEvent = ", word,
            " AND kind = adverse-event-count AND grade >= ", kSevereGrade);
        break;
    }
    absl::StrAppend(&yaml, "    filter: ", Quoted(filter), "\n",
                    "    unusableStudies: leave-out\n");
  }
  return yaml;
}

}  // namespace consilium
