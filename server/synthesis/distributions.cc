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

// How exactly to compute: a root is approached roughly, and found in full.
enum class Precision { kRough, kFull };

// x^a e^-x / Gamma(a): of the tails, the size of the slope against log x.
double GammaPower(double a, double x, DoubleDouble log_gamma,
                  Precision precision = Precision::kFull) {
  if (precision == Precision::kRough) {
    return RoughExp(a * RoughLog(x) - x - log_gamma.high);
  }
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

// A tail at some x, and how fast it changes with log x.
struct TailAndSlope {
  double tail = 0;
  double slope = 0;
};

// Finds x in (0, inf) where `at(x)` has the tail `p`, from `start` on, by
// Newton's method on log tail against log x, which is straight where the tail
// is a power; a bracket keeps it from going astray. Ends behind a step of
// relative size `last_step`: the method squares the error.
template <typename At>
double InvertTail(const At& at, double p, double start, double last_step) {
  double low = 0;
  double high = kUnbounded;
  double x = start;
  for (int i = 0; i < 500; ++i) {
    const auto [tail, slope] = at(x);
    if (tail == p) return x;
    if ((tail < p) == (slope > 0)) {
      low = x;
    } else {
      high = x;
    }
    const double step =
        tail > 0 && slope != 0 ? -Log(tail / p) * tail / slope : kUndefined;
    double next = std::abs(step) < 1 ? x + x * Expm1(step) : kUndefined;
    if (std::abs(step) < last_step) return next;
    if (!(next > low && next < high)) {
      next = std::isinf(high) ? 2 * x : low == 0 ? x / 2 : (low + high) / 2;
    }
    x = next;
  }
  return x;
}

// The same of `at(x, precision)`: most of the way roughly, then in full, to
// within a double.
template <typename At>
double InvertTail(const At& at, double p, double start) {
  const double near = InvertTail(
      [&](double x) { return at(x, Precision::kRough); }, p, start, 1e-5);
  return InvertTail([&](double x) { return at(x, Precision::kFull); }, p,
                    std::isfinite(near) && near > 0 ? near : start, 1e-9);
}

// x with P(X > x) = p of a standard normal variable, for p up to 0.5, to
// about seven digits: Wichura 1988, algorithm AS 241, PPND7.
double RoughUpperNormalQuantile(double p) {
  if (p > 0.075) {
    const double q = 0.5 - p;
    const double r = 0.180625 - q * q;
    return q *
           (3.3871327179 +
            r * (50.434271938 + r * (159.29113202 + r * 59.109374720))) /
           (1 + r * (17.895169469 + r * (78.757757664 + r * 67.187563600)));
  }
  const double r = Sqrt(-RoughLog(p));
  if (r <= 5) {
    const double t = r - 1.6;
    return (1.4234372777 +
            t * (2.7568153900 + t * (1.3067284816 + t * 0.17023821103))) /
           (1 + t * (0.73700164250 + t * 0.12021132975));
  }
  const double t = r - 5;
  return (6.6579051150 +
          t * (3.0812263860 + t * (0.42868294337 + t * 0.017337203997))) /
         (1 + t * (0.24197894225 + t * 0.012258202635));
}

// The same in full, for p below 0.5.
double UpperNormalQuantile(double p) {
  double x = RoughUpperNormalQuantile(p);
  for (int i = 0; i < 20; ++i) {
    const double value = NormalSurvival(x);
    const double density = NormalDensity(x);
    if (value == 0 || density == 0) break;
    // Halley's method, which cubes the error: what is left is below a double.
    const double newton = (value - p) / density;
    const double step = newton / (1 - x * newton / 2);
    x += step;
    if (std::abs(step) <= 1e-6) break;
  }
  return x;
}

// Both tails, and the size of their slope against log x.
struct TailsAndSlope {
  Tails tails;
  double slope = 0;
};

// IncompleteGamma, given log Gamma(a).
TailsAndSlope GammaTails(double a, double x, DoubleDouble log_gamma,
                         Precision precision = Precision::kFull) {
  if (x == 0) return {{0, 1}, 0};
  if (std::isinf(x)) return {{1, 0}, 0};
  const double power = GammaPower(a, x, log_gamma, precision);
  if (x < a + 1) {
    const double lower = std::min(1.0, power * LowerGammaSeries(a, x));
    return {{lower, 1 - lower}, power};
  }
  const double upper = std::min(1.0, power * UpperGammaFraction(a, x));
  return {{1 - upper, upper}, power};
}

// x^a y^b / Beta(a, b): of the tails, the size of the slope against log(x / y).
double BetaPower(double a, double b, DoubleDouble x, DoubleDouble y,
                 DoubleDouble log_beta, Precision precision) {
  if (precision == Precision::kRough) {
    return RoughExp(a * RoughLog(x.high) + b * RoughLog(y.high) -
                    log_beta.high);
  }
  return ExpOf(LogDouble(x) * a + LogDouble(y) * b - log_beta);
}

// IncompleteBeta of arguments known beyond a double: with many degrees of
// freedom the last bit of x counts.
TailsAndSlope BetaTails(double a, double b, DoubleDouble x, DoubleDouble y,
                        DoubleDouble log_beta,
                        Precision precision = Precision::kFull) {
  if (x.high == 0) return {{0, 1}, 0};
  if (y.high == 0) return {{1, 0}, 0};
  const double power = BetaPower(a, b, x, y, log_beta, precision);
  if (x.high <= (a + 1) / (a + b + 2)) {
    const double lower = std::min(1.0, power * BetaFraction(a, b, x.high) / a);
    return {{lower, 1 - lower}, power};
  }
  const double upper = std::min(1.0, power * BetaFraction(b, a, y.high) / b);
  return {{1 - upper, upper}, power};
}

// P(|T| > |t|), given log B(df / 2, 1 / 2), and its slope against log |t|.
TailAndSlope StudentTOutside(double t, double df, DoubleDouble log_beta,
                             Precision precision = Precision::kFull) {
  if (std::abs(t) > 1e140) return {0, 0};
  if (std::abs(t) < 1e-140) return {1, 0};
  const DoubleDouble square = TwoProduct(t, t);
  const DoubleDouble sum = square + df;
  const TailsAndSlope both = BetaTails(df / 2, 0.5, DoubleDouble{df, 0} / sum,
                                       square / sum, log_beta, precision);
  // log(x / y) is log df - 2 log |t|.
  return {both.tails.lower, -2 * both.slope};
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
  return InvertTail(
      [&](double t, Precision precision) {
        return StudentTOutside(t, df, log_beta, precision);
      },
      2 * p, start);
}

bool AreDegrees(double df) { return df > 0 && df <= 1e15; }

}  // namespace

Tails IncompleteGamma(double a, double x) {
  if (!(a > 0 && a <= 1e15 && x >= 0)) return {kUndefined, kUndefined};
  return GammaTails(a, x, LogGammaDouble(a)).tails;
}

Tails IncompleteBeta(double a, double b, double x, double y) {
  if (!(a > 0 && a <= 1e15 && b > 0 && b <= 1e15 && x >= 0 && y >= 0)) {
    return {kUndefined, kUndefined};
  }
  return BetaTails(a, b, {x, 0}, {y, 0}, LogBetaDouble(a, b)).tails;
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
  return StudentTOutside(t, df, LogBetaDouble(df / 2, 0.5)).tail;
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
  const bool is_lower = p <= 0.5;
  return InvertTail(
      [&](double x, Precision precision) -> TailAndSlope {
        const auto [tails, slope] =
            GammaTails(df / 2, x / 2, log_gamma, precision);
        if (is_lower) return {tails.lower, slope};
        return {tails.upper, -slope};
      },
      is_lower ? p : 1 - p, start);
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
      .tails.lower;
}

}  // namespace consilium
