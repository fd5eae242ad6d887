#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/record_commands.h"
#include "client/cli/record_view.h"
#include "client/cli/server_session.h"
#include "consilium/v1/link.pb.h"
#include "proto/base/errors.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

const RecordTraits& LinkTraits() {
  return *RecordTraitsTable::Get().FindByDescriptor(v1::Link::descriptor());
}

// Two trials, and the link that says what they are to each other. Its id
// follows from theirs, so that two institutions that link the same two meet in
// one record.
struct TrialPair {
  FullRecordName first;
  FullRecordName second;

  std::string LinkId() const {
    const absl::string_view a = first.record.id();
    const absl::string_view b = second.record.id();
    return absl::StrCat(std::min(a, b), "-and-", std::max(a, b));
  }
  std::string LinkName() const {
    return absl::StrCat(first.registry.Full(), "/links/", LinkId());
  }
};

absl::StatusOr<TrialPair> ResolvePair(ServerSession& session,
                                      const std::string& first,
                                      const std::string& second) {
  const RecordTraits& trials =
      *RecordTraitsTable::Get().FindByCollection("trials");
  TrialPair pair;
  ASSIGN_OR_RETURN(pair.first, session.ResolveRecord(&trials, first, "FIRST"));
  ASSIGN_OR_RETURN(pair.second,
                   session.ResolveRecord(&trials, second, "SECOND"));
  if (pair.first.record.id() == pair.second.record.id()) {
    return UsageError(absl::StrCat("FIRST and SECOND both name ",
                                   pair.first.record.relative(),
                                   "; want two trials"));
  }
  return pair;
}

void DeclarePair(CommandSpec& spec, std::string& first, std::string& second,
                 std::string& reason, bool& dry_run) {
  spec.Argument("FIRST", &first, "A trial").Completes("trial");
  spec.Argument("SECOND", &second, "Another trial").Completes("trial");
  spec.Flag("-m,--reason", "TEXT", &reason, "Why").Required();
  spec.Switch("--dry-run", &dry_run, "Only say what would happen");
}

class TrialLink : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Say that two trials are one, or that they are not")
        .Description(
            "Rows of the second then count as rows of the first: a study is "
            "never pooled twice. Both records stay as they are, and unlink "
            "parts them again. With --distinct they are no longer offered as "
            "candidates.")
        .Example(
            "consilium trial link nct02893332 sindas --reason 'the paper "
            "names the number'")
        .Example(
            "consilium trial link nct01218594 nct01733589 --distinct "
            "--reason 'other arms'");
    DeclarePair(spec, first_, second_, reason_, dry_run_);
    spec.Switch("--distinct", &distinct_, "They are different trials");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const TrialPair pair,
                     ResolvePair(*session, first_, second_));
    RecordWriteOptions write;
    write.change = session->Change(reason_);
    write.validate_only = dry_run_;
    const std::string name = pair.LinkName();
    const v1::Link link = MakeLink(pair, name);
    const auto current = session->records().Get(LinkTraits(), name);
    if (!current.ok() && !absl::IsNotFound(current.status())) {
      return current.status();
    }
    const bool is_retracted =
        current.ok() && static_cast<const v1::Link&>(**current).lifecycle() ==
                            v1::LIFECYCLE_RETRACTED;
    if (is_retracted && !dry_run_) {
      RETURN_IF_ERROR(
          session->records().Undelete(LinkTraits(), name, write).status());
    }
    const auto written =
        current.ok() && !(is_retracted && dry_run_)
            ? session->records().Update(LinkTraits(), link, {}, write)
            : session->records().Create(LinkTraits(),
                                        pair.first.registry.Full(),
                                        pair.LinkId(), link, write);
    RETURN_IF_ERROR(written.status());
    context.Write(WrittenRecord(
        context.settings, LinkTraits(), **written,
        distinct_ ? "told apart" : "linked", {}, dry_run_,
        absl::StrCat("trial unlink ", pair.first.record.id(), " ",
                     pair.second.record.id(), " --reason TEXT  # undoes it")));
    return ExitCode::kOk;
  }

 private:
  v1::Link MakeLink(const TrialPair& pair, const std::string& name) const {
    v1::Link link;
    link.set_name(name);
    link.set_kind(distinct_ ? v1::LINK_KIND_DISTINCT : v1::LINK_KIND_DUPLICATE);
    link.add_records(pair.first.record.relative());
    link.add_records(pair.second.record.relative());
    if (!distinct_) link.set_primary(pair.first.record.relative());
    link.set_reason(reason_);
    return link;
  }

  std::string first_, second_, reason_;
  bool distinct_ = false;
  bool dry_run_ = false;
};

class TrialUnlink : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Take back what a link says of two trials")
        .Example(
            "consilium trial unlink nct02893332 sindas --reason 'other "
            "patients'");
    DeclarePair(spec, first_, second_, reason_, dry_run_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const TrialPair pair,
                     ResolvePair(*session, first_, second_));
    ASSIGN_OR_RETURN(const std::string name, FindLink(*session, pair));
    RecordWriteOptions write;
    write.change = session->Change(reason_);
    write.validate_only = dry_run_;
    ASSIGN_OR_RETURN(
        const RecordMessage written,
        session->records().Delete(LinkTraits(), name, reason_, write));
    context.Write(WrittenRecord(
        context.settings, LinkTraits(), *written, "unlinked", {}, dry_run_,
        absl::StrCat("link undelete ", ShortName(name), "  # brings it back")));
    return ExitCode::kOk;
  }

 private:
  // The link of both, whatever it is called.
  static absl::StatusOr<std::string> FindLink(ServerSession& session,
                                              const TrialPair& pair) {
    std::string found;
    RETURN_IF_ERROR(session.records().List(
        LinkTraits(), {.parent = pair.first.registry.Full()},
        [&](google::protobuf::Message& message) {
          const auto& link = static_cast<const v1::Link&>(message);
          const auto has = [&](const FullRecordName& trial) {
            return std::find(link.records().begin(), link.records().end(),
                             trial.record.relative()) != link.records().end();
          };
          if (has(pair.first) && has(pair.second)) found = link.name();
          return found.empty();
        }));
    if (!found.empty()) return found;
    return MakeError(
        absl::StatusCode::kNotFound, "NO_LINK",
        absl::StrCat("no link joins ", pair.first.record.relative(), " and ",
                     pair.second.record.relative(),
                     "; `consilium trial duplicates --linked` lists those that "
                     "there are"),
        {{"first", pair.first.record.relative()},
         {"second", pair.second.record.relative()}});
  }

  std::string first_, second_, reason_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeTrialLink() {
  return std::make_unique<TrialLink>();
}

std::unique_ptr<Command> MakeTrialUnlink() {
  return std::make_unique<TrialUnlink>();
}

}  // namespace consilium
