// The flat fields of a row, from the element that it stands for.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_FIELDS_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_FIELDS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/trial.pb.h"
#include "server/evidence/population.h"
#include "server/evidence/treatment.h"

namespace consilium {

// A month is 1/12 of 365.25 days.
inline constexpr double kDaysPerMonth = 30.4375;

// `time` in months; nullopt for a range or a unit that is no time.
std::optional<double> Months(const v1::Quantity& time);

// `value` in that unit, in months.
std::optional<double> Months(double value, absl::string_view unit);

// What the row's numbers are multiplied with to have percent; nullopt when they
// are no shares of participants.
std::optional<double> PercentPerUnit(const v1::EvidenceRow& row);

// The group for people: "egfr-tki-rt, egfr=l858r", "group 1",
// "external: historical controls".
std::string GroupText(const v1::Group& group);

// What the arms of the row's group were given. Unless `arms_known`, and where
// nothing that an arm was given is coded, the columns are unstated.
void FillTreatment(const Treatment& treatment, bool arms_known,
                   v1::EvidenceRow& row);

// Whom the row is about.
void FillPopulation(const Population& population, v1::EvidenceRow& row);

// Each fills what the element says; the row has the fields of its trial, of its
// groups and of its endpoint or event already.
void FillEstimate(const v1::Estimate& estimate, v1::EvidenceRow& row);
void FillContrast(const v1::Contrast& contrast, v1::EvidenceRow& row);
void FillCount(const v1::AdverseEventCount& count, v1::EvidenceRow& row);
void FillEventContrast(const v1::AdverseEventContrast& contrast,
                       v1::EvidenceRow& row);
void FillConclusion(const v1::Conclusion& conclusion, v1::EvidenceRow& row);

// The digits that `printed` has of the value and of P.
void FillPrinted(v1::EvidenceRow& row);

// Whether the row lists `field` as unstated.
bool IsUnstated(absl::string_view field, const v1::EvidenceRow& row);

// Notes that the report leaves `field` open.
void AddUnstated(absl::string_view field, v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_FIELDS_H_
