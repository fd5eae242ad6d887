// The visible values of one path, as conflicts and agreements show them.
#ifndef CONSILIUM_SERVER_RPC_CONCURRENT_VALUES_H_
#define CONSILIUM_SERVER_RPC_CONCURRENT_VALUES_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consilium/v1/conflict_service.pb.h"
#include "proto/base/resource_name.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// Reads one view; remembers what it read of changes, and the history of the
// record that it read last: the paths of one record come together. One thread.
class ConcurrentValues {
 public:
  // `view` must outlive the reader.
  ConcurrentValues(const RegistryView& view, RegistryName registry)
      : view_(view), registry_(std::move(registry)) {}

  absl::StatusOr<v1::Conflict> MakeConflict(const ConcurrentPath& path);
  absl::StatusOr<v1::Agreement> MakeAgreement(const ConcurrentPath& path);

  // The path of a record, whether concurrent or not.
  //   NOT_FOUND  there is no such record, or nothing ever assigned the path.
  absl::StatusOr<ConcurrentPath> Find(absl::string_view record,
                                      const FieldPath& path);

 private:
  absl::Status AddValues(
      const ConcurrentPath& path, absl::Span<const Assignment> siblings,
      google::protobuf::RepeatedPtrField<v1::VisibleValue>& values);
  // What keeps a retracted record live.
  absl::Status AddObjections(const ConcurrentPath& path,
                             v1::Conflict& conflict);
  absl::Status AddObjection(const RecordView& record,
                            const Assignment& assignment,
                            v1::Conflict& conflict);
  absl::StatusOr<v1::VisibleValue> MakeValue(absl::string_view record,
                                             const Assignment& assignment);
  absl::StatusOr<bool> IsBlind(const ConcurrentPath& path,
                               const Assignment& sibling);
  absl::StatusOr<std::vector<std::string>> BaseOf(const ConcurrentPath& path);
  absl::StatusOr<const ChangeSummary*> FindChange(const Dot& dot);
  absl::StatusOr<const CausalPast*> FindPast(const Dot& dot);
  absl::StatusOr<const std::vector<HistoryEntry>*> FindHistory(
      const std::string& record);

  const RegistryView& view_;
  const RegistryName registry_;
  absl::flat_hash_map<Dot, std::unique_ptr<ChangeSummary>> changes_;
  absl::flat_hash_map<Dot, std::unique_ptr<CausalPast>> pasts_;
  std::string history_record_;
  std::vector<HistoryEntry> history_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_CONCURRENT_VALUES_H_
