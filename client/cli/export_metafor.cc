#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/display_text.h"
#include "client/cli/export_commands.h"
#include "client/cli/export_review.h"
#include "client/cli/export_writer.h"
#include "client/export/left_out.h"
#include "client/export/metafor_terms.h"
#include "client/export/review_effects.h"

namespace consilium {
namespace {

// An empty word is missing; read.csv() takes it for a level of a factor unless
// it is told.
std::string ReadCall(const std::string& file) {
  return absl::StrCat(
      "d <- read.csv(\"",
      absl::StrReplaceAll(file, {{"\\", "\\\\"}, {"\"", "\\\""}}),
      "\", na.strings=c(\"NA\", \"\"))");
}

class ExportMetafor : public ReviewExport {
 protected:
  void DeclareRest(CommandSpec& spec) override {
    spec.Summary("Write the effects that a review pools, for R's metafor")
        .Description(
            "A CSV file with one row for each estimate that an outcome's "
            "filter found: yi, vi and sei on the scale of the analysis, how "
            "they were derived, and whether it counts or why not. After "
            "`d <- read.csv(FILE, na.strings = c(\"NA\", \"\"))`, which keeps "
            "an empty word from being a level, rma(yi, vi, data=d, "
            "subset=included & "
            "outcome==\"ID\" & design==\"DESIGN\") pools what `review run` "
            "pools; method and test are columns, and with --file the calls "
            "are printed. A missing value is empty. A text that a spreadsheet "
            "would take for a formula gets a ' before it. "
            "client/export/README.md lists the columns.")
        .Example(
            "consilium export metafor --review nsclc-targeted-rt --at "
            "release-1")
        .Example("consilium export metafor --file effects.csv");
  }

  absl::Status Write(const CommandContext& context,
                     const ReviewEvidence& evidence,
                     const std::string& file) const override {
    const Table table = ContrastTable(evidence);
    const absl::Status status =
        WriteExport(context, file, TableToCsv(table),
                    CountText(table.rows.size(), "estimate", "estimates"));
    if (!status.ok()) return status;
    std::vector<LeftOut> excluded;
    for (const v1::OutcomeResult& outcome : evidence.result.outcomes()) {
      AddExcluded(outcome, excluded);
    }
    TellLeftOut(context,
                LeftOutText(excluded, "do not count (included is FALSE)"));
    if (file.empty() || context.settings.quiet) return status;
    bool reads = false;  // Whether it is told how calls read the file.
    for (const v1::OutcomeResult& outcome : evidence.result.outcomes()) {
      const std::string call = MetaforCall(outcome);
      if (outcome.state() != v1::OUTCOME_STATE_POOLED || call.empty()) continue;
      if (!reads) context.io.err << ReadCall(file) << "\n";
      reads = true;
      context.io.err << call << "\n";
      for (const v1::RegressionAnalysis& analysis : outcome.regressions()) {
        const std::string regression = MetaforCall(outcome, analysis);
        if (!regression.empty()) context.io.err << regression << "\n";
      }
    }
    return status;
  }
};

}  // namespace

std::unique_ptr<Command> MakeExportMetafor() {
  return std::make_unique<ExportMetafor>();
}

}  // namespace consilium
