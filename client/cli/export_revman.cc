#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/display_text.h"
#include "client/cli/export_commands.h"
#include "client/cli/export_review.h"
#include "client/cli/export_writer.h"
#include "client/export/revman.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// Whether R's meta takes an archive of that name.
bool IsPackageName(absl::string_view path) {
  const absl::string_view name = path.substr(path.rfind('/') + 1);
  return absl::StartsWith(name, kRevmanNameStart) &&
         absl::EndsWith(name, kRevmanNameEnd);
}

class ExportRevman : public ReviewExport {
 protected:
  void DeclareRest(CommandSpec& spec) override {
    spec.Summary("Write a review as a data package of Cochrane's RevMan")
        .Description(
            "A ZIP archive in the layout that R's meta::read.cdir reads: "
            "settings and pooled effects, a row for each study that counts, "
            "subgroups, and risk of bias. R takes it under a name such as "
            "CD-nsclc-dataPackage.zip. Outcomes of single groups are left "
            "out: RevMan has no analysis of them. Standard error tells how "
            "much is left out and why, and left-out.csv in the archive lists "
            "it.")
        .Example(
            "consilium export revman --review nsclc-targeted-rt --file "
            "CD-nsclc-dataPackage.zip");
  }

  absl::Status Write(const CommandContext& context,
                     const ReviewEvidence& evidence,
                     const std::string& file) const override {
    RETURN_IF_ERROR(WantFileOrPipe(context, file));
    const std::vector<ArchiveFile> files = RevmanFiles(evidence);
    ASSIGN_OR_RETURN(const std::string bytes, ZipBytes(files));
    RETURN_IF_ERROR(WriteExport(context, file, bytes,
                                CountText(files.size(), "file", "files")));
    const std::string text = LeftOutText(LeftOutOfRevman(evidence));
    if (!text.empty()) {
      TellLeftOut(context, absl::StrCat(text,
                                        "; the package's left-out.csv lists "
                                        "each"));
    }
    if (!file.empty() && !IsPackageName(file) && !context.settings.quiet) {
      context.io.err << "R's meta::read.cdir wants it named "
                     << kRevmanNameStart << "REVIEW-" << kRevmanNameEnd << "\n";
    }
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> MakeExportRevman() {
  return std::make_unique<ExportRevman>();
}

}  // namespace consilium
