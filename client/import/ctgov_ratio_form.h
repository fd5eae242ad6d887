// What analyses of ClinicalTrials.gov print of a ratio: itself, its logarithm,
// or what it is in percent.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_RATIO_FORM_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_RATIO_FORM_H_

#include <string>

namespace consilium {

// What a printed number is of the ratio that it stands for.
enum class RatioForm { kRatio, kLogarithm, kPercent, kReduction, kIncrease };

// The ratio that `printed` stands for; `whole` is what prints a ratio of 1, 100
// in percent.
double RatioOf(RatioForm form, double printed, double whole);

// How the ratio follows from the number that is printed as `type`; "" where it
// is that number.
std::string RatioFormula(RatioForm form, const std::string& type, double whole);

// Whether the name of a ratio, or a remark about it, says that it is printed in
// percent. Levels of intervals are percentages of their own.
bool IsInPercent(std::string type, std::string remark);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_RATIO_FORM_H_
