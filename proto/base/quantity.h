// What the schema-driven code knows of consilium.v1.Quantity and of any other
// message of that name and shape.
#ifndef CONSILIUM_PROTO_BASE_QUANTITY_H_
#define CONSILIUM_PROTO_BASE_QUANTITY_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// True for messages named Quantity.
bool IsQuantity(const google::protobuf::Descriptor& message);

// The amount in a key: "24mo", "6..12mo", "..3mo"; years as months. Absent
// when the quantity holds no number.
std::optional<std::string> QuantityKeyText(
    const google::protobuf::Message& quantity);

// As a person writes it: "250 mg", "25..40 Gy", "..34 %", ">= 3 mo". Absent
// when the text would not hold all that the quantity holds.
std::optional<std::string> QuantityToText(
    const google::protobuf::Message& quantity);

// The inverse. False, with `quantity` unspecified, when `text` is none.
bool QuantityFromText(absl::string_view text,
                      google::protobuf::Message& quantity);

// Turns years ("a") into months ("mo"). True when it changed anything.
bool YearsToMonths(google::protobuf::Message& quantity);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_QUANTITY_H_
