#include "client/export/revman.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/export/effect_row.h"
#include "client/export/metafor_terms.h"
#include "client/export/review_tables.h"
#include "client/export/table.h"
#include "proto/base/number_text.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

// What the package's files are called by, and what read.cdir looks for.
constexpr char kPackage[] = "CD";

Table MakeTable(const std::vector<const char*>& names) {
  Table table;
  for (const char* name : names) table.columns.push_back({.name = name});
  return table;
}

bool IsLogRatio(const v1::ReviewOutcome& plan) {
  switch (plan.measure()) {
    case v1::EFFECT_MEASURE_HAZARD_RATIO:
    case v1::EFFECT_MEASURE_ODDS_RATIO:
    case v1::EFFECT_MEASURE_RISK_RATIO:
    case v1::EFFECT_MEASURE_RATIO_OF_MEANS:
    case v1::EFFECT_MEASURE_RATE_RATIO:
      return true;
    default:
      return false;
  }
}

std::string MeasureText(const v1::ReviewOutcome& plan) {
  switch (plan.measure()) {
    case v1::EFFECT_MEASURE_HAZARD_RATIO:
      return "Hazard Ratio";
    case v1::EFFECT_MEASURE_ODDS_RATIO:
      return plan.pooling() == v1::POOLING_METHOD_PETO ? "Peto Odds Ratio"
                                                       : "Odds Ratio";
    case v1::EFFECT_MEASURE_RISK_RATIO:
      return "Risk Ratio";
    case v1::EFFECT_MEASURE_RISK_DIFFERENCE:
      return "Risk Difference";
    case v1::EFFECT_MEASURE_MEAN_DIFFERENCE:
      return "Mean Difference";
    case v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE:
      return "Std. Mean Difference";
    default:
      return Capitalized(EnumWords(plan.measure()));
  }
}

// Whether what is added to counts of 0 is what RevMan adds: 1/2 to each cell of
// a table with a 0, where it pools effects of single studies.
bool AddsAsRevMan(const v1::ReviewOutcome& plan) {
  constexpr double kAddition = 0.5;
  const v1::ZeroCells& cells = plan.zero_cells();
  return !PoolsInverseVariance(plan) || !plan.has_zero_cells() ||
         (cells.to() == v1::ZERO_CELL_TABLES_ONLY_ZERO &&
          cells.add() == kAddition &&
          cells.correction() != v1::ZERO_CELL_CORRECTION_TREATMENT_ARM);
}

// Whether every effect follows from the counts of both arms, so that RevMan
// works out the same.
bool IsDichotomous(const v1::OutcomeResult& outcome) {
  return outcome.plan().measure() != v1::EFFECT_MEASURE_HAZARD_RATIO &&
         outcome.plan().measure() != v1::EFFECT_MEASURE_RATE_RATIO &&
         AddsAsRevMan(outcome.plan()) &&
         std::all_of(outcome.studies().begin(), outcome.studies().end(),
                     [](const v1::StudyResult& study) {
                       return study.derivation_method() ==
                                  v1::DERIVATION_METHOD_COUNTS &&
                              study.has_events() && study.has_participants() &&
                              study.has_reference_events() &&
                              study.has_reference_participants();
                     });
}

std::string MethodText(const v1::OutcomeResult& outcome) {
  if (!IsDichotomous(outcome)) return "IV";
  switch (outcome.plan().pooling()) {
    case v1::POOLING_METHOD_MANTEL_HAENSZEL:
      return "MH";
    case v1::POOLING_METHOD_PETO:
      return "Peto";
    default:
      return "IV";
  }
}

std::string OutcomeTitle(const v1::OutcomeResult& outcome) {
  return outcome.title().empty() ? outcome.id() : outcome.title();
}

// A number on the natural scale. RevMan counts risk differences from 0 to 1.
TableCell NaturalCell(const v1::OutcomeResult& outcome, bool has,
                      double value) {
  if (!has) return TableCell();
  return outcome.unit() == "%" ? RoundedToDigits(value / 100) : value;
}

void SetEstimate(const v1::OutcomeResult& outcome,
                 const v1::EffectEstimate& effect, RowBuilder& row) {
  row.Set("Mean", NaturalCell(outcome, effect.has_value(), effect.value()));
  row.Set("CI start", NaturalCell(outcome, effect.has_low(), effect.low()));
  row.Set("CI end", NaturalCell(outcome, effect.has_high(), effect.high()));
}

// What RevMan tells of every pooled effect.
void SetPooled(const v1::OutcomeResult& outcome, const v1::PooledEffect& pooled,
               RowBuilder& row) {
  // RevMan has no mixed model; what one gives is no result of its methods.
  if (outcome.plan().pooling() == v1::POOLING_METHOD_GLMM) return;
  SetEstimate(outcome, pooled.effect(), row);
  row.Set("Heterogeneity Tau²", NumberCell(pooled.has_tau2(), pooled.tau2()));
  row.Set("Tau² CI start",
          NumberCell(pooled.has_tau2_low(), pooled.tau2_low()));
  row.Set("Tau² CI end",
          NumberCell(pooled.has_tau2_high(), pooled.tau2_high()));
  row.Set("Heterogeneity Chi²", NumberCell(pooled.has_q(), pooled.q()));
  row.Set("Heterogeneity df", CountCell(pooled.has_q_df(), pooled.q_df()));
  row.Set("Heterogeneity P", NumberCell(pooled.has_q_p(), pooled.q_p()));
  row.Set("Heterogeneity I²",
          pooled.has_i2() ? TableCell(RoundedToDigits(pooled.i2() / 100))
          : pooled.has_i2_from_q()
              ? TableCell(RoundedToDigits(pooled.i2_from_q() / 100))
              : TableCell());
  row.Set(pooled.has_degrees_of_freedom() ? "Effect T" : "Effect Z",
          NumberCell(pooled.has_statistic(), pooled.statistic()));
  row.Set("Effect P", NumberCell(pooled.has_p(), pooled.p()));
}

// The participants of the studies `of` picks, when every one tells them.
template <typename Has, typename Of>
TableCell SumCell(const v1::OutcomeResult& outcome, const Has& has,
                  const Of& of) {
  int64_t sum = 0;
  for (const v1::StudyResult& study : outcome.studies()) {
    if (!has(study)) return TableCell();
    sum += of(study);
  }
  return sum;
}

void SetTotals(const v1::OutcomeResult& outcome, RowBuilder& row) {
  using Study = v1::StudyResult;
  if (IsDichotomous(outcome)) {
    row.Set("Experimental cases",
            SumCell(
                outcome, [](const Study& s) { return s.has_events(); },
                [](const Study& s) { return s.events(); }));
    row.Set(
        "Control cases",
        SumCell(
            outcome, [](const Study& s) { return s.has_reference_events(); },
            [](const Study& s) { return s.reference_events(); }));
  }
  row.Set("Experimental N",
          SumCell(
              outcome, [](const Study& s) { return s.has_participants(); },
              [](const Study& s) { return s.participants(); }));
  row.Set("Control N",
          SumCell(
              outcome,
              [](const Study& s) { return s.has_reference_participants(); },
              [](const Study& s) { return s.reference_participants(); }));
}

// The label that `of` gives for every study, if it is the same for all.
template <typename Of>
TableCell SharedLabel(const v1::OutcomeResult& outcome, const Of& of) {
  if (outcome.studies().empty()) return TableCell();
  const std::string first = of(outcome.studies(0));
  for (const v1::StudyResult& study : outcome.studies()) {
    if (of(study) != first) return TableCell();
  }
  return TextCell(first);
}

// The subgroup that holds the study, of the outcome's first field.
TableCell SubgroupCell(const v1::OutcomeResult& outcome,
                       const v1::StudyResult& study) {
  if (outcome.subgroups().empty()) return TableCell();
  for (const v1::PooledPart& part : outcome.subgroups(0).parts()) {
    if (std::find(part.rows().begin(), part.rows().end(), study.row()) !=
        part.rows().end()) {
      return TextCell(part.id());
    }
  }
  return TableCell();
}

// Writes the files, numbering outcomes as RevMan does: a group of analyses for
// each design, and the analyses in it.
class PackageWriter {
 public:
  PackageWriter()
      : settings_(MakeTable({
            "Analysis group",
            "Analysis number",
            "Analysis name",
            "Analysis group name",
            "Data source",
            "Data source eligibility",
            "Data type",
            "Log-scale data",
            "Outcome",
            "Intervention grouping",
            "Experimental intervention",
            "Control intervention",
            "Subgroup by",
            "Filter criteria",
            "Experimental group label",
            "Control group label",
            "Statistical method",
            "Effect measure",
            "Unit of effect measure",
            "Analysis model",
            "Heterogeneity estimator",
            "Tau² CI",
            "Subgroup estimates",
            "Overall estimates",
            "Test for subgroup differences",
            "Prediction interval",
            "Swap event and non-event",
            "CI method",
            "CI/PI level",
            "Sort by",
            "Graph label (left)",
            "Graph label (right)",
            "Graph scale",
            "Show risk of bias",
            "Experimental cases",
            "Experimental N",
            "Control cases",
            "Control N",
            "Mean",
            "CI start",
            "CI end",
            "PI start",
            "PI end",
            "Heterogeneity Tau²",
            "Tau² CI start",
            "Tau² CI end",
            "Heterogeneity Chi²",
            "Heterogeneity df",
            "Heterogeneity P",
            "Heterogeneity I²",
            "Effect Z",
            "Effect T",
            "Effect P",
            "Subgroup Chi²",
            "Subgroup df",
            "Subgroup P",
            "Subgroup I²",
            "ID",
        })),
        rows_(MakeTable({
            "Analysis group",    "Analysis number", "Analysis name",
            "Subgroup",          "Applicability",   "Study",
            "Study year",        "GIV Mean",        "GIV SE",
            "Experimental mean", "Experimental SD", "Experimental cases",
            "Experimental N",    "Control mean",    "Control SD",
            "Control cases",     "Control N",       "O-E",
            "Variance",          "Weight",          "Mean",
            "CI start",          "CI end",          "Footnotes",
        })),
        subgroups_(MakeTable({
            "Analysis group",
            "Analysis number",
            "Subgroup",
            "Subgroup number",
            "Experimental cases",
            "Experimental N",
            "Control cases",
            "Control N",
            "Weight",
            "Mean",
            "CI start",
            "CI end",
            "Heterogeneity Tau²",
            "Tau² CI start",
            "Tau² CI end",
            "Heterogeneity Chi²",
            "Heterogeneity df",
            "Heterogeneity P",
            "Heterogeneity I²",
            "Effect Z",
            "Effect T",
            "Effect P",
            "ID",
        })) {}

  void Add(const v1::OutcomeResult& outcome) {
    const auto [group, is_new] = groups_.emplace(
        outcome.design(), static_cast<int64_t>(groups_.size()) + 1);
    group_ = group->second;
    analysis_ = ++analyses_[outcome.design()];
    AddSettings(outcome);
    for (const v1::StudyResult& study : outcome.studies()) {
      AddStudy(outcome, study);
    }
    AddSubgroups(outcome);
  }

  const Table& settings() const { return settings_; }
  const Table& rows() const { return rows_; }
  const Table& subgroups() const { return subgroups_; }

 private:
  RowBuilder Begin(const v1::OutcomeResult& outcome, const Table& table) {
    RowBuilder row(table.columns);
    row.Set("Analysis group", group_);
    row.Set("Analysis number", analysis_);
    row.Set("Analysis name", TextCell(OutcomeTitle(outcome)));
    return row;
  }

  void AddSettings(const v1::OutcomeResult& outcome) {
    const v1::ReviewOutcome& plan = outcome.plan();
    const bool common = plan.model() == v1::POOLING_MODEL_COMMON_EFFECT;
    const bool divided = !outcome.subgroups().empty();
    RowBuilder row = Begin(outcome, settings_);
    row.Set("Analysis group name",
            TextCell(Capitalized(EnumWords(outcome.design()))));
    row.Set("Data source", TextCell("Custom input"));
    row.Set("Data type", TextCell(IsDichotomous(outcome) ? "Dichotomous"
                                                         : "Contrast level"));
    row.Set("Log-scale data", IsLogRatio(plan));
    row.Set("Outcome", TextCell(OutcomeTitle(outcome)));
    if (divided) {
      row.Set("Subgroup by", TextCell(outcome.subgroups(0).field()));
    }
    row.Set(
        "Experimental group label",
        SharedLabel(outcome, [](const auto& study) { return study.group(); }));
    row.Set("Control group label", SharedLabel(outcome, [](const auto& study) {
              return study.reference();
            }));
    row.Set("Statistical method", TextCell(MethodText(outcome)));
    row.Set("Effect measure", TextCell(MeasureText(plan)));
    if (outcome.unit() != "%") {
      row.Set("Unit of effect measure", TextCell(outcome.unit()));
    }
    row.Set("Analysis model",
            TextCell(common ? "Fixed effect" : "Random effect"));
    if (!common)
      row.Set("Heterogeneity estimator", TextCell(EstimatorCode(plan)));
    row.Set("Tau² CI", outcome.pooled().has_tau2_low());
    row.Set("Subgroup estimates", divided);
    row.Set("Overall estimates", outcome.has_pooled());
    row.Set("Test for subgroup differences",
            divided && outcome.subgroups(0).has_p());
    row.Set("Prediction interval", outcome.pooled().has_prediction());
    row.Set("Swap event and non-event", false);
    row.Set("CI method",
            TextCell(TestCode(plan) == "z" ? "Wald-type"
                                           : "Hartung-Knapp-Sidik-Jonkman"));
    row.Set("CI/PI level",
            TextCell(absl::StrCat(ShortestDecimal(LevelOf(plan)), "%")));
    row.Set("Graph label (left)", TextCell(outcome.favours_low()));
    row.Set("Graph label (right)", TextCell(outcome.favours_high()));
    row.Set("Show risk of bias", false);
    SetTotals(outcome, row);
    SetPooled(outcome, outcome.pooled(), row);
    const v1::EffectEstimate& prediction = outcome.pooled().prediction();
    row.Set("PI start",
            NaturalCell(outcome, prediction.has_low(), prediction.low()));
    row.Set("PI end",
            NaturalCell(outcome, prediction.has_high(), prediction.high()));
    if (divided) {
      const v1::SubgroupAnalysis& by = outcome.subgroups(0);
      row.Set("Subgroup Chi²", NumberCell(by.has_q(), by.q()));
      row.Set("Subgroup df", CountCell(by.has_q_df(), by.q_df()));
      row.Set("Subgroup P", NumberCell(by.has_p(), by.p()));
    }
    row.Set("ID", TextCell(outcome.id()));
    settings_.rows.push_back(row.Take());
  }

  void AddStudy(const v1::OutcomeResult& outcome,
                const v1::StudyResult& study) {
    RowBuilder row = Begin(outcome, rows_);
    row.Set("Subgroup", SubgroupCell(outcome, study));
    row.Set("Study", TextCell(study.study()));
    row.Set("Study year", CountCell(study.has_year(), study.year()));
    if (IsDichotomous(outcome)) {
      row.Set("Experimental cases", int64_t{study.events()});
      row.Set("Control cases", int64_t{study.reference_events()});
    } else {
      row.Set("GIV Mean", NumberCell(study.has_yi(), study.yi()));
      row.Set("GIV SE", NumberCell(study.has_sei(), study.sei()));
    }
    row.Set("Experimental N",
            CountCell(study.has_participants(), study.participants()));
    row.Set("Control N", CountCell(study.has_reference_participants(),
                                   study.reference_participants()));
    row.Set("Weight", NumberCell(study.has_weight(), study.weight()));
    SetEstimate(outcome, study.effect(), row);
    row.Set("Footnotes",
            TextCell(JoinWords(
                {study.derivation(), SourceText(study.provenance())}, "; ")));
    rows_.rows.push_back(row.Take());
  }

  // RevMan divides studies by one field: the outcome's first.
  void AddSubgroups(const v1::OutcomeResult& outcome) {
    if (outcome.subgroups().empty()) return;
    int64_t number = 0;
    for (const v1::PooledPart& part : outcome.subgroups(0).parts()) {
      RowBuilder row = Begin(outcome, subgroups_);
      row.Set("Subgroup", TextCell(part.id()));
      row.Set("Subgroup number", ++number);
      SetPooled(outcome, part.pooled(), row);
      subgroups_.rows.push_back(row.Take());
    }
  }

  Table settings_, rows_, subgroups_;
  std::map<v1::StudyDesign, int64_t> groups_;
  std::map<v1::StudyDesign, int64_t> analyses_;
  int64_t group_ = 0;
  int64_t analysis_ = 0;
};

// The assessment of a trial for all outcomes, else its only one.
std::map<std::string, const v1::RiskOfBiasAssessment*> AssessmentsOf(
    const v1::ReviewResult& result, v1::RiskOfBiasTool tool) {
  std::map<std::string, const v1::RiskOfBiasAssessment*> chosen;
  std::map<std::string, int> for_one;
  for (const v1::RiskOfBiasAssessment& each : result.risk_of_bias()) {
    if (each.tool() != tool) continue;
    const v1::RiskOfBiasAssessment*& place = chosen[each.trial()];
    if (each.has_outcome()) ++for_one[each.trial()];
    if (place == nullptr || !each.has_outcome()) place = &each;
  }
  for (const auto& [trial, count] : for_one) {
    if (count > 1 && chosen[trial]->has_outcome()) chosen.erase(trial);
  }
  return chosen;
}

Table RiskOfBiasFile(const ReviewEvidence& evidence) {
  const v1::RiskOfBiasTool tool = ToolOf(evidence.result);
  const std::vector<BiasDomain>& domains = DomainsOf(tool);
  Table table = MakeTable({"Study"});
  for (const BiasDomain& domain : domains) {
    for (const char* column : {"Domain (judgement): ", "Domain (support): "}) {
      table.columns.push_back({.name = absl::StrCat(column, domain.meaning)});
    }
  }
  for (const auto& [trial, assessment] : AssessmentsOf(evidence.result, tool)) {
    RowBuilder row(table.columns);
    row.Set("Study", TextCell(StudyOf(evidence, trial)));
    for (const v1::DomainJudgement& judged : assessment->domains()) {
      for (const BiasDomain& domain : domains) {
        if (domain.domain != judged.domain()) continue;
        row.Set(absl::StrCat("Domain (judgement): ", domain.meaning),
                TextCell(JudgementText(judged.judgement())));
        row.Set(absl::StrCat("Domain (support): ", domain.meaning),
                TextCell(judged.reason()));
      }
    }
    table.rows.push_back(row.Take());
  }
  return table;
}

ArchiveFile FileOf(const char* folder, const char* name, const Table& table) {
  return {absl::StrCat(kPackage, "-", folder, "/", kPackage, "-", name, ".csv"),
          TableToCsv(table)};
}

}  // namespace

std::vector<LeftOut> LeftOutOfRevman(const ReviewEvidence& evidence) {
  std::vector<LeftOut> left;
  for (const v1::OutcomeResult& outcome : evidence.result.outcomes()) {
    if (!outcome.plan().has_measure()) {
      for (const v1::StudyResult& study : outcome.studies()) {
        AddStudy(outcome, study, "of a single group", left);
      }
    } else if (outcome.plan().pooling() == v1::POOLING_METHOD_GLMM &&
               outcome.has_pooled()) {
      left.push_back({.outcome = outcome.id(),
                      .why = "pooled effect of a mixed model",
                      .explanation = "its studies are in the file"});
    }
    AddExcluded(outcome, left);
  }
  const v1::RiskOfBiasTool tool = ToolOf(evidence.result);
  const auto chosen = AssessmentsOf(evidence.result, tool);
  for (const v1::RiskOfBiasAssessment& each : evidence.result.risk_of_bias()) {
    const auto written = chosen.find(each.trial());
    if (written != chosen.end() && written->second == &each) continue;
    left.push_back({.outcome = each.outcome(),
                    .study = StudyOf(evidence, each.trial()),
                    .why = each.tool() == tool
                               ? "judgement of bias for one outcome"
                               : "judgement of bias by another tool"});
  }
  return left;
}

std::vector<ArchiveFile> RevmanFiles(const ReviewEvidence& evidence) {
  PackageWriter package;
  for (const v1::OutcomeResult& outcome : evidence.result.outcomes()) {
    if (!outcome.plan().has_measure() || outcome.studies().empty()) continue;
    package.Add(outcome);
  }
  std::vector<ArchiveFile> files = {
      FileOf("analysis-data", "overall-estimates-and-settings",
             package.settings()),
      FileOf("analysis-data", "data-rows", package.rows()),
      FileOf("analysis-data", "subgroup-estimates", package.subgroups()),
      FileOf("study-data", "risk-of-bias", RiskOfBiasFile(evidence))};
  const std::vector<LeftOut> left = LeftOutOfRevman(evidence);
  if (!left.empty()) {
    files.push_back(FileOf("analysis-data", "left-out", LeftOutTable(left)));
  }
  return files;
}

}  // namespace consilium
