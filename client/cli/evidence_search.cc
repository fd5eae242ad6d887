#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/evidence_table.h"
#include "client/cli/evidence_tally.h"
#include "client/cli/field_columns.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "consilium/v1/evidence_service.pb.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggested_field.h"

namespace consilium {
namespace {

constexpr char kSearchEvidence[] =
    "consilium.v1.EvidenceService.SearchEvidence";

// What is shown unless columns are named. In tables those that no row fills
// are left out.
constexpr char kTableColumns[] =
    "study,kind,outcome,adverseEvent,grade,group,reference,measure,statistic,"
    "timeMonths,value,unit,low,high,p,events,participants,design,doubt";
constexpr char kCsvColumns[] =
    "study,kind,outcome,outcomeDetail,compartment,assessor,adverseEvent,"
    "eventAssessment,eventAttribution,eventPeriod,grade,group,reference,"
    "population,measure,statistic,method,adjustment,timeMonths,comparator,"
    "value,valueStatus,unit,low,high,pComparator,p,events,participants,design,"
    "doubt";
constexpr char kProvenanceColumns[] = "institution,author,source,printed";

std::vector<std::string> SplitColumns(absl::string_view text) {
  std::vector<std::string> columns;
  for (const absl::string_view column :
       absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    columns.emplace_back(absl::StripAsciiWhitespace(column));
  }
  return columns;
}

// The field that `column` names: itself, or the one that it is another word
// for, such as "phase"; a "-" before it stays.
std::string FieldOf(const std::string& column) {
  const absl::string_view name = absl::StripPrefix(column, "-");
  const bool is_field = IsMadeColumn(name) ||
                        v1::EvidenceRow::descriptor()->FindFieldByCamelcaseName(
                            std::string(name)) != nullptr;
  const absl::string_view path = is_field ? "" : RowFieldCalled(name);
  if (path.empty()) return column;
  return absl::StrCat(absl::StartsWith(column, "-") ? "-" : "", path);
}

std::vector<std::string> FieldsOf(const std::vector<std::string>& columns) {
  std::vector<std::string> fields;
  for (const std::string& column : columns) fields.push_back(FieldOf(column));
  return fields;
}

// Whether some column is of the records that rows are made of.
bool NeedsRecords(const std::vector<std::string>& columns) {
  return absl::c_any_of(columns, [](const std::string& column) {
    const std::string path(absl::StripPrefix(column, "-"));
    const auto* const field =
        v1::EvidenceRow::descriptor()->FindFieldByCamelcaseName(
            path.substr(0, path.find('.')));
    return field != nullptr &&
           field->number() >= v1::EvidenceRow::kTrialFieldNumber;
  });
}

// INVALID_ARGUMENT when evidence rows have no such field as `flag` names.
absl::Status CheckColumn(absl::string_view flag, const std::string& column) {
  const google::protobuf::Descriptor* type = v1::EvidenceRow::descriptor();
  std::string prefix;
  for (const absl::string_view part : absl::StrSplit(column, '.')) {
    const auto* const field =
        type == nullptr ? nullptr
                        : type->FindFieldByCamelcaseName(std::string(part));
    if (field == nullptr) {
      std::vector<std::string> meant;
      if (const RowFieldWord* const word = FindRowFieldWord(column)) {
        meant.emplace_back(word->field);
      } else if (type != nullptr) {
        meant = SuggestFields(*type, part);
        for (std::string& path : meant) path.insert(0, prefix);
      }
      return UsageError(
          absl::StrCat(
              flag, " names \"", column,
              "\", which is no field of an evidence row",
              meant.empty()
                  ? absl::StrCat("; want fields such as ", kTableColumns)
                  : absl::StrCat("; did you mean \"",
                                 absl::StrJoin(meant, "\" or \""), "\"?")),
          "consilium explain evidence-row");
    }
    absl::StrAppend(&prefix, part, ".");
    type = field->message_type();
  }
  return absl::OkStatus();
}

// Whether SearchEvidence tells the groups of rows by that field.
bool IsServerGroup(const std::string& column) {
  const auto* const field =
      v1::EvidenceRow::descriptor()->FindFieldByCamelcaseName(column);
  if (field == nullptr) return false;
  using google::protobuf::FieldDescriptor;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_INT32:
      return !field->is_repeated();
    default:
      return false;
  }
}

bool IsProvenanceColumn(absl::string_view column) {
  return IsMadeColumn(column) && column != kDoubtColumn;
}

class EvidenceSearch : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("List evidence rows: one for each trial, number and count")
        .Description(
            "A filter compares any field of a row; the terms of vocabularies "
            "may be written as any synonym. Rows that only what a report "
            "leaves open keeps from matching are counted, and listed with "
            "--possible. `consilium explain evidence-row` lists the fields; "
            "`consilium evidence terms` the words. The column doubt tells "
            "which rows are disputed, with the other value and who holds it, "
            "and which can be read otherwise.")
        .Example(
            "consilium evidence search --filter 'drugClasses:egfr-tki-1g AND "
            "outcome = os AND measure = hr AND value < 0.6'")
        .Example(
            "consilium evidence search --filter 'adverseEvent = rp AND "
            "grade = \">= 3\"' --possible")
        .Example(
            "consilium evidence search --filter 'kind = trial AND "
            "armTreatments.any(drugClasses = egfr-tki AND radiotherapy = "
            "srs)'")
        .Example(
            "consilium evidence search --filter 'outcome = pfs AND statistic = "
            "median AND value > \"1 year\"'")
        .Example(
            "consilium evidence search --filter 'kind = trial AND status = "
            "ongoing' --columns study,registrations,title --sort title")
        .Example(
            "consilium evidence search --filter 'NOT design = preclinical' "
            "--group-by drugClasses")
        .Example(
            "consilium evidence search --filter 'kind = trial' --group-by "
            "drugClasses,radiotherapy");
    spec.Flag("--filter", "FILTER", &filter_, "Only those that match");
    spec.VersionFlag(&at_);
    spec.Flag("--columns", "FIELDS", &columns_,
              "The fields to show, separated by commas; also doubt, "
              "institution, author and source");
    spec.Flag("--sort", "FIELDS", &sort_,
              "Sort by these fields, the first most; -FIELD the other way "
              "round. Without it by study and outcome");
    spec.Flag("--limit", "COUNT", &limit_, "Show at most so many rows");
    spec.Flag("--group-by", "FIELDS", &group_by_,
              "Count rows and studies by the values of a field instead, or by "
              "those of two, separated by a comma; a row counts once for each "
              "value that it has, and as possible for each that its report "
              "leaves open. Drugs and radiotherapy of two fields are those of "
              "one arm");
    spec.Switch("--possible", &possible_,
                "List rows too that may match, marked as possible");
    spec.Switch("--provenance", &provenance_,
                "With where each number was read and who entered it");
    spec.Switch("--records", &records_,
                "With the records that rows were made of");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (limit_.has_value() && *limit_ < 1) {
      return UsageError("--limit takes a number from 1");
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    v1::SearchEvidenceRequest request;
    request.set_parent(registry.Full());
    request.set_filter(filter_);
    request.set_at(at_);
    request.set_page_size(kPageSize);
    request.set_show_possible(possible_);
    request.set_with_provenance(provenance_);
    request.set_with_records(records_);
    const bool table = context.settings.output == OutputFormat::kTable;
    std::vector<std::string> titles = SplitColumns(!columns_.empty() ? columns_
                                                   : table ? kTableColumns
                                                           : kCsvColumns);
    std::vector<std::string> fields = FieldsOf(titles);
    const std::vector<std::string> sort = FieldsOf(SplitColumns(sort_));
    for (const std::string& field : fields) {
      if (IsMadeColumn(field)) continue;
      RETURN_IF_ERROR(CheckColumn("--columns", field));
    }
    for (const std::string& field : sort) {
      const std::string name(absl::StripPrefix(field, "-"));
      if (IsMadeColumn(name)) continue;
      RETURN_IF_ERROR(CheckColumn("--sort", name));
    }
    if (provenance_) {
      for (std::string& column : SplitColumns(kProvenanceColumns)) {
        if (!absl::c_linear_search(fields, column)) {
          titles.push_back(column);
          fields.push_back(std::move(column));
        }
      }
    }
    const std::vector<std::string> group_titles = SplitColumns(group_by_);
    const std::vector<std::string> groups = FieldsOf(group_titles);
    if (groups.size() > EvidenceTally::kFieldsMax) {
      return UsageError(absl::StrCat("--group-by names ", groups.size(),
                                     " fields; want one or two"),
                        "consilium evidence search --help");
    }
    for (const std::string& field : groups) {
      RETURN_IF_ERROR(CheckColumn("--group-by", field));
    }
    if (NeedsRecords(fields) || NeedsRecords(sort) || NeedsRecords(groups)) {
      request.set_with_records(true);
    }
    if (absl::c_any_of(fields, IsProvenanceColumn) ||
        absl::c_any_of(sort, IsProvenanceColumn)) {
      request.set_with_provenance(true);
    }
    std::vector<v1::EvidenceRow> found;
    // Rows that only may match are counted apart.
    if (!groups.empty()) request.set_show_possible(true);
    // The server tells what reports leave open of the fields of a row.
    const bool open_groups = absl::c_all_of(groups, IsServerGroup);
    if (open_groups) {
      request.mutable_group_by()->Assign(groups.begin(), groups.end());
    }
    EvidenceTally tally(groups, group_titles);
    v1::SearchEvidenceResponse page;
    do {
      request.set_page_token(page.next_page_token());
      ASSIGN_OR_RETURN(page, CallFor<v1::SearchEvidenceResponse>(
                                 session->caller(), kSearchEvidence, request,
                                 session->options(kLongDeadline)));
      for (v1::EvidenceRow& row : *page.mutable_rows()) {
        if (groups.empty()) {
          found.push_back(std::move(row));
          continue;
        }
        if (open_groups) {
          tally.Count(row);
          continue;
        }
        std::vector<std::vector<std::string>> values;
        for (const std::string& group : groups) {
          values.push_back(FieldTexts(row, group));
        }
        tally.Count(row, values);
      }
    } while (!page.next_page_token().empty());
    if (!groups.empty()) {
      tally.Show(context);
    } else {
      sort.empty() ? SortForPeople(found) : SortBy(sort, found);
      const auto all = static_cast<int64_t>(found.size());
      const int64_t shown = std::min(limit_.value_or(all), all);
      ShowRows(context, titles, fields, found, static_cast<size_t>(shown));
      if (table && shown < all) context.io.out << "the first " << shown << "; ";
    }
    if (table) {
      ShowCounts(page, context.io.out);
    } else if (page.possible_size() > 0 && !possible_ && groups.empty()) {
      context.io.err << PossibleText(page) << "\n";
    }
    if (context.settings.output == OutputFormat::kCsv) {
      TellBounds(fields, found, context.io.err);
    }
    for (const std::string& hint : page.hints()) {
      context.io.err << hint << "\n";
    }
    return ExitCode::kOk;
  }

 private:
  static constexpr int kPageSize = 1000;

  void ShowRows(CommandContext& context, std::vector<std::string> titles,
                const std::vector<std::string>& fields,
                const std::vector<v1::EvidenceRow>& rows, size_t count) const {
    if (possible_) titles.insert(titles.begin(), "possible");
    const bool table = context.settings.output == OutputFormat::kTable;
    std::vector<std::vector<std::string>> lines;
    if (table || context.settings.output == OutputFormat::kCsv) {
      lines = Lines(fields, rows, table);
      lines.resize(count);
    } else {
      lines.resize(count, std::vector<std::string>(titles.size()));
    }
    const bool narrow = table && columns_.empty() && count > 0;
    std::vector<size_t> shown;
    for (size_t i = 0; i < titles.size(); ++i) {
      const bool filled = absl::c_any_of(
          lines, [i](const auto& cells) { return !cells[i].empty(); });
      if (filled || !narrow) shown.push_back(i);
    }
    std::vector<Column> columns;
    for (const size_t i : shown) columns.push_back({titles[i]});
    const auto list = context.List(columns);
    const bool json = IsJson(context.settings.output);
    for (size_t row = 0; row < count; ++row) {
      std::vector<std::string> cells;
      for (const size_t i : shown) cells.push_back(std::move(lines[row][i]));
      list->Add({rows[row].id(),
                 json ? OneLine(MessageJson(rows[row])) : std::string(),
                 std::move(cells)});
    }
    list->Finish("no rows match");
  }

  // What the default table shows of the outcome tells alike rows apart.
  std::vector<std::vector<std::string>> Lines(
      const std::vector<std::string>& fields,
      const std::vector<v1::EvidenceRow>& rows, bool table) const {
    const CellStyle style = table ? CellStyle::kTable : CellStyle::kCsv;
    std::vector<std::string> qualifiers(rows.size());
    if (table && columns_.empty()) qualifiers = Qualifiers(rows);
    std::vector<std::vector<std::string>> lines;
    for (size_t i = 0; i < rows.size(); ++i) {
      std::vector<std::string>& cells = lines.emplace_back();
      if (possible_) cells.push_back(rows[i].possible() ? "possible" : "");
      for (const std::string& field : fields) {
        std::string cell = EvidenceCell(rows[i], field, style);
        const bool names = field == "outcome" || field == "adverseEvent";
        if (names && !cell.empty() && !qualifiers[i].empty()) {
          absl::StrAppend(&cell, " (", qualifiers[i], ")");
        }
        cells.push_back(std::move(cell));
      }
    }
    return lines;
  }

  std::string PossibleText(const v1::SearchEvidenceResponse& page) const {
    return absl::StrCat(page.possible_size(),
                        " more may, where reports leave open ",
                        absl::StrJoin(page.possible_fields(), ", "),
                        possible_ || !group_by_.empty() ? "" : ": --possible");
  }

  // Names the columns that tell which numbers of a file are bounds.
  static void TellBounds(const std::vector<std::string>& fields,
                         const std::vector<v1::EvidenceRow>& rows,
                         std::ostream& err) {
    const auto is_bound = [](v1::Comparator comparator) {
      return comparator != v1::COMPARATOR_UNSPECIFIED &&
             comparator != v1::COMPARATOR_EQUAL;
    };
    const auto tell = [&](absl::string_view number, absl::string_view sign,
                          int64_t bounds) {
      if (bounds == 0 || !absl::c_linear_search(fields, number) ||
          absl::c_linear_search(fields, sign)) {
        return;
      }
      err << number << " is a bound in " << bounds
          << (bounds == 1 ? " row" : " rows") << ", such as <0.001; the column "
          << sign << " tells in which\n";
    };
    tell("p", "pComparator",
         absl::c_count_if(rows, [&](const v1::EvidenceRow& row) {
           return is_bound(row.p_comparator());
         }));
    tell("value", "comparator",
         absl::c_count_if(rows, [&](const v1::EvidenceRow& row) {
           return is_bound(row.comparator());
         }));
  }

  void ShowCounts(const v1::SearchEvidenceResponse& page,
                  std::ostream& out) const {
    if (page.total_size() > 0) {
      out << page.total_size()
          << (page.total_size() == 1 ? " row matches" : " rows match");
    }
    if (page.possible_size() > 0) {
      out << (page.total_size() > 0 ? "; " : "") << PossibleText(page);
    }
    if (page.total_size() + page.possible_size() > 0) out << "\n";
  }

  std::string filter_, at_, columns_, group_by_, sort_;
  std::optional<int64_t> limit_;
  bool possible_ = false;
  bool provenance_ = false;
  bool records_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeEvidenceSearch() {
  return std::make_unique<EvidenceSearch>();
}

}  // namespace consilium
