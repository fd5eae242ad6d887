#include "server/synthesis/errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/base/errors.h"

namespace consilium {

absl::Status BadStudy(size_t index, absl::string_view label,
                      absl::string_view quantity, double value,
                      absl::string_view wish) {
  const std::string name =
      label.empty() ? absl::StrCat("number ", index + 1)
                    : absl::StrCat("'", label, "' (number ", index + 1, ")");
  const std::string description = absl::StrFormat(
      "%s of study %s is %.12g; want %s", quantity, name, value, wish);
  return InvalidInput(kSynthesisStudy, description,
                      {{absl::StrCat("studies[", index, "]"), description}},
                      {{"study", label}, {"quantity", quantity}});
}

absl::Status BadSetting(absl::string_view setting, absl::string_view value,
                        absl::string_view wish) {
  const std::string description =
      absl::StrCat(setting, " is ", value, "; want ", wish);
  return InvalidInput(kSynthesisSetting, description,
                      {{std::string(setting), description}});
}

absl::Status NoBound(absl::string_view computation, absl::string_view why) {
  const std::string description =
      absl::StrCat(computation, " has no bound: ", why);
  return InvalidInput(kSynthesisStudy, description, {{"studies", description}});
}

absl::Status TooFewStudies(absl::string_view computation, size_t given,
                           size_t wanted) {
  const std::string description = absl::StrCat(
      computation, " wants at least ", wanted,
      wanted == 1 ? " study" : " studies", " and was given ", given);
  return InvalidInput(
      kSynthesisTooFewStudies, description, {{"studies", description}},
      {{"given", absl::StrCat(given)}, {"wanted", absl::StrCat(wanted)}});
}

absl::Status Collinear(absl::string_view moderator) {
  const std::string description = absl::StrCat(
      "the values of moderator '", moderator,
      "' follow from the intercept and the moderators before it; want it left "
      "out");
  return InvalidInput(kSynthesisCollinear, description,
                      {{"moderators", description}},
                      {{"moderator", moderator}});
}

absl::Status NotConverged(absl::string_view method) {
  const std::string description =
      absl::StrCat("the iterations of estimator ", method,
                   " found no between-study variance; want another estimator, "
                   "such as DL");
  return InvalidInput(kSynthesisNotConverged, description,
                      {{"tau2_estimator", description}},
                      {{"estimator", method}});
}

}  // namespace consilium
