#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "proto/base/enum_text.h"
#include "proto/base/field_name.h"
#include "proto/base/quantity.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/text_form.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;
using Kind = TextNode::Kind;

// Above this many, the values of an enum are not listed in a message.
constexpr size_t kListedValuesMax = 12;

std::string NoSuchField(const Descriptor& type, absl::string_view name) {
  return absl::StrCat(Quote(name), " is no field of ", type.name(),
                      DidYouMean(name, JsonNames(type)));
}

// What stands at a node, for messages.
std::string Describe(const TextNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a mapping";
    case Kind::kScalar:
      return Quote(node.scalar);
  }
  return "";
}

// Reads an integer; "1.0" and "1e3" count when they are one exactly.
template <typename Integer>
bool ParseInteger(const std::string& text, Integer& value) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec == std::errc() && parsed.ptr == end) return true;
  double number = 0;
  const bool decimal = absl::StrContains(text, '.') ||
                       absl::StrContains(text, 'e') ||
                       absl::StrContains(text, 'E');
  // Doubles above 2^53 do not tell integers apart.
  constexpr double kExactMax = 9007199254740992.0;
  if (!decimal || !absl::SimpleAtod(text, &number) ||
      std::fabs(number) > kExactMax || number != std::floor(number) ||
      number < static_cast<double>(std::numeric_limits<Integer>::min()) ||
      number > static_cast<double>(std::numeric_limits<Integer>::max())) {
    return false;
  }
  value = static_cast<Integer>(number);
  return true;
}

// Reads a decimal number; not the spellings of infinity and NaN.
bool ParseDecimal(const std::string& text, double& value) {
  const bool starts =
      !text.empty() && (absl::ascii_isdigit(text[0]) || text[0] == '-' ||
                        text[0] == '+' || text[0] == '.');
  const bool hexadecimal =
      absl::StrContains(text, 'x') || absl::StrContains(text, 'X');
  return starts && !hexadecimal && absl::SimpleAtod(text, &value) &&
         std::isfinite(value);
}

class Reader {
 public:
  Reader(std::vector<TextProblem>& problems, TextPositions* positions)
      : problems_(problems), positions_(positions) {}

  void Read(const TextNode& node, const std::string& path, Message& message) {
    Note(path, node.position);
    const Descriptor& type = *message.GetDescriptor();
    if (node.kind == Kind::kScalar && ReadAsText(node, path, message)) return;
    if (node.kind != Kind::kMap) {
      return Report(node, path,
                    absl::StrCat(Describe(node), " stands where the fields of ",
                                 type.name(), " are wanted"));
    }
    std::set<const FieldDescriptor*> seen;
    for (const TextNode::Entry& entry : node.entries) {
      const std::string here =
          absl::StrCat(path, path.empty() ? "" : ".", entry.key);
      const FieldDescriptor* field = FieldCalled(type, entry.key);
      if (field == nullptr) {
        problems_.push_back(
            {entry.position, path, NoSuchField(type, entry.key)});
        continue;
      }
      if (!seen.insert(field).second) {
        problems_.push_back({entry.position, here,
                             absl::StrCat("is given twice, as ", field->name(),
                                          " and as ", field->json_name())});
        continue;
      }
      ReadField(entry.value,
                absl::StrCat(path, path.empty() ? "" : ".", field->json_name()),
                *field, message);
    }
  }

  // `field` of `message`, which is empty there.
  void ReadField(const TextNode& node, const std::string& path,
                 const FieldDescriptor& field, Message& message) {
    Note(path, node.position);
    if (node.kind == Kind::kNull) return;
    const auto* oneof = field.real_containing_oneof();
    if (oneof != nullptr && message.GetReflection()->HasOneof(message, oneof)) {
      return Report(
          node, path,
          absl::StrCat("stands beside another ", oneof->name(), "; want one"));
    }
    if (field.is_map()) return Report(node, path, "cannot be read from text");
    if (!field.is_repeated()) return ReadValue(node, path, field, message);
    if (node.kind != Kind::kList) {
      return Report(node, path,
                    absl::StrCat(Describe(node), " is no list; want one"));
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      const std::string here = absl::StrCat(path, "[", i, "]");
      Note(here, node.items[i].position);
      ReadValue(node.items[i], here, field, message);
    }
  }

  void Report(const TextNode& node, absl::string_view path,
              absl::string_view description) {
    problems_.push_back(
        {node.position, std::string(path), std::string(description)});
  }

 private:
  void Note(const std::string& path, const TextPosition& position) {
    if (positions_ != nullptr) (*positions_)[path] = position;
  }

  // Messages that text can stand for. False when `message` is none of them.
  bool ReadAsText(const TextNode& node, const std::string& path,
                  Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    if (IsQuantity(type)) {
      if (!QuantityFromText(node.scalar, message)) {
        Report(node, path,
               absl::StrCat(Describe(node),
                            " is no quantity; want a number and a unit, such "
                            "as \"250 mg\", \"25..40 Gy\" or \"<= 34 %\""));
      }
      return true;
    }
    if (&type == Timestamp::descriptor()) {
      Timestamp time;
      const std::string text = absl::StrContains(node.scalar, 'T')
                                   ? node.scalar
                                   : absl::StrCat(node.scalar, "T00:00:00Z");
      if (!google::protobuf::util::TimeUtil::FromString(text, &time)) {
        Report(node, path,
               absl::StrCat(Describe(node),
                            " is no time; want it as in "
                            "\"2023-05-01T12:00:00Z\""));
      }
      message.CopyFrom(time);
      return true;
    }
    return false;
  }

  // One value, set in a singular field or added to a list.
  void ReadValue(const TextNode& node, const std::string& path,
                 const FieldDescriptor& field, Message& message) {
    const auto& reflection = *message.GetReflection();
    if (field.message_type() != nullptr) {
      return Read(node, path,
                  field.is_repeated()
                      ? *reflection.AddMessage(&message, &field)
                      : *reflection.MutableMessage(&message, &field));
    }
    if (node.kind != Kind::kScalar) {
      return Report(node, path,
                    absl::StrCat(Describe(node),
                                 " stands where one value is "
                                 "wanted"));
    }
    ReadScalar(node, path, field, message);
  }

  void ReadScalar(const TextNode& node, const std::string& path,
                  const FieldDescriptor& field, Message& message) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return ReadString(node, path, field, message);
      case FieldDescriptor::CPPTYPE_ENUM:
        return ReadEnum(node, path, field, message);
      case FieldDescriptor::CPPTYPE_BOOL:
        return ReadBool(node, path, field, message);
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        return ReadDecimal(node, path, field, message);
      case FieldDescriptor::CPPTYPE_INT32:
        return ReadInteger<int32_t>(node, path, field, message);
      case FieldDescriptor::CPPTYPE_INT64:
        return ReadInteger<int64_t>(node, path, field, message);
      case FieldDescriptor::CPPTYPE_UINT32:
        return ReadInteger<uint32_t>(node, path, field, message);
      case FieldDescriptor::CPPTYPE_UINT64:
        return ReadInteger<uint64_t>(node, path, field, message);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return;
    }
  }

#define CONSILIUM_PUT(Type, value)                                   \
  (field.is_repeated()                                               \
       ? message.GetReflection()->Add##Type(&message, &field, value) \
       : message.GetReflection()->Set##Type(&message, &field, value))

  void ReadString(const TextNode& node, const std::string& path,
                  const FieldDescriptor& field, Message& message) {
    if (field.type() == FieldDescriptor::TYPE_STRING) {
      return CONSILIUM_PUT(String, node.scalar);
    }
    std::string bytes;
    if (!absl::Base64Unescape(node.scalar, &bytes) &&
        !absl::WebSafeBase64Unescape(node.scalar, &bytes)) {
      return Report(node, path,
                    absl::StrCat(Describe(node), " is no base64; want it"));
    }
    CONSILIUM_PUT(String, bytes);
  }

  void ReadEnum(const TextNode& node, const std::string& path,
                const FieldDescriptor& field, Message& message) {
    const auto& type = *field.enum_type();
    const EnumValueDescriptor* value = ParseEnum(type, node.scalar);
    int32_t number = 0;
    if (value == nullptr && !node.quoted &&
        absl::SimpleAtoi(node.scalar, &number)) {
      value = type.FindValueByNumber(number);
    }
    if (value != nullptr) return CONSILIUM_PUT(EnumValue, value->number());
    const std::vector<std::string> texts = EnumTexts(type);
    const std::string suggestion = DidYouMean(node.scalar, texts);
    std::string wish;
    if (texts.size() <= kListedValuesMax) {
      wish = absl::StrCat("; want one of ", absl::StrJoin(texts, ", "));
    } else if (suggestion.empty()) {
      wish = absl::StrCat("; `consilium explain` lists the values");
    }
    Report(
        node, path,
        absl::StrCat(Describe(node), " is no ", type.name(), suggestion, wish));
  }

  void ReadBool(const TextNode& node, const std::string& path,
                const FieldDescriptor& field, Message& message) {
    if (!node.quoted && (node.scalar == "true" || node.scalar == "false")) {
      return CONSILIUM_PUT(Bool, node.scalar == "true");
    }
    Report(node, path,
           absl::StrCat(Describe(node),
                        " is no truth value; want true or "
                        "false"));
  }

  void ReadDecimal(const TextNode& node, const std::string& path,
                   const FieldDescriptor& field, Message& message) {
    double number = 0;
    if (!ParseDecimal(node.scalar, number)) {
      return Report(node, path,
                    absl::StrCat(Describe(node),
                                 " is no number; want a finite "
                                 "one such as 18.6"));
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
      return CONSILIUM_PUT(Double, number);
    }
    if (std::fabs(number) > std::numeric_limits<float>::max()) {
      return Report(node, path,
                    absl::StrCat(Describe(node), " is too large a number"));
    }
    CONSILIUM_PUT(Float, static_cast<float>(number));
  }

  template <typename Integer>
  void ReadInteger(const TextNode& node, const std::string& path,
                   const FieldDescriptor& field, Message& message) {
    Integer number = 0;
    if (!ParseInteger(node.scalar, number)) {
      return Report(
          node, path,
          absl::StrCat(Describe(node), " is no whole number; want one from ",
                       std::numeric_limits<Integer>::min(), " to ",
                       std::numeric_limits<Integer>::max()));
    }
    if constexpr (std::is_same_v<Integer, int32_t>) {
      CONSILIUM_PUT(Int32, number);
    } else if constexpr (std::is_same_v<Integer, int64_t>) {
      CONSILIUM_PUT(Int64, number);
    } else if constexpr (std::is_same_v<Integer, uint32_t>) {
      CONSILIUM_PUT(UInt32, number);
    } else {
      CONSILIUM_PUT(UInt64, number);
    }
  }

#undef CONSILIUM_PUT

  std::vector<TextProblem>& problems_;
  TextPositions* positions_;
};

// One step of a path: a field, and an element of it.
struct PathStep {
  const FieldDescriptor* field = nullptr;
  int index = -1;  // -1 for the field as a whole.
};

absl::StatusOr<PathStep> ParseStep(absl::string_view path,
                                   absl::string_view text,
                                   const Message& message) {
  PathStep step;
  const size_t open = text.find('[');
  const absl::string_view name = text.substr(0, open);
  step.field = FieldCalled(*message.GetDescriptor(), name);
  if (step.field == nullptr) {
    return InvalidField(path, NoSuchField(*message.GetDescriptor(), name));
  }
  if (open == absl::string_view::npos) return step;
  absl::string_view index = text.substr(open + 1);
  const int size = step.field->is_repeated()
                       ? message.GetReflection()->FieldSize(message, step.field)
                       : 0;
  if (!absl::ConsumeSuffix(&index, "]") ||
      !absl::SimpleAtoi(index, &step.index) || step.index < 0 ||
      step.index >= size) {
    return InvalidField(path,
                        absl::StrCat(Quote(text), " is no element; ",
                                     step.field->json_name(), " has ", size));
  }
  return step;
}

// Text for a field as a node: YAML, but plain text for a string or enum.
absl::StatusOr<TextNode> ValueNode(const FieldDescriptor& field,
                                   absl::string_view path,
                                   absl::string_view text) {
  const bool plain = !field.is_repeated() && field.message_type() == nullptr;
  if (plain && text != "null") {
    TextNode node;
    node.kind = Kind::kScalar;
    node.scalar = std::string(text);
    return node;
  }
  // YAML's flow style takes in nearly all of JSON, but not its escapes.
  auto documents = ParseText(path, text, TextFormat::kJson);
  if (!documents.ok()) {
    documents = ParseText(path, absl::StrCat(text, "\n"), TextFormat::kYaml);
  }
  if (!documents.ok()) return documents.status();
  if (documents->empty()) return TextNode();
  return std::move(documents->front());
}

absl::Status SetStep(const PathStep& step, absl::string_view path,
                     absl::string_view text, Message& message) {
  if (step.index >= 0) {
    return InvalidField(path, "is an element; want one of its fields");
  }
  ASSIGN_OR_RETURN(const TextNode node, ValueNode(*step.field, path, text));
  message.GetReflection()->ClearField(&message, step.field);
  if (node.kind == Kind::kNull) return absl::OkStatus();
  std::vector<TextProblem> problems;
  Reader(problems, nullptr)
      .ReadField(node, std::string(path), *step.field, message);
  if (problems.empty()) return absl::OkStatus();
  std::vector<FieldViolation> violations;
  for (const TextProblem& problem : problems) {
    violations.push_back({problem.path, problem.description});
  }
  return InvalidFields(violations);
}

}  // namespace

void ReadMessage(const TextNode& node, absl::string_view prefix,
                 Message& message, std::vector<TextProblem>& problems,
                 TextPositions* positions) {
  message.Clear();
  Reader(problems, positions).Read(node, std::string(prefix), message);
}

absl::Status ParseMessage(absl::string_view file, absl::string_view text,
                          TextFormat format, Message& message,
                          TextPositions* positions) {
  ASSIGN_OR_RETURN(const auto documents, ParseText(file, text, format));
  std::vector<TextProblem> problems;
  if (documents.size() == 1) {
    ReadMessage(documents.front(), "", message, problems, positions);
  } else {
    const TextPosition position =
        documents.empty() ? TextPosition() : documents[1].position;
    problems.push_back(
        {position, "",
         absl::StrCat("holds ", documents.size(), " documents; want one ",
                      message.GetDescriptor()->name())});
  }
  if (problems.empty()) return absl::OkStatus();
  return TextError(file, problems);
}

absl::Status SetFieldFromText(absl::string_view path, absl::string_view text,
                              Message& message) {
  Message* holder = &message;
  absl::string_view rest = path;
  while (true) {
    const size_t dot = rest.find('.');
    ASSIGN_OR_RETURN(const PathStep step,
                     ParseStep(path, rest.substr(0, dot), *holder));
    if (dot == absl::string_view::npos) {
      return SetStep(step, path, text, *holder);
    }
    const bool enters = step.field->message_type() != nullptr &&
                        step.field->is_repeated() == (step.index >= 0);
    if (!enters) {
      return InvalidField(
          path, absl::StrCat(Quote(rest.substr(0, dot)),
                             step.field->is_repeated()
                                 ? " is a list; want an index, as in [0]"
                                 : " has no fields"));
    }
    const auto& reflection = *holder->GetReflection();
    holder = step.index >= 0 ? reflection.MutableRepeatedMessage(
                                   holder, step.field, step.index)
                             : reflection.MutableMessage(holder, step.field);
    rest.remove_prefix(dot + 1);
  }
}

std::vector<TextProblem> LocateViolations(
    const std::vector<FieldViolation>& violations,
    const TextPositions& positions) {
  std::vector<TextProblem> problems;
  for (const FieldViolation& violation : violations) {
    std::string path = violation.field;
    auto found = positions.find(path);
    while (found == positions.end() && !path.empty()) {
      const size_t cut = path.find_last_of(".[");
      path.resize(cut == std::string::npos ? 0 : cut);
      found = positions.find(path);
    }
    problems.push_back(
        {found == positions.end() ? TextPosition() : found->second,
         violation.field, violation.description});
  }
  return problems;
}

}  // namespace consilium
