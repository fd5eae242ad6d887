#include "server/synthesis/matrix.h"

#include <utility>

#include "server/synthesis/real_math.h"

namespace consilium {

Matrix Multiply(const Matrix& a, const Matrix& b) {
  Matrix product(a.rows(), b.columns());
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t j = 0; j < b.columns(); ++j) {
      double sum = 0;
      for (size_t m = 0; m < a.columns(); ++m) sum += a(i, m) * b(m, j);
      product(i, j) = sum;
    }
  }
  return product;
}

std::vector<double> Multiply(const Matrix& a, const std::vector<double>& x) {
  std::vector<double> product(a.rows());
  for (size_t i = 0; i < a.rows(); ++i) {
    double sum = 0;
    for (size_t m = 0; m < a.columns(); ++m) sum += a(i, m) * x[m];
    product[i] = sum;
  }
  return product;
}

double TraceOfProduct(const Matrix& a, const Matrix& b) {
  double sum = 0;
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t m = 0; m < a.columns(); ++m) sum += a(i, m) * b(m, i);
  }
  return sum;
}

double QuadraticForm(const Matrix& a, const std::vector<double>& x) {
  double sum = 0;
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t j = 0; j < a.columns(); ++j) sum += x[i] * a(i, j) * x[j];
  }
  return sum;
}

std::optional<Matrix> Cholesky(const Matrix& a, double tolerance,
                               size_t* failed_pivot) {
  const size_t size = a.rows();
  Matrix factor(size, size);
  for (size_t j = 0; j < size; ++j) {
    double pivot = a(j, j);
    for (size_t m = 0; m < j; ++m) pivot -= factor(j, m) * factor(j, m);
    if (!(pivot > tolerance * a(j, j))) {
      if (failed_pivot != nullptr) *failed_pivot = j;
      return std::nullopt;
    }
    factor(j, j) = Sqrt(pivot);
    for (size_t i = j + 1; i < size; ++i) {
      double rest = a(i, j);
      for (size_t m = 0; m < j; ++m) rest -= factor(i, m) * factor(j, m);
      factor(i, j) = rest / factor(j, j);
    }
  }
  return factor;
}

std::vector<double> SolveWithCholesky(const Matrix& factor,
                                      std::vector<double> b) {
  const size_t size = factor.rows();
  for (size_t i = 0; i < size; ++i) {
    for (size_t m = 0; m < i; ++m) b[i] -= factor(i, m) * b[m];
    b[i] /= factor(i, i);
  }
  for (size_t i = size; i-- > 0;) {
    for (size_t m = i + 1; m < size; ++m) b[i] -= factor(m, i) * b[m];
    b[i] /= factor(i, i);
  }
  return b;
}

Matrix InvertWithCholesky(const Matrix& factor) {
  const size_t size = factor.rows();
  Matrix inverse(size, size);
  for (size_t j = 0; j < size; ++j) {
    std::vector<double> unit(size);
    unit[j] = 1;
    const std::vector<double> column =
        SolveWithCholesky(factor, std::move(unit));
    // The upper half repeats the lower one, so the result is symmetric.
    for (size_t i = j; i < size; ++i) {
      inverse(i, j) = column[i];
      inverse(j, i) = column[i];
    }
  }
  return inverse;
}

double LogDeterminant(const Matrix& factor) {
  double sum = 0;
  for (size_t i = 0; i < factor.rows(); ++i) sum += Log(factor(i, i));
  return 2 * sum;
}

}  // namespace consilium
