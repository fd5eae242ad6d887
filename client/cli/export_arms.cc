#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/display_text.h"
#include "client/cli/export_commands.h"
#include "client/cli/export_review.h"
#include "client/cli/export_writer.h"
#include "client/export/arm_table.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class ExportArms : public ReviewExport {
 protected:
  void DeclareRest(CommandSpec& spec) override {
    spec.Summary("Write counts and means of arms, for R's escalc")
        .Description(
            "A CSV file with one row for each estimate that counts in a "
            "review and whose arms are printed: ai, n1i, ci and n2i of counts, "
            "m1i, sd1i, m2i and sd2i of means, xi and ni of single groups, "
            "under the names that metafor's escalc and rma.mh read. A missing "
            "value is empty. Standard error tells how many others there are "
            "and why. client/export/README.md lists the columns.")
        .Example(
            "consilium export arms --review nsclc-targeted-rt --file arms.csv");
  }

  absl::Status Write(const CommandContext& context,
                     const ReviewEvidence& evidence,
                     const std::string& file) const override {
    std::vector<LeftOut> left;
    const Table table = ArmTable(evidence, left);
    RETURN_IF_ERROR(
        WriteExport(context, file, TableToCsv(table),
                    CountText(table.rows.size(), "estimate", "estimates")));
    const std::string text = LeftOutText(left);
    if (!text.empty()) {
      TellLeftOut(context, absl::StrCat(text,
                                        "; `consilium export metafor` "
                                        "lists each with its reason"));
    }
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> MakeExportArms() {
  return std::make_unique<ExportArms>();
}

}  // namespace consilium
