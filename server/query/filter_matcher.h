// Evaluates a bound filter on a message, by reflection.
#ifndef CONSILIUM_SERVER_QUERY_FILTER_MATCHER_H_
#define CONSILIUM_SERVER_QUERY_FILTER_MATCHER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "server/query/filter_ast.h"

namespace consilium {

// Whether `message`, of the descriptor that `node` was bound to, matches. A
// range matches when all of it does.
bool MatchesFilter(const FilterNode& node,
                   const google::protobuf::Message& message);

// How a message stands to a filter, from the least: an AND is the least of its
// terms, an OR the greatest.
enum class FilterMatch {
  kNo,
  // A field that is compared has no value, or none in a unit that converts.
  // Its negation is kYes: FILTER.md says that such a field matches nothing.
  kSilent,
  // A part of a range matches. Its negation is kMay.
  kMay,
  kYes,
};

// The same in full. When it is kSilent, adds the comparisons of `node` that
// are silent to `silent`, each once or more.
FilterMatch MatchFilter(const FilterNode& node,
                        const google::protobuf::Message& message,
                        std::vector<const FilterNode*>& silent);

// Whether `text` stands in `op` to what a filter says, its pieces with anything
// between them.
bool CompareText(absl::string_view text, FilterOp op, const FilterText& pieces);

// The units of the quantities at `path`, each as often as it is there.
std::vector<std::string> UnitsAt(const FilterPath& path,
                                 const google::protobuf::Message& message);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_FILTER_MATCHER_H_
