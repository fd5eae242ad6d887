#include "client/cli/import_run.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/apply_plan.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/text_file.h"
#include "client/export/csv.h"
#include "client/import/ctgov_values.h"
#include "client/import/import_text.h"
#include "client/import/limits.h"
#include "client/import/record_references.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr char kNext[] =
    "--rejects FILE takes what has no problems, and lists the others there";
// Values are cut to this many columns where differences are listed.
constexpr int kValueWidth = 60;

const RecordTraits& TraitsOf(const char* collection) {
  return *RecordTraitsTable::Get().FindByCollection(collection);
}

// Adds to `record` what `other` has and it has not. Returns what the two say
// otherwise, where `record` stays.
absl::StatusOr<std::vector<FieldPath>> MergeInto(const EvidenceRecord& other,
                                                 EvidenceRecord& record) {
  BuildKeys(*record.message);
  BuildKeys(*other.message);
  std::map<FieldPath, FieldValue> values;
  std::vector<FieldPath> differ;
  for (const EvidenceRecord* each :
       std::initializer_list<const EvidenceRecord*>{&record, &other}) {
    ASSIGN_OR_RETURN(std::vector<FieldValue> split,
                     Split(*each->message, *each->traits));
    for (FieldValue& value : split) {
      const FieldPath path = value.path;
      const auto [held, is_new] = values.emplace(path, value);
      if (!is_new && held->second.value != value.value) differ.push_back(path);
    }
  }
  std::vector<FieldValue> all;
  for (auto& [path, value] : values) all.push_back(std::move(value));
  ASSIGN_OR_RETURN(record.message,
                   AssembleMessage(all, *record.traits, Sources::kInclude));
  return differ;
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
  RETURN_IF_ERROR(LookUpAll());
  const auto progress = context.StartProgress("comparing", format_.items);
  for (size_t i = 0; i < taken_.size(); ++i) {
    progress->Update(static_cast<int64_t>(i),
                     static_cast<int64_t>(taken_.size()));
    RETURN_IF_ERROR(AddStudy(taken_[i].first, std::move(taken_[i].second)));
  }
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
      remarks_.push_back(
          {in_file,
           study.number,
           {"", "stands twice",
            absl::StrCat("is also in ", known->second, ", which was taken")}});
      return;
    }
  }
  for (const auto& [what, count] : study.left_out) left_out_[what] += count;
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
  std::string message = absl::StrCat(
      problems_.size(), problems_.size() == 1 ? " problem" : " problems",
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
  return WithNext(
      MakeError(absl::StatusCode::kInvalidArgument, "INVALID_TEXT", message),
      kNext);
}

// ---- Records

// Asks for what is known by any of the numbers, in few calls: each reads all
// that the registry holds.
absl::Status ImportRun::LookUp(const std::set<std::string>& numbers) {
  std::vector<std::string> terms;
  std::map<std::string, std::set<std::string>> trials;
  const auto ask = [&]() -> absl::Status {
    if (terms.empty()) return absl::OkStatus();
    const auto filter = [&](absl::string_view path) {
      return absl::StrCat(path,
                          absl::StrJoin(terms, absl::StrCat(" OR ", path)));
    };
    RETURN_IF_ERROR(session_->records().List(
        TraitsOf("trials"),
        {.parent = registry_->Full(),
         .filter = filter("registrations.number = ")},
        [&](google::protobuf::Message& message) {
          const auto& trial = static_cast<const v1::Trial&>(message);
          const auto name = FullRecordName::Parse(trial.name());
          if (!name.ok()) return true;
          for (const v1::Registration& each : trial.registrations()) {
            trials[each.number()].emplace(name->record.id());
          }
          return true;
        }));
    RETURN_IF_ERROR(session_->records().List(
        TraitsOf("publications"),
        {.parent = registry_->Full(), .filter = filter("registrations:")},
        [&](google::protobuf::Message& message) {
          const auto& publication =
              static_cast<const v1::Publication&>(message);
          const auto name = FullRecordName::Parse(publication.name());
          if (!name.ok()) return true;
          for (const std::string& number : publication.registrations()) {
            reported_[number].emplace(name->record.id());
          }
          return true;
        }));
    terms.clear();
    return absl::OkStatus();
  };
  for (const std::string& number : numbers) {
    if (!looked_up_.insert(number).second) continue;
    terms.push_back(Quote(number));
    if (terms.size() >= kImportNumbersAsked) RETURN_IF_ERROR(ask());
  }
  RETURN_IF_ERROR(ask());
  for (const std::string& number : numbers) {
    const auto found = trials.find(number);
    const std::string id = absl::AsciiStrToLower(number);
    trials_.emplace(number, found == trials.end() ? ""
                            : found->second.count(id) > 0
                                ? id
                                : *found->second.begin());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ImportRun::FindTrial(const std::string& number) {
  if (looked_up_.count(number) == 0) RETURN_IF_ERROR(LookUp({number}));
  return trials_.at(number);
}

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
  return LookUp(numbers);
}

// The trial that is known by the study's number, or by another that a registry
// gave, whatever its id is; else the id that follows from the number.
absl::StatusOr<std::string> ImportRun::TrialIdOf(const ImportedStudy& study) {
  ASSIGN_OR_RETURN(std::string id, FindTrial(study.number));
  for (const ImportedRecord& record : study.records) {
    const auto* trial = dynamic_cast<const v1::Trial*>(record.message.get());
    if (trial == nullptr || !id.empty()) continue;
    for (const v1::Registration& each : trial->registrations()) {
      const bool of_registry =
          each.authority() != v1::REGISTRATION_AUTHORITY_SPONSOR &&
          each.authority() != v1::REGISTRATION_AUTHORITY_GRANT &&
          each.authority() != v1::REGISTRATION_AUTHORITY_OTHER;
      if (!of_registry || !id.empty()) continue;
      ASSIGN_OR_RETURN(id, FindTrial(each.number()));
    }
  }
  if (id.empty() && study.named_by_people) {
    ASSIGN_OR_RETURN(id, FindTrialByName(study.number));
  }
  if (id.empty()) id = absl::AsciiStrToLower(study.number);
  trials_[study.number] = id;
  return id;
}

// The trial that has the id `name`, else the only one that has it as its
// acronym; "" when there is none or several.
absl::StatusOr<std::string> ImportRun::FindTrialByName(
    const std::string& name) {
  if (!knows_trials_) {
    knows_trials_ = true;
    RETURN_IF_ERROR(session_->records().List(
        TraitsOf("trials"), {.parent = registry_->Full()},
        [&](google::protobuf::Message& message) {
          const auto& trial = static_cast<const v1::Trial&>(message);
          const auto full = FullRecordName::Parse(trial.name());
          if (!full.ok()) return true;
          const std::string id(full->record.id());
          trial_ids_.insert(id);
          trials_by_acronym_[KebabOf(trial.acronym())].insert(id);
          return true;
        }));
  }
  const std::string id = absl::AsciiStrToLower(name);
  if (trial_ids_.count(id) > 0) return id;
  const auto found = trials_by_acronym_.find(id);
  return found == trials_by_acronym_.end() || found->second.size() != 1
             ? ""
             : *found->second.begin();
}

// What is there is read once: a search may hold thousands.
absl::Status ImportRun::KnowPublications() {
  if (knows_publications_) return absl::OkStatus();
  knows_publications_ = true;
  return session_->records().List(
      TraitsOf("publications"), {.parent = registry_->Full()},
      [&](google::protobuf::Message& message) {
        const auto& publication = static_cast<v1::Publication&>(message);
        const auto name = FullRecordName::Parse(publication.name());
        if (name.ok()) {
          PublicationIdOf(message, std::string(name->record.id()));
        }
        return true;
      });
}

// The id of the publication that has the same PubMed number or DOI, whatever it
// is; else `id`, which the numbers are known by from now on.
std::string ImportRun::PublicationIdOf(const google::protobuf::Message& message,
                                       std::string id) {
  const auto& publication = static_cast<const v1::Publication&>(message);
  const std::string pmid = publication.pmid();
  const std::string doi = absl::AsciiStrToLower(publication.doi());
  for (const std::string& number : {pmid, doi}) {
    const auto known = publications_.find(number);
    if (number.empty() || known == publications_.end()) continue;
    id = known->second;
    break;
  }
  if (!pmid.empty()) publications_.emplace(pmid, id);
  if (!doi.empty()) publications_.emplace(doi, id);
  return id;
}

// Gives the publications of `study` the ids that they are known by here.
absl::Status ImportRun::NamePublications(ImportedStudy& study) {
  std::map<std::string, std::string> renamed;
  for (ImportedRecord& record : study.records) {
    if (record.traits != &TraitsOf("publications")) continue;
    RETURN_IF_ERROR(KnowPublications());
    const std::string id = PublicationIdOf(*record.message, record.id);
    if (id != record.id) renamed[record.id] = id;
    record.id = id;
  }
  if (renamed.empty()) return absl::OkStatus();
  for (ImportedRecord& record : study.records) {
    RenameReferences("publications", renamed, *record.message);
  }
  return absl::OkStatus();
}

// Gives the arms of `study` the ids of arms that are called so here.
absl::Status ImportRun::NameArms(const std::string& trial,
                                 ImportedStudy& study) {
  std::map<std::string, std::string> called;  // A name in kebab case: the id.
  std::set<std::string> ids;
  const absl::Status listed = session_->records().List(
      TraitsOf("arms"),
      {.parent = absl::StrCat(registry_->Full(), "/trials/", trial)},
      [&](google::protobuf::Message& message) {
        const auto& arm = static_cast<const v1::Arm&>(message);
        const auto name = FullRecordName::Parse(arm.name());
        if (!name.ok()) return true;
        const std::string id(name->record.id());
        ids.insert(id);
        called.emplace(KebabOf(arm.title()), id);
        for (const std::string& label : arm.labels()) {
          called.emplace(KebabOf(label), id);
        }
        return true;
      });
  if (!listed.ok() && !absl::IsNotFound(listed)) return listed;
  std::map<std::string, std::string> renamed;
  for (ImportedRecord& record : study.records) {
    if (record.traits != &TraitsOf("arms") || ids.count(record.id) > 0) {
      continue;
    }
    const auto& arm = static_cast<const v1::Arm&>(*record.message);
    const auto found = called.find(KebabOf(arm.title()));
    if (arm.title().empty() || found == called.end()) continue;
    renamed[record.id] = found->second;
    record.id = found->second;
  }
  if (renamed.empty()) return absl::OkStatus();
  for (ImportedRecord& record : study.records) {
    RenameReferences("arms", renamed, *record.message);
  }
  return absl::OkStatus();
}

absl::Status ImportRun::AddStudy(const std::string& in_file,
                                 ImportedStudy study) {
  std::string trial;
  for (const ImportedRecord& record : study.records) {
    if (record.traits != &TraitsOf("trials")) continue;
    ASSIGN_OR_RETURN(trial, TrialIdOf(study));
  }
  const std::string file = absl::StrCat(in_file, " ", study.number);
  RETURN_IF_ERROR(NamePublications(study));
  if (study.named_by_people && !trial.empty()) {
    RETURN_IF_ERROR(NameArms(trial, study));
  }
  std::vector<std::string> names;
  for (ImportedRecord& imported : study.records) {
    EvidenceRecord record;
    record.traits = imported.traits;
    record.message = std::move(imported.message);
    record.id =
        record.traits == &TraitsOf("trials") ? trial : std::move(imported.id);
    if (imported.in_trial) record.parent = absl::StrCat("trials/", trial);
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
    ASSIGN_OR_RETURN(const std::string trial, FindTrial(number));
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
    if (looked_up_.count(each.number()) == 0) {
      RETURN_IF_ERROR(LookUp({each.number()}));
    }
    const auto found = reported_.find(each.number());
    if (found == reported_.end()) continue;
    publications.insert(found->second.begin(), found->second.end());
  }
  for (const std::string& publication : publications) {
    RETURN_IF_ERROR(AddReport(in_file, id, publication));
  }
  return absl::OkStatus();
}

absl::Status ImportRun::LeaveOthers() {
  std::vector<KeptValue> kept;
  for (EvidenceRecord& record : records_) {
    kept.clear();
    RETURN_IF_ERROR(prior_->LeaveOthers(format_.may_replace, record, kept));
    for (const KeptValue& each : kept) {
      const auto cells = DistinctCells({each.values.before, each.values.after});
      remarks_.push_back({record.file,
                          each.record,
                          {each.values.path, CutToWidth(cells[1], kValueWidth),
                           absl::StrCat("left as another source has it: ",
                                        CutToWidth(cells[0], kValueWidth))}});
    }
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
    err << before << each.item << (each.note.place.empty() ? "" : ": ")
        << each.note.place << ": " << CutToWidth(each.note.value, kValueWidth)
        << ": " << each.note.wish << "\n";
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
  for (const auto& [what, count] : left_out_) left_out += count;
  if (left_out > 0) {
    err << left_out << " values of " << left_out_.size()
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
  for (const auto& [what, count] : left_out_) {
    file << CsvLine({"", "", what, absl::StrCat(count, " values"),
                     "no place in the schema; not taken"});
  }
  file.close();
  if (!file) err << notes_ << ": cannot be written\n";
}

absl::StatusOr<ExitCode> ImportRun::DryRun() {
  ApplyResult result;
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
