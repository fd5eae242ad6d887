// Questions across trials, arms, endpoints and adverse events: EvidenceService.
#ifndef CONSILIUM_SERVER_RPC_EVIDENCE_SERVICE_H_
#define CONSILIUM_SERVER_RPC_EVIDENCE_SERVICE_H_

#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "consilium/v1/evidence_service.pb.h"
#include "proto/base/mutex.h"
#include "server/evidence/evidence_cache.h"
#include "server/rpc/method_table.h"
#include "server/rpc/page.h"
#include "server/rpc/service_context.h"

namespace consilium {

// Thread-safe.
class EvidenceService {
 public:
  // Both must outlive the service.
  EvidenceService(const ServiceContext& context, EvidenceCache& evidence)
      : context_(context), evidence_(evidence) {}

  void Register(MethodTable& methods);

 private:
  // The rows that a filter finds, as all its pages share them.
  struct Answer {
    // Pages that nobody asks for keep no evidence.
    std::weak_ptr<const Evidence> evidence;
    std::string filter;
    struct Hit {
      uint32_t row = 0;
      bool possible = false;
    };
    std::vector<Hit> hits;  // Those that may match too.
    int64_t total_size = 0;
    int64_t possible_size = 0;
    std::set<std::string> possible_fields;
    std::vector<std::string> hints;
  };

  absl::Status SearchEvidence(const CallInfo& call,
                              const v1::SearchEvidenceRequest& request,
                              v1::SearchEvidenceResponse& response);
  absl::Status ListFindings(const CallInfo& call,
                            const v1::ListFindingsRequest& request,
                            v1::ListFindingsResponse& response);
  absl::Status ListDuplicateCandidates(
      const CallInfo& call, const v1::ListDuplicateCandidatesRequest& request,
      v1::ListDuplicateCandidatesResponse& response);
  absl::Status ListVocabularyTerms(
      const CallInfo& call, const v1::ListVocabularyTermsRequest& request,
      v1::ListVocabularyTermsResponse& response);

  absl::StatusOr<std::shared_ptr<const Evidence>> ReadEvidence(
      const CallInfo& call, const RegistryName& registry, absl::string_view at);
  absl::StatusOr<std::shared_ptr<const Answer>> FindAnswer(
      const CallInfo& call, std::shared_ptr<const Evidence> evidence,
      const std::string& filter);
  // All findings of the evidence, as all pages share them.
  std::shared_ptr<const std::vector<v1::Finding>> FindingsOf(
      const std::shared_ptr<const Evidence>& evidence);
  absl::StatusOr<std::set<std::string>> TrialsOfReview(
      const Evidence& evidence, const RegistryView& view,
      const FullRecordName& review);

  const ServiceContext& context_;
  EvidenceCache& evidence_;
  Mutex mutex_;
  // Latest first.
  std::list<std::shared_ptr<const Answer>> answers_ ABSL_GUARDED_BY(mutex_);
  // Those of the evidence asked for last.
  std::weak_ptr<const Evidence> found_in_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const std::vector<v1::Finding>> findings_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_EVIDENCE_SERVICE_H_
