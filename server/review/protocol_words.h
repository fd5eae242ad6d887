// Values of a protocol's fields, for people.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_REVIEW_PROTOCOL_WORDS_H_
#define CONSILIUM_SERVER_REVIEW_PROTOCOL_WORDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "consilium/v1/review_result.pb.h"

namespace consilium {

// What `field` of `message` holds: enum values by their short texts, words as
// they are, what is made of several as JSON. Empty when it is absent.
std::string FieldText(const google::protobuf::Message& message,
                      const google::protobuf::FieldDescriptor& field);

// The fields of an outcome or another element in which `a` and `b`, of one
// type, differ; their keys and sources left out.
std::vector<const google::protobuf::FieldDescriptor*> DifferingFields(
    const google::protobuf::Message& a, const google::protobuf::Message& b);

// What a reader should know of a dispute and of a change after data: which
// part, which values, by whom and when.
std::string ProtocolDisputeNotice(const v1::ProtocolDispute& dispute);
std::string ChangeAfterDataNotice(const v1::ProtocolChange& change);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_PROTOCOL_WORDS_H_
