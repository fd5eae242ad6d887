#include "client/import/ctgov_ratio_form.h"

#include <re2/re2.h>

#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/import/text_pattern.h"

namespace consilium {
namespace {

// `value` without what binary fractions add to it.
double WithDigits(double value, int digits) {
  double rounded = 0;
  (void)absl::SimpleAtod(absl::StrFormat("%.*g", digits, value), &rounded);
  return rounded;
}

}  // namespace

double RatioOf(RatioForm form, double printed, double whole) {
  switch (form) {
    case RatioForm::kRatio:
      return printed;
    case RatioForm::kLogarithm:
      // Which has few digits.
      return WithDigits(std::exp(printed), 5);
    case RatioForm::kPercent:
      return WithDigits(printed / whole, 12);
    case RatioForm::kReduction:
      return WithDigits(1 - printed / whole, 12);
    case RatioForm::kIncrease:
      return WithDigits(1 + printed / whole, 12);
  }
  return printed;
}

std::string RatioFormula(RatioForm form, const std::string& type,
                         double whole) {
  const std::string part = whole == 1 ? "" : "/100";
  switch (form) {
    case RatioForm::kLogarithm:
      return absl::StrCat("exp of the printed ", type);
    case RatioForm::kPercent:
      return absl::StrCat("the printed ", type, ", divided by 100");
    case RatioForm::kReduction:
      return absl::StrCat("1 - x", part, ", where x is the printed ", type);
    case RatioForm::kIncrease:
      return absl::StrCat("1 + x", part, ", where x is the printed ", type);
    case RatioForm::kRatio:
      break;
  }
  return "";
}

bool IsInPercent(std::string type, std::string remark) {
  for (std::string* text : {&type, &remark}) {
    RE2::GlobalReplace(text, Pattern("(?i)[0-9.]+ *(%|per ?cent)"), "");
  }
  return Says(type,
              "\\( *(in |as )?(a )?(%|per ?cent(age)?) *\\)|"
              "(,|\\bin|\\bas( a)?) *(%|per ?cent(age)?) *$|"
              "^ *(%|per ?cent(age)?)|% *$") ||
         Says(remark,
              "\\b(expressed|presented|reported|shown|given|displayed) (as|in) "
              "(a |the )?(%|per ?cent(age)?s?)");
}

}  // namespace consilium
