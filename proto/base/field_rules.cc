#include "proto/base/field_rules.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/field_checks.h"
#include "proto/base/limits.h"
#include "proto/base/mutex.h"
#include "proto/base/number_text.h"
#include "proto/base/quantity.h"
#include "proto/base/record_traits.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What protobuf's Timestamp can hold: years 1 to 9999.
constexpr int64_t kTimestampSecondsMin = -62135596800;
constexpr int64_t kTimestampSecondsMax = 253402300799;
constexpr int32_t kNanosMax = 999999999;

// Dates as records have them, which people know by their letters.
constexpr absl::string_view kDatePattern = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?";

// Patterns are compiled once for the life of the process; there are as many as
// the schema has.
bool Matches(const std::string& text, const std::string& pattern) {
  static Mutex& mutex = *new Mutex;
  static auto& compiled =
      *new absl::flat_hash_map<std::string, std::unique_ptr<RE2>>;
  const RE2* expression = nullptr;
  {
    MutexLock lock(mutex);
    std::unique_ptr<RE2>& slot = compiled[pattern];
    if (slot == nullptr) slot = std::make_unique<RE2>(pattern);
    expression = slot.get();
  }
  return RE2::FullMatch(text, *expression);
}

// Whether a reader sees nothing in `text`: it is empty, or white space alone,
// of any script.
bool IsBlank(const std::string& text) {
  static const RE2& blank = *new RE2("[\\s\\pZ]*");
  // Most text begins with what is seen.
  if (!text.empty() && absl::ascii_isgraph(text.front())) return false;
  return RE2::FullMatch(text, blank);
}

// The fields that a message must have, in the order of the schema. Found once
// for each message of this program: there are many fields, and few are
// required.
std::vector<const FieldDescriptor*> FindRequired(const Descriptor& type) {
  std::vector<const FieldDescriptor*> required;
  for (int i = 0; i < type.field_count(); ++i) {
    if (RulesOf(*type.field(i)).behavior() == v1::FIELD_BEHAVIOR_REQUIRED) {
      required.push_back(type.field(i));
    }
  }
  return required;
}

const std::vector<const FieldDescriptor*>& RequiredOf(const Descriptor& type) {
  static Mutex& mutex = *new Mutex;
  static auto& known =
      *new absl::node_hash_map<const Descriptor*,
                               std::vector<const FieldDescriptor*>>;
  MutexLock lock(mutex);
  const auto [found, is_new] = known.try_emplace(&type);
  if (is_new) found->second = FindRequired(type);
  return found->second;
}

std::vector<const FieldDescriptor*> ListPresent(const Message& message) {
  std::vector<const FieldDescriptor*> present;
  message.GetReflection()->ListFields(message, &present);
  return present;
}

int SizeOf(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) return reflection.FieldSize(message, &field);
  return reflection.HasField(message, &field) ? 1 : 0;
}

// Those of `numbers` alone where there are any.
std::vector<const FieldDescriptor*> PresentAmong(
    const Message& message, absl::Span<const int32_t> numbers) {
  if (numbers.empty()) return ListPresent(message);
  std::vector<const FieldDescriptor*> present;
  for (const int32_t number : numbers) {
    const FieldDescriptor* const field =
        message.GetDescriptor()->FindFieldByNumber(number);
    if (field != nullptr && SizeOf(message, *field) > 0) {
      present.push_back(field);
    }
  }
  return present;
}

// One singular field or list element under check.
struct Place {
  const Message& message;
  const FieldDescriptor& field;
  int index;  // Meaningless for a singular field.
  std::string path;
};

#define CONSILIUM_GET(place, Type)                                   \
  ((place).field.is_repeated()                                       \
       ? (place).message.GetReflection()->GetRepeated##Type(         \
             (place).message, &(place).field, (place).index)         \
       : (place).message.GetReflection()->Get##Type((place).message, \
                                                    &(place).field))

class Validator {
 public:
  explicit Validator(const ValidateOptions& options) : options_(options) {}

  std::vector<FieldViolation> Run(const Message& message) {
    const RecordTraits* traits =
        RecordTraitsTable::Get().FindByDescriptor(message.GetDescriptor());
    std::vector<const FieldDescriptor*> present =
        PresentAmong(message, options_.fields);
    if (traits != nullptr) CheckSizes(message, *traits, present);
    WalkMessage(message, options_.prefix, std::move(present), options_.fields);
    return std::move(violations_);
  }

 private:
  void Report(absl::string_view path, absl::string_view description) {
    violations_.push_back({std::string(path), std::string(description)});
  }

  // Looks at those of the message's fields that are `wanted`; at all when none
  // is named.
  void WalkMessage(const Message& message, const std::string& path,
                   std::vector<const FieldDescriptor*> present,
                   absl::Span<const int32_t> wanted = {}) {
    const Descriptor& type = *message.GetDescriptor();
    AddMissing(message, wanted, present);
    for (const FieldDescriptor* each : present) {
      const FieldDescriptor& field = *each;
      const v1::FieldBehavior behavior = RulesOf(field).behavior();
      if (behavior == v1::FIELD_BEHAVIOR_OUTPUT_ONLY ||
          behavior == v1::FIELD_BEHAVIOR_IDENTIFIER) {
        continue;
      }
      const int size = SizeOf(message, field);
      const std::string place =
          absl::StrCat(path, path.empty() ? "" : ".", field.json_name());
      if (size == 0) {
        Report(place, "is missing; it is required");
      } else {
        WalkField(message, field, size, place);
      }
    }
    if (IsQuantity(type)) CheckQuantity(message, path);
    for (const std::string& check :
         type.options().GetExtension(v1::message).checks()) {
      RunCheck(check, message, path, violations_);
    }
  }

  // Adds what should be present as well, and puts all into the order of the
  // schema.
  void AddMissing(const Message& message, absl::Span<const int32_t> wanted,
                  std::vector<const FieldDescriptor*>& fields) const {
    if (options_.require_required) {
      for (const FieldDescriptor* field :
           RequiredOf(*message.GetDescriptor())) {
        const bool is_wanted =
            wanted.empty() ||
            std::binary_search(wanted.begin(), wanted.end(), field->number());
        if (is_wanted && SizeOf(message, *field) == 0) fields.push_back(field);
      }
    }
    std::sort(fields.begin(), fields.end(),
              [](const FieldDescriptor* a, const FieldDescriptor* b) {
                return a->index() < b->index();
              });
  }

  void WalkField(const Message& message, const FieldDescriptor& field, int size,
                 const std::string& path) {
    const v1::FieldRules& rules = RulesOf(field);
    if (!field.is_repeated()) {
      WalkValue({message, field, 0, path});
      return;
    }
    if (rules.has_max_size() && size > rules.max_size()) {
      Report(path, absl::StrCat("has ", size, " elements; want at most ",
                                rules.max_size()));
    }
    for (int i = 0; i < size; ++i) {
      WalkValue({message, field, i, absl::StrCat(path, "[", i, "]")});
    }
  }

  void WalkValue(const Place& place) {
    switch (place.field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return CheckText(place, CONSILIUM_GET(place, String));
      case FieldDescriptor::CPPTYPE_ENUM:
        return CheckEnum(place, CONSILIUM_GET(place, EnumValue));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return CheckNumber(place, CONSILIUM_GET(place, Double));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return CheckNumber(place, CONSILIUM_GET(place, Float));
      case FieldDescriptor::CPPTYPE_INT32:
        return CheckNumber(place, CONSILIUM_GET(place, Int32));
      case FieldDescriptor::CPPTYPE_INT64:
        return CheckNumber(place,
                           static_cast<double>(CONSILIUM_GET(place, Int64)));
      case FieldDescriptor::CPPTYPE_UINT32:
        return CheckNumber(place, CONSILIUM_GET(place, UInt32));
      case FieldDescriptor::CPPTYPE_UINT64:
        return CheckNumber(place,
                           static_cast<double>(CONSILIUM_GET(place, UInt64)));
      case FieldDescriptor::CPPTYPE_BOOL:
        return;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return CheckPart(place);
    }
  }

  void CheckText(const Place& place, const std::string& text) {
    const v1::FieldRules& rules = RulesOf(place.field);
    const bool is_text = place.field.type() == FieldDescriptor::TYPE_STRING;
    if (is_text && !IsValidUtf8(text)) {
      return Report(place.path,
                    absl::StrCat(Quote(text), " is not UTF-8; want UTF-8"));
    }
    const bool single = !place.field.is_repeated();
    if (single && rules.has_max_size() &&
        text.size() > static_cast<size_t>(rules.max_size())) {
      Report(place.path,
             absl::StrCat("has ", text.size(), " bytes; want at most ",
                          rules.max_size()));
    }
    if (!is_text) return;
    if (HasControlCharacter(text)) {
      return Report(place.path,
                    absl::StrCat(Quote(text),
                                 " holds a control character; want none but "
                                 "tabs and ends of lines"));
    }
    if (IsBlank(text)) {
      return Report(place.path,
                    text.empty()
                        ? "is empty; want text, or no such field"
                        : "is white space alone; want text, or no such field");
    }
    if (rules.has_pattern() && !Matches(text, rules.pattern())) {
      const bool is_date = rules.pattern() == kDatePattern;
      Report(place.path,
             absl::StrCat(
                 Quote(text), " does not have the form ",
                 is_date ? "YYYY, YYYY-MM or YYYY-MM-DD"
                         : absl::string_view(rules.pattern()),
                 rules.has_example()
                     ? absl::StrCat(", for example ", Quote(rules.example()))
                     : ""));
    }
    CheckUnit(place.field, text, place.path);
  }

  void CheckUnit(const FieldDescriptor& field, const std::string& unit,
                 const std::string& path) {
    const auto& units = RulesOf(field).units();
    if (units.empty()) return;
    if (std::find(units.begin(), units.end(), unit) != units.end()) return;
    Report(path, absl::StrCat(unit.empty() ? "has no unit"
                                           : absl::StrCat(Quote(unit),
                                                          " is not its unit"),
                              "; want ", units.size() == 1 ? "" : "one of ",
                              absl::StrJoin(units, ", ")));
  }

  void CheckEnum(const Place& place, int number) {
    const auto* type = place.field.enum_type();
    if (type->FindValueByNumber(number) == nullptr) {
      Report(place.path, absl::StrCat(number, " is no value of ", type->name(),
                                      " that this release knows"));
    } else if (number == 0) {
      Report(place.path, absl::StrCat(type->FindValueByNumber(0)->name(),
                                      " states nothing; leave the field out"));
    }
  }

  void CheckNumber(const Place& place, double number) {
    const v1::FieldRules& rules = RulesOf(place.field);
    if (!std::isfinite(number)) {
      return Report(place.path,
                    "is not a finite number; want one, or no such "
                    "field");
    }
    if (rules.has_minimum() && number < rules.minimum()) {
      Report(place.path, absl::StrCat(ShortestDecimal(number),
                                      " is too small; want at least ",
                                      ShortestDecimal(rules.minimum())));
    }
    if (rules.has_maximum() && number > rules.maximum()) {
      Report(place.path, absl::StrCat(ShortestDecimal(number),
                                      " is too large; want at most ",
                                      ShortestDecimal(rules.maximum())));
    }
  }

  void CheckPart(const Place& place) {
    const Message& part = CONSILIUM_GET(place, Message);
    if (part.GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
      return CheckTimestamp(place, part);
    }
    WalkMessage(part, place.path, ListPresent(part));
    if (IsQuantity(*part.GetDescriptor())) {
      const auto* unit = part.GetDescriptor()->FindFieldByName("unit");
      CheckUnit(place.field, part.GetReflection()->GetString(part, unit),
                absl::StrCat(place.path, ".unit"));
    }
  }

  void CheckTimestamp(const Place& place, const Message& part) {
    google::protobuf::Timestamp time;
    time.CopyFrom(part);
    if (time.seconds() < kTimestampSecondsMin ||
        time.seconds() > kTimestampSecondsMax || time.nanos() < 0 ||
        time.nanos() > kNanosMax) {
      Report(place.path, "is no time; want years 1 to 9999");
    }
  }

  void CheckQuantity(const Message& quantity, const std::string& path) {
    for (const char* name : {"value", "low", "high"}) {
      const auto* field = quantity.GetDescriptor()->FindFieldByName(name);
      if (field != nullptr &&
          quantity.GetReflection()->HasField(quantity, field)) {
        return;
      }
    }
    Report(path, "holds no number; want value, or low and high");
  }

  // What changes and replicas can carry.
  void CheckSizes(const Message& record, const RecordTraits& traits,
                  absl::Span<const FieldDescriptor* const> present) {
    const size_t record_size = record.ByteSizeLong();
    if (record_size > kRecordSizeMax) {
      Report(options_.prefix,
             absl::StrCat("has ", record_size, " bytes; want at most ",
                          kRecordSizeMax));
    }
    const Reflection& reflection = *record.GetReflection();
    for (const FieldDescriptor* const descriptor : present) {
      const FieldTraits& field = *traits.FindField(descriptor->number());
      if (!field.assigned) continue;
      const auto path = [&] {
        return absl::StrCat(options_.prefix, options_.prefix.empty() ? "" : ".",
                            descriptor->json_name());
      };
      const auto element_path = [&](int i) {
        return [&path, i] { return absl::StrCat(path(), "[", i, "]"); };
      };
      if (field.merge == MergeKind::kKeyed) {
        for (int i = 0; i < reflection.FieldSize(record, descriptor); ++i) {
          CheckValueSize(reflection.GetRepeatedMessage(record, descriptor, i)
                             .ByteSizeLong(),
                         element_path(i));
        }
      } else if (descriptor->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
                 descriptor->is_repeated()) {
        size_t total = 0;
        for (int i = 0; i < reflection.FieldSize(record, descriptor); ++i) {
          const size_t size =
              reflection.GetRepeatedString(record, descriptor, i).size();
          total += size;
          if (field.merge == MergeKind::kSet) {
            CheckSize(size, kElementKeySizeMax, element_path(i));
          }
        }
        if (field.merge == MergeKind::kRegister) CheckValueSize(total, path);
      } else if (descriptor->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        // A limit of its own is told once, with the field's rules.
        if (RulesOf(*descriptor).has_max_size()) continue;
        CheckValueSize(reflection.GetString(record, descriptor).size(), path);
      } else if (descriptor->message_type() != nullptr &&
                 !descriptor->is_repeated()) {
        CheckValueSize(reflection.GetMessage(record, descriptor).ByteSizeLong(),
                       path);
      }
    }
  }

  void CheckValueSize(size_t size, absl::FunctionRef<std::string()> path) {
    CheckSize(size, kValueSizeMax, path);
  }

  void CheckSize(size_t size, size_t size_max,
                 absl::FunctionRef<std::string()> path) {
    if (size <= size_max) return;
    Report(path(),
           absl::StrCat("has ", size, " bytes; want at most ", size_max));
  }

  const ValidateOptions& options_;
  std::vector<FieldViolation> violations_;
};

#undef CONSILIUM_GET

// Elements of a record's set are keys themselves.
bool IsSetOfText(const FieldDescriptor& field) {
  if (!field.is_repeated() || field.type() != FieldDescriptor::TYPE_STRING) {
    return false;
  }
  const RecordTraits* traits =
      RecordTraitsTable::Get().FindByDescriptor(field.containing_type());
  if (traits == nullptr) return false;
  return std::any_of(traits->fields.begin(), traits->fields.end(),
                     [&field](const FieldTraits& each) {
                       return each.descriptor == &field &&
                              each.merge == MergeKind::kSet;
                     });
}

}  // namespace

std::vector<FieldViolation> Validate(const Message& message,
                                     const ValidateOptions& options) {
  return Validator(options).Run(message);
}

absl::Status CheckValid(const Message& message,
                        const ValidateOptions& options) {
  const std::vector<FieldViolation> violations = Validate(message, options);
  if (violations.empty()) return absl::OkStatus();
  return InvalidFields(violations);
}

std::vector<std::string> DescribeRules(const FieldDescriptor& field) {
  const v1::FieldRules& rules = RulesOf(field);
  std::vector<std::string> lines;
  if (rules.has_minimum()) {
    lines.push_back(
        absl::StrCat("at least ", ShortestDecimal(rules.minimum())));
  }
  if (rules.has_maximum()) {
    lines.push_back(absl::StrCat("at most ", ShortestDecimal(rules.maximum())));
  }
  if (rules.has_pattern()) {
    lines.push_back(absl::StrCat("form ", rules.pattern()));
  }
  if (rules.has_max_size()) {
    lines.push_back(absl::StrCat("at most ", rules.max_size(),
                                 field.is_repeated() ? " elements" : " bytes"));
  }
  if (IsSetOfText(field)) {
    lines.push_back(
        absl::StrCat("each at most ", kElementKeySizeMax, " bytes"));
  }
  if (!rules.units().empty()) {
    lines.push_back(absl::StrCat("unit ", absl::StrJoin(rules.units(), ", ")));
  }
  if (rules.has_reference()) {
    lines.push_back(absl::StrCat("names a record in ", rules.reference()));
  }
  return lines;
}

}  // namespace consilium
