#include "client/cli/server_session.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/cli/errors.h"
#include "client/cli/method_names.h"
#include "consilium/v1/registry_service.pb.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr absl::string_view kRegistries = "registries/";

absl::StatusOr<RegistryName> ParseRegistry(absl::string_view text) {
  absl::ConsumePrefix(&text, kRegistries);
  auto name = RegistryName::FromId(text, "--registry");
  if (name.ok()) return name;
  return UsageError(name.status().message());
}

// "TRIAL/ARM", "TRIAL".
std::string ShortForm(const RecordTraits& traits) {
  std::string form = absl::AsciiStrToUpper(traits.singular);
  for (const RecordTraits* up = traits.parent; up != nullptr; up = up->parent) {
    form = absl::StrCat(absl::AsciiStrToUpper(up->singular), "/", form);
  }
  return form;
}

absl::Status NamesNo(const RecordTraits& traits, absl::string_view text,
                     absl::string_view argument) {
  return InvalidField(
      argument,
      absl::StrCat(Quote(text), " names no ", traits.singular, "; want ",
                   ShortForm(traits), " or ", traits.pattern,
                   ", ids of a-z, 0-9 and single hyphens"));
}

// `text` relative to the registry, completed by the collections of `traits`
// where it lacks them.
std::string Relative(const RecordTraits& traits, absl::string_view text) {
  if (RecordTraitsTable::Get().FindByName(text) == &traits) {
    return std::string(text);
  }
  std::vector<std::string> collections;
  for (const RecordTraits* kind = &traits; kind != nullptr;
       kind = kind->parent) {
    collections.insert(collections.begin(), kind->collection);
  }
  const std::vector<absl::string_view> ids = absl::StrSplit(text, '/');
  if (ids.size() != collections.size()) return std::string(text);
  std::string name;
  for (size_t i = 0; i < ids.size(); ++i) {
    absl::StrAppend(&name, i == 0 ? "" : "/", collections[i], "/", ids[i]);
  }
  return name;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServerSession>> ServerSession::Open(
    const Settings& settings) {
  ASSIGN_OR_RETURN(const std::string address, settings.RequireServer());
  return Open(settings, address);
}

absl::StatusOr<std::unique_ptr<ServerSession>> ServerSession::Open(
    const Settings& settings, absl::string_view address) {
  auto connection = Connection::Open(address);
  if (!connection.ok()) return UsageError(connection.status().message());
  return std::unique_ptr<ServerSession>(
      new ServerSession(settings, *std::move(connection)));
}

absl::StatusOr<RegistryName> ServerSession::Registry() {
  if (registry_.has_value()) return *registry_;
  if (!settings_.registry.empty()) {
    ASSIGN_OR_RETURN(registry_, ParseRegistry(settings_.registry));
    return *registry_;
  }
  std::vector<std::string> ids;
  std::string name;
  RETURN_IF_ERROR(ListPages(
      caller_, kListRegistries, v1::ListRegistriesRequest(),
      [&](google::protobuf::Message& message) {
        name = static_cast<v1::Registry&>(message).name();
        ids.emplace_back(absl::StripPrefix(name, kRegistries));
        return true;
      },
      options()));
  if (ids.size() == 1) {
    ASSIGN_OR_RETURN(registry_, RegistryName::Parse(name));
    return *registry_;
  }
  if (ids.empty()) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, "REGISTRY_MISSING",
        absl::StrCat("the server at ", caller_.address(), " has no registry"),
        {{kNextKey, NextCommand(settings_,
                                "registry create ID --title TITLE  # or "
                                "registry join ID --from HOST:PORT")}});
  }
  return UsageError(
      absl::StrCat("the server at ", caller_.address(),
                   " has several registries; say which one with --registry: ",
                   absl::StrJoin(ids, ", ")),
      NextCommand(settings_, "registry list"));
}

absl::StatusOr<FullRecordName> ServerSession::ResolveRecord(
    const RecordTraits* traits, absl::string_view text,
    absl::string_view argument) {
  if (traits != nullptr && traits->singleton) {
    FullRecordName name;
    ASSIGN_OR_RETURN(name.registry, ParseRegistry(text));
    ASSIGN_OR_RETURN(name.record, RecordName::Parse(traits->pattern));
    return name;
  }
  ASSIGN_OR_RETURN(FullRecordName name,
                   absl::StartsWith(text, kRegistries)
                       ? ParseFullName(text, argument)
                       : CompleteName(traits, text, argument));
  if (traits == nullptr || name.record.traits() == traits) return name;
  return NamesNo(*traits, text, argument);
}

absl::StatusOr<FullRecordName> ServerSession::ParseFullName(
    absl::string_view text, absl::string_view argument) {
  ASSIGN_OR_RETURN(FullRecordName name, FullRecordName::Parse(text, argument));
  if (settings_.registry.empty()) return name;
  ASSIGN_OR_RETURN(const RegistryName wanted, Registry());
  if (wanted == name.registry) return name;
  const auto origin = settings_.origins.find("registry");
  return UsageError(absl::StrCat(
      Quote(text), " is not of registry ", wanted.id(), ", which ",
      origin == settings_.origins.end() ? "--registry" : origin->second,
      " names"));
}

absl::StatusOr<FullRecordName> ServerSession::CompleteName(
    const RecordTraits* traits, absl::string_view text,
    absl::string_view argument) {
  const auto record = RecordName::Parse(
      traits != nullptr ? Relative(*traits, text) : std::string(text),
      argument);
  if (!record.ok() && traits != nullptr) {
    return NamesNo(*traits, text, argument);
  }
  if (!record.ok()) {
    return InvalidField(
        argument, absl::StrCat(Quote(text),
                               " is no name of a record; want it with its "
                               "collection, such as trials/ID or "
                               "trials/ID/arms/ID"));
  }
  ASSIGN_OR_RETURN(const RegistryName registry, Registry());
  return FullRecordName{registry, *record};
}

absl::StatusOr<std::string> ServerSession::ResolveParent(
    const RecordTraits& traits, absl::string_view text) {
  if (traits.parent == nullptr || text.empty() || text == "-") {
    ASSIGN_OR_RETURN(const RegistryName registry, Registry());
    if (traits.parent == nullptr) return registry.Full();
    return absl::StrCat(registry.Full(), "/", traits.parent->collection, "/-");
  }
  ASSIGN_OR_RETURN(const FullRecordName parent,
                   ResolveRecord(traits.parent, text,
                                 absl::StrCat("--", traits.parent->singular)));
  return parent.Full();
}

CallOptions ServerSession::options(absl::Duration otherwise) const {
  CallOptions options;
  options.deadline = settings_.timeout.value_or(otherwise);
  return options;
}

absl::StatusOr<v1::GetRegistryStatusResponse> ServerSession::Standing(
    const RegistryName& registry) {
  v1::GetRegistryStatusRequest request;
  request.set_name(registry.Full());
  return CallFor<v1::GetRegistryStatusResponse>(caller_, kGetRegistryStatus,
                                                request, options());
}

v1::ChangeContext ServerSession::Change(absl::string_view message) const {
  v1::ChangeContext change;
  if (!settings_.author.empty()) change.set_author(settings_.author);
  if (!message.empty()) change.set_message(std::string(message));
  return change;
}

std::string NextCommand(const Settings& settings, absl::string_view words) {
  std::string command = "consilium";
  const auto add = [&](const std::string& setting, const std::string& value) {
    const auto origin = settings.origins.find(setting);
    const std::string flag = absl::StrCat("--", setting);
    if (value.empty() || origin == settings.origins.end() ||
        origin->second != flag) {
      return;
    }
    absl::StrAppend(&command, " ", flag, " ", ShellWord(value));
  };
  add("context", settings.context);
  add("server", settings.server);
  add("registry", settings.registry);
  return absl::StrCat(command, " ", words);
}

std::string ShortName(absl::string_view full_name) {
  const auto name = FullRecordName::Parse(full_name);
  if (!name.ok() || name->record.ids().empty()) return std::string(full_name);
  return absl::StrJoin(name->record.ids(), "/");
}

std::string ShellWord(absl::string_view text) {
  constexpr absl::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
      "-_./:@%+=,";
  if (!text.empty() &&
      text.find_first_not_of(kPlain) == absl::string_view::npos) {
    return std::string(text);
  }
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

}  // namespace consilium
