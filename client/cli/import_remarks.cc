#include "client/cli/import_remarks.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/export/csv.h"
#include "client/import/limits.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

constexpr char kNext[] =
    "the same with --rejects FILE: takes what has no problems, and lists the "
    "others there";

}  // namespace

void ImportRemarks::Declare(CommandSpec& spec) {
  spec.Flag("--rejects", "FILE", &rejects_file_,
            "Take what can be taken, and list the rest there as CSV")
      .Completes("file");
  spec.Flag("--notes", "FILE", &notes_file_,
            "List there as CSV what was read with a doubt, kept as others "
            "said it, or has no place in the schema")
      .Completes("file");
}

void ImportRemarks::AddProblem(ImportRemark remark) {
  problems_.push_back(std::move(remark));
}

void ImportRemarks::AddNote(ImportRemark remark) {
  notes_.push_back(std::move(remark));
}

void ImportRemarks::AddStudy(const std::string& in_file,
                             const ImportedStudy& study) {
  for (const auto& [what, count] : study.left_out) {
    left_out_.push_back({in_file, study.number, what, count});
  }
  for (const ImportNote& note : study.problems) {
    AddProblem({in_file, study.number, note});
  }
  // Of a study that is not taken its doubts do not matter.
  if (!study.problems.empty()) return;
  for (const ImportNote& note : study.warnings) {
    AddNote({in_file, study.number, note});
  }
  if (!study.absent_modules.empty()) {
    AddNote(
        {in_file,
         study.number,
         {"", "part of a record",
          absl::StrCat("has no ", absl::StrJoin(study.absent_modules, ", "))}});
  }
}

absl::Status ImportRemarks::SettleProblems(bool something_taken) const {
  if (problems_.empty()) return absl::OkStatus();
  if (!rejects_file_.empty()) {
    std::ofstream file(rejects_file_, std::ios::binary | std::ios::trunc);
    file << CsvLine({"file", "item", "place", "value", "wish"});
    for (const ImportRemark& row : problems_) {
      file << CsvLine(
          {row.file, row.item, row.note.place, row.note.value, row.note.wish});
    }
    file.close();
    if (file) return absl::OkStatus();
    return UsageError(absl::StrCat(rejects_file_, ": cannot be written"));
  }
  std::string message =
      absl::StrCat(CountText(problems_.size(), "problem", "problems"),
                   "; nothing was sent:");
  for (size_t i = 0; i < problems_.size() && i < kImportProblemsShown; ++i) {
    const ImportRemark& row = problems_[i];
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
  return something_taken ? WithNext(error, kNext) : error;
}

// All of a few; of many how often each kind, with the first of it.
void ImportRemarks::ShowNotes(std::ostream& err) const {
  const auto show = [&](const ImportRemark& each, absl::string_view before) {
    err << before << each.item;
    for (const std::string& part :
         {each.note.place, CutToWidth(each.note.value, kImportValueWidth),
          each.note.wish}) {
      if (!part.empty()) err << ": " << part;
    }
    err << "\n";
  };
  if (notes_.size() <= kImportNotesShown) {
    for (const ImportRemark& each : notes_) show(each, "note: ");
    return;
  }
  // What was done, without the value that it was done with.
  std::map<std::string, std::vector<const ImportRemark*>> kinds;
  for (const ImportRemark& each : notes_) {
    const std::string& done = each.note.wish;
    kinds[done.substr(0, done.find_first_of(":0123456789"))].push_back(&each);
  }
  std::vector<std::pair<size_t, const std::string*>> order;
  for (const auto& [kind, all] : kinds) order.emplace_back(all.size(), &kind);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : *a.second < *b.second;
  });
  err << notes_.size() << " notes of " << kinds.size() << " kinds"
      << (notes_file_.empty() ? "; --notes FILE lists them all" : "") << "\n";
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

void ImportRemarks::Write(std::ostream& err, bool quiet) const {
  if (!quiet) ShowNotes(err);
  int left_out = 0;
  std::set<std::string> kinds;
  for (const LeftOut& each : left_out_) {
    left_out += each.count;
    kinds.insert(each.what);
  }
  if (left_out > 0 && !quiet) {
    err << left_out << " values of " << kinds.size()
        << " kinds have no place in the schema and were not taken"
        << (notes_file_.empty() ? "; --notes FILE lists them" : "") << "\n";
  }
  if (!problems_.empty()) {
    err << problems_.size() << " problems are in " << rejects_file_
        << "; what has them was left out\n";
  }
  if (notes_file_.empty()) return;
  std::ofstream file(notes_file_, std::ios::binary | std::ios::trunc);
  file << CsvLine({"file", "item", "place", "value", "what was done"});
  for (const ImportRemark& row : notes_) {
    file << CsvLine(
        {row.file, row.item, row.note.place, row.note.value, row.note.wish});
  }
  for (const LeftOut& each : left_out_) {
    file << CsvLine({each.file, each.item, each.what,
                     CountText(each.count, "value", "values"),
                     "no place in the schema; not taken"});
  }
  file.close();
  if (!file) err << notes_file_ << ": cannot be written\n";
}

}  // namespace consilium
