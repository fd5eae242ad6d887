// Every record of the evidence of a registry at one version, and its form as
// JSON Lines, which `consilium import jsonl` reads back to equal values.
#ifndef CONSILIUM_CLIENT_EXPORT_REGISTRY_RECORDS_H_
#define CONSILIUM_CLIENT_EXPORT_REGISTRY_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
#include "client/api/record_client.h"
#include "proto/base/record_traits.h"

namespace consilium {

// Of the form of the lines; the first line names it.
inline constexpr int kRecordLinesVersion = 1;

struct RegistryRecord {
  const RecordTraits* traits = nullptr;
  std::string name;  // Relative to the registry.
  RecordMessage message;
};

// Live records; not what a registry says of itself: its own record, members and
// snapshots, which belong to it and are no evidence.
struct RegistryRecords {
  std::string registry;                 // Id.
  std::string registry_id;              // Of its genesis, in hexadecimal.
  std::string frontier;                 // The version that was read.
  std::vector<RegistryRecord> records;  // By kind, parents first; then by name.
  size_t conflicts = 0;                 // Fields that show a provisional value.
};

// Reads the registry of that full name at the version `at` (empty: the latest).
// Errors are those of Caller::Call.
absl::StatusOr<RegistryRecords> ReadRegistryRecords(
    Caller& caller, absl::string_view registry, absl::string_view at,
    const CallOptions& options = {});

// A line that tells what follows, then one line for each record: an object with
// the kind as its only key and the record in ProtoJSON, under its name in the
// registry, without what servers compute:
//   {"consilium":{"format":"records","formatVersion":1,...}}
//   {"trial":{"name":"trials/nct1","title":"..."}}
//   FAILED_PRECONDITION  UNKNOWN_FIELDS: a newer release wrote fields that the
//                        text form would drop.
absl::StatusOr<std::string> RecordLines(const RegistryRecords& records);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_REGISTRY_RECORDS_H_
