#include "server/query/filter_matcher.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "consilium/v1/arm.pb.h"
#include "proto/base/units.h"

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

// The greatest of what `judge` makes of the values that the fields from `depth`
// on lead to; kSilent when there is none. A field that is not set has no value.
template <typename Judge>
FilterMatch BestValue(const Message& message, const FilterPath& path,
                      size_t depth, const Judge& judge) {
  const FieldDescriptor& field = *path.fields[depth];
  const Reflection& reflection = *message.GetReflection();
  const bool is_last = depth + 1 == path.fields.size();
  if (!field.is_repeated()) {
    if (!IsSingularSet(message, field)) return FilterMatch::kSilent;
    if (is_last) return judge(Value{message, field, -1});
    return BestValue(reflection.GetMessage(message, &field), path, depth + 1,
                     judge);
  }
  const int size = reflection.FieldSize(message, &field);
  FilterMatch best = size == 0 ? FilterMatch::kSilent : FilterMatch::kNo;
  for (int i = 0; i < size && best != FilterMatch::kYes; ++i) {
    best = std::max(best, is_last ? judge(Value{message, field, i})
                                  : BestValue(reflection.GetRepeatedMessage(
                                                  message, &field, i),
                                              path, depth + 1, judge));
  }
  return best;
}

FilterMatch Certain(bool matches) {
  return matches ? FilterMatch::kYes : FilterMatch::kNo;
}

// Whether `accepts` holds for any value at the path.
template <typename Accepts>
bool AnyValue(const Message& message, const FilterPath& path,
              const Accepts& accepts) {
  return BestValue(message, path, 0, [&accepts](const Value& value) {
           return Certain(accepts(value));
         }) == FilterMatch::kYes;
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

// A number of a Quantity or a Count in the unit that is asked for.
class QuantityReader {
 public:
  QuantityReader(const Message& quantity, double factor)
      : quantity_(quantity), factor_(factor) {}

  std::optional<double> Number(const char* name) const {
    const auto* field = quantity_.GetDescriptor()->FindFieldByName(name);
    const Reflection& reflection = *quantity_.GetReflection();
    if (field == nullptr || !IsSingularSet(quantity_, *field)) {
      return std::nullopt;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return Convert(reflection.GetDouble(quantity_, field));
      case FieldDescriptor::CPPTYPE_INT32:
        return Convert(reflection.GetInt32(quantity_, field));
      default:
        return std::nullopt;
    }
  }

  bool Flag(const char* name) const {
    const auto* field = quantity_.GetDescriptor()->FindFieldByName(name);
    return field != nullptr && field->type() == FieldDescriptor::TYPE_BOOL &&
           quantity_.GetReflection()->GetBool(quantity_, field);
  }

 private:
  double Convert(double number) const {
    return factor_ == 1 ? number : RoundTo12Digits(number * factor_);
  }

  const Message& quantity_;
  double factor_;
};

// A side of a range.
struct Bound {
  std::optional<double> value;
  bool excluded = false;
};

bool IsAbove(const Bound& low, double number) {
  return low.value.has_value() &&
         (*low.value > number || (*low.value == number && low.excluded));
}

bool IsBelow(const Bound& high, double number) {
  return high.value.has_value() &&
         (*high.value < number || (*high.value == number && high.excluded));
}

// Whether every number of the range stands in the comparison.
bool AllStand(const Bound& low, const Bound& high, FilterOp op, double number) {
  switch (op) {
    case FilterOp::kEqual:
    case FilterOp::kHas:
      return low.value == number && high.value == number;
    case FilterOp::kNotEqual:
      return IsAbove(low, number) || IsBelow(high, number);
    case FilterOp::kLess:
      return IsBelow(high, number);
    case FilterOp::kLessEqual:
      return high.value.has_value() && *high.value <= number;
    case FilterOp::kGreater:
      return IsAbove(low, number);
    case FilterOp::kGreaterEqual:
      return low.value.has_value() && *low.value >= number;
  }
  return false;
}

std::string UnitOf(const Message& quantity) {
  const auto* field = quantity.GetDescriptor()->FindFieldByName("unit");
  return field == nullptr
             ? ""
             : quantity.GetReflection()->GetString(quantity, field);
}

FilterMatch CompareQuantity(const Message& quantity, FilterOp op,
                            const FilterQuantity& wanted) {
  double factor = 1;
  if (!wanted.unit.empty()) {
    const auto converted = UnitFactor(UnitOf(quantity), wanted.unit);
    if (!converted.has_value()) return FilterMatch::kSilent;
    factor = *converted;
  }
  const QuantityReader reader(quantity, factor);
  const double number = wanted.value.real;
  if (const auto value = reader.Number("value")) {
    return Certain(Compare(*value, op, number));
  }
  const Bound low = {reader.Number("low"), reader.Flag("low_excluded")};
  const Bound high = {reader.Number("high"), reader.Flag("high_excluded")};
  if (!low.value.has_value() && !high.value.has_value()) {
    return FilterMatch::kSilent;
  }
  if (AllStand(low, high, op, number)) return FilterMatch::kYes;
  return AllStand(low, high, OppositeOf(op), number) ? FilterMatch::kNo
                                                     : FilterMatch::kMay;
}

// What a dose comes to in a day: 75 mg/d of 25 mg three times a day. nullopt of
// other messages, of doses that do not say it, and of those in longer periods,
// which are given on single days.
std::optional<v1::Quantity> DailyAmount(const Value& amount) {
  const auto* const dose =
      google::protobuf::DynamicCastToGenerated<v1::Dose>(&amount.message);
  if (dose == nullptr ||
      amount.field.number() != v1::Dose::kAmountFieldNumber ||
      !dose->has_times() || !dose->period().has_value()) {
    return std::nullopt;
  }
  const auto days_per_unit = UnitFactor(dose->period().unit(), "d");
  if (!days_per_unit.has_value()) return std::nullopt;
  const double days = dose->period().value() * *days_per_unit;
  if (days <= 0 || days > 1) return std::nullopt;
  const auto in_a_day = [&](double once) {
    return RoundTo12Digits(once * dose->times() / days);
  };
  v1::Quantity daily = dose->amount();
  daily.set_unit(absl::StrCat(daily.unit(), "/d"));
  if (daily.has_value()) daily.set_value(in_a_day(daily.value()));
  if (daily.has_low()) daily.set_low(in_a_day(daily.low()));
  if (daily.has_high()) daily.set_high(in_a_day(daily.high()));
  return daily;
}

FilterMatch CompareAmount(const Value& amount, FilterOp op,
                          const FilterQuantity& wanted) {
  const FilterMatch match = CompareQuantity(MessageOf(amount), op, wanted);
  if (match != FilterMatch::kSilent) return match;
  const std::optional<v1::Quantity> daily = DailyAmount(amount);
  return daily.has_value() ? CompareQuantity(*daily, op, wanted) : match;
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

FilterMatch CompareValue(const Value& value, const FilterNode& node) {
  switch (node.path.type) {
    case FilterType::kString:
      return Certain(CompareString(value, node));
    case FilterType::kBytes: {
      std::string scratch;
      return Certain(
          CompareText(absl::BytesToHexString(StringOf(value, scratch)), node.op,
                      node.text));
    }
    case FilterType::kBool:
      return Certain(
          Compare(BoolOf(value), node.op, std::get<bool>(node.operand)));
    case FilterType::kNumber:
      return Certain(
          CompareNumber(value, node.op, std::get<FilterNumber>(node.operand)));
    case FilterType::kEnum:
      return Certain(
          Compare(EnumOf(value), node.op, std::get<int>(node.operand)));
    case FilterType::kTimestamp:
      return Certain(Compare(absl::UnixEpoch() + SinceZero(MessageOf(value)),
                             node.op, std::get<absl::Time>(node.operand)));
    case FilterType::kDuration:
      return Certain(Compare(SinceZero(MessageOf(value)), node.op,
                             std::get<absl::Duration>(node.operand)));
    case FilterType::kQuantity:
      return CompareAmount(value, node.op,
                           std::get<FilterQuantity>(node.operand));
    case FilterType::kMessage:
      return FilterMatch::kNo;
  }
  return FilterMatch::kNo;
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

// Whether what starts at `place` is the part behind "non-" of a word that says
// the contrary: "non-squamous" is no "squamous".
bool IsNegated(absl::string_view text, size_t place) {
  absl::string_view before = text.substr(0, place);
  if (!absl::ConsumeSuffix(&before, "-")) return false;
  return absl::EndsWithIgnoreCase(before, "non") &&
         (before.size() == 3 || !absl::ascii_isalnum(static_cast<unsigned char>(
                                    before[before.size() - 4])));
}

// As ContainsPieces, of words that nothing says the contrary of.
bool SaysPieces(absl::string_view text, const FilterText& pieces) {
  const std::string& first = pieces.front();
  if (first.empty()) return ContainsPieces(text, pieces);
  for (auto from = text.begin();; ++from) {
    from = std::search(from, text.end(), first.begin(), first.end(),
                       EqualIgnoringCase);
    if (from == text.end()) return false;
    const auto place = static_cast<size_t>(from - text.begin());
    if (IsNegated(text, place)) continue;
    if (ContainsPieces(text.substr(place), pieces)) return true;
  }
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
    const bool found =
        AnyValue(message, FilterPath{.fields = {field}},
                 [&pieces, is_text](const Value& value) {
                   std::string scratch;
                   return is_text ? SaysPieces(StringOf(value, scratch), pieces)
                                  : AnyStringContains(MessageOf(value), pieces);
                 });
    if (found) return true;
  }
  return false;
}

// Asks one filter of one message.
class Evaluation {
 public:
  // `silent` may be null.
  Evaluation(bool ranges_may, std::vector<const FilterNode*>* silent)
      : ranges_may_(ranges_may), silent_(silent) {}

  FilterMatch Of(const FilterNode& node, const Message& message) {
    const size_t mark = silent_ == nullptr ? 0 : silent_->size();
    const FilterMatch match = Judge(node, message);
    if (silent_ == nullptr) return match;
    if (match != FilterMatch::kSilent) {
      silent_->resize(mark);
    } else if (node.kind == FilterNode::Kind::kComparison) {
      silent_->push_back(&node);
    }
    return match;
  }

 private:
  FilterMatch Judge(const FilterNode& node, const Message& message) {
    switch (node.kind) {
      case FilterNode::Kind::kAnd: {
        FilterMatch match = FilterMatch::kYes;
        for (const FilterNode& child : node.children) {
          match = std::min(match, Of(child, message));
          if (match == FilterMatch::kNo) break;
        }
        return match;
      }
      case FilterNode::Kind::kOr: {
        FilterMatch match = FilterMatch::kNo;
        for (const FilterNode& child : node.children) {
          match = std::max(match, Of(child, message));
          if (match == FilterMatch::kYes) break;
        }
        return match;
      }
      case FilterNode::Kind::kNot: {
        const FilterMatch match = Of(node.children.front(), message);
        return match == FilterMatch::kMay ? match
                                          : Certain(match != FilterMatch::kYes);
      }
      case FilterNode::Kind::kComparison:
        return JudgeComparison(node, message);
      case FilterNode::Kind::kPresence:
        return Certain(AnyValue(
            message, node.path,
            [&node](const Value& value) { return IsPresent(value, node); }));
      case FilterNode::Kind::kText:
        return Certain(AnyStringContains(message, node.text));
      case FilterNode::Kind::kAny:
        return BestValue(message, node.path, 0, [&](const Value& value) {
          return Of(node.children.front(), MessageOf(value));
        });
      case FilterNode::Kind::kAll:
        return JudgeAll(node, message);
    }
    return FilterMatch::kNo;
  }

  // Silent when every value is: one that fails is an answer.
  FilterMatch JudgeComparison(const FilterNode& node, const Message& message) {
    bool failed = false;
    const FilterMatch match =
        BestValue(message, node.path, 0, [&](const Value& value) {
          FilterMatch each = CompareValue(value, node);
          if (each == FilterMatch::kMay && !ranges_may_)
            each = FilterMatch::kNo;
          failed |= each == FilterMatch::kNo;
          return each;
        });
    return match == FilterMatch::kSilent && failed ? FilterMatch::kNo : match;
  }

  FilterMatch JudgeAll(const FilterNode& node, const Message& message) {
    bool found = false;
    FilterMatch least = FilterMatch::kYes;
    BestValue(message, node.path, 0, [&](const Value& value) {
      found = true;
      least = std::min(least, Of(node.children.front(), MessageOf(value)));
      // Looks on until one fails.
      return Certain(least == FilterMatch::kNo);
    });
    return found ? least : FilterMatch::kSilent;
  }

  bool ranges_may_;
  std::vector<const FilterNode*>* silent_;
};

}  // namespace

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

bool MatchesFilter(const FilterNode& node, const Message& message) {
  return Evaluation(/*ranges_may=*/false, nullptr).Of(node, message) ==
         FilterMatch::kYes;
}

FilterMatch MatchFilter(const FilterNode& node, const Message& message,
                        std::vector<const FilterNode*>& silent) {
  return Evaluation(/*ranges_may=*/true, &silent).Of(node, message);
}

std::vector<std::string> UnitsAt(const FilterPath& path,
                                 const Message& message) {
  std::vector<std::string> units;
  AnyValue(message, path, [&units](const Value& value) {
    units.push_back(UnitOf(MessageOf(value)));
    return false;
  });
  return units;
}

}  // namespace consilium
