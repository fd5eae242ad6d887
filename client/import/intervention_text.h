// What the name and description of an intervention say of drugs and
// radiotherapy.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_INTERVENTION_TEXT_H_
#define CONSILIUM_CLIENT_IMPORT_INTERVENTION_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/arm.pb.h"

namespace consilium {

// Names of the drugs in `name`, in kebab case, without dose, form and trade
// mark: "Erlotinib 150/100 mg" is erlotinib, "Pemetrexed + cisplatin" are two,
// any placebo is "placebo". Never empty unless `name` has no letter.
std::vector<std::string> DrugsOf(absl::string_view name);

// Whether `name` is a radiotherapy, whatever type its sponsor picked.
bool IsRadiotherapy(absl::string_view name);

// Technique, target, dose and fractions as far as the text names just one.
v1::RadiotherapyComponent RadiotherapyOf(absl::string_view name,
                                         absl::string_view description);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_INTERVENTION_TEXT_H_
