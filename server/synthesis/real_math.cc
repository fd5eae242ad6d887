#include "server/synthesis/real_math.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "server/synthesis/double_double.h"

namespace consilium {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

// Constants in parts: the first ones are short, so that their product with a
// whole number of up to 13 bits, or 20 for pi, is exact.
constexpr double kLog2[] = {0x1.62e42fefa2000p-1, 0x1.9ef35793c6000p-41,
                            0x1.673007e5ed5e8p-81};
constexpr double kHalfPiParts[] = {0x1.921fb54400000p+0, 0x1.0b4611a600000p-34,
                                   0x1.3198a2e000000p-69,
                                   0x1.b839a252049c1p-104};
constexpr double kInverseLog2 = 0x1.71547652b82fep+0;
constexpr double kInverseHalfPi = 0x1.45f306dc9c883p-1;
constexpr DoubleDouble kHalfPi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
constexpr DoubleDouble kInverseSqrtPi = {0x1.20dd750429b6dp-1,
                                         0x1.1ae3a914fed80p-57};
constexpr DoubleDouble kLogSqrtPi = {0x1.250d048e7a1bdp-1,
                                     0x1.7abf2ad8d5088p-58};
constexpr DoubleDouble kLogSqrtTwoPi = {0x1.d67f1c864beb5p-1,
                                        -0x1.65b5a1b7ff5dfp-55};

constexpr DoubleDouble Ratio(double a, double b) {
  return DoubleDouble{a, 0} / b;
}

// e^x - 1 for |x| up to 1/128, with a relative error of about 2^-78.
constexpr DoubleDouble Expm1Taylor(DoubleDouble x) {
  const double t = x.high;
  // Terms so small that a double holds all of them that counts.
  const double tail =
      1. / 24 + t * (1. / 120 + t * (1. / 720 + t * (1. / 5040 + t / 40320)));
  const DoubleDouble third = Ratio(1, 6) + t * tail;
  return x + x * x * (x * third + 0.5);
}

constexpr int kExpSteps = 64;  // Of the table, to 1.
constexpr int kExpEntries = 24;

// e^(i / 64) - 1 for i from -24 to 24.
constexpr std::array<DoubleDouble, 2 * kExpEntries + 1> MakeExpTable() {
  std::array<DoubleDouble, 2 * kExpEntries + 1> table = {};
  for (int i = -kExpEntries; i <= kExpEntries; ++i) {
    DoubleDouble term = {1, 0};
    DoubleDouble sum = {0, 0};
    for (int n = 1; n <= 24; ++n) {
      term = term * (static_cast<double>(i) / kExpSteps) / n;
      sum = sum + term;
    }
    table[i + kExpEntries] = sum;
  }
  return table;
}

constexpr std::array<DoubleDouble, 2 * kExpEntries + 1> kExpTable =
    MakeExpTable();

// e^x - 1 for |x| up to 0.375, with a relative error of about 2^-78.
DoubleDouble Expm1Near0(DoubleDouble x) {
  const double count = std::floor(x.high * kExpSteps + 0.5);
  if (count == 0) return Expm1Taylor(x);
  const DoubleDouble rest = Expm1Taylor(x + -count / kExpSteps);
  const DoubleDouble& far = kExpTable[static_cast<size_t>(count + kExpEntries)];
  return far + (rest + far * rest);
}

// e^x as a number near 1 and a power of two.
struct ScaledExp {
  DoubleDouble minus_one;  // What the number is above 1.
  int exponent = 0;
};

ScaledExp ExpInParts(DoubleDouble x) {
  const double count = std::floor(x.high * kInverseLog2 + 0.5);
  DoubleDouble rest = TwoSum(x.high, -count * kLog2[0]);
  rest = rest + -count * kLog2[1];
  rest = rest + (x.low - count * kLog2[2]);
  return {Expm1Near0(rest), static_cast<int>(count)};
}

// 1 / i.
constexpr std::array<double, 24> kInverse = [] {
  std::array<double, 24> inverse = {};
  for (size_t i = 1; i < inverse.size(); ++i) {
    inverse[i] = 1 / static_cast<double>(i);
  }
  return inverse;
}();

// log(1 + x), good to about 16 digits, for |x| up to 0.42.
double RoughLog1p(double x) {
  const double s = x / (2 + x);
  const double z = s * s;
  double series = 0;
  for (int i = 23; i >= 1; i -= 2) series = series * z + kInverse[i];
  return 2 * s * series;
}

// log(1 + x), x = `x`, given also 1 + x as `one_plus_x`: one Newton step on
// e^y = 1 + x from a good guess.
DoubleDouble RefineLog1p(DoubleDouble x, DoubleDouble one_plus_x) {
  const double guess = RoughLog1p(x.high);
  const DoubleDouble correction = x + one_plus_x * Expm1Near0({-guess, 0});
  const double square = correction.high * correction.high;
  return TwoSum(guess, 0) + correction + -0.5 * square;
}

// A number from sqrt(1/2) to sqrt(2), to be multiplied by a power of two.
struct Scaled {
  double mantissa = 0;
  int exponent = 0;
};

Scaled ScaleNear1(double x) {
  Scaled parts;
  parts.mantissa = std::frexp(x, &parts.exponent);
  if (parts.mantissa < 0x1.6a09e667f3bcdp-1) {
    parts.mantissa *= 2;
    --parts.exponent;
  }
  return parts;
}

DoubleDouble LogOf(double x) {
  const auto [mantissa, exponent] = ScaleNear1(x);
  const DoubleDouble near = RefineLog1p({mantissa - 1, 0}, {mantissa, 0});
  const DoubleDouble whole =
      TwoSum(exponent * kLog2[0], exponent * kLog2[1]) + exponent * kLog2[2];
  return exponent == 0 ? near : whole + near;
}

struct SineAndCosine {
  DoubleDouble sine;
  DoubleDouble cosine;
};

// Taylor series for |x| up to pi/4: the first terms long, the rest short.
SineAndCosine SinCosNear0(DoubleDouble x) {
  const DoubleDouble square = x * x;
  const double z = square.high;
  double tail = 0;
  double term = -1. / 39916800;  // 1/11!
  for (int i = 13; i <= 27; i += 2) {
    tail += term;
    term *= -z / ((i - 1) * i);
  }
  DoubleDouble sine = square * tail + Ratio(1, 362880);
  sine = square * sine - Ratio(1, 5040);
  sine = square * sine + Ratio(1, 120);
  sine = square * sine - Ratio(1, 6);
  sine = x + x * square * sine;

  tail = 0;
  term = -1. / 3628800;  // 1/10!
  for (int i = 12; i <= 26; i += 2) {
    tail += term;
    term *= -z / ((i - 1) * i);
  }
  DoubleDouble cosine = square * tail + Ratio(1, 40320);
  cosine = square * cosine - Ratio(1, 720);
  cosine = square * cosine + Ratio(1, 24);
  cosine = square * cosine + -0.5;
  cosine = square * cosine + 1;
  return {sine, cosine};
}

// Sine and cosine of any |x| up to 1e6.
SineAndCosine SinCos(double x) {
  const double count = std::floor(x * kInverseHalfPi + 0.5);
  DoubleDouble rest = TwoSum(x, -count * kHalfPiParts[0]);
  rest = rest + -count * kHalfPiParts[1];
  rest = rest + -count * kHalfPiParts[2];
  rest = rest + -count * kHalfPiParts[3];
  const SineAndCosine near = SinCosNear0(rest);
  switch (static_cast<int>(count) & 3) {
    case 0:
      return near;
    case 1:
      return {near.cosine, -near.sine};
    case 2:
      return {-near.sine, -near.cosine};
    default:
      return {-near.cosine, near.sine};
  }
}

// asin of |x| up to 0.5: a guess and two Newton steps on sin y = x.
DoubleDouble AsinNear0(DoubleDouble x) {
  const double z = x.high * x.high;
  double y = x.high * (1 + z * (1. / 6 + z * (3. / 40 + z * 15. / 336)));
  SineAndCosine at = SinCosNear0({y, 0});
  y += ToDouble(x - at.sine) / ToDouble(at.cosine);
  at = SinCosNear0({y, 0});
  return TwoSum(y, ToDouble(x - at.sine) / ToDouble(at.cosine));
}

// 1 / (2 i + 1).
constexpr std::array<DoubleDouble, 64> kInverseOdd = [] {
  std::array<DoubleDouble, 64> inverse = {};
  for (size_t i = 0; i < inverse.size(); ++i) {
    inverse[i] = Ratio(1, 2 * static_cast<double>(i) + 1);
  }
  return inverse;
}();

// erf of |x| up to 2: a series whose terms are all positive.
DoubleDouble ErfNear0(DoubleDouble x) {
  const DoubleDouble doubled_square = ScaleBy(x * x, 2);
  DoubleDouble term = x;
  DoubleDouble sum = x;
  for (size_t i = 1; i < kInverseOdd.size(); ++i) {
    term = term * (doubled_square * kInverseOdd[i]);
    sum = sum + term;
    if (std::abs(term.high) <= 0x1p-90 * std::abs(sum.high)) break;
  }
  return ScaleBy(kInverseSqrtPi, 2) * ExpDouble(ScaleBy(doubled_square, -0.5)) *
         sum;
}

// erfc of x from 2 on, times sqrt(pi) e^(x^2): 1 / (x + (1/2) / (x + (2/2) /
// (x + ...))), from its far end.
DoubleDouble ErfcFraction(DoubleDouble x) {
  double rest = x.high;
  for (int i = 120; i >= 2; --i) rest = x.high + 0.5 * i / rest;
  return DoubleDouble{1, 0} / (x + Ratio(0.5, rest));
}

// log Gamma of a multiple of 1/2 up to 20, from Gamma(1) or Gamma(1/2) on with
// Gamma(x + 1) = x Gamma(x).
DoubleDouble LogGammaOfHalves(double x) {
  const bool is_whole = std::floor(x) == x;
  DoubleDouble product = {1, 0};
  for (double factor = is_whole ? 1 : 0.5; factor < x; ++factor) {
    product = product * factor;
  }
  const DoubleDouble log = LogDouble(product);
  return is_whole ? log : log + kLogSqrtPi;
}

}  // namespace

double RoughExp(double x) {
  const double count = std::floor(x * kInverseLog2 + 0.5);
  const double rest = (x - count * kLog2[0]) - count * kLog2[1];
  double sum = 1;
  for (int i = 14; i >= 1; --i) sum = 1 + rest * sum * kInverse[i];
  return std::ldexp(sum, static_cast<int>(count));
}

double RoughLog(double x) {
  const Scaled parts = ScaleNear1(x);
  return parts.exponent * (kLog2[0] + kLog2[1]) +
         RoughLog1p(parts.mantissa - 1);
}

DoubleDouble ExpDouble(DoubleDouble x) {
  const ScaledExp parts = ExpInParts(x);
  return ScaleBy(parts.minus_one + 1, std::ldexp(1.0, parts.exponent));
}

DoubleDouble LogDouble(DoubleDouble x) {
  const double ratio = x.low / x.high;
  return LogOf(x.high) + (ratio - 0.5 * ratio * ratio);
}

DoubleDouble Log1pDouble(double x) {
  if (std::abs(x) < 0x1p-60) return {x, 0};
  if (x > -0.29 && x < 0.41) return RefineLog1p({x, 0}, TwoSum(1, x));
  return LogDouble(TwoSum(1, x));
}

DoubleDouble SqrtDouble(DoubleDouble x) {
  if (x.high <= 0) return {0, 0};
  const double root = std::sqrt(x.high);
  const DoubleDouble rest = x - TwoProduct(root, root);
  return QuickTwoSum(root, ToDouble(rest) / (2 * root));
}

DoubleDouble ErfcDouble(DoubleDouble x) {
  if (x.high < 0) return DoubleDouble{2, 0} - ErfcDouble(-x);
  if (x.high < 2) return DoubleDouble{1, 0} - ErfNear0(x);
  return kInverseSqrtPi * ExpDouble(-(x * x)) * ErfcFraction(x);
}

DoubleDouble LogGammaDouble(double x) {
  if (x <= 20 && std::floor(2 * x) == 2 * x) return LogGammaOfHalves(x);
  // Stirling's series serves from 20 on; smaller ones are moved up with
  // Gamma(x + 1) = x Gamma(x).
  DoubleDouble shifted = {x, 0};
  DoubleDouble product = {1, 0};
  while (shifted.high < 20) {
    product = product * shifted;
    shifted = shifted + 1;
  }
  // 1/(12 x) - 1/(360 x^3) + ...: what a double holds of the terms from the
  // third on is enough.
  static constexpr std::array<double, 8> kLaterTerms = {
      1. / 1260, -1. / 1680,      1. / 1188,       -691. / 360360,
      1. / 156,  -3617. / 122400, 43867. / 244188, -174611. / 125400};
  const DoubleDouble inverse = DoubleDouble{1, 0} / shifted;
  const DoubleDouble square = inverse * inverse;
  double later = 0;
  for (auto each = kLaterTerms.rbegin(); each != kLaterTerms.rend(); ++each) {
    later = later * square.high + *each;
  }
  const DoubleDouble series =
      (square * later + Ratio(-1, 360)) * square + Ratio(1, 12);
  DoubleDouble sum = (shifted + -0.5) * LogDouble(shifted) - shifted;
  sum = sum + kLogSqrtTwoPi + series * inverse;
  return product.high == 1 && product.low == 0 ? sum : sum - LogDouble(product);
}

DoubleDouble LogBetaDouble(double a, double b) {
  const DoubleDouble sum = TwoSum(a, b);
  // What the sum is beyond a double counts when both are large: the slope of
  // log Gamma is about log x - 1 / (2 x) there.
  const double beyond = sum.low * (Log(sum.high) - 1 / (2 * sum.high));
  return LogGammaDouble(a) + LogGammaDouble(b) - LogGammaDouble(sum.high) +
         -beyond;
}

double Exp(double x) {
  if (std::isnan(x)) return kNotANumber;
  if (x > 709.79) return kInfinity;
  if (x < -745.2) return 0;
  const ScaledExp parts = ExpInParts({x, 0});
  return std::ldexp(ToDouble(parts.minus_one + 1), parts.exponent);
}

double Expm1(double x) {
  if (std::isnan(x)) return kNotANumber;
  if (std::abs(x) < 0x1p-60) return x;
  if (std::abs(x) < 0.34) return ToDouble(Expm1Near0({x, 0}));
  if (x > 50) return Exp(x);
  if (x < -50) return -1;
  return ToDouble(ExpDouble({x, 0}) + -1);
}

double Log(double x) {
  if (std::isnan(x) || x < 0) return kNotANumber;
  if (x == 0) return -kInfinity;
  if (std::isinf(x)) return x;
  return ToDouble(LogOf(x));
}

double Log1p(double x) {
  if (std::isnan(x) || x < -1) return kNotANumber;
  if (x == -1) return -kInfinity;
  if (std::isinf(x)) return x;
  return ToDouble(Log1pDouble(x));
}

double Pow(double x, double y) {
  if (std::isnan(x) || std::isnan(y) || x < 0) return kNotANumber;
  if (y == 0 || x == 1) return 1;
  if (x == 0) return y > 0 ? 0 : kInfinity;
  if (std::isinf(x) || std::isinf(y)) {
    return (x > 1) == (y > 0) ? kInfinity : 0;
  }
  const DoubleDouble log = LogOf(x);
  const double rough = log.high * y;
  if (rough > 709.79) return kInfinity;
  if (rough < -745.2) return 0;
  if (std::abs(rough) < 0x1p-60) return 1;
  const ScaledExp parts = ExpInParts(log * y);
  return std::ldexp(ToDouble(parts.minus_one + 1), parts.exponent);
}

double Sqrt(double x) { return std::sqrt(x); }

double Sin(double x) {
  if (!(std::abs(x) <= 1e6)) return kNotANumber;
  if (std::abs(x) < 0x1p-30) return x;
  return ToDouble(SinCos(x).sine);
}

double Cos(double x) {
  if (!(std::abs(x) <= 1e6)) return kNotANumber;
  return ToDouble(SinCos(x).cosine);
}

double Asin(double x) {
  if (!(std::abs(x) <= 1)) return kNotANumber;
  if (std::abs(x) < 0x1p-30) return x;
  if (std::abs(x) <= 0.5) return ToDouble(AsinNear0({x, 0}));
  const DoubleDouble half = {(1 - std::abs(x)) / 2, 0};
  const double angle =
      ToDouble(kHalfPi - ScaleBy(AsinNear0(SqrtDouble(half)), 2));
  return x < 0 ? -angle : angle;
}

double Erf(double x) {
  if (std::isnan(x)) return kNotANumber;
  if (std::abs(x) > 6) return x < 0 ? -1 : 1;
  if (std::abs(x) < 0x1p-200) return ToDouble(ScaleBy(kInverseSqrtPi, 2) * x);
  if (std::abs(x) < 2) return ToDouble(ErfNear0({x, 0}));
  return ToDouble(DoubleDouble{1, 0} - ErfcDouble({x, 0}));
}

double Erfc(double x) {
  if (std::isnan(x)) return kNotANumber;
  if (x < -6) return 2;
  if (x > 27.3) return 0;
  if (std::abs(x) < 0x1p-60) return 1;
  if (x < 26) return ToDouble(ErfcDouble({x, 0}));
  const ScaledExp parts = ExpInParts(-TwoProduct(x, x));
  return std::ldexp(
      ToDouble(kInverseSqrtPi * (parts.minus_one + 1) * ErfcFraction({x, 0})),
      parts.exponent);
}

double LogGamma(double x) {
  if (!(x > 0 && x <= 1e15)) return kNotANumber;
  if (x == 1 || x == 2) return 0;
  // Gamma(x) is 1/x there, but the product of the shift would lose bits.
  if (x < 0x1p-60) return -Log(x);
  return ToDouble(LogGammaDouble(x));
}

double LogBeta(double a, double b) {
  if (!(a > 0 && a <= 1e15 && b > 0 && b <= 1e15)) return kNotANumber;
  return ToDouble(LogBetaDouble(a, b));
}

double LogChoose(double n, double k) {
  if (!(n >= 0 && n < 1e15 && k >= 0 && k <= n)) return kNotANumber;
  if (k == 0 || k == n) return 0;
  return ToDouble(LogGammaDouble(n + 1) - LogGammaDouble(k + 1) -
                  LogGammaDouble(n - k + 1));
}

double RoundToDigits(double x, int digits) {
  if (std::isnan(x) || std::isinf(x)) return x;
  if (x == 0) return 0;
  // Both directions are exact in the standard library, on every machine.
  std::array<char, 64> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(), x,
                                     std::chars_format::scientific, digits - 1);
  double rounded = x;
  std::from_chars(text.data(), written.ptr, rounded);
  return rounded;
}

}  // namespace consilium
