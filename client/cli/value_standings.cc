#include "client/cli/value_standings.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/change_view.h"
#include "client/cli/method_names.h"
#include "consilium/v1/change_service.pb.h"
#include "proto/base/status_macros.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

using google::protobuf::Message;

// Whether the message ends with the mark of `command`.
bool IsOfImport(absl::string_view message, absl::string_view command) {
  return absl::EndsWith(message, ImportMessage("", command));
}

}  // namespace

std::string ImportMessage(absl::string_view message,
                          absl::string_view command) {
  return absl::StrCat(message, " [", command, "]");
}

std::string Standing::Who(absl::string_view verb) const {
  return absl::StrCat(author.empty() ? "someone" : author, " ", verb, " on ",
                      date);
}

absl::StatusOr<Standings> StandingsOf(ServerSession& session,
                                      const std::string& name,
                                      absl::string_view command,
                                      const MayReplace& may_replace) {
  v1::ListChangesRequest request;
  request.set_parent(name);
  Standings standings;
  RETURN_IF_ERROR(ListPages(
      session.caller(), kListChanges, request,
      [&](Message& message) {
        const auto& entry = static_cast<const v1::ChangeEntry&>(message);
        const v1::ChangeInfo& info = entry.info();
        const bool of_import = IsOfImport(info.message(), command);
        for (const v1::AssignmentInfo& assignment : entry.assignments()) {
          if (!assignment.visible()) continue;
          v1::Source source;
          if (!assignment.source().empty()) {
            (void)ParseMessage("", assignment.source(), TextFormat::kJson,
                               source);
          }
          const bool same_source =
              !assignment.has_value() || may_replace(source);
          Standing& standing = standings[assignment.path()];
          ++standing.visible;
          standing.institution = info.institution();
          standing.source = source;
          if (!assignment.has_value()) ++standing.removals;
          if (of_import && same_source) continue;
          standing.replaceable = false;
          standing.same_source =
              same_source && !absl::StrContains(info.message(), " [import ");
          standing.changed = assignment.superseded_size() > 0;
          standing.author = info.author();
          standing.date = TimeCell(info.claimed_time()).substr(0, 10);
        }
        return true;
      },
      session.options()));
  return standings;
}

}  // namespace consilium
