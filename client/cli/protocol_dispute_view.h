// How a protocol in conflict with itself is shown in a terminal.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_CLI_PROTOCOL_DISPUTE_VIEW_H_
#define CONSILIUM_CLIENT_CLI_PROTOCOL_DISPUTE_VIEW_H_

#include <string>

#include "consilium/v1/review_result.pb.h"

namespace consilium {

// The disputes in lines: each path with the values that stand there, who
// entered them, and, `with_outcomes`, what outcomes come to under the values
// that do not count. Empty when there is none.
std::string DisputesText(
    const google::protobuf::RepeatedPtrField<v1::ProtocolDispute>& disputes,
    bool with_outcomes);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_PROTOCOL_DISPUTE_VIEW_H_
