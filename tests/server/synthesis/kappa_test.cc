#include "server/synthesis/kappa.h"

#include <gtest/gtest.h>

namespace consilium {
namespace {

// Fleiss, Levin, Paik, Statistical Methods for Rates and Proportions, 3rd
// edition, 2003, table 18.1: two raters sort 100 subjects into psychotic,
// neurotic and organic. By hand: p = 0.75 + 0.04 + 0.10 = 0.89; e = 0.80 * 0.80
// + 0.10 * 0.05 + 0.10 * 0.15 = 0.66; kappa = 0.23 / 0.34, printed as 0.68.
TEST(KappaTest, ThreeCategories) {
  const std::optional<Kappa> kappa = CohensKappa({{{1, 1}, 75},
                                                  {{1, 2}, 1},
                                                  {{1, 3}, 4},
                                                  {{2, 1}, 5},
                                                  {{2, 2}, 4},
                                                  {{2, 3}, 1},
                                                  {{3, 3}, 10}});
  ASSERT_TRUE(kappa.has_value());
  EXPECT_NEAR(kappa->observed, 0.89, 1e-12);
  EXPECT_NEAR(kappa->expected, 0.66, 1e-12);
  EXPECT_NEAR(kappa->kappa, 0.23 / 0.34, 1e-12);
}

// p = 35 / 50 = 0.7; e = 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
TEST(KappaTest, TwoCategories) {
  const std::optional<Kappa> kappa =
      CohensKappa({{{0, 0}, 20}, {{0, 1}, 5}, {{1, 0}, 10}, {{1, 1}, 15}});
  ASSERT_TRUE(kappa.has_value());
  EXPECT_NEAR(kappa->kappa, 0.4, 1e-12);
}

TEST(KappaTest, IsNegativeBelowChanceAndZeroAtIt) {
  EXPECT_DOUBLE_EQ(CohensKappa({{{1, 2}, 5}, {{2, 1}, 5}})->kappa, -1);
  EXPECT_DOUBLE_EQ(CohensKappa({{{1, 2}, 7}})->kappa, 0);
}

TEST(KappaTest, IsUndefinedWhereChanceAloneAgrees) {
  EXPECT_FALSE(CohensKappa({}).has_value());
  EXPECT_FALSE(CohensKappa({{{3, 3}, 12}}).has_value());
}

}  // namespace
}  // namespace consilium
