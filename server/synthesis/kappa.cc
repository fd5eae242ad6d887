#include "server/synthesis/kappa.h"

namespace consilium {

std::optional<Kappa> CohensKappa(const RatingTable& table) {
  int64_t rated = 0;
  int64_t agreed = 0;
  std::map<int32_t, std::pair<int64_t, int64_t>> marginals;
  for (const auto& [categories, count] : table) {
    const auto& [first, second] = categories;
    rated += count;
    if (first == second) agreed += count;
    marginals[first].first += count;
    marginals[second].second += count;
  }
  // In whole numbers, so that chance agreement of 1 is told exactly.
  int64_t by_chance = 0;
  for (const auto& [category, counts] : marginals) {
    by_chance += counts.first * counts.second;
  }
  if (rated == 0 || by_chance == rated * rated) return std::nullopt;
  Kappa result;
  const auto n = static_cast<double>(rated);
  result.observed = static_cast<double>(agreed) / n;
  result.expected = static_cast<double>(by_chance) / (n * n);
  result.kappa = (result.observed - result.expected) / (1 - result.expected);
  return result;
}

}  // namespace consilium
