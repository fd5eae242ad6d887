#include "client/export/arm_table.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "client/export/effect_row.h"

namespace consilium {
namespace {

std::vector<TableColumn> ArmColumns() {
  std::vector<TableColumn> columns = EstimateColumns();
  const auto add = [&columns](std::vector<TableColumn> more) {
    columns.insert(columns.end(), more.begin(), more.end());
  };
  add({
      {"year", ColumnType::kInteger, "Year"},
      {"group", ColumnType::kText, "The first group, of ai, n1i, m1i, sd1i"},
      {"reference", ColumnType::kText, "The second, of ci, n2i, m2i, sd2i"},
      {"measure", ColumnType::kText,
       "What the outcome pools, as escalc() calls it", "",
       "HR, OR, RR, RD, IRR, MD, SMD, ROM, PETO, PR, PLO, PAS, PFT, MN"},
  });
  add(CountColumns());
  add({
      {"m1i", ColumnType::kNumber, "Mean of the group"},
      {"sd1i", ColumnType::kNumber, "Standard deviation in the group"},
      {"m2i", ColumnType::kNumber, "Mean of the reference"},
      {"sd2i", ColumnType::kNumber, "Standard deviation in the reference"},
      {"unit", ColumnType::kText, "UCUM unit of means"},
      {"xi", ColumnType::kInteger,
       "Participants with the event, of an outcome of single groups"},
      {"ni", ColumnType::kInteger, "Participants of the single group"},
      {"from_percentages", ColumnType::kFlag,
       "Whether counts were worked out from printed percentages"},
      {"source", ColumnType::kText,
       "Where the numbers were read, and what is printed there"},
      {"row", ColumnType::kText, "Id of the evidence row"},
  });
  return columns;
}

// The standard deviation that `row`, a mean, is printed with, or that follows
// from a standard error.
std::optional<double> DeviationOf(const v1::EvidenceRow& row) {
  const v1::Dispersion& spread = row.estimate().dispersion();
  if (!spread.has_value()) return std::nullopt;
  switch (spread.kind()) {
    case v1::DISPERSION_KIND_STANDARD_DEVIATION:
      return spread.value();
    case v1::DISPERSION_KIND_STANDARD_ERROR:
      if (!row.has_participants()) return std::nullopt;
      return RoundedToDigits(spread.value() * std::sqrt(row.participants()));
    default:
      return std::nullopt;
  }
}

// The mean of the group called `group` in the record of `contrast`, read in the
// same report; null when there is none, or more than one. Where the effect is
// that of numbers of arms, they are of its category, else of any.
const v1::EvidenceRow* FindMean(const ReviewEvidence& evidence,
                                const v1::EvidenceRow& contrast,
                                absl::string_view group) {
  const bool of_arms = contrast.kind() == v1::EVIDENCE_KIND_ESTIMATE;
  const v1::EvidenceRow* found = nullptr;
  for (const auto& [id, row] : evidence.rows) {
    if (row.kind() != v1::EVIDENCE_KIND_ESTIMATE ||
        row.statistic() != v1::STATISTIC_MEAN || !row.has_value() ||
        row.record() != contrast.record() || row.group() != group ||
        row.report() != contrast.report() ||
        row.time_months() != contrast.time_months() ||
        (of_arms && (row.outcome_detail() != contrast.outcome_detail() ||
                     row.population() != contrast.population()))) {
      continue;
    }
    if (found != nullptr) return nullptr;
    found = &row;
  }
  return found;
}

// Whether any mean stands beside the effect.
bool SetMeans(const ReviewEvidence& evidence, const v1::StudyResult& study,
              RowBuilder& row) {
  const auto contrast = evidence.rows.find(study.row());
  if (contrast == evidence.rows.end()) return false;
  const v1::EvidenceRow* const first =
      FindMean(evidence, contrast->second, study.group());
  const v1::EvidenceRow* const second =
      FindMean(evidence, contrast->second, study.reference());
  if (first == nullptr || second == nullptr || first == second) return false;
  const auto set = [&](const v1::EvidenceRow& mean, const char* value,
                       const char* deviation, const char* participants) {
    row.Set(value, mean.value());
    const std::optional<double> spread = DeviationOf(mean);
    if (spread.has_value()) row.Set(deviation, *spread);
    row.Set(participants,
            CountCell(mean.has_participants(), mean.participants()));
  };
  set(*first, "m1i", "sd1i", "n1i");
  set(*second, "m2i", "sd2i", "n2i");
  row.Set("unit", TextCell(first->unit()));
  return true;
}

}  // namespace

Table ArmTable(const ReviewEvidence& evidence, std::vector<LeftOut>& left) {
  Table table{.name = "arms",
              .meaning = "The arms of one estimate that counts",
              .columns = ArmColumns()};
  for (const v1::OutcomeResult& outcome : evidence.result.outcomes()) {
    const bool single = !outcome.plan().has_measure();
    for (const v1::StudyResult& study : outcome.studies()) {
      RowBuilder row(table.columns);
      SetPlan(evidence.result, outcome, row);
      SetEvidence(evidence, study.row(), outcome, row);
      SetGroups(study, row);
      row.Set("from_percentages", study.counts_from_percentages());
      row.Set("source", TextCell(SourceText(study.provenance())));
      const bool has_counts =
          study.has_events() && (single || study.has_reference_events());
      if (single && has_counts) {
        row.Set("xi", int64_t{study.events()});
        row.Set("ni",
                CountCell(study.has_participants(), study.participants()));
      } else if (has_counts) {
        SetCounts(study, row);
      }
      if (SetMeans(evidence, study, row) || has_counts) {
        table.rows.push_back(row.Take());
      } else {
        AddStudy(outcome, study, "no counts or means of its arms", left);
      }
    }
    AddExcluded(outcome, left);
  }
  return table;
}

}  // namespace consilium
