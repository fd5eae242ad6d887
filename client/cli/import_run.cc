#include "client/cli/import_run.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/apply_plan.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/import_merge.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/text_file.h"
#include "client/export/csv.h"
#include "client/import/import_text.h"
#include "client/import/limits.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/screening.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr char kNext[] =
    "the same with --rejects FILE: takes what has no problems, and lists the "
    "others there";
// Values are cut to this many columns where differences are listed.
constexpr int kValueWidth = 60;
// Paths in which two forms of a study differ, in the note about them.
constexpr size_t kDifferencesShown = 3;

const RecordTraits& TraitsOf(const char* collection) {
  return *RecordTraitsTable::Get().FindByCollection(collection);
}

}  // namespace

void ImportRun::Declare(CommandSpec& spec) {
  spec.Argument("FILE", &files_, "What to read; - for standard input")
      .Required()
      .Completes("file");
  spec.Flag("-m,--message", "TEXT", &options_.message, "Why; needed to write");
  spec.Switch("--dry-run", &options_.dry_run,
              "Only say what would change, old value and new");
  spec.Flag("--rejects", "FILE", &rejects_,
            "Take what can be taken, and list the rest there as CSV")
      .Completes("file");
  spec.Flag("--notes", "FILE", &notes_,
            "List there as CSV what was read with a doubt, kept as others "
            "said it, or has no place in the schema")
      .Completes("file");
  spec.Switch("--independent", &options_.independent,
              "An extraction made without regard to other institutions: it "
              "leaves their values beside yours");
}

absl::StatusOr<ExitCode> ImportRun::Run(CommandContext& context) {
  if (options_.message.empty() && !options_.dry_run) {
    return UsageError("import needs -m, --message TEXT: why the change is made",
                      absl::StrCat("consilium ", format_.command, " --help"));
  }
  context_ = &context;
  options_.message = ImportMessage(options_.message, format_.command);
  for (const std::string& file : files_) RETURN_IF_ERROR(ReadFile(file));
  RETURN_IF_ERROR(SettleProblems());
  if (taken_.empty()) {
    WriteRemarks();
    return ExitCode::kInvalid;
  }
  ASSIGN_OR_RETURN(session_, ServerSession::Open(context.settings));
  ASSIGN_OR_RETURN(RegistryName registry, session_->Registry());
  registry_ = std::make_unique<RegistryName>(std::move(registry));
  prior_ = std::make_unique<PriorValues>(*session_, *registry_);
  known_ = std::make_unique<KnownRecords>(*session_, *registry_);
  RETURN_IF_ERROR(LookUpAll());
  const auto progress = context.StartProgress("comparing", format_.items);
  for (size_t i = 0; i < taken_.size(); ++i) {
    progress->Update(static_cast<int64_t>(i),
                     static_cast<int64_t>(taken_.size()));
    RETURN_IF_ERROR(AddStudy(taken_[i].first, std::move(taken_[i].second)));
  }
  RETURN_IF_ERROR(LeaveRetracted());
  if (!options_.independent) RETURN_IF_ERROR(LeaveOthers());
  FillEvidence();
  WriteRemarks();
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
    if (rejects_.empty()) return studies.status();
    problems_.push_back(
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
  const bool is_study = !study.records.empty() &&
                        study.records.front().traits == &TraitsOf("trials");
  if (is_study) {
    const auto [known, is_new] = seen_.emplace(study.number, in_file);
    if (!is_new) {
      return NoteTwice(in_file, study, known->second);
    }
  }
  for (const auto& [what, count] : study.left_out) {
    left_out_.push_back({in_file, study.number, what, count});
  }
  if (!study.absent_modules.empty()) {
    study.warnings.push_back(
        {"", "part of a record",
         absl::StrCat("has no ", absl::StrJoin(study.absent_modules, ", "))});
  }
  auto& remarks = study.problems.empty() ? remarks_ : problems_;
  for (const ImportNote& note :
       study.problems.empty() ? study.warnings : study.problems) {
    remarks.push_back({in_file, study.number, note});
  }
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
  remarks_.push_back(
      {in_file,
       study.number,
       {"", "stands twice",
        absl::StrCat("left out: is also in ", first_file, "; ", differs)}});
}

absl::Status ImportRun::SettleProblems() const {
  if (problems_.empty()) return absl::OkStatus();
  if (!rejects_.empty()) {
    std::ofstream file(rejects_, std::ios::binary | std::ios::trunc);
    file << CsvLine({"file", "item", "place", "value", "wish"});
    for (const Remark& row : problems_) {
      file << CsvLine(
          {row.file, row.item, row.note.place, row.note.value, row.note.wish});
    }
    file.close();
    if (file) return absl::OkStatus();
    return UsageError(absl::StrCat(rejects_, ": cannot be written"));
  }
  std::string message =
      absl::StrCat(CountText(problems_.size(), "problem", "problems"),
                   "; nothing was sent:");
  for (size_t i = 0; i < problems_.size() && i < kImportProblemsShown; ++i) {
    const Remark& row = problems_[i];
    absl::StrAppend(&message, "\n", row.file, ": ", row.note.place,
                    row.note.place.empty() ? "" : ": ", row.note.value,
                    row.note.value.empty() ? "" : ": ", row.note.wish);
  }
  if (problems_.size() > kImportProblemsShown) {
    absl::StrAppend(&message, "\nand ", problems_.size() - kImportProblemsShown,
                    " more");
  }
  const absl::Status error =
      MakeError(absl::StatusCode::kInvalidArgument, "INVALID_TEXT", message);
  // Rejects are worth a file only where something else is left.
  return taken_.empty() ? error : WithNext(error, kNext);
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

absl::Status ImportRun::AddStudy(const std::string& in_file,
                                 ImportedStudy study) {
  std::string trial;
  for (const ImportedRecord& record : study.records) {
    if (record.traits != &TraitsOf("trials")) continue;
    ASSIGN_OR_RETURN(trial, known_->TrialIdOf(study));
  }
  const std::string file = absl::StrCat(in_file, " ", study.number);
  RETURN_IF_ERROR(known_->NamePublications(study));
  if (!trial.empty()) {
    RETURN_IF_ERROR(known_->NameArms(trial, study));
  }
  std::vector<std::string> names;
  for (ImportedRecord& imported : study.records) {
    EvidenceRecord record;
    record.traits = imported.traits;
    record.message = std::move(imported.message);
    record.id =
        record.traits == &TraitsOf("trials") ? trial : std::move(imported.id);
    if (imported.in_trial) record.parent = absl::StrCat("trials/", trial);
    if (!imported.parent.empty()) {
      RETURN_IF_ERROR(PlaceUnder(imported.parent, trial, record));
    }
    record.file = file;
    record.path = absl::StrCat(imported.place, " (", record.id, ")");
    names.push_back(record.RelativeName());
    RETURN_IF_ERROR(AddRecord(std::move(record)));
  }
  for (const std::string& name : names) {
    const size_t index = stated_.at(name);
    if (records_[index].traits == &TraitsOf("publications") && trial.empty()) {
      RETURN_IF_ERROR(LinkPublication(file, records_[index]));
    } else if (records_[index].traits == &TraitsOf("trials")) {
      RETURN_IF_ERROR(LinkTrial(file, records_[index]));
    }
  }
  return absl::OkStatus();
}

// Puts what is about the study's publication, else its trial, under `parent`.
absl::Status ImportRun::PlaceUnder(const std::string& parent,
                                   const std::string& trial,
                                   EvidenceRecord& record) {
  RETURN_IF_ERROR(known_->CheckReview(parent));
  record.parent = parent;
  auto* screening = dynamic_cast<v1::Screening*>(record.message.get());
  if (screening == nullptr) return absl::OkStatus();
  if (!trial.empty()) screening->set_trial(trial);
  record.id = screening->has_publication() ? screening->publication() : trial;
  return absl::OkStatus();
}

// A publication about more trials than a record may name still has its link
// from each of them.
void ImportRun::FitNumbers(const EvidenceRecord& stated,
                           EvidenceRecord& record) {
  const auto* first =
      dynamic_cast<const v1::Publication*>(stated.message.get());
  auto* second = dynamic_cast<v1::Publication*>(record.message.get());
  if (first == nullptr || second == nullptr ||
      first->registrations_size() + second->registrations_size() <=
          kImportPublicationNumbersMax) {
    return;
  }
  remarks_.push_back(
      {record.file,
       record.RelativeName(),
       {"registrations", absl::StrJoin(second->registrations(), ", "),
        absl::StrCat("has ", first->registrations_size(),
                     " numbers already; left out")}});
  second->clear_registrations();
}

// Two items may state one publication.
absl::Status ImportRun::AddRecord(EvidenceRecord record) {
  const auto [known, is_new] =
      stated_.emplace(record.RelativeName(), records_.size());
  if (is_new) {
    records_.push_back(std::move(record));
    return absl::OkStatus();
  }
  EvidenceRecord& stated = records_[known->second];
  FitNumbers(stated, record);
  ASSIGN_OR_RETURN(const std::vector<FieldPath> differ,
                   MergeInto(record, stated));
  for (const FieldPath& path : differ) {
    remarks_.push_back(
        {record.file,
         stated.RelativeName(),
         {path.ToText(stated.traits->descriptor), "",
          absl::StrCat("is otherwise in ", stated.file, ", which was taken")}});
  }
  return absl::OkStatus();
}

absl::Status ImportRun::AddReport(const std::string& in_file,
                                  const std::string& trial,
                                  const std::string& publication) {
  const auto stated = stated_.find(absl::StrCat("trials/", trial));
  if (stated != stated_.end()) {
    const auto& message =
        static_cast<const v1::Trial&>(*records_[stated->second].message);
    for (const v1::TrialReport& each : message.reports()) {
      if (each.publication() == publication) return absl::OkStatus();
    }
  }
  EvidenceRecord record;
  record.traits = &TraitsOf("trials");
  record.message = record.traits->New();
  auto& message = static_cast<v1::Trial&>(*record.message);
  message.add_reports()->set_publication(publication);
  record.id = trial;
  record.file = in_file;
  record.path = absl::StrCat("trial ", trial);
  return AddRecord(std::move(record));
}

// Links the trials whose numbers the publication states. A trial that names it
// already keeps what it says of it.
absl::Status ImportRun::LinkPublication(const std::string& in_file,
                                        const EvidenceRecord& publication) {
  const std::string id = publication.id;
  const auto& message =
      static_cast<const v1::Publication&>(*publication.message);
  const std::vector<std::string> numbers(message.registrations().begin(),
                                         message.registrations().end());
  for (const std::string& number : numbers) {
    ASSIGN_OR_RETURN(const std::string trial, known_->FindTrial(number));
    if (trial.empty()) {
      remarks_.push_back(
          {in_file,
           id,
           {"registrations", number,
            "no trial here has this number yet; its import makes the link"}});
      continue;
    }
    RETURN_IF_ERROR(AddReport(in_file, trial, id));
  }
  return absl::OkStatus();
}

// Links the publications that came before and state one of its numbers.
absl::Status ImportRun::LinkTrial(const std::string& in_file,
                                  const EvidenceRecord& trial) {
  const std::string id = trial.id;
  std::set<std::string> publications;
  for (const v1::Registration& each :
       static_cast<const v1::Trial&>(*trial.message).registrations()) {
    if (each.authority() == v1::REGISTRATION_AUTHORITY_SPONSOR ||
        each.authority() == v1::REGISTRATION_AUTHORITY_GRANT) {
      continue;
    }
    ASSIGN_OR_RETURN(const std::set<std::string> found,
                     known_->PublicationsAbout(each.number()));
    publications.insert(found.begin(), found.end());
  }
  for (const std::string& publication : publications) {
    RETURN_IF_ERROR(AddReport(in_file, id, publication));
  }
  return absl::OkStatus();
}

void ImportRun::AddKept(const EvidenceRecord& record,
                        std::vector<KeptValue>& kept) {
  for (KeptValue& each : kept) {
    std::string now = each.values.after;
    std::string done = std::move(each.why);
    if (!each.values.before.empty()) {
      const auto cells = DistinctCells({each.values.before, now});
      absl::StrAppend(&done, ": ", CutToWidth(cells[0], kValueWidth));
      now = cells[1];
    }
    remarks_.push_back(
        {record.file,
         each.record,
         {each.values.path, CutToWidth(now, kValueWidth), std::move(done)}});
  }
  kept.clear();
}

// A record that was retracted here stays so, and so does what stands under it
// and what refers to it.
absl::Status ImportRun::LeaveRetracted() {
  std::vector<EvidenceRecord> left;
  std::set<std::string> told;
  for (EvidenceRecord& record : records_) {
    ASSIGN_OR_RETURN(const bool retracted, prior_->IsRetracted(record));
    if (!retracted) {
      left.push_back(std::move(record));
      continue;
    }
    const bool under = told.count(record.parent) > 0;
    told.insert(record.RelativeName());
    if (under) continue;
    remarks_.push_back(
        {record.file,
         record.RelativeName(),
         {"", "", "is retracted here; left so, with what stands under it"}});
  }
  records_ = std::move(left);
  if (told.empty()) return absl::OkStatus();
  std::vector<KeptValue> kept;
  for (EvidenceRecord& record : records_) {
    RETURN_IF_ERROR(prior_->LeaveRetracted(record, kept));
    AddKept(record, kept);
  }
  return absl::OkStatus();
}

absl::Status ImportRun::LeaveOthers() {
  std::vector<KeptValue> kept;
  for (EvidenceRecord& record : records_) {
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
  for (EvidenceRecord& record : records_) {
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

// All of a few; of many how often each kind, with the first of it.
void ImportRun::ShowRemarks() const {
  auto& err = context_->io.err;
  const auto show = [&](const Remark& each, absl::string_view before) {
    err << before << each.item;
    for (const std::string& part :
         {each.note.place, CutToWidth(each.note.value, kValueWidth),
          each.note.wish}) {
      if (!part.empty()) err << ": " << part;
    }
    err << "\n";
  };
  if (remarks_.size() <= kImportNotesShown) {
    for (const Remark& each : remarks_) show(each, "note: ");
    return;
  }
  // What was done, without the value that it was done with.
  std::map<std::string, std::vector<const Remark*>> kinds;
  for (const Remark& each : remarks_) {
    const std::string& done = each.note.wish;
    kinds[done.substr(0, done.find_first_of(":0123456789"))].push_back(&each);
  }
  std::vector<std::pair<size_t, const std::string*>> order;
  for (const auto& [kind, all] : kinds) order.emplace_back(all.size(), &kind);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : *a.second < *b.second;
  });
  err << remarks_.size() << " notes of " << kinds.size() << " kinds"
      << (notes_.empty() ? "; --notes FILE lists them all" : "") << "\n";
  for (size_t i = 0; i < order.size() && i < kImportNotesShown; ++i) {
    const auto& all = kinds.at(*order[i].second);
    show(*all.front(), absl::StrCat(absl::StrFormat("%6d", all.size()),
                                    all.size() == 1 ? "  " : "  as "));
  }
  if (order.size() > kImportNotesShown) {
    err << "        and " << order.size() - kImportNotesShown
        << " more kinds\n";
  }
}

void ImportRun::WriteRemarks() const {
  auto& err = context_->io.err;
  ShowRemarks();
  int left_out = 0;
  std::set<std::string> kinds;
  for (const LeftOut& each : left_out_) {
    left_out += each.count;
    kinds.insert(each.what);
  }
  if (left_out > 0) {
    err << left_out << " values of " << kinds.size()
        << " kinds have no place in the schema and were not taken"
        << (notes_.empty() ? "; --notes FILE lists them" : "") << "\n";
  }
  if (!problems_.empty()) {
    err << problems_.size() << " problems are in " << rejects_
        << "; what has them was left out\n";
  }
  if (notes_.empty()) return;
  std::ofstream file(notes_, std::ios::binary | std::ios::trunc);
  file << CsvLine({"file", "item", "place", "value", "what was done"});
  for (const Remark& row : remarks_) {
    file << CsvLine(
        {row.file, row.item, row.note.place, row.note.value, row.note.wish});
  }
  for (const LeftOut& each : left_out_) {
    file << CsvLine({each.file, each.item, each.what,
                     CountText(each.count, "value", "values"),
                     "no place in the schema; not taken"});
  }
  file.close();
  if (!file) err << notes_ << ": cannot be written\n";
}

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
      absl::StrAppend(
          &differences, "  ", change.path, ": ",
          cells[0].empty() ? "(nothing)" : CutToWidth(cells[0], kValueWidth),
          " -> ", CutToWidth(cells[1], kValueWidth), "\n");
    }
  }
  // The server has the last word, where it can be asked without writing.
  const ApplyRun run(*context_, *session_, *registry_, options_);
  if (PlanApply(evidence_).size() == 1) {
    ASSIGN_OR_RETURN(const ApplyResult answer, run.SendAll(evidence_));
    result.revision = answer.revision;
  }
  if (context_->settings.output == OutputFormat::kTable) {
    context_->io.out << differences;
  }
  WriteApplyResult(*context_, result, /*dry_run=*/true,
                   absl::StrCat("the same command with -m MESSAGE"));
  return problems_.empty() ? ExitCode::kOk : ExitCode::kPartial;
}

absl::StatusOr<ExitCode> ImportRun::Send() {
  const ApplyRun run(*context_, *session_, *registry_, options_);
  ASSIGN_OR_RETURN(const ApplyResult result, run.SendAll(evidence_));
  WriteApplyResult(*context_, result, /*dry_run=*/false,
                   NextCommand(context_->settings, "evidence search"));
  return problems_.empty() ? ExitCode::kOk : ExitCode::kPartial;
}

}  // namespace consilium
