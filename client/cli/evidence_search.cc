#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "consilium/v1/evidence_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kSearchEvidence[] =
    "consilium.v1.EvidenceService.SearchEvidence";

// What a table shows unless columns are named.
constexpr char kColumns[] =
    "study,kind,outcome,adverseEvent,grade,group,reference,measure,statistic,"
    "timeMonths,value,unit,low,high,p,events,participants,design";

std::string CellOf(const JsonValue& row, const std::string& column) {
  const JsonValue* value = &row;
  for (const absl::string_view part : absl::StrSplit(column, '.')) {
    const auto found = value->find(std::string(part));
    if (found == value->end()) return "";
    value = &*found;
  }
  if (value->is_string()) {
    return value->get<std::string>();
  }
  if (!value->is_array()) return value->dump();
  std::vector<std::string> parts;
  for (const JsonValue& each : *value) {
    parts.push_back(each.is_string() ? each.get<std::string>() : each.dump());
  }
  return absl::StrJoin(parts, ", ");
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
            "consilium evidence search --filter 'kind = trial AND status = "
            "ongoing' --columns study,registrations,title");
    spec.Flag("--filter", "FILTER", &filter_, "Only those that match");
    spec.Flag("--at", "VERSION", &at_,
              "Read a snapshot, a frontier or a revision of the server")
        .Completes("snapshot");
    spec.Flag("--columns", "FIELDS", &columns_,
              "The fields to show, separated by commas");
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
    const std::vector<std::string> fields =
        absl::StrSplit(columns_, ',', absl::SkipWhitespace());
    std::vector<Column> columns;
    if (possible_) columns.push_back({"possible"});
    for (const std::string& field : fields) columns.push_back({field});
    if (provenance_) columns.push_back({"printed"});
    const auto rows = context.List(columns);
    v1::SearchEvidenceResponse page;
    do {
      request.set_page_token(page.next_page_token());
      ASSIGN_OR_RETURN(page, CallFor<v1::SearchEvidenceResponse>(
                                 session->caller(), kSearchEvidence, request,
                                 session->options(kLongDeadline)));
      for (const v1::EvidenceRow& row : page.rows()) {
        const JsonValue json = MessageJson(row);
        std::vector<std::string> cells;
        if (possible_) cells.push_back(row.possible() ? "possible" : "");
        for (const std::string& field : fields) {
          cells.push_back(CellOf(json, field));
        }
        if (provenance_) cells.push_back(row.printed());
        rows->Add({row.id(), OneLine(json), std::move(cells)});
      }
    } while (!page.next_page_token().empty() && context.io.out.good());
    rows->Finish("no rows match");
    if (context.settings.output == OutputFormat::kTable) {
      context.io.out << page.total_size() << " rows match";
      if (page.possible_size() > 0) {
        context.io.out << "; " << page.possible_size()
                       << " more may, where reports leave open "
                       << absl::StrJoin(page.possible_fields(), ", ")
                       << (possible_ ? "" : ": --possible");
      }
      context.io.out << "\n";
    }
    return ExitCode::kOk;
  }

 private:
  static constexpr int kPageSize = 1000;

  std::string filter_, at_;
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
