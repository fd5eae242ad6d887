#include "proto/base/record_codec.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/errors.h"
#include "proto/base/number_text.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::UnknownFieldSet;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::io::StringOutputStream;

constexpr absl::string_view kUnreadableReason = "UNREADABLE_VALUE";

bool Parse(absl::string_view bytes, Message& message) {
  return bytes.size() <= INT32_MAX &&
         message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// The record's message around one encoded submessage.
std::string Wrap(int32_t field, absl::string_view submessage) {
  std::string bytes;
  {
    StringOutputStream stream(&bytes);
    CodedOutputStream output(&stream);
    output.WriteTag(WireFormatLite::MakeTag(
        field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
    output.WriteVarint32(static_cast<uint32_t>(submessage.size()));
    output.WriteRaw(submessage.data(), static_cast<int>(submessage.size()));
  }
  return bytes;
}

// Takes the source out of the message that has it as `field`.
std::string TakeSource(Message& message, const FieldDescriptor* field) {
  if (field == nullptr) return "";
  const Reflection& reflection = *message.GetReflection();
  if (!reflection.HasField(message, field)) return "";
  std::string source = Encode(reflection.GetMessage(message, field));
  reflection.ClearField(&message, field);
  return source;
}

// Text of the `index`th member of a set, and the same member added to `only`.
std::string CopyMember(const Message& record, const FieldDescriptor& field,
                       int index, Message& only) {
  const Reflection& from = *record.GetReflection();
  switch (field.cpp_type()) {
#define CONSILIUM_COPY_MEMBER(type, Type, text)                        \
  case FieldDescriptor::CPPTYPE_##type: {                              \
    const auto member = from.GetRepeated##Type(record, &field, index); \
    from.Add##Type(&only, &field, member);                             \
    return text;                                                       \
  }
    CONSILIUM_COPY_MEMBER(STRING, String, member)
    CONSILIUM_COPY_MEMBER(ENUM, EnumValue, absl::StrCat(member))
    CONSILIUM_COPY_MEMBER(INT32, Int32, absl::StrCat(member))
    CONSILIUM_COPY_MEMBER(INT64, Int64, absl::StrCat(member))
    CONSILIUM_COPY_MEMBER(UINT32, UInt32, absl::StrCat(member))
    CONSILIUM_COPY_MEMBER(UINT64, UInt64, absl::StrCat(member))
    CONSILIUM_COPY_MEMBER(BOOL, Bool, member ? "true" : "false")
    CONSILIUM_COPY_MEMBER(DOUBLE, Double, ShortestDecimal(member))
    CONSILIUM_COPY_MEMBER(FLOAT, Float, ShortestDecimal(member))
#undef CONSILIUM_COPY_MEMBER
    default:
      return "";  // A set of messages; record traits refuse it.
  }
}

// Splits one record; holds what its fields share.
class Splitter {
 public:
  Splitter(const Message& record, const RecordTraits& traits)
      : traits_(traits),
        work_(record.New(&arena_)),
        scratch_(record.New(&arena_)),
        reflection_(*record.GetReflection()) {
    work_->MergeFrom(record);
    if (const FieldTraits* source = traits.FindField(kSourceField)) {
      record_source_ = TakeSource(*work_, source->descriptor);
    }
  }

  absl::StatusOr<std::vector<FieldValue>> Split() {
    std::vector<const FieldDescriptor*> present;
    reflection_.ListFields(*work_, &present);
    for (const FieldDescriptor* const descriptor : present) {
      const FieldTraits& field = *traits_.FindField(descriptor->number());
      if (!field.assigned) continue;
      switch (field.merge) {
        case MergeKind::kRegister:
          SplitRegister(field);
          break;
        case MergeKind::kSet:
          SplitSet(field);
          break;
        case MergeKind::kKeyed:
          SplitKeyed(field);
          break;
      }
    }
    SplitUnknown();
    std::sort(values_.begin(), values_.end(),
              [](const FieldValue& a, const FieldValue& b) {
                return a.path < b.path;
              });
    RETURN_IF_ERROR(CheckPaths());
    return std::move(values_);
  }

 private:
  void Add(const FieldDescriptor& field, MergeKind kind, std::string key,
           std::string value, std::string source) {
    values_.push_back({{field.number(), kind, std::move(key)},
                       std::move(value),
                       source.empty() ? record_source_ : std::move(source)});
  }

  void SplitRegister(const FieldTraits& traits) {
    const FieldDescriptor& field = *traits.descriptor;
    std::string source;
    if (traits.source != nullptr) {
      source =
          TakeSource(*reflection_.MutableMessage(work_, &field), traits.source);
    }
    reflection_.SwapFields(work_, scratch_, {&field});
    Add(field, MergeKind::kRegister, "", Encode(*scratch_), std::move(source));
    reflection_.ClearField(scratch_, &field);
  }

  void SplitSet(const FieldTraits& traits) {
    const FieldDescriptor& field = *traits.descriptor;
    const int size = reflection_.FieldSize(*work_, &field);
    for (int i = 0; i < size; ++i) {
      std::string key = CopyMember(*work_, field, i, *scratch_);
      Add(field, MergeKind::kSet, std::move(key), Encode(*scratch_), "");
      reflection_.ClearField(scratch_, &field);
    }
  }

  void SplitKeyed(const FieldTraits& traits) {
    const FieldDescriptor& field = *traits.descriptor;
    const FieldDescriptor* key =
        field.message_type()->FindFieldByNumber(kElementKeyField);
    const int size = reflection_.FieldSize(*work_, &field);
    for (int i = 0; i < size; ++i) {
      Message& element = *reflection_.MutableRepeatedMessage(work_, &field, i);
      std::string source = TakeSource(element, traits.source);
      Add(field, MergeKind::kKeyed,
          element.GetReflection()->GetString(element, key),
          Wrap(field.number(), Encode(element)), std::move(source));
    }
  }

  void SplitUnknown() {
    const UnknownFieldSet& unknown = reflection_.GetUnknownFields(*work_);
    std::map<int, UnknownFieldSet> by_number;
    for (int i = 0; i < unknown.field_count(); ++i) {
      const int number = unknown.field(i).number();
      if (number <= kDataFieldMax) by_number[number].AddField(unknown.field(i));
    }
    for (const auto& [number, fields] : by_number) {
      std::string value;
      fields.SerializeToString(&value);
      values_.push_back({{number, MergeKind::kRegister, ""},
                         std::move(value),
                         record_source_});
    }
  }

  absl::Status CheckPaths() const {
    std::vector<FieldViolation> violations;
    for (size_t i = 0; i < values_.size(); ++i) {
      const FieldPath& path = values_[i].path;
      if (path.kind == MergeKind::kKeyed && path.key.empty()) {
        violations.push_back(
            {path.ToText(traits_.descriptor), "the element has no key"});
      } else if (i > 0 && values_[i - 1].path == path) {
        violations.push_back(
            {path.ToText(traits_.descriptor), "occurs twice; want it once"});
      }
    }
    if (violations.empty()) return absl::OkStatus();
    return InvalidFields(violations);
  }

  const RecordTraits& traits_;
  google::protobuf::Arena arena_;
  Message* const work_;     // What is not split yet.
  Message* const scratch_;  // Empty between fields.
  const Reflection& reflection_;
  std::string record_source_;
  std::vector<FieldValue> values_;
};

absl::Status UnreadableBytes(size_t size_bytes, const RecordTraits& traits) {
  return MakeError(absl::StatusCode::kDataLoss, kUnreadableReason,
                   absl::StrCat("a value of ", size_bytes,
                                " bytes is no part of a ", traits.singular));
}

absl::Status Unreadable(const FieldPath& path, const RecordTraits& traits) {
  const std::string text = path.ToText(traits.descriptor);
  return MakeError(
      absl::StatusCode::kDataLoss, kUnreadableReason,
      absl::StrCat("the value of ", text, " is no part of a ", traits.singular),
      {{"path", text}});
}

// Where the values' sources go in the assembled record.
class SourcePlacer {
 public:
  // `values` are in ascending order of paths.
  SourcePlacer(absl::Span<const FieldValue> values, const RecordTraits& traits)
      : values_(values), traits_(traits) {
    absl::flat_hash_map<absl::string_view, int> votes;
    for (const FieldValue& value : values) {
      if (value.source.empty() || value.value.empty()) continue;
      const FieldTraits* field = traits.FindField(value.path.field);
      if (field == nullptr || field->source == nullptr) ++votes[value.source];
    }
    int most = 0;
    for (const FieldValue& value : values) {
      const auto vote = votes.find(value.source);
      // On a tie the source of the lowest path is shown.
      if (vote == votes.end() || vote->second <= most) continue;
      most = vote->second;
      record_source_ = value.source;
    }
  }

  void Place(Message& record) const {
    const Reflection& reflection = *record.GetReflection();
    if (const FieldTraits* source = traits_.FindField(kSourceField);
        source != nullptr && !record_source_.empty()) {
      Parse(record_source_,
            *reflection.MutableMessage(&record, source->descriptor));
    }
    for (const FieldTraits& field : traits_.fields) {
      if (field.source != nullptr) PlaceIn(record, field);
    }
  }

 private:
  void PlaceIn(Message& record, const FieldTraits& field) const {
    const Reflection& reflection = *record.GetReflection();
    if (!field.descriptor->is_repeated()) {
      if (reflection.HasField(record, field.descriptor)) {
        PlaceOne(field, "",
                 *reflection.MutableMessage(&record, field.descriptor));
      }
      return;
    }
    const FieldDescriptor* key =
        field.descriptor->message_type()->FindFieldByNumber(kElementKeyField);
    const int size = reflection.FieldSize(record, field.descriptor);
    for (int i = 0; i < size; ++i) {
      Message& element =
          *reflection.MutableRepeatedMessage(&record, field.descriptor, i);
      PlaceOne(field, element.GetReflection()->GetString(element, key),
               element);
    }
  }

  void PlaceOne(const FieldTraits& field, const std::string& key,
                Message& holder) const {
    const FieldPath path{field.descriptor->number(), field.merge, key};
    const auto found = std::lower_bound(
        values_.begin(), values_.end(), path,
        [](const FieldValue& a, const FieldPath& b) { return a.path < b; });
    if (found == values_.end() || found->path != path ||
        found->source.empty() || found->value.empty() ||
        found->source == record_source_) {
      return;
    }
    Parse(found->source,
          *holder.GetReflection()->MutableMessage(&holder, field.source));
  }

  const absl::Span<const FieldValue> values_;
  const RecordTraits& traits_;
  absl::string_view record_source_;
};

}  // namespace

absl::StatusOr<std::vector<FieldValue>> Split(const Message& record,
                                              const RecordTraits& traits) {
  return Splitter(record, traits).Split();
}

std::string AssembleBytes(absl::Span<const FieldValue> values,
                          const Descriptor* descriptor) {
  std::string known;
  std::string unknown;
  size_t size = 0;
  for (const FieldValue& value : values) size += value.value.size();
  known.reserve(size);
  for (const FieldValue& value : values) {
    const bool is_known =
        descriptor != nullptr &&
        descriptor->FindFieldByNumber(value.path.field) != nullptr;
    absl::StrAppend(is_known ? &known : &unknown, value.value);
  }
  known += unknown;
  return known;
}

absl::Status AssembleInto(absl::Span<const FieldValue> values,
                          const RecordTraits& traits, Sources sources,
                          std::vector<FieldPath>* unreadable, Message& record) {
  if (!Parse(AssembleBytes(values, traits.descriptor), record)) {
    record.Clear();
    for (const FieldValue& value : values) {
      std::unique_ptr<Message> part = traits.New();
      if (Parse(value.value, *part)) {
        record.MergeFrom(*part);
      } else if (unreadable == nullptr) {
        return Unreadable(value.path, traits);
      } else {
        unreadable->push_back(value.path);
      }
    }
  }
  if (sources == Sources::kInclude) {
    SourcePlacer(values, traits).Place(record);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Message>> AssembleMessage(
    absl::Span<const FieldValue> values, const RecordTraits& traits,
    Sources sources, std::vector<FieldPath>* unreadable) {
  std::unique_ptr<Message> record = traits.New();
  RETURN_IF_ERROR(AssembleInto(values, traits, sources, unreadable, *record));
  return record;
}

absl::StatusOr<std::string> CanonicalValue(absl::string_view value,
                                           const RecordTraits& traits) {
  google::protobuf::Arena arena;
  Message& message = *traits.prototype->New(&arena);
  if (!Parse(value, message)) return UnreadableBytes(value.size(), traits);
  return Encode(message);
}

absl::StatusOr<std::unique_ptr<Message>> ParseValue(
    absl::string_view value, const RecordTraits& traits) {
  std::unique_ptr<Message> message = traits.New();
  if (!Parse(value, *message)) return UnreadableBytes(value.size(), traits);
  return message;
}

absl::Status CheckValueShape(const FieldPath& path, absl::string_view value) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(value.data()),
                         static_cast<int>(value.size()));
  int count = 0;
  bool well_formed = true;
  while (well_formed &&
         input.CurrentPosition() < static_cast<int>(value.size())) {
    const uint32_t tag = input.ReadTag();
    well_formed = WireFormatLite::GetTagFieldNumber(tag) == path.field &&
                  WireFormatLite::SkipField(&input, tag);
    const bool delimited = WireFormatLite::GetTagWireType(tag) ==
                           WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    if (path.kind == MergeKind::kKeyed && !delimited) well_formed = false;
    ++count;
  }
  if (path.kind != MergeKind::kRegister && count > 1) well_formed = false;
  if (well_formed) return absl::OkStatus();
  return InvalidField(path.ToText(nullptr),
                      "the value is not the encoding of this field alone");
}

std::string Encode(const Message& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  StringOutputStream stream(&bytes);
  {
    CodedOutputStream output(&stream);
    output.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&output);
  }
  return bytes;
}

void ClearOutputOnly(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    if (field->options().GetExtension(v1::field).behavior() ==
        v1::FIELD_BEHAVIOR_OUTPUT_ONLY) {
      reflection.ClearField(&message, field);
    } else if (field->message_type() == nullptr || field->is_map()) {
      continue;
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        ClearOutputOnly(*reflection.MutableRepeatedMessage(&message, field, i));
      }
    } else {
      ClearOutputOnly(*reflection.MutableMessage(&message, field));
    }
  }
}

}  // namespace consilium
