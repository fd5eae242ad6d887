#include "client/export/registry_records.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consilium/v1/member.pb.h"
#include "consilium/v1/registry.pb.h"
#include "consilium/v1/registry_service.pb.h"
#include "consilium/v1/snapshot.pb.h"
#include "consilium/v1/trial_service.pb.h"
#include "proto/base/errors.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

using google::protobuf::Message;

bool IsEvidence(const RecordTraits& traits) {
  return !traits.singleton && traits.descriptor != v1::Snapshot::descriptor() &&
         traits.descriptor != v1::Member::descriptor();
}

// Where all records of a kind are listed: "registries/nsclc/trials/-".
std::string ParentOf(absl::string_view registry, const RecordTraits& traits) {
  if (traits.parent == nullptr) return std::string(registry);
  return absl::StrCat(registry, "/", traits.parent->collection, "/-");
}

std::string NameOf(const Message& record) {
  return record.GetReflection()->GetString(
      record, record.GetDescriptor()->FindFieldByNumber(kNameField));
}

size_t ConflictsOf(const Message& record) {
  const auto* const field =
      record.GetDescriptor()->FindFieldByNumber(kConflictsField);
  return static_cast<size_t>(record.GetReflection()->FieldSize(record, field));
}

// The version as a frontier, which means the same on every server.
absl::StatusOr<std::string> PinVersion(Caller& caller,
                                       absl::string_view registry,
                                       absl::string_view at,
                                       const CallOptions& options) {
  v1::ListTrialsRequest request;
  request.set_parent(std::string(registry));
  request.set_page_size(1);
  request.set_at(std::string(at));
  ASSIGN_OR_RETURN(
      const auto response,
      CallFor<v1::ListTrialsResponse>(
          caller, "consilium.v1.TrialService.ListTrials", request, options));
  return response.frontier();
}

}  // namespace

absl::StatusOr<RegistryRecords> ReadRegistryRecords(
    Caller& caller, absl::string_view registry, absl::string_view at,
    const CallOptions& options) {
  RegistryRecords read;
  read.registry = std::string(registry.substr(registry.rfind('/') + 1));
  ASSIGN_OR_RETURN(read.frontier, PinVersion(caller, registry, at, options));
  v1::GetRegistryRequest request;
  request.set_name(std::string(registry));
  request.set_at(read.frontier);
  ASSIGN_OR_RETURN(
      const auto itself,
      CallFor<v1::Registry>(caller, "consilium.v1.RegistryService.GetRegistry",
                            request, options));
  read.registry_id = itself.registry_id();
  RecordClient client(caller, options);
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    if (!IsEvidence(*traits)) continue;
    const auto first = static_cast<ptrdiff_t>(read.records.size());
    RecordListOptions list;
    list.parent = ParentOf(registry, *traits);
    list.at = read.frontier;
    RETURN_IF_ERROR(client.List(*traits, list, [&](Message& message) {
      RegistryRecord& record = read.records.emplace_back();
      record.traits = traits;
      record.name = NameOf(message).substr(registry.size() + 1);
      record.message = traits->New();
      record.message->GetReflection()->Swap(record.message.get(), &message);
      read.conflicts += ConflictsOf(*record.message);
      return true;
    }));
    std::sort(read.records.begin() + first, read.records.end(),
              [](const RegistryRecord& a, const RegistryRecord& b) {
                return a.name < b.name;
              });
  }
  return read;
}

absl::StatusOr<std::string> RecordLines(const RegistryRecords& records) {
  std::string lines = absl::StrCat(
      R"({"consilium":{"format":"records","formatVersion":)",
      kRecordLinesVersion, R"(,"registry":")", records.registry,
      R"(","registryId":")", records.registry_id, R"(","frontier":")",
      records.frontier, R"(","records":)", records.records.size(), "}}\n");
  for (const RegistryRecord& record : records.records) {
    if (HasUnknownFields(*record.message)) {
      return MakeError(
          absl::StatusCode::kFailedPrecondition, "UNKNOWN_FIELDS",
          absl::StrCat(record.name,
                       " holds fields that this release does not know and "
                       "would drop; want a newer consilium"));
    }
    const RecordMessage copy(record.message->New());
    copy->CopyFrom(*record.message);
    ClearOutputOnly(*copy);
    copy->GetReflection()->SetString(
        copy.get(), copy->GetDescriptor()->FindFieldByNumber(kNameField),
        record.name);
    absl::StrAppend(&lines, "{\"", record.traits->singular,
                    "\":", ToJson(*copy), "}\n");
  }
  return lines;
}

}  // namespace consilium
