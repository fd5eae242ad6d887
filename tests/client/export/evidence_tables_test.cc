#include "client/export/evidence_tables.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// A trial joined with another, two arms, an estimate and a conclusion.
RegistryRows SmallRegistry() {
  RegistryRows read{.registry = "r", .frontier = "f"};
  v1::EvidenceRow& trial = read.rows.emplace_back();
  trial.set_id("trials/t");
  trial.set_kind(v1::EVIDENCE_KIND_TRIAL);
  trial.set_trial_id("t");
  trial.add_registrations("NCT00000001");
  trial.add_registrations("ISRCTN1");
  trial.add_linked_trials("other");
  v1::EvidenceRow& estimate = read.rows.emplace_back();
  estimate.set_id("trials/t/endpoints/os#estimates[a]");
  estimate.set_kind(v1::EVIDENCE_KIND_ESTIMATE);
  estimate.set_trial_id("t");
  estimate.set_record("registries/r/trials/t/endpoints/os");
  estimate.set_outcome("other");
  estimate.set_statistic(v1::STATISTIC_MEDIAN);
  estimate.set_value(0);
  estimate.set_events(7);
  v1::Source& source = *estimate.add_provenance()->mutable_source();
  source.set_report("paper");
  source.set_text("0 months");
  v1::EvidenceRow& conclusion = read.rows.emplace_back();
  conclusion.set_kind(v1::EVIDENCE_KIND_CONCLUSION);
  conclusion.set_outcome("safety");
  conclusion.set_statement("It is safe.");
  v1::Endpoint& endpoint = read.endpoints.emplace_back();
  endpoint.set_name("registries/r/trials/t/endpoints/os");
  endpoint.set_title("Body mass index");
  v1::Trial& record = read.trials.emplace_back();
  record.set_name("registries/r/trials/t");
  record.set_start_date("2019-03");
  read.arms.emplace_back().set_name("registries/r/trials/other/arms/drug");
  v1::Arm& arm = read.arms.emplace_back();
  arm.set_name("registries/r/trials/t/arms/both");
  arm.add_drugs()->set_drug("gefitinib");
  arm.add_radiotherapies()->set_technique(v1::RADIOTHERAPY_TECHNIQUE_SBRT);
  arm.add_radiotherapies();
  return read;
}

const Table& TableOf(const std::vector<Table>& tables, absl::string_view name) {
  for (const Table& table : tables) {
    if (table.name == name) return table;
  }
  ADD_FAILURE() << "no table " << name;
  return tables.front();
}

const TableCell& CellAt(const Table& table, size_t row,
                        absl::string_view column) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == column) return table.rows.at(row)[i];
  }
  ADD_FAILURE() << "no column " << column << " in " << table.name;
  static const TableCell none;
  return none;
}

std::string TextAt(const Table& table, size_t row, absl::string_view column) {
  return CellText(CellAt(table, row, column));
}

TEST(EvidenceTablesTest, EveryColumnIsExplainedAndEveryRowIsWhole) {
  for (const Table& table : EvidenceTables(SmallRegistry())) {
    EXPECT_FALSE(table.meaning.empty()) << table.name;
    for (const TableColumn& column : table.columns) {
      EXPECT_FALSE(column.meaning.empty()) << table.name << "." << column.name;
    }
    for (const auto& row : table.rows) {
      EXPECT_THAT(row, SizeIs(table.columns.size())) << table.name;
    }
  }
}

TEST(EvidenceTablesTest, AStudyHasWhatItsRowAndItsRecordTell) {
  const auto tables = EvidenceTables(SmallRegistry());
  const Table& studies = TableOf(tables, "studies");
  ASSERT_THAT(studies.rows, SizeIs(1));
  EXPECT_EQ(TextAt(studies, 0, "registrations"), "NCT00000001; ISRCTN1");
  EXPECT_EQ(TextAt(studies, 0, "startDate"), "2019-03");
  EXPECT_EQ(CellAt(studies, 0, "enrolled"), TableCell());
}

TEST(EvidenceTablesTest, ResultsHaveTheirCategoryAndSpread) {
  RegistryRows read = SmallRegistry();
  for (v1::EvidenceRow& row : read.rows) {
    if (row.kind() != v1::EVIDENCE_KIND_ESTIMATE) continue;
    row.set_outcome_detail("on-treatment");
    v1::Dispersion& spread = *row.mutable_estimate()->mutable_dispersion();
    spread.set_kind(v1::DISPERSION_KIND_INTER_QUARTILE_RANGE);
    spread.set_low(22.1);
    spread.set_high(26.2);
  }
  const auto tables = EvidenceTables(read);
  const Table& results = TableOf(tables, "results");
  EXPECT_EQ(TextAt(results, 0, "outcomeDetail"), "on-treatment");
  EXPECT_EQ(TextAt(results, 0, "dispersion"), "inter-quartile-range");
  EXPECT_EQ(CellAt(results, 0, "dispersionValue"), TableCell());
  EXPECT_EQ(CellAt(results, 0, "dispersionLow"), TableCell(22.1));
  EXPECT_EQ(CellAt(results, 0, "dispersionHigh"), TableCell(26.2));
}

TEST(EvidenceTablesTest, ZeroIsANumberAndWhatIsMissingIsNone) {
  const auto tables = EvidenceTables(SmallRegistry());
  const Table& results = TableOf(tables, "results");
  ASSERT_THAT(results.rows, SizeIs(1));
  EXPECT_EQ(CellAt(results, 0, "value"), TableCell(0.0));
  EXPECT_EQ(CellAt(results, 0, "events"), TableCell(int64_t{7}));
  EXPECT_EQ(CellAt(results, 0, "low"), TableCell());
  EXPECT_EQ(CellAt(results, 0, "participants"), TableCell());
  EXPECT_EQ(TextAt(results, 0, "source"), "paper: '0 months'");
  EXPECT_EQ(TextAt(results, 0, "endpoint"), "Body mass index");
  EXPECT_THAT(TableOf(tables, "adverse-events").rows, IsEmpty());
}

TEST(EvidenceTablesTest, ArmsOfJoinedTrialsStandUnderTheTrialThatIsRead) {
  const auto tables = EvidenceTables(SmallRegistry());
  const Table& arms = TableOf(tables, "arms");
  EXPECT_EQ(TextAt(arms, 0, "trialId"), "t");
  EXPECT_EQ(TextAt(arms, 0, "arm"), "drug");
  EXPECT_EQ(TextAt(arms, 1, "radiotherapy"), "sbrt");
  EXPECT_EQ(TextAt(arms, 1, "drugs"), "gefitinib");
}

TEST(EvidenceTablesTest, ConclusionsAreAboutATopic) {
  const auto tables = EvidenceTables(SmallRegistry());
  EXPECT_EQ(TextAt(TableOf(tables, "conclusions"), 0, "topic"), "safety");
}

}  // namespace
}  // namespace consilium
