// Distribution functions with the same bits on every machine; see real_math.h.
//
// Probabilities carry a relative error of at most 1e-13 on both tails, and
// quantiles of at most 1e-12 up to 1e4 degrees of freedom; near the median of a
// symmetric distribution, where quantiles approach 0, the absolute error is
// 1e-15. Degrees of freedom are positive and need not be whole.
// Outside a function's domain the result is NaN. Thread-safe.
#ifndef CONSILIUM_SERVER_SYNTHESIS_DISTRIBUTIONS_H_
#define CONSILIUM_SERVER_SYNTHESIS_DISTRIBUTIONS_H_

namespace consilium {

// P(X <= x) and P(X > x), each exact where it is small.
struct Tails {
  double lower = 0;
  double upper = 0;
};

// The regularized incomplete gamma functions P(a, x) and Q(a, x); a > 0,
// x >= 0.
Tails IncompleteGamma(double a, double x);

// The regularized incomplete beta function I_x(a, b) and 1 less that. `y` is
// 1 - x, which callers often know better than a subtraction would tell.
Tails IncompleteBeta(double a, double b, double x, double y);

double NormalDensity(double x);
double NormalCdf(double x);
double NormalSurvival(double x);  // P(X > x).
double NormalTwoSided(double x);  // P(|X| > |x|).
double NormalQuantile(double p);  // p in (0, 1).

double StudentTCdf(double t, double df);
double StudentTSurvival(double t, double df);
double StudentTTwoSided(double t, double df);  // P(|T| > |t|).
double StudentTQuantile(double p, double df);  // p in (0, 1).

double ChiSquareCdf(double x, double df);
double ChiSquareSurvival(double x, double df);
double ChiSquareQuantile(double p, double df);  // P(X <= result) = p in (0, 1).

double FSurvival(double f, double df1, double df2);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_DISTRIBUTIONS_H_
