#include "client/cli/import_csv.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/cli/errors.h"
#include "client/cli/import_run.h"
#include "client/cli/text_file.h"
#include "client/import/covidence_sheet.h"
#include "client/import/csv_table.h"
#include "client/import/import_text.h"
#include "client/import/limits.h"
#include "client/import/map_draft.h"
#include "client/import/revman5_sheet.h"
#include "client/import/revman_study_sheet.h"
#include "client/import/sheet_layouts.h"
#include "client/import/sheet_map.h"
#include "client/import/sheet_rows.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kReviewTarget[] = "review.id=";
constexpr char kReportTarget[] = "publication.id=";

class ImportCsv : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Take in sheets of extraction or screening")
        .Description(
            "Reads tables with one row a trial, arm, estimate, comparison, "
            "adverse event or vote of a screener. A map says in YAML what each "
            "column is; --print-map writes a first draft of it from the names "
            "of the columns. What RevMan, RevMan 5 and Covidence export needs "
            "none; with --set review.id=ID, references of Covidence are taken "
            "with what the name of the file tells of their screening, and "
            "RevMan's tables of risk of bias as assessments. What is marked as "
            "not recorded gives no value. A trial is taken whole or "
            "not at all, from all its rows; the same sheet again changes "
            "nothing.")
        .Example("consilium import csv effects.csv --print-map > map.yaml")
        .Example("consilium import csv effects.csv --map map.yaml --dry-run")
        .Example(
            "consilium import csv effects.csv --map map.yaml -m 'Sheet of May'")
        .Example(
            "consilium import csv *-data-rows.csv *-settings.csv --set "
            "publication.id=our-review -m 'From RevMan'")
        .Example(
            "consilium import csv *-study-information.csv *-study-arms.csv "
            "*-study-results.csv *-risk-of-bias.csv --set "
            "publication.id=our-review --set review.id=nsclc -m 'From RevMan'")
        .Example(
            "consilium import csv review_*_csv_*.csv --set review.id=nsclc -m "
            "'Screened in Covidence'");
    run_.Declare(spec);
    spec.Flag("--map", "FILE", &map_file_, "What the columns are, as YAML")
        .Completes("file");
    spec.Switch("--print-map", &print_map_,
                "Only write a map to start from to standard output");
    spec.Flag("--set", "TARGET=VALUE", &constants_,
              "A constant of the map: contrast.measure=hr");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (print_map_) return PrintMap(context);
    if (!map_file_.empty()) {
      ASSIGN_OR_RETURN(const std::string text,
                       ReadTextFile(map_file_, context.io.in));
      ASSIGN_OR_RETURN(map_, ReadSheetMap(map_file_, text));
      RETURN_IF_ERROR(AddConstants(*map_));
    }
    RETURN_IF_ERROR(LookForSettings(context));
    return run_.Run(context);
  }

 private:
  absl::Status AddConstants(SheetMap& map) const {
    for (const std::string& constant : constants_) {
      RETURN_IF_ERROR(AddConstant(constant, map));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<ExitCode> PrintMap(CommandContext& context) {
    const std::string& file = run_.files().front();
    ASSIGN_OR_RETURN(const std::string bytes,
                     ReadTextFile(file, context.io.in, kImportFileSizeMax));
    ASSIGN_OR_RETURN(const absl::string_view text,
                     CheckImportText(file, bytes));
    if (!CommandFor(text).empty()) return WrongFormat(file, text, "a table");
    ASSIGN_OR_RETURN(const CsvTable table, ReadCsv(file, text));
    const std::string known = LayoutOf(file, table, ReviewSet());
    context.io.out << (known.empty() ? DraftMap(file, table) : known);
    return ExitCode::kOk;
  }

  // Settings of RevMan serve the rows of any file, whatever their order.
  absl::Status LookForSettings(CommandContext& context) {
    for (const std::string& file : run_.files()) {
      if (!absl::EndsWith(file, "settings.csv")) continue;
      ASSIGN_OR_RETURN(const std::string bytes,
                       ReadTextFile(file, context.io.in, kImportFileSizeMax));
      const auto text = CheckImportText(file, bytes);
      if (!text.ok()) return text.status();
      ASSIGN_OR_RETURN(const CsvTable table, ReadCsv(file, *text));
      TakeRevManSettings(table, settings_);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<ImportedStudy>> Read(absl::string_view file,
                                                  absl::string_view text) {
    if (!CommandFor(text).empty()) return WrongFormat(file, text, "a table");
    ASSIGN_OR_RETURN(
        CsvTable table,
        ReadCsv(file, text, map_ ? map_->delimiter : std::nullopt));
    RevManSettings taken;
    if (TakeRevManSettings(table, taken)) return std::vector<ImportedStudy>();
    RETURN_IF_ERROR(CompleteRevManRows(file, settings_, table));
    if (IsOfRevMan5(table)) RETURN_IF_ERROR(CompleteRevMan5Rows(file, table));
    if (IsOfCovidence(table)) {
      of_covidence_ = true;
      RETURN_IF_ERROR(ReadScreening(file, table));
    }
    const RevManStudyTable of_studies = RevManStudyTableOf(table);
    if (of_studies == RevManStudyTable::kBias && !map_) {
      return ReadBias(file, table);
    }
    // A map may be of a sheet that only has the same columns.
    if (!map_ || WantsMoreThan(table)) CompleteRevManStudies(of_studies, table);
    if (map_) {
      sheets_.insert(SheetNameOf(file, *map_));
      return ReadSheet(file, table, *map_);
    }
    const std::string known = of_studies == RevManStudyTable::kNone
                                  ? LayoutOf(file, table, ReviewSet())
                                  : RevManStudyMap(of_studies);
    if (known.empty()) {
      return WithNext(
          MakeError(absl::StatusCode::kInvalidArgument, "NO_MAP",
                    absl::StrCat(file,
                                 ": is a sheet of its own form; want --map "
                                 "FILE that says what its columns are")),
          absl::StrCat("consilium import csv ", file,
                       " --print-map > map.yaml"));
    }
    ASSIGN_OR_RETURN(SheetMap map,
                     ReadSheetMap("the map for this form", known));
    map.of_known_form = true;
    RETURN_IF_ERROR(AddConstants(map));
    // Only numbers want a report.
    if (!SaysOf(map, "publication") &&
        of_studies != RevManStudyTable::kInformation &&
        of_studies != RevManStudyTable::kArms) {
      return WithNext(
          MakeError(absl::StatusCode::kInvalidArgument, "NO_REPORT",
                    absl::StrCat(file,
                                 ": its values belong to no report; want "
                                 "the review that they are of")),
          absl::StrCat("consilium import csv ", file,
                       " --set publication.id=our-review"));
    }
    sheets_.insert(SheetNameOf(file, map));
    ASSIGN_OR_RETURN(std::vector<ImportedStudy> studies,
                     ReadSheet(file, table, map));
    TellScreening(file, table, studies);
    return studies;
  }

  // Judgements of bias are those of a review.
  absl::StatusOr<std::vector<ImportedStudy>> ReadBias(absl::string_view file,
                                                      const CsvTable& table) {
    if (ReviewSet().empty()) {
      return WithNext(
          MakeError(absl::StatusCode::kInvalidArgument, "NO_REVIEW",
                    absl::StrCat(file,
                                 ": is a table of risk of bias; want the "
                                 "review of this registry that it is of")),
          absl::StrCat("consilium import csv ", file, " --set review.id=ID"));
    }
    sheets_.insert(std::string(file.substr(file.find_last_of('/') + 1)));
    return ReadRevManBias(file, table, ReviewSet(), Set(kReportTarget));
  }

  // Whether the map names a column that the table has not.
  bool WantsMoreThan(const CsvTable& table) const {
    return std::any_of(map_->columns.begin(), map_->columns.end(),
                       [&](const SheetColumn& column) {
                         return !column.targets.empty() &&
                                !table.Find(column.name).has_value();
                       });
  }

  // What --set says of that target, "" when it says nothing.
  std::string Set(absl::string_view target) const {
    for (const std::string& constant : constants_) {
      absl::string_view value = constant;
      if (absl::ConsumePrefix(&value, target)) return std::string(value);
    }
    return "";
  }
  std::string ReviewSet() const { return Set(kReviewTarget); }

  // Adds to references of Covidence what was decided on them.
  absl::Status ReadScreening(absl::string_view file, CsvTable& table) const {
    // A map has its own columns of decisions, or those that are added.
    const bool is_wanted =
        map_ ? std::any_of(map_->columns.begin(), map_->columns.end(),
                           [](const SheetColumn& column) {
                             return IsAddedToCovidence(column.name);
                           })
             : !ReviewSet().empty();
    if (!is_wanted) return absl::OkStatus();
    const bool is_told =
        CovidenceFileOf(file).has_value() || map_.has_value() ||
        std::any_of(constants_.begin(), constants_.end(), [](const auto& each) {
          return absl::StartsWith(each, "screening");
        });
    if (!is_told) {
      return WithNext(
          MakeError(
              absl::StatusCode::kInvalidArgument, "NO_DECISION",
              absl::StrCat(file,
                           ": its name does not tell whether its references "
                           "were taken in; want that which Covidence gives it, "
                           "as in review_123_excluded_csv_20240131.csv, or the "
                           "decision")),
          "consilium import csv FILE --set review.id=ID --set "
          "'screening[full-text].decision=exclude' --set "
          "'screening[title-abstract].decision=include'");
    }
    CompleteCovidenceRows(file, table);
    return absl::OkStatus();
  }

  // Decisions that a file holds and nobody asked for.
  void TellScreening(absl::string_view file, const CsvTable& table,
                     std::vector<ImportedStudy>& studies) const {
    const auto told = CovidenceFileOf(file);
    if (!told || told->place == CovidencePlace::kScreen || studies.empty() ||
        !IsOfCovidence(table) || !ReviewSet().empty()) {
      return;
    }
    studies.front().warnings.push_back(
        {"", std::string(file),
         "was taken as references alone; --set review.id=ID takes its "
         "screening too"});
  }

  // Of Covidence people take in one of several files at a time.
  std::vector<std::string> Marks() const {
    std::vector<std::string> marks;
    for (const std::string& sheet : sheets_) {
      if (!of_covidence_) marks.push_back(SheetMark(sheet));
    }
    return marks;
  }

  bool MayReplace(const v1::Source& source) const {
    for (const std::string& sheet : sheets_) {
      if (IsOfSheet(source, sheet)) return true;
    }
    return false;
  }

  std::string map_file_;
  bool print_map_ = false;
  std::vector<std::string> constants_;
  std::optional<SheetMap> map_;
  RevManSettings settings_;
  std::set<std::string> sheets_;  // The names that were read.
  bool of_covidence_ = false;     // Some of them.
  ImportRun run_{
      {.command = "import csv",
       .items = "studies",
       .joins_files = true,
       .read = [this](absl::string_view file,
                      absl::string_view text) { return Read(file, text); },
       .may_replace =
           [this](const v1::Source& source) { return MayReplace(source); },
       .is_same_place = IsSameInSheet,
       .marks = [this] { return Marks(); }}};
};

}  // namespace

std::unique_ptr<Command> MakeImportCsv() {
  return std::make_unique<ImportCsv>();
}

}  // namespace consilium
