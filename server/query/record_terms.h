// Index terms of records: the values by which a list finds its records without
// looking at all of them, and what a filter wants of them. FILTER.md lists the
// fields.
//
// A term is the numbers of the fields that lead to the value, two bytes each,
// and the value: text, at most kTermTextSizeMax bytes of it, or eight bytes of
// a whole number or an enumeration. A filter finds more than it means by what
// the terms leave out, never less, and is then asked about every record found.
#ifndef CONSILIUM_SERVER_QUERY_RECORD_TERMS_H_
#define CONSILIUM_SERVER_QUERY_RECORD_TERMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/field_path.h"
#include "proto/base/record_traits.h"
#include "server/query/filter.h"
#include "storage/registry/record_indexer.h"

namespace consilium {

// Thread-safe.
class RecordTerms final : public RecordIndexer {
 public:
  // Counts up when another field is indexed or terms are written otherwise.
  int32_t version() const override { return 1; }

  void AddTerms(absl::string_view collection, const FieldPath& path,
                absl::string_view value,
                std::vector<std::string>& terms) const override;
};

// The terms of which every record that `filter` means has each: all that its
// comparisons say of indexed fields. Empty when they say nothing of one.
std::vector<std::string> RequiredTermsOf(const Filter& filter,
                                         const RecordTraits& traits);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_RECORD_TERMS_H_
