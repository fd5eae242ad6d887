#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "consilium/v1/evidence_service.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kListVocabularyTerms[] =
    "consilium.v1.EvidenceService.ListVocabularyTerms";

// INVALID_ARGUMENT when there is no vocabulary of that name.
absl::StatusOr<v1::Vocabulary> FindVocabulary(const std::string& name) {
  if (name.empty()) return v1::VOCABULARY_UNSPECIFIED;
  const auto* const value = ParseEnum(*v1::Vocabulary_descriptor(), name);
  if (value == nullptr) {
    return UsageError(
        absl::StrCat(
            "there is no vocabulary \"", name, "\"; want ",
            absl::StrJoin(EnumTexts(*v1::Vocabulary_descriptor()), ", ")),
        "consilium evidence terms --help");
  }
  return static_cast<v1::Vocabulary>(value->number());
}

class VocabularyList : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary(
            "List the terms that evidence is found by, and what holds them")
        .Description(
            "Filters of `consilium evidence search` may use any synonym. A row "
            "that holds a term holds the broader ones too.")
        .Example("consilium evidence terms drug-class")
        .Example(
            "consilium evidence terms radiotherapy --filter 'design = "
            "randomized'");
    spec.Argument("VOCABULARY", &vocabulary_, "Only this one").Optional();
    spec.Flag("--filter", "FILTER", &filter_, "Count only rows that match");
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    v1::ListVocabularyTermsRequest request;
    ASSIGN_OR_RETURN(const v1::Vocabulary vocabulary,
                     FindVocabulary(vocabulary_));
    request.set_vocabulary(vocabulary);
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    request.set_parent(registry.Full());
    request.set_filter(filter_);
    request.set_at(at_);
    ASSIGN_OR_RETURN(const auto response,
                     CallFor<v1::ListVocabularyTermsResponse>(
                         session->caller(), kListVocabularyTerms, request,
                         session->options(kLongDeadline)));
    const auto rows = context.List({{"vocabulary"},
                                    {"term"},
                                    {"title"},
                                    {"broader"},
                                    {"synonyms"},
                                    {"trials"},
                                    {"rows"}});
    for (const v1::VocabularyTerm& term : response.terms()) {
      rows->Add({term.id(),
                 OneLine(MessageJson(term)),
                 {EnumText(*v1::Vocabulary_descriptor()->FindValueByNumber(
                      static_cast<int>(term.vocabulary()))),
                  term.id(), term.title(), absl::StrJoin(term.broader(), ", "),
                  absl::StrJoin(term.synonyms(), ", "),
                  absl::StrCat(term.trials()), absl::StrCat(term.rows())}});
    }
    rows->Finish("no terms");
    return ExitCode::kOk;
  }

 private:
  std::string vocabulary_, filter_, at_;
};

}  // namespace

std::unique_ptr<Command> MakeEvidenceTerms() {
  return std::make_unique<VocabularyList>();
}

}  // namespace consilium
