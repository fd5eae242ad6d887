#include "client/cli/display_text.h"
#include "client/cli/export_commands.h"
#include "client/cli/export_review.h"
#include "client/cli/export_writer.h"
#include "client/cli/json_value.h"
#include "client/export/review_tables.h"

namespace consilium {
namespace {

class ExportPrisma : public ReviewExport {
 protected:
  void DeclareRest(CommandSpec& spec) override {
    spec.Summary("Write the numbers of a PRISMA 2020 flow diagram")
        .Description(
            "Records found, screened and left out by reason, and studies and "
            "reports taken in: from the start, and with --since of this "
            "version alone. CSV, or JSON with -o json. A number that nobody "
            "recorded is empty, which is not 0.")
        .Example("consilium export prisma --review nsclc-targeted-rt")
        .Example("consilium export prisma --at v2 --since v1 -o json");
    spec.Flag("--since", "VERSION", &since_,
              "Count also what is new since that version")
        .Completes("snapshot");
  }

  absl::Status Write(const CommandContext& context,
                     const ReviewEvidence& evidence,
                     const std::string& file) const override {
    const auto& flow = evidence.result.flow();
    std::string text;
    if (IsJson(context.settings.output)) {
      JsonValue json = JsonValue::array();
      for (const v1::FlowNumber& number : flow) {
        json.push_back(MessageJson(number));
      }
      text = Indented(json) + "\n";
    } else {
      text = TableToCsv(FlowTable(evidence.result));
    }
    return WriteExport(
        context, file, text,
        CountText(static_cast<size_t>(flow.size()), "number", "numbers"));
  }

  std::string since() const override { return since_; }

 private:
  std::string since_;
};

}  // namespace

std::unique_ptr<Command> MakeExportPrisma() {
  return std::make_unique<ExportPrisma>();
}

}  // namespace consilium
