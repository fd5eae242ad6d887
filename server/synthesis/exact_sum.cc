#include "server/synthesis/exact_sum.h"

namespace consilium {

double ExactSum::Round() const {
  if (count_ == 0) return 0;
  int next = count_ - 1;
  DoubleDouble sum = {parts_[next], 0};
  while (next > 0 && sum.low == 0) {
    sum = QuickTwoSum(sum.high, parts_[--next]);
  }
  // Exactly half a unit was rounded to even; what lies below may say that it
  // was more than half.
  if (next > 0 && sum.low != 0 && (sum.low < 0) == (parts_[next - 1] < 0)) {
    const double twice = sum.low * 2;
    const double up = sum.high + twice;
    if (up - sum.high == twice) return up;
  }
  return sum.high;
}

}  // namespace consilium
