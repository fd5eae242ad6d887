#include "client/import/sheet_rows.h"

#include <re2/re2.h>

#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/sheet_columns.h"
#include "client/import/sheet_drafts.h"
#include "client/import/sheet_records.h"
#include "client/import/text_pattern.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// The columns that name trials.
std::vector<BoundColumn> NamesAmong(const std::vector<BoundColumn>& columns) {
  std::vector<BoundColumn> names;
  for (const BoundColumn& each : columns) {
    for (const SheetTarget& target : each.column->targets) {
      if (absl::string_view(target.part->name) == "trial" &&
          (target.path == kIdPath || target.path == kNumberPath ||
           target.path == "acronym")) {
        names.push_back(each);
        break;
      }
    }
  }
  return names;
}

// Rows in which an empty cell of some columns has what stands above it, unless
// one of them to its left starts anew.
class FilledRow {
 public:
  FilledRow(const SheetMap& map, const std::vector<BoundColumn>& columns) {
    for (const BoundColumn& each : columns) {
      if (map.fill_down.count(each.column->name) > 0) {
        above_.emplace(each.index, "");
      }
    }
  }

  // Good until the next call.
  const CsvRow& Fill(const CsvRow& row) {
    if (above_.empty()) return row;
    filled_ = row;
    bool starts = false;
    for (auto& [index, above] : above_) {
      absl::string_view& cell = filled_.cells[index];
      starts = starts || !cell.empty();
      if (starts) {
        above = cell;
      } else {
        cell = above;
      }
    }
    return filled_;
  }

 private:
  std::map<size_t, absl::string_view> above_;  // By place of the cell.
  CsvRow filled_;
};

class SheetReader {
 public:
  SheetReader(absl::string_view file, const CsvTable& table,
              const SheetMap& map)
      : table_(table),
        map_(map),
        sheet_(SheetNameOf(file, map)),
        records_(map, sheet_) {}

  absl::StatusOr<std::vector<ImportedStudy>> Read() {
    ASSIGN_OR_RETURN(SheetColumns columns,
                     SheetColumns::Bind(table_, map_, sheet_));
    const std::vector<BoundColumn> names = NamesAmong(columns.bound());
    if (names.size() > 1) {
      FilledRow filled(map_, columns.bound());
      for (const CsvRow& row : table_.rows) {
        if (columns.Wants(row)) records_.Learn(names, filled.Fill(row));
      }
    }
    FilledRow filled(map_, columns.bound());
    for (const CsvRow& row : table_.rows) {
      if (!columns.Wants(row)) continue;
      columns.CountUnmapped(row);
      records_.Read(columns.bound(), filled.Fill(row));
      Keep();
    }
    ASSIGN_OR_RETURN(std::vector<ImportedStudy> studies, drafts_.Take());
    if (!studies.empty()) columns.TellUnmapped(studies.front());
    return studies;
  }

 private:
  // Adds the row's records to the study that it is of.
  void Keep() {
    SheetRow& row = records_.row();
    const std::string& publication = records_.publication();
    const std::string name = !records_.trial().empty() ? records_.trial()
                             : publication.empty()
                                 ? absl::StrCat("line ", row.line())
                                 : absl::StrCat("publications/", publication);
    drafts_.StudyOf(name, records_.trial().empty() && !publication.empty()
                              ? publication
                              : name);
    for (SheetRecord& each : records_.records()) {
      drafts_.Add(name, each, row);
    }
    ImportedStudy& study = drafts_.StudyOf(name, "");
    study.problems.insert(study.problems.end(), row.problems().begin(),
                          row.problems().end());
    study.warnings.insert(study.warnings.end(), row.warnings().begin(),
                          row.warnings().end());
  }

  const CsvTable& table_;
  const SheetMap& map_;
  const std::string sheet_;
  SheetRecords records_;
  SheetDrafts drafts_;
};

}  // namespace

absl::StatusOr<std::vector<ImportedStudy>> ReadSheet(absl::string_view file,
                                                     const CsvTable& table,
                                                     const SheetMap& map) {
  return SheetReader(file, table, map).Read();
}

std::string SheetNameOf(absl::string_view file, const SheetMap& map) {
  if (map.sheet) return *map.sheet;
  return std::string(file.substr(file.find_last_of('/') + 1));
}

bool IsSameInSheet(const v1::Source& a, const v1::Source& b) {
  const auto without_line = [](v1::Source source) {
    RE2::Replace(source.mutable_note(),
                 Pattern(absl::StrCat("^(", kSheetWord, ".*?, line )[0-9]+")),
                 "\\1");
    return source.SerializeAsString();
  };
  return absl::StartsWith(a.note(), kSheetWord) &&
         without_line(a) == without_line(b);
}

std::string SheetMark(absl::string_view sheet) {
  return absl::StrCat(kSheetWord, sheet, ", line ");
}

bool IsOfSheet(const v1::Source& source, absl::string_view sheet) {
  return absl::StartsWith(source.note(), SheetMark(sheet));
}

}  // namespace consilium
