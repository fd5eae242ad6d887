// Single values of ClinicalTrials.gov: numbers printed as text, P values,
// enumerations, units, and what titles say.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_VALUES_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_VALUES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/endpoint.pb.h"

namespace consilium {

// "0.62", ".5", "-3", "1,234": the whole text as a finite number.
std::optional<double> NumberOf(absl::string_view text);

// What "<", "<=", "≤", ">", ">=", "≥" and "=" say; EQUAL of "", absent for
// anything else.
std::optional<v1::Comparator> ComparatorOf(absl::string_view sign);

// A number and how it is bounded: "<0.1", ">= 24.5", "3".
struct ComparedNumber {
  v1::Comparator comparator = v1::COMPARATOR_EQUAL;
  double number = 0;
};
std::optional<ComparedNumber> ComparedNumberOf(absl::string_view text);

// "<0.0001", "=0.247", "0.036", "p < .05", "0.03 (nominal)". Absent when it is
// no probability.
std::optional<v1::PValue> PValueOf(absl::string_view text);

// Why a value printed as "NA" is none: not reached if `comment` says so.
v1::ValueStatus StatusOfNa(absl::string_view comment);

// Lower-case letters and digits with single hyphens, of at most `size_max`.
std::string KebabOf(absl::string_view text, size_t size_max = 100);

// UCUM code of "Months", "% of participants", "Kg/m^2". Empty when there is
// none that an estimate may have.
std::string UnitOf(absl::string_view text);

// Whether a title is of a response that is no objective or complete response of
// the tumour: pathological, molecular, or which response was the best.
bool IsOtherResponse(absl::string_view title);

// What the title of an outcome says; OTHER when it names none of the list.
v1::Measure MeasureOf(absl::string_view title);
v1::Compartment CompartmentOf(absl::string_view title);
v1::Assessor AssessorOf(absl::string_view title);
v1::AnalysisPopulation PopulationOf(absl::string_view description);
// The one time that `text` names, "at 6 months", "Week 12", "12-month rate";
// absent when none or several, and for cycles, ages and spans.
std::optional<v1::Quantity> LandmarkOf(absl::string_view text);

// The kind of effect that a paramType is; OTHER for what no list has. What is
// just called a difference is one of what `outcome` is: of means, of medians;
// of shares where `is_share`.
v1::EffectMeasure EffectOf(absl::string_view param_type,
                           v1::Statistic outcome = v1::STATISTIC_UNSPECIFIED,
                           bool is_share = false);

// The effect whose natural logarithm a paramType is, "Hazard Ratio, log"; OTHER
// when it is no logarithm, of another base or of something else than a ratio.
v1::EffectMeasure EffectOfLogarithm(absl::string_view param_type);

bool IsRatio(v1::EffectMeasure measure);

// True when the value lies mid-interval on the scale of logarithms and not on
// its own: a ratio, whatever it is called.
bool LooksLikeRatio(double value, double low, double high);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_VALUES_H_
