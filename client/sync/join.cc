#include "client/sync/join.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/sync/errors.h"
#include "consilium/v1/registry_service.pb.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kJoin[] = "consilium.v1.RegistryService.JoinRegistry";
constexpr char kEnroll[] = "consilium.v1.RegistryService.EnrollMember";

void Report(const JoinOptions& options, JoinStep step) {
  if (options.on_step) options.on_step(step);
}

absl::Status NameTaken(const RegistryName& name, absl::string_view address,
                       absl::string_view registry_id) {
  const std::string id = absl::BytesToHexString(registry_id);
  return MakeError(
      absl::StatusCode::kAlreadyExists, "REGISTRY_NAME_TAKEN",
      absl::StrCat(address, " has another registry ", name.id(),
                   ", with the id ", id, "; join under another name"),
      {{"registry", name.Full()}, {"registry_id", id}});
}

// The group that starts the registry: the first that anybody sends.
absl::StatusOr<stored::v1::SealedGroup> FetchGenesis(
    SyncEndpoint& source, const v1::GetFrontierResponse& has,
    const JoinOptions& options) {
  const RegistryIdentity identity{has.registry_id(), has.format_version()};
  ASSIGN_OR_RETURN(const auto pull,
                   source.Pull(identity, {}, options.sync.cancellation));
  auto first = pull->Next();
  if (!first.ok()) return AtAddress(first.status(), source.address());
  if (!first->has_value()) return GenesisMissing(source.address());
  ASSIGN_OR_RETURN(stored::v1::GroupList groups,
                   options.decode_batch((**first).batch().payload()));
  if (groups.groups().empty() || groups.groups(0).changes().empty()) {
    return GenesisMissing(source.address());
  }
  stored::v1::ChangeHeader header;
  if (!header.ParseFromString(groups.groups(0).changes(0).header()) ||
      !header.has_genesis()) {
    return GenesisMissing(source.address());
  }
  return std::move(*groups.mutable_groups(0));
}

// True when a replica had to be opened.
absl::StatusOr<bool> OpenReplica(SyncEndpoint& source,
                                 const v1::GetFrontierResponse& has,
                                 Caller& target, SyncEndpoint& target_end,
                                 const RegistryName& name,
                                 const JoinOptions& options) {
  const auto there = target_end.GetFrontier(nullptr, options.sync.cancellation);
  if (there.ok()) {
    if (there->registry_id() == has.registry_id()) return false;
    return NameTaken(name, target.address(), there->registry_id());
  }
  if (!absl::IsNotFound(there.status())) return there.status();
  v1::JoinRegistryRequest request;
  request.set_registry_id(name.id());
  ASSIGN_OR_RETURN(*request.mutable_genesis(),
                   FetchGenesis(source, has, options));
  RETURN_IF_ERROR(
      CallFor<v1::Registry>(target, kJoin, request,
                            {kFrontierDeadline, options.sync.cancellation})
          .status());
  return true;
}

}  // namespace

absl::StatusOr<JoinResult> JoinRegistry(SyncEndpoint& source, Caller& target,
                                        SyncEndpoint& target_end,
                                        const RegistryName& name,
                                        const JoinOptions& options) {
  JoinResult result;
  const auto has = source.GetFrontier(nullptr, options.sync.cancellation);
  if (!has.ok()) return AtAddress(has.status(), source.address());

  Report(options, JoinStep::kOpenReplica);
  ASSIGN_OR_RETURN(result.opened, OpenReplica(source, *has, target, target_end,
                                              name, options));

  Report(options, JoinStep::kFetchChanges);
  SyncOptions sync = options.sync;
  sync.direction = SyncDirection::kSend;
  ASSIGN_OR_RETURN(result.sync, SyncClient(source, target_end).Sync(sync));

  Report(options, JoinStep::kEnrollMember);
  v1::EnrollMemberRequest request;
  request.set_name(name.Full());
  request.set_title(options.member_title);
  *request.mutable_change() = options.change;
  ASSIGN_OR_RETURN(const auto enrolled,
                   CallFor<v1::EnrollMemberResponse>(
                       target, kEnroll, request,
                       {kUnaryDeadline, options.sync.cancellation}));
  result.member = enrolled.member();
  result.enrolled = enrolled.written();
  return result;
}

}  // namespace consilium
