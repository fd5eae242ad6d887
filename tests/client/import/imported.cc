#include "tests/client/import/imported.h"

#include <fstream>
#include <iterator>

#include "client/import/csv_table.h"
#include "client/import/sheet_map.h"
#include "client/import/sheet_rows.h"
#include "proto/base/status_macros.h"

namespace consilium {

std::string ReadTestFile(const std::string& name) {
  std::ifstream file(std::string(CONSILIUM_TESTDATA) + "/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

absl::StatusOr<std::vector<ImportedStudy>> ReadSheetText(
    const std::string& text, const std::string& map) {
  ASSIGN_OR_RETURN(const SheetMap parsed, ReadSheetMap("map.yaml", map));
  ASSIGN_OR_RETURN(const CsvTable table, ReadCsv("sheet.csv", text));
  return ReadSheet("folder/sheet.csv", table, parsed);
}

std::vector<std::string> Problems(const std::vector<ImportedStudy>& studies) {
  std::vector<std::string> texts;
  for (const ImportedStudy& study : studies) {
    for (const ImportNote& note : study.problems) {
      texts.push_back(note.place + ": " + note.value + ": " + note.wish);
    }
  }
  return texts;
}

}  // namespace consilium
