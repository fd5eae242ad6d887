#include "client/cli/sync_view.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/errors.h"

namespace consilium {

JsonValue SetAsideJson(const std::string& address, const v1::SetAside& group) {
  return {{"address", address},
          {"replica", absl::BytesToHexString(group.replica())},
          {"firstSequence", Int64Json(group.first_sequence())},
          {"lastSequence", Int64Json(group.last_sequence())},
          {"reason", group.reason()},
          {"message", group.message()}};
}

std::string SetAsideLine(const std::string& address,
                         const v1::SetAside& group) {
  return absl::StrCat("  set aside at ", address, ": changes ",
                      group.first_sequence(), " to ", group.last_sequence(),
                      " of replica ", absl::BytesToHexString(group.replica()),
                      ": ", group.message(), " (", group.reason(), ")");
}

JsonValue SyncJson(const SyncResult& result) {
  JsonValue json = {
      {"sent", Int64Json(result.sent)},
      {"received", Int64Json(result.received)},
      {"setAside", Int64Json(static_cast<int64_t>(result.set_aside.size()))},
      {"bytesSent", Int64Json(result.bytes_sent)},
      {"bytesReceived", Int64Json(result.bytes_received)},
      {"seconds", absl::ToDoubleSeconds(result.duration)},
      {"digest", result.digest.empty() ? JsonValue(nullptr)
                                       : JsonValue(DigestToHex(result.digest))},
      {"setAsideGroups", JsonValue::array()}};
  for (const SyncSetAside& each : result.set_aside) {
    json["setAsideGroups"].push_back(SetAsideJson(each.address, each.group));
  }
  return json;
}

std::string SyncSentence(const SyncResult& result, bool dry_run) {
  std::string text =
      dry_run ? absl::StrCat("would send ", result.sent, " and receive ",
                             result.received, " changes")
              : absl::StrFormat("sent %d and received %d changes in %.2f s",
                                result.sent, result.received,
                                absl::ToDoubleSeconds(result.duration));
  if (!result.digest.empty()) {
    absl::StrAppend(&text, "; both hold the same content, digest ",
                    DigestToHex(result.digest));
  }
  for (const SyncSetAside& each : result.set_aside) {
    absl::StrAppend(&text, "\n", SetAsideLine(each.address, each.group));
  }
  return text;
}

void ShowProgress(Progress& progress, SyncOptions& options) {
  options.on_progress = [&progress](const SyncProgress& now) {
    progress.Update(now.sent.changes + now.received.changes,
                    now.sent.changes_total + now.received.changes_total);
  };
  options.on_retry = [&progress](const absl::Status& status) {
    progress.Finish(absl::StrCat(status.message(), ": trying again"));
  };
}

GrpcSyncEndpoint EndpointOf(const ServerSession& session,
                            const RegistryName& registry) {
  return GrpcSyncEndpoint(session.connection(), registry,
                          session.options(kFrontierDeadline).deadline);
}

absl::Duration StallTimeoutOf(const ServerSession& session) {
  return session.options(kStallTimeout).deadline;
}

absl::StatusOr<std::ifstream> OpenBundleFile(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return UsageError(absl::StrCat(path, ": is a directory; want a file"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return UsageError(
        absl::StrCat(path, ": cannot be read: ", std::strerror(errno)));
  }
  if (file.peek() == std::ifstream::traits_type::eof()) {
    return UsageError(absl::StrCat(path, ": is empty; want a bundle"));
  }
  return file;
}

}  // namespace consilium
