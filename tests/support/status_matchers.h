// GoogleTest matchers for absl::Status and absl::StatusOr.
//
//   EXPECT_OK(store->Delete(name));
//   ASSERT_OK_AND_ASSIGN(const Trial trial, store->Get(name));
//   EXPECT_THAT(Parse("x"), StatusIs(absl::StatusCode::kInvalidArgument,
//                                    HasSubstr("x")));
//   EXPECT_THAT(Parse("7"), IsOkAndHolds(7));
#ifndef CONSILIUM_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define CONSILIUM_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {

inline const absl::Status& GetStatus(const absl::Status& status) {
  return status;
}

template <typename T>
const absl::Status& GetStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

// Behind IsOk().
class IsOkMatcher {
 public:
  using is_gtest_matcher = void;

  template <typename T>
  bool MatchAndExplain(const T& value,
                       testing::MatchResultListener* listener) const {
    const absl::Status& status = GetStatus(value);
    if (!status.ok()) *listener << "whose status is " << status.ToString();
    return status.ok();
  }
  void DescribeTo(std::ostream* os) const { *os << "is OK"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "is not OK"; }
};

// Behind StatusIs().
class StatusIsMatcher {
 public:
  using is_gtest_matcher = void;

  StatusIsMatcher(testing::Matcher<absl::StatusCode> code,
                  testing::Matcher<std::string> message)
      : code_(std::move(code)), message_(std::move(message)) {}

  template <typename T>
  bool MatchAndExplain(const T& value,
                       testing::MatchResultListener* listener) const {
    const absl::Status& status = GetStatus(value);
    *listener << "whose status is " << status.ToString();
    return code_.Matches(status.code()) &&
           message_.Matches(std::string(status.message()));
  }
  void DescribeTo(std::ostream* os) const {
    *os << "has a code that ";
    code_.DescribeTo(os);
    *os << " and a message that ";
    message_.DescribeTo(os);
  }
  void DescribeNegationTo(std::ostream* os) const {
    *os << "not (";
    DescribeTo(os);
    *os << ")";
  }

 private:
  testing::Matcher<absl::StatusCode> code_;
  testing::Matcher<std::string> message_;
};

// Behind IsOkAndHolds(). Knows the type of the value only when matching.
template <typename Inner>
class IsOkAndHoldsMatcher {
 public:
  using is_gtest_matcher = void;

  explicit IsOkAndHoldsMatcher(Inner inner) : inner_(std::move(inner)) {}

  template <typename T>
  bool MatchAndExplain(const absl::StatusOr<T>& value,
                       testing::MatchResultListener* listener) const {
    if (!value.ok()) {
      *listener << "whose status is " << value.status().ToString();
      return false;
    }
    *listener << "whose value is " << testing::PrintToString(*value) << " ";
    return testing::SafeMatcherCast<const T&>(inner_).MatchAndExplain(*value,
                                                                      listener);
  }
  void DescribeTo(std::ostream* os) const {
    *os << "is OK and holds the wanted value";
  }
  void DescribeNegationTo(std::ostream* os) const {
    *os << "is not OK, or does not hold the wanted value";
  }

 private:
  Inner inner_;
};

// An OK status, or a StatusOr with a value.
inline IsOkMatcher IsOk() { return IsOkMatcher(); }

// A status, or the status of a StatusOr, whose code and message match.
inline StatusIsMatcher StatusIs(
    testing::Matcher<absl::StatusCode> code,
    testing::Matcher<std::string> message = testing::_) {
  return StatusIsMatcher(std::move(code), std::move(message));
}

// A StatusOr whose value matches `inner`, itself a value or a matcher.
template <typename Inner>
IsOkAndHoldsMatcher<std::decay_t<Inner>> IsOkAndHolds(Inner&& inner) {
  return IsOkAndHoldsMatcher<std::decay_t<Inner>>(std::forward<Inner>(inner));
}

}  // namespace consilium

#define EXPECT_OK(expr) EXPECT_THAT(expr, ::consilium::IsOk())
#define ASSERT_OK(expr) ASSERT_THAT(expr, ::consilium::IsOk())

// Declares or assigns `lhs` from a StatusOr; ends the test when it is an error.
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  CONSILIUM_ASSERT_OK_AND_ASSIGN_(      \
      CONSILIUM_TEST_CONCAT_(consilium_statusor_, __LINE__), lhs, expr)

#define CONSILIUM_TEST_CONCAT_(a, b) CONSILIUM_TEST_CONCAT_INNER_(a, b)
#define CONSILIUM_TEST_CONCAT_INNER_(a, b) a##b
#define CONSILIUM_ASSERT_OK_AND_ASSIGN_(statusor, lhs, expr)  \
  auto statusor = (expr);                                     \
  ASSERT_TRUE(statusor.ok()) << statusor.status().ToString(); \
  lhs = *std::move(statusor)

#endif  // CONSILIUM_TESTS_SUPPORT_STATUS_MATCHERS_H_
