#include "server/rpc/version_parser.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "storage/registry/registry_view.h"
#include "storage/registry/snapshot.h"

namespace consilium {
namespace {

constexpr absl::string_view kWish =
    "want latest, a revision number, a frontier token, or a snapshot as ID or "
    "ID@HASH";

bool IsNumber(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// The id of a snapshot given by id or by name, relative or full.
absl::string_view SnapshotId(absl::string_view text) {
  const size_t collection = text.rfind("snapshots/");
  return collection == absl::string_view::npos
             ? text
             : text.substr(collection + absl::string_view("snapshots/").size());
}

}  // namespace

absl::StatusOr<NamedVersion> ParseNamedVersion(absl::string_view text,
                                               const RegistryStore& store,
                                               absl::string_view field) {
  NamedVersion named;
  if (text.empty() || text == "latest") return named;
  if (IsNumber(text)) {
    int64_t revision = 0;
    if (!absl::SimpleAtoi(text, &revision)) {
      return InvalidField(
          field, absl::StrCat(Quote(text), " is no revision; ", kWish));
    }
    named.version = Version::AtRevision(revision);
    return named;
  }
  auto frontier = Frontier::FromToken(text);
  if (frontier.ok()) {
    named.version = Version::AtFrontier(*std::move(frontier));
    named.name = std::string(text);
    return named;
  }
  const absl::string_view reference = SnapshotId(text);
  const absl::string_view id = reference.substr(0, reference.find('@'));
  if (!RecordName::Parse(absl::StrCat("snapshots/", id), field).ok()) {
    return InvalidField(field,
                        absl::StrCat(Quote(text), " is no version; ", kWish));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store.OpenView(Version::Latest()));
  ASSIGN_OR_RETURN(const ResolvedSnapshot snapshot,
                   ResolveSnapshot(*view, reference));
  ASSIGN_OR_RETURN(frontier, Frontier::FromToken(snapshot.body.frontier()));
  named.version = Version::AtFrontier(*std::move(frontier));
  named.name = absl::StrCat("snapshots/", reference);
  named.snapshot = snapshot.body;
  return named;
}

absl::StatusOr<Version> ParseVersion(absl::string_view text,
                                     const RegistryStore& store,
                                     absl::string_view field) {
  ASSIGN_OR_RETURN(NamedVersion named, ParseNamedVersion(text, store, field));
  return std::move(named.version);
}

}  // namespace consilium
