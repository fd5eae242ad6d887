#include "client/export/effect_row.h"

#include "absl/strings/str_cat.h"
#include "client/export/metafor_terms.h"
#include "proto/base/enum_text.h"
#include "proto/base/row_field.h"

namespace consilium {
namespace {

std::string LastPart(absl::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

// The column of one of the plan's fields: its name after `prefix`.
void SetPlanField(absl::string_view prefix, absl::string_view text,
                  const v1::EvidenceRow& read, const Covariates& covariates,
                  RowBuilder& row) {
  const absl::StatusOr<RowField> field = ParseRowField(text);
  if (!field.ok()) return;  // The outcome tells that its plan is wrong.
  row.Set(absl::StrCat(prefix, field->name()),
          TextCell(TextOf(*field, read, covariates)));
}

}  // namespace

std::vector<TableColumn> EstimateColumns() {
  return {
      {"review", ColumnType::kText, "Id of the review"},
      {"outcome", ColumnType::kText, "Id of the outcome in the review"},
      {"design", ColumnType::kText,
       "How participants came into the groups; each design is pooled apart", "",
       AllowedTexts(*v1::StudyDesign_descriptor())},
      {"study", ColumnType::kText, "Short name of the study"},
      {"trial", ColumnType::kText, "Id of the trial in the registry"},
  };
}

std::vector<TableColumn> CountColumns() {
  return {
      {"ai", ColumnType::kInteger, "Participants of the group with the event"},
      {"n1i", ColumnType::kInteger,
       "Participants of the group; of a printed comparison that does not count "
       "its own, those of the arms"},
      {"ci", ColumnType::kInteger,
       "Participants of the reference with the event"},
      {"n2i", ColumnType::kInteger,
       "Participants of the reference, likewise; a part of them where several "
       "comparisons count that share it"},
      {"t1i", ColumnType::kNumber,
       "Of a rate ratio: person-years of the group, in which ai events were "
       "counted"},
      {"t2i", ColumnType::kNumber, "Person-years of the reference, likewise"},
  };
}

std::vector<std::string> ModeratorsOf(const v1::ReviewOutcome& plan) {
  std::vector<std::string> moderators(plan.moderators().begin(),
                                      plan.moderators().end());
  for (const v1::PlannedRegression& regression : plan.regressions()) {
    moderators.insert(moderators.end(), regression.moderators().begin(),
                      regression.moderators().end());
  }
  return moderators;
}

void SetPlan(const v1::ReviewResult& result, const v1::OutcomeResult& outcome,
             RowBuilder& row) {
  const v1::ReviewOutcome& plan = outcome.plan();
  row.Set("review", TextCell(LastPart(result.stamp().review())));
  row.Set("outcome", TextCell(outcome.id()));
  row.Set("measure", TextCell(MeasureCode(plan)));
  row.Set("level", LevelOf(plan));
  row.Set("method", TextCell(MethodCode(plan)));
  row.Set("test", TextCell(PoolsInverseVariance(plan) ? TestCode(plan) : "z"));
  row.Set("pooling",
          TextCell(EnumText(*v1::PoolingMethod_descriptor()->FindValueByNumber(
              PoolsInverseVariance(plan) ? v1::POOLING_METHOD_INVERSE_VARIANCE
                                         : plan.pooling()))));
}

void SetEvidence(const ReviewEvidence& evidence, const std::string& id,
                 const v1::OutcomeResult& outcome, RowBuilder& row) {
  row.Set("row", TextCell(id));
  const auto found = evidence.rows.find(id);
  if (found == evidence.rows.end()) return;
  const v1::EvidenceRow& read = found->second;
  row.Set("year", CountCell(read.has_year(), read.year()));
  row.Set("secondary", read.secondary());
  row.Set("disputed", !read.conflicts().empty());
  row.Set("source", TextCell(SourceText(read.provenance())));
  if (!read.registrations().empty()) {
    row.Set("registration", TextCell(read.registrations(0)));
  }
  const Covariates& covariates = evidence.result.protocol().covariates();
  for (const std::string& text : outcome.plan().subgroups()) {
    SetPlanField("subgroup.", text, read, covariates, row);
  }
  for (const std::string& text : ModeratorsOf(outcome.plan())) {
    SetPlanField("moderator.", text, read, covariates, row);
  }
}

void SetCounts(const v1::StudyResult& study, RowBuilder& row) {
  row.Set("ai", CountCell(study.has_events(), study.events()));
  row.Set("n1i", CountCell(study.has_participants(), study.participants()));
  row.Set("ci",
          CountCell(study.has_reference_events(), study.reference_events()));
  row.Set("n2i", CountCell(study.has_reference_participants(),
                           study.reference_participants()));
  row.Set("t1i", NumberCell(study.has_person_years(), study.person_years()));
  row.Set("t2i", NumberCell(study.has_reference_person_years(),
                            study.reference_person_years()));
}

TableCell NumberCell(bool has, double value) {
  return has ? TableCell(value) : TableCell();
}

TableCell CountCell(bool has, int32_t value) {
  return has ? TableCell(int64_t{value}) : TableCell();
}

}  // namespace consilium
