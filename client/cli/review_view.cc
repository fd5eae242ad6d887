#include "client/cli/review_view.h"

#include <cmath>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/cli/display_text.h"
#include "client/cli/evidence_table.h"
#include "client/cli/protocol_dispute_view.h"
#include "client/cli/study_plot.h"
#include "consilium/v1/review.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/record_traits.h"
#include "proto/base/result_rows.h"
#include "proto/base/status_macros.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

constexpr int kPossibleShown = 20;  // Lines of rows that may belong.

std::string PText(double p) {
  if (p < 0.001) return "P < 0.001";
  return p < 0.1 ? absl::StrFormat("P = %.3f", p)
                 : absl::StrFormat("P = %.2f", p);
}

// The title of an arm of the trial, where `group` is one: people do not know
// its id.
std::string GroupTitle(const v1::ReviewResult& result,
                       absl::string_view trial_id, absl::string_view group) {
  for (const v1::SectionResult& section : result.sections()) {
    for (const v1::EvidenceRow& trial : section.trials()) {
      if (trial.trial_id() != trial_id) continue;
      for (const v1::Arm& arm : trial.arms()) {
        if (IdOf(arm.name()) == group && !arm.title().empty()) {
          return arm.title();
        }
      }
    }
  }
  return std::string(group);
}

// "favours Anlotinib with SRS".
std::string FavoursText(const v1::ReviewResult& result,
                        const v1::OutcomeResult& outcome,
                        const std::string& label) {
  constexpr absl::string_view kFavours = "favours ";
  absl::string_view group = label;
  if (!absl::ConsumePrefix(&group, kFavours)) return label;
  for (const v1::StudyResult& study : outcome.studies()) {
    if (group != study.group() && group != study.reference()) continue;
    return absl::StrCat(
        kFavours, VisibleText(GroupTitle(result, study.trial_id(), group)));
  }
  return label;
}

// "intracranial 13.9 months at 12 months", "grade >=3 12%"; empty of a row
// without a number.
std::string RowText(const v1::EvidenceRow& row) {
  if (!row.has_value()) return "";
  return JoinWords(
      {EnumWords(row.compartment()),
       row.grade().empty() ? "" : absl::StrCat("grade ", row.grade()),
       absl::StrCat(ComparatorWords(row.comparator()),
                    NumberWords(row.value(), row.unit())),
       row.has_time_months()
           ? absl::StrCat(
                 "at ",
                 NumberWords(std::round(row.time_months() * 10) / 10, "mo"))
           : ""},
      " ");
}

template <typename Enum>
std::string EnumCell(const google::protobuf::EnumDescriptor& type, Enum value) {
  const auto* found = type.FindValueByNumber(value);
  return found == nullptr || value == 0 ? "" : EnumText(*found);
}

// Spaces at the end of lines are left out.
void AppendLine(std::string line, std::string& text) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  absl::StrAppend(&text, line, "\n");
}

// "STUDY: not known: p, drugClasses (printed: P < 0.1)".
std::string PossibleLine(const v1::PossibleResult& possible) {
  return absl::StrCat(
      VisibleText(possible.study()),
      ": not known: ", absl::StrJoin(possible.fields(), ", "),
      possible.has_printed()
          ? absl::StrCat(" (printed: ", VisibleText(possible.printed()), ")")
          : "");
}

// As lines, the first kPossibleShown of them.
template <typename Results>
void AppendPossible(absl::string_view indent, const Results& possible,
                    std::string& text) {
  int shown = 0;
  for (const v1::PossibleResult& each : possible) {
    if (shown == kPossibleShown) {
      AppendLine(absl::StrCat(indent, "and ", possible.size() - shown,
                              " more; -o json has all"),
                 text);
      return;
    }
    AppendLine(absl::StrCat(indent, PossibleLine(each)), text);
    ++shown;
  }
}

// "tau2 0.0305; I2 29%; Q 48.46 on 33, P = 0.04": what there is of it.
std::string HeterogeneityLine(const v1::PooledEffect& pooled) {
  std::vector<std::string> parts;
  if (pooled.has_tau2()) {
    parts.push_back(absl::StrFormat("tau2 %.3g", pooled.tau2()));
  }
  const std::string i2 = I2Cell(pooled);
  if (!i2.empty()) parts.push_back(absl::StrCat("I2 ", i2));
  if (pooled.has_q()) {
    parts.push_back(absl::StrFormat("Q %.2f on %d, %s", pooled.q(),
                                    pooled.q_df(), PText(pooled.q_p())));
  }
  return absl::StrJoin(parts, "; ");
}

// "test for interaction, F 0.97 on 2 and 10, P = 0.413 (F of ...)".
std::string InteractionWords(const v1::SubgroupAnalysis& analysis) {
  if (!analysis.has_p()) return analysis.explanation();
  std::string text = "test for interaction, ";
  if (analysis.has_q()) {
    absl::StrAppend(
        &text, analysis.has_q_df2() ? "F " : "Q ", EffectNumber(analysis.q()),
        " on ", analysis.q_df(),
        analysis.has_q_df2() ? absl::StrCat(" and ", analysis.q_df2()) : "",
        ", ");
  }
  return absl::StrCat(
      text, PText(analysis.p()),
      analysis.has_test() ? absl::StrCat(" (", analysis.test(), ")") : "");
}

// "R2 32%, F 2.70 on 1 and 11, P = 0.13; unexplained QE 100.18 on 11,
// P < 0.001, tau2 0.19, I2 92%".
std::string RegressionWords(const v1::RegressionAnalysis& analysis) {
  if (!analysis.has_p()) return VisibleText(analysis.explanation());
  std::string text;
  if (analysis.has_r2()) text = absl::StrFormat("R2 %.0f%%, ", analysis.r2());
  if (analysis.has_qm()) {
    absl::StrAppend(
        &text, analysis.has_qm_df2() ? "F " : "QM ",
        EffectNumber(analysis.qm()), " on ", analysis.qm_df(),
        analysis.has_qm_df2() ? absl::StrCat(" and ", analysis.qm_df2()) : "",
        ", ");
  }
  return absl::StrCat(
      text, PText(analysis.p()),
      analysis.has_qe_p()
          ? absl::StrFormat("; unexplained QE %.2f on %d, %s", analysis.qe(),
                            analysis.qe_df(), PText(analysis.qe_p()))
          : "",
      analysis.has_tau2() ? absl::StrFormat(", tau2 %.3g", analysis.tau2())
                          : "",
      analysis.has_i2() ? absl::StrFormat(", I2 %.0f%%", analysis.i2()) : "");
}

void AppendPooled(const v1::OutcomeResult& outcome, std::string& text) {
  const v1::PooledEffect& pooled = outcome.pooled();
  AppendLine(absl::StrCat("  ", pooled.method()), text);
  const std::string heterogeneity = HeterogeneityLine(pooled);
  if (!heterogeneity.empty()) {
    AppendLine(absl::StrCat("  ", heterogeneity), text);
  }
  for (const std::string& note : pooled.notes()) {
    AppendLine(absl::StrCat("  ", note), text);
  }
  for (const v1::PooledPart& part : outcome.disputed()) {
    AppendLine(
        absl::StrCat("  * ", part.title(), ": ",
                     EstimateCell(part.pooled().effect(), outcome.unit())),
        text);
  }
  for (const v1::SubgroupAnalysis& analysis : outcome.subgroups()) {
    AppendLine(absl::StrCat("  by ", analysis.field(), ": ",
                            InteractionWords(analysis)),
               text);
    for (const v1::PooledPart& part : analysis.parts()) {
      AppendLine(absl::StrCat(
                     "    ", part.title(), ": ",
                     part.has_pooled()
                         ? absl::StrCat(EstimateCell(part.pooled().effect(),
                                                     outcome.unit()),
                                        ", studies: ", part.pooled().studies())
                         : part.explanation()),
                 text);
    }
  }
  for (const v1::PooledPart& part : outcome.sensitivity()) {
    AppendLine(
        absl::StrCat(
            "  ", part.title(), ": ",
            part.has_pooled()
                ? EstimateCell(part.pooled().effect(), outcome.unit())
                : part.explanation(),
            part.has_pooled() && part.pooled().method() != pooled.method()
                ? absl::StrCat("; ", part.pooled().method())
                : ""),
        text);
    for (const v1::PossibleResult& each : part.possible()) {
      AppendLine(absl::StrCat("    may belong to it: ", PossibleLine(each)),
                 text);
    }
  }
}

void AppendRegressions(const v1::OutcomeResult& outcome, std::string& text) {
  for (const v1::RegressionAnalysis& analysis : outcome.regressions()) {
    AppendLine(
        absl::StrCat("  regression ",
                     analysis.has_id() ? absl::StrCat(analysis.id(), " ") : "",
                     "on ", absl::StrJoin(analysis.moderators(), ", "), ": ",
                     RegressionWords(analysis)),
        text);
    if (analysis.has_title()) {
      AppendLine(absl::StrCat("    ", VisibleText(analysis.title())), text);
    }
    if (analysis.has_method()) {
      AppendLine(absl::StrCat("    ", VisibleText(analysis.method())), text);
    }
    for (const v1::RegressionCoefficient& each : analysis.coefficients()) {
      AppendLine(absl::StrCat(
                     absl::StrFormat("    %s: %.4f (%.4f to %.4f)",
                                     VisibleText(each.name()), each.estimate(),
                                     each.low(), each.high()),
                     each.has_p() ? absl::StrCat(", ", PText(each.p())) : ""),
                 text);
    }
  }
}

// The lowest and the highest of the pooled effects that leave one study out.
void AppendLeaveOneOut(const v1::OutcomeResult& outcome, std::string& text) {
  const v1::PooledPart* low = nullptr;
  const v1::PooledPart* high = nullptr;
  const auto value = [](const v1::PooledPart* part) {
    return part->pooled().effect().value();
  };
  for (const v1::PooledPart& part : outcome.leave_one_out()) {
    if (!part.pooled().effect().has_value()) continue;
    if (low == nullptr || value(&part) < value(low)) low = &part;
    if (high == nullptr || value(&part) > value(high)) high = &part;
  }
  if (low == nullptr || low == high) return;
  AppendLine(absl::StrCat("  leaving one study out: from ",
                          EstimateCell(low->pooled().effect(), outcome.unit()),
                          " ", VisibleText(low->title()), " to ",
                          EstimateCell(high->pooled().effect(), outcome.unit()),
                          " ", VisibleText(high->title())),
             text);
}

void AppendSmallStudyTests(const v1::OutcomeResult& outcome,
                           std::string& text) {
  for (const v1::SmallStudyTest& test : outcome.small_study_tests()) {
    if (test.has_p()) {
      AppendLine(
          test.has_degrees_of_freedom()
              ? absl::StrFormat("  %s: t %.2f on %.0f, %s", test.name(),
                                test.statistic(), test.degrees_of_freedom(),
                                PText(test.p()))
              : absl::StrFormat("  %s: Kendall's tau %.3f, %s", test.name(),
                                test.statistic(), PText(test.p())),
          text);
    } else if (test.has_filled()) {
      AppendLine(absl::StrCat("  ", test.name(), ": ",
                              CountText(static_cast<size_t>(test.filled()),
                                        "study", "studies"),
                              " filled in; then ",
                              EstimateCell(test.adjusted(), outcome.unit())),
                 text);
    }
  }
}

// Of 1,000 people; of a risk difference and a baseline that do not fit, why no
// risk is told.
void AppendAbsoluteEffects(const v1::OutcomeResult& outcome,
                           std::string& text) {
  if (!outcome.difference_per_1000().has_value()) return;
  AppendLine(
      absl::StrCat(
          "  of 1000: ", EffectNumber(outcome.baseline_per_1000()),
          " in the reference, ",
          outcome.has_group_per_1000()
              ? absl::StrCat(EstimateCell(outcome.group_per_1000(), ""),
                             " in the group, ")
              : "",
          "difference ", EstimateCell(outcome.difference_per_1000(), "")),
      text);
  if (!outcome.has_group_per_1000()) {
    AppendLine(
        "  no risk in the group: this baseline and this difference would lead "
        "outside 0 to 1000",
        text);
  }
}

// "egfr-tki-rt : egfr-tki".
std::string GroupsCell(const v1::ExcludedResult& excluded) {
  return absl::StrCat(VisibleText(excluded.group()),
                      excluded.has_reference() ? " : " : "",
                      VisibleText(excluded.reference()));
}

// `groups` tells rows apart that read alike; empty where none does. `number` is
// what the row holds.
std::string ExcludedLine(const v1::ExcludedResult& excluded,
                         const std::string& groups, const std::string& number) {
  const std::string direction =
      EnumCell(*v1::Direction_descriptor(), excluded.direction());
  return absl::StrCat(
      VisibleText(excluded.study()), groups.empty() ? "" : ", ", groups, ": ",
      VisibleText(number), number.empty() ? "" : "; ",
      VisibleText(excluded.explanation()),
      excluded.has_printed()
          ? absl::StrCat(" (printed: ", VisibleText(excluded.printed()), ")")
          : "",
      direction.empty() ? "" : absl::StrCat("; direction: ", direction));
}

// "SINDAS, randomized of trials/nct1: design not known by north; lists it:
// os".
std::string ConflictLine(const v1::ReviewConflict& conflict) {
  std::vector<std::string> readings;
  for (const v1::Dispute& dispute : conflict.disputes()) {
    readings.push_back(VisibleText(DisputeWords(dispute)));
  }
  return absl::StrCat(
      VisibleText(conflict.study()), ", ",
      conflict.path().substr(0, conflict.path().find('[')), " of ",
      conflict.record(), readings.empty() ? "" : ": ",
      absl::StrJoin(readings, "; "),
      conflict.outcomes().empty()
          ? ""
          : absl::StrCat("; listed in ",
                         absl::StrJoin(conflict.outcomes(), ", ")));
}

template <typename Names>
void AppendNames(absl::string_view words, const Names& names,
                 std::string& text) {
  if (names.empty()) return;
  AppendLine(absl::StrCat(words, " ", absl::StrJoin(names, ", ")), text);
}

}  // namespace

absl::StatusOr<std::string> ResolveReview(ServerSession& session,
                                          absl::string_view text) {
  ASSIGN_OR_RETURN(
      const FullRecordName name,
      session.ResolveRecord(
          RecordTraitsTable::Get().FindByDescriptor(v1::Review::descriptor()),
          text, "REVIEW"));
  return name.Full();
}

std::string I2Cell(const v1::PooledEffect& pooled) {
  if (pooled.has_i2()) return absl::StrFormat("%.0f%%", pooled.i2());
  if (!pooled.has_i2_from_q()) return "";
  return absl::StrFormat("%.0f%% from Q", pooled.i2_from_q());
}

std::string DesignText(const v1::OutcomeResult& outcome) {
  const bool unknown = !outcome.has_design() &&
                       outcome.state() != v1::OUTCOME_STATE_INVALID_PLAN;
  return unknown ? "design not known"
                 : EnumCell(*v1::StudyDesign_descriptor(), outcome.design());
}

std::string ForestText(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome, int width) {
  std::string text;
  const std::string design = DesignText(outcome);
  AppendLine(
      absl::StrCat(VisibleText(outcome.title()),
                   design.empty() ? "" : absl::StrCat(" (", design, ")"), ": ",
                   EnumCell(*v1::OutcomeState_descriptor(), outcome.state())),
      text);
  if (outcome.has_explanation()) {
    AppendLine(absl::StrCat("  ", VisibleText(outcome.explanation())), text);
  }
  for (const std::string& note : outcome.plan_notes()) {
    AppendLine(absl::StrCat("  of the plan: ", VisibleText(note)), text);
  }
  if (outcome.studies_size() > 0) {
    absl::StrAppend(&text, StudyPlot(outcome, width));
    if (outcome.has_favours_low() && outcome.has_favours_high()) {
      AppendLine(
          absl::StrCat(
              "  left ", FavoursText(result, outcome, outcome.favours_low()),
              ", right ", FavoursText(result, outcome, outcome.favours_high())),
          text);
    }
  }
  absl::StrAppend(&text, StudyNotes(outcome));
  // Of one study, without a dispute, its line says all but who is missing.
  if (outcome.has_pooled() &&
      (outcome.studies_size() > 1 || !outcome.disputed().empty())) {
    AppendPooled(outcome, text);
  } else if (outcome.has_pooled() && !outcome.unusable().empty()) {
    for (const std::string& note : outcome.pooled().notes()) {
      AppendLine(absl::StrCat("  ", VisibleText(note)), text);
    }
  }
  if (outcome.studies_size() > 1) {
    AppendRegressions(outcome, text);
    AppendLeaveOneOut(outcome, text);
    AppendSmallStudyTests(outcome, text);
  }
  AppendAbsoluteEffects(outcome, text);
  if (outcome.has_certainty()) {
    AppendLine(absl::StrCat("  certainty: ",
                            EnumCell(*v1::CertaintyLevel_descriptor(),
                                     outcome.certainty().level()),
                            outcome.certainty_outdated()
                                ? "; it was judged of other inputs"
                                : ""),
               text);
  }
  if (outcome.has_conclusion()) {
    AppendLine(absl::StrCat("  ", VisibleText(outcome.conclusion())), text);
  }
  return text;
}

std::string ExcludedText(const v1::ReviewResult& result,
                         const v1::OutcomeResult& outcome) {
  if (outcome.excluded().empty()) return "";
  const ResultRows numbers = RowsOfResult(result);
  const auto line = [&numbers](const v1::ExcludedResult& row,
                               const std::string& groups) {
    const auto found = numbers.find(row.row());
    return ExcludedLine(
        row, groups,
        found == numbers.end() ? std::string() : RowText(*found->second));
  };
  std::map<v1::ExclusionReason, std::vector<const v1::ExcludedResult*>> reasons;
  for (const v1::ExcludedResult& excluded : outcome.excluded()) {
    reasons[excluded.reason()].push_back(&excluded);
  }
  std::string text;
  AppendLine(absl::StrCat("  not pooled: ",
                          CountText(outcome.excluded_size(), "row", "rows")),
             text);
  for (const auto& [reason, rows] : reasons) {
    AppendLine(
        absl::StrCat("    because of ",
                     absl::StrReplaceAll(
                         EnumCell(*v1::ExclusionReason_descriptor(), reason),
                         {{"-", " "}}),
                     ":"),
        text);
    std::map<std::string, int> alike;
    for (const v1::ExcludedResult* row : rows) ++alike[line(*row, "")];
    for (const v1::ExcludedResult* row : rows) {
      const bool told_apart = alike[line(*row, "")] > 1;
      AppendLine(absl::StrCat("      ",
                              line(*row, told_apart ? GroupsCell(*row) : "")),
                 text);
    }
  }
  return text;
}

std::string PossibleText(const v1::OutcomeResult& outcome) {
  if (outcome.possible().empty()) return "";
  std::string text;
  AppendLine(absl::StrCat("  may belong to it, not pooled: ",
                          CountText(outcome.possible_size(), "row", "rows")),
             text);
  AppendPossible("    ", outcome.possible(), text);
  return text;
}

std::string UnusableText(const v1::ReviewResult& result) {
  std::string text;
  std::vector<std::string> without;  // Outcomes of which no study can be.
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    if (outcome.unusable().empty()) continue;
    if (text.empty()) AppendLine("studies that cannot be pooled:", text);
    if (outcome.studies().empty()) {
      if (without.empty() || without.back() != outcome.id()) {
        without.push_back(outcome.id());
      }
      continue;
    }
    const std::string design =
        EnumCell(*v1::StudyDesign_descriptor(), outcome.design());
    AppendLine(
        absl::StrCat("  ", outcome.id(),
                     design.empty() ? "" : absl::StrCat(" (", design, ")"),
                     outcome.has_pooled() ? ", which goes without them"
                                          : ", of which nothing is pooled",
                     ":"),
        text);
    for (const v1::ExcludedResult& each : outcome.unusable()) {
      AppendLine(absl::StrCat(
                     "    ", VisibleText(each.study()), ": ",
                     EnumCell(*v1::ExclusionReason_descriptor(), each.reason()),
                     ", ", VisibleText(each.explanation())),
                 text);
    }
  }
  if (!without.empty()) {
    AppendLine(absl::StrCat("  none can be of ", absl::StrJoin(without, ", "),
                            "; --outcome ID tells why"),
               text);
  }
  return text;
}

std::string PossibleTrialsText(const v1::ReviewResult& result) {
  if (result.possible_trials().empty()) return "";
  std::string text;
  AppendLine(
      absl::StrCat("may be eligible, not pooled: ",
                   CountText(result.possible_trials_size(), "trial", "trials")),
      text);
  AppendPossible("  ", result.possible_trials(), text);
  return text;
}

std::string ConflictsText(const v1::ReviewResult& result) {
  if (result.conflicts().empty()) return "";
  std::string text;
  AppendLine(absl::StrCat("in conflict: ",
                          CountText(result.conflicts_size(), "input", "inputs"),
                          "; consilium conflict list"),
             text);
  for (const v1::ReviewConflict& conflict : result.conflicts()) {
    AppendLine(absl::StrCat("  ", ConflictLine(conflict)), text);
  }
  std::vector<std::string> changing;
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    if (outcome.disputed_size() < 2) continue;
    const auto effect = [&outcome](int i) {
      return EstimateCell(outcome.disputed(i).pooled().effect(),
                          outcome.unit());
    };
    if (effect(0) == effect(1)) continue;
    const std::string design =
        EnumCell(*v1::StudyDesign_descriptor(), outcome.design());
    changing.push_back(absl::StrCat(
        outcome.id(), design.empty() ? "" : absl::StrCat(" (", design, ")"),
        ": ", effect(0), " or ", effect(1)));
  }
  if (changing.empty()) {
    AppendLine("no pooled effect changes over the values in dispute", text);
    return text;
  }
  AppendLine("pooled effects over the values in dispute, lowest and highest:",
             text);
  for (const std::string& line : changing) {
    AppendLine(absl::StrCat("  ", line), text);
  }
  return text;
}

bool HasDifferences(const v1::ReviewDiff& diff) {
  return diff.records_size() > 0 || diff.outcomes_size() > 0 ||
         diff.added_trials_size() > 0 || diff.removed_trials_size() > 0 ||
         diff.protocol_paths_size() > 0 || diff.review_added();
}

std::string DiffText(const v1::ReviewDiff& diff) {
  if (!HasDifferences(diff)) {
    return absl::StrCat("nothing changed\n",
                        DisputesText(diff.protocol_disputes(), false));
  }
  std::string text;
  if (diff.review_added()) {
    AppendLine(
        "the earlier version has no such protocol; all of the review is new",
        text);
  }
  for (const v1::OutcomeChange& outcome : diff.outcomes()) {
    const std::string design =
        EnumCell(*v1::StudyDesign_descriptor(), outcome.design());
    AppendLine(
        absl::StrCat(VisibleText(outcome.title()),
                     design.empty() ? "" : absl::StrCat(" (", design, ")"),
                     ": ", VisibleText(outcome.description())),
        text);
  }
  AppendLine(absl::StrCat("outcomes as before: ", diff.unchanged_outcomes()),
             text);
  AppendNames("trials included now:", diff.added_trials(), text);
  AppendNames("trials included no more:", diff.removed_trials(), text);
  AppendNames("protocol changed:", diff.protocol_paths(), text);
  absl::StrAppend(&text, DisputesText(diff.protocol_disputes(), false));
  for (const v1::RecordChange& record : diff.records()) {
    std::vector<std::string> parts = {VisibleText(record.record())};
    if (record.has_institution()) parts.push_back(record.institution());
    if (record.has_message()) parts.push_back(VisibleText(record.message()));
    AppendLine(absl::StrCat(
                   EnumCell(*v1::RecordChangeKind_descriptor(), record.kind()),
                   "  ", absl::StrJoin(parts, "  ")),
               text);
    if (record.has_description()) {
      AppendLine(absl::StrCat("    ", VisibleText(record.description())), text);
    }
  }
  return text;
}

}  // namespace consilium
