// How results of reviews are shown in a terminal.
#ifndef CONSILIUM_CLIENT_CLI_REVIEW_VIEW_H_
#define CONSILIUM_CLIENT_CLI_REVIEW_VIEW_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/command.h"
#include "client/cli/server_session.h"
#include "consilium/v1/review_result.pb.h"
#include "consilium/v1/review_result_service.pb.h"

namespace consilium {

// The full name of the review that `text` names.
absl::StatusOr<std::string> ResolveReview(ServerSession& session,
                                          absl::string_view text);

// "29%" by tau2, or where that is not estimated "75% from Q"; "" for neither.
std::string I2Cell(const v1::PooledEffect& pooled);

// "randomized"; "design not known" of rows whose reports do not tell; empty
// where the plan cannot be carried out.
std::string DesignText(const v1::OutcomeResult& outcome);

// The studies of `outcome`, one of those of `result`, as a forest plot of
// characters, with the pooled effect and its prediction interval below; then
// what else was computed. About `width` columns are used. Ends with a new line.
std::string ForestText(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome, int width);

// The rows of `outcome` that were not pooled, by reason, with their numbers, in
// lines.
std::string ExcludedText(const v1::ReviewResult& result,
                         const v1::OutcomeResult& outcome);

// The rows that `outcome` may be made of, in lines; empty when there are none.
std::string PossibleText(const v1::OutcomeResult& outcome);

// The studies that cannot be pooled and why, by outcome, in lines; of outcomes
// that have no other study only their ids. Empty when there are none.
std::string UnusableText(const v1::ReviewResult& result);

// The trials that the review may include, in lines; empty when there are none.
std::string PossibleTrialsText(const v1::ReviewResult& result);

// What is in conflict among the inputs, and which pooled effects that changes,
// in lines; empty when nothing is.
std::string ConflictsText(const v1::ReviewResult& result);

// What changed, in lines; "nothing changed" when nothing did.
std::string DiffText(const v1::ReviewDiff& diff);

// Whether it says that anything differs.
bool HasDifferences(const v1::ReviewDiff& diff);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_REVIEW_VIEW_H_
