#include "client/sync/join.h"

#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/sync/errors.h"
#include "client/sync/stall_guard.h"
#include "consilium/v1/registry_service.pb.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kJoin[] = "consilium.v1.RegistryService.JoinRegistry";
constexpr char kEnroll[] = "consilium.v1.RegistryService.EnrollMember";

void Rewind(std::istream& in) {
  in.clear();
  in.seekg(0);
}

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

// The group that starts the registry: the first of the first batch that
// anybody sends.
absl::StatusOr<stored::v1::SealedGroup> GenesisOf(
    const v1::ChangeBatch& first_batch, absl::string_view source,
    const JoinOptions& options) {
  ASSIGN_OR_RETURN(stored::v1::GroupList groups,
                   options.decode_batch(first_batch.payload()));
  if (groups.groups().empty() || groups.groups(0).changes().empty()) {
    return GenesisMissing(source);
  }
  stored::v1::ChangeHeader header;
  if (!header.ParseFromString(groups.groups(0).changes(0).header()) ||
      !header.has_genesis()) {
    return GenesisMissing(source);
  }
  return std::move(*groups.mutable_groups(0));
}

absl::StatusOr<stored::v1::SealedGroup> FetchGenesis(
    SyncEndpoint& source, const v1::GetFrontierResponse& has,
    const std::string& target, const JoinOptions& options) {
  const RegistryIdentity identity{has.registry_id(), has.format_version()};
  Cancellation cancellation;
  const Cancellation::Callback on_cancel(options.sync.cancellation,
                                         [&] { cancellation.Cancel(); });
  const StallGuard guard(options.sync.stall_timeout, cancellation);
  ASSIGN_OR_RETURN(const auto pull, source.Pull(identity, {}, &cancellation));
  auto first = pull->Next();
  if (guard.stalled()) {
    return SyncStalled(source.address(), target, options.sync.stall_timeout);
  }
  if (!first.ok()) {
    // It answered a moment ago.
    return SyncBrokenOff(AtAddress(first.status(), source.address()), 0);
  }
  if (!first->has_value()) return GenesisMissing(source.address());
  return GenesisOf((**first).batch(), source.address(), options);
}

// The group that starts the registry, from a bundle that is whole.
absl::StatusOr<stored::v1::SealedGroup> ReadGenesis(
    std::istream& in, const std::string& file_name,
    const JoinOptions& options) {
  Rewind(in);
  ASSIGN_OR_RETURN(const auto reader, BundleReader::Open(in));
  ASSIGN_OR_RETURN(const auto first, reader->Next());
  if (!first.has_value()) return GenesisMissing(file_name);
  return GenesisOf(*first, file_name, options);
}

// True when a replica of the registry `registry_id` had to be opened.
absl::StatusOr<bool> OpenReplica(
    absl::string_view registry_id, Caller& target, SyncEndpoint& target_end,
    const RegistryName& name, const JoinOptions& options,
    absl::FunctionRef<absl::StatusOr<stored::v1::SealedGroup>()> genesis) {
  const auto there = target_end.GetFrontier(nullptr, options.sync.cancellation);
  if (there.ok()) {
    if (there->registry_id() == registry_id) return false;
    return NameTaken(name, target.address(), there->registry_id());
  }
  if (!absl::IsNotFound(there.status())) return there.status();
  v1::JoinRegistryRequest request;
  request.set_registry_id(name.id());
  ASSIGN_OR_RETURN(*request.mutable_genesis(), genesis());
  RETURN_IF_ERROR(
      CallFor<v1::Registry>(target, kJoin, request,
                            {options.call_deadline.value_or(kFrontierDeadline),
                             options.sync.cancellation})
          .status());
  return true;
}

absl::StatusOr<v1::EnrollMemberResponse> Enroll(Caller& target,
                                                const RegistryName& name,
                                                const JoinOptions& options) {
  v1::EnrollMemberRequest request;
  request.set_name(name.Full());
  request.set_title(options.member_title);
  *request.mutable_change() = options.change;
  return CallFor<v1::EnrollMemberResponse>(
      target, kEnroll, request,
      {options.call_deadline.value_or(kUnaryDeadline),
       options.sync.cancellation});
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
  ASSIGN_OR_RETURN(
      result.opened,
      OpenReplica(has->registry_id(), target, target_end, name, options, [&] {
        return FetchGenesis(source, *has, target.address(), options);
      }));

  Report(options, JoinStep::kFetchChanges);
  SyncOptions sync = options.sync;
  sync.direction = SyncDirection::kSend;
  auto synced = SyncClient(source, target_end).Sync(sync);
  if (!synced.ok()) return SyncBrokenOff(synced.status(), 0);
  result.sync = *std::move(synced);

  Report(options, JoinStep::kEnrollMember);
  ASSIGN_OR_RETURN(const auto enrolled, Enroll(target, name, options));
  result.member = enrolled.member();
  result.enrolled = enrolled.written();
  return result;
}

absl::StatusOr<BundleJoined> JoinFromBundle(
    std::istream& in, const std::string& file_name, Caller& target,
    SyncEndpoint& target_end, const RegistryName& name,
    const JoinOptions& options, const BundleOptions& bundle) {
  ASSIGN_OR_RETURN(const BundleSummary summary, VerifyBundle(in));
  const stored::v1::BundleHeader& header = summary.header;
  const auto genesis = [&]() -> absl::StatusOr<stored::v1::SealedGroup> {
    if (header.since().entries().empty()) {
      return ReadGenesis(in, file_name, options);
    }
    const stored::v1::FrontierEntry& first = header.since().entries(0);
    return BundleStartsLater(first.replica(), 0, first.sequence(),
                             target.address());
  };
  BundleJoined joined;
  Report(options, JoinStep::kOpenReplica);
  ASSIGN_OR_RETURN(joined.opened,
                   OpenReplica(header.registry_id(), target, target_end, name,
                               options, genesis));
  Report(options, JoinStep::kFetchChanges);
  Rewind(in);
  ASSIGN_OR_RETURN(joined.applied,
                   ApplyBundle(in, file_name, target_end, bundle));
  Report(options, JoinStep::kEnrollMember);
  ASSIGN_OR_RETURN(const auto enrolled, Enroll(target, name, options));
  joined.member = enrolled.member();
  joined.enrolled = enrolled.written();
  return joined;
}

}  // namespace consilium
