#include "client/export/review_tables.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace consilium {

const std::vector<BiasDomain>& DomainsOf(v1::RiskOfBiasTool tool) {
  static const auto& rob2 = *new std::vector<BiasDomain>{
      {v1::RISK_OF_BIAS_DOMAIN_RANDOMIZATION, "Randomization process"},
      {v1::RISK_OF_BIAS_DOMAIN_DEVIATIONS,
       "Deviations from intended interventions"},
      {v1::RISK_OF_BIAS_DOMAIN_MISSING_DATA, "Missing outcome data"},
      {v1::RISK_OF_BIAS_DOMAIN_MEASUREMENT, "Measurement of the outcome"},
      {v1::RISK_OF_BIAS_DOMAIN_REPORTING, "Selection of the reported result"},
  };
  static const auto& robins_i = *new std::vector<BiasDomain>{
      {v1::RISK_OF_BIAS_DOMAIN_CONFOUNDING, "Confounding"},
      {v1::RISK_OF_BIAS_DOMAIN_SELECTION, "Selection of participants"},
      {v1::RISK_OF_BIAS_DOMAIN_CLASSIFICATION,
       "Classification of interventions"},
      {v1::RISK_OF_BIAS_DOMAIN_DEVIATIONS,
       "Deviations from intended interventions"},
      {v1::RISK_OF_BIAS_DOMAIN_MISSING_DATA, "Missing data"},
      {v1::RISK_OF_BIAS_DOMAIN_MEASUREMENT, "Measurement of outcomes"},
      {v1::RISK_OF_BIAS_DOMAIN_REPORTING, "Selection of the reported result"},
  };
  return tool == v1::RISK_OF_BIAS_TOOL_ROBINS_I ? robins_i : rob2;
}

std::string JudgementText(v1::RiskOfBiasJudgement judgement) {
  switch (judgement) {
    case v1::RISK_OF_BIAS_JUDGEMENT_LOW:
      return "Low";
    case v1::RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS:
      return "Some concerns";
    case v1::RISK_OF_BIAS_JUDGEMENT_MODERATE:
      return "Moderate";
    case v1::RISK_OF_BIAS_JUDGEMENT_HIGH:
      return "High";
    case v1::RISK_OF_BIAS_JUDGEMENT_SERIOUS:
      return "Serious";
    case v1::RISK_OF_BIAS_JUDGEMENT_CRITICAL:
      return "Critical";
    case v1::RISK_OF_BIAS_JUDGEMENT_NO_INFORMATION:
      return "No information";
    default:
      return "";
  }
}

std::string StudyOf(const ReviewEvidence& evidence, const std::string& trial) {
  const auto row = evidence.rows.find(absl::StrCat("trials/", trial));
  return row == evidence.rows.end() || row->second.study().empty()
             ? trial
             : row->second.study();
}

namespace {

std::string AllowedJudgements(v1::RiskOfBiasTool tool) {
  return tool == v1::RISK_OF_BIAS_TOOL_ROBINS_I
             ? "Low, Moderate, Serious, Critical, No information"
             : "Low, Some concerns, High, No information";
}

// The weight of `trial` in the pooled effect of `outcome`, else 1: studies
// count alike.
double WeightOf(const v1::ReviewResult& result, absl::string_view trial,
                absl::string_view outcome) {
  for (const v1::OutcomeResult& each : result.outcomes()) {
    if (each.id() != outcome) continue;
    for (const v1::StudyResult& study : each.studies()) {
      if (study.trial_id() == trial && study.has_weight()) {
        return study.weight();
      }
    }
  }
  return 1;
}

}  // namespace

Table FlowTable(const v1::ReviewResult& result) {
  Table table{
      .name = "flow",
      .meaning =
          "A number of the flow of records by PRISMA 2020, or a part "
          "of it by reason",
      .columns = {
          {"id", ColumnType::kText, "Name of the number"},
          {"title", ColumnType::kText, "Title, as in the flow diagram"},
          {"reason", ColumnType::kText,
           "Reason of a part of the number; empty for all of it"},
          {"count", ColumnType::kInteger,
           "Of this version, since the one named; empty when none was named "
           "or it was never recorded"},
          {"total", ColumnType::kInteger,
           "From the start; empty when it was never recorded"},
      }};
  for (const v1::FlowNumber& number : result.flow()) {
    const auto count = [](bool has, int64_t value) {
      return has ? TableCell(value) : TableCell();
    };
    table.rows.push_back({TextCell(number.id()), TextCell(number.title()),
                          TableCell(),
                          count(number.has_count(), number.count()),
                          count(number.has_total(), number.total())});
    for (const v1::FlowReason& reason : number.reasons()) {
      table.rows.push_back({TextCell(number.id()), TextCell(number.title()),
                            TextCell(reason.reason()), TableCell(),
                            count(reason.has_count(), reason.count())});
    }
  }
  return table;
}

v1::RiskOfBiasTool ToolOf(const v1::ReviewResult& result) {
  const bool all =
      std::all_of(result.risk_of_bias().begin(), result.risk_of_bias().end(),
                  [](const v1::RiskOfBiasAssessment& assessment) {
                    return assessment.tool() == v1::RISK_OF_BIAS_TOOL_ROBINS_I;
                  });
  return all && !result.risk_of_bias().empty() ? v1::RISK_OF_BIAS_TOOL_ROBINS_I
                                               : v1::RISK_OF_BIAS_TOOL_ROB2;
}

Table RiskOfBiasTable(const ReviewEvidence& evidence, v1::RiskOfBiasTool tool,
                      absl::string_view outcome) {
  Table table{.name = "risk-of-bias",
              .meaning = "The judgement of one study",
              .columns = {{"Study", ColumnType::kText,
                           "Short name of the study, with the outcome where "
                           "the judgement is for it alone"}}};
  const std::string allowed = AllowedJudgements(tool);
  const std::vector<BiasDomain>& domains = DomainsOf(tool);
  for (size_t i = 0; i < domains.size(); ++i) {
    table.columns.push_back({absl::StrCat("D", i + 1), ColumnType::kText,
                             domains[i].meaning, "", allowed});
  }
  table.columns.push_back(
      {"Overall", ColumnType::kText, "Over all domains", "", allowed});
  table.columns.push_back(
      {"Weight", ColumnType::kNumber,
       "Weight in the pooled effect in percent; 1 where nothing was pooled"});
  // By study; of one study the outcome's own judgement hides the general one.
  std::map<std::pair<std::string, std::string>, const v1::RiskOfBiasAssessment*>
      chosen;
  for (const v1::RiskOfBiasAssessment& each : evidence.result.risk_of_bias()) {
    if (each.tool() != tool) continue;
    if (outcome.empty()) {
      chosen[{each.trial(), each.outcome()}] = &each;
    } else if (each.outcome() == outcome || !each.has_outcome()) {
      const v1::RiskOfBiasAssessment*& place = chosen[{each.trial(), ""}];
      if (place == nullptr || each.has_outcome()) place = &each;
    }
  }
  for (const auto& [key, assessment] : chosen) {
    std::string study = StudyOf(evidence, key.first);
    if (!key.second.empty()) absl::StrAppend(&study, " (", key.second, ")");
    std::vector<TableCell> row = {TextCell(study)};
    for (const BiasDomain& domain : domains) {
      TableCell cell;
      for (const v1::DomainJudgement& judged : assessment->domains()) {
        if (judged.domain() == domain.domain) {
          cell = TextCell(JudgementText(judged.judgement()));
        }
      }
      row.push_back(std::move(cell));
    }
    row.push_back(TextCell(JudgementText(assessment->overall())));
    row.push_back(WeightOf(evidence.result, key.first, outcome));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table JudgementTable(const ReviewEvidence& evidence) {
  Table table{
      .name = "risk-of-bias",
      .meaning = "A judgement of risk of bias",
      .columns = {
          {"trialId", ColumnType::kText, "Id of the trial"},
          {"study", ColumnType::kText, "Short name of the study"},
          {"outcome", ColumnType::kText,
           "Id of the review's outcome that it holds for; empty for all"},
          {"tool", ColumnType::kText, "Tool that the judgement follows", "",
           AllowedTexts(*v1::RiskOfBiasTool_descriptor())},
          {"domain", ColumnType::kText, "Domain; empty over all domains", "",
           AllowedTexts(*v1::RiskOfBiasDomain_descriptor())},
          {"judgement", ColumnType::kText, "The judgement", "",
           AllowedTexts(*v1::RiskOfBiasJudgement_descriptor())},
          {"reason", ColumnType::kText, "Why"},
          {"assessors", ColumnType::kText, "Who judged"},
          {"note", ColumnType::kText, "Remark"},
      }};
  for (const v1::RiskOfBiasAssessment& each : evidence.result.risk_of_bias()) {
    const auto add = [&](const std::string& domain,
                         v1::RiskOfBiasJudgement judgement,
                         const std::string& reason) {
      table.rows.push_back(
          {TextCell(each.trial()), TextCell(StudyOf(evidence, each.trial())),
           TextCell(each.outcome()),
           TextCell(EnumWord(*v1::RiskOfBiasTool_descriptor(), each.tool())),
           TextCell(domain),
           TextCell(EnumWord(*v1::RiskOfBiasJudgement_descriptor(), judgement)),
           TextCell(reason), TextCell(absl::StrJoin(each.assessors(), "; ")),
           TextCell(each.note())});
    };
    for (const v1::DomainJudgement& judged : each.domains()) {
      add(EnumWord(*v1::RiskOfBiasDomain_descriptor(), judged.domain()),
          judged.judgement(), judged.reason());
    }
    if (each.has_overall()) add("", each.overall(), each.reason());
  }
  return table;
}

}  // namespace consilium
