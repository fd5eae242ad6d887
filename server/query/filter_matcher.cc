#include "server/query/filter_matcher.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// One value of a field: that of a singular field, or one element.
struct Value {
  const Message& message;
  const FieldDescriptor& field;
  int index;  // -1 in a singular field.

  const Reflection& reflection() const { return *message.GetReflection(); }
};

bool IsSingularSet(const Message& message, const FieldDescriptor& field) {
  return !field.has_presence() ||
         message.GetReflection()->HasField(message, &field);
}

// Whether `accepts` holds for any value that the fields from `depth` on lead
// to. A field that is not set has no value.
template <typename Accepts>
bool AnyValue(const Message& message, const FilterPath& path, size_t depth,
              const Accepts& accepts) {
  const FieldDescriptor& field = *path.fields[depth];
  const Reflection& reflection = *message.GetReflection();
  const bool is_last = depth + 1 == path.fields.size();
  if (!field.is_repeated()) {
    if (!IsSingularSet(message, field)) return false;
    if (is_last) return accepts(Value{message, field, -1});
    return AnyValue(reflection.GetMessage(message, &field), path, depth + 1,
                    accepts);
  }
  const int size = reflection.FieldSize(message, &field);
  for (int i = 0; i < size; ++i) {
    if (is_last ? accepts(Value{message, field, i})
                : AnyValue(reflection.GetRepeatedMessage(message, &field, i),
                           path, depth + 1, accepts)) {
      return true;
    }
  }
  return false;
}

const Message& MessageOf(const Value& value) {
  return value.index < 0
             ? value.reflection().GetMessage(value.message, &value.field)
             : value.reflection().GetRepeatedMessage(value.message,
                                                     &value.field, value.index);
}

// `scratch` holds the text where reflection cannot lend it.
const std::string& StringOf(const Value& value, std::string& scratch) {
  return value.index < 0
             ? value.reflection().GetStringReference(value.message,
                                                     &value.field, &scratch)
             : value.reflection().GetRepeatedStringReference(
                   value.message, &value.field, value.index, &scratch);
}

bool BoolOf(const Value& value) {
  return value.index < 0
             ? value.reflection().GetBool(value.message, &value.field)
             : value.reflection().GetRepeatedBool(value.message, &value.field,
                                                  value.index);
}

int EnumOf(const Value& value) {
  return value.index < 0
             ? value.reflection().GetEnumValue(value.message, &value.field)
             : value.reflection().GetRepeatedEnumValue(
                   value.message, &value.field, value.index);
}

template <typename T>
bool Compare(const T& left, FilterOp op, const T& right) {
  switch (op) {
    case FilterOp::kEqual:
    case FilterOp::kHas:
      return left == right;
    case FilterOp::kNotEqual:
      return left != right;
    case FilterOp::kLess:
      return left < right;
    case FilterOp::kLessEqual:
      return left <= right;
    case FilterOp::kGreater:
      return left > right;
    case FilterOp::kGreaterEqual:
      return left >= right;
  }
  return false;
}

bool CompareInteger(absl::int128 left, FilterOp op,
                    const FilterNumber& number) {
  if (number.integer.has_value()) return Compare(left, op, *number.integer);
  return Compare(static_cast<double>(left), op, number.real);
}

// Reads a number of type T through the pair of getters for it.
#define CONSILIUM_READ_NUMBER(Type)                                            \
  (value.index < 0 ? value.reflection().Get##Type(value.message, &value.field) \
                   : value.reflection().GetRepeated##Type(                     \
                         value.message, &value.field, value.index))

bool CompareNumber(const Value& value, FilterOp op,
                   const FilterNumber& number) {
  switch (value.field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return CompareInteger(CONSILIUM_READ_NUMBER(Int32), op, number);
    case FieldDescriptor::CPPTYPE_INT64:
      return CompareInteger(CONSILIUM_READ_NUMBER(Int64), op, number);
    case FieldDescriptor::CPPTYPE_UINT32:
      return CompareInteger(CONSILIUM_READ_NUMBER(UInt32), op, number);
    case FieldDescriptor::CPPTYPE_UINT64:
      return CompareInteger(CONSILIUM_READ_NUMBER(UInt64), op, number);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Compare(CONSILIUM_READ_NUMBER(Float), op,
                     static_cast<float>(number.real));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Compare(CONSILIUM_READ_NUMBER(Double), op, number.real);
    default:
      return false;
  }
}

#undef CONSILIUM_READ_NUMBER

// The fields of the messages Timestamp and Duration, which are alike.
absl::Duration SinceZero(const Message& message) {
  const auto* descriptor = message.GetDescriptor();
  const auto* seconds = descriptor->FindFieldByNumber(1);
  const auto* nanos = descriptor->FindFieldByNumber(2);
  const Reflection& reflection = *message.GetReflection();
  return absl::Seconds(reflection.GetInt64(message, seconds)) +
         absl::Nanoseconds(reflection.GetInt32(message, nanos));
}

// A side of a Quantity that is a range.
struct Bound {
  bool set = false;
  double value = 0;
  bool excluded = false;
};

Bound ReadBound(const Message& quantity, const std::string& name) {
  const auto* descriptor = quantity.GetDescriptor();
  const auto* field = descriptor->FindFieldByName(name);
  const Reflection& reflection = *quantity.GetReflection();
  Bound bound;
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_DOUBLE ||
      !reflection.HasField(quantity, field)) {
    return bound;
  }
  bound.set = true;
  bound.value = reflection.GetDouble(quantity, field);
  const auto* excluded = descriptor->FindFieldByName(name + "_excluded");
  bound.excluded = excluded != nullptr &&
                   excluded->type() == FieldDescriptor::TYPE_BOOL &&
                   reflection.GetBool(quantity, excluded);
  return bound;
}

bool IsAbove(const Bound& low, double number) {
  return low.set &&
         (low.value > number || (low.value == number && low.excluded));
}

bool IsBelow(const Bound& high, double number) {
  return high.set &&
         (high.value < number || (high.value == number && high.excluded));
}

// A range stands in a comparison when every number in it does.
bool CompareRange(const Bound& low, const Bound& high, FilterOp op,
                  double number) {
  switch (op) {
    case FilterOp::kEqual:
    case FilterOp::kHas:
      return low.set && high.set && low.value == number && high.value == number;
    case FilterOp::kNotEqual:
      return IsAbove(low, number) || IsBelow(high, number);
    case FilterOp::kLess:
      return IsBelow(high, number);
    case FilterOp::kLessEqual:
      return high.set && high.value <= number;
    case FilterOp::kGreater:
      return IsAbove(low, number);
    case FilterOp::kGreaterEqual:
      return low.set && low.value >= number;
  }
  return false;
}

bool HasUnit(const Message& quantity, const std::string& unit) {
  const auto* field = quantity.GetDescriptor()->FindFieldByName("unit");
  return field != nullptr &&
         quantity.GetReflection()->GetString(quantity, field) == unit;
}

bool CompareQuantity(const Message& quantity, FilterOp op,
                     const FilterQuantity& wanted) {
  if (!wanted.unit.empty() && !HasUnit(quantity, wanted.unit)) return false;
  const auto* value = quantity.GetDescriptor()->FindFieldByName("value");
  const Reflection& reflection = *quantity.GetReflection();
  if (IsSingularSet(quantity, *value)) {
    return Compare(reflection.GetDouble(quantity, value), op,
                   wanted.value.real);
  }
  return CompareRange(ReadBound(quantity, "low"), ReadBound(quantity, "high"),
                      op, wanted.value.real);
}

bool EqualIgnoringCase(char a, char b) {
  return absl::ascii_tolower(static_cast<unsigned char>(a)) ==
         absl::ascii_tolower(static_cast<unsigned char>(b));
}

// Whether the pieces stand in `text` one after the other, in any case of their
// letters.
bool ContainsPieces(absl::string_view text, const FilterText& pieces) {
  auto from = text.begin();
  for (const std::string& piece : pieces) {
    const auto found = std::search(from, text.end(), piece.begin(), piece.end(),
                                   EqualIgnoringCase);
    if (found == text.end() && !piece.empty()) return false;
    from = found + piece.size();
  }
  return true;
}

// Whether `text` as a whole is the pieces with anything between them.
bool EqualsPieces(absl::string_view text, const FilterText& pieces) {
  if (pieces.size() == 1) return text == pieces.front();
  if (!absl::ConsumePrefix(&text, pieces.front()) ||
      !absl::ConsumeSuffix(&text, pieces.back())) {
    return false;
  }
  for (size_t i = 1; i + 1 < pieces.size(); ++i) {
    const size_t found = text.find(pieces[i]);
    if (found == absl::string_view::npos) return false;
    text.remove_prefix(found + pieces[i].size());
  }
  return true;
}

bool CompareText(absl::string_view text, FilterOp op,
                 const FilterText& pieces) {
  switch (op) {
    case FilterOp::kHas:
      return ContainsPieces(text, pieces);
    case FilterOp::kEqual:
      return EqualsPieces(text, pieces);
    case FilterOp::kNotEqual:
      return !EqualsPieces(text, pieces);
    default:
      return Compare(text, op, absl::string_view(pieces.front()));
  }
}

// The segment of a resource name; empty when the name is too short.
absl::string_view NameSegment(absl::string_view name, int from_end) {
  const std::vector<absl::string_view> segments = absl::StrSplit(name, '/');
  const int index = static_cast<int>(segments.size()) - 1 - from_end;
  return index < 0 ? absl::string_view() : segments[index];
}

bool CompareString(const Value& value, const FilterNode& node) {
  std::string scratch;
  absl::string_view text = StringOf(value, scratch);
  if (!node.path.name_part.empty()) {
    text = NameSegment(text, node.path.name_segment_from_end);
    if (text.empty()) return false;
  }
  return CompareText(text, node.op, node.text);
}

bool CompareValue(const Value& value, const FilterNode& node) {
  switch (node.path.type) {
    case FilterType::kString:
      return CompareString(value, node);
    case FilterType::kBytes: {
      std::string scratch;
      return CompareText(absl::BytesToHexString(StringOf(value, scratch)),
                         node.op, node.text);
    }
    case FilterType::kBool:
      return Compare(BoolOf(value), node.op, std::get<bool>(node.operand));
    case FilterType::kNumber:
      return CompareNumber(value, node.op,
                           std::get<FilterNumber>(node.operand));
    case FilterType::kEnum:
      return Compare(EnumOf(value), node.op, std::get<int>(node.operand));
    case FilterType::kTimestamp:
      return Compare(absl::UnixEpoch() + SinceZero(MessageOf(value)), node.op,
                     std::get<absl::Time>(node.operand));
    case FilterType::kDuration:
      return Compare(SinceZero(MessageOf(value)), node.op,
                     std::get<absl::Duration>(node.operand));
    case FilterType::kQuantity:
      return CompareQuantity(MessageOf(value), node.op,
                             std::get<FilterQuantity>(node.operand));
    case FilterType::kMessage:
      return false;
  }
  return false;
}

// Set, and in a field without presence other than the default.
bool IsPresent(const Value& value, const FilterNode& node) {
  if (!node.path.name_part.empty()) {
    std::string scratch;
    return !NameSegment(StringOf(value, scratch),
                        node.path.name_segment_from_end)
                .empty();
  }
  return value.index >= 0 ||
         value.reflection().HasField(value.message, &value.field);
}

bool AnyStringContains(const Message& message, const FilterText& pieces) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool is_text = field->type() == FieldDescriptor::TYPE_STRING;
    const bool is_message =
        field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!is_text && !is_message) continue;
    const bool found = AnyValue(
        message, FilterPath{.fields = {field}}, 0,
        [&pieces, is_text](const Value& value) {
          std::string scratch;
          return is_text ? ContainsPieces(StringOf(value, scratch), pieces)
                         : AnyStringContains(MessageOf(value), pieces);
        });
    if (found) return true;
  }
  return false;
}

bool MatchesAllElements(const FilterNode& node, const Message& message) {
  bool found = false;
  const bool failed = AnyValue(message, node.path, 0, [&](const Value& value) {
    found = true;
    return !MatchesFilter(node.children.front(), MessageOf(value));
  });
  return found && !failed;
}

}  // namespace

bool MatchesFilter(const FilterNode& node, const Message& message) {
  const auto matches_child = [&message](const FilterNode& child) {
    return MatchesFilter(child, message);
  };
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
      return std::all_of(node.children.begin(), node.children.end(),
                         matches_child);
    case FilterNode::Kind::kOr:
      return std::any_of(node.children.begin(), node.children.end(),
                         matches_child);
    case FilterNode::Kind::kNot:
      return !matches_child(node.children.front());
    case FilterNode::Kind::kComparison:
      return AnyValue(message, node.path, 0, [&node](const Value& value) {
        return CompareValue(value, node);
      });
    case FilterNode::Kind::kPresence:
      return AnyValue(message, node.path, 0, [&node](const Value& value) {
        return IsPresent(value, node);
      });
    case FilterNode::Kind::kText:
      return AnyStringContains(message, node.text);
    case FilterNode::Kind::kAny:
      return AnyValue(message, node.path, 0, [&node](const Value& value) {
        return MatchesFilter(node.children.front(), MessageOf(value));
      });
    case FilterNode::Kind::kAll:
      return MatchesAllElements(node, message);
  }
  return false;
}

}  // namespace consilium
