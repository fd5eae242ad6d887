#include "server/rpc/watch_changes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/rpc/change_history.h"
#include "server/rpc/errors.h"
#include "server/rpc/producer_stream.h"
#include "storage/registry/registry_store.h"

namespace consilium {
namespace {

class WatchChangesStream final
    : public ProducerStream<v1::WatchChangesResponse> {
 public:
  WatchChangesStream(const StreamContext& context,
                     grpc::CallbackServerContext& call,
                     const v1::WatchChangesRequest& request)
      : ProducerStream(context, "consilium.v1.ChangeService/WatchChanges",
                       call.peer()),
        request_(request) {}

 private:
  absl::StatusOr<Step> Produce(v1::WatchChangesResponse& response) override {
    if (store_ == nullptr) RETURN_IF_ERROR(Open());
    const int64_t newest = store_->head()->revision;
    if (sent_ >= newest) {
      caught_up_ = true;
      return Step::kWait;
    }
    // Who starts far back may take the time it takes; who was there may not
    // fall behind for ever.
    if (caught_up_ && newest - sent_ > context().watch_lag_max) {
      return WatchTooSlow(sent_, context().watch_lag_max);
    }
    RETURN_IF_ERROR(FillWith(sent_ + 1, response));
    sent_ = response.revision();
    return Step::kSend;
  }

  absl::Status Open() {
    ASSIGN_OR_RETURN(name_, RegistryName::Parse(request_.parent(), "parent"));
    ASSIGN_OR_RETURN(store_, context().services.FindStore(name_));
    const std::shared_ptr<const RegistryHead> head = store_->head();
    const int64_t newest = head->revision;
    replica_ = head->replica.ToHex();
    RETURN_IF_ERROR(CheckReplica(newest));
    if (request_.has_since_revision()) {
      sent_ = request_.since_revision();
      if (sent_ < 0) {
        return InvalidField("sinceRevision",
                            absl::StrCat(sent_,
                                         " is no revision; want 0 or "
                                         "more"));
      }
      if (sent_ > newest) return RevisionAhead(sent_, newest);
    } else {
      sent_ = newest;
    }
    watch_ = store_->Watch([this](const RegistryHead&) { Wake(); });
    return absl::OkStatus();
  }

  // Whether the revision that the caller has seen is of this replica.
  absl::Status CheckReplica(int64_t newest) const {
    if (!request_.has_replica()) return absl::OkStatus();
    const std::string& replica = request_.replica();
    if (replica.size() != 2 * ReplicaId::kSizeBytes ||
        !std::all_of(replica.begin(), replica.end(), absl::ascii_isxdigit)) {
      return InvalidField(
          "replica",
          absl::StrCat("\"", replica, "\" is no id of a replica; want ",
                       2 * ReplicaId::kSizeBytes, " hexadecimal digits"));
    }
    if (!request_.has_since_revision()) {
      return InvalidField("sinceRevision",
                          "is missing; want the revision of the replica that "
                          "the request names");
    }
    if (absl::AsciiStrToLower(replica) == replica_) return absl::OkStatus();
    return RevisionOfOtherReplica(request_.since_revision(), replica, replica_,
                                  newest);
  }

  // The commit of one revision.
  absl::Status FillWith(int64_t revision,
                        v1::WatchChangesResponse& response) const {
    ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                     store_->OpenView(Version::AtRevision(revision)));
    response.set_revision(revision);
    response.set_replica(replica_);
    std::vector<ChangeSummary> changes;
    RETURN_IF_ERROR(
        view->ListChanges(revision - 1, [&](const ChangeSummary& change) {
          changes.push_back(change);
          return true;
        }));
    size_t size_bytes = 0;
    for (const ChangeSummary& change : changes) {
      v1::ChangeEntry& entry = *response.add_changes();
      RETURN_IF_ERROR(
          FillChangeEntry(*view, name_, change, /*values=*/false, entry));
      size_bytes += entry.ByteSizeLong();
      // What was assigned can be asked for; that something was is told.
      if (size_bytes > kPageBytesMax) entry.clear_assignments();
    }
    return absl::OkStatus();
  }

  const v1::WatchChangesRequest request_;
  RegistryName name_;
  RegistryStore* store_ = nullptr;
  std::string replica_;  // That this server writes as, in hexadecimal.
  int64_t sent_ = 0;     // The last revision sent, or not wanted.
  bool caught_up_ = false;
  std::unique_ptr<RegistryStore::WatchHandle> watch_;
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchChangesResponse>* StartWatchChanges(
    const StreamContext& context, grpc::CallbackServerContext& call,
    const v1::WatchChangesRequest& request) {
  auto* stream = new WatchChangesStream(context, call, request);
  stream->Start(request);
  return stream;
}

}  // namespace consilium
