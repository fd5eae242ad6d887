#include "proto/base/country.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "proto/base/country_codes.h"

namespace consilium {

std::string CountryCodeOf(absl::string_view name) {
  for (const CountryCode& country : kCountryCodes) {
    if (absl::EqualsIgnoreCase(country.name, name)) {
      return std::string(country.code);
    }
  }
  return "";
}

bool IsCountryCode(absl::string_view code) {
  return std::any_of(
      std::begin(kCountryCodes), std::end(kCountryCodes),
      [code](const CountryCode& country) { return country.code == code; });
}

std::vector<std::string> CountryNames() {
  std::vector<std::string> names;
  for (const CountryCode& country : kCountryCodes) {
    names.emplace_back(country.name);
  }
  return names;
}

}  // namespace consilium
