// What the exports of a review are made from.
#ifndef CONSILIUM_CLIENT_EXPORT_REVIEW_EVIDENCE_H_
#define CONSILIUM_CLIENT_EXPORT_REVIEW_EVIDENCE_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
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

// Where the numbers were read, with what is printed there: "pmid-1, table 2:
// '0.52 (0.31 to 0.89)'". Each place once, joined by "; ".
std::string SourceText(
    const google::protobuf::RepeatedPtrField<v1::Provenance>& provenance);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_REVIEW_EVIDENCE_H_
