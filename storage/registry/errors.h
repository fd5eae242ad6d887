// Failures of a registry, and the reasons (ErrorInfo) they carry.
#ifndef CONSILIUM_STORAGE_REGISTRY_ERRORS_H_
#define CONSILIUM_STORAGE_REGISTRY_ERRORS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/base/dot.h"

namespace consilium {

// NOT_FOUND: RECORD_NOT_FOUND, CHANGE_NOT_FOUND, REVISION_NOT_FOUND,
// REGISTRY_NOT_FOUND.
absl::Status RecordNotFound(absl::string_view name);
absl::Status ChangeNotFound(const Dot& dot);
absl::Status RevisionNotFound(int64_t revision, int64_t newest);
absl::Status RegistryNotFound(absl::string_view name,
                              const std::vector<std::string>& known);

// ALREADY_EXISTS: RECORD_EXISTS, REGISTRY_EXISTS.
absl::Status RecordExists(absl::string_view name, bool retracted);
absl::Status RegistryExists(absl::string_view name);

// ABORTED, STALE_ETAG; metadata holds current_etag.
absl::Status StaleEtag(absl::string_view name, absl::string_view etag,
                       absl::string_view current_etag);

// ABORTED, CONFLICT_CHANGED: other values are visible than an adjudication was
// shown.
absl::Status ConflictChanged(absl::string_view name, absl::string_view path);

// FAILED_PRECONDITION: FIELD_IN_CONFLICT, NOT_IN_CONFLICT, RECORD_RETRACTED,
// RECORD_NOT_RETRACTED.
absl::Status FieldInConflict(absl::string_view name, absl::string_view path);
absl::Status NotInConflict(absl::string_view name, absl::string_view path);
absl::Status RecordRetracted(absl::string_view name);
absl::Status RecordNotRetracted(absl::string_view name);

// Whether `status` is one of the above, about a record that it names.
bool IsAboutOneRecord(const absl::Status& status);

// All of `refusals`, at least one, each about one record: the first, with a
// violation for each. A violation's field is the name of the record and, after
// a dot, the path in it. Refusals for different reasons are
// FAILED_PRECONDITION, RECORDS_REFUSED.
absl::Status RecordsRefused(const std::vector<absl::Status>& refusals);

// RESOURCE_EXHAUSTED, LIMIT_EXCEEDED; metadata holds limit, value and maximum.
absl::Status LimitExceeded(absl::string_view limit, absl::string_view where,
                           uint64_t value, uint64_t maximum);

// INVALID_ARGUMENT, REQUEST_ID_REUSED: the id came with another request before.
absl::Status RequestIdReused(absl::string_view request_id);

// FAILED_PRECONDITION: FRONTIER_NOT_HELD, FRONTIER_NOT_CLOSED, OTHER_REGISTRY,
// SEQUENCE_GAP.
absl::Status FrontierNotHeld(const Dot& dot, int64_t held);
absl::Status FrontierNotClosed(const Dot& dot, const Dot& wanted);
absl::Status OtherRegistry(absl::string_view found, absl::string_view wanted);
absl::Status SequenceGap(const ReplicaId& replica, int64_t found,
                         int64_t wanted);

// DATA_LOSS, FORKED_REPLICA: two changes carry one dot.
absl::Status ForkedReplica(const Dot& dot, absl::string_view held_hash,
                           absl::string_view found_hash);

// INVALID_ARGUMENT with a reason of its own: the change is authentic, but
// breaks a rule that binds authors.
absl::Status Inadmissible(absl::string_view reason, const Dot& dot,
                          absl::string_view why);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_ERRORS_H_
