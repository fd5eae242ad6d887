// Fields of evidence rows by which plans divide studies.
#ifndef CONSILIUM_PROTO_BASE_ROW_FIELD_H_
#define CONSILIUM_PROTO_BASE_ROW_FIELD_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"

namespace consilium {

// A field of evidence rows that divides studies, as plans write it: "year", or
// with the values that count, first come first: "drugClasses = egfr-tki-1g |
// egfr-tki-3g". Values of a number may be bounds: "year = <2015 | >=2015".
struct RowField {
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::vector<std::string> values;

  // In camelCase, as filters write it.
  const std::string& name() const { return field->json_name(); }
};

// INVALID_ARGUMENT says what is wrong, and names fields that are close.
absl::StatusOr<RowField> ParseRowField(absl::string_view text);

// The value of `row`, for people: the first of the field's values that it
// holds or lies in; without values, all that it holds, joined by " + ". Empty
// when it holds none.
std::string TextOf(const RowField& field, const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_ROW_FIELD_H_
