#include "client/export/fhir_json.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"

namespace consilium {
namespace {

constexpr double kExactIntegers = 9e15;  // Doubles beyond skip some.

const char* ComparatorCode(v1::Comparator comparator) {
  switch (comparator) {
    case v1::COMPARATOR_LESS:
      return "<";
    case v1::COMPARATOR_LESS_OR_EQUAL:
      return "<=";
    case v1::COMPARATOR_GREATER:
      return ">";
    case v1::COMPARATOR_GREATER_OR_EQUAL:
      return ">=";
    default:
      return "";
  }
}

bool IsEmpty(const FhirJson& value) {
  return value.is_null() ||
         (value.is_string() && value.get_ref<const std::string&>().empty()) ||
         ((value.is_array() || value.is_object()) && value.empty());
}

}  // namespace

void Put(FhirJson& object, const char* key, FhirJson value) {
  if (!IsEmpty(value)) object[key] = std::move(value);
}

void PutText(FhirJson& object, const char* key, absl::string_view text) {
  Put(object, key, std::string(absl::StripAsciiWhitespace(text)));
}

void Add(FhirJson& object, const char* key, FhirJson value) {
  if (!IsEmpty(value)) object[key].push_back(std::move(value));
}

FhirJson FhirNumber(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::trunc(value) && std::fabs(value) < kExactIntegers) {
    return static_cast<int64_t>(value);
  }
  return value;
}

FhirJson CodeableConcept(absl::string_view system, absl::string_view code,
                         absl::string_view text) {
  FhirJson made;
  if (!code.empty()) {
    made["coding"] = FhirJson::array(
        {{{"system", std::string(system)}, {"code", std::string(code)}}});
  }
  PutText(made, "text", text);
  return made;
}

FhirJson TextConcept(absl::string_view text) {
  return CodeableConcept("", "", text);
}

FhirJson Annotation(absl::string_view text) {
  FhirJson note;
  PutText(note, "text", text);
  return note;
}

FhirJson FhirQuantity(double value, absl::string_view unit,
                      v1::Comparator comparator) {
  FhirJson quantity;
  Put(quantity, "value", FhirNumber(value));
  if (quantity.is_null()) return quantity;
  PutText(quantity, "comparator", ComparatorCode(comparator));
  if (!unit.empty()) {
    PutText(quantity, "unit", unit);
    quantity["system"] = "http://unitsofmeasure.org";
    PutText(quantity, "code", unit);
  }
  return quantity;
}

FhirJson FhirIdentifier(absl::string_view system, absl::string_view value) {
  FhirJson identifier;
  if (value.empty()) return identifier;
  PutText(identifier, "system", system);
  PutText(identifier, "value", value);
  return identifier;
}

}  // namespace consilium
