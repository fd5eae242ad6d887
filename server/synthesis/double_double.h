// Numbers of about 106 bits, each the unevaluated sum of two doubles, for use
// inside this library only (Dekker 1971; Knuth, TAOCP volume 2, 4.2.2).
//
// Every step is an addition, a multiplication or a division of doubles, which
// IEEE 754 defines to the last bit, and none is left to a fused
// multiply-add: so the results are the same on every machine. Files that
// include this are compiled with -ffp-contract=off. Magnitudes above 2^990
// and products below 2^-960 are outside the contract.
#ifndef CONSILIUM_SERVER_SYNTHESIS_DOUBLE_DOUBLE_H_
#define CONSILIUM_SERVER_SYNTHESIS_DOUBLE_DOUBLE_H_

namespace consilium {

struct DoubleDouble {
  double high = 0;
  double low = 0;  // At most half a unit in the last place of `high`.
};

// a + b without error, when |a| >= |b| or a is 0.
constexpr DoubleDouble QuickTwoSum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

// a + b without error.
constexpr DoubleDouble TwoSum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// The upper 26 bits of `a`, and the rest.
constexpr DoubleDouble Split(double a) {
  const double shifted = 134217729.0 * a;  // 2^27 + 1.
  const double high = shifted - (shifted - a);
  return {high, a - high};
}

// a * b without error.
constexpr DoubleDouble TwoProduct(double a, double b) {
  const double product = a * b;
  const DoubleDouble x = Split(a);
  const DoubleDouble y = Split(b);
  return {product,
          ((x.high * y.high - product) + x.high * y.low + x.low * y.high) +
              x.low * y.low};
}

constexpr DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }

constexpr DoubleDouble operator+(DoubleDouble a, double b) {
  const DoubleDouble sum = TwoSum(a.high, b);
  return QuickTwoSum(sum.high, sum.low + a.low);
}

constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble highs = TwoSum(a.high, b.high);
  const DoubleDouble lows = TwoSum(a.low, b.low);
  const DoubleDouble sum = QuickTwoSum(highs.high, highs.low + lows.high);
  return QuickTwoSum(sum.high, sum.low + lows.low);
}

constexpr DoubleDouble operator-(DoubleDouble a, DoubleDouble b) {
  return a + -b;
}

constexpr DoubleDouble operator*(DoubleDouble a, double b) {
  const DoubleDouble product = TwoProduct(a.high, b);
  return QuickTwoSum(product.high, product.low + a.low * b);
}

constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = TwoProduct(a.high, b.high);
  return QuickTwoSum(product.high,
                     product.low + (a.high * b.low + a.low * b.high));
}

constexpr DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double first = a.high / b.high;
  const DoubleDouble rest = a - b * first;
  const double second = rest.high / b.high;
  const DoubleDouble last = rest - b * second;
  return QuickTwoSum(first, second) + last.high / b.high;
}

constexpr DoubleDouble operator/(DoubleDouble a, double b) {
  return a / DoubleDouble{b, 0};
}

// `a` times a power of two, which is exact.
constexpr DoubleDouble ScaleBy(DoubleDouble a, double power_of_two) {
  return {a.high * power_of_two, a.low * power_of_two};
}

constexpr double ToDouble(DoubleDouble a) { return a.high + a.low; }

// To some 15 digits, for steps on the way to a better result: |x| at most 700;
// x positive and normal.
double RoughExp(double x);
double RoughLog(double x);

// The functions of real_math.h before their last rounding.
DoubleDouble ExpDouble(DoubleDouble x);   // |x| at most 700.
DoubleDouble LogDouble(DoubleDouble x);   // x positive and normal.
DoubleDouble Log1pDouble(double x);       // x above -1.
DoubleDouble SqrtDouble(DoubleDouble x);  // x at least 0.
DoubleDouble ErfcDouble(DoubleDouble x);  // |x| at most 26.
DoubleDouble LogGammaDouble(double x);    // x positive, at most 1e15.
DoubleDouble LogBetaDouble(double a, double b);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_DOUBLE_DOUBLE_H_
