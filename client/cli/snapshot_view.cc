#include "client/cli/snapshot_view.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/cli/change_view.h"
#include "client/cli/json_value.h"
#include "proto/base/status_macros.h"

namespace consilium {

absl::StatusOr<std::string> ResolveSnapshot(ServerSession& session,
                                            absl::string_view text) {
  if (absl::StartsWith(text, "registries/")) return std::string(text);
  absl::ConsumePrefix(&text, "snapshots/");
  ASSIGN_OR_RETURN(const RegistryName registry, session.Registry());
  const absl::string_view id = text.substr(0, text.find('@'));
  RETURN_IF_ERROR(
      RecordName::Parse(absl::StrCat("snapshots/", id), "NAME").status());
  return absl::StrCat(registry.Full(), "/snapshots/", text);
}

Details SnapshotDetails(const v1::Snapshot& snapshot) {
  const v1::SnapshotBody& body = snapshot.body();
  std::vector<std::string> counts;
  for (const v1::KindCount& count : body.counts()) {
    counts.push_back(absl::StrCat(count.kind(), " ", count.count()));
  }
  Details details;
  details.name = snapshot.name();
  details.json = Indented(MessageJson(snapshot));
  details.fields = {
      {"name", snapshot.name()},
      {"made by", absl::StrCat(body.institution(), ", ", body.author())},
      {"time", TimeCell(body.snapshot_time())},
      {"reason", body.reason()},
      {"records", absl::StrJoin(counts, ", ")},
      {"identity", body.identity()},
      {"digest", body.digest()},
      {"root", body.root()},
      {"frontier", body.frontier()}};
  return details;
}

}  // namespace consilium
