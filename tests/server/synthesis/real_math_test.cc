#include "server/synthesis/real_math.h"

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Distance in units of the last place of `expected`.
double UnitsApart(double actual, long double expected) {
  const double size = std::abs(static_cast<double>(expected));
  const double unit = std::nextafter(size, kInfinity) - size;
  return static_cast<double>(
      std::abs(static_cast<long double>(actual) - expected) / unit);
}

struct Case {
  std::string name;
  std::function<double(double)> actual;
  std::function<long double(long double)> expected;
  double low = 0;
  double high = 0;
};

// Where a long double is no longer than a double there is nothing to compare
// with.
TEST(RealMathTest, AgreesWithLongDoubles) {
  if (std::numeric_limits<long double>::digits < 64) GTEST_SKIP();
  using Long = long double;
  const Case cases[] = {
      {"exp", Exp, [](Long x) { return std::exp(x); }, -700, 700},
      {"exp near 0", Exp, [](Long x) { return std::exp(x); }, -1, 1},
      {"expm1", Expm1, [](Long x) { return std::expm1(x); }, -2, 2},
      {"expm1 near 0", Expm1, [](Long x) { return std::expm1(x); }, -1e-9,
       1e-9},
      {"log", Log, [](Long x) { return std::log(x); }, 1e-3, 1e3},
      {"log near 1", Log, [](Long x) { return std::log(x); }, 0.99, 1.01},
      {"log of much", Log, [](Long x) { return std::log(x); }, 1e290, 1e300},
      {"log1p", Log1p, [](Long x) { return std::log1p(x); }, -0.99, 3},
      {"log1p near 0", Log1p, [](Long x) { return std::log1p(x); }, -1e-9,
       1e-9},
      {"pow", [](double x) { return Pow(x, -77.25); },
       [](Long x) { return std::pow(x, -77.25L); }, 1e-3, 1e3},
      {"sin", Sin, [](Long x) { return std::sin(x); }, -10, 10},
      {"sin of much", Sin, [](Long x) { return std::sin(x); }, -1e6, 1e6},
      {"cos", Cos, [](Long x) { return std::cos(x); }, -10, 10},
      {"asin", Asin, [](Long x) { return std::asin(x); }, -1, 1},
      {"erf", Erf, [](Long x) { return std::erf(x); }, -4, 4},
      {"erfc", Erfc, [](Long x) { return std::erfc(x); }, -3, 26},
      {"log gamma", LogGamma, [](Long x) { return std::lgamma(x); }, 0.01, 3},
      {"log gamma of much", LogGamma, [](Long x) { return std::lgamma(x); }, 3,
       1e9}};
  std::mt19937_64 random(1);
  for (const Case& each : cases) {
    for (int i = 0; i < 3000; ++i) {
      const double share = static_cast<double>(random() >> 11) * 0x1p-53;
      const double x = each.low + (each.high - each.low) * share;
      EXPECT_LE(UnitsApart(each.actual(x), each.expected(x)), 0.6)
          << each.name << " of " << x;
    }
  }
}

TEST(RealMathTest, KnowsItsSpecialValues) {
  EXPECT_EQ(Exp(0), 1);
  EXPECT_EQ(Exp(-800), 0);
  EXPECT_EQ(Exp(800), kInfinity);
  EXPECT_EQ(Log(1), 0);
  EXPECT_EQ(Log(0), -kInfinity);
  EXPECT_TRUE(std::isnan(Log(-1)));
  EXPECT_EQ(Log1p(-1), -kInfinity);
  EXPECT_EQ(Expm1(-100), -1);
  EXPECT_EQ(Pow(0, 0), 1);
  EXPECT_EQ(Pow(2, 10), 1024);
  EXPECT_EQ(Pow(0, -1), kInfinity);
  EXPECT_EQ(Asin(1), kPi / 2);
  EXPECT_EQ(Asin(-1), -kPi / 2);
  EXPECT_TRUE(std::isnan(Asin(1.0000001)));
  EXPECT_EQ(Erfc(0), 1);
  EXPECT_EQ(Erfc(30), 0);
  EXPECT_EQ(Erfc(-10), 2);
  EXPECT_EQ(LogGamma(1), 0);
  EXPECT_EQ(LogGamma(2), 0);
  EXPECT_TRUE(std::isnan(LogGamma(0)));
}

// mpmath 1.2, 40 digits.
TEST(RealMathTest, DoesNotCancelInLogBetaAndLogChoose) {
  EXPECT_NEAR(LogChoose(20'000, 10'000), 13857.7660635699934, 1e-11);
  EXPECT_NEAR(LogChoose(5, 2), 2.302585092994046, 1e-15);
  EXPECT_EQ(LogChoose(5, 5), 0);
  // B(a, 1) is 1 / a.
  for (const double a : {1e-3, 0.3, 7.0, 12345.678, 1e9}) {
    EXPECT_NEAR(LogBeta(a, 1), -std::log(a), 2e-14) << a;
  }
}

TEST(RoundToDigitsTest, RoundsInDecimals) {
  EXPECT_EQ(RoundToDigits(0.12345678901251, 12), 0.123456789013);
  EXPECT_EQ(RoundToDigits(-0.12345678901249, 12), -0.123456789012);
  EXPECT_EQ(RoundToDigits(2.0 / 3, 3), 0.667);
  EXPECT_EQ(RoundToDigits(9.9999, 3), 10);
  EXPECT_EQ(RoundToDigits(1e300 / 3, 2), 3.3e299);
  EXPECT_EQ(RoundToDigits(123456, 2), 120000);
  EXPECT_FALSE(std::signbit(RoundToDigits(-0.0, 12)));
  EXPECT_EQ(RoundToDigits(kInfinity, 12), kInfinity);
  EXPECT_TRUE(std::isnan(RoundToDigits(std::nan(""), 12)));
}

}  // namespace
}  // namespace consilium
