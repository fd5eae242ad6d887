// Extraction sheets: tables, maps, and the records that they make.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/import/csv_table.h"
#include "client/import/map_draft.h"
#include "client/import/sheet_layouts.h"
#include "client/import/sheet_map.h"
#include "client/import/sheet_rows.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/client/import/imported.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kMap[] = R"(rows: contrast
columns:
  Study: trial.number
  Arm: arm[experimental].title
  Against: arm[control].title
  Outcome: endpoint.title
  Assessor: endpoint.assessor
  HR: value
  CI: interval
  P: pValue
  Page: source.locator
constants:
  measure: hr
  interval.level: 95
  publication.pmid: "29151359"
values:
  Assessor: {Independent: irc}
ignore: [Comment]
)";

constexpr char kHeader[] =
    "Study,Arm,Against,Outcome,Assessor,HR,CI,P,Page,Comment\n";

std::vector<ImportedStudy> Read(const std::string& rows,
                                const std::string& map = kMap,
                                const std::string& header = kHeader) {
  auto studies = ReadSheetText(header + rows, map);
  EXPECT_TRUE(studies.ok()) << studies.status();
  return studies.ok() ? *std::move(studies) : std::vector<ImportedStudy>();
}

template <typename Record>
std::vector<const Record*> Records(const ImportedStudy& study) {
  std::vector<const Record*> records;
  for (const ImportedRecord& each : study.records) {
    if (const auto* record = dynamic_cast<const Record*>(each.message.get())) {
      records.push_back(record);
    }
  }
  return records;
}

// ---- Tables

TEST(CsvTableTest, QuotesLineBreaksAndEndsOfLinesAreThoseOfSpreadsheets) {
  const std::string text =
      "a;\"b \"\"c\"\"\";d\r\n\r\n1;\"x;\ny\"; 2 \r\n3;;\"\"\r\n;;\r\n";
  const auto table = ReadCsv("a.csv", text);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->delimiter, ';');
  EXPECT_THAT(table->header, ElementsAre("a", "b \"c\"", "d"));
  ASSERT_THAT(table->rows, SizeIs(2));
  EXPECT_THAT(table->rows[0].cells, ElementsAre("1", "x;\ny", "2"));
  EXPECT_EQ(table->rows[0].line, 3);
  EXPECT_THAT(table->rows[1].cells, ElementsAre("3", "", ""));
  EXPECT_EQ(table->rows[1].line, 5);
}

TEST(CsvTableTest, TheDelimiterIsDetectedOrTold) {
  EXPECT_EQ(ReadCsv("a.csv", "a\tb,c\td\n1\t2\t3\n")->delimiter, '\t');
  EXPECT_EQ(ReadCsv("a.csv", "sep=;\na,b;c\n1;2\n")->header,
            (std::vector<std::string>{"a,b", "c"}));
  EXPECT_EQ(ReadCsv("a.csv", "a;b,c\n1;2,3\n", ';')->rows[0].cells[1], "2,3");
}

TEST(CsvTableTest, ColumnsThatDifferInCaseAreTwo) {
  const auto table = ReadCsv("a.csv", "n,N,Study\n1,2,3\n");
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->Find("n"), 0u);
  EXPECT_EQ(table->Find("N"), 1u);
  EXPECT_EQ(table->Find("STUDY"), 2u);
  EXPECT_EQ(table->Find("Study "), std::nullopt);
}

TEST(CsvTableTest, BrokenTablesAreRefusedWithTheirLine) {
  for (const auto& [text, reason, message] :
       {std::tuple("a,b\n1,\"2\n", "INVALID_TEXT",
                   "a.csv:2: the quote that opens cell 2 does not end"),
        std::tuple("a,b\n\"1\"x,2\n", "INVALID_TEXT",
                   "a.csv:2: text stands after the quote"),
        std::tuple("a,b\n1,2\n1,2,3\n", "INVALID_TEXT",
                   "a.csv:3: has 3 cells, and the header 2"),
        std::tuple("a,b\n1,2\n1", "INVALID_TEXT", "is the file cut short?"),
        std::tuple("a,b,a\n1,2,3\n", "INVALID_TEXT", "two columns are called"),
        std::tuple("a,b\n", "WRONG_FORMAT", "no rows"),
        std::tuple("TY  - JOUR\nER  - \n", "WRONG_FORMAT",
                   "consilium import ris")}) {
    const auto table = ReadCsv("a.csv", text);
    EXPECT_EQ(GetErrorReason(table.status()), reason) << text;
    EXPECT_THAT(std::string(table.status().message()), HasSubstr(message));
  }
}

// ---- Rows

TEST(SheetTest, RowOfAComparisonMakesAllThatItNames) {
  const auto studies = Read(
      "NCT02296125,Osimertinib,Gefitinib or erlotinib,Progression-free "
      "survival,Independent,0.46,0.37-0.57,<0.001,p. 118,ask again\n");
  ASSERT_THAT(Problems(studies), IsEmpty());
  ASSERT_THAT(studies, SizeIs(1));
  EXPECT_EQ(studies[0].number, "NCT02296125");
  EXPECT_THAT(studies[0].left_out, IsEmpty());
  const auto trials = Records<v1::Trial>(studies[0]);
  ASSERT_THAT(trials, SizeIs(1));
  EXPECT_EQ(trials[0]->registrations(0).authority(),
            v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV);
  EXPECT_EQ(trials[0]->reports(0).publication(), "pmid-29151359");
  EXPECT_THAT(Records<v1::Arm>(studies[0]), SizeIs(2));
  const auto endpoints = Records<v1::Endpoint>(studies[0]);
  ASSERT_THAT(endpoints, SizeIs(1));
  EXPECT_EQ(endpoints[0]->measure(), v1::MEASURE_PROGRESSION_FREE_SURVIVAL);
  EXPECT_EQ(endpoints[0]->assessor(), v1::ASSESSOR_INDEPENDENT_REVIEW);
  const v1::Contrast& contrast = endpoints[0]->contrasts(0);
  EXPECT_EQ(contrast.report(), "pmid-29151359");
  EXPECT_EQ(contrast.group().arms(0), "osimertinib");
  EXPECT_EQ(contrast.reference().arms(0), "gefitinib-or-erlotinib");
  EXPECT_EQ(contrast.value(), 0.46);
  EXPECT_EQ(contrast.interval().low(), 0.37);
  EXPECT_EQ(contrast.interval().level(), 95);
  EXPECT_EQ(contrast.p_value().comparator(), v1::COMPARATOR_LESS);
}

TEST(SheetTest, ValuesSayTheSheetTheLineAndThePlace) {
  const auto studies = Read("NCT02296125,A,B,OS,,0.8,,,Table 2,\n");
  const auto endpoints = Records<v1::Endpoint>(studies[0]);
  ASSERT_THAT(endpoints, SizeIs(1));
  const v1::Source& source = endpoints[0]->source().ByteSizeLong() > 0
                                 ? endpoints[0]->source()
                                 : endpoints[0]->contrasts(0).source();
  EXPECT_EQ(source.report(), "pmid-29151359");
  EXPECT_EQ(source.locator(), "Table 2");
  EXPECT_EQ(source.note(), "sheet sheet.csv, line 2");
  EXPECT_TRUE(IsOfSheet(source, "sheet.csv"));
  EXPECT_FALSE(IsOfSheet(source, "sheet.cs"));
}

TEST(SheetTest, NotRecordedGivesNoValueAndNeverZero) {
  const auto studies = Read(
      "NCT02296125,A,B,OS,NR,0.8,NA,nr,-,\n"
      "NCT02296125,A,B,PFS,,NR,,,,\n");
  ASSERT_THAT(Problems(studies), IsEmpty());
  const auto endpoints = Records<v1::Endpoint>(studies[0]);
  // Nothing is told of the endpoint without a number but its name.
  ASSERT_THAT(endpoints, SizeIs(2));
  const v1::Contrast& contrast = endpoints[0]->contrasts(0);
  EXPECT_FALSE(contrast.has_interval());
  EXPECT_FALSE(contrast.has_p_value());
  EXPECT_FALSE(endpoints[0]->has_assessor());
  EXPECT_THAT(endpoints[1]->contrasts(), IsEmpty());
}

TEST(SheetTest, CellsThatAreNoneNameLineColumnValueAndWish) {
  const auto studies =
      Read("NCT02296125,A,B,OS,the sponsor,\"0,62\",1-,often,,\n");
  EXPECT_THAT(
      Problems(studies),
      ElementsAre(AllOf(HasSubstr("line 2, column Assessor: \"the sponsor\""),
                        HasSubstr("want one of inv, bicr, irc, participant")),
                  AllOf(HasSubstr("line 2, column HR: \"0,62\""),
                        HasSubstr("decimalComma: true")),
                  HasSubstr("line 2, column CI: \"1-\": want two bounds"),
                  HasSubstr("line 2, column P: \"often\": want a prob")));
}

TEST(SheetTest, DecimalCommasAreReadWhereTheMapSaysSo) {
  const std::string map = std::string(kMap) + "decimalComma: true\n";
  const std::string header =
      "Study;Arm;Against;Outcome;Assessor;HR;CI;P;Page;Comment\n";
  const auto studies =
      Read("NCT02296125;A;B;OS;;0,62;0,41 - 0,94;0,02;;\n", map, header);
  ASSERT_THAT(Problems(studies), IsEmpty());
  const v1::Contrast& contrast =
      Records<v1::Endpoint>(studies[0])[0]->contrasts(0);
  EXPECT_EQ(contrast.value(), 0.62);
  EXPECT_EQ(contrast.interval().high(), 0.94);
  EXPECT_THAT(Problems(Read("NCT02296125;A;B;OS;;0.62;;;;\n", map, header)),
              ElementsAre(HasSubstr("with a decimal comma, as the map says")));
}

TEST(SheetTest, ContradictionsNameColumnLinesAndValues) {
  EXPECT_THAT(
      Problems(Read("NCT02296125,A,B,OS,,0.8,0.6-1,,,\n"
                    "NCT02296125,A,B,OS,,0.8,0.6-1,,,\n"
                    "NCT02296125,A,B,OS,,0.9,0.6-1.2,,,\n")),
      ElementsAre(AllOf(HasSubstr("line 4, column CI: \"1.2\": is otherwise in "
                                  "line 2: 1; want one"),
                        HasSubstr("contrasts.interval.high of endpoint os")),
                  HasSubstr("line 4, column HR: \"0.9\": is otherwise in line "
                            "2: 0.8; want one contrasts.value")));
  // Of a trial and of an arm.
  EXPECT_THAT(
      Problems(Read("NCT02296125,A,Randomised,120,60\n"
                    "NCT02296125,A,Single arm,121,61\n",
                    "rows: arm\ncolumns:\n  Study: trial.number\n"
                    "  Arm: arm.title\n  Groups: trial.interventionModel\n"
                    "  N: trial.enrolledParticipantCount\n"
                    "  n: participants.count\n"
                    "values:\n  Groups: {Randomised: parallel, "
                    "Single arm: single-group}\n",
                    "Study,Arm,Groups,N,n\n")),
      testing::UnorderedElementsAre(
          HasSubstr("line 3, column Groups: \"single-group\": is otherwise in "
                    "line 2: parallel"),
          HasSubstr("line 3, column N: \"121\": is otherwise in line 2: 120; "
                    "want one enrolledParticipantCount of trial"),
          HasSubstr("line 3, column n: \"61\": is otherwise in line 2: 60")));
}

TEST(SheetTest, ARowThatSaysMoreOfOneThingIsJoined) {
  const auto studies = Read(
      "NCT02296125,A,B,OS,,0.8,,,Table 2,\n"
      "NCT02296125,A,B,OS,,,0.6-1.1,0.2,Table 2,\n");
  EXPECT_THAT(Problems(studies), IsEmpty());
  ASSERT_THAT(studies, SizeIs(1));
  const auto endpoints = Records<v1::Endpoint>(studies[0]);
  ASSERT_THAT(endpoints, SizeIs(1));
  ASSERT_THAT(endpoints[0]->contrasts(), SizeIs(1));
  const v1::Contrast& contrast = endpoints[0]->contrasts(0);
  EXPECT_EQ(contrast.value(), 0.8);
  EXPECT_EQ(contrast.interval().low(), 0.6);
  EXPECT_EQ(contrast.p_value().value(), 0.2);
  EXPECT_THAT(contrast.group().arms(), ElementsAre("a"));
  ASSERT_THAT(studies[0].warnings, SizeIs(1));
  EXPECT_EQ(studies[0].warnings[0].place, "line 3");
  EXPECT_THAT(studies[0].warnings[0].wish, HasSubstr("what line 2 says"));
}

TEST(SheetTest, AWordInThePlaceOfANumberContradictsIt) {
  EXPECT_THAT(
      Problems(Read("SINDAS,A,OS,17.4 months,15.1,NE,10.1000/x\n"
                    "SINDAS,A,OS,not reached,,21,10.1000/x\n",
                    "rows: estimate\ncolumns:\n  Study: trial.acronym\n"
                    "  Arm: arm.title\n  Outcome: endpoint.title\n"
                    "  Value: value\n  Low: interval.low\n"
                    "  High: interval.high\n  DOI: publication.doi\n"
                    "constants: {statistic: median}\n",
                    "Study,Arm,Outcome,Value,Low,High,DOI\n")),
      testing::UnorderedElementsAre(
          HasSubstr("line 3, column Value: \"not-reached\": is otherwise in "
                    "line 2: 17.4"),
          HasSubstr("line 3, column High: \"21\": is otherwise in line 2: "
                    "not-estimable")));
}

TEST(SheetTest, RowsThatShareANameAreOfOneTrial) {
  const std::string map =
      "rows: estimate\ncolumns:\n  Number: trial.number\n"
      "  Acronym: trial.acronym\n  Outcome: endpoint.title\n"
      "  Value: value\n  DOI: publication.doi\n"
      "constants: {statistic: median, unit: mo}\n";
  const std::string header = "Number,Acronym,Outcome,Value,DOI\n";
  const auto joined = Read(
      ",SINDAS,OS,25.5,10.1000/x\n"
      "NCT02893332,Sindas,PFS,20.2,10.1000/x\n"
      "NCT02893332,,TTP,9,10.1000/x\n",
      map, header);
  ASSERT_THAT(joined, SizeIs(1));
  EXPECT_EQ(joined[0].number, "NCT02893332");
  EXPECT_THAT(Records<v1::Endpoint>(joined[0]), SizeIs(3));
  // What is said of two is said of neither.
  EXPECT_THAT(Read(",CTONG,OS,1,10.1000/x\n"
                   "NCT00000001,CTONG,OS,2,10.1000/x\n"
                   "NCT00000002,CTONG,OS,3,10.1000/x\n",
                   map, header),
              SizeIs(3));
}

TEST(SheetTest, MergedCellsStandForThoseBelow) {
  std::string map = kMap;
  map += "fillDown: [Study, Arm, Against]\n";
  const auto studies = Read(
      "NCT02296125,A,B,OS,,0.8,,,,\n"
      ",,,PFS,,0.5,,,,\n"
      "NCT02151981,C,D,OS,,0.7,,,,\n",
      map);
  EXPECT_THAT(Problems(studies), IsEmpty());
  ASSERT_THAT(studies, SizeIs(2));
  const auto endpoints = Records<v1::Endpoint>(studies[0]);
  ASSERT_THAT(endpoints, SizeIs(2));
  EXPECT_THAT(endpoints[1]->contrasts(0).group().arms(), ElementsAre("a"));
  // Another study does not have the arms of the one above.
  const auto others = Read(
      "NCT02296125,A,B,OS,,0.8,,,,\n"
      "NCT02151981,,,OS,,0.7,,,,\n",
      map);
  ASSERT_THAT(others, SizeIs(2));
  EXPECT_THAT(Records<v1::Arm>(others[0]), SizeIs(2));
  EXPECT_THAT(Records<v1::Arm>(others[1]), IsEmpty());
  const auto wrong =
      ReadSheetMap("map.yaml", std::string(kMap) + "fillDown: [Studie]\n");
  EXPECT_THAT(std::string(wrong.status().message()),
              HasSubstr("none of the columns of this map"));
}

TEST(SheetTest, CountsAboveTheirTotalsAreProblemsOfTheirColumn) {
  const auto studies = Read("NCT02296125,A,Rash,>=3,5,4\n",
                            "rows: count\n"
                            "columns:\n"
                            "  Study: trial.number\n"
                            "  Arm: arm.title\n"
                            "  Event: adverseEvent.title\n"
                            "  Grade: grade\n"
                            "  N with: affected\n"
                            "  N: atRisk\n",
                            "Study,Arm,Event,Grade,N with,N\n");
  EXPECT_THAT(Problems(studies), ElementsAre(HasSubstr("line 2")));
}

TEST(SheetTest, GradesAreReadAsPrinted) {
  const std::string map =
      "rows: count\ncolumns:\n  Study: trial.number\n  Arm: arm.title\n"
      "  Event: adverseEvent.title\n  Grade: grade\n  N: affected\n";
  const auto studies = Read(
      "NCT02296125,A,Radiation pneumonitis,Grade 3-5,2\n"
      "NCT02296125,A,Radiation pneumonitis,2+,4\n"
      "NCT02296125,A,Radiation pneumonitis,any,9\n"
      "NCT02296125,A,Radiation pneumonitis,3-4,0\n",
      map, "Study,Arm,Event,Grade,N\n");
  ASSERT_THAT(Problems(studies), IsEmpty());
  const auto events = Records<v1::AdverseEvent>(studies[0]);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0]->term(), "radiation-pneumonitis");
  std::vector<std::pair<int, int>> counts;
  for (const v1::AdverseEventCount& count : events[0]->counts()) {
    EXPECT_EQ(count.registration(), "NCT02296125");
    counts.emplace_back(count.grade().low(), count.affected());
  }
  EXPECT_THAT(counts,
              testing::UnorderedElementsAre(std::pair(3, 2), std::pair(2, 4),
                                            std::pair(0, 9), std::pair(3, 0)));
}

TEST(SheetTest, EstimatesTakeUnitsBoundsAndWordsInsteadOfNumbers) {
  const std::string map =
      "rows: estimate\ncolumns:\n  Study: trial.acronym\n  Arm: arm.title\n"
      "  Outcome: endpoint.title\n  Value: value\n  Low: interval.low\n"
      "  High: interval.high\n  Time: time\n  Kind: statistic\n"
      "  DOI: publication.doi\n";
  const auto studies = Read(
      "SINDAS,TKI,OS,17.4 months,15.1,NE,,median,10.1000/x\n"
      "SINDAS,TKI + RT,OS,not reached,,,,median,10.1000/x\n"
      "SINDAS,TKI,PFS,45%,,,12 months,rate,10.1000/x\n"
      "SINDAS,TKI,ORR,>60%,,,,proportion,10.1000/x\n",
      map, "Study,Arm,Outcome,Value,Low,High,Time,Kind,DOI\n");
  ASSERT_THAT(Problems(studies), IsEmpty());
  EXPECT_EQ(studies[0].number, "sindas");
  const auto endpoints = Records<v1::Endpoint>(studies[0]);
  ASSERT_THAT(endpoints, SizeIs(3));
  ASSERT_THAT(endpoints[0]->estimates(), SizeIs(2));
  // By the keys of the groups: tki-rt stands before tki.
  const v1::Estimate& combined = endpoints[0]->estimates(0);
  EXPECT_EQ(combined.status(), v1::VALUE_STATUS_NOT_REACHED);
  EXPECT_FALSE(combined.has_value());
  const v1::Estimate& alone = endpoints[0]->estimates(1);
  EXPECT_EQ(alone.value(), 17.4);
  EXPECT_EQ(alone.unit(), "mo");
  EXPECT_EQ(alone.interval().low(), 15.1);
  EXPECT_EQ(alone.interval().high_status(), v1::VALUE_STATUS_NOT_ESTIMABLE);
  const v1::Estimate& rate = endpoints[1]->estimates(0);
  EXPECT_EQ(rate.value(), 45);
  EXPECT_EQ(rate.unit(), "%");
  EXPECT_EQ(rate.time().value(), 12);
  EXPECT_EQ(rate.time().unit(), "mo");
  EXPECT_EQ(endpoints[2]->estimates(0).comparator(), v1::COMPARATOR_GREATER);
}

TEST(SheetTest, WordsInPlaceOfAPAreKeptAndGiveNoNumber) {
  for (const char* const word : {"NS", "n.s.", "P = ns", "not significant",
                                 "Non-significant", "p=N.S"}) {
    const auto studies =
        Read(absl::StrCat("NCT02296125,A,B,OS,,0.8,0.6-1.1,", word, ",3,\n"));
    EXPECT_THAT(Problems(studies), IsEmpty()) << word;
    const v1::PValue& p =
        Records<v1::Endpoint>(studies[0])[0]->contrasts(0).p_value();
    EXPECT_EQ(p.significance(), v1::SIGNIFICANCE_NOT_SIGNIFICANT) << word;
    EXPECT_FALSE(p.has_value()) << word;
  }
  EXPECT_THAT(Problems(Read("NCT02296125,A,B,OS,,0.8,0.6-1.1,none,3,\n")),
              SizeIs(1));
}

TEST(SheetTest, AConstantUnitIsThatOfTheNumbersInAColumn) {
  const auto studies =
      Read("NCT02296125,A,OS,12,140.5\n",
           "rows: estimate\ncolumns:\n  Study: trial.number\n"
           "  Arm: arm.title\n  Outcome: endpoint.title\n  Events: events\n"
           "  PY: personTime\nconstants:\n  personTime.unit: a\n"
           "  statistic: incidence-rate\n",
           "Study,Arm,Outcome,Events,PY\n");
  EXPECT_THAT(Problems(studies), IsEmpty());
  const v1::Quantity& time =
      Records<v1::Endpoint>(studies[0])[0]->estimates(0).person_time();
  EXPECT_EQ(time.value(), 140.5);
  EXPECT_EQ(time.unit(), "a");
}

TEST(SheetTest, ParticipantsWithoutEventsAreTold) {
  const auto studies =
      Read("NCT02296125,A,Rash,,80\n",
           "rows: count\ncolumns:\n  Study: trial.number\n"
           "  Arm: arm.title\n  Event: adverseEvent.title\n  n: affected\n"
           "  N: atRisk\nconstants:\n  grade: any\n",
           "Study,Arm,Event,n,N\n");
  EXPECT_THAT(Problems(studies), IsEmpty());
  ASSERT_THAT(studies[0].warnings, SizeIs(1));
  EXPECT_THAT(studies[0].warnings[0].place, HasSubstr("column N"));
}

TEST(SheetTest, ArmsOfAComparisonAreToldApartByTypeLabelOrTitle) {
  const auto compared = [](const std::string& columns,
                           const std::string& constants) {
    return Read(
        "NCT02296125,A,Placebo,OS,0.8\n",
        absl::StrCat("rows: contrast\ncolumns:\n"
                     "  Study: trial.number\n  Outcome: endpoint.title\n"
                     "  HR: value\n",
                     columns, "constants:\n  measure: hr\n", constants),
        "Study,One,Two,Outcome,HR\n");
  };
  for (const auto& [columns, constants] :
       {std::pair("  One: arm[x].title\n  Two: arm[y].title\n", ""),
        std::pair("  One: arm[drug].title\n  Two: arm[placebo].title\n", ""),
        std::pair("  One: arm[x].title\n  Two: arm[y].title\n",
                  "  arm[x].type: experimental\n  arm[y].type: other\n")}) {
    const auto studies = compared(columns, constants);
    EXPECT_THAT(Problems(studies), IsEmpty()) << columns;
    const v1::Contrast& contrast =
        Records<v1::Endpoint>(studies[0])[0]->contrasts(0);
    EXPECT_EQ(contrast.group().arms(0), "a");
    EXPECT_EQ(contrast.reference().arms(0), "placebo");
  }
  const auto untold =
      Read("NCT02296125,A,B,OS,0.8\n",
           "rows: contrast\ncolumns:\n  Study: trial.number\n"
           "  One: arm[x].title\n  Two: arm[y].title\n"
           "  Outcome: endpoint.title\n  HR: value\nconstants:\n"
           "  measure: hr\n",
           "Study,One,Two,Outcome,HR\n");
  EXPECT_THAT(Problems(untold), Contains(HasSubstr("arm[experimental]")));
}

TEST(SheetTest, NrAmongTimesIsToldToMeanNotRecorded) {
  const auto studies = Read("NCT02296125,A,OS,NR\n",
                            "rows: estimate\ncolumns:\n"
                            "  Study: trial.number\n  Arm: arm.title\n"
                            "  Outcome: endpoint.title\n  Value: value\n"
                            "constants: {statistic: median, unit: mo}\n",
                            "Study,Arm,Outcome,Value\n");
  ASSERT_THAT(studies[0].warnings, SizeIs(1));
  EXPECT_THAT(studies[0].warnings[0].wish, HasSubstr("notReached: [NR]"));
}

TEST(SheetTest, RowsWithoutATrialOrAReportSayWhatIsWanted) {
  EXPECT_THAT(Problems(Read(",A,B,OS,,0.8,,,,\n")),
              ElementsAre(HasSubstr("does not name it; want trial.number")));
  std::string map = kMap;
  map.erase(map.find("  publication.pmid"), 31);
  EXPECT_THAT(Problems(Read("SINDAS,A,B,OS,,0.8,,,,\n", map)),
              ElementsAre(HasSubstr("contrast.report: : is missing")));
}

TEST(SheetTest, ColumnsThatTheMapDoesNotNameAreCounted) {
  std::string map = kMap;
  map.erase(map.find("ignore"));
  const auto studies = Read("NCT02296125,A,B,OS,,0.8,,,,why\n", map);
  EXPECT_THAT(studies[0].left_out,
              ElementsAre(testing::Pair("column Comment", 1)));
}

TEST(SheetTest, OnlyRowsThatAreWantedAreRead) {
  const std::string map =
      "rows: trial\ncolumns:\n  Study: trial.id\n"
      "  Year: publication.year\n"
      "  Title: publication.title\n"
      "where: {Reviewer: Consensus}\n"
      "ignore: [Reviewer]\n";
  const auto studies = Read(
      "Zhou 2022,2022,A trial,Ann\n"
      "Zhou 2022,2022,A trial,consensus\n",
      map, "Study,Year,Title,Reviewer\n");
  ASSERT_THAT(studies, SizeIs(1));
  EXPECT_EQ(studies[0].number, "zhou-2022");
  EXPECT_EQ(Records<v1::Trial>(studies[0])[0]->title(), "Zhou 2022");
  EXPECT_EQ(studies[0].records[0].place, "line 3");
}

TEST(SheetTest, StudiesKnownByTheirYearAloneHaveReportsOfTheirOwn) {
  const std::string map =
      "rows: trial\ncolumns:\n  Study: trial.id\n"
      "  Year: publication.year\n";
  const auto studies =
      Read("Frimodt-Moller,1973\nVandiviere,1973\n", map, "Study,Year\n");
  ASSERT_THAT(studies, SizeIs(2));
  std::vector<std::string> reports;
  for (const ImportedStudy& study : studies) {
    for (const ImportedRecord& record : study.records) {
      if (record.traits->singular == "publication") {
        reports.push_back(record.id);
      }
    }
  }
  EXPECT_THAT(reports,
              ElementsAre("frimodt-moller-report", "vandiviere-report"));
}

// ---- Known forms and drafts

TEST(SheetLayoutTest, DraftedMapReadsTheSheetThatItWasDraftedFrom) {
  const std::string text =
      "Trial ID,Arm,Comparator,Outcome,HR,95% CI lower,95% CI upper,P value,"
      "Page,Odd\nNCT02296125,A,B,OS,0.8,0.6,1.1,0.2,3,x\n";
  const auto table = ReadCsv("my sheet.csv", text);
  const std::string draft = DraftMap("my sheet.csv", *table);
  EXPECT_THAT(draft, HasSubstr("#  Odd:  # such as \"x\""));
  const auto map = ReadSheetMap("map.yaml", draft);
  ASSERT_TRUE(map.ok()) << map.status() << draft;
  const auto studies = ReadSheet("my sheet.csv", *table, *map);
  ASSERT_TRUE(studies.ok()) << studies.status();
  EXPECT_THAT(Problems(*studies), IsEmpty()) << draft;
  const v1::Contrast& contrast =
      Records<v1::Endpoint>((*studies)[0])[0]->contrasts(0);
  EXPECT_EQ(contrast.value(), 0.8);
  EXPECT_EQ(contrast.interval().low(), 0.6);
  EXPECT_EQ(contrast.report(), "sheet-my-sheet-csv");
}

// What the draft of a map makes of the sheet that it was drafted from.
std::vector<ImportedStudy> ReadByDraft(const std::string& text) {
  const auto table = ReadCsv("sheet.csv", text);
  EXPECT_TRUE(table.ok()) << table.status();
  const std::string draft = DraftMap("sheet.csv", *table);
  const auto map = ReadSheetMap("map.yaml", draft);
  EXPECT_TRUE(map.ok()) << map.status() << draft;
  auto studies = ReadSheet("sheet.csv", *table, *map);
  EXPECT_TRUE(studies.ok()) << studies.status();
  EXPECT_THAT(Problems(*studies), IsEmpty()) << draft;
  return *std::move(studies);
}

TEST(SheetLayoutTest, ADraftFindsTheCountsOfTwoGroups) {
  for (const char* const header :
       {"Study,Outcome,Events (intervention),Total (intervention),"
        "Events (control),Total (control)\n",
        "Study,Outcome,Experimental events,Experimental total,Control events,"
        "Control total\n",
        "Study,Outcome,event.e,n.e,event.c,n.c\n",
        "Study,Outcome,ai,n1i,ci,n2i\n",
        "Study,Outcome,events_trt,n_trt,events_ctrl,n_ctrl\n"}) {
    const auto studies =
        ReadByDraft(absl::StrCat(header, "Yang 2017,ORR,34,80,20,78\n"));
    const auto endpoints = Records<v1::Endpoint>(studies[0]);
    ASSERT_THAT(endpoints, SizeIs(1)) << header;
    ASSERT_EQ(endpoints[0]->estimates_size(), 2) << header;
    int group = endpoints[0]->estimates(0).events() == 34 ? 0 : 1;
    const v1::Estimate& tested = endpoints[0]->estimates(group);
    const v1::Estimate& control = endpoints[0]->estimates(1 - group);
    EXPECT_EQ(tested.participants(), 80) << header;
    EXPECT_EQ(tested.group().arms(0), "experimental");
    EXPECT_EQ(control.events(), 20) << header;
    EXPECT_EQ(control.participants(), 78) << header;
    EXPECT_EQ(Records<v1::Arm>(studies[0])[0]->type(),
              v1::ARM_TYPE_EXPERIMENTAL);
  }
}

TEST(SheetLayoutTest, ADraftFindsTheCountsOfTwoGroupsOfAnyName) {
  for (const char* const header :
       {"Study,Vaccine events,Vaccine total,Control events,Control total\n",
        "Study,Vaccine n,Vaccine N,No vaccine n,No vaccine N\n",
        "Study,Vaccine cases,Vaccine total,None cases,None total\n",
        "Study,Cases (Vaccine),N (Vaccine),Cases (placebo),N (placebo)\n",
        "Study,events Vaccine,n Vaccine,events B,n B\n"}) {
    const auto table =
        ReadCsv("sheet.csv", absl::StrCat(header, "BCG 1,4,123,11,139\n"));
    EXPECT_THAT(DraftMap("sheet.csv", *table),
                AllOf(HasSubstr("rows: estimate"),
                      ContainsRegex(": estimate.experimental..events\n"
                                    ".*: estimate.experimental..participants\n"
                                    ".*: estimate.control..events\n"
                                    ".*: estimate.control..participants\n"),
                      HasSubstr("arm[experimental].title: Vaccine\n")))
        << header;
  }
  // The usual words tell which is the control, wherever it stands.
  const auto swapped = ReadCsv(
      "sheet.csv",
      "Study,Control events,Control total,BCG events,BCG total\nA,1,9,2,9\n");
  EXPECT_THAT(DraftMap("sheet.csv", *swapped),
              AllOf(HasSubstr("BCG events: estimate[experimental].events"),
                    HasSubstr("arm[experimental].title: BCG\n"),
                    HasSubstr("arm[control].title: Control\n")));
  // Of three groups nothing tells which two are meant.
  const auto three =
      ReadCsv("sheet.csv",
              "Study,A events,A n,B events,B n,D events,D n\nA,1,9,2,9,3,9\n");
  EXPECT_THAT(DraftMap("sheet.csv", *three), Not(HasSubstr("estimate[")));
}

TEST(SheetLayoutTest, ADraftAsksForTheDesignUnlessEveryRowHasANumber) {
  const std::string header =
      "Study,Registry no,Outcome,Year,events exp,n exp,events ctrl,n ctrl\n"
      "A 2019,NCT02296125,Death,2019,4,123,11,139\n";
  const std::string hint = "# trial.randomized: yes, where all are";
  const auto full = ReadCsv("sheet.csv", header);
  EXPECT_THAT(DraftMap("sheet.csv", *full), Not(HasSubstr(hint)));
  const auto half = ReadCsv(
      "sheet.csv", absl::StrCat(header, "B 1948,,Death,1948,6,306,29,303\n"));
  EXPECT_THAT(DraftMap("sheet.csv", *half), HasSubstr(hint));
}

TEST(SheetLayoutTest, ADraftFindsTheMeansOfTwoGroupsAtOneTime) {
  const auto studies = ReadByDraft(
      "Study,Outcome,Time,Exp mean,Exp SD,Exp n,Control mean,Control SD,"
      "Control n\nYang 2017,QoL,12 weeks,68.2,15.1,80,62.0,16.3,78\n");
  const v1::Endpoint& endpoint = *Records<v1::Endpoint>(studies[0])[0];
  ASSERT_EQ(endpoint.estimates_size(), 2);
  for (const v1::Estimate& estimate : endpoint.estimates()) {
    EXPECT_EQ(estimate.statistic(), v1::STATISTIC_MEAN);
    EXPECT_EQ(estimate.dispersion().kind(),
              v1::DISPERSION_KIND_STANDARD_DEVIATION);
    EXPECT_EQ(estimate.time().unit(), "wk");
  }
}

TEST(SheetLayoutTest, ADraftTellsCountsOfEventsByTheirCapitals) {
  const auto studies = ReadByDraft(
      "Study,Arm,Adverse event,Grade,n,N,%\n"
      "Yang 2017,TKI,Rash,>=3,4,80,5.0\n");
  const v1::AdverseEventCount& count =
      Records<v1::AdverseEvent>(studies[0])[0]->counts(0);
  EXPECT_EQ(count.affected(), 4);
  EXPECT_EQ(count.at_risk(), 80);
  EXPECT_EQ(count.percentage(), 5);
}

TEST(SheetLayoutTest, ADraftOfComparisonsWithoutArmsNamesThem) {
  const auto studies = ReadByDraft(
      "Author/Year,Outcome,RR,95% CI,P\nYang 2017,ORR,1.7,1.1-2.6,NS\n");
  const v1::Contrast& contrast =
      Records<v1::Endpoint>(studies[0])[0]->contrasts(0);
  EXPECT_EQ(contrast.measure(), v1::EFFECT_MEASURE_RISK_RATIO);
  EXPECT_EQ(contrast.group().arms(0), "experimental");
  EXPECT_EQ(contrast.reference().arms(0), "control");
}

constexpr char kRevManRows[] =
    "Analysis group,Analysis number,Analysis name,Subgroup,Study,Study year,"
    "GIV Mean,GIV SE,Experimental mean,Experimental SD,Experimental cases,"
    "Experimental N,Control mean,Control SD,Control cases,Control N,O-E,"
    "Variance,Weight,Mean,CI start,CI end,Footnotes\n"
    "1,1,Overall survival,,SINDAS,2022,-0.5447,0.21,0,0,0,68,0,0,0,65,0,0,"
    "50,0.58,0.38,0.88,\n"
    "1,2,Objective response,,SINDAS,2022,0,0,0,0,49,68,0,0,40,65,0,0,50,1.2,"
    "0.9,1.5,\n"
    "1,3,Quality of life,,SINDAS,2022,0,0,61.2,10.1,0,68,58.0,9.9,0,65,0,0,50,"
    "3.2,0.1,6.3,\n";

TEST(SheetLayoutTest, RowsOfRevManGiveWhatTheirKindOfDataHas) {
  const std::string settings_text =
      "Analysis group,Analysis number,Data type,Effect measure,Study CI,"
      "Experimental group label,Control group label\n"
      "1,1,Contrast level,Hazard Ratio,95%,TKI + RT,TKI\n"
      "1,2,Dichotomous,Risk Ratio,95%,TKI + RT,TKI\n"
      "1,3,Continuous,Mean Difference,95%,TKI + RT,TKI\n";
  RevManSettings settings;
  ASSERT_TRUE(TakeRevManSettings(*ReadCsv("s.csv", settings_text), settings));
  auto table = ReadCsv("CD-data-rows.csv", kRevManRows);
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_OK(CompleteRevManRows("CD-data-rows.csv", settings, *table));
  auto map = ReadSheetMap("map.yaml", LayoutOf("table.csv", *table));
  ASSERT_TRUE(map.ok()) << map.status();
  map->of_known_form = true;
  ASSERT_TRUE(AddConstant("publication.id=our-review", *map).ok());
  const auto studies = ReadSheet("CD-data-rows.csv", *table, *map);
  ASSERT_TRUE(studies.ok()) << studies.status();
  ASSERT_THAT(Problems(*studies), IsEmpty());
  ASSERT_THAT(*studies, SizeIs(1));
  const auto endpoints = Records<v1::Endpoint>((*studies)[0]);
  ASSERT_THAT(endpoints, SizeIs(3));
  // The logarithm as a ratio, and no counts where RevMan wrote 0.
  EXPECT_THAT(endpoints[0]->estimates(), IsEmpty());
  const v1::Contrast& contrast = endpoints[0]->contrasts(0);
  EXPECT_NEAR(contrast.value(), 0.58, 0.001);
  EXPECT_EQ(contrast.standard_error(), 0.21);
  EXPECT_EQ(contrast.interval().level(), 95);
  EXPECT_EQ(contrast.measure(), v1::EFFECT_MEASURE_HAZARD_RATIO);
  EXPECT_EQ(contrast.group().arms(0), "tki-rt");
  EXPECT_EQ(contrast.reference().arms(0), "tki");
  // Which is under test, the columns say.
  const auto arms = Records<v1::Arm>((*studies)[0]);
  ASSERT_THAT(arms, SizeIs(2));
  EXPECT_EQ(arms[0]->type(), v1::ARM_TYPE_EXPERIMENTAL);
  EXPECT_EQ(arms[1]->type(), v1::ARM_TYPE_OTHER);
  // Counts of both arms, and no contrast that RevMan computed.
  EXPECT_THAT(endpoints[1]->contrasts(), IsEmpty());
  ASSERT_THAT(endpoints[1]->estimates(), SizeIs(2));
  EXPECT_EQ(endpoints[1]->estimates(1).events(), 40);
  EXPECT_EQ(endpoints[1]->estimates(1).participants(), 65);
  EXPECT_EQ(endpoints[1]->estimates(0).statistic(), v1::STATISTIC_PROPORTION);
  ASSERT_THAT(endpoints[2]->estimates(), SizeIs(2));
  EXPECT_EQ(endpoints[2]->estimates(0).value(), 61.2);
  EXPECT_EQ(endpoints[2]->estimates(0).dispersion().value(), 10.1);
  EXPECT_FALSE(endpoints[2]->estimates(0).has_events());
}

TEST(SheetLayoutTest, KindsOfDataOfRevManHaveTheirNames) {
  const auto complete = [](const std::string& data_type) {
    RevManSettings settings;
    EXPECT_TRUE(TakeRevManSettings(
        *ReadCsv("s.csv", absl::StrCat("Analysis group,Analysis number,"
                                       "Effect measure,Data type\n1,1,"
                                       "Hazard Ratio,",
                                       data_type, "\n")),
        settings));
    auto table = ReadCsv("CD-data-rows.csv", kRevManRows);
    return CompleteRevManRows("CD-data-rows.csv", settings, *table);
  };
  EXPECT_OK(complete("Generic Inverse Variance"));
  EXPECT_THAT(complete("Individual"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("line 2: analysis 1.1 has the data type "
                                 "\"Individual\"; want Dichotomous")));
}

TEST(SheetLayoutTest, RevManWithoutSettingsWantsTheMeasure) {
  auto table = ReadCsv("CD-data-rows.csv", kRevManRows);
  ASSERT_OK(CompleteRevManRows("CD-data-rows.csv", {}, *table));
  auto map = ReadSheetMap("map.yaml", LayoutOf("table.csv", *table));
  map->of_known_form = true;
  ASSERT_TRUE(AddConstant("publication.id=our-review", *map).ok());
  EXPECT_THAT(Problems(*ReadSheet("CD-data-rows.csv", *table, *map)),
              ElementsAre(HasSubstr("contrast.measure")));
  ASSERT_TRUE(AddConstant("contrast.measure=hr", *map).ok());
  EXPECT_THAT(Problems(*ReadSheet("CD-data-rows.csv", *table, *map)),
              IsEmpty());
}

TEST(SheetLayoutTest, ReferencesOfCovidenceArePublications) {
  const std::string text =
      "Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,"
      "Issue,Pages,Accession Number,DOI,Ref,Covidence #,Study,Notes,Tags\n"
      "A trial,\"Soria, J.; Ohe, Y.\",\"Registered as "
      "NCT02296125.\",2018,,NEJM,"
      "378,2,113-125,WOS:1,10.1056/NEJMoa1713137,12,#34,Soria 2018,,included; "
      "EGFR\n";
  const auto table = ReadCsv("covidence.csv", text);
  auto map = ReadSheetMap("map.yaml", LayoutOf("table.csv", *table));
  ASSERT_TRUE(map.ok()) << map.status();
  map->of_known_form = true;
  const auto studies = ReadSheet("covidence.csv", *table, *map);
  ASSERT_TRUE(studies.ok()) << studies.status();
  ASSERT_THAT(Problems(*studies), IsEmpty());
  const auto papers = Records<v1::Publication>((*studies)[0]);
  ASSERT_THAT(papers, SizeIs(1));
  EXPECT_EQ(papers[0]->doi(), "10.1056/nejmoa1713137");
  EXPECT_THAT(papers[0]->authors(), ElementsAre("Soria, J.", "Ohe, Y."));
  EXPECT_THAT(papers[0]->registrations(), ElementsAre("NCT02296125"));
  EXPECT_THAT(papers[0]->keywords(), Contains("EGFR"));
}

}  // namespace
}  // namespace consilium
