// What a caller states about a record, as storage takes it.
#ifndef CONSILIUM_SERVER_RPC_RECORD_INPUT_H_
#define CONSILIUM_SERVER_RPC_RECORD_INPUT_H_

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/errors.h"
#include "proto/base/record_traits.h"
#include "proto/base/resource_name.h"
#include "storage/registry/change_request.h"

namespace consilium {

struct RecordInputOptions {
  // Path of the record in the request: "trial", "statements[2].trial".
  std::string prefix;
  // Fields to replace; null means those that are present. The path of the mask
  // itself is "updateMask".
  const google::protobuf::FieldMask* mask = nullptr;
  // Everything that the record does not state is removed, as by the mask "*".
  bool replace_all = false;
  // States fields and elements without replacing lists as a whole.
  bool merge_lists = false;
  // Every required field must be there: the whole record is at hand.
  bool is_whole = false;
};

struct RecordInput {
  FieldStatements statements;
  // What of the record counts, as the caller wrote it.
  std::unique_ptr<google::protobuf::Message> stated;
};

// Reads `record` as statements about it. Adds every fault to `violations`; the
// statements then mean nothing. What the server computes or the mask leaves out
// is ignored; fields that this release does not know are refused, since nobody
// could check them.
RecordInput ReadRecordInput(const google::protobuf::Message& record,
                            const RecordTraits& traits,
                            const RecordInputOptions& options,
                            std::vector<FieldViolation>& violations);

// Whether a live record of that name, relative to the registry, will be there.
using WillBeLive =
    absl::FunctionRef<absl::StatusOr<bool>(absl::string_view name)>;

// Reads the record as it is now; null when there is none.
using ReadCurrent = absl::FunctionRef<
    absl::StatusOr<std::unique_ptr<google::protobuf::Message>>()>;

// Adds a violation for every reference of `record` that leads nowhere, unless
// the record holds it already: a merge may have left it so. `read_current` is
// called only where something leads nowhere.
absl::Status CheckReferences(const google::protobuf::Message& record,
                             const RecordName& name, absl::string_view prefix,
                             WillBeLive will_be_live, ReadCurrent read_current,
                             std::vector<FieldViolation>& violations);

// For records that are new, or judged as a whole.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> NoCurrentRecord();

// Whether `stated` holds an immutable field, so that CheckImmutable has
// something to compare.
bool StatesImmutable(const google::protobuf::Message& stated,
                     const RecordTraits& traits);

// Adds a violation for every immutable field that `stated` would change.
// `current` is the record as it reads now.
void CheckImmutable(const google::protobuf::Message& stated,
                    const google::protobuf::Message& current,
                    const RecordTraits& traits, absl::string_view prefix,
                    std::vector<FieldViolation>& violations);

// `current`, ascending, as it will read once `statements` are made.
std::vector<FieldValue> ApplyStatements(std::vector<FieldValue> current,
                                        const FieldStatements& statements);

// A violation for each message inside `message` that holds fields unknown to
// this release.
std::vector<FieldViolation> FindUnknownFields(
    const google::protobuf::Message& message, absl::string_view prefix);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_RECORD_INPUT_H_
