#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/known_records.h"
#include "client/cli/limits.h"
#include "client/cli/protocol_draft.h"
#include "client/cli/server_session.h"
#include "consilium/v1/evidence_service.pb.h"
#include "proto/base/errors.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kSearchEvidence[] =
    "consilium.v1.EvidenceService.SearchEvidence";

class ReviewDraft : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Write a first protocol from the evidence at hand")
        .Description(
            "Prints YAML that `review create -f` takes: an outcome for each "
            "comparison of results that enough trials report, and for adverse "
            "events of grade 3 or higher, with its measure and filter, and the "
            "trials behind it in a comment. Nothing is changed. A protocol is "
            "a decision: edit it before it is used.")
        .Example("consilium review draft egfr > protocol.yaml")
        .Example(
            "consilium review draft egfr-sbrt --filter 'drugClasses = egfr-tki "
            "AND radiotherapy = sbrt' --min-trials 1");
    spec.Argument("ID", &id_, "The id that the review is to have");
    spec.Flag("--filter", "FILTER", &filter_,
              "Which trials are included; all unless given");
    spec.Flag("--min-trials", "N", &trials_min_,
              "The fewest trials that make an outcome; 2 unless given");
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (trials_min_.has_value() && *trials_min_ < 1) {
      return UsageError(
          absl::StrCat("--min-trials is ", *trials_min_, "; want 1 or more"),
          "consilium review draft --help");
    }
    RETURN_IF_ERROR(
        RecordName::Make(CollectionTraits("reviews"), nullptr, id_, "ID")
            .status());
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    v1::SearchEvidenceRequest request;
    request.set_parent(registry.Full());
    request.set_at(at_);
    request.set_page_size(kPageSize);
    request.set_filter(filter_.empty()
                           ? "kind = trial"
                           : absl::StrCat("kind = trial AND (", filter_, ")"));
    std::set<std::string> included;
    RETURN_IF_ERROR(ForEachRow(*session, request, [&](const auto& row) {
      included.insert(row.trial_id());
    }));
    ProtocolDraft draft(id_, filter_,
                        static_cast<size_t>(trials_min_.value_or(2)));
    request.set_filter("NOT kind = trial");
    request.set_with_records(true);
    RETURN_IF_ERROR(ForEachRow(*session, request, [&](const auto& row) {
      if (included.count(row.trial_id()) > 0) draft.Add(row);
    }));
    if (!draft.has_outcomes()) {
      return WithNext(
          MakeError(absl::StatusCode::kNotFound, "NO_COMPARISONS",
                    absl::StrCat("of ", included.size(),
                                 included.size() == 1 ? " trial" : " trials",
                                 " that match, ", trials_min_.value_or(2),
                                 " or more report no comparison alike; want "
                                 "fewer by --min-trials, or another --filter")),
          "consilium evidence search --filter 'kind = contrast'");
    }
    context.io.out << draft.ToYaml();
    return ExitCode::kOk;
  }

 private:
  static constexpr int kPageSize = 1000;

  // Calls `visit` for all rows that `request` asks for.
  template <typename Visit>
  static absl::Status ForEachRow(ServerSession& session,
                                 v1::SearchEvidenceRequest request,
                                 const Visit& visit) {
    v1::SearchEvidenceResponse page;
    do {
      request.set_page_token(page.next_page_token());
      ASSIGN_OR_RETURN(page, CallFor<v1::SearchEvidenceResponse>(
                                 session.caller(), kSearchEvidence, request,
                                 session.options(kLongDeadline)));
      for (const v1::EvidenceRow& row : page.rows()) visit(row);
    } while (!page.next_page_token().empty());
    return absl::OkStatus();
  }

  std::string id_, filter_, at_;
  std::optional<int64_t> trials_min_;
};

}  // namespace

std::unique_ptr<Command> MakeReviewDraft() {
  return std::make_unique<ReviewDraft>();
}

}  // namespace consilium
