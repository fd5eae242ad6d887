// Countries by their English names.
//
// Pure functions.
#ifndef CONSILIUM_PROTO_BASE_COUNTRY_H_
#define CONSILIUM_PROTO_BASE_COUNTRY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// ISO 3166 code of the country of that name, in any case of its letters; empty
// when there is none.
std::string CountryCodeOf(absl::string_view name);

// Whether `code` is that of a country here.
bool IsCountryCode(absl::string_view code);

// For suggestions.
std::vector<std::string> CountryNames();

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_COUNTRY_H_
