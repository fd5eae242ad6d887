#include "server/rpc/write_request.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "server/rpc/errors.h"
#include "server/rpc/record_input.h"
#include "server/rpc/record_message.h"

namespace consilium {
namespace {

constexpr char kAnonymous[] = "anonymous";

bool IsUuid(absl::string_view text) {
  constexpr absl::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits =
        kForm[i] == '-'
            ? text[i] == '-'
            : absl::ascii_isxdigit(static_cast<unsigned char>(text[i]));
    if (!fits) return false;
  }
  return true;
}

v1::ChangeKind ToChangeKind(stored::v1::ChangeMode mode) {
  switch (mode) {
    case stored::v1::CHANGE_MODE_UPDATE:
      return v1::CHANGE_KIND_UPDATE;
    case stored::v1::CHANGE_MODE_INDEPENDENT:
      return v1::CHANGE_KIND_INDEPENDENT;
    case stored::v1::CHANGE_MODE_ADJUDICATION:
      return v1::CHANGE_KIND_ADJUDICATION;
    default:
      return v1::CHANGE_KIND_UNSPECIFIED;
  }
}

absl::Status AnswerGuarded(const AnswerCommit& answer,
                           const CommitOutcome& outcome) {
  try {
    return answer(outcome);
  } catch (const std::exception&) {
    return ServerFailed();
  }
}

}  // namespace

absl::StatusOr<ChangeRequest> MakeChangeRequest(
    const CallInfo& call, const v1::ChangeContext& context,
    absl::string_view request_id, bool validate_only) {
  std::vector<FieldViolation> violations = FindUnknownFields(context, "change");
  // An empty text says as little as an absent one.
  v1::ChangeContext said = context;
  if (said.author().empty()) said.clear_author();
  if (said.message().empty()) said.clear_message();
  for (FieldViolation& violation : Validate(said, {.prefix = "change"})) {
    violations.push_back(std::move(violation));
  }
  if (!request_id.empty() && !IsUuid(request_id)) {
    violations.push_back(
        {"requestId",
         absl::StrCat(Quote(request_id),
                      " is no UUID; want one such as "
                      "3f2b8c1e-9d4a-4c6b-8f1e-2a7d5b9c0e13, or none")});
  }
  if (!violations.empty()) return InvalidFields(violations);
  ChangeRequest request;
  request.author = said.has_author() ? said.author() : kAnonymous;
  request.message = said.message();
  request.mode = said.independent() ? stored::v1::CHANGE_MODE_INDEPENDENT
                                    : stored::v1::CHANGE_MODE_UPDATE;
  request.request_id = absl::AsciiStrToLower(request_id);
  if (!request_id.empty()) request.request_hash = call.hash_request();
  request.validate_only = validate_only;
  return request;
}

void CommitThen(RegistryStore& store, WorkerPool& workers,
                ChangeRequest request, AnswerCommit answer, Done done) {
  store.Commit(std::move(request),
               [&workers, answer = std::move(answer), done = std::move(done)](
                   absl::StatusOr<CommitOutcome> outcome) mutable {
                 if (!outcome.ok()) return done(outcome.status());
                 // The committer has the next group to write.
                 workers.PostContinuation([answer = std::move(answer),
                                           done = std::move(done),
                                           outcome = *std::move(outcome)] {
                   done(AnswerGuarded(answer, outcome));
                 });
               });
}

absl::StatusOr<std::unique_ptr<RegistryView>> OpenViewAfter(
    const RegistryStore& store, const CommitOutcome& outcome) {
  ASSIGN_OR_RETURN(std::unique_ptr<RegistryView> view,
                   store.OpenView(Version::AtRevision(outcome.revision)));
  view->Use(outcome.committed);
  return view;
}

v1::Dot MakeDot(const Dot& dot) {
  v1::Dot made;
  made.set_replica(dot.replica.ToHex());
  made.set_sequence(dot.sequence);
  return made;
}

absl::StatusOr<Dot> ReadDot(const v1::Dot& dot, absl::string_view field) {
  std::optional<ReplicaId> replica;
  if (std::all_of(dot.replica().begin(), dot.replica().end(),
                  absl::ascii_isxdigit) &&
      dot.replica().size() == 2 * ReplicaId::kSizeBytes) {
    replica = ReplicaId::FromBytes(absl::HexStringToBytes(dot.replica()));
  }
  if (!replica.has_value()) {
    return InvalidField(absl::StrCat(field, ".replica"),
                        absl::StrCat(Quote(dot.replica()),
                                     " is no replica; want 32 hexadecimal "
                                     "digits"));
  }
  if (dot.sequence() < 1) {
    return InvalidField(
        absl::StrCat(field, ".sequence"),
        absl::StrCat(dot.sequence(), " is no sequence; want 1 or more"));
  }
  return Dot{*replica, dot.sequence()};
}

v1::ChangeInfo MakeChangeInfo(const ChangeSummary& change) {
  v1::ChangeInfo info;
  *info.mutable_dot() = MakeDot(change.dot);
  info.set_hash(absl::BytesToHexString(change.hash));
  info.set_institution(change.institution);
  info.set_author(change.header.author());
  info.set_message(change.header.message());
  *info.mutable_claimed_time() = change.header.claimed_time();
  *info.mutable_received_time() = ToTimestamp(change.received_time);
  info.set_revision(change.revision);
  info.set_kind(ToChangeKind(change.header.mode()));
  return info;
}

}  // namespace consilium
