#include "server/synthesis/distributions.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

// A function's value, and what mpmath 1.2 gives with 40 digits.
struct Case {
  double actual = 0;
  double expected = 0;
};

TEST(DistributionsTest, AgreesWithMpmath) {
  const Case cases[] = {
      {NormalCdf(-21.75449623314078), 3.131526634541401e-105},
      {NormalCdf(-5.875294985162839), 2.110455241078866e-09},
      {NormalCdf(-7.767183918596189), 4.012513931683484e-15},
      {NormalCdf(-1.1872506411009418), 0.11756438555643578},
      {NormalCdf(-4.084678807871267), 2.2068913571550925e-05},
      {NormalCdf(-10.724766614495739), 3.894171870561503e-27},
      {NormalCdf(7.657606505014975), 0.9999999999999906},
      {NormalCdf(6.656051997744328), 0.9999999999859359},
      {NormalCdf(-13.425849068157689), 2.1333296345856014e-41},
      {NormalCdf(0.4345332974386764), 0.6680493897030132},
      {NormalCdf(-9.319289438753831), 5.856100957181376e-21},
      {NormalCdf(3.394886409708306), 0.9996567146035337},
      {NormalQuantile(0.9), 1.2815515655446006},
      {NormalQuantile(0.7), 0.5244005127080407},
      {NormalQuantile(0.995), 2.5758293035489004},
      {NormalQuantile(0.975), 1.9599639845400538},
      {NormalQuantile(0.9999), 3.7190164854557084},
      {StudentTCdf(0.01574028204086365, 64.0), 0.5062547213843883},
      {StudentTCdf(-0.039953836177498585, 12.0), 0.4843934833096524},
      {StudentTCdf(0.12926909294209254, 100.0), 0.551297812090354},
      {StudentTCdf(0.013536729940097506, 100.0), 0.5053867239043957},
      {StudentTCdf(0.015438303782930218, 64.0), 0.506134733955073},
      {StudentTCdf(-42.225930333161415, 3.0), 1.461594527958536e-05},
      {StudentTCdf(-0.8072291371635325, 12345.0), 0.20977501696333792},
      {StudentTCdf(0.11332940518277143, 100.0), 0.5450016938599026},
      {StudentTCdf(-0.5651012071199634, 2.0), 0.3144700237814395},
      {StudentTCdf(-36.66322359551675, 1.0), 0.00867984196587691},
      {StudentTCdf(1.0286932288766295, 24.0), 0.8430598371382706},
      {StudentTCdf(2.531012376675293, 3.0), 0.9573258132660751},
      {StudentTQuantile(0.995, 2.0), 9.92484320091829},
      {StudentTQuantile(0.6, 10000.0), 0.2533538434457268},
      {StudentTQuantile(0.6, 5.0), 0.26718086570414507},
      {StudentTQuantile(0.995, 10000.0), 2.5763210466685287},
      {StudentTQuantile(0.995, 1.0), 63.656741162871526},
      {StudentTQuantile(0.975, 2.0), 4.302652729749462},
      {StudentTQuantile(0.975, 64.0), 1.9977296543176926},
      {StudentTQuantile(0.995, 64.0), 2.6548543374110847},
      {StudentTQuantile(0.995, 5.0), 4.032142983555227},
      {StudentTQuantile(0.6, 200.0), 0.25368437919014764},
      {StudentTQuantile(0.995, 12.0), 3.0545395893929017},
      {StudentTQuantile(0.6, 1.0), 0.32491969623290623},
      {ChiSquareSurvival(25.186968025628566, 100.0), 0.9999999999999984},
      {ChiSquareSurvival(13.509528787851815, 2.0), 0.0011653143571194891},
      {ChiSquareSurvival(2000.7527591963799, 1000.0), 3.43017300611171e-69},
      {ChiSquareSurvival(0.2930115238184754, 5.0), 0.9977724578421644},
      {ChiSquareSurvival(1159.8849183252644, 12345.0), 1.0},
      {ChiSquareSurvival(42.187424001301125, 64.0), 0.9839724442942511},
      {ChiSquareSurvival(74.7919384712382, 1000.0), 1.0},
      {ChiSquareSurvival(2.3144908321606854, 7.0), 0.9404068303093122},
      {ChiSquareSurvival(432.11010121021, 1000.0), 1.0},
      {ChiSquareSurvival(0.3118213953265977, 7.0), 0.9998859948232682},
      {ChiSquareSurvival(39.493416105876776, 5.0), 1.8891821186356626e-07},
      {ChiSquareSurvival(41.54814986022934, 12.0), 3.966689084864759e-05},
      {ChiSquareCdf(385.9484834650517, 100.0), 1.0},
      {ChiSquareCdf(0.036626278254293175, 1.0), 0.1517720583366037},
      {ChiSquareCdf(0.5943428227721942, 12.0), 7.419678306936166e-07},
      {ChiSquareCdf(542.8774556252729, 1000.0), 1.5955269826329603e-35},
      {ChiSquareCdf(7.181651727434764, 5.0), 0.7925226097740153},
      {ChiSquareCdf(5.612052958254389, 100.0), 5.338519278523492e-44},
      {ChiSquareCdf(182.74091235445047, 100.0), 0.9999991355731908},
      {ChiSquareCdf(1.9329493866073095, 3.0), 0.413560737715361},
      {ChiSquareCdf(128.2955299677065, 24.0), 0.9999999999999997},
      {ChiSquareCdf(1.204319621467591, 12.0), 3.963027814361396e-05},
      {ChiSquareCdf(6.853402427790009, 64.0), 1.7993494035147384e-20},
      {ChiSquareCdf(18.79370985741806, 100.0), 1.4896181235170518e-20},
      {ChiSquareQuantile(0.3, 5.0), 2.999908132759906},
      {ChiSquareQuantile(0.995, 4.0), 14.860259000560243},
      {ChiSquareQuantile(0.0001, 64.0), 30.17289807902295},
      {ChiSquareQuantile(0.995, 10000.0), 10368.033052761462},
      {ChiSquareQuantile(1e-10, 5.0), 0.00032335571462496933},
      {ChiSquareQuantile(0.025, 3.0), 0.21579528262389788},
      {ChiSquareQuantile(1e-10, 64.0), 15.814027614557528},
      {ChiSquareQuantile(0.005, 3.0), 0.07172177458649198},
      {ChiSquareQuantile(0.6, 1.0), 0.7083263008007937},
      {ChiSquareQuantile(0.005, 4.0), 0.20698909349618208},
      {ChiSquareQuantile(0.005, 1.0), 3.92704222205159e-05},
      {ChiSquareQuantile(0.0001, 12.0), 1.4274951136103304},
      {FSurvival(0.029415713285328413, 3.0, 8.0), 0.9926668208035044},
      {FSurvival(0.014030281812317288, 3.0, 8.0), 0.9975384882113445},
      {FSurvival(183.15910269311448, 5.0, 100.0), 1.0825787801766355e-48},
      {FSurvival(83.28047968144925, 3.0, 20.0), 1.7876460922526477e-11},
      {FSurvival(154.82257863752767, 2.0, 8.0), 4.023379452056338e-07},
      {FSurvival(0.012714100316769549, 2.0, 100.0), 0.9873679781993178},
      {FSurvival(118.39854940216401, 3.0, 1.0), 0.06743144573304842},
      {FSurvival(612.9224664892456, 1.0, 8.0), 7.573891266723416e-09},
      {FSurvival(0.07106728757541805, 1.0, 1.0), 0.8341442108099574},
      {FSurvival(305.12067508836907, 5.0, 20.0), 3.668051079250169e-18},
      {FSurvival(85.9794383483454, 2.0, 20.0), 1.5073633719752712e-10},
      {FSurvival(101.96569878116696, 2.0, 8.0), 2.0303866057154346e-06}};
  for (const Case& each : cases) {
    EXPECT_NEAR(each.actual, each.expected, 1e-12 * std::abs(each.expected));
  }
}

// Fisher and Yates, and any other table.
TEST(DistributionsTest, AgreesWithPrintedTables) {
  EXPECT_NEAR(NormalQuantile(0.975), 1.959963984540054, 1e-15);
  EXPECT_NEAR(StudentTQuantile(0.975, 1), 12.7062047361747, 1e-12);
  EXPECT_NEAR(StudentTQuantile(0.975, 12), 2.17881282966723, 1e-13);
  EXPECT_NEAR(ChiSquareQuantile(0.95, 1), 3.84145882069412, 1e-13);
  EXPECT_NEAR(FSurvival(4.96460274411, 1, 10), 0.05, 1e-11);
}

TEST(DistributionsTest, TailsAreWholeTogether) {
  for (const double df : {1.0, 2.0, 7.5, 40.0, 900.0}) {
    for (const double x : {0.01, 0.5, 3.0, 38.0, 1200.0}) {
      EXPECT_NEAR(ChiSquareCdf(x, df) + ChiSquareSurvival(x, df), 1, 1e-15);
      EXPECT_EQ(StudentTCdf(-x, df), StudentTSurvival(x, df));
      EXPECT_NEAR(StudentTCdf(x, df) + StudentTCdf(-x, df), 1, 1e-15);
    }
  }
  EXPECT_EQ(StudentTCdf(0, 3), 0.5);
  EXPECT_EQ(NormalCdf(0), 0.5);
  EXPECT_EQ(NormalQuantile(0.5), 0);
  EXPECT_EQ(ChiSquareSurvival(0, 5), 1);
  EXPECT_EQ(FSurvival(0, 2, 5), 1);
}

TEST(DistributionsTest, QuantilesInvert) {
  for (const double df : {0.5, 1.0, 3.0, 12.0, 64.0, 1000.0}) {
    for (const double p : {1e-12, 1e-3, 0.025, 0.3, 0.8, 0.975, 0.9999}) {
      EXPECT_NEAR(ChiSquareCdf(ChiSquareQuantile(p, df), df), p, 1e-12 * p);
      EXPECT_NEAR(StudentTCdf(StudentTQuantile(p, df), df), p, 1e-12 * p);
      EXPECT_NEAR(NormalCdf(NormalQuantile(p)), p, 1e-13 * p);
    }
  }
}

TEST(DistributionsTest, IsNotANumberOutsideItsDomain) {
  for (const double p : {0.0, 1.0, -1.0, std::nan("")}) {
    EXPECT_TRUE(std::isnan(NormalQuantile(p)));
    EXPECT_TRUE(std::isnan(StudentTQuantile(p, 3)));
    EXPECT_TRUE(std::isnan(ChiSquareQuantile(p, 3)));
  }
  EXPECT_TRUE(std::isnan(StudentTCdf(1, 0)));
  EXPECT_TRUE(std::isnan(ChiSquareSurvival(-1, 3)));
  EXPECT_TRUE(std::isnan(FSurvival(1, 0, 3)));
  EXPECT_TRUE(std::isnan(NormalCdf(std::nan(""))));
}

}  // namespace
}  // namespace consilium
