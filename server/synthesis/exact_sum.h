// A sum that does not depend on the order of its terms.
#ifndef CONSILIUM_SERVER_SYNTHESIS_EXACT_SUM_H_
#define CONSILIUM_SERVER_SYNTHESIS_EXACT_SUM_H_

#include <array>

#include "server/synthesis/double_double.h"

namespace consilium {

// Adds doubles without error and rounds once, at the end (Shewchuk 1997). So
// studies in another order give the same bits. Terms and their sums must stay
// below 1e300. One thread.
class ExactSum {
 public:
  void Add(double term) {
    int kept = 0;
    for (int i = 0; i < count_; ++i) {
      const DoubleDouble sum = TwoSum(term, parts_[i]);
      if (sum.low != 0) parts_[kept++] = sum.low;
      term = sum.high;
    }
    if (term != 0) parts_[kept++] = term;
    count_ = kept;
  }

  // The double nearest to the sum of all terms.
  double Round() const;

 private:
  // Their sum is the sum; they do not overlap, and grow. Doubles span fewer
  // than 2,100 bits, 53 each.
  std::array<double, 48> parts_;
  int count_ = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_EXACT_SUM_H_
