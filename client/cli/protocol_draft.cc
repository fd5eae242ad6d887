#include "client/cli/protocol_draft.h"

#include <algorithm>
#include <tuple>
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
constexpr size_t kIdCharactersMax = 50;
constexpr size_t kAdverseEventsMax = 5;
constexpr int kSevereGrade = 3;
constexpr int kDeath = 5;           // The highest grade of CTCAE.
constexpr char kOther[] = "other";  // An outcome that no word names.

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
  // Ids of outcomes have a limit, and others may be appended.
  id = id.substr(0, kIdCharactersMax);
  while (!id.empty() && id.back() == '-') id.pop_back();
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

std::string DesignText(v1::StudyDesign design) {
  return design == v1::STUDY_DESIGN_UNSPECIFIED
             ? "of unknown design"
             : EnumText(
                   *v1::StudyDesign_descriptor()->FindValueByNumber(design));
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
  // Also rows without a number would match the filter of the whole.
  if (row.compartment() != v1::COMPARTMENT_UNSPECIFIED) {
    in_compartments_.insert(row.outcome());
  }
  if (!row.outcome_detail().empty()) detailed_.insert(row.outcome());
  Key key = {Source::kContrast, row.outcome(), row.outcome_detail(), false,
             row.compartment(), row.measure()};
  switch (row.kind()) {
    case v1::EVIDENCE_KIND_CONTRAST:
      if (!IsPoolable(row.measure()) || !row.has_value()) return;
      break;
    case v1::EVIDENCE_KIND_ESTIMATE:
      // One category of several is not the outcome.
      if (row.estimate().has_category()) return;
      if (row.statistic() == v1::STATISTIC_MEAN && row.has_value()) {
        key.source = Source::kMeans;
        key.measure = v1::EFFECT_MEASURE_MEAN_DIFFERENCE;
      } else if (row.has_events() && row.has_participants()) {
        key.source = Source::kCounts;
        key.measure = v1::EFFECT_MEASURE_RISK_RATIO;
      } else {
        return;
      }
      break;
    case v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT:
      if (!row.has_events() || !row.has_participants() ||
          row.grade_low() != kSevereGrade ||
          (row.has_grade_high() && row.grade_high() < kDeath)) {
        return;
      }
      key = {
          Source::kAdverseEvent,       row.adverse_event(),          "", false,
          v1::COMPARTMENT_UNSPECIFIED, v1::EFFECT_MEASURE_RISK_RATIO};
      break;
    default:
      return;
  }
  // Numbers of part of a group are no groups of their own.
  if (key.what.empty() || row.subgroups_size() > 0) return;
  if (key.what == kOther && key.detail.empty()) {
    key.detail = row.endpoint().title();
    key.by_title = true;
    if (key.detail.empty()) return;
  }
  Study& study = found_[key][row.trial_id()];
  study.name = row.study();
  study.designs.insert(row.design());
  study.groups.insert(row.group());
}

std::vector<ProtocolDraft::Proposal> ProtocolDraft::Proposals() const {
  std::vector<Proposal> proposals;
  for (const auto& [key, studies] : found_) {
    Proposal proposal = {key, {}};
    for (const auto& [trial, study] : studies) {
      if (key.source != Source::kContrast && study.groups.size() < 2) continue;
      proposal.studies.push_back(&study);
    }
    if (proposal.studies.size() < trials_min_) continue;
    std::sort(proposal.studies.begin(), proposal.studies.end(),
              [](const Study* a, const Study* b) { return a->name < b->name; });
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
  // What numbers of arms give adds nothing to what as many trials print.
  std::map<std::tuple<std::string, std::string, v1::Compartment>, size_t>
      printed;
  for (const Proposal& each : proposals) {
    if (each.key.source != Source::kContrast) continue;
    size_t& most =
        printed[{each.key.what, each.key.detail, each.key.compartment}];
    most = std::max(most, each.studies.size());
  }
  std::erase_if(proposals, [&](const Proposal& each) {
    const auto found =
        printed.find({each.key.what, each.key.detail, each.key.compartment});
    return each.key.source != Source::kContrast && found != printed.end() &&
           found->second >= each.studies.size();
  });
  size_t adverse_events = 0;
  std::erase_if(proposals, [&](const Proposal& proposal) {
    return proposal.key.source == Source::kAdverseEvent &&
           ++adverse_events > kAdverseEventsMax;
  });
  return proposals;
}

bool ProtocolDraft::has_outcomes() const { return !Proposals().empty(); }

std::string ProtocolDraft::FilterOf(const Key& key) const {
  const std::string word = FilterWord(key.what);
  if (key.source == Source::kAdverseEvent) {
    return absl::StrCat(
        "adverseEvent = ", word,
        " AND kind = adverse-event-count AND grade >= ", kSevereGrade);
  }
  std::string filter = absl::StrCat("outcome = ", word);
  if (!key.detail.empty()) {
    absl::StrAppend(&filter, " AND ",
                    key.by_title ? "endpoint.title" : "outcomeDetail", " = ",
                    FilterWord(key.detail));
  } else if (detailed_.count(key.what) > 0) {
    absl::StrAppend(&filter, " AND NOT outcomeDetail:*");
  }
  if (key.compartment != v1::COMPARTMENT_UNSPECIFIED) {
    absl::StrAppend(&filter, " AND compartment = ",
                    EnumText(*v1::Compartment_descriptor()->FindValueByNumber(
                        key.compartment)));
  } else if (in_compartments_.count(key.what) > 0) {
    absl::StrAppend(&filter, " AND NOT compartment:*");
  }
  switch (key.source) {
    case Source::kContrast:
      return absl::StrCat(filter, " AND kind = contrast");
    case Source::kMeans:
      return absl::StrCat(filter, " AND kind = estimate AND statistic = mean");
    default:
      return absl::StrCat(filter, " AND kind = estimate");
  }
}

std::string ProtocolDraft::TitleOf(const Key& key) {
  if (key.source == Source::kAdverseEvent) {
    return absl::StrCat(Capitalized(KebabWords(key.what)), ", grade ",
                        kSevereGrade, " or higher");
  }
  const bool is_named = key.what != kOther;
  std::string title = is_named ? OutcomeWords(key.what) : key.detail;
  if (is_named && !key.detail.empty()) {
    absl::StrAppend(&title, ": ", key.detail);
  }
  return Capitalized(JoinWords({EnumWords(key.compartment), title}, " "));
}

bool ProtocolDraft::HasDesign(const std::vector<const Study*>& studies,
                              v1::StudyDesign design) {
  return std::any_of(studies.begin(), studies.end(),
                     [design](const Study* study) {
                       return study->designs.count(design) > 0;
                     });
}

std::string ProtocolDraft::StudiesText(
    const std::vector<const Study*>& studies) {
  // What is pooled unless the protocol says otherwise comes first.
  std::map<int, std::pair<v1::StudyDesign, std::vector<std::string>>> designs;
  for (const Study* study : studies) {
    const bool randomized =
        study->designs.count(v1::STUDY_DESIGN_RANDOMIZED) > 0;
    const v1::StudyDesign design =
        randomized ? v1::STUDY_DESIGN_RANDOMIZED : *study->designs.begin();
    auto& [key, names] = designs[randomized ? -1 : static_cast<int>(design)];
    key = design;
    names.push_back(study->name);
  }
  std::vector<std::string> parts;
  for (const auto& [place, of_design] : designs) {
    const auto& [design, names] = of_design;
    parts.push_back(absl::StrCat(names.size(), " ", DesignText(design), ": ",
                                 NamesText(names)));
  }
  return absl::StrJoin(parts, "; ");
}

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
      Quoted(id_), "\ntitle: ", Quoted(Capitalized(KebabWords(id_))),
      "\nquestion: 'In whom does what, against what, change what?'\n");
  if (!filter_.empty()) {
    absl::StrAppend(&yaml, "inclusionFilter: ", Quoted(filter_), "\n");
  }
  absl::StrAppend(&yaml, "outcomes:\n");
  std::set<std::string> ids;
  for (const Proposal& proposal : Proposals()) {
    const Key& key = proposal.key;
    const std::string measure = MeasureToken(key.measure);
    std::string id = OutcomeId(key.what == kOther ? key.detail : key.what);
    if (key.source == Source::kAdverseEvent) {
      absl::StrAppend(&id, "-grade-", kSevereGrade);
    }
    if (key.compartment != v1::COMPARTMENT_UNSPECIFIED) {
      absl::StrAppend(&id, "-", OutcomeId(EnumWords(key.compartment)));
    }
    absl::StrAppend(&yaml, "  # ", StudiesText(proposal.studies),
                    "\n  - id: ", Quoted(Unused(id, measure, ids)),
                    "\n    title: ", Quoted(TitleOf(key)),
                    "\n    measure: ", measure,
                    "\n    filter: ", Quoted(FilterOf(key)), "\n");
    if (!HasDesign(proposal.studies, v1::STUDY_DESIGN_RANDOMIZED) &&
        HasDesign(proposal.studies, v1::STUDY_DESIGN_NON_RANDOMIZED)) {
      absl::StrAppend(&yaml, "    designs: [non-randomized]\n");
    }
    absl::StrAppend(&yaml, "    unusableStudies: leave-out\n");
  }
  return yaml;
}

}  // namespace consilium
