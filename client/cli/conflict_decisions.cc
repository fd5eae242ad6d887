#include "client/cli/conflict_decisions.h"

#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/cli/conflict_view.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/server_session.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr char kListKey[] = "adjudications";

JsonValue NodeJson(const TextNode& node) {
  switch (node.kind) {
    case TextNode::Kind::kNull:
      return nullptr;
    case TextNode::Kind::kScalar: {
      // A number or a truth value stays one; whatever else is text.
      const JsonValue bare =
          JsonValue::parse(node.scalar, nullptr, /*allow_exceptions=*/false);
      const bool is_text =
          node.quoted || bare.is_discarded() || !bare.is_primitive();
      return is_text ? JsonValue(node.scalar) : bare;
    }
    case TextNode::Kind::kList: {
      JsonValue list = JsonValue::array();
      for (const TextNode& item : node.items) list.push_back(NodeJson(item));
      return list;
    }
    case TextNode::Kind::kMap: {
      JsonValue map = JsonValue::object();
      for (const auto& entry : node.entries) {
        map[entry.key] = NodeJson(entry.value);
      }
      return map;
    }
  }
  return nullptr;
}

// Reads one decision; what is wrong goes to `problems`.
class DecisionReader {
 public:
  DecisionReader(absl::string_view file, std::string path,
                 TextProblems& problems)
      : file_(file), path_(std::move(path)), problems_(problems) {}

  ConflictDecision Read(const TextNode& node) {
    ConflictDecision decision;
    decision.position = node.position;
    if (node.kind != TextNode::Kind::kMap) {
      Report(node.position, "",
             "is no mapping; want record, path, reason and "
             "one of take, value, absent and withdraw");
      return decision;
    }
    for (const TextNode::Entry& entry : node.entries) {
      ReadEntry(entry, decision);
    }
    CheckComplete(decision);
    return decision;
  }

 private:
  void ReadEntry(const TextNode::Entry& entry, ConflictDecision& decision) {
    if (entry.key == "record") {
      decision.record = Text(entry);
    } else if (entry.key == "path") {
      decision.path = Text(entry);
    } else if (entry.key == "reason") {
      decision.reason = Text(entry);
    } else if (entry.key == "take") {
      decision.take = Text(entry);
    } else if (entry.key == "value") {
      decision.value = OneLine(NodeJson(entry.value));
    } else if (entry.key == "source") {
      decision.source = OneLine(NodeJson(entry.value));
    } else if (entry.key == "absent") {
      decision.absent = Truth(entry);
    } else if (entry.key == "withdraw") {
      decision.withdraw = Truth(entry);
    } else {
      Report(entry.position, entry.key,
             absl::StrCat("is no part of a decision",
                          DidYouMean(entry.key, {"record", "path", "take",
                                                 "value", "absent", "withdraw",
                                                 "source", "reason"})));
    }
  }

  std::string Text(const TextNode::Entry& entry) {
    if (entry.value.kind == TextNode::Kind::kScalar) return entry.value.scalar;
    Report(entry.position, entry.key, "is no text");
    return "";
  }

  bool Truth(const TextNode::Entry& entry) {
    if (entry.value.scalar == "true") return true;
    Report(entry.position, entry.key, "is not true; want true, or no such key");
    return false;
  }

  void CheckComplete(const ConflictDecision& decision) {
    for (const auto& [key, text] : {std::pair("record", &decision.record),
                                    std::pair("path", &decision.path),
                                    std::pair("reason", &decision.reason)}) {
      const bool may_lack = decision.withdraw && text == &decision.path;
      if (text->empty() && !may_lack) {
        Report(decision.position, key, "is missing");
      }
    }
    const int ways = (decision.take ? 1 : 0) + (decision.value ? 1 : 0) +
                     (decision.absent ? 1 : 0) + (decision.withdraw ? 1 : 0);
    if (ways != 1) {
      Report(decision.position, "",
             absl::StrCat("says in ", ways,
                          " ways what holds; want take, value, absent or "
                          "withdraw, one of them"));
    }
  }

  void Report(const TextPosition& position, absl::string_view key,
              absl::string_view description) {
    problems_.Add(file_,
                  {position, absl::StrCat(path_, key.empty() ? "" : ".", key),
                   std::string(description)});
  }

  const absl::string_view file_;
  const std::string path_;
  TextProblems& problems_;
};

// Whether `take` means an edit, or a record below, that a retraction of this
// record did not know: then the record is live.
bool TakesObjection(absl::string_view take, const v1::Conflict& conflict) {
  const auto is_taken = [&](const v1::VisibleValue& value) {
    return value.institution() == take || DotText(value.dot()) == take;
  };
  return absl::c_none_of(conflict.values(), is_taken) &&
         absl::c_any_of(conflict.objections(),
                        [&](const v1::Objection& objection) {
                          return is_taken(objection.value());
                        });
}

// What a person types for a lifecycle, as ProtoJSON.
absl::StatusOr<std::string> LifecycleJson(absl::string_view text) {
  absl::string_view word = absl::StripAsciiWhitespace(text);
  if (absl::ConsumePrefix(&word, "\"")) absl::ConsumeSuffix(&word, "\"");
  for (const auto& [said, lifecycle] :
       {std::pair(kLiveWord, v1::LIFECYCLE_LIVE),
        std::pair(kRetractedWord, v1::LIFECYCLE_RETRACTED)}) {
    const std::string& name = v1::Lifecycle_Name(lifecycle);
    if (absl::EqualsIgnoreCase(word, said) || word == name) {
      return OneLine(JsonValue(name));
    }
  }
  return UsageError(absl::StrCat(Quote(word), " is no lifecycle; want ",
                                 kRetractedWord, " or ", kLiveWord),
                    "consilium conflict resolve --help");
}

// The change whose value `take` means.
absl::StatusOr<v1::Dot> FindTaken(const ConflictDecision& decision,
                                  const v1::Conflict& conflict) {
  const std::string& take = *decision.take;
  std::vector<const v1::VisibleValue*> found;
  std::vector<std::string> institutions;
  std::vector<std::string> dots;
  for (const v1::VisibleValue& value : conflict.values()) {
    if (DotText(value.dot()) == take) return value.dot();
    institutions.push_back(value.institution());
    if (value.institution() != take) continue;
    found.push_back(&value);
    dots.push_back(DotText(value.dot()));
  }
  for (const v1::Objection& objection : conflict.objections()) {
    const std::string& institution = objection.value().institution();
    if (!absl::c_linear_search(institutions, institution)) {
      institutions.push_back(institution);
    }
  }
  if (found.empty()) {
    return UsageError(
        absl::StrCat(Quote(take), " entered no value of ", decision.path,
                     DidYouMean(take, institutions), "; want one of ",
                     absl::StrJoin(institutions, ", ")),
        absl::StrCat("consilium conflict show ", ShellWord(decision.record),
                     " ", ShellWord(decision.path)));
  }
  for (const v1::VisibleValue* value : found) {
    if (value->value() == found.front()->value()) continue;
    return UsageError(
        absl::StrCat(take, " entered several values of ", decision.path,
                     "; take one by its change: ", absl::StrJoin(dots, ", ")));
  }
  return found.back()->dot();
}

}  // namespace

std::vector<ConflictDecision> ReadConflictDecisions(absl::string_view file,
                                                    absl::string_view text,
                                                    TextProblems& problems) {
  std::vector<ConflictDecision> decisions;
  const auto documents = ParseText(file, text, GuessTextFormat(file, text));
  if (!documents.ok()) {
    problems.Add(file, documents.status());
    return decisions;
  }
  std::set<std::pair<std::string, std::string>> decided;
  for (const TextNode& document : *documents) {
    const TextNode* const list = document.Find(kListKey);
    if (document.kind != TextNode::Kind::kMap || document.entries.size() != 1 ||
        list == nullptr || list->kind != TextNode::Kind::kList) {
      problems.Add(file, {document.position, "",
                          "holds no decisions; want a list of them under the "
                          "key adjudications, and nothing else"});
      continue;
    }
    for (const TextNode& item : list->items) {
      const std::string path =
          absl::StrCat(kListKey, "[", decisions.size(), "]");
      const ConflictDecision& decision = decisions.emplace_back(
          DecisionReader(file, path, problems).Read(item));
      const bool is_new =
          decision.record.empty() ||
          decided.emplace(decision.record, decision.path).second;
      if (!is_new) {
        problems.Add(file, {decision.position, path,
                            absl::StrCat(decision.path, " of ", decision.record,
                                         " is decided twice; want it once")});
      }
    }
  }
  if (decisions.empty() && problems.empty()) {
    problems.Add(file, {{}, "", "is empty; want decisions"});
  }
  return decisions;
}

absl::StatusOr<v1::ResolveConflictRequest> ResolutionOf(
    const ConflictDecision& decision, const v1::Conflict& conflict) {
  v1::ResolveConflictRequest request;
  request.set_record(conflict.record());
  request.set_path(decision.path);
  for (const v1::VisibleValue& value : conflict.values()) {
    *request.add_shown() = value.dot();
  }
  const bool is_lifecycle = conflict.path() == kLifecyclePathText;
  if (decision.take && TakesObjection(*decision.take, conflict)) {
    ASSIGN_OR_RETURN(*request.mutable_value(), LifecycleJson(kLiveWord));
  } else if (decision.value && is_lifecycle) {
    ASSIGN_OR_RETURN(*request.mutable_value(), LifecycleJson(*decision.value));
  } else if (decision.take) {
    ASSIGN_OR_RETURN(*request.mutable_take(), FindTaken(decision, conflict));
  } else if (decision.value) {
    request.set_value(*decision.value);
  } else {
    request.set_absent(true);
  }
  request.set_source(decision.source);
  request.set_reason(decision.reason);
  return request;
}

}  // namespace consilium
