#include "client/cli/import_run.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/apply_plan.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/import_merge.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/text_file.h"
#include "client/import/import_text.h"
#include "client/import/limits.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/limits.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// Paths in which two forms of a study differ, in the note about them.
constexpr size_t kDifferencesShown = 3;

}  // namespace

void ImportRun::Declare(CommandSpec& spec) {
  spec.Argument("FILE", &files_, "What to read; - for standard input")
      .Required()
      .Completes("file");
  spec.Flag("-m,--message", "TEXT", &options_.message, "Why; needed to write");
  spec.Switch("--dry-run", &options_.dry_run,
              "Only say what would change, old value and new");
  remarks_.Declare(spec);
  spec.Switch("--independent", &options_.independent,
              "An extraction made without regard to other institutions: it "
              "leaves their values beside yours");
  if (format_.marks == nullptr) return;
  spec.Switch("--retract", &retract_,
              "Also take back what an earlier import gave from the same sheets "
              "and they no longer have");
}

absl::StatusOr<ExitCode> ImportRun::Run(CommandContext& context) {
  if (options_.message.empty() && !options_.dry_run) {
    return UsageError("import needs -m, --message TEXT: why the change is made",
                      absl::StrCat("consilium ", format_.command, " --help"));
  }
  context_ = &context;
  options_.message = ImportMessage(options_.message, format_.command);
  for (const std::string& file : files_) RETURN_IF_ERROR(ReadFile(file));
  RETURN_IF_ERROR(remarks_.SettleProblems(!taken_.empty()));
  if (taken_.empty()) {
    remarks_.Write(context.io.err, context.settings.quiet);
    return ExitCode::kInvalid;
  }
  ASSIGN_OR_RETURN(session_, ServerSession::Open(context.settings));
  ASSIGN_OR_RETURN(RegistryName registry, session_->Registry());
  registry_ = std::make_unique<RegistryName>(std::move(registry));
  prior_ =
      std::make_unique<PriorValues>(*session_, *registry_, format_.command);
  known_ = std::make_unique<KnownRecords>(*session_, *registry_);
  stated_ = std::make_unique<StatedRecords>(*known_, remarks_);
  RETURN_IF_ERROR(LookUpAll());
  const auto progress = context.StartProgress("comparing", format_.items);
  for (size_t i = 0; i < taken_.size(); ++i) {
    progress->Update(static_cast<int64_t>(i),
                     static_cast<int64_t>(taken_.size()));
    RETURN_IF_ERROR(stated_->Add(taken_[i].first, std::move(taken_[i].second)));
  }
  RETURN_IF_ERROR(FindGone());
  RETURN_IF_ERROR(LeaveRetracted());
  if (!options_.independent) RETURN_IF_ERROR(LeaveOthers());
  FillEvidence();
  remarks_.Write(context.io.err, context.settings.quiet);
  return options_.dry_run ? DryRun() : Send();
}

// ---- Reading

absl::Status ImportRun::ReadFile(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string bytes,
                   ReadTextFile(file, context_->io.in, kImportFileSizeMax));
  const auto text = CheckImportText(file, bytes);
  absl::StatusOr<std::vector<ImportedStudy>> studies =
      std::vector<ImportedStudy>();
  studies = text.ok() ? format_.read(file, *text) : text.status();
  if (!studies.ok()) {
    if (!remarks_.takes_rejects()) return studies.status();
    remarks_.AddProblem(
        {file, "", {"", "", std::string(studies.status().message())}});
    return absl::OkStatus();
  }
  for (ImportedStudy& study : *studies) TakeStudy(file, std::move(study));
  return absl::OkStatus();
}

void ImportRun::TakeStudy(const std::string& file, ImportedStudy study) {
  const std::string in_file =
      study.place.empty() ? file : absl::StrCat(file, " ", study.place);
  // Publications are made one; of a study one must be right.
  const bool is_study =
      !study.records.empty() &&
      study.records.front().traits == &CollectionTraits("trials");
  if (is_study) {
    const auto [known, is_new] = seen_.emplace(study.number, in_file);
    if (!is_new && !format_.joins_files) {
      return NoteTwice(in_file, study, known->second);
    }
  }
  remarks_.AddStudy(in_file, study);
  if (study.problems.empty()) taken_.emplace_back(in_file, std::move(study));
}

// Of a study that stands twice the first is taken; what differs is told.
void ImportRun::NoteTwice(const std::string& in_file,
                          const ImportedStudy& study,
                          const std::string& first_file) {
  std::string differs = "the first had problems";
  for (const auto& [file, taken] : taken_) {
    if (file != first_file || taken.number != study.number) continue;
    const std::vector<std::string> paths = DifferingPaths(taken, study);
    differs =
        paths.empty()
            ? "the two say the same"
            : absl::StrCat(
                  CountText(paths.size(), "value", "values"),
                  paths.size() == 1 ? " differs: " : " differ: ",
                  absl::StrJoin(
                      paths.begin(),
                      paths.begin() + std::min(paths.size(), kDifferencesShown),
                      ", "),
                  paths.size() > kDifferencesShown ? ", ..." : "");
    break;
  }
  remarks_.AddNote(
      {in_file,
       study.number,
       {"", "stands twice",
        absl::StrCat("left out: is also in ", first_file, "; ", differs)}});
}

// ---- Records

// The numbers by which trials and publications are looked for.
absl::Status ImportRun::LookUpAll() {
  std::set<std::string> numbers;
  for (const auto& [place, study] : taken_) {
    for (const ImportedRecord& record : study.records) {
      if (const auto* trial =
              dynamic_cast<const v1::Trial*>(record.message.get())) {
        numbers.insert(study.number);
        for (const v1::Registration& each : trial->registrations()) {
          numbers.insert(each.number());
        }
      } else if (const auto* publication = dynamic_cast<const v1::Publication*>(
                     record.message.get())) {
        numbers.insert(publication->registrations().begin(),
                       publication->registrations().end());
      }
    }
  }
  return known_->LookUp(numbers);
}

void ImportRun::AddKept(const EvidenceRecord& record,
                        std::vector<KeptValue>& kept) {
  for (KeptValue& each : kept) {
    std::string now = each.values.after;
    std::string done = std::move(each.why);
    if (!each.values.before.empty()) {
      const auto cells = DistinctCells({each.values.before, now});
      absl::StrAppend(&done, ": ", CutToWidth(cells[0], kImportValueWidth));
      now = cells[1];
    }
    remarks_.AddNote({record.file,
                      each.record,
                      {each.values.path, CutToWidth(now, kImportValueWidth),
                       std::move(done)}});
  }
  kept.clear();
}

// What the same sheets gave before and no longer say. Rows that were set aside
// are not gone.
absl::Status ImportRun::FindGone() {
  const std::vector<std::string> marks =
      format_.marks == nullptr ? std::vector<std::string>() : format_.marks();
  if (marks.empty()) return absl::OkStatus();
  gone_ = std::make_unique<GoneValues>(*session_, *registry_, format_.command);
  if (remarks_.has_problems()) {
    if (!retract_) return absl::OkStatus();
    return UsageError(
        "--retract wants sheets without problems: a row that has one is not "
        "gone");
  }
  StatedPaths stated;
  for (const EvidenceRecord& record : stated_->records()) {
    BuildKeys(*record.message);
    ASSIGN_OR_RETURN(const std::vector<FieldValue> values,
                     Split(*record.message, *record.traits));
    auto& paths = stated[record.RelativeName()];
    for (const FieldValue& value : values) {
      paths.insert(value.path.ToText(record.traits->descriptor));
    }
  }
  RETURN_IF_ERROR(gone_->Find(marks, format_.may_replace, stated));
  TellGone();
  return retract_ ? gone_->Retract(session_->Change(options_.message),
                                   options_.message, /*validate_only=*/true)
                  : absl::OkStatus();
}

void ImportRun::TellGone() {
  const std::string done =
      retract_ ? "is no longer in the sheet that gave it; taken back"
               : "is no longer in the sheet that gave it; stays here, and "
                 "--retract takes it back";
  for (const GoneRecord& gone : gone_->records()) {
    if (gone.whole) {
      remarks_.AddNote(
          {"",
           gone.name,
           {"", "",
            gone.used_by.empty()
                ? done
                : absl::StrCat("is no longer in the sheet that gave it; stays, "
                               "since ",
                               gone.used_by, " has to do with it")}});
      continue;
    }
    for (const RecordChange& value : gone.values) {
      remarks_.AddNote(
          {"",
           gone.name,
           {value.path, CutToWidth(value.before, kImportValueWidth), done}});
    }
  }
}

// What --retract takes back.
std::string ImportRun::GoneText(bool done) const {
  std::string text;
  if (gone_ == nullptr || !retract_ || gone_->records().empty()) return text;
  text = done ? "taken back:\n" : "would be taken back:\n";
  for (const GoneRecord& gone : gone_->records()) {
    if (!gone.used_by.empty()) continue;
    absl::StrAppend(&text, gone.name, gone.whole ? ": retracted\n" : "\n");
    if (gone.whole) continue;
    for (const RecordChange& value : gone.values) {
      absl::StrAppend(&text, "  ", value.path, ": ",
                      CutToWidth(value.before, kImportValueWidth),
                      " -> (nothing)\n");
    }
  }
  return text;
}

// A record that was retracted here stays so, and so does what stands under it
// and what refers to it.
absl::Status ImportRun::LeaveRetracted() {
  std::vector<EvidenceRecord> left;
  std::set<std::string> told;
  for (EvidenceRecord& record : stated_->records()) {
    ASSIGN_OR_RETURN(const bool retracted, prior_->IsRetracted(record));
    if (!retracted) {
      left.push_back(std::move(record));
      continue;
    }
    const bool under = told.count(record.parent) > 0;
    told.insert(record.RelativeName());
    if (under) continue;
    remarks_.AddNote(
        {record.file,
         record.RelativeName(),
         {"", "", "is retracted here; left so, with what stands under it"}});
  }
  stated_->records() = std::move(left);
  if (told.empty()) return absl::OkStatus();
  std::vector<KeptValue> kept;
  for (EvidenceRecord& record : stated_->records()) {
    RETURN_IF_ERROR(prior_->LeaveRetracted(record, kept));
    AddKept(record, kept);
  }
  return absl::OkStatus();
}

absl::Status ImportRun::LeaveOthers() {
  std::vector<KeptValue> kept;
  for (EvidenceRecord& record : stated_->records()) {
    RETURN_IF_ERROR(prior_->LeaveOthers(format_.may_replace,
                                        format_.is_same_place, record, kept));
    AddKept(record, kept);
  }
  return absl::OkStatus();
}

// What belongs to one study goes together, unless it is more than one change
// can hold.
void ImportRun::FillEvidence() {
  std::map<std::string, size_t> parts;
  std::vector<EvidenceRecord> part;
  size_t size_bytes = 0;
  std::string file;
  const auto flush = [&] {
    if (part.empty()) return;
    const size_t n = ++parts[file];
    evidence_.AddRecords(n == 1 ? file : absl::StrCat(file, ", part ", n),
                         std::move(part));
    part.clear();
    size_bytes = 0;
  };
  for (EvidenceRecord& record : stated_->records()) {
    const size_t size = record.message->ByteSizeLong();
    if (record.file != file || size_bytes + size > kImportChangeSizeWanted) {
      flush();
    }
    file = record.file;
    size_bytes += size;
    part.push_back(std::move(record));
  }
  flush();
}

// ---- What came of it

absl::StatusOr<ExitCode> ImportRun::DryRun() {
  ApplyResult result;
  result.lists_unchanged = false;
  std::string differences;
  for (const EvidenceRecord& record : evidence_.records()) {
    ASSIGN_OR_RETURN(const PriorValues::Difference difference,
                     prior_->Compare(record));
    v1::StatementOutcome& outcome = result.outcomes.emplace_back();
    outcome.set_name(
        absl::StrCat(registry_->Full(), "/", record.RelativeName()));
    outcome.set_effect(difference.is_new ? v1::StatementOutcome::EFFECT_CREATED
                       : difference.changes.empty()
                           ? v1::StatementOutcome::EFFECT_UNCHANGED
                           : v1::StatementOutcome::EFFECT_UPDATED);
    if (!difference.is_new && !difference.changes.empty()) {
      absl::StrAppend(&differences, record.RelativeName(), "\n");
    }
    for (const RecordChange& change : difference.changes) {
      outcome.add_paths(change.path);
      if (difference.is_new) continue;
      const auto cells = DistinctCells({change.before, change.after});
      absl::StrAppend(&differences, "  ", change.path, ": ",
                      cells[0].empty()
                          ? "(nothing)"
                          : CutToWidth(cells[0], kImportValueWidth),
                      " -> ", CutToWidth(cells[1], kImportValueWidth), "\n");
    }
  }
  // The server has the last word, where it can be asked without writing.
  const ApplyRun run(*context_, *session_, *registry_, options_);
  if (PlanApply(evidence_).size() == 1) {
    ASSIGN_OR_RETURN(const ApplyResult answer, run.SendAll(evidence_));
    result.revision = answer.revision;
  }
  if (context_->settings.output == OutputFormat::kTable) {
    context_->io.out << differences << GoneText(/*done=*/false);
  }
  WriteApplyResult(*context_, result, /*dry_run=*/true,
                   absl::StrCat("the same command with -m MESSAGE"));
  return remarks_.has_problems() ? ExitCode::kPartial : ExitCode::kOk;
}

absl::StatusOr<ExitCode> ImportRun::Send() {
  const ApplyRun run(*context_, *session_, *registry_, options_);
  ASSIGN_OR_RETURN(ApplyResult result, run.SendAll(evidence_));
  result.lists_changed = !context_->settings.quiet;
  if (retract_ && gone_ != nullptr && !gone_->records().empty()) {
    RETURN_IF_ERROR(gone_->Retract(session_->Change(options_.message),
                                   options_.message, /*validate_only=*/false));
    ASSIGN_OR_RETURN(const auto standing, session_->Standing(*registry_));
    result.revision = standing.revision();
  }
  WriteApplyResult(*context_, result, /*dry_run=*/false,
                   context_->settings.quiet
                       ? ""
                       : NextCommand(context_->settings, "evidence search"));
  if (context_->settings.output == OutputFormat::kTable) {
    context_->io.out << GoneText(/*done=*/true);
  }
  return remarks_.has_problems() ? ExitCode::kPartial : ExitCode::kOk;
}

}  // namespace consilium
