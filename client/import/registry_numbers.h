// Numbers that registries of trials give: whose a number is, and which ones a
// text names.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_REGISTRY_NUMBERS_H_
#define CONSILIUM_CLIENT_IMPORT_REGISTRY_NUMBERS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

// The registry that gives numbers of this form; UNSPECIFIED if none does.
v1::RegistrationAuthority AuthorityOfNumber(absl::string_view number);

// The numbers in `text`, each once, in their registry's form and in the order
// of the text: "nct 02893332" is NCT02893332. EudraCT and CTIS numbers look
// like many another, so they count only where the text says what they are.
std::vector<std::string> FindRegistryNumbers(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_REGISTRY_NUMBERS_H_
