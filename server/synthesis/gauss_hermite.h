// Gauss-Hermite quadrature: integrals of f(x) exp(-x^2) over all x.
#ifndef CONSILIUM_SERVER_SYNTHESIS_GAUSS_HERMITE_H_
#define CONSILIUM_SERVER_SYNTHESIS_GAUSS_HERMITE_H_

#include <vector>

namespace consilium {

struct QuadraturePoint {
  double x = 0;
  // log(weight) + x^2: what f(x) itself is multiplied by, as a logarithm.
  double log_weight = 0;
};

// The points of the rule that is exact for polynomials up to degree
// 2 `count` - 1, by x; `count` is at least 1.
std::vector<QuadraturePoint> GaussHermitePoints(int count);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_GAUSS_HERMITE_H_
