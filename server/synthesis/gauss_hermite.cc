#include "server/synthesis/gauss_hermite.h"

#include <cmath>

#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

// The orthonormal Hermite polynomial of `degree` at x.
double Hermite(int degree, double x) {
  double before = 0;
  double value = 1 / std::sqrt(std::sqrt(kPi));
  for (int j = 0; j < degree; ++j) {
    const double next = x * std::sqrt(2.0 / (j + 1)) * value -
                        std::sqrt(j / (j + 1.0)) * before;
    before = value;
    value = next;
  }
  return value;
}

// The one root between `low` and `high`, where the signs differ.
double FindRoot(int degree, double low, double high) {
  const bool rises = Hermite(degree, high) > 0;
  for (;;) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    const double value = Hermite(degree, middle);
    if (value == 0) return middle;
    ((value > 0) == rises ? high : low) = middle;
  }
}

}  // namespace

std::vector<QuadraturePoint> GaussHermitePoints(int count) {
  // The roots of each degree lie between those of the one before.
  std::vector<double> roots;
  for (int degree = 1; degree <= count; ++degree) {
    const double edge = std::sqrt(2.0 * degree + 1);
    std::vector<double> next;
    for (int i = 0; i < degree; ++i) {
      if (2 * i == degree - 1) {
        next.push_back(0);
        continue;
      }
      next.push_back(FindRoot(degree, i == 0 ? -edge : roots[i - 1],
                              i == degree - 1 ? edge : roots[i]));
    }
    roots = std::move(next);
  }
  std::vector<QuadraturePoint> points;
  for (const double x : roots) {
    const double value = Hermite(count - 1, x);
    points.push_back({x, x * x - Log(count * value * value)});
  }
  return points;
}

}  // namespace consilium
