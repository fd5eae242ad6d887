#include "tests/bench/documents.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/base/record_traits.h"
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

std::vector<GitFile> EvidenceFilesOf(
    const std::vector<v1::RecordStatement>& records) {
  std::vector<GitFile> files;
  std::string collection;
  for (const v1::RecordStatement& record : records) {
    if (record.has_publication()) {
      files.emplace_back(absl::StrCat(record.id(), ".yaml"), "");
      collection.clear();
    }
    std::string& text = files.back().second;
    const RecordTraits& traits = *RecordTraitsTable::Get().FindByDescriptor(
        RecordOf(record).GetDescriptor());
    if (traits.collection != collection) {
      collection = traits.collection;
      absl::StrAppend(&text, collection, ":\n");
    }
    absl::StrAppend(&text, "  - id: ", record.id(), "\n");
    const std::string yaml = ToYaml(RecordOf(record));
    for (const absl::string_view line :
         absl::StrSplit(yaml, '\n', absl::SkipEmpty())) {
      absl::StrAppend(&text, "    ", line, "\n");
    }
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
