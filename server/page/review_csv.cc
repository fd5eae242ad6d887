#include "server/page/review_csv.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "proto/base/number_text.h"
#include "proto/base/words.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

// Text that people wrote; a number is never taken for a formula.
std::string TextCell(absl::string_view text) {
  std::string cell(text);
  if (!cell.empty() && absl::StrContains("=+-@\t\r", cell[0])) {
    cell.insert(cell.begin(), '\'');
  }
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

std::string NumberCell(bool has, double value) {
  return has ? ShortestDecimal(value) : "";
}

std::string CountCell(bool has, int value) {
  return has ? absl::StrCat(value) : "";
}

void AddCells(const std::vector<std::string>& cells, std::string& csv) {
  for (size_t i = 0; i < cells.size(); ++i) {
    absl::StrAppend(&csv, i > 0 ? "," : "", cells[i]);
  }
  csv += "\r\n";
}

std::vector<std::string> EffectCells(const v1::EffectEstimate& effect) {
  return {NumberCell(effect.has_value(), effect.value()),
          NumberCell(effect.has_low(), effect.low()),
          NumberCell(effect.has_high(), effect.high()),
          NumberCell(effect.has_level(), effect.level())};
}

void AddStudyLine(const std::string& outcome, const std::string& measure,
                  const v1::StudyResult& study, std::string& csv) {
  std::vector<std::string> cells = {outcome,
                                    "study",
                                    TextCell(study.trial_id()),
                                    TextCell(study.study()),
                                    CountCell(study.has_year(), study.year()),
                                    TextCell(EnumWords(study.design())),
                                    TextCell(measure)};
  for (std::string& cell : EffectCells(study.effect())) {
    cells.push_back(std::move(cell));
  }
  cells.insert(
      cells.end(),
      {NumberCell(study.has_yi(), study.yi()),
       NumberCell(study.has_sei(), study.sei()),
       NumberCell(study.has_weight(), study.weight()),
       CountCell(study.has_events(), study.events()),
       CountCell(study.has_participants(), study.participants()),
       CountCell(study.has_reference_events(), study.reference_events()),
       CountCell(study.has_reference_participants(),
                 study.reference_participants()),
       "", "", "", study.disputed() ? "yes" : "no",
       study.secondary() ? "yes" : "no", TextCell(study.derivation()),
       TextCell(study.printed()), TextCell(study.row())});
  AddCells(cells, csv);
}

void AddPooledLine(const std::string& outcome, absl::string_view kind,
                   const std::string& measure, const std::string& design,
                   const v1::PooledEffect& pooled, std::string& csv) {
  std::vector<std::string> cells = {
      outcome, TextCell(kind), "", "", "", TextCell(design), TextCell(measure)};
  for (std::string& cell : EffectCells(pooled.effect())) {
    cells.push_back(std::move(cell));
  }
  cells.insert(
      cells.end(),
      {NumberCell(pooled.has_estimate(), pooled.estimate()),
       NumberCell(pooled.has_standard_error(), pooled.standard_error()), "", "",
       CountCell(pooled.has_participants(), pooled.participants()), "", "",
       CountCell(pooled.has_studies(), pooled.studies()),
       NumberCell(pooled.has_tau2(), pooled.tau2()),
       NumberCell(pooled.has_i2(), pooled.i2()), "", "",
       TextCell(pooled.method()), "", ""});
  AddCells(cells, csv);
}

// A line for each coefficient, on the scale of the analysis.
void AddRegressionLines(const std::string& outcome, const std::string& measure,
                        const std::string& design,
                        const v1::RegressionAnalysis& analysis,
                        std::string& csv) {
  for (const v1::RegressionCoefficient& each : analysis.coefficients()) {
    AddCells(
        {outcome,
         TextCell(absl::StrCat(
             "regression ",
             analysis.has_id() ? analysis.id()
                               : absl::StrJoin(analysis.moderators(), " + "),
             ": ", each.name())),
         "",
         "",
         "",
         TextCell(design),
         TextCell(measure),
         "",
         "",
         "",
         "",
         NumberCell(each.has_estimate(), each.estimate()),
         NumberCell(each.has_standard_error(), each.standard_error()),
         "",
         "",
         "",
         "",
         "",
         CountCell(analysis.has_studies(), analysis.studies()),
         NumberCell(analysis.has_tau2(), analysis.tau2()),
         NumberCell(analysis.has_i2(), analysis.i2()),
         "",
         "",
         TextCell(analysis.method()),
         "",
         ""},
        csv);
  }
}

}  // namespace

std::string RenderReviewCsv(const v1::ReviewResult& result) {
  std::string csv;
  AddCells({"outcome",
            "kind",
            "trial",
            "study",
            "year",
            "design",
            "measure",
            "effect",
            "low",
            "high",
            "level",
            "yi",
            "sei",
            "weight",
            "events",
            "participants",
            "reference_events",
            "reference_participants",
            "studies",
            "tau2",
            "i2",
            "disputed",
            "secondary",
            "method",
            "printed",
            "row"},
           csv);
  for (int i = 0; i < result.outcomes_size(); ++i) {
    const v1::OutcomeResult& outcome = result.outcomes(i);
    const std::string key = TextCell(OutcomeKey(result, i));
    const std::string measure = MeasureWords(outcome);
    const std::string design = EnumWords(outcome.design());
    for (const v1::StudyResult& study : outcome.studies()) {
      AddStudyLine(key, measure, study, csv);
    }
    if (IsPooled(outcome)) {
      AddPooledLine(key, "pooled", measure, design, outcome.pooled(), csv);
    }
    for (const v1::SubgroupAnalysis& analysis : outcome.subgroups()) {
      for (const v1::PooledPart& part : analysis.parts()) {
        if (!part.has_pooled()) continue;
        AddPooledLine(
            key, absl::StrCat("subgroup ", analysis.field(), " = ", part.id()),
            measure, design, part.pooled(), csv);
      }
    }
    for (const v1::RegressionAnalysis& analysis : outcome.regressions()) {
      AddRegressionLines(key, measure, design, analysis, csv);
    }
  }
  return csv;
}

}  // namespace consilium
