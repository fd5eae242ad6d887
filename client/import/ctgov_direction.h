// Which of two compared groups an effect is of, where the record says so: "A
// versus B", "A minus B", "ratio of A to B", "reference group: B", "a hazard
// ratio <1 favours A".
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
  kUnreadOfOne,   // One is, with words of direction that were not understood.
  kUnreadOfNone,  // None is, in a remark on the direction.
};

// A group by its title, and by other names: those of its arm and of what that
// is given.
struct GroupNames {
  std::string title;
  std::string others;
};

// What `texts` say of two groups. A word of one title alone is of that group,
// whatever the other is called too; a code name that neither has, compared with
// one of them, is the other. What favours whom is read of hazard ratios alone:
// of others it depends on the outcome. What is denied is not read.
Numerator ReadNumerator(const std::vector<std::string>& texts,
                        const GroupNames& first, const GroupNames& second,
                        bool is_hazard_ratio);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_DIRECTION_H_
