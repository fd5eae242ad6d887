#include "client/cli/record_commands.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/api/reflection.h"
#include "client/cli/errors.h"
#include "consilium/v1/change_service.pb.h"
#include "proto/base/errors.h"
#include "proto/base/suggestion.h"

namespace consilium {
namespace {

bool HasMethod(const RecordTraits& traits, absl::string_view verb) {
  const auto& message = *traits.descriptor;
  return FindMethod(absl::StrCat(message.file()->package(), ".", message.name(),
                                 "Service.", verb, message.name())) != nullptr;
}

bool CanBeStated(const RecordTraits& traits) {
  const auto& statement = *v1::RecordStatement::descriptor();
  for (int i = 0; i < statement.field_count(); ++i) {
    if (statement.field(i)->message_type() == traits.descriptor) return true;
  }
  return false;
}

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
  noun.writable = CanBeStated(traits);
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

const std::vector<RecordNoun>& RecordNouns() {
  static const auto& nouns = *[] {
    auto* list = new std::vector<RecordNoun>();
    for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
      if (HasMethod(*traits, "Undelete")) list->push_back(MakeNoun(*traits));
    }
    return list;
  }();
  return nouns;
}

std::string ExampleName(const RecordNoun& noun) {
  return noun.traits->parent == nullptr ? "sindas" : "sindas/pfs";
}

std::string NameArgument(const RecordNoun& noun) {
  if (noun.traits->parent == nullptr) return "NAME";
  return absl::StrCat(absl::AsciiStrToUpper(noun.traits->parent->singular),
                      "/NAME");
}

absl::StatusOr<RecordMessage> GetRecord(ServerSession& session,
                                        const RecordNoun& noun,
                                        const FullRecordName& name,
                                        absl::string_view at) {
  RecordClient records = session.records();
  auto record = records.Get(*noun.traits, name.Full(), at);
  if (record.ok() || record.status().code() != absl::StatusCode::kNotFound) {
    return record;
  }
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
  if (close.empty()) return record;
  return WithNext(
      MakeError(
          record.status().code(), GetErrorReason(record.status()),
          absl::StrCat(record.status().message(), DidYouMean(wanted, known)),
          {{"record", name.record.relative()}}),
      absl::StrCat("consilium ", noun.word, " get ", close));
}

}  // namespace consilium
