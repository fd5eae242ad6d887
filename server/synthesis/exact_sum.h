// A sum that does not depend on the order of its terms.
#ifndef CONSILIUM_SERVER_SYNTHESIS_EXACT_SUM_H_
#define CONSILIUM_SERVER_SYNTHESIS_EXACT_SUM_H_

#include <array>

namespace consilium {

// Adds doubles without error and rounds once, at the end (Shewchuk 1997). So
// studies in another order give the same bits. Terms and their sums must stay
// below 1e300. One thread.
class ExactSum {
 public:
  void Add(double term);

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
