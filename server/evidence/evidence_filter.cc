#include "server/evidence/evidence_filter.h"

#include <string>
#include <vector>

#include "consilium/v1/evidence.pb.h"
#include "proto/base/suggested_field.h"
#include "server/evidence/value_words.h"

namespace consilium {
namespace {

// Fields and values of rows by the words that people have for them.
class RowWords final : public FilterWords {
 public:
  BindFault Read(FilterNode& comparison) const override {
    return ReadValueWord(comparison);
  }

  std::vector<std::string> ValuesMeant(
      const FilterNode& comparison) const override {
    return consilium::ValuesMeant(comparison);
  }

  std::vector<std::string> FieldsCalled(absl::string_view name) const override {
    if (name == "doubt") {
      return {"alternatives.reading", "alternatives.reason",
              "disputes.fields.value", "disputes.institutions", "conflicts"};
    }
    const absl::string_view path = RowFieldCalled(name);
    if (path.empty()) return {};
    return {std::string(path)};
  }

  std::string FieldMeant(absl::string_view name) const override {
    const RowFieldWord* const word = FindRowFieldWord(name);
    return word == nullptr ? "" : std::string(word->filter);
  }
};

}  // namespace

absl::StatusOr<Filter> ParseEvidenceFilter(absl::string_view text) {
  static const RowWords words;
  return Filter::Parse(text, *v1::EvidenceRow::descriptor(), &words);
}

}  // namespace consilium
