#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/errors.h"
#include "client/cli/evidence.h"
#include "client/cli/record_commands.h"
#include "client/cli/record_view.h"
#include "client/cli/text_file.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class RecordCreate : public Command {
 public:
  explicit RecordCreate(const RecordNoun& noun) : noun_(noun) {}

  void Declare(CommandSpec& spec) override {
    const RecordTraits& traits = *noun_.traits;
    spec.Summary(absl::StrCat("Create one ", traits.singular, " from a file"))
        .Description(absl::StrCat(
            "The file holds the fields of one ", traits.singular,
            " as YAML or JSON, and may hold its id. Without an id the server "
            "proposes one from the content. `consilium explain ",
            noun_.word, "` describes the fields."))
        .Example(absl::StrCat("consilium ", noun_.word, " create ",
                              NameArgument(noun_), " -f ", traits.singular,
                              ".yaml"))
        .Example(absl::StrCat(
            "consilium ", noun_.word, " create",
            traits.parent == nullptr
                ? ""
                : absl::StrCat(" --", traits.parent->singular, " ",
                               absl::AsciiStrToUpper(traits.parent->singular)),
            " -f - < ", traits.singular, ".yaml"));
    spec.Argument(NameArgument(noun_), &name_, "What to call it").Optional();
    spec.Flag("-f,--file", "FILE", &file_, "The file; - for standard input")
        .Required()
        .Completes("file");
    spec.Flag("--id", "ID", &id_, "What to call it");
    if (traits.parent != nullptr) {
      spec.Flag(absl::StrCat("--", traits.parent->singular), "NAME", &parent_,
                absl::StrCat("The ", traits.parent->singular,
                             " that it stands under"))
          .Completes(traits.parent->singular);
    }
    spec.Flag("-m,--message", "TEXT", &message_, "Why");
    spec.Switch("--independent", &independent_,
                "An extraction made without regard to other institutions");
    spec.Switch("--dry-run", &dry_run_, "Only say what would happen");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(EvidenceRecord record, ReadRecord(context));
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    std::string parent;
    RETURN_IF_ERROR(Place(*session, record, parent));
    RecordWriteOptions write;
    write.change = session->Change(message_);
    if (independent_) write.change.set_independent(true);
    write.validate_only = dry_run_;
    const auto created = session->records().Create(
        *noun_.traits, parent, record.id, *record.message, write);
    if (!created.ok()) {
      return Locate(context, *session, created.status(), record, parent);
    }
    const std::string short_name = ShortName(RecordNameOf(**created));
    context.Write(WrittenRecord(
        context.settings, *noun_.traits, **created, "created", {}, dry_run_,
        dry_run_ ? ""
                 : absl::StrCat(noun_.word,
                                // A protocol is worth what it comes to.
                                noun_.word == "review" ? " run " : " get ",
                                short_name)));
    return ExitCode::kOk;
  }

 private:
  absl::StatusOr<EvidenceRecord> ReadRecord(CommandContext& context) const {
    ASSIGN_OR_RETURN(const std::string text,
                     ReadTextFile(file_, context.io.in));
    ASSIGN_OR_RETURN(const auto documents,
                     ParseText(file_, text, GuessTextFormat(file_, text)));
    TextProblems problems;
    EvidenceRecord record;
    if (documents.size() != 1) {
      problems.Add(file_, {{},
                           "",
                           absl::StrCat("holds ", documents.size(),
                                        " documents; want one ",
                                        noun_.traits->singular)});
    } else if (IsStudyFile(documents.front())) {
      problems.Add(file_,
                   {documents.front().position, "",
                    absl::StrCat("holds records of several kinds; want the "
                                 "fields of one ",
                                 noun_.traits->singular,
                                 ". A whole file is for `consilium apply -f ",
                                 file_, "`")});
    } else {
      record = ReadEvidenceRecord(*noun_.traits, documents.front(), file_, "",
                                  problems);
    }
    if (problems.empty()) return record;
    return problems.ToStatus("nothing was sent:");
  }

  bool IsStudyFile(const TextNode& document) const {
    for (const RecordNoun& other : RecordNouns()) {
      const std::string& collection = other.traits->collection;
      if (document.Find(collection) != nullptr &&
          noun_.traits->descriptor->FindFieldByCamelcaseName(collection) ==
              nullptr) {
        return true;
      }
    }
    const TextNode* own = document.Find(noun_.traits->singular);
    return own != nullptr && own->kind == TextNode::Kind::kMap;
  }

  // Settles the id and the parent: what was typed goes before what the file
  // says, and they must not contradict each other.
  absl::Status Place(ServerSession& session, EvidenceRecord& record,
                     std::string& parent) const {
    ASSIGN_OR_RETURN(const RegistryName registry, session.Registry());
    parent = absl::StrCat(registry.Full(), record.parent.empty() ? "" : "/",
                          record.parent);
    if (!parent_.empty()) {
      ASSIGN_OR_RETURN(parent, session.ResolveParent(*noun_.traits, parent_));
    }
    std::string id = id_;
    if (!name_.empty()) {
      ASSIGN_OR_RETURN(const FullRecordName name, NameFrom(session, parent));
      parent = name.registry.Full();
      if (name.record.Parent().has_value()) {
        parent = name.record.Parent()->Full(name.registry);
      }
      id = std::string(name.record.id());
    }
    if (!id.empty() && !record.id.empty() && id != record.id) {
      return UsageError(absl::StrCat(file_, " states the id \"", record.id,
                                     "\", the command \"", id, "\""));
    }
    if (record.id.empty()) record.id = id;
    const RecordTraits* above = noun_.traits->parent;
    if (above != nullptr && parent == registry.Full()) {
      return UsageError(absl::StrCat("say of which ", above->singular, " the ",
                                     noun_.traits->singular, " is: --",
                                     above->singular, " NAME, or `",
                                     above->singular, ": ID` in the file"));
    }
    return absl::OkStatus();
  }

  // A plain id is enough where the parent is known.
  absl::StatusOr<FullRecordName> NameFrom(ServerSession& session,
                                          const std::string& parent) const {
    const bool plain = name_.find('/') == std::string::npos;
    if (plain && noun_.traits->parent != nullptr &&
        parent.find('/', parent.find('/') + 1) != std::string::npos) {
      return session.ResolveRecord(
          noun_.traits,
          absl::StrCat(parent, "/", noun_.traits->collection, "/", name_),
          NameArgument(noun_));
    }
    return session.ResolveRecord(noun_.traits, name_, NameArgument(noun_));
  }

  // The server names fields below the request's field of the record.
  absl::Status Locate(const CommandContext& context, ServerSession& session,
                      const absl::Status& status, const EvidenceRecord& record,
                      const std::string& parent) const {
    const std::vector<FieldViolation> violations = GetFieldViolations(status);
    if (violations.empty()) {
      const auto name = session.ResolveRecord(
          noun_.traits,
          absl::StrCat(parent, "/", noun_.traits->collection, "/",
                       record.id.empty() ? "id" : record.id),
          NameArgument(noun_));
      if (!name.ok()) return status;
      return WithRecordNext(status, context.settings, noun_, *name);
    }
    TextProblems problems;
    for (FieldViolation violation : violations) {
      const std::string prefix = absl::StrCat(noun_.traits->singular, ".");
      if (violation.field.rfind(prefix, 0) == 0) {
        violation.field = violation.field.substr(prefix.size());
      }
      problems.Add(file_, LocateViolations({violation}, record.positions));
    }
    return problems.ToStatus("the server refused it; nothing was changed:");
  }

  const RecordNoun& noun_;
  std::string name_, file_, id_, parent_, message_;
  bool independent_ = false;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRecordCreate(const RecordNoun& noun) {
  return std::make_unique<RecordCreate>(noun);
}

}  // namespace consilium
