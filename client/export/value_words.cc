#include "client/export/value_words.h"

#include <algorithm>
#include <memory>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/export/result_text.h"
#include "client/export/study_text.h"
#include "proto/base/enum_text.h"
#include "proto/base/field_path.h"
#include "proto/base/record_traits.h"
#include "proto/base/text_form.h"
#include "proto/base/text_node.h"
#include "proto/base/treatment_words.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::MessageFactory;

// The text of `message` if it is a `Type`.
template <typename Type, typename Text>
bool Describe(const Message& message, std::string& words, Text text) {
  if (message.GetDescriptor() != Type::descriptor()) return false;
  words = text(static_cast<const Type&>(message));
  return true;
}

// "" when there are no words for such messages.
std::string MessageWords(const Message& message, const Study& study) {
  std::string words;
  const auto component = [](const auto& each) { return ComponentText(each); };
  const bool described =
      Describe<v1::Estimate>(
          message, words, [](const auto& each) { return ValueText(each); }) ||
      Describe<v1::Contrast>(
          message, words,
          [](const auto& each) {
            return JoinWords({ValueText(each), PValueText(each.p_value())},
                             "; ");
          }) ||
      Describe<v1::AdverseEventCount>(
          message, words, [](const auto& each) { return ValueText(each); }) ||
      Describe<v1::AdverseEventContrast>(
          message, words,
          [](const auto& each) {
            return JoinWords(
                {ValueText(AsContrast(each)), PValueText(each.p_value())},
                "; ");
          }) ||
      Describe<v1::DrugComponent>(message, words, component) ||
      Describe<v1::RadiotherapyComponent>(message, words, component) ||
      Describe<v1::SurgeryComponent>(message, words, component) ||
      Describe<v1::OtherComponent>(message, words, component) ||
      Describe<v1::ParticipantCount>(
          message, words,
          [](const auto& each) { return ParticipantsText(each); }) ||
      Describe<v1::Fact>(message, words,
                         [](const auto& each) { return FactText(each); }) ||
      Describe<v1::EligibilityTerm>(
          message, words,
          [](const auto& each) { return EligibilityText(each); }) ||
      Describe<v1::Conclusion>(message, words,
                               [](const auto& each) { return each.text(); }) ||
      Describe<v1::FollowUp>(message, words, [&](const auto& each) {
        return FollowUpText(each, study);
      });
  return described ? words : "";
}

// The field that `place` is about, or null.
const FieldDescriptor* FieldOf(const RegistryEvidence::Place& place) {
  // "registries/{registry}/" and the name inside the registry.
  const size_t start = place.first.find('/', place.first.find('/') + 1);
  const RecordTraits* const traits =
      start == std::string::npos
          ? RecordTraitsTable::Get().FindByName("registry")
          : RecordTraitsTable::Get().FindByName(
                absl::string_view(place.first).substr(start + 1));
  if (traits == nullptr) return nullptr;
  const auto path = FieldPath::Parse(place.second, traits->descriptor);
  return path.ok() ? traits->descriptor->FindFieldByNumber(path->field)
                   : nullptr;
}

// A tree of JSON on one line, as people would write it.
std::string NodeText(const TextNode& node) {
  std::vector<std::string> parts;
  switch (node.kind) {
    case TextNode::Kind::kScalar:
      return node.scalar;
    case TextNode::Kind::kList:
      for (const TextNode& item : node.items) parts.push_back(NodeText(item));
      return absl::StrJoin(parts, ", ");
    case TextNode::Kind::kMap:
      for (const TextNode::Entry& entry : node.entries) {
        parts.push_back(
            absl::StrCat(PathWords(entry.key), " ", NodeText(entry.value)));
      }
      return absl::StrJoin(parts, ", ");
    case TextNode::Kind::kNull:
      break;
  }
  return "nothing";
}

// A value that is no message: a scalar, or a list of scalars.
std::string ScalarWords(const TextNode& node, const FieldDescriptor* field) {
  if (node.kind == TextNode::Kind::kList) {
    std::vector<std::string> words;
    for (const TextNode& item : node.items) {
      words.push_back(ScalarWords(item, field));
    }
    return absl::StrJoin(words, ", ");
  }
  if (field != nullptr && field->enum_type() != nullptr) {
    const auto* const value = ParseEnum(*field->enum_type(), node.scalar);
    if (value != nullptr) return EnumWords(value);
  }
  return NodeText(node);
}

std::string OneValueWords(const FieldDescriptor* field, const std::string& json,
                          const TextNode& node, const Study& study) {
  if (field == nullptr || field->message_type() == nullptr) {
    return ScalarWords(node, field);
  }
  const std::unique_ptr<Message> message(
      MessageFactory::generated_factory()
          ->GetPrototype(field->message_type())
          ->New());
  if (!ParseMessage("value", json, TextFormat::kJson, *message).ok()) {
    return NodeText(node);  // Of a newer release.
  }
  const std::string words = MessageWords(*message, study);
  return words.empty() ? NodeText(node) : words;
}

// The entries of `own` that are not in all of `nodes`, alike.
std::string Differences(const TextNode& own,
                        const std::vector<TextNode>& nodes) {
  std::vector<std::string> parts;
  std::set<std::string> keys;
  for (const TextNode& node : nodes) {
    for (const TextNode::Entry& entry : node.entries) keys.insert(entry.key);
  }
  for (const std::string& key : keys) {
    std::set<std::string> texts;
    for (const TextNode& node : nodes) {
      const TextNode* const value = node.Find(key);
      texts.insert(value == nullptr ? "" : NodeText(*value));
    }
    if (texts.size() < 2) continue;
    const TextNode* const value = own.Find(key);
    parts.push_back(absl::StrCat(PathWords(key), ": ",
                                 value == nullptr ? "none" : NodeText(*value)));
  }
  return absl::StrJoin(parts, "; ");
}

TextNode ParseJson(const std::string& json) {
  auto documents = ParseText("value", json, TextFormat::kJson);
  if (documents.ok() && documents->size() == 1) return documents->front();
  TextNode node;
  node.kind = TextNode::Kind::kScalar;
  node.scalar = json;
  return node;
}

}  // namespace

std::vector<std::string> ValueWords(const RegistryEvidence::Place& place,
                                    const std::vector<std::string>& values,
                                    const Study* study) {
  const FieldDescriptor* const field = FieldOf(place);
  const Study none;
  std::vector<TextNode> nodes;
  std::vector<std::string> words;
  for (const std::string& value : values) {
    nodes.push_back(value.empty() ? TextNode() : ParseJson(value));
    words.push_back(value.empty()
                        ? "removed"
                        : OneValueWords(field, value, nodes.back(),
                                        study == nullptr ? none : *study));
  }
  const std::vector<std::string> plain = words;
  for (size_t i = 0; i < words.size(); ++i) {
    std::vector<TextNode> alike;
    for (size_t j = 0; j < words.size(); ++j) {
      if (plain[i] == plain[j]) alike.push_back(nodes[j]);
    }
    const std::string differences = Differences(nodes[i], alike);
    if (!differences.empty()) {
      words[i] = absl::StrCat(plain[i], " (", differences, ")");
    }
  }
  return words;
}

std::string PathWords(absl::string_view path) {
  const size_t bracket = path.find('[');
  std::string words;
  for (const char c : path.substr(0, bracket)) {
    if (absl::ascii_isupper(c)) words.push_back(' ');
    words.push_back(absl::ascii_tolower(c));
  }
  if (bracket != absl::string_view::npos) {
    absl::StrAppend(&words, " ", path.substr(bracket));
  }
  return words;
}

}  // namespace consilium
