#include "server/rpc/apply_change.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/review.pb.h"
#include "proto/base/errors.h"
#include "proto/base/id_proposal.h"
#include "proto/base/limits.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "server/rpc/limits.h"
#include "server/rpc/record_input.h"
#include "server/rpc/record_message.h"
#include "server/rpc/review_rules.h"
#include "server/rpc/write_request.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

// One statement on its way.
struct Statement {
  RecordName name;
  std::string place;   // Of the statement.
  std::string prefix;  // Of the record in it.
  std::string etag;
  RecordInput input;
};

class ChangePreparer {
 public:
  ChangePreparer(const RegistryName& registry, const RegistryView& view)
      : registry_(registry), view_(view), builder_(view, registry) {}

  absl::Status Read(const v1::ApplyChangeRequest& request) {
    for (int i = 0; i < request.statements_size(); ++i) {
      RETURN_IF_ERROR(ReadStatement(i, request.statements(i)));
    }
    for (const Statement& statement : statements_) {
      RETURN_IF_ERROR(CheckSurroundings(statement));
    }
    return absl::OkStatus();
  }

  std::vector<FieldViolation>& violations() { return violations_; }

  void MoveInto(PreparedChange& prepared) {
    for (Statement& statement : statements_) {
      prepared.prefixes.emplace(statement.name.relative(), statement.prefix);
      prepared.request.records.push_back(
          {statement.name.relative(), std::move(statement.etag),
           std::move(statement.input.statements)});
    }
  }

 private:
  void Report(std::string field, std::string description) {
    violations_.push_back({std::move(field), std::move(description)});
  }

  absl::Status ReadStatement(int index, const v1::RecordStatement& statement) {
    const std::string place = statement.origin().empty()
                                  ? absl::StrCat("statements[", index, "]")
                                  : statement.origin();
    const OneofDescriptor& kinds =
        *v1::RecordStatement::descriptor()->FindOneofByName("record");
    const FieldDescriptor* field =
        statement.GetReflection()->GetOneofFieldDescriptor(statement, &kinds);
    if (field == nullptr) {
      std::vector<absl::string_view> names;
      for (int i = 0; i < kinds.field_count(); ++i) {
        names.push_back(kinds.field(i)->json_name());
      }
      Report(place, absl::StrCat("states no record; want one of ",
                                 absl::StrJoin(names, ", ")));
      return absl::OkStatus();
    }
    const RecordTraits& traits =
        *RecordTraitsTable::Get().FindByDescriptor(field->message_type());
    const Message& record =
        statement.GetReflection()->GetMessage(statement, field);
    Statement read;
    read.place = place;
    read.prefix = statement.origin().empty()
                      ? absl::StrCat(place, ".", field->json_name())
                      : place;
    // Whether everything that is required must be stated shows when it is
    // known which record is meant.
    auto name = ReadName(statement, record, traits, place);
    std::optional<RecordView> current;
    if (name.has_value()) {
      ASSIGN_OR_RETURN(current, view_.Get(name->relative()));
    }
    read.input = ReadRecordInput(record, traits,
                                 {.prefix = read.prefix,
                                  .replace_all = statement.prune(),
                                  .merge_lists = !statement.prune(),
                                  .is_whole = !current.has_value()},
                                 violations_);
    CheckPlan(*read.input.stated,
              current.has_value() && !statement.prune() ? PlanExtent::kPart
                                                        : PlanExtent::kWhole,
              read.prefix, violations_);
    read.etag = record.GetReflection()->GetString(
        record, record.GetDescriptor()->FindFieldByNumber(kEtagField));
    if (!name.has_value()) return absl::OkStatus();
    if (current.has_value() && StatesImmutable(*read.input.stated, traits)) {
      ASSIGN_OR_RETURN(const std::unique_ptr<Message> message,
                       builder_.Build(*current, traits));
      CheckImmutable(*read.input.stated, *message, traits, read.prefix,
                     violations_);
    }
    if (current.has_value() && !statement.prune() &&
        traits.descriptor == v1::Review::descriptor()) {
      ASSIGN_OR_RETURN(const std::unique_ptr<Message> message,
                       builder_.Build(*current, traits));
      CheckPlanBeside(*read.input.stated, *message, read.prefix, violations_);
    }
    const auto [other, is_new] = places_.emplace(name->relative(), place);
    if (!is_new) {
      Report(place,
             absl::StrCat("states ", name->relative(), " like ", other->second,
                          "; want each record once, or ids that tell "
                          "them apart"));
    }
    read.name = *std::move(name);
    statements_.push_back(std::move(read));
    return absl::OkStatus();
  }

  // The name of the record; absent after reporting what is wrong with it.
  std::optional<RecordName> ReadName(const v1::RecordStatement& statement,
                                     const Message& record,
                                     const RecordTraits& traits,
                                     const std::string& place) {
    const auto parent = ParentName::Parse(statement.parent(), traits,
                                          absl::StrCat(place, ".parent"));
    if (!parent.ok()) return ReportStatus(parent.status());
    if (parent->any || parent->registry != registry_) {
      Report(absl::StrCat(place, ".parent"),
             absl::StrCat(Quote(statement.parent()), " is no one parent in ",
                          registry_.Full()));
      return std::nullopt;
    }
    const std::string id_field = absl::StrCat(place, ".id");
    absl::StatusOr<std::string> id = statement.id();
    if (id->empty()) id = ProposeId(record, traits, id_field);
    if (!id.ok()) return ReportStatus(id.status());
    auto name = RecordName::Make(
        traits, parent->record.has_value() ? &*parent->record : nullptr, *id,
        id_field);
    if (!name.ok()) return ReportStatus(name.status());
    return *std::move(name);
  }

  std::optional<RecordName> ReportStatus(const absl::Status& status) {
    for (FieldViolation& violation : GetFieldViolations(status)) {
      violations_.push_back(std::move(violation));
    }
    return std::nullopt;
  }

  absl::Status CheckSurroundings(const Statement& statement) {
    if (const auto parent = statement.name.Parent()) {
      ASSIGN_OR_RETURN(const bool live, WillBeLive(parent->relative()));
      if (!live) {
        Report(absl::StrCat(statement.place, ".parent"),
               absl::StrCat("there is no record ", Quote(parent->relative()),
                            "; want one that exists or is part of this "
                            "change"));
      }
    }
    return CheckReferences(
        *statement.input.stated, statement.name, statement.prefix,
        [this](absl::string_view name) { return WillBeLive(name); },
        [&] { return ReadCurrent(statement.name); }, violations_);
  }

  absl::StatusOr<std::unique_ptr<Message>> ReadCurrent(const RecordName& name) {
    ASSIGN_OR_RETURN(const std::optional<RecordView> record,
                     view_.Get(name.relative()));
    if (!record.has_value()) return nullptr;
    return builder_.Build(*record, *name.traits());
  }

  absl::StatusOr<bool> WillBeLive(absl::string_view name) {
    const std::string key(name);
    if (places_.count(key) > 0) return true;
    const auto known = live_.find(key);
    if (known != live_.end()) return known->second;
    ASSIGN_OR_RETURN(const std::optional<RecordView> record, view_.Get(name));
    return live_[key] = record.has_value() && !record->retracted;
  }

  const RegistryName& registry_;
  const RegistryView& view_;
  RecordMessageBuilder builder_;
  std::vector<Statement> statements_;
  std::map<std::string, std::string> places_;  // By relative name.
  std::map<std::string, bool> live_;           // What view_ was asked.
  std::vector<FieldViolation> violations_;
};

// A longer list would not get through to the caller.
std::vector<FieldViolation> Shorten(std::vector<FieldViolation> violations) {
  if (violations.size() <= kProblemsMax) return violations;
  const size_t dropped = violations.size() - kProblemsMax;
  violations.resize(kProblemsMax);
  violations.push_back({"", absl::StrCat("and ", dropped, " more problems")});
  return violations;
}

}  // namespace

absl::StatusOr<PreparedChange> PrepareChange(
    const CallInfo& call, const v1::ApplyChangeRequest& request,
    const RegistryName& registry, const RegistryView& view) {
  if (request.statements_size() > kStatementsPerChangeMax) {
    return InvalidField(
        "statements",
        absl::StrCat("has ", request.statements_size(),
                     " elements; want at most ", kStatementsPerChangeMax));
  }
  PreparedChange prepared;
  ASSIGN_OR_RETURN(
      prepared.request,
      MakeChangeRequest(call, request.change(), request.request_id(),
                        request.validate_only()));
  ChangePreparer preparer(registry, view);
  RETURN_IF_ERROR(preparer.Read(request));
  if (!preparer.violations().empty()) {
    return InvalidFields(Shorten(std::move(preparer.violations())));
  }
  preparer.MoveInto(prepared);
  return prepared;
}

}  // namespace consilium
