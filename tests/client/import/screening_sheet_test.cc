// Sheets of screening, and what Covidence's exports tell of it.
#include <string>
#include <utility>
#include <vector>

#include "client/import/covidence_sheet.h"
#include "client/import/csv_table.h"
#include "client/import/map_draft.h"
#include "client/import/screening_words.h"
#include "client/import/sheet_layouts.h"
#include "client/import/sheet_map.h"
#include "client/import/sheet_rows.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/screening.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/element_key.h"
#include "tests/client/import/imported.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kVotes[] = R"(rows: screening
columns:
  DOI: publication.doi
  Who: screener
  Stage: stage
  Vote: decision
  Why: reason
constants:
  review.id: nsclc
)";
constexpr char kVotesHeader[] = "DOI,Who,Stage,Vote,Why\n";

std::vector<ImportedStudy> Read(const std::string& text,
                                const std::string& map) {
  auto studies = ReadSheetText(text, map);
  EXPECT_TRUE(studies.ok()) << studies.status();
  return studies.ok() ? *std::move(studies) : std::vector<ImportedStudy>();
}

// "full-text/A. Berg exclude: Single arm".
std::vector<std::string> Decisions(const ImportedStudy& study) {
  std::vector<std::string> texts;
  for (const ImportedRecord& record : study.records) {
    const auto* screening =
        dynamic_cast<const v1::Screening*>(record.message.get());
    if (screening == nullptr) continue;
    for (const v1::ScreeningDecision& each : screening->decisions()) {
      texts.push_back(
          EnumToken(*v1::ScreeningStage_descriptor()->FindValueByNumber(
              each.stage())) +
          "/" + each.screener() + " " +
          EnumToken(*v1::ScreeningDecisionKind_descriptor()->FindValueByNumber(
              each.decision())) +
          (each.has_reason() ? ": " + each.reason() : "") +
          (each.has_note() ? " (" + each.note() + ")" : ""));
    }
  }
  return texts;
}

const ImportedRecord& ScreeningOf(const ImportedStudy& study) {
  for (const ImportedRecord& record : study.records) {
    if (dynamic_cast<const v1::Screening*>(record.message.get()) != nullptr) {
      return record;
    }
  }
  ADD_FAILURE() << "no screening";
  return study.records.front();
}

TEST(ScreeningWordsTest, WordsOfPeopleAndProgramsAreRead) {
  for (const char* word :
       {"Include", "included", "YES", "y", "1", "relevant"}) {
    EXPECT_EQ(DecisionOf(word), v1::SCREENING_DECISION_KIND_INCLUDE) << word;
  }
  for (const char* word : {"Exclude", "excluded", "no", "0", "Irrelevant"}) {
    EXPECT_EQ(DecisionOf(word), v1::SCREENING_DECISION_KIND_EXCLUDE) << word;
  }
  EXPECT_EQ(DecisionOf("Maybe"), v1::SCREENING_DECISION_KIND_UNSURE);
  EXPECT_EQ(DecisionOf("Not retrieved"),
            v1::SCREENING_DECISION_KIND_NOT_RETRIEVED);
  EXPECT_EQ(DecisionOf("conflict"), v1::SCREENING_DECISION_KIND_UNSPECIFIED);
  for (const char* word : {"Title and abstract screening", "TiAb", "ti/ab",
                           "Title/Abstract", "abstract"}) {
    EXPECT_EQ(StageOf(word), v1::SCREENING_STAGE_TITLE_ABSTRACT) << word;
  }
  for (const char* word : {"Full text", "full-text review", "Fulltext"}) {
    EXPECT_EQ(StageOf(word), v1::SCREENING_STAGE_FULL_TEXT) << word;
  }
  EXPECT_EQ(StageOf("extraction"), v1::SCREENING_STAGE_UNSPECIFIED);
}

TEST(ScreeningSheetTest, RowsOfVotesMakeOneScreeningOfAReport) {
  const auto studies =
      Read(std::string(kVotesHeader) +
               "10.1000/a,Anna,full text,yes,\n"
               "10.1000/a,Ben,full text,no,Single arm\n"
               "10.1000/a,Consensus,full text,excluded,Single arm\n"
               "10.1000/b,Anna,TiAb,maybe,\n"
               "10.1000/b,Ben,TiAb,,\n",
           kVotes);
  ASSERT_THAT(Problems(studies), IsEmpty());
  ASSERT_THAT(studies, SizeIs(2));
  EXPECT_THAT(Decisions(studies[0]),
              testing::UnorderedElementsAre(
                  "full-text/Anna include", "full-text/Ben exclude: Single arm",
                  "full-text/consensus exclude: Single arm"));
  EXPECT_THAT(Decisions(studies[1]), ElementsAre("title-abstract/Anna unsure"));
  const ImportedRecord& screening = ScreeningOf(studies[0]);
  EXPECT_EQ(screening.parent, "reviews/nsclc");
  EXPECT_EQ(screening.id, studies[0].records.front().id);
  EXPECT_FALSE(screening.in_trial);
  // The report is what was judged: the judgement stands in the sheet.
  const auto& record = static_cast<const v1::Screening&>(*screening.message);
  EXPECT_FALSE(record.source().has_report());
  EXPECT_TRUE(IsOfSheet(record.source(), "sheet.csv"));
  for (const v1::ScreeningDecision& each : record.decisions()) {
    // Absent where the record's serves.
    if (!each.has_source()) continue;
    EXPECT_FALSE(each.source().has_report());
    EXPECT_TRUE(IsOfSheet(each.source(), "sheet.csv"));
  }
}

constexpr char kWide[] = R"(rows: screening
columns:
  DOI: publication.doi
  A. Berg: screening[A. Berg].decision
  B. Lund: screening[B. Lund].decision
  Agreed: screening[consensus].decision
  Reason: screening.reason
constants:
  screening.stage: full-text
  review.id: nsclc
)";
constexpr char kWideHeader[] = "DOI,A. Berg,B. Lund,Agreed,Reason\n";

TEST(ScreeningSheetTest, ColumnsOfScreenersShareStageAndReason) {
  const auto studies = Read(std::string(kWideHeader) +
                                "10.1000/a,yes,no,no,Single arm\n"
                                "10.1000/b,no,no,,No drug\n"
                                "10.1000/c,yes,yes,,A first report\n",
                            kWide);
  ASSERT_THAT(Problems(studies), IsEmpty());
  ASSERT_THAT(studies, SizeIs(3));
  EXPECT_THAT(
      Decisions(studies[0]),
      testing::UnorderedElementsAre("full-text/A. Berg include",
                                    "full-text/B. Lund exclude: Single arm",
                                    "full-text/consensus exclude: Single arm"));
  EXPECT_THAT(Decisions(studies[1]), SizeIs(2));
  // No reason to leave it out; and not lost.
  EXPECT_THAT(Decisions(studies[2]),
              testing::UnorderedElementsAre(
                  "full-text/A. Berg include (A first report)",
                  "full-text/B. Lund include (A first report)"));
  ASSERT_THAT(studies[2].warnings, SizeIs(2));
  EXPECT_EQ(studies[2].warnings[0].place, "line 4, column Reason");
}

TEST(ScreeningSheetTest, WhatIsWrongNamesLineColumnValueAndWish) {
  EXPECT_THAT(Problems(Read(std::string(kVotesHeader) +
                                "10.1000/a,Anna,full text,perhaps,\n",
                            kVotes)),
              ElementsAre(HasSubstr(
                  "line 2, column Vote: \"perhaps\": want one of include, "
                  "exclude, unsure, not-retrieved")));
  EXPECT_THAT(Problems(Read(std::string(kVotesHeader) +
                                "10.1000/a,Anna,,yes,\n10.1000/b,,TiAb,no,\n",
                            kVotes)),
              ElementsAre(HasSubstr("line 2, screening.stage"),
                          HasSubstr("line 3, screening.screener")));
  EXPECT_THAT(Problems(Read(
                  std::string(kVotesHeader) + "10.1000/a,Anna,TiAb,,Too old\n",
                  kVotes)),
              ElementsAre(HasSubstr("line 2, column Why: ")));
  EXPECT_THAT(
      Problems(Read(std::string(kVotesHeader) + ",Anna,TiAb,yes,\n", kVotes)),
      ElementsAre(HasSubstr("line 2: : names no trial and no "
                            "publication")));
}

TEST(ScreeningSheetTest, TwoVotesOfOneScreenerNameBothLines) {
  EXPECT_THAT(
      Problems(Read(std::string(kVotesHeader) +
                        "10.1000/a,Anna,TiAb,yes,\n10.1000/a,Anna,TiAb,no,\n",
                    kVotes)),
      ElementsAre(HasSubstr("line 3, column Vote: \"exclude\": is otherwise in "
                            "line 2: include")));
}

TEST(ScreeningSheetTest, AReviewIsNamedOrWanted) {
  std::string map = kVotes;
  map.replace(map.find("constants:"), std::string::npos, "");
  const auto studies = ReadSheetText(
      std::string(kVotesHeader) + "10.1000/a,Anna,TiAb,yes,\n", map);
  EXPECT_THAT(std::string(studies.status().message()),
              HasSubstr("--set review.id=ID"));
  EXPECT_THAT(
      std::string(ReadSheetMap("m.yaml",
                               "rows: screening\ncolumns:\n  A: review.title\n")
                      .status()
                      .message()),
      HasSubstr("want review.id"));
}

TEST(ScreeningSheetTest, RecordsOfRegistriesAreScreenedAsTrials) {
  const auto studies =
      Read("NCT,Who,Vote\nNCT09000001,Anna,no\n",
           "rows: screening\ncolumns:\n  NCT: trial.number\n  Who: screener\n  "
           "Vote: decision\nconstants:\n  stage: title-abstract\n  review.id: "
           "nsclc\n");
  ASSERT_THAT(Problems(studies), IsEmpty());
  EXPECT_THAT(Decisions(studies[0]),
              ElementsAre("title-abstract/Anna exclude"));
  EXPECT_FALSE(
      static_cast<const v1::Screening&>(*ScreeningOf(studies[0]).message)
          .has_publication());
}

TEST(ScreeningSheetTest, DraftedMapReadsTheSheetThatItWasDraftedFrom) {
  for (const auto& [text, decisions] :
       {std::pair(
            "Title,DOI,Reviewer,Stage,Decision,Reason\n"
            "A trial,10.1000/a,Anna,Full text,Excluded,Single arm\n",
            std::vector<std::string>{"full-text/Anna exclude: Single arm"}),
        std::pair(
            "Title,PMID,Reviewer 1,Reviewer 2 vote,Consensus\n"
            "A trial,123,yes,no,yes\n",
            std::vector<std::string>{"title-abstract/consensus include",
                                     "title-abstract/reviewer 1 include",
                                     "title-abstract/reviewer 2 exclude"}),
        std::pair("Title,PMID,A. Berg,Rand,Reason\n"
                  "A trial,123,no,1,Single arm\n",
                  std::vector<std::string>{
                      "title-abstract/A. Berg exclude: Single arm"})}) {
    const auto table = ReadCsv("votes.csv", text);
    const std::string draft = DraftMap("votes.csv", *table);
    auto map = ReadSheetMap("map.yaml", draft);
    ASSERT_TRUE(map.ok()) << map.status() << draft;
    ASSERT_TRUE(AddConstant("review.id=nsclc", *map).ok());
    const auto studies = ReadSheet("votes.csv", *table, *map);
    ASSERT_TRUE(studies.ok()) << studies.status() << draft;
    ASSERT_THAT(Problems(*studies), IsEmpty()) << draft;
    EXPECT_THAT(Decisions((*studies)[0]),
                testing::UnorderedElementsAreArray(decisions))
        << draft;
  }
}

// ---- Covidence

TEST(CovidenceSheetTest, NamesOfFilesTellReviewAndPlace) {
  const auto file =
      CovidenceFileOf("in/my_review_70001_excluded_csv_20260401101500 (1).csv");
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->review, "70001");
  EXPECT_EQ(file->place, CovidencePlace::kExcluded);
  EXPECT_FALSE(CovidenceFileOf("excluded.csv").has_value());
  // The export of extracted data.
  EXPECT_FALSE(CovidenceFileOf("review_70001_20260401101500.csv").has_value());
}

constexpr char kCovidenceHeader[] =
    "Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,"
    "Issue,Pages,Accession Number,DOI,Ref,Covidence #,Study,Notes,Tags\n";

std::vector<ImportedStudy> ReadCovidence(const std::string& place,
                                         const std::string& notes) {
  const std::string file = "review_70001_" + place + "_csv_20260401101500.csv";
  const std::string text = std::string(kCovidenceHeader) +
                           "A trial,\"Soria, J.\",,2018,,NEJM,,,,,10.1000/a,"
                           "12,#34,Soria 2018," +
                           notes + ",EGFR\n";
  auto table = ReadCsv(file, text);
  CompleteCovidenceRows(file, *table);
  auto map = ReadSheetMap("map.yaml", LayoutOf(file, *table, "nsclc"));
  EXPECT_TRUE(map.ok()) << map.status();
  map->of_known_form = true;
  EXPECT_EQ(SheetNameOf(file, *map), "Covidence 70001");
  auto studies = ReadSheet(file, *table, *map);
  EXPECT_TRUE(studies.ok()) << studies.status();
  EXPECT_THAT(Problems(*studies), IsEmpty());
  return *std::move(studies);
}

TEST(CovidenceSheetTest, EachPlaceTellsWhatWasDecided) {
  EXPECT_THAT(Decisions(ReadCovidence("screen", "")[0]), IsEmpty());
  EXPECT_THAT(Decisions(ReadCovidence("select", "")[0]),
              ElementsAre("title-abstract/consensus include"));
  EXPECT_THAT(Decisions(ReadCovidence("irrelevant", "")[0]),
              ElementsAre("title-abstract/consensus exclude"));
  EXPECT_THAT(Decisions(ReadCovidence("included", "")[0]),
              testing::UnorderedElementsAre("title-abstract/consensus include",
                                            "full-text/consensus include"));
  EXPECT_THAT(Decisions(ReadCovidence(
                  "excluded", "Exclusion reason: Wrong study design; ")[0]),
              testing::UnorderedElementsAre(
                  "title-abstract/consensus include",
                  "full-text/consensus exclude: Wrong study design"));
}

TEST(CovidenceSheetTest, WhatElseTheNotesSayStaysWithTheReference) {
  for (const auto& [notes, note] :
       {std::pair("Exclusion reason: Wrong dose; Asked; twice; ",
                  "Asked; twice;"),
        std::pair("Exclusion reason: Wrong dose", ""),
        std::pair("In the library", "In the library")}) {
    const auto studies = ReadCovidence("excluded", notes);
    const auto& publication = static_cast<const v1::Publication&>(
        *studies[0].records.front().message);
    EXPECT_EQ(publication.note(), note);
    EXPECT_EQ(publication.source().note(),
              "sheet Covidence 70001, line 2: #34");
  }
}

}  // namespace
}  // namespace consilium
