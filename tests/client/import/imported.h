// What tests of imports read, and what came of it.
#ifndef CONSILIUM_TESTS_CLIENT_IMPORT_IMPORTED_H_
#define CONSILIUM_TESTS_CLIENT_IMPORT_IMPORTED_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/import/imported_study.h"
#include "gtest/gtest.h"

namespace consilium {

// The bytes of a file of testdata.
std::string ReadTestFile(const std::string& name);

// The studies of the CSV `text`, of the file folder/sheet.csv, by the map
// `map`.
absl::StatusOr<std::vector<ImportedStudy>> ReadSheetText(
    const std::string& text, const std::string& map);

// "PLACE: VALUE: WISH" of every problem.
std::vector<std::string> Problems(const std::vector<ImportedStudy>& studies);

// The record of that type and id.
template <typename Record>
const Record& Get(const ImportedStudy& study, const std::string& id) {
  for (const ImportedRecord& record : study.records) {
    const auto* found = dynamic_cast<const Record*>(record.message.get());
    if (found != nullptr && record.id == id) return *found;
  }
  ADD_FAILURE() << "no record " << id;
  return Record::default_instance();
}

}  // namespace consilium

#endif  // CONSILIUM_TESTS_CLIENT_IMPORT_IMPORTED_H_
