#include "tests/bench/documents.h"

#include "absl/strings/str_cat.h"
#include "proto/base/text_form.h"
#include "tests/bench/generator.h"

namespace consilium {

std::vector<GitFile> FilesOf(const std::vector<v1::RecordStatement>& records) {
  std::vector<GitFile> files;
  for (const v1::RecordStatement& record : records) {
    files.emplace_back(absl::StrCat(NameOf(record), ".json"),
                       absl::StrCat(ToJson(RecordOf(record)), "\n"));
  }
  return files;
}

void SetText(v1::RecordStatement& record, const std::string& field,
             const std::string& text) {
  const auto& oneof =
      *v1::RecordStatement::descriptor()->FindOneofByName("record");
  auto& message = *record.GetReflection()->MutableMessage(
      &record, record.GetReflection()->GetOneofFieldDescriptor(record, &oneof));
  message.GetReflection()->SetString(
      &message, message.GetDescriptor()->FindFieldByName(field), text);
}

}  // namespace consilium
