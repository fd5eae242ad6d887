// Elementary functions whose results are the same bits on every machine.
//
// The C library picks among variants of exp, log and their kin by processor,
// and these differ in the last place. Nothing in this library calls them:
// everything is built from these functions and from + - * / and sqrt, which
// IEEE 754 defines to the last bit.
//
// Results are within 0.6 units in the last place where they are normal
// numbers: nearly all are the nearest double. Outside a function's domain the
// result is NaN. No function has state; all are thread-safe.
#ifndef CONSILIUM_SERVER_SYNTHESIS_REAL_MATH_H_
#define CONSILIUM_SERVER_SYNTHESIS_REAL_MATH_H_

namespace consilium {

inline constexpr double kPi = 3.14159265358979323846;

double Exp(double x);
double Expm1(double x);          // e^x - 1, exact near 0.
double Log(double x);            // x at least 0; minus infinity at 0.
double Log1p(double x);          // log(1 + x), exact near 0; x at least -1.
double Pow(double x, double y);  // x at least 0; 0^0 is 1.
double Sqrt(double x);           // x at least 0; correctly rounded.

double Sin(double x);   // |x| at most 1e6.
double Cos(double x);   // |x| at most 1e6.
double Asin(double x);  // |x| at most 1.

double Erf(double x);
double Erfc(double x);  // 1 - Erf(x), with full precision in the upper tail.

double LogGamma(double x);             // log of Gamma(x); x in (0, 1e15].
double LogBeta(double a, double b);    // a and b in (0, 1e15].
double LogChoose(double n, double k);  // log of "n choose k"; 0 <= k <= n.

// `x` rounded to `digits` significant decimal digits, 1 to 17, and then to the
// nearest double; halves as the exact binary value lies. Infinities and NaN
// stay. Minus zero becomes zero, so that equal results are equal bits.
double RoundToDigits(double x, int digits);

// Digits of every number that this library hands out.
inline constexpr int kResultDigits = 12;
inline double RoundResult(double x) { return RoundToDigits(x, kResultDigits); }

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_REAL_MATH_H_
