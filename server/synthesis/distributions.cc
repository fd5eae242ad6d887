#include "server/synthesis/distributions.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "server/synthesis/double_double.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr double kSmallestStep = 0x1p-54;
constexpr int kTermCountMax = 100'000;
constexpr DoubleDouble kInverseSqrtTwo = {0x1.6a09e667f3bcdp-1,
                                          -0x1.bdd3413b26456p-55};

double ExpOf(DoubleDouble x) {
  if (x.high > 700) return kUnbounded;
  if (x.high < -700) return Exp(x.high);
  return ToDouble(ExpDouble(x));
}

// x^a e^-x / Gamma(a).
double GammaPower(double a, double x, DoubleDouble log_gamma) {
  return ExpOf(LogDouble({x, 0}) * a + -x - log_gamma);
}

// The series of the lower tail, 1/a + x/(a (a+1)) + ..., for x up to a + 1.
double LowerGammaSeries(double a, double x) {
  double term = 1 / a;
  double sum = term;
  for (int i = 1; i < kTermCountMax; ++i) {
    term *= x / (a + i);
    sum += term;
    if (term <= sum * kSmallestStep) break;
  }
  return sum;
}

// A continued fraction b0 + a1/(b1 + a2/(b2 + ...)) by Lentz's method.
class LentzFraction {
 public:
  explicit LentzFraction(double b0)
      : value_(AwayFrom0(b0)), numerator_(value_) {}

  // Goes one level deeper; false when that changed nothing any more.
  bool Step(double a, double b) {
    denominator_ = 1 / AwayFrom0(b + a * denominator_);
    numerator_ = AwayFrom0(b + a / numerator_);
    const double factor = numerator_ * denominator_;
    value_ *= factor;
    return std::abs(factor - 1) > 4 * kSmallestStep;
  }

  double value() const { return value_; }

 private:
  static double AwayFrom0(double x) {
    return std::abs(x) < 1e-290 ? 1e-290 : x;
  }

  double value_;
  double numerator_;
  double denominator_ = 0;
};

// The fraction of the upper tail, for x from a + 1 on.
double UpperGammaFraction(double a, double x) {
  LentzFraction fraction(x + 1 - a);
  for (int i = 1; i < kTermCountMax; ++i) {
    if (!fraction.Step(-i * (i - a), x + 2 * i + 1 - a)) break;
  }
  return 1 / fraction.value();
}

// The fraction of I_x(a, b), which converges quickly below the mean.
double BetaFraction(double a, double b, double x) {
  LentzFraction fraction(1);
  for (int i = 0; i < kTermCountMax; ++i) {
    const double odd =
        -(a + i) * (a + b + i) * x / ((a + 2 * i) * (a + 2 * i + 1));
    const int m = i + 1;
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const bool odd_moves = fraction.Step(odd, 1);
    const bool even_moves = fraction.Step(even, 1);
    if (!odd_moves && !even_moves) break;
  }
  return 1 / fraction.value();
}

// Finds x in (0, inf) with tail(x) = p. `slope` is the tail's derivative.
// Newton's method on log tail against log x, which is straight where the tail
// is a power; a bracket keeps it from going astray.
template <typename Tail, typename Slope>
double InvertTail(const Tail& tail, const Slope& slope, double p,
                  double start) {
  double low = 0;
  double high = kUnbounded;
  double x = start;
  for (int i = 0; i < 500; ++i) {
    const double value = tail(x);
    if (value == p) return x;
    const double rate = slope(x);
    if ((value < p) == (rate > 0)) {
      low = x;
    } else {
      high = x;
    }
    const double step = value > 0 && rate != 0
                            ? -Log(value / p) * value / (rate * x)
                            : kUndefined;
    double next = std::abs(step) < 1 ? x + x * Expm1(step) : kUndefined;
    // Newton's method squares the error: what is left is below a double.
    if (std::abs(step) < 1e-9) return next;
    if (!(next > low && next < high)) {
      next = std::isinf(high) ? 2 * x : low == 0 ? x / 2 : (low + high) / 2;
    }
    x = next;
  }
  return x;
}

// x with P(X > x) = p of a standard normal variable, for p up to 0.5, to
// within 4.5e-4: Abramowitz and Stegun 26.2.23.
double RoughUpperNormalQuantile(double p) {
  const double t = Sqrt(-2 * Log(p));
  return t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                 (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

// The same in full, for p below 0.5.
double UpperNormalQuantile(double p) {
  double x = RoughUpperNormalQuantile(p);
  for (int i = 0; i < 20; ++i) {
    const double value = NormalSurvival(x);
    const double density = NormalDensity(x);
    if (value == 0 || density == 0) break;
    const double step = Log(value / p) * value / density;
    x += step;
    // Newton's method squares the error: what is left is below a double.
    if (std::abs(step) <= 1e-9) break;
  }
  return x;
}

// IncompleteGamma, given log Gamma(a).
Tails GammaTails(double a, double x, DoubleDouble log_gamma) {
  if (x == 0) return {0, 1};
  if (std::isinf(x)) return {1, 0};
  const double power = GammaPower(a, x, log_gamma);
  if (x < a + 1) {
    const double lower = std::min(1.0, power * LowerGammaSeries(a, x));
    return {lower, 1 - lower};
  }
  const double upper = std::min(1.0, power * UpperGammaFraction(a, x));
  return {1 - upper, upper};
}

// IncompleteBeta of arguments known beyond a double: with many degrees of
// freedom the last bit of x counts.
Tails BetaTails(double a, double b, DoubleDouble x, DoubleDouble y,
                DoubleDouble log_beta) {
  if (x.high == 0) return {0, 1};
  if (y.high == 0) return {1, 0};
  const double power = ExpOf(LogDouble(x) * a + LogDouble(y) * b - log_beta);
  if (x.high <= (a + 1) / (a + b + 2)) {
    const double lower = std::min(1.0, power * BetaFraction(a, b, x.high) / a);
    return {lower, 1 - lower};
  }
  const double upper = std::min(1.0, power * BetaFraction(b, a, y.high) / b);
  return {1 - upper, upper};
}

// P(|T| > |t|), given log B(df / 2, 1 / 2).
double StudentTOutside(double t, double df, DoubleDouble log_beta) {
  if (std::abs(t) > 1e140) return 0;
  if (std::abs(t) < 1e-140) return 1;
  const DoubleDouble square = TwoProduct(t, t);
  const DoubleDouble sum = square + df;
  return BetaTails(df / 2, 0.5, DoubleDouble{df, 0} / sum, square / sum,
                   log_beta)
      .lower;
}

// t > 0 with P(T > t) = p, for p below 0.5.
double UpperStudentTQuantile(double p, double df) {
  if (df == 1) return Cos(kPi * p) / Sin(kPi * p);
  const double z = RoughUpperNormalQuantile(p);
  // Abramowitz and Stegun 26.7.5, two terms.
  const double cube = z * z * z;
  double start = z + (cube + z) / (4 * df) +
                 (5 * cube * z * z + 16 * cube + 3 * z) / (96 * df * df);
  if (start <= 0) start = p < 0.499 ? 1e-3 : 2.5 * (0.5 - p);
  const DoubleDouble log_beta = LogBetaDouble(df / 2, 0.5);
  const DoubleDouble log_scale = -log_beta - ScaleBy(LogDouble({df, 0}), 0.5);
  return InvertTail(
      [&](double t) { return StudentTOutside(t, df, log_beta) / 2; },
      [&](double t) {
        return -ExpOf(log_scale + -(df + 1) / 2 * Log1p(t * t / df));
      },
      p, start);
}

bool AreDegrees(double df) { return df > 0 && df <= 1e15; }

}  // namespace

Tails IncompleteGamma(double a, double x) {
  if (!(a > 0 && a <= 1e15 && x >= 0)) return {kUndefined, kUndefined};
  return GammaTails(a, x, LogGammaDouble(a));
}

Tails IncompleteBeta(double a, double b, double x, double y) {
  if (!(a > 0 && a <= 1e15 && b > 0 && b <= 1e15 && x >= 0 && y >= 0)) {
    return {kUndefined, kUndefined};
  }
  return BetaTails(a, b, {x, 0}, {y, 0}, LogBetaDouble(a, b));
}

double NormalDensity(double x) {
  if (!(std::abs(x) < 40)) return std::isnan(x) ? kUndefined : 0;
  return ExpOf(ScaleBy(-TwoProduct(x, x), 0.5)) * 0.3989422804014327;
}

double NormalCdf(double x) {
  if (std::isnan(x)) return kUndefined;
  if (x > 36) return 1;
  if (x < -36) return 0.5 * Erfc(-x * kInverseSqrtTwo.high);
  return 0.5 * ToDouble(ErfcDouble(kInverseSqrtTwo * -x));
}

double NormalSurvival(double x) { return NormalCdf(-x); }

double NormalTwoSided(double x) { return 2 * NormalCdf(-std::abs(x)); }

double NormalQuantile(double p) {
  if (!(p > 0 && p < 1)) return kUndefined;
  if (p == 0.5) return 0;
  return p < 0.5 ? -UpperNormalQuantile(p) : UpperNormalQuantile(1 - p);
}

double StudentTTwoSided(double t, double df) {
  if (!AreDegrees(df) || std::isnan(t)) return kUndefined;
  return StudentTOutside(t, df, LogBetaDouble(df / 2, 0.5));
}

double StudentTCdf(double t, double df) {
  const double outside = StudentTTwoSided(t, df);
  return t < 0 ? outside / 2 : 1 - outside / 2;
}

double StudentTSurvival(double t, double df) { return StudentTCdf(-t, df); }

double StudentTQuantile(double p, double df) {
  if (!AreDegrees(df) || !(p > 0 && p < 1)) return kUndefined;
  if (p == 0.5) return 0;
  return p < 0.5 ? -UpperStudentTQuantile(p, df)
                 : UpperStudentTQuantile(1 - p, df);
}

double ChiSquareCdf(double x, double df) {
  if (!AreDegrees(df)) return kUndefined;
  return IncompleteGamma(df / 2, x / 2).lower;
}

double ChiSquareSurvival(double x, double df) {
  if (!AreDegrees(df)) return kUndefined;
  return IncompleteGamma(df / 2, x / 2).upper;
}

double ChiSquareQuantile(double p, double df) {
  if (!AreDegrees(df) || !(p > 0 && p < 1)) return kUndefined;
  const DoubleDouble log_gamma = LogGammaDouble(df / 2);
  // Wilson and Hilferty 1931; below it, the lower tail as a power of x.
  const double z =
      p < 0.5 ? -RoughUpperNormalQuantile(p) : RoughUpperNormalQuantile(1 - p);
  const double c = 2 / (9 * df);
  const double root = 1 - c + z * Sqrt(c);
  double start = df * root * root * root;
  if (root < 0.2) {
    start = 2 * Exp((Log(p * df / 2) + ToDouble(log_gamma)) * 2 / df);
  }
  start = std::max(start, 1e-300);
  const auto density = [&](double x) {
    return GammaPower(df / 2, x / 2, log_gamma) / x;
  };
  if (p <= 0.5) {
    return InvertTail(
        [&](double x) { return GammaTails(df / 2, x / 2, log_gamma).lower; },
        density, p, start);
  }
  return InvertTail(
      [&](double x) { return GammaTails(df / 2, x / 2, log_gamma).upper; },
      [&](double x) { return -density(x); }, 1 - p, start);
}

double FSurvival(double f, double df1, double df2) {
  if (!AreDegrees(df1) || !AreDegrees(df2) || std::isnan(f)) {
    return kUndefined;
  }
  if (f < 1e-250) return 1;
  if (f > 1e250) return 0;
  const DoubleDouble scaled = TwoProduct(df1, f);
  const DoubleDouble sum = scaled + df2;
  return BetaTails(df2 / 2, df1 / 2, DoubleDouble{df2, 0} / sum, scaled / sum,
                   LogBetaDouble(df2 / 2, df1 / 2))
      .lower;
}

}  // namespace consilium
