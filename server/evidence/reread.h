// Elements of records as other readings of their sources have them.
#ifndef CONSILIUM_SERVER_EVIDENCE_REREAD_H_
#define CONSILIUM_SERVER_EVIDENCE_REREAD_H_

#include <google/protobuf/message.h>

#include "consilium/v1/common.pb.h"

namespace consilium {

// Gives the fields of `element` the values that `reading` has for them. A path
// that starts with no field of the element is one of `record`, which holds it:
// the term of a count is that of its adverse event. False when nothing was set:
// the reading is one in words, or has values that fit no field.
//
// A pure function.
bool Reread(const v1::Alternative& reading, google::protobuf::Message& element,
            google::protobuf::Message& record);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_REREAD_H_
