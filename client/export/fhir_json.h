// Elements of FHIR R5 as JSON.
//
// Pure. FHIR knows no empty strings, lists and objects: nothing here makes one.
#ifndef CONSILIUM_CLIENT_EXPORT_FHIR_JSON_H_
#define CONSILIUM_CLIENT_EXPORT_FHIR_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/common.pb.h"

namespace consilium {

using FhirJson = nlohmann::ordered_json;  // Elements in the order they come.

// Sets `key` of `object`, unless `value` is null or empty.
void Put(FhirJson& object, const char* key, FhirJson value);
// The same of a text, without the space around it.
void PutText(FhirJson& object, const char* key, absl::string_view text);
// Appends to the list `key`, unless `value` is null or empty.
void Add(FhirJson& object, const char* key, FhirJson value);

// A number without a point where it needs none.
FhirJson FhirNumber(double value);

// A CodeableConcept of a code, of a text, or of both. Null without either.
FhirJson CodeableConcept(absl::string_view system, absl::string_view code,
                         absl::string_view text = "");
FhirJson TextConcept(absl::string_view text);

// An Annotation.
FhirJson Annotation(absl::string_view text);

// A Quantity with a UCUM unit, which may be empty, and a comparator that FHIR
// knows.
FhirJson FhirQuantity(double value, absl::string_view unit,
                      v1::Comparator comparator = v1::COMPARATOR_UNSPECIFIED);

// An Identifier; `system` may be empty.
FhirJson FhirIdentifier(absl::string_view system, absl::string_view value);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_FHIR_JSON_H_
