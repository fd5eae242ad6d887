#include "storage/registry/causal_past.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "consilium/stored/v1/rows.pb.h"
#include "proto/base/status_macros.h"
#include "storage/schema/errors.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"

namespace consilium {

absl::StatusOr<CausalPast> ReadCausalPast(const Dot& dot, ScanRows scan) {
  // A change without dependencies has the past of the one before it.
  const std::string end = CausalRowKey::Key({dot.replica, dot.sequence + 1});
  const auto it = scan({.begin = CausalRowKey::Key({dot.replica, 0}),
                        .end = end,
                        .reverse = true});
  CausalPast past;
  if (it->Valid()) {
    stored::v1::CausalRow row;
    RETURN_IF_ERROR(DecodeRow(it->key(), it->value(), row));
    for (const stored::v1::FrontierEntry& entry : row.entries()) {
      const auto replica = ReplicaId::FromBytes(entry.replica());
      if (!replica) return DamagedRow(it->key());
      past.emplace_hint(past.end(), *replica, entry.sequence());
    }
  }
  RETURN_IF_ERROR(it->status());
  return past;
}

std::string EncodeCausalRow(absl::string_view key, const CausalPast& past) {
  stored::v1::CausalRow row;
  for (const auto& [replica, sequence] : past) {
    stored::v1::FrontierEntry& entry = *row.add_entries();
    entry.set_replica(replica.bytes().data(), replica.bytes().size());
    entry.set_sequence(sequence);
  }
  return EncodeRow(key, row);
}

}  // namespace consilium
