// All that a review is computed from, at one version.
#ifndef CONSILIUM_SERVER_REVIEW_REVIEW_INPUT_H_
#define CONSILIUM_SERVER_REVIEW_REVIEW_INPUT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/certainty.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"
#include "consilium/v1/screening.pb.h"

namespace consilium {

// A path of the protocol in conflict.
struct ProtocolConflict {
  // The values, the provisional one first; without what they come to.
  v1::ProtocolDispute dispute;
  // The protocol under each of them, in their order; empty where there is none,
  // as of a retraction.
  std::vector<std::optional<v1::Review>> protocols;
};

// Nothing in it may be local to a server: no revision, no time of receipt, no
// order of arrival.
struct ReviewInput {
  // Registry, version, frontier, digest and rule version; the rest is computed.
  v1::ResultStamp version;
  v1::Review review;
  // What is in conflict in `review`, by path.
  std::vector<ProtocolConflict> protocol_conflicts;
  // Changes of `review` after data were present, as the result has them.
  std::vector<v1::ProtocolChange> changes_after_data;
  // Dates in `review` that cannot be right, in sentences.
  std::vector<std::string> dates_after_entry;
  // The live ones of the review, by name.
  std::vector<v1::Certainty> certainties;
  std::vector<v1::RiskOfBiasAssessment> risk_of_bias;
  std::vector<v1::Screening> screenings;
  // Every row of the registry, by id of the trial, with records and
  // provenance. They outlive the input.
  std::vector<const v1::EvidenceRow*> rows;
  // Of rows with values in dispute, or with other readings: the same row under
  // each other value. By id of the row.
  std::map<std::string, std::vector<v1::EvidenceRow>> variants;
  std::vector<v1::Finding> findings;
  // The live ones of the registry, by id. They outlive the input.
  std::map<std::string, const v1::Publication*> publications;
};

// `row` under each other reading that its extractor thought of.
std::vector<v1::EvidenceRow> ReadingsOf(const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_REVIEW_INPUT_H_
