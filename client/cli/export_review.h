// What the exports of a review share: its flags, and reading it.
#ifndef CONSILIUM_CLIENT_CLI_EXPORT_REVIEW_H_
#define CONSILIUM_CLIENT_CLI_EXPORT_REVIEW_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/command.h"
#include "client/cli/server_session.h"
#include "client/export/review_evidence.h"

namespace consilium {

// The full name of the review that `text` names; the registry's only one when
// `text` is empty.
//   INVALID_ARGUMENT     USAGE: the registry has several.
//   FAILED_PRECONDITION  NO_REVIEW: it has none.
absl::StatusOr<std::string> ChooseReview(ServerSession& session,
                                         absl::string_view text,
                                         absl::string_view at);

// What the review that `text` names comes to at that version. When `text` is
// empty: the registry's only one, or nothing, which standard error tells.
absl::StatusOr<std::optional<ReviewEvidence>> ReadReviewIfAny(
    const CommandContext& context, ServerSession& session,
    absl::string_view text, absl::string_view at);

// Says on standard error what a file has no place for, unless it is nothing.
void TellLeftOut(const CommandContext& context, const std::string& text);

// An export that writes what a review comes to.
class ReviewExport : public Command {
 public:
  void Declare(CommandSpec& spec) final;
  absl::StatusOr<ExitCode> Run(CommandContext& context) final;

 protected:
  // Summary, description and examples; flags besides the
  // review, --at and --file.
  virtual void DeclareRest(CommandSpec& spec) = 0;
  // Writes `evidence`, to `file` or, when it is empty, to standard output.
  virtual absl::Status Write(const CommandContext& context,
                             const ReviewEvidence& evidence,
                             const std::string& file) const = 0;
  // The version from which changes are told; empty for none.
  virtual std::string since() const { return ""; }

 private:
  std::string argument_, review_, at_, file_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_EXPORT_REVIEW_H_
