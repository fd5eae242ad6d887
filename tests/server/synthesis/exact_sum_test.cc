#include "server/synthesis/exact_sum.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "server/synthesis/matrix.h"

namespace consilium {
namespace {

double Sum(const std::vector<double>& terms) {
  ExactSum sum;
  for (const double term : terms) sum.Add(term);
  return sum.Round();
}

TEST(ExactSumTest, LosesNothing) {
  EXPECT_EQ(Sum({}), 0);
  EXPECT_EQ(Sum({1e16, 1, -1e16}), 1);
  EXPECT_EQ(Sum({1e200, 1, 1e-200, -1e200, -1}), 1e-200);
  EXPECT_EQ(Sum(std::vector<double>(10, 0.1)), 1);
}

TEST(ExactSumTest, RoundsOnceAndHalvesToEven) {
  // 1 + 2^-53 is half way: to even, unless something more is there.
  EXPECT_EQ(Sum({1, 0x1p-53}), 1);
  EXPECT_EQ(Sum({1, 0x1p-53, 0x1p-200}), 1 + 0x1p-52);
  EXPECT_EQ(Sum({1, 0x1p-53, -0x1p-200}), 1);
  EXPECT_EQ(Sum({1 + 0x1p-52, 0x1p-53}), 1 + 0x1p-51);
}

TEST(ExactSumTest, OrderDoesNotMatter) {
  std::mt19937_64 random(3);
  std::vector<double> terms;
  for (int i = 0; i < 200; ++i) {
    const auto mantissa = static_cast<double>(random() >> 11);
    const int exponent = static_cast<int>(random() % 400) - 200;
    terms.push_back((i % 2 == 0 ? mantissa : -mantissa) *
                    std::pow(2.0, exponent));
  }
  const double expected = Sum(terms);
  for (int i = 0; i < 50; ++i) {
    std::shuffle(terms.begin(), terms.end(), random);
    EXPECT_EQ(Sum(terms), expected);
  }
}

TEST(MatrixTest, FactorsSolvesAndInverts) {
  Matrix a(3, 3);
  const double values[3][3] = {{4, 2, 2}, {2, 5, 3}, {2, 3, 6}};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) a(i, j) = values[i][j];
  }
  const auto factor = Cholesky(a, 0);
  ASSERT_TRUE(factor.has_value());
  const Matrix unit = Multiply(a, InvertWithCholesky(*factor));
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) EXPECT_NEAR(unit(i, j), i == j, 1e-15);
  }
  const std::vector<double> x = SolveWithCholesky(*factor, {8, 10, 11});
  for (const double each : x) EXPECT_NEAR(each, 1, 1e-15);
  EXPECT_NEAR(LogDeterminant(*factor), std::log(64.), 1e-14);
  EXPECT_EQ(QuadraticForm(a, {1, 1, 1}), 29);
  EXPECT_EQ(TraceOfProduct(a, a), 16 + 25 + 36 + 2 * (4 + 4 + 9));
}

TEST(MatrixTest, NamesTheRowThatDependsOnOthers) {
  Matrix a(2, 2);
  a(0, 0) = 1;
  a(1, 0) = a(0, 1) = 2;
  a(1, 1) = 4;
  size_t failed = 0;
  EXPECT_FALSE(Cholesky(a, 1e-10, &failed).has_value());
  EXPECT_EQ(failed, 1);
}

}  // namespace
}  // namespace consilium
