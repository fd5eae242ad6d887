// Reviews at versions of a registry: what they come to, and what differs.
#ifndef CONSILIUM_SERVER_RPC_REVIEW_READER_H_
#define CONSILIUM_SERVER_RPC_REVIEW_READER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"
#include "proto/base/resource_name.h"
#include "server/evidence/evidence_cache.h"
#include "server/rpc/version_parser.h"
#include "storage/registry/registry_store.h"

namespace consilium {

// A result with the version that it was computed at, one that stays.
struct ReviewAtVersion {
  Version version;
  v1::ReviewResult result;
};

// Reads one review. Thread-compatible.
class ReviewReader {
 public:
  using CheckAlive = std::function<absl::Status()>;

  // `store` and `evidence` must outlive the reader.
  ReviewReader(RegistryStore& store, EvidenceCache& evidence,
               FullRecordName name, CheckAlive check_alive)
      : store_(store),
        evidence_(evidence),
        name_(std::move(name)),
        check_alive_(std::move(check_alive)) {}

  // The full name of a review.
  //   INVALID_ARGUMENT  it is none.
  static absl::StatusOr<FullRecordName> ParseName(absl::string_view name);

  // Computes the review, or its one outcome `outcome`, at the version that
  // `at` names; `field` is the request's name for it.
  //   as LoadReview, ComputeReview and ParseVersion.
  absl::StatusOr<ReviewAtVersion> Run(absl::string_view at,
                                      absl::string_view field,
                                      absl::string_view outcome = "");

  // Run of all outcomes; of a version that does not have the review its stamp
  // alone, to compare a later one with.
  absl::StatusOr<ReviewAtVersion> RunEarlier(absl::string_view at,
                                             absl::string_view field);

  // Run at `at`, with what changed since the version that `since` names;
  // without that when it is empty.
  absl::StatusOr<ReviewAtVersion> RunSince(absl::string_view at,
                                           absl::string_view since,
                                           absl::string_view outcome);

  // What changed, records included. `before` may be of RunEarlier.
  absl::StatusOr<v1::ReviewDiff> Compare(const ReviewAtVersion& before,
                                         const ReviewAtVersion& after);

 private:
  absl::Status CompareRecords(const ReviewAtVersion& before,
                              const ReviewAtVersion& after,
                              v1::ReviewDiff& diff);

  RegistryStore& store_;
  EvidenceCache& evidence_;
  const FullRecordName name_;
  const CheckAlive check_alive_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_REVIEW_READER_H_
