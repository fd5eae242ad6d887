#include "server/rpc/review_result_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/review/errors.h"
#include "server/review/review_diff.h"
#include "server/rpc/errors.h"
#include "server/rpc/limits.h"
#include "server/rpc/producer_stream.h"
#include "server/rpc/render_review.h"
#include "server/rpc/review_reader.h"

namespace consilium {
namespace {

constexpr char kReviewResultService[] = "ReviewResultService";

absl::StatusOr<ReviewReader> OpenReader(const ServiceContext& services,
                                        EvidenceCache& evidence,
                                        absl::string_view name,
                                        ReviewReader::CheckAlive check_alive) {
  ASSIGN_OR_RETURN(FullRecordName parsed, ReviewReader::ParseName(name));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   services.FindStore(parsed.registry));
  return ReviewReader(*store, evidence, std::move(parsed),
                      std::move(check_alive));
}

// Renders a review, and sends it piece by piece.
class RenderReviewStream final
    : public ProducerStream<v1::RenderReviewResponse> {
 public:
  RenderReviewStream(const StreamContext& context, EvidenceCache& evidence,
                     grpc::CallbackServerContext& call,
                     const v1::RenderReviewRequest& request)
      : ProducerStream(context, "consilium.v1.ReviewResultService/RenderReview",
                       call.peer()),
        evidence_(evidence),
        call_(call),
        request_(request) {}

 private:
  absl::StatusOr<Step> Produce(v1::RenderReviewResponse& response) override {
    if (!rendered_.has_value()) {
      ASSIGN_OR_RETURN(rendered_,
                       consilium::RenderReview(
                           context().services, evidence_, request_, [this] {
                             return call_.IsCancelled() ? CallCancelled()
                                                        : absl::OkStatus();
                           }));
      response.set_content_type(rendered_->content_type);
    }
    if (sent_ == rendered_->data.size()) return Step::kEnd;
    response.set_data(rendered_->data.substr(sent_, kRenderedPartSize));
    sent_ += response.data().size();
    return Step::kSend;
  }

  EvidenceCache& evidence_;
  grpc::CallbackServerContext& call_;
  const v1::RenderReviewRequest request_;
  std::optional<RenderedReview> rendered_;
  size_t sent_ = 0;
};

// Computes the review again when the registry changed, and sends what differs
// from what was told before.
class WatchReviewStream final : public ProducerStream<v1::WatchReviewResponse> {
 public:
  WatchReviewStream(const StreamContext& context, EvidenceCache& evidence,
                    grpc::CallbackServerContext& call,
                    const v1::WatchReviewRequest& request)
      : ProducerStream(context, "consilium.v1.ReviewResultService/WatchReview",
                       call.peer()),
        evidence_(evidence),
        call_(call),
        request_(request) {}

 private:
  absl::StatusOr<Step> Produce(v1::WatchReviewResponse& response) override {
    if (!reader_.has_value()) RETURN_IF_ERROR(Begin());
    const int64_t revision = store_->head()->revision;
    if (revision == seen_) return Step::kWait;
    // Asked for by revision, so that a change on the way is seen next time.
    ASSIGN_OR_RETURN(ReviewAtVersion now,
                     reader_->Run(absl::StrCat(revision), "since"));
    seen_ = revision;
    ASSIGN_OR_RETURN(v1::ReviewDiff diff, reader_->Compare(told_, now));
    if (!HasChanges(diff)) return Step::kWait;
    told_ = std::move(now);
    *response.mutable_diff() = std::move(diff);
    return Step::kSend;
  }

  absl::Status Begin() {
    ASSIGN_OR_RETURN(FullRecordName name,
                     ReviewReader::ParseName(request_.name()));
    ASSIGN_OR_RETURN(store_, context().services.FindStore(name.registry));
    reader_.emplace(*store_, evidence_, std::move(name), [this] {
      return call_.IsCancelled() ? CallCancelled() : absl::OkStatus();
    });
    watch_ = store_->Watch([this](const RegistryHead&) { Wake(); });
    ASSIGN_OR_RETURN(told_,
                     request_.since().empty()
                         ? reader_->Run("", "since")
                         : reader_->RunEarlier(request_.since(), "since"));
    if (request_.since().empty()) seen_ = told_.version.revision;
    return absl::OkStatus();
  }

  EvidenceCache& evidence_;
  grpc::CallbackServerContext& call_;
  const v1::WatchReviewRequest request_;
  RegistryStore* store_ = nullptr;
  std::optional<ReviewReader> reader_;
  ReviewAtVersion told_;
  int64_t seen_ = 0;  // The last revision that was looked at.
  std::unique_ptr<RegistryStore::WatchHandle> watch_;
};

}  // namespace

void ReviewResultService::Register(MethodTable& methods) {
  methods.AddScan(kReviewResultService, "RunReview", this,
                  &ReviewResultService::Run);
  methods.AddScan(kReviewResultService, "DiffReview", this,
                  &ReviewResultService::Diff);
  methods.AddStream(kReviewResultService, "RenderReview");
  methods.AddStream(kReviewResultService, "WatchReview");
}

absl::Status ReviewResultService::Run(const CallInfo& call,
                                      const v1::RunReviewRequest& request,
                                      v1::RunReviewResponse& response) {
  ASSIGN_OR_RETURN(ReviewReader reader,
                   OpenReader(context_.services, evidence_, request.name(),
                              [&call] { return call.CheckAlive(); }));
  ASSIGN_OR_RETURN(
      ReviewAtVersion now,
      reader.RunSince(request.at(), request.since(), request.outcome()));
  const size_t size_bytes = now.result.ByteSizeLong();
  if (size_bytes > kGrpcMessageSizeMax) {
    return ResultTooLargeForMessage(size_bytes, kGrpcMessageSizeMax);
  }
  *response.mutable_result() = std::move(now.result);
  return absl::OkStatus();
}

absl::Status ReviewResultService::Diff(const CallInfo& call,
                                       const v1::DiffReviewRequest& request,
                                       v1::DiffReviewResponse& response) {
  if (request.from().empty()) {
    return InvalidField("from",
                        "is missing; want the earlier version: a "
                        "snapshot, a frontier or a revision");
  }
  ASSIGN_OR_RETURN(ReviewReader reader,
                   OpenReader(context_.services, evidence_, request.name(),
                              [&call] { return call.CheckAlive(); }));
  ASSIGN_OR_RETURN(const ReviewAtVersion before,
                   reader.RunEarlier(request.from(), "from"));
  ASSIGN_OR_RETURN(const ReviewAtVersion after, reader.Run(request.to(), "to"));
  ASSIGN_OR_RETURN(*response.mutable_diff(), reader.Compare(before, after));
  return absl::OkStatus();
}

grpc::ServerWriteReactor<v1::RenderReviewResponse>*
ReviewResultService::RenderReview(grpc::CallbackServerContext* call,
                                  const v1::RenderReviewRequest* request) {
  auto* stream = new RenderReviewStream(context_, evidence_, *call, *request);
  stream->Start(*request);
  return stream;
}

grpc::ServerWriteReactor<v1::WatchReviewResponse>*
ReviewResultService::WatchReview(grpc::CallbackServerContext* call,
                                 const v1::WatchReviewRequest* request) {
  auto* stream = new WatchReviewStream(context_, evidence_, *call, *request);
  stream->Start(*request);
  return stream;
}

}  // namespace consilium
