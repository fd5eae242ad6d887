#include "server/rpc/registry_rules.h"

#include <google/protobuf/arena.h>
#include <re2/re2.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "consilium/v1/options.pb.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/rpc/errors.h"
#include "server/rpc/record_input.h"

namespace consilium {
namespace {

// The fields to look at in order to judge a change of `fields`: those and their
// source, or all where the record is new or has rules about several together.
std::vector<int32_t> FieldsToJudge(absl::Span<const int32_t> fields,
                                   const RecordTraits& traits) {
  const auto& options = traits.descriptor->options();
  const bool together = !options.GetExtension(v1::message).checks().empty();
  if (together || fields.empty()) return {};
  std::vector<int32_t> judged(fields.begin(), fields.end());
  judged.push_back(kSourceField);
  return judged;
}

absl::StatusOr<std::vector<FieldViolation>> FindViolations(
    const RecordName& name, absl::Span<const int32_t> fields, ReadValues read,
    const RecordLookup& lookup) {
  // A value that this release cannot read came from elsewhere; whoever can read
  // it has checked it.
  std::vector<FieldPath> unreadable;
  google::protobuf::Arena arena;
  google::protobuf::Message& record = *name.traits()->prototype->New(&arena);
  RETURN_IF_ERROR(AssembleInto(read(fields), *name.traits(), Sources::kInclude,
                               &unreadable, record));
  std::vector<FieldViolation> violations = Validate(record, {.fields = fields});
  RETURN_IF_ERROR(CheckReferences(
      record, name, "",
      [&](absl::string_view wanted) { return lookup.IsLive(wanted); },
      NoCurrentRecord, violations));
  return violations;
}

// Tells violations apart whatever else joins or leaves their lists.
std::pair<std::string, std::string> IdentityOf(
    const FieldViolation& violation) {
  static const RE2& kIndex = *new RE2("\\[[0-9]+\\]");
  std::string path = violation.field;
  RE2::GlobalReplace(&path, kIndex, "[]");
  return {std::move(path), violation.description};
}

}  // namespace

absl::Status RegistryRules::Check(absl::string_view name,
                                  absl::Span<const int32_t> fields,
                                  ReadValues after, ReadValues before,
                                  const RecordLookup& lookup) const {
  ASSIGN_OR_RETURN(const RecordName record_name, RecordName::Parse(name));
  const std::vector<int32_t> judged =
      FieldsToJudge(fields, *record_name.traits());
  ASSIGN_OR_RETURN(const std::vector<FieldViolation> found,
                   FindViolations(record_name, judged, after, lookup));
  if (found.empty()) return absl::OkStatus();
  std::vector<FieldViolation> known;
  // Nothing is wrong already with what is not there.
  if (!fields.empty()) {
    ASSIGN_OR_RETURN(known,
                     FindViolations(record_name, judged, before, lookup));
  }
  std::multiset<std::pair<std::string, std::string>> old;
  for (const FieldViolation& violation : known) {
    old.insert(IdentityOf(violation));
  }
  std::vector<FieldViolation> added;
  for (const FieldViolation& violation : found) {
    const auto same = old.find(IdentityOf(violation));
    if (same == old.end()) {
      added.push_back(violation);
    } else {
      old.erase(same);
    }
  }
  if (added.empty()) return absl::OkStatus();
  return AboutRecord(InvalidFields(added), name);
}

}  // namespace consilium
