#include "client/export/pooled_table.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/export/effect_row.h"
#include "proto/base/row_field.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

std::vector<TableColumn> PooledColumns() {
  return {
      {"review", ColumnType::kText, "Id of the review"},
      {"outcome", ColumnType::kText, "Id of the outcome in the review"},
      {"title", ColumnType::kText, "Title of the outcome"},
      {"design", ColumnType::kText,
       "How participants came into the groups; each design is pooled apart", "",
       AllowedTexts(*v1::StudyDesign_descriptor())},
      {"analysis", ColumnType::kText,
       "Main analysis, or which part of it or other choice", "",
       "main, subgroup, sensitivity, disputed"},
      {"part", ColumnType::kText,
       "Subgroup, sensitivity analysis, or end of the range of values in "
       "dispute; empty for the main analysis"},
      {"state", ColumnType::kText, "What the outcome came to", "",
       AllowedTexts(*v1::OutcomeState_descriptor())},
      {"studies", ColumnType::kInteger, "Estimates that count, one a study"},
      {"listed", ColumnType::kInteger,
       "Estimates of the outcome that do not count; sheet effects has them"},
      {"participants", ColumnType::kInteger,
       "Participants, where every study tells them"},
      {"measure", ColumnType::kText, "What is pooled", "",
       AllowedTexts(*v1::EffectMeasure_descriptor())},
      {"effect", ColumnType::kNumber, "Pooled effect on the natural scale",
       "column unit; ratios have none"},
      {"low", ColumnType::kNumber, "Lower bound of its interval", "as effect"},
      {"high", ColumnType::kNumber, "Upper bound of its interval", "as effect"},
      {"level", ColumnType::kNumber, "Level of the intervals", "%"},
      {"unit", ColumnType::kText, "UCUM unit of the effect"},
      {"p", ColumnType::kNumber, "P of no effect"},
      {"predictionLow", ColumnType::kNumber,
       "Lower bound of the prediction interval", "as effect"},
      {"predictionHigh", ColumnType::kNumber,
       "Upper bound of the prediction interval", "as effect"},
      {"tau2", ColumnType::kNumber,
       "Variance between studies on the scale of the analysis"},
      {"tau2Low", ColumnType::kNumber, "Lower bound of it, by Q-profile"},
      {"tau2High", ColumnType::kNumber, "Upper bound of it, by Q-profile"},
      {"i2", ColumnType::kNumber, "I2, from tau2", "%"},
      {"q", ColumnType::kNumber, "Cochran's Q"},
      {"qDf", ColumnType::kInteger, "Its degrees of freedom"},
      {"qP", ColumnType::kNumber, "Its P"},
      {"interactionP", ColumnType::kNumber,
       "Of subgroups: P of no difference between them"},
      {"method", ColumnType::kText, "How studies were pooled"},
      {"certainty", ColumnType::kText, "Certainty by GRADE", "",
       AllowedTexts(*v1::CertaintyLevel_descriptor())},
      {"conclusion", ColumnType::kText, "The conclusion in words"},
      {"explanation", ColumnType::kText, "Why nothing was pooled"},
      {"notes", ColumnType::kText, "What to know of the result"},
  };
}

// "radiotherapy = sbrt": a subgroup by its field, without the values that the
// plan asks for.
std::string SubgroupName(const v1::SubgroupAnalysis& by,
                         const v1::PooledPart& part) {
  const absl::StatusOr<RowField> field = ParseRowField(by.field());
  return absl::StrCat(field.ok() ? field->name() : by.field(), " = ",
                      part.id());
}

class PooledRows {
 public:
  PooledRows(const v1::ReviewResult& result, Table& table)
      : result_(result), table_(table) {}

  void AddMain(const v1::OutcomeResult& outcome) {
    RowBuilder row = Begin(outcome, "main", "");
    row.Set("studies", int64_t{outcome.studies_size()});
    row.Set("listed", int64_t{outcome.excluded_size()});
    SetPooled(outcome.pooled(), row);
    row.Set("certainty", TextCell(EnumWord(*v1::CertaintyLevel_descriptor(),
                                           outcome.certainty().level())));
    row.Set("conclusion", TextCell(outcome.conclusion()));
    row.Set("explanation", TextCell(outcome.explanation()));
    table_.rows.push_back(row.Take());
  }

  void AddPart(const v1::OutcomeResult& outcome, const char* analysis,
               const std::string& part, const v1::PooledPart& of,
               TableCell interaction = {}) {
    RowBuilder row = Begin(outcome, analysis, part);
    row.Set("studies", int64_t{of.rows_size()});
    SetPooled(of.pooled(), row);
    row.Set("interactionP", std::move(interaction));
    row.Set("explanation", TextCell(of.explanation()));
    table_.rows.push_back(row.Take());
  }

 private:
  RowBuilder Begin(const v1::OutcomeResult& outcome, const char* analysis,
                   const std::string& part) {
    RowBuilder row(table_.columns);
    row.Set("review", TextCell(IdOf(result_.stamp().review())));
    row.Set("outcome", TextCell(outcome.id()));
    row.Set("title", TextCell(outcome.title()));
    row.Set("design", TextCell(EnumWord(*v1::StudyDesign_descriptor(),
                                        outcome.design())));
    row.Set("analysis", TextCell(analysis));
    row.Set("part", TextCell(part));
    row.Set("state", TextCell(EnumWord(*v1::OutcomeState_descriptor(),
                                       outcome.state())));
    row.Set("measure", TextCell(EnumWord(*v1::EffectMeasure_descriptor(),
                                         outcome.plan().measure())));
    row.Set("unit", TextCell(outcome.unit()));
    return row;
  }

  static void SetPooled(const v1::PooledEffect& pooled, RowBuilder& row) {
    const v1::EffectEstimate& effect = pooled.effect();
    const v1::EffectEstimate& prediction = pooled.prediction();
    row.Set("participants",
            CountCell(pooled.has_participants(), pooled.participants()));
    row.Set("effect", NumberCell(effect.has_value(), effect.value()));
    row.Set("low", NumberCell(effect.has_low(), effect.low()));
    row.Set("high", NumberCell(effect.has_high(), effect.high()));
    row.Set("level", NumberCell(effect.has_level(), effect.level()));
    row.Set("p", NumberCell(pooled.has_p(), pooled.p()));
    row.Set("predictionLow",
            NumberCell(prediction.has_low(), prediction.low()));
    row.Set("predictionHigh",
            NumberCell(prediction.has_high(), prediction.high()));
    row.Set("tau2", NumberCell(pooled.has_tau2(), pooled.tau2()));
    row.Set("tau2Low", NumberCell(pooled.has_tau2_low(), pooled.tau2_low()));
    row.Set("tau2High", NumberCell(pooled.has_tau2_high(), pooled.tau2_high()));
    row.Set("i2", NumberCell(pooled.has_i2(), pooled.i2()));
    row.Set("q", NumberCell(pooled.has_q(), pooled.q()));
    row.Set("qDf", CountCell(pooled.has_q_df(), pooled.q_df()));
    row.Set("qP", NumberCell(pooled.has_q_p(), pooled.q_p()));
    row.Set("method", TextCell(pooled.method()));
    row.Set("notes", TextCell(absl::StrJoin(pooled.notes(), "; ")));
  }

  const v1::ReviewResult& result_;
  Table& table_;
};

}  // namespace

Table PooledTable(const v1::ReviewResult& result) {
  Table table{.name = "pooled",
              .meaning =
                  "One analysis of an outcome of the review, for one "
                  "design",
              .columns = PooledColumns()};
  PooledRows rows(result, table);
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    rows.AddMain(outcome);
    for (const v1::SubgroupAnalysis& by : outcome.subgroups()) {
      for (const v1::PooledPart& part : by.parts()) {
        rows.AddPart(outcome, "subgroup", SubgroupName(by, part), part,
                     NumberCell(by.has_p(), by.p()));
      }
    }
    for (const v1::PooledPart& part : outcome.sensitivity()) {
      rows.AddPart(outcome, "sensitivity", part.id(), part);
    }
    for (const v1::PooledPart& part : outcome.disputed()) {
      rows.AddPart(outcome, "disputed", part.id(), part);
    }
  }
  return table;
}

}  // namespace consilium
