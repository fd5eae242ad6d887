#include "client/cli/errors.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/display_text.h"
#include "client/cli/exit_code.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

// Metadata whose value the message hardly ever lacks.
bool IsWorthALine(absl::string_view key, absl::string_view value,
                  absl::string_view message) {
  return key != kNextKey && key != "field" && !value.empty() &&
         !absl::StrContains(message, value);
}

std::map<std::string, std::string> MetadataOf(const absl::Status& status) {
  const auto info = GetErrorInfo(status);
  if (!info.has_value()) return {};
  return {info->metadata().begin(), info->metadata().end()};
}

// "trial" of "consilium trial get"; empty for "consilium" alone.
std::string Noun(absl::string_view path) {
  const std::vector<absl::string_view> words = absl::StrSplit(path, ' ');
  return words.size() < 2 ? "" : std::string(words[1]);
}

void PrintText(const absl::Status& status, const TypedCommand& command,
               bool color, std::ostream& out) {
  const std::string message(status.message());
  out << (color ? "\x1b[1;31merror:\x1b[0m " : "error: ")
      << VisibleText(message.empty() ? absl::StatusCodeToString(status.code())
                                     : message,
                     KeepLines::kYes)
      << "\n";
  for (const FieldViolation& violation : GetFieldViolations(status)) {
    if (absl::StrContains(message, violation.description)) continue;
    out << "  " << VisibleText(violation.field)
        << (violation.field.empty() ? "" : ": ")
        << VisibleText(violation.description) << "\n";
  }
  for (const auto& [key, value] : MetadataOf(status)) {
    if (!IsWorthALine(key, value, message)) continue;
    out << "  " << VisibleText(key) << ": " << VisibleText(value) << "\n";
  }
  const std::string reason = GetErrorReason(status);
  if (!reason.empty() && reason != kUsageReason) {
    out << "  reason: " << VisibleText(reason) << "\n";
  }
  for (const std::string& next : NextCommands(status, command)) {
    out << "next: " << VisibleText(next) << "\n";
  }
  out.flush();
}

void PrintJson(const absl::Status& status, const TypedCommand& command,
               std::ostream& out) {
  nlohmann::ordered_json violations = nlohmann::ordered_json::array();
  for (const FieldViolation& violation : GetFieldViolations(status)) {
    violations.push_back(
        {{"field", violation.field}, {"description", violation.description}});
  }
  nlohmann::ordered_json metadata = nlohmann::ordered_json::object();
  for (const auto& [key, value] : MetadataOf(status)) {
    if (key != kNextKey) metadata[key] = value;
  }
  const nlohmann::ordered_json error = {
      {"messageType", "error"},
      {"code", absl::StatusCodeToString(status.code())},
      {"reason", GetErrorReason(status)},
      {"exitCode", static_cast<int>(ExitCodeOf(status))},
      {"message", std::string(status.message())},
      {"metadata", metadata},
      {"fieldViolations", violations},
      {"next", NextCommands(status, command)},
  };
  // Text that is not UTF-8 is replaced rather than thrown about.
  out << error.dump(-1, ' ', false,
                    nlohmann::ordered_json::error_handler_t::replace)
      << std::endl;
}

}  // namespace

absl::Status UsageError(absl::string_view message, absl::string_view next) {
  return MakeError(absl::StatusCode::kInvalidArgument, kUsageReason, message,
                   {{kNextKey, next}});
}

absl::Status OutputFailed(int error) {
  return MakeError(
      absl::StatusCode::kUnknown, "OUTPUT_FAILED",
      absl::StrCat("standard output: ",
                   error == 0 ? "cannot be written" : std::strerror(error),
                   "; not all of it was written"));
}

absl::Status WithNext(absl::Status status, absl::string_view next) {
  auto info = GetErrorInfo(status).value_or(google::rpc::ErrorInfo());
  std::string& named = (*info.mutable_metadata())[std::string(kNextKey)];
  if (status.ok() || !named.empty()) return status;
  named = std::string(next);
  status.SetPayload(
      absl::StrCat("type.googleapis.com/", info.GetDescriptor()->full_name()),
      absl::Cord(info.SerializeAsString()));
  return status;
}

std::vector<std::string> NextCommands(const absl::Status& status,
                                      const TypedCommand& command) {
  const auto metadata = MetadataOf(status);
  if (const auto named = metadata.find(std::string(kNextKey));
      named != metadata.end() && !named->second.empty()) {
    return {named->second};
  }
  static const auto& by_reason = *new std::map<std::string, std::string>{
      {"BACKUP_DISK_FULL", "backup prune --keep 3"},
      {"DISK_FULL", "backup prune --keep 3"},
      {"FIELD_IN_CONFLICT", "conflict list"},
      {"RECORDS_REFUSED", "conflict list"},
      {"REGISTRY_NOT_FOUND", "registry list"},
      {"REVISION_NOT_FOUND", "registry status"},
      {"SNAPSHOT_NOT_FOUND", "snapshot list"},
      {"VALUES_DIFFER", "doctor --deep"},
  };
  if (GetErrorReason(status) == "STORE_STOPPED" ||
      GetErrorReason(status) == "WRITE_FAILED") {
    return {
        "look at the server's disk, start the server again, then repeat "
        "the command"};
  }
  const auto with = [&command](absl::string_view words) {
    return absl::StrCat(command.program, " ", words);
  };
  if (GetErrorReason(status) == "DISK_SPACE_LOW") {
    // Backups that are old make room for new ones; of data nothing is old.
    const auto path = metadata.find("path");
    if (Noun(command.path) == "backup" || path == metadata.end()) {
      return {with("backup prune --keep 3")};
    }
    return {absl::StrCat("df -h ", path->second,
                         "  # make room there, and writes go on")};
  }
  if (const auto found = by_reason.find(GetErrorReason(status));
      found != by_reason.end()) {
    return {with(found->second)};
  }
  if (GetErrorReason(status) == "RECORD_NOT_FOUND") {
    // Also of a command that is about another noun: export metafor REVIEW.
    const auto record = metadata.find("record");
    const bool is_review = record != metadata.end() &&
                           absl::StrContains(record->second, "reviews/");
    return {
        with(absl::StrCat(is_review ? "review" : Noun(command.path), " list"))};
  }
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return {absl::StrCat("consilium ", Noun(command.path), " --help")};
    case absl::StatusCode::kAborted:
      return {"read the record again, then repeat the command"};
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return {absl::StrCat(
          metadata.count("address") == 0
              ? command.program
              : absl::StrCat("consilium --server ", metadata.at("address")),
          " registry list  # does the server answer?")};
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return {absl::StrCat(command.path, " --help")};
    default:
      return {};
  }
}

void PrintError(const absl::Status& status, const TypedCommand& command,
                ErrorForm form, bool color, std::ostream& out) {
  if (form == ErrorForm::kJson) {
    PrintJson(status, command, out);
  } else {
    PrintText(status, command, color, out);
  }
}

}  // namespace consilium
