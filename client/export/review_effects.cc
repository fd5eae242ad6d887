#include "client/export/review_effects.h"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/export/effect_row.h"
#include "client/export/metafor_terms.h"
#include "proto/base/row_field.h"

namespace consilium {
namespace {

// The names of the fields that `of` gives for any outcome, each once.
template <typename Of>
std::vector<std::string> FieldNames(const v1::ReviewResult& result,
                                    const Of& of) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    for (const std::string& text : of(outcome.plan())) {
      const absl::StatusOr<RowField> field = ParseRowField(text);
      if (!field.ok() || !seen.insert(field->name()).second) continue;
      names.push_back(field->name());
    }
  }
  return names;
}

const auto kSubgroupsOf = [](const v1::ReviewOutcome& plan) {
  return plan.subgroups();
};
// The standard normal quantile that leaves (100 - `level`) / 2 percent above.
double QuantileOf(double level_percent) {
  const double wanted = (100 - level_percent) / 200;
  double low = 0, high = 10;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    const double above = std::erfc(middle / std::sqrt(2.0)) / 2;
    (above > wanted ? low : high) = middle;
  }
  return (low + high) / 2;
}

std::vector<TableColumn> ContrastColumns(const v1::ReviewResult& result) {
  std::vector<TableColumn> columns = EstimateColumns();
  const auto add = [&columns](std::vector<TableColumn> more) {
    columns.insert(columns.end(), more.begin(), more.end());
  };
  add({
      {"registration", ColumnType::kText,
       "Registry number of the trial, or the number of its publication"},
      {"year", ColumnType::kInteger, "Year"},
      {"group", ColumnType::kText, "The group that the effect is about"},
      {"reference", ColumnType::kText, "The group it is compared with"},
      {"measure", ColumnType::kText,
       "What yi measures, as metafor calls it; HR is a log hazard ratio", "",
       "HR, OR, RR, RD, IRR, MD, SMD, ROM, PETO, PR, PLO, PAS, PFT, MN"},
      {"yi", ColumnType::kNumber,
       "Effect on the scale of the analysis: the logarithm of a ratio"},
      {"vi", ColumnType::kNumber, "Its sampling variance: sei squared"},
      {"sei", ColumnType::kNumber, "Its standard error"},
      {"ci.lb", ColumnType::kNumber,
       "Lower bound of yi, from sei and the normal distribution"},
      {"ci.ub", ColumnType::kNumber, "Upper bound of yi, likewise"},
      {"level", ColumnType::kNumber, "Level of the intervals", "%"},
      {"effect", ColumnType::kNumber,
       "Effect on the natural scale: the ratio itself, percent for "
       "proportions and risk differences"},
      {"effect.lb", ColumnType::kNumber, "Lower bound of it"},
      {"effect.ub", ColumnType::kNumber, "Upper bound of it"},
      {"printed", ColumnType::kText, "The result as the report prints it"},
      {"derivation", ColumnType::kText,
       "What yi and sei were worked out from; empty when they are printed", "",
       AllowedTexts(*v1::DerivationMethod_descriptor())},
      {"derived", ColumnType::kText,
       "How they were worked out, with the numbers"},
      {"included", ColumnType::kFlag, "Whether the estimate counts"},
      {"reason", ColumnType::kText, "Why it does not; empty when it does", "",
       AllowedTexts(*v1::ExclusionReason_descriptor())},
      {"explanation", ColumnType::kText, "The same in words"},
  });
  add(CountColumns());
  add({
      {"weight", ColumnType::kNumber,
       "Weight in the pooled effect; empty when nothing was pooled", "%"},
      {"rob", ColumnType::kText, "Overall risk of bias", "",
       AllowedTexts(*v1::RiskOfBiasJudgement_descriptor())},
      {"disputed", ColumnType::kFlag,
       "Whether a value it rests on is disputed"},
      {"secondary", ColumnType::kFlag,
       "Whether it was read through another report than its own"},
      {"method", ColumnType::kText,
       "Estimator by which the outcome is pooled, as rma() calls it; MH of "
       "rma.mh(), PETO of rma.peto(), UM.FS, CM.EL and for proportions ML of "
       "rma.glmm()",
       "", "EE, REML, DL, PM, ML, EB, SJ, HE, HS, MH, PETO, UM.FS, CM.EL"},
      {"test", ColumnType::kText, "How its interval is made, as rma() calls it",
       "", "z, knha, adhoc"},
      {"pooling", ColumnType::kText,
       "How studies are weighed; rma() does inverse-variance alone", "",
       AllowedTexts(*v1::PoolingMethod_descriptor())},
      {"source", ColumnType::kText,
       "Where the numbers were read, and what is printed there"},
      {"row", ColumnType::kText, "Id of the evidence row"},
  });
  for (const std::string& name : FieldNames(result, kSubgroupsOf)) {
    columns.push_back({absl::StrCat("subgroup.", name), ColumnType::kText,
                       absl::StrCat("Subgroup by ", name)});
  }
  for (const std::string& name : FieldNames(result, ModeratorsOf)) {
    columns.push_back({absl::StrCat("moderator.", name), ColumnType::kText,
                       absl::StrCat("Moderator ", name)});
  }
  return columns;
}

void SetEffect(const v1::StudyResult& study, const v1::ReviewOutcome& plan,
               RowBuilder& row) {
  if (study.has_yi() && study.has_sei()) {
    const double half = QuantileOf(LevelOf(plan)) * study.sei();
    row.Set("yi", study.yi());
    row.Set("vi", study.sei() * study.sei());
    row.Set("sei", study.sei());
    row.Set("ci.lb", RoundedToDigits(study.yi() - half));
    row.Set("ci.ub", RoundedToDigits(study.yi() + half));
  }
  const v1::EffectEstimate& effect = study.effect();
  row.Set("effect", NumberCell(effect.has_value(), effect.value()));
  row.Set("effect.lb", NumberCell(effect.has_low(), effect.low()));
  row.Set("effect.ub", NumberCell(effect.has_high(), effect.high()));
  row.Set("derivation", TextCell(EnumWord(*v1::DerivationMethod_descriptor(),
                                          study.derivation_method())));
  row.Set("derived", TextCell(study.derivation()));
}

std::vector<TableCell> StudyRow(const ReviewEvidence& evidence,
                                const v1::OutcomeResult& outcome,
                                const v1::StudyResult& study,
                                const std::vector<TableColumn>& columns) {
  RowBuilder row(columns);
  SetPlan(evidence.result, outcome, row);
  SetEvidence(evidence, study.row(), outcome, row);
  SetGroups(study, row);
  if (study.has_registration()) {
    row.Set("registration", TextCell(study.registration()));
  }
  SetEffect(study, outcome.plan(), row);
  SetCounts(study, row);
  row.Set("printed", TextCell(study.printed()));
  row.Set("included", true);
  row.Set("weight", NumberCell(study.has_weight(), study.weight()));
  row.Set("rob", TextCell(EnumWord(*v1::RiskOfBiasJudgement_descriptor(),
                                   study.risk_of_bias())));
  row.Set("disputed", study.disputed());
  row.Set("secondary", study.secondary());
  row.Set("source", TextCell(SourceText(study.provenance())));
  return row.Take();
}

std::vector<TableCell> ExcludedRow(const ReviewEvidence& evidence,
                                   const v1::OutcomeResult& outcome,
                                   const v1::ExcludedResult& excluded,
                                   const std::vector<TableColumn>& columns) {
  RowBuilder row(columns);
  SetPlan(evidence.result, outcome, row);
  SetEvidence(evidence, excluded.row(), outcome, row);
  SetGroups(excluded, row);
  row.Set("printed", TextCell(excluded.printed()));
  row.Set("included", false);
  row.Set("reason", TextCell(EnumWord(*v1::ExclusionReason_descriptor(),
                                      excluded.reason())));
  row.Set("explanation", TextCell(excluded.explanation()));
  return row.Take();
}

}  // namespace

Table ContrastTable(const ReviewEvidence& evidence) {
  Table table{.name = "effects",
              .meaning = "One estimate that the filter of an outcome found",
              .columns = ContrastColumns(evidence.result)};
  for (const v1::OutcomeResult& outcome : evidence.result.outcomes()) {
    for (const v1::StudyResult& study : outcome.studies()) {
      table.rows.push_back(StudyRow(evidence, outcome, study, table.columns));
    }
    for (const v1::ExcludedResult& excluded : outcome.excluded()) {
      table.rows.push_back(
          ExcludedRow(evidence, outcome, excluded, table.columns));
    }
  }
  return table;
}

}  // namespace consilium
