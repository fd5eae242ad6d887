// The effects that a review pools, and what they were made of, as tables that
// R's metafor reads: rma(yi, vi, data = ...) and escalc(..., data = ...).
// README.md has the columns.
#ifndef CONSILIUM_CLIENT_EXPORT_REVIEW_EFFECTS_H_
#define CONSILIUM_CLIENT_EXPORT_REVIEW_EFFECTS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
#include "client/export/table.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// A review at one version, and the evidence rows of its registry by id.
struct ReviewEvidence {
  v1::ReviewResult result;
  std::map<std::string, v1::EvidenceRow> rows;
};

// Runs the review of that full name at the version `at` (empty: the latest) and
// reads the rows of the version that was run. With a version `since` the flow
// also counts what came after it. Errors are those of Caller::Call.
absl::StatusOr<ReviewEvidence> ReadReviewEvidence(Caller& caller,
                                                  absl::string_view review,
                                                  absl::string_view at,
                                                  absl::string_view since = "",
                                                  CallOptions options = {});

// One row for each estimate that an outcome's filter found: those that count,
// with yi, vi and sei on the scale of the analysis, then those that do not,
// with the reason.
Table ContrastTable(const ReviewEvidence& evidence);

// One row for each estimate that counts and whose arms are printed as counts
// or as means: ai, n1i, ci, n2i and m1i, sd1i, m2i, sd2i. Of outcomes of single
// groups xi and ni.
Table ArmTable(const ReviewEvidence& evidence);

// The call of metafor that pools `outcome` as it was pooled here, for `data`
// and its subset; empty when rma() cannot (Mantel-Haenszel, Peto, GLMM).
std::string MetaforCall(const v1::OutcomeResult& outcome);

// Where the numbers were read, with what is printed there: "pmid-1, table 2:
// '0.52 (0.31 to 0.89)'". Each place once, joined by "; ".
std::string SourceText(
    const google::protobuf::RepeatedPtrField<v1::Provenance>& provenance);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_REVIEW_EFFECTS_H_
