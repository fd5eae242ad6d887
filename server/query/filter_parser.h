// The grammar of FILTER.md: text in, bound tree out.
#ifndef CONSILIUM_SERVER_QUERY_FILTER_PARSER_H_
#define CONSILIUM_SERVER_QUERY_FILTER_PARSER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "server/query/filter_ast.h"

namespace consilium {

class FilterWords;

// The tree of `text` for records of `record`. Blank text gives a kAnd without
// children. A conjunction or disjunction never directly holds another of its
// own kind. `words` may be null.
absl::StatusOr<FilterNode> ParseFilter(
    absl::string_view text, const google::protobuf::Descriptor& record,
    const FilterWords* words = nullptr);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_FILTER_PARSER_H_
