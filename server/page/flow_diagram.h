// The flow of records, as PRISMA 2020 draws it: for this version and from the
// start.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_FLOW_DIAGRAM_H_
#define CONSILIUM_SERVER_PAGE_FLOW_DIAGRAM_H_

#include <string>

#include "consilium/v1/review_result.pb.h"

namespace consilium {

// "1,204", or "not recorded".
std::string FlowCount(const v1::FlowNumber& number);
std::string FlowTotal(const v1::FlowNumber& number);

std::string FlowDiagram(const v1::ReviewResult& result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_FLOW_DIAGRAM_H_
