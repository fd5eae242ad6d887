// Which of two compared groups an effect is of, where the record says so: "A
// versus B", "A minus B", "ratio of A to B", "a hazard ratio <1 favours A".
//
// Pure function.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_DIRECTION_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_DIRECTION_H_

#include <string>
#include <vector>

namespace consilium {

enum class Numerator {
  kNotSaid,
  kFirst,
  kSecond,
  kContradicted,  // Said both ways.
  kUnread,        // Both groups are named, in words that were not understood.
};

// What `texts` say of two groups, each known by all its names. What favours
// whom is read of hazard ratios alone: of others it depends on the outcome.
Numerator ReadNumerator(const std::vector<std::string>& texts,
                        const std::string& first_names,
                        const std::string& second_names, bool is_hazard_ratio);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_DIRECTION_H_
