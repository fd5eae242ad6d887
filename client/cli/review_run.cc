#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/api/review_result.h"
#include "client/cli/commands.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/protocol_dispute_view.h"
#include "client/cli/review_view.h"
#include "client/cli/server_session.h"
#include "client/cli/study_plot.h"
#include "consilium/v1/review_result_service.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/status_macros.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

constexpr int kWidthElsewhere = 100;  // Where there is no terminal.
constexpr size_t kHashShown = 12;

template <typename Enum>
std::string EnumWord(const google::protobuf::EnumDescriptor& type, Enum value) {
  const auto* found = type.FindValueByNumber(value);
  return found == nullptr || value == 0 ? "" : EnumText(*found);
}

class ReviewRun : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Compute what a review comes to")
        .Description(
            "The same version gives the same result on every server. JSON has "
            "all of it; a table has a line for each outcome, which studies "
            "cannot be pooled and why, what is in "
            "conflict among the inputs and which results that changes, and "
            "with --outcome the studies as a forest plot and why others were "
            "not pooled. Where a study that matches cannot be pooled nothing "
            "is, and it is named, unless the outcome says unusableStudies: "
            "leave-out. A "
            "protocol in conflict counts its provisional values; what other "
            "values come to is told. CSV has a line for each study and the "
            "page is complete. JSON, CSV and page are the bytes that `review "
            "render` "
            "writes, as they come.")
        .Example("consilium review run nsclc-targeted-rt")
        .Example(
            "consilium review run nsclc-targeted-rt --outcome egfr-tki-pfs")
        .Example(
            "consilium review run nsclc-targeted-rt --outcome egfr-tki-pfs -o "
            "csv > pfs.csv")
        .Example(
            "consilium review run nsclc-targeted-rt --at release-1 -o json")
        .Example(
            "consilium review run nsclc-targeted-rt --at release-1 -o html > "
            "nsclc.html")
        .WritesPage();
    spec.Argument("REVIEW", &name_, "The review").Completes("review");
    spec.VersionFlag(&at_);
    spec.Flag("--since", "VERSION", &since_,
              "Tell also what changed since that version")
        .Completes("snapshot");
    spec.Flag("--outcome", "ID", &outcome_, "Only this outcome, in full");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    const OutputFormat output = context.settings.output;
    const bool rendered = output == OutputFormat::kHtml ||
                          output == OutputFormat::kCsv ||
                          output == OutputFormat::kJson;
    if (output == OutputFormat::kHtml && !outcome_.empty()) {
      return UsageError(
          "the page has every outcome; --outcome goes with table, json or csv");
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::RenderReviewRequest request;
    ASSIGN_OR_RETURN(*request.mutable_name(), ResolveReview(*session, name_));
    request.set_at(at_);
    request.set_since(since_);
    request.set_outcome(outcome_);
    const CallOptions options = session->options(kLongDeadline);
    if (rendered) {
      request.set_format(FormatOf(output));
      RETURN_IF_ERROR(RenderReview(
          session->caller(), request,
          [&context](absl::string_view part) { context.io.out << part; },
          options));
      return ExitCode::kOk;
    }
    ASSIGN_OR_RETURN(
        const v1::ReviewResult result,
        ReadReviewResult(session->caller(), std::move(request), options));
    if (output == OutputFormat::kTable) ShowHead(context, result);
    ListOutcomes(context, result);
    if (output == OutputFormat::kTable) ShowRest(context, result);
    return ExitCode::kOk;
  }

 private:
  static v1::RenderFormat FormatOf(OutputFormat output) {
    switch (output) {
      case OutputFormat::kHtml:
        return v1::RENDER_FORMAT_HTML;
      case OutputFormat::kCsv:
        return v1::RENDER_FORMAT_CSV;
      default:
        return v1::RENDER_FORMAT_JSON;
    }
  }

  static void ShowHead(const CommandContext& context,
                       const v1::ReviewResult& result) {
    const v1::ResultStamp& stamp = result.stamp();
    std::ostream& out = context.io.out;
    out << VisibleText(result.protocol().has_title() ? result.protocol().title()
                                                     : stamp.review())
        << "\n";
    if (result.protocol().has_question()) {
      out << VisibleText(result.protocol().question()) << "\n";
    }
    const auto may_go_on = std::count_if(
        result.ongoing().begin(), result.ongoing().end(),
        [](const v1::EvidenceRow& row) { return row.possible(); });
    out << "version " << (stamp.has_at() ? stamp.at() : "latest")
        << (stamp.has_evidence_time()
                ? absl::StrCat(", evidence of ",
                               stamp.evidence_time().substr(0, 10))
                : "")
        << ", inputs " << stamp.inputs_hash().substr(0, kHashShown) << "\n"
        << "trials included: " << result.included_trials_size()
        << (result.possible_trials().empty()
                ? ""
                : absl::StrCat(", may be eligible: ",
                               result.possible_trials_size()))
        << ", not included: " << result.excluded_trials_size()
        << ", ongoing: " << result.ongoing_size() - may_go_on
        << (may_go_on == 0 ? "" : absl::StrCat(", may be: ", may_go_on))
        << ", findings: " << result.findings_size()
        << ", in conflict: " << result.conflicts_size() << "\n";
    for (const std::string& notice : result.notices()) {
      out << VisibleText(notice) << "\n";
    }
    out << "\n";
  }

  // The level of all intervals, in percent; 0 when they differ, or none is
  // there.
  static double CommonLevel(const v1::ReviewResult& result) {
    double level = 0;
    for (const v1::OutcomeResult& outcome : result.outcomes()) {
      if (!outcome.pooled().effect().has_low()) continue;
      const double each = outcome.pooled().effect().level();
      if (level != 0 && each != level) return 0;
      level = each;
    }
    return level;
  }

  // The effect, with the level of its interval where no heading tells it.
  static std::string EffectCell(const v1::OutcomeResult& outcome, bool level) {
    const v1::EffectEstimate& effect = outcome.pooled().effect();
    return absl::StrCat(EstimateCell(effect, outcome.unit()),
                        level && effect.has_low()
                            ? absl::StrCat(", ", LevelText(effect.level()))
                            : "");
  }

  static void ListOutcomes(const CommandContext& context,
                           const v1::ReviewResult& result) {
    const double level = CommonLevel(result);
    const auto rows = context.List(
        {{"outcome"},
         {"design"},
         {"state"},
         {"studies", true},
         {"left out", true},
         {"listed", true},
         {"possible", true},
         {level == 0 ? "effect"
                     : absl::StrCat("effect (", LevelText(level), ")")},
         {"I2", true},
         {"certainty"},
         {"conclusion"}});
    for (const v1::OutcomeResult& outcome : result.outcomes()) {
      Row row;
      row.name = outcome.id();
      if (IsJson(context.settings.output)) {
        row.json = OneLine(MessageJson(outcome));
      }
      row.cells = {outcome.id(),
                   DesignText(outcome),
                   EnumWord(*v1::OutcomeState_descriptor(), outcome.state()),
                   absl::StrCat(outcome.studies_size()),
                   absl::StrCat(outcome.unusable_size()),
                   absl::StrCat(outcome.excluded_size()),
                   absl::StrCat(outcome.possible_size()),
                   EffectCell(outcome, level == 0),
                   I2Cell(outcome.pooled()),
                   EnumWord(*v1::CertaintyLevel_descriptor(),
                            outcome.certainty().level()),
                   EnumWord(*v1::ConclusionState_descriptor(),
                            outcome.conclusion_state())};
      rows->Add(std::move(row));
    }
    rows->Finish("the protocol plans no outcome");
  }

  void ShowRest(const CommandContext& context,
                const v1::ReviewResult& result) const {
    std::ostream& out = context.io.out;
    if (outcome_.empty()) {
      const std::string unusable = UnusableText(result);
      if (!unusable.empty()) out << "\n" << unusable;
      const std::string possible = PossibleTrialsText(result);
      if (!possible.empty()) out << "\n" << possible;
      const std::string disputes =
          DisputesText(result.protocol_disputes(), true);
      if (!disputes.empty()) out << "\n" << disputes;
      const std::string conflicts = ConflictsText(result);
      if (!conflicts.empty()) out << "\n" << conflicts;
      for (const v1::OutcomeResult& outcome : result.outcomes()) {
        if (outcome.studies().empty()) continue;
        out << "\nnext: consilium review run " << IdOf(result.stamp().review())
            << " --outcome " << outcome.id() << "\n";
        break;
      }
    } else {
      const int width = context.io.out_terminal.width > 0
                            ? context.io.out_terminal.width
                            : kWidthElsewhere;
      for (const v1::OutcomeResult& outcome : result.outcomes()) {
        out << "\n"
            << ForestText(result, outcome, width)
            << ExcludedText(result, outcome) << PossibleText(outcome);
      }
      const std::string disputes =
          DisputesText(result.protocol_disputes(), true);
      if (!disputes.empty()) out << "\n" << disputes;
    }
    if (result.has_changes()) out << "\n" << DiffText(result.changes());
  }

  std::string name_, at_, since_, outcome_;
};

}  // namespace

std::unique_ptr<Command> MakeReviewRun() {
  return std::make_unique<ReviewRun>();
}

}  // namespace consilium
