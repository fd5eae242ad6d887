// Fields of evidence rows, and covariates of a protocol, by which plans divide
// studies.
#ifndef CONSILIUM_PROTO_BASE_ROW_FIELD_H_
#define CONSILIUM_PROTO_BASE_ROW_FIELD_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"

namespace consilium {

// A field of evidence rows that divides studies, as plans write it: "year", or
// with the values that count, first come first: "drugClasses = egfr-tki-1g |
// egfr-tki-3g". Values of a number may be bounds: "year = <2015 | >=2015".
// Covariates of the protocol are written "covariates.NAME", likewise.
struct RowField {
  // Null of a covariate.
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::string covariate;  // Its name; empty of a field.
  std::vector<std::string> values;

  // In camelCase, as filters write it; "covariates.NAME" of a covariate.
  std::string name() const;
};

// INVALID_ARGUMENT says what is wrong, and names fields that are close. Whether
// a protocol has the covariate is not known here.
absl::StatusOr<RowField> ParseRowField(absl::string_view text);

using Covariates = google::protobuf::RepeatedPtrField<v1::StudyCovariate>;

// The value of `row`, for people: the first of the field's values that it
// holds or lies in; without values, all that it holds, joined by " + ". Empty
// when it holds none. `covariates` are those of the protocol, of all trials.
std::string TextOf(const RowField& field, const v1::EvidenceRow& row,
                   const Covariates& covariates);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_ROW_FIELD_H_
