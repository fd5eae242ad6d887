#include "absl/strings/str_cat.h"
#include "client/cli/json_value.h"
#include "client/cli/record_commands.h"
#include "client/cli/record_view.h"
#include "client/cli/server_session.h"
#include "consilium/v1/link.pb.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "proto/base/text_form.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

class RecordGet : public Command {
 public:
  explicit RecordGet(const RecordNoun& noun) : noun_(noun) {}

  void Declare(CommandSpec& spec) override {
    const std::string example = NameArgument(noun_);
    spec.Summary(absl::StrCat("Show one ", noun_.traits->singular))
        .Description(
            "Shown as YAML that create -f reads back; with -o json as "
            "ProtoJSON.")
        .Example(absl::StrCat("consilium ", noun_.word, " get ", example))
        .Example(absl::StrCat("consilium ", noun_.word, " get ", example,
                              " --at SNAPSHOT -o json"));
    spec.Argument(NameArgument(noun_), &name_,
                  absl::StrCat("The ", noun_.traits->singular))
        .Completes(noun_.word);
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(
        const FullRecordName name,
        session->ResolveRecord(noun_.traits, name_, NameArgument(noun_)));
    ASSIGN_OR_RETURN(const RecordMessage record,
                     GetRecord(*session, noun_, name, at_));
    RETURN_IF_ERROR(TellLinks(context, *session, name));
    if (context.settings.output == OutputFormat::kTable) {
      context.io.out << RecordYaml(*noun_.traits, *record) << std::flush;
      return ExitCode::kOk;
    }
    const Row row = RecordRow(*noun_.traits, *record);
    Details details;
    details.name = row.name;
    details.json = context.settings.output == OutputFormat::kJson
                       ? Indented(MessageJson(*record))
                       : ToJson(*record);
    const std::vector<Column> columns = RecordColumns(*noun_.traits);
    for (size_t i = 0; i < columns.size(); ++i) {
      details.fields.push_back({columns[i].header, row.cells[i]});
    }
    context.Write(details);
    return ExitCode::kOk;
  }

 private:
  // Says beside a trial that it is one with another.
  absl::Status TellLinks(CommandContext& context, ServerSession& session,
                         const FullRecordName& name) const {
    if (noun_.traits->collection != "trials") return absl::OkStatus();
    const std::string trial(name.record.relative());
    return session.records().List(
        *RecordTraitsTable::Get().FindByDescriptor(v1::Link::descriptor()),
        {.parent = name.registry.Full(),
         .filter = absl::StrCat("kind = LINK_KIND_DUPLICATE AND records:",
                                Quote(trial)),
         .at = at_},
        [&](google::protobuf::Message& message) {
          const auto& link = static_cast<const v1::Link&>(message);
          const bool is_primary = link.primary() == trial;
          for (const std::string& other : link.records()) {
            if (other == trial) continue;
            context.io.err << "note: " << trial
                           << (is_primary ? " is linked: rows of "
                                          : " is linked to ")
                           << other
                           << (is_primary
                                   ? " count as its own"
                                   : ", and its rows count as rows of that")
                           << " (" << link.reason() << ")\n";
          }
          return true;
        });
  }

  const RecordNoun& noun_;
  std::string name_, at_;
};

}  // namespace

std::unique_ptr<Command> MakeRecordGet(const RecordNoun& noun) {
  return std::make_unique<RecordGet>(noun);
}

}  // namespace consilium
