// Agreement of two raters beyond chance.
#ifndef CONSILIUM_SERVER_SYNTHESIS_KAPPA_H_
#define CONSILIUM_SERVER_SYNTHESIS_KAPPA_H_

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace consilium {

// How often the first rater chose a category and the second one did.
using RatingTable = std::map<std::pair<int32_t, int32_t>, int64_t>;

struct Kappa {
  double observed = 0;  // Share on which they agree, p.
  double expected = 0;  // Share on which they would agree by chance, e.
  double kappa = 0;     // (p - e) / (1 - e).
};

// Cohen's kappa, unweighted (Cohen 1960). Nullopt when nothing was rated, or
// when chance alone would agree throughout, e = 1.
std::optional<Kappa> CohensKappa(const RatingTable& table);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_KAPPA_H_
