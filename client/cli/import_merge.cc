#include "client/cli/import_merge.h"

#include <initializer_list>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/element_key.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// Every value of a study, by the record and the path that it stands at.
std::map<std::string, std::string> ValuesOf(const ImportedStudy& study) {
  std::map<std::string, std::string> values;
  for (const ImportedRecord& record : study.records) {
    BuildKeys(*record.message);
    auto split = Split(*record.message, *record.traits);
    if (!split.ok()) continue;
    for (FieldValue& value : *split) {
      values[absl::StrCat(record.traits->singular, " ", record.id, " ",
                          value.path.ToText(record.traits->descriptor))] =
          std::move(value.value);
    }
  }
  return values;
}

}  // namespace

absl::StatusOr<std::vector<FieldPath>> MergeInto(const EvidenceRecord& other,
                                                 EvidenceRecord& record) {
  BuildKeys(*record.message);
  BuildKeys(*other.message);
  std::map<FieldPath, FieldValue> values;
  std::vector<FieldPath> differ;
  for (const EvidenceRecord* each :
       std::initializer_list<const EvidenceRecord*>{&record, &other}) {
    ASSIGN_OR_RETURN(std::vector<FieldValue> split,
                     Split(*each->message, *each->traits));
    for (FieldValue& value : split) {
      const FieldPath path = value.path;
      const auto [held, is_new] = values.emplace(path, value);
      if (!is_new && held->second.value != value.value) differ.push_back(path);
    }
  }
  std::vector<FieldValue> all;
  for (auto& [path, value] : values) all.push_back(std::move(value));
  ASSIGN_OR_RETURN(record.message,
                   AssembleMessage(all, *record.traits, Sources::kInclude));
  return differ;
}

std::vector<std::string> DifferingPaths(const ImportedStudy& first,
                                        const ImportedStudy& second) {
  std::map<std::string, std::string> left = ValuesOf(first);
  std::vector<std::string> paths;
  for (const auto& [path, value] : ValuesOf(second)) {
    const auto found = left.find(path);
    if (found == left.end() || found->second != value) paths.push_back(path);
    if (found != left.end()) left.erase(found);
  }
  for (const auto& [path, value] : left) paths.push_back(path);
  return paths;
}

}  // namespace consilium
