#include "client/cli/record_commands.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/api/reflection.h"
#include "client/cli/conflict_view.h"
#include "client/cli/errors.h"
#include "consilium/v1/registry.pb.h"
#include "proto/base/errors.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// "adverse-event" of "adverseEvent".
std::string KebabCase(absl::string_view word) {
  std::string kebab;
  for (const char c : word) {
    if (absl::ascii_isupper(c)) kebab += '-';
    kebab += absl::ascii_tolower(c);
  }
  return kebab;
}

RecordNoun MakeNoun(const RecordTraits& traits) {
  RecordNoun noun;
  noun.traits = &traits;
  noun.aliases = traits.aliases;
  const std::string kebab = KebabCase(traits.singular);
  if (kebab == traits.singular || traits.aliases.empty()) {
    noun.word = kebab;
  } else {
    // Nobody wants to type two words where one will do.
    noun.word = traits.aliases.front();
    noun.aliases.erase(noun.aliases.begin());
    noun.aliases.push_back(kebab);
    noun.aliases.push_back(traits.singular);
  }
  noun.aliases.push_back(KebabCase(traits.collection));
  return noun;
}

}  // namespace

bool RecordNoun::Has(absl::string_view method) const {
  const auto& message = *traits->descriptor;
  return FindMethod(absl::StrCat(message.file()->package(), ".", message.name(),
                                 "Service.", method, message.name())) !=
         nullptr;
}

const std::vector<RecordNoun>& RecordNouns() {
  static const auto& nouns = *[] {
    auto* list = new std::vector<RecordNoun>();
    for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
      RecordNoun noun = MakeNoun(*traits);
      if (!traits->singleton && noun.Has("Update")) {
        list->push_back(std::move(noun));
      }
    }
    return list;
  }();
  return nouns;
}

const RecordNoun& RegistryNoun() {
  static const auto& noun = *new RecordNoun(MakeNoun(
      *RecordTraitsTable::Get().FindByDescriptor(v1::Registry::descriptor())));
  return noun;
}

std::string PluralWords(const RecordNoun& noun) {
  return absl::StrReplaceAll(KebabCase(noun.traits->collection), {{"-", " "}});
}

std::string NameArgument(const RecordNoun& noun) {
  std::string name = absl::AsciiStrToUpper(noun.word);
  for (const RecordTraits* up = noun.traits->parent; up != nullptr;
       up = up->parent) {
    name = absl::StrCat(absl::AsciiStrToUpper(up->singular), "/", name);
  }
  return name;
}

absl::Status WithRecordNext(const absl::Status& status,
                            const Settings& settings, const RecordNoun& noun,
                            const FullRecordName& name) {
  const auto info = GetErrorInfo(status);
  if (!info.has_value()) return status;
  const std::string short_name = absl::StrJoin(name.record.ids(), "/");
  const auto next = [&](absl::string_view words) {
    return WithNext(status, NextCommand(settings, words));
  };
  const std::string& reason = info->reason();
  if (reason == "FIELD_IN_CONFLICT") {
    const auto path = info->metadata().find("path");
    return next(absl::StrCat(
        "conflict show ", ShellWord(name.record.relative()), " ",
        path == info->metadata().end() ? "PATH" : ShellWord(path->second)));
  }
  if (reason == "RECORD_RETRACTED") {
    return next(absl::StrCat(noun.word, " undelete ", short_name));
  }
  if (reason == "RECORD_EXISTS" || reason == "STALE_ETAG") {
    return next(absl::StrCat(noun.word, " get ", short_name));
  }
  if (absl::IsNotFound(status)) {
    return next(absl::StrCat(noun.traits->parent != nullptr
                                 ? noun.traits->parent->singular
                                 : noun.word,
                             " list"));
  }
  return status;
}

absl::Status WithLifecycleNext(const absl::Status& status,
                               const Settings& settings, absl::string_view word,
                               absl::string_view reason) {
  const auto info = GetErrorInfo(status);
  if (!info.has_value() || info->reason() != "FIELD_IN_CONFLICT") return status;
  const auto path = info->metadata().find("path");
  const auto record = info->metadata().find("record");
  if (path == info->metadata().end() || path->second != kLifecyclePathText ||
      record == info->metadata().end()) {
    return status;
  }
  return WithNext(
      status,
      NextCommand(settings, LifecycleResolution(record->second, word, reason)));
}

absl::StatusOr<std::string> ParseEtag(const std::string& text) {
  if (text.empty() || text == "*") return text;
  absl::string_view digits = text;
  const bool quoted =
      absl::ConsumePrefix(&digits, "\"") && absl::ConsumeSuffix(&digits, "\"");
  if (!digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) {
        return absl::ascii_isxdigit(static_cast<unsigned char>(c));
      })) {
    return quoted ? text : absl::StrCat("\"", text, "\"");
  }
  return UsageError(absl::StrCat(
      "--etag ", Quote(text),
      " is no etag; want what `get` shows as the etag of the record, such as "
      "'\"3f2a6c51\"'"));
}

absl::StatusOr<RecordMessage> GetRecord(ServerSession& session,
                                        const RecordNoun& noun,
                                        const FullRecordName& name,
                                        absl::string_view at) {
  RecordClient records = session.records();
  auto record = records.Get(*noun.traits, name.Full(), at);
  if (GetErrorReason(record.status()) != "RECORD_NOT_FOUND") return record;
  RecordListOptions list;
  list.at = std::string(at);
  list.show_deleted = true;
  list.parent = name.registry.Full();
  if (noun.traits->parent != nullptr) {
    absl::StrAppend(&list.parent, "/", noun.traits->parent->collection, "/-");
  }
  std::vector<std::string> known;
  // What cannot be listed cannot be suggested; the error itself stands.
  records
      .List(*noun.traits, list,
            [&known](google::protobuf::Message& other) {
              const auto* field =
                  other.GetDescriptor()->FindFieldByNumber(kNameField);
              known.push_back(
                  ShortName(other.GetReflection()->GetString(other, field)));
              return known.size() < static_cast<size_t>(kPageSize);
            })
      .IgnoreError();
  const std::string wanted = absl::StrJoin(name.record.ids(), "/");
  const std::string close = Suggest(wanted, known);
  if (close.empty()) {
    return WithNext(
        record.status(),
        NextCommand(session.settings(), absl::StrCat(noun.word, " list")));
  }
  return WithNext(
      MakeError(
          record.status().code(), GetErrorReason(record.status()),
          absl::StrCat(record.status().message(), DidYouMean(wanted, known)),
          {{"record", name.record.relative()}}),
      NextCommand(session.settings(), absl::StrCat(noun.word, " get ", close)));
}

}  // namespace consilium
