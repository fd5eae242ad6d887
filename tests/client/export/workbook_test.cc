#include "client/export/workbook.h"

#include "client/export/limits.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

Workbook SmallWorkbook() {
  return {.title = "Small",
          .about = {{"registry", "r"}},
          .tables = {{.name = "values",
                      .meaning = "A value",
                      .columns = {{"text", ColumnType::kText, "A text"},
                                  {"number", ColumnType::kNumber, "A number"}},
                      .rows = {{TextCell("=1+1"), -0.5},
                               {TextCell("a"), TableCell()}}}}};
}

TEST(WorkbookTest, TheSameTablesGiveTheSameBytes) {
  const auto first = WorkbookBytes(SmallWorkbook());
  ASSERT_OK(first);
  EXPECT_EQ(first->substr(0, 2), "PK");
  EXPECT_EQ(*first, *WorkbookBytes(SmallWorkbook()));
  Workbook other = SmallWorkbook();
  other.tables[0].rows[0][1] = 0.5;
  EXPECT_NE(*first, *WorkbookBytes(other));
}

TEST(WorkbookTest, TextsThatNoCellTakesAreCut) {
  Workbook workbook = SmallWorkbook();
  // Two bytes each, so that the limit falls between the bytes of one.
  std::string text;
  while (text.size() <= kSheetCellSizeMax) text += "é";
  workbook.tables[0].rows[0][0] = text;
  EXPECT_OK(WorkbookBytes(workbook));
}

TEST(WorkbookTest, RefusesMoreRowsThanASheetHolds) {
  Workbook workbook = SmallWorkbook();
  workbook.tables[0].rows.resize(kSheetRowsMax + 1);
  const auto refused = WorkbookBytes(workbook);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(GetErrorReason(refused.status()), "TOO_MANY_ROWS");
}

}  // namespace
}  // namespace consilium
