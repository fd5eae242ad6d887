// A record at a version, as the message that clients get.
#ifndef CONSILIUM_SERVER_RPC_RECORD_MESSAGE_H_
#define CONSILIUM_SERVER_RPC_RECORD_MESSAGE_H_

#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "proto/base/record_traits.h"
#include "proto/base/resource_name.h"
#include "storage/registry/registry_view.h"

namespace consilium {

google::protobuf::Timestamp ToTimestamp(absl::Time time);

// Makes messages of the records of one view. Thread-compatible.
class RecordMessageBuilder {
 public:
  // `view` must outlive the builder.
  RecordMessageBuilder(const RegistryView& view, RegistryName registry)
      : view_(view), registry_(std::move(registry)) {}

  // The record with provisional values, sources, and everything that the
  // server computes: name, etag, times, lifecycle, conflicts, revision. A value
  // that this release cannot read is left out.
  //   DATA_LOSS  a change that the record names is damaged.
  absl::StatusOr<std::unique_ptr<google::protobuf::Message>> Build(
      const RecordView& record, const RecordTraits& traits);

  // Build into `message`, an empty one of the record's type.
  absl::Status BuildInto(const RecordView& record, const RecordTraits& traits,
                         google::protobuf::Message& message);

 private:
  absl::StatusOr<absl::Time> CreateTime(const RecordView& record);
  absl::Status SetTimes(const RecordView& record, const RecordTraits& traits,
                        google::protobuf::Message& message);
  void SetConflicts(const RecordView& record, const RecordTraits& traits,
                    google::protobuf::Message& message);

  const RegistryView& view_;
  const RegistryName registry_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_RECORD_MESSAGE_H_
