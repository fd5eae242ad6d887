#include "client/cli/display_text.h"
#include "client/cli/export_commands.h"
#include "client/cli/export_review.h"
#include "client/cli/export_writer.h"
#include "client/export/review_tables.h"

namespace consilium {
namespace {

class ExportRobvis : public ReviewExport {
 protected:
  void DeclareRest(CommandSpec& spec) override {
    spec.Summary("Write risk-of-bias judgements, for R's robvis")
        .Description(
            "A CSV file with the columns Study, D1 to D5 (RoB 2) or D1 to D7 "
            "(ROBINS-I, 2016), Overall and Weight, as rob_summary and "
            "rob_traffic_light read it. A domain that nobody judged is empty.")
        .Example("consilium export robvis --tool rob2 --outcome pfs");
    spec.Flag("--tool", "TOOL", &tool_,
              "Only judgements by this tool; ROBINS-I if all are, else RoB 2")
        .Choices({"rob2", "robins-i"});
    spec.Flag("--outcome", "ID", &outcome_,
              "Judgements for this outcome, with its weights");
  }

  absl::Status Write(const CommandContext& context,
                     const ReviewEvidence& evidence,
                     const std::string& file) const override {
    const v1::RiskOfBiasTool tool = tool_.empty() ? ToolOf(evidence.result)
                                    : tool_ == "rob2"
                                        ? v1::RISK_OF_BIAS_TOOL_ROB2
                                        : v1::RISK_OF_BIAS_TOOL_ROBINS_I;
    const Table table = RiskOfBiasTable(evidence, tool, outcome_);
    return WriteExport(context, file, TableToCsv(table),
                       CountText(table.rows.size(), "study", "studies"));
  }

 private:
  std::string tool_, outcome_;
};

}  // namespace

std::unique_ptr<Command> MakeExportRobvis() {
  return std::make_unique<ExportRobvis>();
}

}  // namespace consilium
