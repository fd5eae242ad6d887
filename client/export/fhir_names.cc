#include "client/export/fhir_names.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/base/sha256.h"

namespace consilium {

std::string FhirNames::IdOf(absl::string_view name) const {
  std::string bytes = Sha256({registry_id_, "/", name}).substr(0, 16);
  // Version 8, made by a rule of one's own, in the variant of RFC 9562.
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  const std::string hex = absl::BytesToHexString(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-",
                      hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

std::string FhirNames::UrnOf(absl::string_view name) const {
  return absl::StrCat("urn:uuid:", IdOf(name));
}

FhirJson FhirNames::IdentifierOf(absl::string_view name) const {
  return FhirIdentifier(absl::StrCat("urn:consilium:registry:", registry_id_),
                        name);
}

FhirJson FhirNames::ReferenceTo(const std::string& name,
                                absl::string_view display) const {
  FhirJson reference;
  if (!Holds(name)) return reference;
  reference["reference"] = UrnOf(name);
  PutText(reference, "display", display);
  return reference;
}

}  // namespace consilium
