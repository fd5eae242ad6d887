// Small dense matrices, as regression on a few moderators needs. All sums run
// in the order of the indices, so results are the same bits everywhere.
#ifndef CONSILIUM_SERVER_SYNTHESIS_MATRIX_H_
#define CONSILIUM_SERVER_SYNTHESIS_MATRIX_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"

namespace consilium {

// A rectangle of doubles, zero at first. Indices must be in range.
class Matrix {
 public:
  Matrix(size_t rows, size_t columns)
      : rows_(rows), columns_(columns), values_(rows * columns) {}

  size_t rows() const { return rows_; }
  size_t columns() const { return columns_; }
  double& operator()(size_t row, size_t column) {
    return values_[row * columns_ + column];
  }
  double operator()(size_t row, size_t column) const {
    return values_[row * columns_ + column];
  }

 private:
  size_t rows_;
  size_t columns_;
  absl::InlinedVector<double, 4> values_;
};

// The product of matrices, and of a matrix and a column.
Matrix Multiply(const Matrix& a, const Matrix& b);
std::vector<double> Multiply(const Matrix& a, const std::vector<double>& x);

// The sum of the diagonal of the product of `a` and `b`.
double TraceOfProduct(const Matrix& a, const Matrix& b);

// x' A x for a symmetric A.
double QuadraticForm(const Matrix& a, const std::vector<double>& x);

// The lower triangular L with L L' = A, of which only the lower half is read.
// Nullopt when a pivot is not above `tolerance` times its diagonal element:
// then A is not positive definite, or its columns depend on each other;
// `failed_pivot`, if not null, receives the first such row.
std::optional<Matrix> Cholesky(const Matrix& a, double tolerance,
                               size_t* failed_pivot = nullptr);

// Solves A x = b, or inverts A, given the factor L of A from Cholesky.
std::vector<double> SolveWithCholesky(const Matrix& factor,
                                      std::vector<double> b);
Matrix InvertWithCholesky(const Matrix& factor);

// Twice the sum of the logs of the factor's diagonal: log det A.
double LogDeterminant(const Matrix& factor);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_MATRIX_H_
