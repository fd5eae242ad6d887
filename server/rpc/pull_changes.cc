#include "server/rpc/pull_changes.h"

#include <optional>
#include <string>
#include <utility>

#include "proto/base/errors.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/rpc/errors.h"
#include "server/rpc/producer_stream.h"
#include "storage/change/batch.h"
#include "storage/change/change.h"
#include "storage/change/change_hash.h"
#include "storage/change/wire_reader.h"
#include "storage/registry/errors.h"

namespace consilium {
namespace {

int64_t CountRecords(absl::string_view outline) {
  int64_t count = 0;
  for (WireReader reader(outline); reader.Next();) {
    count += static_cast<int64_t>(reader.Is(
        stored::v1::Outline::kRecordsFieldNumber, WireReader::Type::kBytes));
  }
  return count;
}

class PullChangesStream final : public ProducerStream<v1::PullChangesResponse> {
 public:
  PullChangesStream(const StreamContext& context,
                    grpc::CallbackServerContext& call,
                    const v1::PullChangesRequest& request)
      : ProducerStream(context, "consilium.v1.SyncService/PullChanges",
                       call.peer()),
        request_(request) {}

 private:
  absl::StatusOr<Step> Produce(v1::PullChangesResponse& response) override {
    if (store_ == nullptr) {
      ASSIGN_OR_RETURN(store_, FindSyncedStore(context(), request_.registry(),
                                               request_.registry_id(),
                                               request_.format_version()));
      ASSIGN_OR_RETURN(sent_, Frontier::FromProto(request_.frontier()));
    }
    BatchBuilder builder;
    v1::ChangeBatch& batch = *response.mutable_batch();
    absl::Status status;
    const auto add = [&](stored::v1::SealedGroup group) {
      const std::string encoded = group.SerializeAsString();
      if (!builder.HasRoomFor(encoded.size())) {
        held_back_ = std::move(group);
        return false;
      }
      status = builder.Add(encoded);
      if (status.ok()) status = Note(group, batch);
      return status.ok();
    };
    if (held_back_.has_value()) {
      add(*std::exchange(held_back_, std::nullopt));
      RETURN_IF_ERROR(status);
    }
    RETURN_IF_ERROR(store_->ListGroupsSince(sent_, add));
    RETURN_IF_ERROR(status);
    if (builder.empty()) return Step::kEnd;
    batch.set_uncompressed_size(static_cast<int64_t>(builder.size_bytes()));
    batch.set_payload(builder.Finish());
    response.set_remaining_count(store_->CountChangesSince(sent_));
    return Step::kSend;
  }

  // Counts what is in `group`, which the caller then holds.
  absl::Status Note(const stored::v1::SealedGroup& group,
                    v1::ChangeBatch& batch) {
    for (const stored::v1::Change& change : group.changes()) {
      batch.set_record_count(batch.record_count() +
                             CountRecords(change.outline()));
    }
    batch.set_change_count(batch.change_count() + group.changes_size());
    const stored::v1::Change& last = *group.changes().rbegin();
    stored::v1::ChangeHeader header;
    const bool parsed = header.ParseFromString(last.header());
    const auto replica = ReplicaId::FromBytes(header.replica());
    if (!parsed || !replica.has_value()) {
      return MakeError(absl::StatusCode::kDataLoss, "CHANGE_DAMAGED",
                       "the header of a stored change does not parse");
    }
    sent_.Advance(*replica, header.sequence(), HeaderHash(last.header()));
    return absl::OkStatus();
  }

  const v1::PullChangesRequest request_;
  RegistryStore* store_ = nullptr;
  Frontier sent_;  // What the caller holds once it has all batches.
  // The next group, read already: it did not fit into the last batch.
  std::optional<stored::v1::SealedGroup> held_back_;
};

}  // namespace

absl::StatusOr<RegistryStore*> FindSyncedStore(const StreamContext& context,
                                               absl::string_view name,
                                               absl::string_view registry_id,
                                               int32_t format_version) {
  ASSIGN_OR_RETURN(const RegistryName registry,
                   RegistryName::Parse(name, "registry"));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context.services.FindStore(registry));
  const std::string held_id = store->head()->registry_id;
  if (!registry_id.empty() && registry_id != held_id) {
    return OtherRegistry(registry_id, held_id);
  }
  if (format_version != kChangeFormatVersion) {
    return OtherFormatVersion(format_version, kChangeFormatVersion);
  }
  return store;
}

grpc::ServerWriteReactor<v1::PullChangesResponse>* StartPullChanges(
    const StreamContext& context, grpc::CallbackServerContext& call,
    const v1::PullChangesRequest& request) {
  auto* stream = new PullChangesStream(context, call, request);
  stream->Start(request);
  return stream;
}

}  // namespace consilium
