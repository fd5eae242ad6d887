#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/evidence_tally.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "consilium/v1/evidence_service.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggested_field.h"

namespace consilium {
namespace {

constexpr char kSearchEvidence[] =
    "consilium.v1.EvidenceService.SearchEvidence";

// What a table shows unless columns are named.
constexpr char kColumns[] =
    "study,kind,outcome,adverseEvent,grade,group,reference,measure,statistic,"
    "timeMonths,value,unit,low,high,p,events,participants,design";

// What a cell shows of a value; enumerations by their short words.
std::string ValueText(const JsonValue& value,
                      const google::protobuf::FieldDescriptor& field) {
  if (!value.is_string()) return value.dump();
  const auto text = value.get<std::string>();
  if (field.enum_type() == nullptr) return text;
  const auto* const word = ParseEnum(*field.enum_type(), text);
  return word == nullptr ? text : EnumText(*word);
}

// Adds the values at `path`, the rest of a column, in `value`.
void AddValues(const JsonValue& value, const google::protobuf::Descriptor* type,
               absl::Span<const std::string> path,
               std::vector<std::string>& values) {
  const auto* const field =
      type == nullptr ? nullptr : type->FindFieldByCamelcaseName(path.front());
  if (field == nullptr) return;
  const auto found = value.find(path.front());
  if (found == value.end()) return;
  const auto add = [&](const JsonValue& each) {
    if (path.size() > 1) {
      AddValues(each, field->message_type(), path.subspan(1), values);
    } else {
      values.push_back(ValueText(each, *field));
    }
  };
  if (!found->is_array()) return add(*found);
  for (const JsonValue& each : *found) add(each);
}

// The values of `column`, a path of fields in JSON names; empty when none is
// set.
std::vector<std::string> ValuesOf(const JsonValue& row,
                                  const std::string& column) {
  std::vector<std::string> values;
  const std::vector<std::string> path = absl::StrSplit(column, '.');
  AddValues(row, v1::EvidenceRow::descriptor(), path, values);
  return values;
}

// Whether some column is of the records that rows are made of.
bool NeedsRecords(const std::vector<std::string>& columns) {
  return absl::c_any_of(columns, [](const std::string& column) {
    const auto* const field =
        v1::EvidenceRow::descriptor()->FindFieldByCamelcaseName(
            column.substr(0, column.find('.')));
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
                  ? absl::StrCat("; want fields such as ", kColumns)
                  : absl::StrCat("; did you mean \"",
                                 absl::StrJoin(meant, "\" or \""), "\"?")),
          "consilium explain evidence-row");
    }
    absl::StrAppend(&prefix, part, ".");
    type = field->message_type();
  }
  return absl::OkStatus();
}

// The fields that `text`, the value of `flag`, names.
absl::StatusOr<std::vector<std::string>> ParseColumns(absl::string_view flag,
                                                      absl::string_view text) {
  std::vector<std::string> fields;
  for (const absl::string_view part :
       absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    fields.emplace_back(absl::StripAsciiWhitespace(part));
    RETURN_IF_ERROR(CheckColumn(flag, fields.back()));
  }
  return fields;
}

class EvidenceSearch : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("List evidence rows: one for each trial, number and count")
        .Description(
            "A filter compares any field of a row; the terms of vocabularies "
            "may be written as any synonym. Rows that only what a report "
            "leaves open keeps from matching are counted, and listed with "
            "--possible.")
        .Example(
            "consilium evidence search --filter 'drugClasses:egfr-tki-1g AND "
            "outcome = os AND measure = hr AND value < 0.6'")
        .Example(
            "consilium evidence search --filter 'adverseEvent = rp AND "
            "gradeLow >= 3' --possible")
        .Example(
            "consilium evidence search --filter 'outcome = pfs AND statistic = "
            "median AND value > \"1 year\"'")
        .Example(
            "consilium evidence search --filter 'kind = trial AND status = "
            "ongoing' --columns study,registrations,title")
        .Example(
            "consilium evidence search --filter 'NOT design = preclinical' "
            "--group-by drugClasses")
        .Example(
            "consilium evidence search --filter 'kind = trial' --group-by "
            "drugClasses,radiotherapy");
    spec.Flag("--filter", "FILTER", &filter_, "Only those that match");
    spec.Flag("--at", "VERSION", &at_,
              "Read a snapshot, a frontier or a revision of the server")
        .Completes("snapshot");
    spec.Flag("--columns", "FIELDS", &columns_,
              "The fields to show, separated by commas");
    spec.Flag("--group-by", "FIELDS", &group_by_,
              "Count rows and studies by the values of a field instead, or by "
              "those of two, separated by a comma; a row counts once for each "
              "value that it has");
    spec.Switch("--possible", &possible_,
                "List rows too that may match, marked as possible");
    spec.Switch("--provenance", &provenance_,
                "With where each number was read and who entered it");
    spec.Switch("--records", &records_,
                "With the records that rows were made of");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
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
    ASSIGN_OR_RETURN(const std::vector<std::string> fields,
                     ParseColumns("--columns", columns_));
    ASSIGN_OR_RETURN(const std::vector<std::string> groups,
                     ParseColumns("--group-by", group_by_));
    if (groups.size() > EvidenceTally::kFieldsMax) {
      return UsageError(absl::StrCat("--group-by names ", groups.size(),
                                     " fields; want one or two"),
                        "consilium evidence search --help");
    }
    if (NeedsRecords(fields) || NeedsRecords(groups)) {
      request.set_with_records(true);
    }
    // Rows that only may match are counted apart.
    if (!groups.empty()) request.set_show_possible(true);
    std::vector<Found> found;
    EvidenceTally tally(groups);
    v1::SearchEvidenceResponse page;
    do {
      request.set_page_token(page.next_page_token());
      ASSIGN_OR_RETURN(page, CallFor<v1::SearchEvidenceResponse>(
                                 session->caller(), kSearchEvidence, request,
                                 session->options(kLongDeadline)));
      for (const v1::EvidenceRow& row : page.rows()) {
        const JsonValue json = MessageJson(row);
        if (!groups.empty()) {
          std::vector<std::vector<std::string>> values;
          for (const std::string& group : groups) {
            values.push_back(ValuesOf(json, group));
          }
          tally.Count(row, values);
          continue;
        }
        Found& each = found.emplace_back();
        each.id = row.id();
        each.json = OneLine(json);
        if (possible_) each.cells.push_back(row.possible() ? "possible" : "");
        for (const std::string& field : fields) {
          each.cells.push_back(absl::StrJoin(ValuesOf(json, field), ", "));
        }
        if (provenance_) each.cells.push_back(row.printed());
      }
    } while (!page.next_page_token().empty());
    if (!groups.empty()) {
      tally.Show(context);
    } else {
      ShowRows(context, fields, found);
    }
    if (context.settings.output == OutputFormat::kTable) {
      ShowCounts(page, context.io.out);
    }
    for (const std::string& hint : page.hints()) {
      context.io.err << hint << "\n";
    }
    return ExitCode::kOk;
  }

 private:
  static constexpr int kPageSize = 1000;

  struct Found {
    std::string id;
    std::string json;
    std::vector<std::string> cells;
  };

  void ShowRows(CommandContext& context, const std::vector<std::string>& fields,
                std::vector<Found>& found) const {
    std::vector<std::string> titles;
    if (possible_) titles.push_back("possible");
    titles.insert(titles.end(), fields.begin(), fields.end());
    if (provenance_) titles.push_back("printed");
    Show(context, titles, found);
  }

  // A table of the default columns leaves out those that no row fills.
  void Show(CommandContext& context, const std::vector<std::string>& titles,
            std::vector<Found>& found) const {
    const bool narrow = context.settings.output == OutputFormat::kTable &&
                        columns_ == kColumns && !found.empty();
    std::vector<size_t> shown;
    for (size_t i = 0; i < titles.size(); ++i) {
      const bool filled = absl::c_any_of(
          found, [i](const Found& each) { return !each.cells[i].empty(); });
      if (filled || !narrow) shown.push_back(i);
    }
    std::vector<Column> columns;
    for (const size_t i : shown) columns.push_back({titles[i]});
    const auto rows = context.List(columns);
    for (Found& each : found) {
      std::vector<std::string> cells;
      for (const size_t i : shown) cells.push_back(std::move(each.cells[i]));
      rows->Add({each.id, std::move(each.json), std::move(cells)});
    }
    rows->Finish("no rows match");
  }

  void ShowCounts(const v1::SearchEvidenceResponse& page,
                  std::ostream& out) const {
    if (page.total_size() > 0) {
      out << page.total_size()
          << (page.total_size() == 1 ? " row matches" : " rows match");
    }
    if (page.possible_size() > 0) {
      out << (page.total_size() > 0 ? "; " : "") << page.possible_size()
          << " more may, where reports leave open "
          << absl::StrJoin(page.possible_fields(), ", ")
          << (possible_ || !group_by_.empty() ? "" : ": --possible");
    }
    if (page.total_size() + page.possible_size() > 0) out << "\n";
  }

  std::string filter_, at_, group_by_;
  std::string columns_ = kColumns;
  bool possible_ = false;
  bool provenance_ = false;
  bool records_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeEvidenceSearch() {
  return std::make_unique<EvidenceSearch>();
}

}  // namespace consilium
