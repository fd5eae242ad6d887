#include "client/import/study_builder.h"

#include <google/protobuf/descriptor.h>

#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/import/ctgov_values.h"
#include "client/import/limits.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor& FieldOf(const Message& message, const char* name) {
  return *message.GetDescriptor()->FindFieldByName(name);
}

}  // namespace

void StudyBuilder::Problem(const JsonNode& node, absl::string_view wish) {
  study_.problems.push_back({node.path(),
                             Quote(ShortenUtf8(node.text(), kImportValueShown)),
                             std::string(wish)});
}

void StudyBuilder::Warn(const JsonNode& node, absl::string_view value,
                        absl::string_view done) {
  study_.warnings.push_back(
      {node.path(), ShortenUtf8(value, kImportValueShown), std::string(done)});
}

void StudyBuilder::SetText(Message& message, const char* field,
                           const JsonNode& node) {
  std::string text = node.text();
  if (absl::StripAsciiWhitespace(text).empty()) return;
  const FieldDescriptor& descriptor = FieldOf(message, field);
  const v1::FieldRules& rules = RulesOf(descriptor);
  const size_t size_max = rules.has_max_size()
                              ? static_cast<size_t>(rules.max_size())
                              : std::numeric_limits<size_t>::max();
  if (text.size() > size_max) {
    Warn(node, absl::StrCat(text.size(), " bytes"),
         absl::StrCat("the first ", size_max, " bytes were taken"));
    text = ShortenUtf8(text, size_max);
  }
  const auto& reflection = *message.GetReflection();
  if (descriptor.is_repeated()) {
    reflection.AddString(&message, &descriptor, std::move(text));
  } else {
    reflection.SetString(&message, &descriptor, std::move(text));
  }
}

int StudyBuilder::SetEnum(Message& message, const char* field,
                          const JsonNode& node) {
  const std::string word = node.text();
  if (word.empty()) return 0;
  const FieldDescriptor& descriptor = FieldOf(message, field);
  const auto* value =
      ParseEnum(*descriptor.enum_type(),
                absl::StrReplaceAll(absl::AsciiStrToLower(word), {{"_", "-"}}));
  if (value == nullptr || value->number() == 0) {
    Problem(node, absl::StrCat(
                      "want one of ",
                      absl::StrJoin(EnumTexts(*descriptor.enum_type()), ", "),
                      ", as ClinicalTrials.gov writes them"));
    return 0;
  }
  const auto& reflection = *message.GetReflection();
  if (descriptor.is_repeated()) {
    reflection.AddEnum(&message, &descriptor, value);
  } else {
    reflection.SetEnum(&message, &descriptor, value);
  }
  return value->number();
}

std::optional<int32_t> StudyBuilder::CountAt(const JsonNode& node) {
  if (!node.exists()) return std::nullopt;
  const std::optional<double> count = NumberOf(node.text());
  if (count && *count >= 0 && *count <= std::numeric_limits<int32_t>::max() &&
      *count == static_cast<int32_t>(*count)) {
    return static_cast<int32_t>(*count);
  }
  Problem(node, "want a whole number, not negative");
  return std::nullopt;
}

v1::Source StudyBuilder::SourceAt(const JsonNode& node) const {
  v1::Source source;
  source.set_registration(number_);
  source.set_locator(ShortenUtf8(node.path(), 500));
  return source;
}

ImportedRecord& StudyBuilder::AddRecord(const RecordTraits& traits,
                                        const JsonNode& node) {
  ImportedRecord record;
  record.traits = &traits;
  record.message = traits.New();
  record.in_trial = traits.parent != nullptr;
  record.place = node.path();
  study_.records.push_back(std::move(record));
  return study_.records.back();
}

}  // namespace consilium
