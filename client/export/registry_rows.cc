#include "client/export/registry_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/api/record_client.h"
#include "client/export/limits.h"
#include "client/export/result_text.h"
#include "consilium/v1/evidence_service.pb.h"
#include "consilium/v1/registry_service.pb.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

constexpr char kGetRegistry[] = "consilium.v1.RegistryService.GetRegistry";
constexpr char kSearchRows[] = "consilium.v1.EvidenceService.SearchEvidence";

absl::Status ReadEvidenceRows(Caller& caller, absl::string_view registry,
                              absl::string_view at, const CallOptions& options,
                              RegistryRows& read) {
  v1::SearchEvidenceRequest request;
  request.set_parent(std::string(registry));
  request.set_at(std::string(at));
  request.set_with_provenance(true);
  request.set_page_size(kEvidencePageSize);
  v1::SearchEvidenceResponse page;
  do {
    request.set_page_token(page.next_page_token());
    ASSIGN_OR_RETURN(page, CallFor<v1::SearchEvidenceResponse>(
                               caller, kSearchRows, request, options));
    for (v1::EvidenceRow& row : *page.mutable_rows()) {
      read.rows.push_back(std::move(row));
    }
  } while (!page.next_page_token().empty());
  read.frontier = page.frontier();
  return absl::OkStatus();
}

// All records of one kind below `parent`, by name.
template <typename Record>
absl::Status ReadRecords(RecordClient& client, const std::string& parent,
                         const std::string& frontier,
                         std::vector<Record>& records) {
  RecordListOptions list;
  list.parent = parent;
  list.at = frontier;
  RETURN_IF_ERROR(client.List(
      *RecordTraitsTable::Get().FindByDescriptor(Record::descriptor()), list,
      [&](google::protobuf::Message& message) {
        records.push_back(std::move(static_cast<Record&>(message)));
        return true;
      }));
  std::sort(
      records.begin(), records.end(),
      [](const Record& a, const Record& b) { return a.name() < b.name(); });
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RegistryRows> ReadRegistryRows(Caller& caller,
                                              absl::string_view registry,
                                              absl::string_view at,
                                              const CallOptions& options) {
  RegistryRows read;
  read.registry = IdOf(registry);
  RETURN_IF_ERROR(ReadEvidenceRows(caller, registry, at, options, read));
  v1::GetRegistryRequest request;
  request.set_name(std::string(registry));
  request.set_at(read.frontier);
  ASSIGN_OR_RETURN(
      const auto itself,
      CallFor<v1::Registry>(caller, kGetRegistry, request, options));
  read.registry_id = itself.registry_id();
  RecordClient client(caller, options);
  const std::string parent(registry);
  const std::string any_trial = absl::StrCat(registry, "/trials/-");
  RETURN_IF_ERROR(ReadRecords(client, parent, read.frontier, read.trials));
  RETURN_IF_ERROR(ReadRecords(client, any_trial, read.frontier, read.arms));
  RETURN_IF_ERROR(
      ReadRecords(client, any_trial, read.frontier, read.endpoints));
  RETURN_IF_ERROR(
      ReadRecords(client, any_trial, read.frontier, read.adverse_events));
  RETURN_IF_ERROR(
      ReadRecords(client, parent, read.frontier, read.publications));
  return read;
}

std::map<std::string, std::string> MeasuredTitles(const RegistryRows& read) {
  std::map<std::string, std::string> titles;
  for (const v1::Endpoint& each : read.endpoints) {
    titles[RelativeName(each.name())] = EndpointText(each);
  }
  for (const v1::AdverseEvent& each : read.adverse_events) {
    titles[RelativeName(each.name())] = AdverseEventText(each);
  }
  return titles;
}

std::string RelativeName(absl::string_view name) {
  constexpr absl::string_view kRegistries = "registries/";
  if (name.substr(0, kRegistries.size()) != kRegistries) {
    return std::string(name);
  }
  const size_t slash = name.find('/', kRegistries.size());
  return slash == absl::string_view::npos ? ""
                                          : std::string(name.substr(slash + 1));
}

std::string TrialIdOf(absl::string_view name) {
  constexpr absl::string_view kTrials = "trials/";
  size_t start = absl::StartsWith(name, kTrials) ? 0 : name.find("/trials/");
  if (start == absl::string_view::npos) return "";
  if (start > 0) ++start;
  const absl::string_view id = name.substr(start + kTrials.size());
  return std::string(id.substr(0, id.find('/')));
}

}  // namespace consilium
