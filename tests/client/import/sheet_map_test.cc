// What is wrong with maps of columns, and where.
#include "client/import/sheet_map.h"

#include <string>

#include "absl/status/status.h"
#include "client/import/csv_table.h"
#include "client/import/sheet_rows.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(SheetMapTest, EveryFaultOfAMapIsToldWithItsPlace) {
  const auto map = ReadSheetMap("map.yaml",
                                "rows: contrast\n"
                                "columns:\n"
                                "  HR: valeu\n"
                                "  CI: interval\n"
                                "  X: estimates.value\n"
                                "  Y: trial.reports\n"
                                "valuse: {}\n"
                                "delimiter: dot\n");
  const std::string message(map.status().message());
  EXPECT_THAT(message, HasSubstr("map.yaml:3:"));
  EXPECT_THAT(message, HasSubstr("did you mean \"value\"?"));
  EXPECT_THAT(message, HasSubstr("map.yaml:6:"));
  EXPECT_THAT(message, HasSubstr("did you mean \"values\"?"));
  EXPECT_THAT(message, HasSubstr("want comma, semicolon or tab"));
  EXPECT_THAT(message, Not(HasSubstr("map.yaml:4:")));
  EXPECT_THAT(message, Not(HasSubstr("map.yaml:5:")));
}

TEST(SheetMapTest, AWrongValueOfTheMapIsToldOnceAndInTheMap) {
  const auto map =
      ReadSheetMap("map.yaml",
                   "rows: contrast\n"
                   "columns:\n"
                   "  HR: value\n"
                   "  Assessor: endpoint.assessor\n"
                   "  Remark: [note, source.text]\n"
                   "constants:\n"
                   "  measure: foo\n"
                   "  interval.level: 950\n"
                   "  publication.pmid: \"29151359\"\n"
                   "values:\n"
                   "  Assessor: {Independent: irc, Local: nobody}\n"
                   "  Remark: {x: any words}\n");
  const std::string message(map.status().message());
  EXPECT_THAT(message,
              HasSubstr("map.yaml:7:12: constants.measure: \"foo\": "));
  EXPECT_THAT(message, HasSubstr("want one of hr, or, rr"));
  EXPECT_THAT(message, HasSubstr("map.yaml:8:"));
  EXPECT_THAT(message, HasSubstr("map.yaml:11:"));
  EXPECT_THAT(message, HasSubstr("values.Assessor.Local: \"nobody\": "));
  EXPECT_THAT(message, Not(HasSubstr("map.yaml:9:")));
  EXPECT_THAT(message, Not(HasSubstr("map.yaml:12:")));
}

TEST(SheetMapTest, AWrongConstantOfTheCommandIsToldOnce) {
  ASSERT_OK_AND_ASSIGN(
      SheetMap map,
      ReadSheetMap("map.yaml",
                   "rows: contrast\ncolumns:\n  Study: trial.number\n"));
  EXPECT_OK(AddConstant("contrast.measure=or", map));
  const absl::Status wrong = AddConstant("contrast.measure=foo", map);
  EXPECT_THAT(std::string(wrong.message()),
              AllOf(HasSubstr("--set"), HasSubstr("contrast.measure"),
                    HasSubstr("\"foo\"")));
}

TEST(SheetMapTest, ColumnsThatTheSheetLacksAreToldWithThoseItHas) {
  const auto map =
      ReadSheetMap("map.yaml", "rows: trial\ncolumns:\n  Stuyd: trial.id\n");
  const std::string text = "Study,Year\nA,2020\n";
  const auto table = ReadCsv("sheet.csv", text);
  const auto studies = ReadSheet("sheet.csv", *table, *map);
  EXPECT_THAT(std::string(studies.status().message()),
              HasSubstr("map.yaml:3:3: columns.Stuyd: is no column of "
                        "sheet.csv; did you mean \"Study\"?"));
}

}  // namespace
}  // namespace consilium
