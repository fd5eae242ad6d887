#include <optional>
#include <string>
#include <utility>

#include "client/cli/display_text.h"
#include "client/cli/export_commands.h"
#include "client/cli/export_review.h"
#include "client/cli/export_writer.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/export/evidence_tables.h"
#include "client/export/pooled_table.h"
#include "client/export/registry_rows.h"
#include "client/export/regression_table.h"
#include "client/export/review_effects.h"
#include "client/export/review_tables.h"
#include "client/export/workbook.h"
#include "proto/base/status_macros.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

void AddReview(const ReviewEvidence& evidence, Workbook& workbook) {
  const v1::ResultStamp& stamp = evidence.result.stamp();
  workbook.about.emplace_back("review", IdOf(stamp.review()));
  if (stamp.has_at()) {
    workbook.about.emplace_back("snapshot", IdOf(stamp.at()));
  }
  workbook.about.emplace_back("hash of the review's inputs",
                              stamp.inputs_hash());
  workbook.tables.push_back(PooledTable(evidence.result));
  Table regressions = RegressionTable(evidence.result);
  if (!regressions.rows.empty()) {
    workbook.tables.push_back(std::move(regressions));
  }
  workbook.tables.push_back(ContrastTable(evidence));
  workbook.tables.push_back(JudgementTable(evidence));
  workbook.tables.push_back(FlowTable(evidence.result));
}

Workbook MakeWorkbook(const RegistryRows& read) {
  return {
      .title = "Evidence of " + read.registry,
      .about = {{"registry", read.registry},
                {"version", read.frontier},
                {"columns", "The sheet dictionary tells what each holds."},
                {"missing values",
                 "An empty cell was not printed, not recorded, or does not "
                 "apply; it is never 0."},
                {"several values", "They stand between semicolons."},
                {"dates", "As exact as printed: YYYY, YYYY-MM or YYYY-MM-DD."}},
      .tables = EvidenceTables(read)};
}

class ExportXlsx : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Write the evidence as a workbook with a data dictionary")
        .Description(
            "Sheets: studies, arms, results, adverse-events, conclusions and "
            "publications; with a review also pooled, regressions where there "
            "are some, effects, risk-of-bias and flow; and dictionary, which "
            "tells what every column holds: "
            "meaning, type, unit and allowed values. Numbers are numbers, a "
            "missing value is an empty cell, and no text is ever a formula. "
            "The same version gives the same bytes.")
        .Example("consilium export xlsx --at release-1 --file evidence.xlsx")
        .Example(
            "consilium export xlsx --review nsclc-targeted-rt --file "
            "nsclc.xlsx");
    spec.Flag("--review", "NAME", &review_,
              "With what this review comes to; the registry's only one by "
              "itself")
        .Completes("review");
    DeclareExportFlags(spec, at_, file_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    RETURN_IF_ERROR(WantFileOrPipe(context, file_));
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    ASSIGN_OR_RETURN(const RegistryRows read,
                     ReadRegistryRows(session->caller(), registry.Full(), at_,
                                      session->options(kLongDeadline)));
    Workbook workbook = MakeWorkbook(read);
    // Whatever comes to the server meanwhile, both are of one version.
    const std::string at = at_.empty() ? read.frontier : at_;
    ASSIGN_OR_RETURN(const std::optional<ReviewEvidence> review,
                     ReadReviewIfAny(context, *session, review_, at));
    if (review.has_value()) AddReview(*review, workbook);
    ASSIGN_OR_RETURN(const std::string bytes, WorkbookBytes(workbook));
    RETURN_IF_ERROR(
        WriteExport(context, file_, bytes,
                    CountText(workbook.tables.size(), "table", "tables")));
    return ExitCode::kOk;
  }

 private:
  std::string review_, at_, file_;
};

}  // namespace

std::unique_ptr<Command> MakeExportXlsx() {
  return std::make_unique<ExportXlsx>();
}

}  // namespace consilium
