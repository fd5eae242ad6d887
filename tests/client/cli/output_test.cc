#include "client/cli/output.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/limits.h"

namespace consilium {
namespace {

const std::vector<Column> kColumns = {{"name"}, {"title"}, {"n", true}};

std::string WriteList(OutputFormat format, const std::vector<Row>& rows,
                      const Terminal& terminal = {}) {
  std::ostringstream out;
  const auto writer = MakeListWriter(format, kColumns, out, terminal);
  for (const Row& row : rows) writer->Add(row);
  writer->Finish("no trials");
  return out.str();
}

const std::vector<Row>& TwoRows() {
  static const auto* const rows = new std::vector<Row>{
      {"trials/nct1", R"({"name":"a"})", {"nct1", "Lung 肺", "68"}},
      {"trials/nct02893332",
       R"({"name":"b"})",
       {"nct02893332", "x, \"y\"", "5"}},
  };
  return *rows;
}

TEST(ListWriterTest, TableAlignsByDisplayWidth) {
  EXPECT_EQ(WriteList(OutputFormat::kTable, TwoRows()),
            "NAME         TITLE     N\n"
            "nct1         Lung 肺  68\n"
            "nct02893332  x, \"y\"    5\n");
}

TEST(ListWriterTest, JsonIsOneArray) {
  EXPECT_EQ(WriteList(OutputFormat::kJson, TwoRows()),
            "[\n{\"name\":\"a\"},\n{\"name\":\"b\"}\n]\n");
  EXPECT_EQ(WriteList(OutputFormat::kJson, {}), "[]\n");
}

TEST(ListWriterTest, JsonLinesIsAnObjectALine) {
  EXPECT_EQ(WriteList(OutputFormat::kJsonLines, TwoRows()),
            "{\"name\":\"a\"}\n{\"name\":\"b\"}\n");
}

TEST(ListWriterTest, CsvQuotes) {
  EXPECT_EQ(WriteList(OutputFormat::kCsv, TwoRows()),
            "name,title,n\r\nnct1,Lung 肺,68\r\n"
            "nct02893332,\"x, \"\"y\"\"\",5\r\n");
}

TEST(ListWriterTest, NamePrintsOnlyNames) {
  EXPECT_EQ(WriteList(OutputFormat::kName, TwoRows()),
            "trials/nct1\ntrials/nct02893332\n");
}

TEST(ListWriterTest, AnEmptyTableSaysSo) {
  EXPECT_EQ(WriteList(OutputFormat::kTable, {}), "no trials\n");
  EXPECT_EQ(WriteList(OutputFormat::kCsv, {}), "name,title,n\r\n");
}

TEST(ListWriterTest, TableCutsTheWidestColumnToFitATerminal) {
  const std::vector<Row> rows = {
      {"", "", {"nct1", std::string(60, 'x'), "68"}}};
  const std::string table =
      WriteList(OutputFormat::kTable, rows, {.is_terminal = true, .width = 30});
  EXPECT_EQ(table,
            "NAME  TITLE                  N\n"
            "nct1  xxxxxxxxxxxxxxxxxxx…  68\n");
  // Where no person reads it, nothing is lost.
  EXPECT_NE(WriteList(OutputFormat::kTable, rows).find(std::string(60, 'x')),
            std::string::npos);
}

TEST(ListWriterTest, TableShowsNoControlCharacters) {
  const std::string table = WriteList(
      OutputFormat::kTable, {{"", "", {"\x1b]0;owned\x07", "a\nb", "1"}}});
  EXPECT_EQ(table.find('\x1b'), std::string::npos);
  EXPECT_NE(table.find("a b"), std::string::npos);
}

TEST(ListWriterTest, TableWritesEveryRowOfALongList) {
  std::vector<Row> rows;
  for (size_t i = 0; i < 3 * kTableRowsMeasured; ++i) {
    rows.push_back({"", "", {absl::StrCat("t", i), "title", "1"}});
  }
  const std::string table = WriteList(OutputFormat::kTable, rows);
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'),
            static_cast<int64_t>(rows.size()) + 1);
}

TEST(DetailsTest, EveryFormatShowsTheOneThing) {
  const Details details = {.name = "trials/nct1",
                           .json = "{\"name\": \"x\"}\n",
                           .fields = {{"name", "nct1"}, {"revision", "7"}},
                           .summary = "retracted 1 trial",
                           .next = "consilium trial undelete nct1"};
  const auto write = [&details](OutputFormat format) {
    std::ostringstream out;
    WriteDetails(format, details, out);
    return out.str();
  };
  EXPECT_EQ(write(OutputFormat::kTable),
            "retracted 1 trial\nname      nct1\nrevision  7\n"
            "next: consilium trial undelete nct1\n");
  EXPECT_EQ(write(OutputFormat::kJson), "{\"name\": \"x\"}\n");
  EXPECT_EQ(write(OutputFormat::kJsonLines), "{\"name\": \"x\"}\n");
  EXPECT_EQ(write(OutputFormat::kCsv), "name,revision\r\nnct1,7\r\n");
  EXPECT_EQ(write(OutputFormat::kName), "trials/nct1\n");
}

TEST(DetailsTest, ALabelThatAStrangerWroteBreaksNoLine) {
  std::ostringstream out;
  WriteDetails(OutputFormat::kTable,
               {.fields = {{"replica of ../../x\n", "4f"}}}, out);
  EXPECT_EQ(out.str(), "replica of ../../x\\x0a  4f\n");
}

}  // namespace
}  // namespace consilium
