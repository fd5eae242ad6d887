#include "client/export/review_evidence.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/api/review_result.h"
#include "client/export/limits.h"
#include "consilium/v1/evidence_service.pb.h"
#include "consilium/v1/review_result_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kSearchEvidence[] =
    "consilium.v1.EvidenceService.SearchEvidence";

absl::Status ReadRows(Caller& caller, absl::string_view registry,
                      absl::string_view frontier, const CallOptions& options,
                      std::map<std::string, v1::EvidenceRow>& rows) {
  v1::SearchEvidenceRequest request;
  request.set_parent(std::string(registry));
  request.set_at(std::string(frontier));
  request.set_with_provenance(true);
  request.set_page_size(kEvidencePageSize);
  const auto keep = [&](google::protobuf::Message& message) {
    auto& row = static_cast<v1::EvidenceRow&>(message);
    const std::string id = row.id();
    rows[id] = std::move(row);
    return true;
  };
  RETURN_IF_ERROR(ListPages(caller, kSearchEvidence, request, keep, options));
  // How means spread is told by their estimates alone.
  request.set_filter("statistic = mean");
  request.set_with_records(true);
  return ListPages(caller, kSearchEvidence, request, keep, options);
}

absl::StatusOr<v1::ReviewResult> RunReview(Caller& caller,
                                           absl::string_view review,
                                           absl::string_view at,
                                           const CallOptions& options) {
  v1::RenderReviewRequest request;
  request.set_name(std::string(review));
  request.set_at(std::string(at));
  return ReadReviewResult(caller, std::move(request), options);
}

// Counts what `after` has more than `before`, where both recorded it.
void CountSince(const v1::ReviewResult& before, v1::ReviewResult& after) {
  for (v1::FlowNumber& number : *after.mutable_flow()) {
    for (const v1::FlowNumber& old : before.flow()) {
      if (old.id() == number.id() && old.has_total() && number.has_total()) {
        number.set_count(number.total() - old.total());
      }
    }
  }
}

}  // namespace

absl::StatusOr<ReviewEvidence> ReadReviewEvidence(Caller& caller,
                                                  absl::string_view review,
                                                  absl::string_view at,
                                                  absl::string_view since,
                                                  CallOptions options) {
  ReviewEvidence evidence;
  ASSIGN_OR_RETURN(evidence.result, RunReview(caller, review, at, options));
  if (!since.empty()) {
    ASSIGN_OR_RETURN(const v1::ReviewResult before,
                     RunReview(caller, review, since, options));
    CountSince(before, evidence.result);
  }
  const absl::string_view registry =
      review.substr(0, review.rfind("/reviews/"));
  RETURN_IF_ERROR(ReadRows(caller, registry, evidence.result.stamp().frontier(),
                           options, evidence.rows));
  return evidence;
}

std::string SourceText(
    const google::protobuf::RepeatedPtrField<v1::Provenance>& provenance) {
  std::vector<std::string> places;
  std::set<std::string> seen;
  for (const v1::Provenance& each : provenance) {
    const v1::Source& source = each.source();
    std::string place =
        source.has_report() ? source.report() : source.registration();
    if (source.has_locator()) {
      absl::StrAppend(&place, place.empty() ? "" : ", ", source.locator());
    }
    if (source.has_text()) {
      absl::StrAppend(&place, place.empty() ? "" : ": ", "'", source.text(),
                      "'");
    }
    if (!place.empty() && seen.insert(place).second) places.push_back(place);
  }
  return absl::StrJoin(places, "; ");
}

}  // namespace consilium
