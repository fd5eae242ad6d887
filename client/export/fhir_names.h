// How resources of a bundle are called, and how they name each other.
#ifndef CONSILIUM_CLIENT_EXPORT_FHIR_NAMES_H_
#define CONSILIUM_CLIENT_EXPORT_FHIR_NAMES_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "client/export/fhir_json.h"

namespace consilium {

// Thread-compatible. A thing is called by its name in the registry:
// "trials/sindas/arms/egfr-tki". One name gives the same id in every bundle of
// a registry, whoever makes it.
class FhirNames {
 public:
  // `registry_id` is the hash of the registry's genesis, in hexadecimal.
  explicit FhirNames(absl::string_view registry_id)
      : registry_id_(registry_id) {}

  // Notes that the bundle holds a resource called `name`.
  void Hold(const std::string& name) { held_.insert(name); }
  bool Holds(const std::string& name) const { return held_.count(name) > 0; }

  // A UUID.
  std::string IdOf(absl::string_view name) const;
  // The same as the URN by which resources of the bundle refer to it.
  std::string UrnOf(absl::string_view name) const;
  // The Identifier that tells `name` itself.
  FhirJson IdentifierOf(absl::string_view name) const;
  // A Reference to what is called `name`; null when the bundle holds no such
  // resource.
  FhirJson ReferenceTo(const std::string& name,
                       absl::string_view display = "") const;

 private:
  const std::string registry_id_;
  std::set<std::string> held_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_FHIR_NAMES_H_
