// Enum values, units and names in the words of a medical report.
//
// Pure.
#ifndef CONSILIUM_PROTO_BASE_WORDS_H_
#define CONSILIUM_PROTO_BASE_WORDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/common.pb.h"

namespace consilium {

// "hazard ratio", "intention to treat", "SBRT"; "" when it is not specified.
std::string EnumWords(const google::protobuf::EnumValueDescriptor* value);

template <typename Enum>
std::string EnumWords(Enum value) {
  return EnumWords(
      google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(
          static_cast<int>(value)));
}

// A text in kebab case as words: "radiation pneumonia", "EGFR TKI".
std::string KebabWords(absl::string_view kebab);
// The same with its hyphens, as drugs have them: "EGFR-TKI", "rh-endostatin".
std::string KebabName(absl::string_view kebab);

// The short word of an outcome in full: "progression-free survival" of "pfs".
std::string OutcomeWords(absl::string_view outcome);

// `text` with its first letter in upper case.
std::string Capitalized(std::string text);

// The parts that are not empty.
std::string JoinWords(const std::vector<std::string>& parts,
                      absl::string_view separator);

// A number with a UCUM unit spelled out: "18.6 months", "90%", "1 day".
std::string NumberWords(double value, absl::string_view unit);
// "25 to 40 Gy", "≤ 34%".
std::string QuantityWords(const v1::Quantity& quantity);
// "< ", "about "; "" for equal.
std::string ComparatorWords(v1::Comparator comparator);

// The first digits of a hash, enough to tell it from others by eye.
std::string ShortHash(absl::string_view hex);

// The last id of a record's name.
std::string IdOf(absl::string_view name);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_WORDS_H_
