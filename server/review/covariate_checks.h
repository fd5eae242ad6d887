// What is wrong with a protocol's covariates and with plans that use them.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_REVIEW_COVARIATE_CHECKS_H_
#define CONSILIUM_SERVER_REVIEW_COVARIATE_CHECKS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/review.pb.h"
#include "proto/base/errors.h"
#include "proto/base/row_field.h"

namespace consilium {

// Covariates that the plans of `stated` use and of which neither it nor
// `current`, what is recorded of the protocol beside it, has a value; and those
// of `stated` that are a number of one trial and a word of another. Outcomes
// are told by their places in `stated`, after `prefix`.
std::vector<FieldViolation> CheckCovariates(const v1::Review& stated,
                                            const v1::Review& current,
                                            absl::string_view prefix);

// Values that `plan` lists of covariates and no trial has, and bounds of
// covariates that are words: where they stand, and what there is.
std::vector<std::string> NotesOnCovariates(const v1::ReviewOutcome& plan,
                                           const Covariates& covariates);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_COVARIATE_CHECKS_H_
