#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/conflict_view.h"
#include "client/cli/errors.h"
#include "client/cli/limits.h"
#include "client/cli/record_commands.h"
#include "client/cli/record_patch.h"
#include "client/cli/record_view.h"
#include "client/cli/text_editor.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/status_macros.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

using google::protobuf::Message;

absl::Status HoldsUnknownFields(absl::string_view name) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "UNKNOWN_FIELDS",
                   absl::StrCat(name,
                                " holds fields that this release of consilium "
                                "does not know and would drop; edit it with a "
                                "newer one"),
                   {{"record", name}});
}

class RecordEdit : public Command {
 public:
  explicit RecordEdit(const RecordNoun& noun) : noun_(noun) {}

  void Declare(CommandSpec& spec) override {
    const std::string command =
        absl::StrCat("consilium ", noun_.word, " edit ", NameArgument(noun_));
    spec.Summary(absl::StrCat("Change fields of one ", noun_.traits->singular))
        .Description(absl::StrCat(
            "Without --set, opens the record as YAML in $EDITOR, again with "
            "the problems as comments until it is right. An element of a list "
            "is named by its index or its key: estimates[0].value=18.6. The "
            "value null clears a field. `consilium explain ",
            noun_.word, "` describes the fields."))
        .Example(command)
        .Example(absl::StrCat(command, " --set title='A better title'"))
        .Example(absl::StrCat(command, " --set note=null --etag ETAG"));
    spec.Argument(NameArgument(noun_), &name_,
                  absl::StrCat("The ", noun_.traits->singular))
        .Completes(noun_.word);
    spec.Flag("--set", "PATH=VALUE", &settings_, "Set this field");
    spec.Flag("-m,--message", "TEXT", &message_, "Why");
    spec.Flag("--etag", "ETAG", &etag_,
              "Only when this is still the record's etag; * for whatever is "
              "there");
    spec.Switch("--independent", &independent_,
                "An extraction made without regard to other institutions");
    spec.Switch("--dry-run", &dry_run_, "Only say what would change");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(
        const FullRecordName name,
        session->ResolveRecord(noun_.traits, name_, NameArgument(noun_)));
    ASSIGN_OR_RETURN(etag_, ParseEtag(etag_));
    ASSIGN_OR_RETURN(const RecordMessage before,
                     GetRecord(*session, noun_, name));
    if (HasUnknownFields(*before)) return HoldsUnknownFields(name.Full());
    if (!settings_.empty()) {
      ASSIGN_OR_RETURN(const RecordMessage edited, ApplySettings(*before));
      const auto after = Send(*session, *before, *edited);
      if (!after.ok()) {
        return WithRecordNext(after.status(), context.settings, noun_, name);
      }
      Report(context, *before, **after);
      return ExitCode::kOk;
    }
    return EditAsText(context, *session, *before);
  }

 private:
  absl::StatusOr<RecordMessage> ApplySettings(const Message& before) const {
    RecordMessage edited(before.New());
    edited->CopyFrom(before);
    for (const std::string& text : settings_) {
      ASSIGN_OR_RETURN(const FieldSetting setting,
                       ParseFieldSetting(text, before));
      RETURN_IF_ERROR(SetFieldFromText(setting.path, setting.value, *edited));
    }
    return edited;
  }

  // The record after the update; `before` itself when nothing differs.
  absl::StatusOr<RecordMessage> Send(ServerSession& session,
                                     const Message& before,
                                     const Message& edited) const {
    const std::vector<std::string> mask =
        ChangedFields(*noun_.traits, before, edited);
    RecordMessage stated(edited.New());
    stated->CopyFrom(edited);
    if (mask.empty()) {
      if (!etag_.empty() && etag_ != "*" && etag_ != EtagOf(before)) {
        return MakeError(absl::StatusCode::kAborted, "STALE_ETAG",
                         absl::StrCat(noun_.traits->singular, " ",
                                      ShortName(RecordNameOf(before)),
                                      " has changed since etag ", etag_,
                                      "; it is at ", EtagOf(before), " now"),
                         {{"etag", etag_}, {"current_etag", EtagOf(before)}});
      }
      stated->CopyFrom(before);
      return stated;
    }
    const FieldTraits* name = noun_.traits->FindField(kNameField);
    stated->GetReflection()->SetString(stated.get(), name->descriptor,
                                       RecordNameOf(before));
    RecordWriteOptions write;
    write.change = session.Change(message_);
    if (independent_) write.change.set_independent(true);
    write.validate_only = dry_run_;
    write.etag = etag_.empty() ? EtagOf(before) : etag_;
    return session.records().Update(*noun_.traits, *stated, mask, write);
  }

  void Report(const CommandContext& context, const Message& before,
              const Message& after) const {
    const std::string short_name = ShortName(RecordNameOf(before));
    const auto changes = CompareRecords(*noun_.traits, before, after);
    if (changes.empty()) {
      const std::vector<std::string> disputed = DisputedSettings(after);
      Details details = WrittenRecord(
          context.settings, *noun_.traits, before, "", {}, dry_run_,
          disputed.empty()
              ? ""
              : absl::StrCat("conflict show ",
                             ShellWord(RelativeRecord(RecordNameOf(before))),
                             " ", ShellWord(disputed.front())));
      details.summary = absl::StrCat(
          noun_.traits->singular, " ", short_name,
          " reads so already; nothing changed. ",
          disputed.empty()
              ? "Sources are kept beside a value and change with it."
              : absl::StrCat(absl::StrJoin(disputed, ", "),
                             disputed.size() == 1 ? " stays" : " stay",
                             " in conflict: an edit settles nothing, conflict "
                             "resolve does."));
      context.Write(details);
      return;
    }
    context.Write(WrittenRecord(
        context.settings, *noun_.traits, after, "changed", changes, dry_run_,
        dry_run_ ? ""
                 : absl::StrCat(noun_.word,
                                noun_.Has("Delete") ? " history " : " get ",
                                short_name)));
  }

  // The paths in conflict of the fields that --set names.
  std::vector<std::string> DisputedSettings(const Message& record) const {
    const auto field_of = [&](absl::string_view path) -> const FieldTraits* {
      const absl::string_view name = path.substr(0, path.find_first_of("=.["));
      for (const FieldTraits& field : noun_.traits->fields) {
        if (field.descriptor->name() == name ||
            field.descriptor->json_name() == name) {
          return &field;
        }
      }
      return nullptr;
    };
    std::vector<std::string> disputed;
    for (const std::string& path : ConflictsOf(record)) {
      const FieldTraits* const field = field_of(path);
      if (field != nullptr &&
          absl::c_any_of(settings_, [&](const std::string& setting) {
            return field_of(setting) == field;
          })) {
        disputed.push_back(path);
      }
    }
    return disputed;
  }

  absl::StatusOr<ExitCode> EditAsText(CommandContext& context,
                                      ServerSession& session,
                                      const Message& before) const {
    ASSIGN_OR_RETURN(const auto file,
                     EditedFile::Create(context.io.environment));
    const std::string original =
        absl::StrCat(RecordYaml(*noun_.traits, before));
    std::string text = original;
    for (int round = 0; round < kEditRoundsMax; ++round) {
      ASSIGN_OR_RETURN(const std::string edited, file->Edit(text));
      if (edited == text) {
        if (round == 0) {
          Report(context, before, before);
          return ExitCode::kOk;
        }
        break;
      }
      TextPositions positions;
      RecordMessage record = noun_.traits->New();
      std::vector<TextProblem> problems =
          ReadEdited(file->path(), edited, *record, positions);
      if (problems.empty()) {
        auto after = Send(session, before, *record);
        if (after.ok()) {
          Report(context, before, **after);
          return ExitCode::kOk;
        }
        problems = ProblemsOf(after.status(), positions);
        if (problems.empty()) {
          file->Keep();
          return Annotate(after.status(),
                          absl::StrCat("your text is kept in ", file->path()));
        }
      }
      text = WithProblemComments(edited, problems);
    }
    file->Keep();
    return MakeError(absl::StatusCode::kInvalidArgument, "INVALID_TEXT",
                     absl::StrCat("the text still has problems; nothing was "
                                  "changed, and it is kept in ",
                                  file->path()),
                     {{"file", file->path()}});
  }

  // What is wrong with the text; none when `record` holds it.
  std::vector<TextProblem> ReadEdited(const std::string& path,
                                      const std::string& text, Message& record,
                                      TextPositions& positions) const {
    std::vector<TextProblem> problems;
    const auto documents = ParseText(path, text, TextFormat::kYaml);
    if (!documents.ok()) {
      return {{{}, "", std::string(documents.status().message())}};
    }
    if (documents->size() != 1) {
      return {{{}, "", "want the fields of one record"}};
    }
    ReadMessage(documents->front(), "", record, problems, &positions);
    if (!problems.empty()) return problems;
    return LocateViolations(Validate(record), positions);
  }

  // What the server said about fields; empty when it said something else.
  std::vector<TextProblem> ProblemsOf(const absl::Status& status,
                                      const TextPositions& positions) const {
    std::vector<FieldViolation> violations = GetFieldViolations(status);
    const std::string prefix = absl::StrCat(noun_.traits->singular, ".");
    for (FieldViolation& violation : violations) {
      if (absl::StartsWith(violation.field, prefix)) {
        violation.field.erase(0, prefix.size());
      }
    }
    return LocateViolations(violations, positions);
  }

  const RecordNoun& noun_;
  std::string name_, message_, etag_;
  std::vector<std::string> settings_;
  bool independent_ = false;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRecordEdit(const RecordNoun& noun) {
  return std::make_unique<RecordEdit>(noun);
}

}  // namespace consilium
