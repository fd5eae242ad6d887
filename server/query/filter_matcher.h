// Evaluates a bound filter on a message, by reflection.
#ifndef CONSILIUM_SERVER_QUERY_FILTER_MATCHER_H_
#define CONSILIUM_SERVER_QUERY_FILTER_MATCHER_H_

#include "google/protobuf/message.h"
#include "server/query/filter_ast.h"

namespace consilium {

// Whether `message`, of the descriptor that `node` was bound to, matches.
bool MatchesFilter(const FilterNode& node,
                   const google::protobuf::Message& message);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_FILTER_MATCHER_H_
