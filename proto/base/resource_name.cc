#include "proto/base/resource_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/ascii_text.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr absl::string_view kRegistries = "registries/";
constexpr absl::string_view kSnapshots = "snapshots";
constexpr char kSortSeparator = '\x01';

bool IsIdCharacter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
}

// Letters, digits and single hyphens, whatever stands first.
bool IsPlainId(absl::string_view id, size_t size_max) {
  return !id.empty() && id.size() <= size_max && id.front() != '-' &&
         id.back() != '-' && !absl::StrContains(id, "--") &&
         std::all_of(id.begin(), id.end(), IsIdCharacter);
}

bool IsId(absl::string_view id, size_t size_max) {
  return IsPlainId(id, size_max) && absl::ascii_islower(id.front());
}

// Snapshots are called "2026-q4" as well. Digits alone are a revision.
absl::Status CheckSnapshotId(absl::string_view field, absl::string_view id) {
  const bool is_number = std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  if (IsPlainId(id, kIdSizeMax) && !is_number) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat(Quote(id),
                          " is no id of a snapshot; want lower-case letters, "
                          "digits and single hyphens, not digits alone, at "
                          "most ",
                          kIdSizeMax, " bytes"));
}

absl::Status CheckId(absl::string_view field, absl::string_view id,
                     size_t size_max) {
  if (IsId(id, size_max)) return absl::OkStatus();
  const std::string proposal =
      ProposeRecordId(id.substr(0, ValidUtf8PrefixSize(id)));
  return InvalidField(
      field,
      absl::StrCat(Quote(id),
                   " is no id; want lower-case letters, digits and single "
                   "hyphens, a letter first, at most ",
                   size_max, " bytes",
                   proposal.empty() || proposal == id
                       ? ""
                       : absl::StrCat(", for example ",
                                      Quote(proposal.substr(0, size_max)))));
}

absl::Status CheckIdIn(absl::string_view collection, absl::string_view field,
                       absl::string_view id) {
  return collection == kSnapshots ? CheckSnapshotId(field, id)
                                  : CheckId(field, id, kIdSizeMax);
}

// "trials/{trial}" for messages: the patterns of all kinds.
std::string Patterns(const RecordTraitsTable& table) {
  return absl::StrJoin(table.all(), ", ",
                       [](std::string* out, const RecordTraits* traits) {
                         absl::StrAppend(out, traits->pattern);
                       });
}

std::vector<std::string> Collections(const RecordTraitsTable& table) {
  std::vector<std::string> collections;
  for (const RecordTraits* traits : table.all()) {
    collections.push_back(traits->collection);
  }
  return collections;
}

// Why `relative` is no name of a known kind.
absl::Status UnknownKind(absl::string_view field, absl::string_view relative,
                         const RecordTraitsTable& table) {
  if (absl::StartsWith(relative, kRegistries)) {
    return InvalidField(
        field, absl::StrCat(Quote(relative),
                            " names a registry; want the part after it, such "
                            "as trials/nct01234567"));
  }
  std::string hint;
  const std::vector<absl::string_view> segments = absl::StrSplit(relative, '/');
  for (size_t i = 0; i < segments.size() && hint.empty(); i += 2) {
    if (table.FindByCollection(segments[i]) != nullptr) continue;
    hint = DidYouMean(segments[i], Collections(table));
  }
  return InvalidField(field, absl::StrCat(Quote(relative),
                                          " is no name of a record; want one "
                                          "of ",
                                          Patterns(table), hint));
}

bool IsCollection(absl::string_view text) {
  return !text.empty() && text.size() <= kIdSizeMax &&
         absl::ascii_islower(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(c); });
}

std::string SortKeyOf(absl::string_view relative) {
  std::string key(relative);
  std::replace(key.begin(), key.end(), '/', kSortSeparator);
  return key;
}

}  // namespace

absl::Status CheckRecordId(absl::string_view field, absl::string_view id) {
  return CheckId(field, id, kIdSizeMax);
}

std::string ProposeRecordId(absl::string_view text) {
  std::string id;
  for (const char c : AsciiForm(text)) {
    const char lower = absl::ascii_tolower(c);
    if (absl::ascii_isspace(c)) continue;
    if (absl::ascii_islower(lower) || absl::ascii_isdigit(lower)) {
      id.push_back(lower);
    } else if (!id.empty() && id.back() != '-') {
      id.push_back('-');
    }
  }
  id.resize(std::min(id.size(), kIdSizeMax));
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id;
}

absl::StatusOr<RegistryName> RegistryName::Parse(absl::string_view name,
                                                 absl::string_view field) {
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, kRegistries) || absl::StrContains(id, '/')) {
    return InvalidField(field, absl::StrCat(Quote(name),
                                            " is no name of a registry; want "
                                            "registries/{registry}"));
  }
  return FromId(id, field);
}

absl::StatusOr<RegistryName> RegistryName::FromId(absl::string_view id,
                                                  absl::string_view field) {
  RETURN_IF_ERROR(CheckId(field, id, kRegistryIdSizeMax));
  return RegistryName(std::string(id));
}

std::string RegistryName::Full() const {
  return absl::StrCat(kRegistries, id_);
}

absl::StatusOr<RecordName> RecordName::Parse(absl::string_view relative,
                                             absl::string_view field,
                                             const RecordTraitsTable& table) {
  if (table.FindByName(relative) == nullptr) {
    return UnknownKind(field, relative, table);
  }
  return ParseAny(relative, field, table);
}

absl::StatusOr<RecordName> RecordName::ParseAny(
    absl::string_view relative, absl::string_view field,
    const RecordTraitsTable& table) {
  if (relative.size() > kRecordNameSizeMax) {
    return InvalidField(
        field, absl::StrCat(Quote(relative), " has ", relative.size(),
                            " bytes; want at most ", kRecordNameSizeMax));
  }
  const std::vector<absl::string_view> segments = absl::StrSplit(relative, '/');
  // A single word is a singleton.
  if (segments.size() % 2 != 0 && segments.size() != 1) {
    return InvalidField(field, absl::StrCat(Quote(relative),
                                            " is no name of a record; want "
                                            "collection/id, once or more"));
  }
  for (size_t i = 0; i < segments.size(); i += 2) {
    if (!IsCollection(segments[i])) {
      return InvalidField(
          field, absl::StrCat(Quote(segments[i]), " is no collection, in ",
                              Quote(relative)));
    }
    if (segments.size() == 1) break;
    RETURN_IF_ERROR(CheckIdIn(segments[i], field, segments[i + 1]));
  }
  return RecordName(std::string(relative), table.FindByName(relative));
}

absl::StatusOr<RecordName> RecordName::Make(const RecordTraits& traits,
                                            const RecordName* parent,
                                            absl::string_view id,
                                            absl::string_view field) {
  const RecordTraits* parent_kind =
      parent == nullptr ? nullptr : parent->traits();
  if (parent_kind != traits.parent) {
    return InvalidField(
        field,
        absl::StrCat("a record of ", traits.pattern, " cannot stand under ",
                     parent == nullptr ? "the registry" : parent->relative()));
  }
  if (traits.singleton) return RecordName(traits.pattern, &traits);
  RETURN_IF_ERROR(CheckIdIn(traits.collection, field, id));
  const std::string prefix =
      parent == nullptr ? "" : absl::StrCat(parent->relative(), "/");
  return RecordName(absl::StrCat(prefix, traits.collection, "/", id), &traits);
}

absl::string_view RecordName::id() const {
  const absl::string_view name = relative_;
  const size_t slash = name.rfind('/');
  return slash == absl::string_view::npos ? "" : name.substr(slash + 1);
}

absl::string_view RecordName::collection() const {
  absl::string_view name = relative_;
  const size_t slash = name.rfind('/');
  if (slash != absl::string_view::npos) name = name.substr(0, slash);
  return name.substr(name.rfind('/') + 1);
}

std::vector<absl::string_view> RecordName::ids() const {
  std::vector<absl::string_view> ids;
  bool is_id = false;
  for (const absl::string_view segment :
       absl::StrSplit(absl::string_view(relative_), '/')) {
    if (is_id) ids.push_back(segment);
    is_id = !is_id;
  }
  return ids;
}

std::optional<RecordName> RecordName::Parent() const {
  const size_t before_id = relative_.rfind('/');
  if (before_id == std::string::npos) return std::nullopt;
  const size_t before_collection = relative_.rfind('/', before_id - 1);
  if (before_collection == std::string::npos) return std::nullopt;
  return RecordName(relative_.substr(0, before_collection),
                    traits_ == nullptr ? nullptr : traits_->parent);
}

bool RecordName::IsDescendantOf(const RecordName& ancestor) const {
  return absl::StartsWith(relative_, absl::StrCat(ancestor.relative_, "/"));
}

std::string RecordName::Full(const RegistryName& registry) const {
  const bool is_registry = traits_ != nullptr && traits_->singleton;
  return is_registry ? registry.Full()
                     : absl::StrCat(registry.Full(), "/", relative_);
}

std::string RecordName::SortKey() const { return SortKeyOf(relative_); }

absl::StatusOr<RecordName> RecordName::FromSortKey(
    absl::string_view key, const RecordTraitsTable& table) {
  if (absl::StrContains(key, '/')) {
    return InvalidField("name", absl::StrCat(Quote(key), " is no sort key"));
  }
  std::string relative(key);
  std::replace(relative.begin(), relative.end(), kSortSeparator, '/');
  return ParseAny(relative, "name", table);
}

bool operator<(const RecordName& a, const RecordName& b) {
  const absl::string_view x = a.relative_;
  const absl::string_view y = b.relative_;
  const auto [i, j] = std::mismatch(x.begin(), x.end(), y.begin(), y.end());
  if (i == x.end() || j == y.end()) return i == x.end() && j != y.end();
  // A segment ends before any character of an id.
  const auto rank = [](char c) { return c == '/' ? kSortSeparator : c; };
  return rank(*i) < rank(*j);
}

std::ostream& operator<<(std::ostream& out, const RegistryName& name) {
  return out << name.Full();
}

std::ostream& operator<<(std::ostream& out, const RecordName& name) {
  return out << name.relative();
}

absl::StatusOr<FullRecordName> FullRecordName::Parse(
    absl::string_view full, absl::string_view field,
    const RecordTraitsTable& table) {
  absl::string_view rest = full;
  const bool prefixed = absl::ConsumePrefix(&rest, kRegistries);
  const size_t slash = rest.find('/');
  const RecordTraits* singleton = nullptr;
  for (const RecordTraits* traits : table.all()) {
    if (traits->singleton) singleton = traits;
  }
  if (!prefixed || (slash == absl::string_view::npos && singleton == nullptr)) {
    return InvalidField(field,
                        absl::StrCat(Quote(full),
                                     " is no full name of a record; want "
                                     "registries/{registry}/ and one of ",
                                     Patterns(table)));
  }
  FullRecordName name;
  ASSIGN_OR_RETURN(name.registry,
                   RegistryName::FromId(rest.substr(0, slash), field));
  if (slash == absl::string_view::npos) {
    ASSIGN_OR_RETURN(name.record,
                     RecordName::Make(*singleton, nullptr, "", field));
    return name;
  }
  ASSIGN_OR_RETURN(name.record,
                   RecordName::Parse(rest.substr(slash + 1), field, table));
  return name;
}

absl::StatusOr<ParentName> ParentName::Parse(absl::string_view parent,
                                             const RecordTraits& traits,
                                             absl::string_view field) {
  const std::string wanted =
      traits.parent == nullptr
          ? "registries/{registry}"
          : absl::StrCat("registries/{registry}/", traits.parent->pattern);
  const auto invalid = [&] {
    return InvalidField(field,
                        absl::StrCat(Quote(parent), " is no parent of ",
                                     traits.collection, "; want ", wanted));
  };
  absl::string_view rest = parent;
  if (!absl::ConsumePrefix(&rest, kRegistries)) return invalid();
  const size_t slash = rest.find('/');
  const bool at_top = slash == absl::string_view::npos;
  if (at_top != (traits.parent == nullptr)) return invalid();
  ParentName name;
  ASSIGN_OR_RETURN(name.registry,
                   RegistryName::FromId(rest.substr(0, slash), field));
  if (at_top) return name;
  const absl::string_view record = rest.substr(slash + 1);
  if (record == absl::StrCat(traits.parent->collection, "/-")) {
    name.any = true;
    return name;
  }
  ASSIGN_OR_RETURN(name.record, RecordName::ParseAny(record, field));
  if (name.record->collection() != traits.parent->collection ||
      name.record->Parent().has_value() != (traits.parent->parent != nullptr)) {
    return invalid();
  }
  return name;
}

}  // namespace consilium
