#include "client/import/sheet_map.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/import/cell_value.h"
#include "client/import/ctgov_values.h"
#include "client/import/sheet_row.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/screening.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/errors.h"
#include "proto/base/field_name.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Kind = TextNode::Kind;

constexpr char kRowsWanted[] =
    "want what a row is: trial, publication, arm, estimate, contrast, count or "
    "screening";

bool IsSpecial(const SheetPart& part, absl::string_view path) {
  const absl::string_view name = part.name;
  return (path == kIdPath && part.record == nullptr && name != "source" &&
          name != "screened") ||
         (path == kNumberPath && name == "trial") ||
         (path == kRolePath && name == "publication") ||
         (path == kPooledValuePath && name == "contrast");
}

// What is wrong with `path` in `part`; "" when it is one.
std::string PathProblem(const SheetPart& part, absl::string_view path) {
  if (IsSpecial(part, path)) return "";
  if (absl::string_view(part.name) == "review") {
    return "a row says only for which review it is; want review.id";
  }
  const Descriptor* message = part.message;
  std::string at = part.name;
  const std::vector<absl::string_view> steps = absl::StrSplit(path, '.');
  for (size_t i = 0; i < steps.size(); ++i) {
    const FieldDescriptor* field = FieldCalled(*message, steps[i]);
    if (field == nullptr || steps[i] == "key" || field->number() >= 1000) {
      return absl::StrCat(Quote(steps[i]), " is no field of ", at,
                          DidYouMean(steps[i], JsonNames(*message)));
    }
    at = std::string(steps[i]);
    message = field->message_type();
    const bool is_last = i + 1 == steps.size();
    if (!is_last && message == nullptr) {
      return absl::StrCat(Quote(at), " has no fields");
    }
    if (is_last && message != nullptr && !IsCellMessage(*message)) {
      return absl::StrCat(Quote(at),
                          " is no single value; want one of its "
                          "fields: ",
                          absl::StrJoin(JsonNames(*message), ", "));
    }
  }
  return "";
}

// The target that `text` names; else what is wrong with it.
std::string ReadTarget(absl::string_view text, const SheetPart* rows,
                       SheetTarget& target) {
  // A label may hold dots: "screening[A. Berg].decision".
  const size_t close = text.find("].");
  const size_t dot =
      close == absl::string_view::npos ? text.find('.') : close + 1;
  absl::string_view head = text.substr(0, dot);
  const size_t open = head.find('[');
  if (open != absl::string_view::npos && absl::EndsWith(head, "]")) {
    target.label = std::string(head.substr(open + 1, head.size() - open - 2));
    head = head.substr(0, open);
  }
  target.part = FindSheetPart(head);
  if (target.part != nullptr && dot != absl::string_view::npos) {
    target.path = std::string(text.substr(dot + 1));
  } else if (target.label.empty() && rows != nullptr) {
    // A field of what a row is.
    target.part = rows;
    target.path = std::string(text);
  } else {
    std::vector<std::string> names;
    for (const SheetPart& part : SheetParts()) names.push_back(part.name);
    return absl::StrCat(Quote(text),
                        " is no place for a cell; want a field of ",
                        absl::StrJoin(names, ", "), ", as in estimate.value");
  }
  const std::string problem = PathProblem(*target.part, target.path);
  if (problem.empty()) return "";
  std::string names_of_parts;
  if (dot == absl::string_view::npos) {
    names_of_parts = "; fields of another part are named as in trial.acronym";
  }
  return absl::StrCat(Quote(text), ": ", problem, names_of_parts);
}

class MapReader {
 public:
  explicit MapReader(SheetMap& map) : map_(map) {}

  void Read(const TextNode& root) {
    if (root.kind != Kind::kMap) {
      Problem(root, "", "want a map with rows and columns");
      return;
    }
    // What a row is, first: columns may name its fields alone.
    if (const TextNode* rows = root.Find("rows")) {
      ReadRows(*rows);
    } else {
      Problem(root, "rows", absl::StrCat("is missing; ", kRowsWanted));
    }
    bool has_columns = false;
    for (const TextNode::Entry& entry : root.entries) {
      has_columns |= entry.key == "columns";
      ReadEntry(entry);
    }
    if (!has_columns) Problem(root, "columns", "is missing; want one at least");
    for (const TextNode::Entry& entry : root.entries) {
      if (entry.key == "values") ReadValues(entry.value);
      if (entry.key == "fillDown") CheckFilled(entry.value);
    }
  }

  const std::vector<TextProblem>& problems() const { return problems_; }

 private:
  void Problem(const TextNode& node, std::string path, std::string what) {
    problems_.push_back({node.position, std::move(path), std::move(what)});
  }

  void ReadEntry(const TextNode::Entry& entry) {
    static const auto& keys = *new std::vector<std::string>{
        "rows",        "sheet",      "delimiter",    "decimalComma",
        "notRecorded", "notReached", "notEstimable", "columns",
        "constants",   "values",     "where",        "ignore",
        "fillDown"};
    const TextNode& node = entry.value;
    if (entry.key == "rows" || entry.key == "values") return;
    if (entry.key == "sheet") {
      map_.sheet = node.scalar;
    } else if (entry.key == "delimiter") {
      ReadDelimiter(node);
    } else if (entry.key == "decimalComma") {
      map_.decimal_comma = node.scalar == "true";
      if (node.scalar != "true" && node.scalar != "false") {
        Problem(node, entry.key, "want true or false");
      }
    } else if (entry.key == "notRecorded") {
      ReadWords(node, entry.key, map_.not_recorded);
    } else if (entry.key == "notReached") {
      ReadWords(node, entry.key, map_.not_reached);
    } else if (entry.key == "notEstimable") {
      ReadWords(node, entry.key, map_.not_estimable);
    } else if (entry.key == "columns") {
      ReadColumns(node);
    } else if (entry.key == "constants") {
      ReadConstants(node);
    } else if (entry.key == "where") {
      for (const TextNode::Entry& each : node.entries) {
        ReadWords(each.value, absl::StrCat("where.", each.key),
                  map_.where[each.key]);
      }
    } else if (entry.key == "fillDown") {
      for (std::string& name : TextsOf(node)) {
        map_.fill_down.insert(std::move(name));
      }
    } else if (entry.key == "ignore") {
      for (const std::string& name : TextsOf(node)) {
        map_.columns.push_back({name, node.position, {}, {}});
      }
    } else {
      problems_.push_back({entry.position, entry.key,
                           absl::StrCat("is nothing that a map has",
                                        DidYouMean(entry.key, keys))});
    }
  }

  // One text, or a list of texts.
  static std::vector<std::string> TextsOf(const TextNode& node) {
    std::vector<std::string> texts;
    if (node.kind == Kind::kScalar) texts.push_back(node.scalar);
    for (const TextNode& item : node.items) texts.push_back(item.scalar);
    return texts;
  }

  void ReadWords(const TextNode& node, const std::string& path,
                 std::set<std::string>& words) {
    words.clear();
    if (node.kind == Kind::kMap) Problem(node, path, "want words");
    for (const std::string& text : TextsOf(node)) {
      words.insert(absl::AsciiStrToLower(text));
    }
  }

  void ReadRows(const TextNode& node) {
    static const auto& no_rows =
        *new std::set<absl::string_view>{"source", "review", "screened"};
    map_.rows = FindSheetPart(node.scalar);
    if (map_.rows == nullptr || no_rows.count(map_.rows->name) > 0) {
      Problem(node, "rows",
              absl::StrCat(Quote(node.scalar), " is no kind of row; ",
                           kRowsWanted));
    }
  }

  void ReadDelimiter(const TextNode& node) {
    static const auto& words = *new std::map<std::string, char>{
        {",", ','},     {";", ';'},         {"\t", '\t'},  {"\\t", '\t'},
        {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}};
    const auto found = words.find(node.scalar);
    if (found == words.end()) {
      Problem(node, "delimiter",
              absl::StrCat(Quote(node.scalar),
                           " is none; want comma, semicolon or tab"));
      return;
    }
    map_.delimiter = found->second;
  }

  void ReadColumns(const TextNode& node) {
    for (const TextNode::Entry& entry : node.entries) {
      SheetColumn column;
      column.name = entry.key;
      column.position = entry.position;
      for (const std::string& text : TextsOf(entry.value)) {
        SheetTarget target;
        const std::string problem = ReadTarget(text, map_.rows, target);
        if (problem.empty()) {
          column.targets.push_back(std::move(target));
        } else if (map_.rows != nullptr) {
          Problem(entry.value, absl::StrCat("columns.", entry.key), problem);
        }
      }
      map_.columns.push_back(std::move(column));
    }
  }

  void ReadConstants(const TextNode& node) {
    for (const TextNode::Entry& entry : node.entries) {
      SheetTarget target;
      const std::string problem = ReadTarget(entry.key, map_.rows, target);
      if (problem.empty()) {
        TellWrong(entry.value, absl::StrCat("constants.", entry.key), target);
        map_.constants.emplace_back(std::move(target), entry.value.scalar);
      } else if (map_.rows != nullptr) {
        problems_.push_back({entry.position, "constants", problem});
      }
    }
  }

  // What is wrong in a value of the map, here rather than in every row.
  void TellWrong(const TextNode& node, std::string path,
                 const SheetTarget& target) {
    const std::string wish = WishFor(target, node.scalar);
    if (wish.empty()) return;
    Problem(node, std::move(path),
            absl::StrCat(Quote(node.scalar), ": ", wish));
  }

  void ReadValues(const TextNode& node) {
    std::vector<std::string> names;
    for (const SheetColumn& column : map_.columns) names.push_back(column.name);
    for (const TextNode::Entry& entry : node.entries) {
      SheetColumn* found = nullptr;
      for (SheetColumn& column : map_.columns) {
        if (column.name == entry.key) found = &column;
      }
      if (found == nullptr) {
        problems_.push_back({entry.position, absl::StrCat("values.", entry.key),
                             absl::StrCat("is none of the columns of this map",
                                          DidYouMean(entry.key, names))});
        continue;
      }
      for (const TextNode::Entry& each : entry.value.entries) {
        found->values[absl::AsciiStrToLower(each.key)] = each.value.scalar;
        for (const SheetTarget& target : found->targets) {
          TellWrong(each.value,
                    absl::StrCat("values.", entry.key, ".", each.key), target);
        }
      }
    }
  }

  void CheckFilled(const TextNode& node) {
    std::vector<std::string> names;
    for (const SheetColumn& column : map_.columns) names.push_back(column.name);
    for (const std::string& name : map_.fill_down) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      Problem(node, "fillDown",
              absl::StrCat(Quote(name), " is none of the columns of this map",
                           DidYouMean(name, names)));
    }
  }

  SheetMap& map_;
  std::vector<TextProblem> problems_;
};

}  // namespace

const std::vector<SheetPart>& SheetParts() {
  static const auto& parts = *new std::vector<SheetPart>{
      {"publication", v1::Publication::descriptor(), nullptr, nullptr},
      {"trial", v1::Trial::descriptor(), nullptr, nullptr},
      {"conclusion", v1::Conclusion::descriptor(), "trial", "conclusions"},
      {"eligibility", v1::EligibilityTerm::descriptor(), "trial",
       "eligibility"},
      {"followUp", v1::FollowUp::descriptor(), "trial", "follow_ups"},
      {"arm", v1::Arm::descriptor(), nullptr, nullptr},
      {"drug", v1::DrugComponent::descriptor(), "arm", "drugs"},
      {"radiotherapy", v1::RadiotherapyComponent::descriptor(), "arm",
       "radiotherapies"},
      {"participants", v1::ParticipantCount::descriptor(), "arm",
       "participant_counts"},
      {"baseline", v1::BaselineValue::descriptor(), "arm", "baseline"},
      {"endpoint", v1::Endpoint::descriptor(), nullptr, nullptr},
      {"estimate", v1::Estimate::descriptor(), "endpoint", "estimates"},
      {"contrast", v1::Contrast::descriptor(), "endpoint", "contrasts"},
      {"adverseEvent", v1::AdverseEvent::descriptor(), nullptr, nullptr},
      {"count", v1::AdverseEventCount::descriptor(), "adverseEvent", "counts"},
      {"eventContrast", v1::AdverseEventContrast::descriptor(), "adverseEvent",
       "contrasts"},
      {"review", v1::Review::descriptor(), nullptr, nullptr},
      {"screened", v1::Screening::descriptor(), nullptr, nullptr},
      {"screening", v1::ScreeningDecision::descriptor(), "screened",
       "decisions"},
      {"source", v1::Source::descriptor(), nullptr, nullptr}};
  return parts;
}

const SheetPart* FindSheetPart(absl::string_view name) {
  // "adverse-events" is adverseEvent.
  std::string plain;
  for (const char c : name) {
    if (c != '-' && c != '_') plain.push_back(c);
  }
  for (const SheetPart& part : SheetParts()) {
    if (absl::EqualsIgnoreCase(plain, part.name) ||
        absl::EqualsIgnoreCase(plain, absl::StrCat(part.name, "s"))) {
      return &part;
    }
  }
  return nullptr;
}

std::string SheetTarget::ToText() const {
  return absl::StrCat(part->name,
                      label.empty() ? "" : absl::StrCat("[", label, "]"), ".",
                      path);
}

absl::StatusOr<SheetMap> ReadSheetMap(absl::string_view file,
                                      absl::string_view text) {
  ASSIGN_OR_RETURN(const auto documents,
                   ParseText(file, text, GuessTextFormat(file, text)));
  SheetMap map;
  map.file = std::string(file);
  map.not_recorded = {"nr",  "na",           "n/a",           "n.a.",    "nd",
                      "n/d", "not reported", "not recorded",  "-",       "–",
                      "—",   "not stated",   "not available", "missing", "#n/a",
                      "."};
  map.not_reached = {"not reached", "nyr", "not yet reached"};
  map.not_estimable = {"ne", "not estimable", "not evaluable",
                       "not calculable"};
  MapReader reader(map);
  if (documents.empty()) return TextError(file, {{{}, "", "holds no map"}});
  reader.Read(documents.front());
  if (!reader.problems().empty()) return TextError(file, reader.problems());
  return map;
}

bool SaysOf(const SheetMap& map, absl::string_view part) {
  const auto is_of = [&](const SheetTarget& target) {
    return part == target.part->name;
  };
  return std::any_of(map.columns.begin(), map.columns.end(),
                     [&](const SheetColumn& column) {
                       return std::any_of(column.targets.begin(),
                                          column.targets.end(), is_of);
                     }) ||
         std::any_of(map.constants.begin(), map.constants.end(),
                     [&](const auto& each) { return is_of(each.first); });
}

absl::Status AddConstant(absl::string_view text, SheetMap& map) {
  const size_t equals = text.find('=');
  SheetTarget target;
  const std::string problem =
      equals == absl::string_view::npos
          ? "want TARGET=VALUE, as in contrast.measure=hr"
          : ReadTarget(text.substr(0, equals), map.rows, target);
  if (!problem.empty()) return InvalidField("--set", problem);
  const std::string wish = WishFor(target, text.substr(equals + 1));
  if (!wish.empty()) {
    return InvalidField(
        "--set", absl::StrCat(target.ToText(), " = ",
                              Quote(text.substr(equals + 1)), ": ", wish));
  }
  map.constants.emplace_back(std::move(target),
                             std::string(text.substr(equals + 1)));
  return absl::OkStatus();
}

}  // namespace consilium
