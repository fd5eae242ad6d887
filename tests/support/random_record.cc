#include "tests/support/random_record.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/record_codec.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kDepthMax = 4;

size_t Below(std::mt19937_64& random, size_t bound) { return random() % bound; }

std::string RandomText(std::mt19937_64& random) {
  static const auto& words = *new std::vector<std::string>{
      "a",           "lung",     "brain metastases",
      "Étude",       "试验",     "null",
      "true",        "12",       "- not a list",
      "a: b # c",    "\"q\"",    "two\nlines",
      "tab\there",   " padded ", "x,y/z+[w]",
      "NCT02893332", "~",        "ends\n",
      "'",           "0x1F",     "1e5",
      "=",           "{}",       "%"};
  std::string text = words[Below(random, words.size())];
  if (Below(random, 2) == 0) absl::StrAppend(&text, " ", Below(random, 1000));
  return text;
}

double RandomNumber(std::mt19937_64& random) {
  static const auto& numbers = *new std::vector<double>{
      0, 0.1, -2.5, 18.6, 24, 100, 1e21, 1e-9, 123456789.125, 1.0 / 3};
  return numbers[Below(random, numbers.size())];
}

void AddUnknownFields(std::mt19937_64& random, Message& message) {
  auto* unknown = message.GetReflection()->MutableUnknownFields(&message);
  const size_t count = 1 + Below(random, 3);
  for (size_t i = 0; i < count; ++i) {
    const int number = 700 + static_cast<int>(Below(random, 4));
    switch (Below(random, 4)) {
      case 0:
        unknown->AddVarint(number, random());
        break;
      case 1:
        unknown->AddLengthDelimited(number, RandomText(random));
        break;
      case 2:
        unknown->AddFixed64(number, random());
        break;
      default:
        unknown->AddFixed32(number, static_cast<uint32_t>(random()));
    }
  }
}

class Filler {
 public:
  Filler(std::mt19937_64& random, bool unknown)
      : random_(random), unknown_(unknown) {}

  void Fill(Message& message, int depth) {
    const auto& type = *message.GetDescriptor();
    if (&type == google::protobuf::Timestamp::descriptor()) {
      google::protobuf::Timestamp time;
      time.set_seconds(static_cast<int64_t>(Below(random_, 4'000'000'000)));
      message.CopyFrom(time);
      return;
    }
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const auto behavior = field.options().GetExtension(v1::field).behavior();
      if (behavior == v1::FIELD_BEHAVIOR_OUTPUT_ONLY ||
          behavior == v1::FIELD_BEHAVIOR_IDENTIFIER) {
        continue;
      }
      if (field.message_type() != nullptr && depth == kDepthMax) continue;
      const size_t count =
          field.is_repeated() ? Below(random_, 4) : Below(random_, 2);
      for (size_t n = 0; n < count; ++n) Put(message, field, depth);
    }
    if (unknown_ && Below(random_, 3) == 0) AddUnknownFields(random_, message);
  }

 private:
  void Put(Message& message, const FieldDescriptor& field, int depth) {
    const auto& reflection = *message.GetReflection();
    const bool list = field.is_repeated();
#define CONSILIUM_PUT(Type, value)                     \
  list ? reflection.Add##Type(&message, &field, value) \
       : reflection.Set##Type(&message, &field, value)
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        CONSILIUM_PUT(String, RandomText(random_));
        break;
      case FieldDescriptor::CPPTYPE_ENUM: {
        const auto& type = *field.enum_type();
        // Now and then a value of a later release.
        const int number =
            unknown_ && Below(random_, 20) == 0
                ? 999
                : type.value(1 + static_cast<int>(
                                     Below(random_, type.value_count() - 1)))
                      ->number();
        CONSILIUM_PUT(EnumValue, number);
        break;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        CONSILIUM_PUT(Bool, Below(random_, 2) == 0);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        CONSILIUM_PUT(Double, RandomNumber(random_));
        break;
      case FieldDescriptor::CPPTYPE_FLOAT:
        CONSILIUM_PUT(Float, static_cast<float>(RandomNumber(random_)));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        CONSILIUM_PUT(Int32, static_cast<int32_t>(random_()));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        CONSILIUM_PUT(Int64, static_cast<int64_t>(random_()));
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        CONSILIUM_PUT(UInt32, static_cast<uint32_t>(random_()));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        CONSILIUM_PUT(UInt64, random_());
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Fill(list ? *reflection.AddMessage(&message, &field)
                  : *reflection.MutableMessage(&message, &field),
             depth + 1);
    }
#undef CONSILIUM_PUT
  }

  std::mt19937_64& random_;
  const bool unknown_;
};

}  // namespace

void FillRandomly(std::mt19937_64& random, bool unknown, Message& message) {
  Filler(random, unknown).Fill(message, 0);
}

std::unique_ptr<Message> RandomRecord(const RecordTraits& traits,
                                      std::mt19937_64& random, bool unknown) {
  while (true) {
    std::unique_ptr<Message> record = traits.New();
    FillRandomly(random, unknown, *record);
    // Some draws give two elements one key.
    if (!BuildKeys(*record).empty()) continue;
    auto values = Split(*record, traits);
    if (!values.ok()) continue;
    auto ordered = AssembleMessage(*values, traits, Sources::kInclude);
    if (ordered.ok()) return *std::move(ordered);
  }
}

}  // namespace consilium
