// Records and their values: splitting a record into assignments and putting
// them together loses nothing, also of what this release does not know.
#include <memory>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/field_rules.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_reference.h"
#include "proto/base/value_text.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/random_record.h"

namespace consilium {
namespace {

using google::protobuf::Message;

std::string Describe(const FieldValue& value) {
  return absl::StrCat(value.path.ToText(nullptr), " = ",
                      absl::CHexEscape(value.value), " from ",
                      absl::CHexEscape(value.source));
}

void CheckEqual(const std::vector<FieldValue>& a,
                const std::vector<FieldValue>& b) {
  FUZZ_CHECK(a.size() == b.size(), absl::StrCat(a.size(), " ", b.size()));
  for (size_t i = 0; i < a.size(); ++i) {
    FUZZ_CHECK(a[i].path == b[i].path && a[i].value == b[i].value &&
                   a[i].source == b[i].source,
               absl::StrCat(Describe(a[i]), "\n", Describe(b[i])));
  }
}

void CheckValue(const FieldValue& value, const RecordTraits& traits) {
  FUZZ_CHECK(CheckValueShape(value.path, value.value).ok(), Describe(value));
  const auto canonical = CanonicalValue(value.value, traits);
  FUZZ_CHECK(canonical.ok() && *canonical == value.value, Describe(value));
  const auto path =
      FieldPath::Parse(value.path.ToText(traits.descriptor), traits.descriptor);
  FUZZ_CHECK(path.ok() && *path == value.path,
             absl::StrCat(Describe(value), path.status().ToString()));
  FUZZ_CHECK(ValueToJson(value.path, value.value, traits).ok(),
             Describe(value));
}

// `record` as a caller might send it.
void TryRecord(Message& record, const RecordTraits& traits) {
  ClearOutputOnly(record);
  Validate(record);
  if (!BuildKeys(record).empty()) return;
  const std::string built = Encode(record);
  FUZZ_CHECK(BuildKeys(record).empty() && Encode(record) == built,
             record.ShortDebugString());
  const auto name = RecordName::Parse("trials/a");
  FindReferences(record, *name);
  const auto values = Split(record, traits);
  if (!values.ok()) return;
  for (const FieldValue& value : *values) CheckValue(value, traits);

  const auto whole = AssembleMessage(*values, traits, Sources::kInclude);
  FUZZ_CHECK(whole.ok(), whole.status().ToString());
  const auto again = Split(**whole, traits);
  FUZZ_CHECK(again.ok(), again.status().ToString());
  CheckEqual(*again, *values);

  const auto plain = AssembleMessage(*values, traits, Sources::kOmit);
  FUZZ_CHECK(plain.ok(), plain.status().ToString());
  const auto joined = traits.New();
  FUZZ_CHECK(
      joined->ParseFromString(AssembleBytes(*values, traits.descriptor)) &&
          Encode(*joined) == Encode(**plain),
      record.ShortDebugString());
}

// `bytes` as the value of one assignment that came from another replica.
void TryValue(absl::string_view bytes, const RecordTraits& traits) {
  FuzzInput input(bytes);
  FieldValue value;
  value.path.field = static_cast<int32_t>(input.TakeByte()) * 4;
  value.path.field += static_cast<int32_t>(input.TakeBelow(4));
  value.path.kind = static_cast<MergeKind>(1 + input.TakeBelow(3));
  if (value.path.kind != MergeKind::kRegister) {
    value.path.key = input.TakeText();
  }
  value.source = input.TakeText();
  value.value = std::string(input.rest());
  if (!CheckValueShape(value.path, value.value).ok()) return;
  // What any member may store, everybody can read.
  std::vector<FieldPath> unreadable;
  const auto record =
      AssembleMessage({&value, 1}, traits, Sources::kInclude, &unreadable);
  FUZZ_CHECK(record.ok(), record.status().ToString());
  if (!value.value.empty()) {
    ValueToJson(value.path, value.value, traits).IgnoreError();
  }
  SourceToJson(value.source).IgnoreError();
  const auto canonical = CanonicalValue(value.value, traits);
  if (canonical.ok()) {
    const auto twice = CanonicalValue(*canonical, traits);
    FUZZ_CHECK(twice.ok() && *twice == *canonical, Describe(value));
  }
}

}  // namespace

void FuzzOne(absl::string_view bytes) {
  FuzzInput input(bytes);
  const auto& kinds = RecordTraitsTable::Get().all();
  const RecordTraits& traits = *input.TakeOneOf(kinds);
  if (input.TakeChance(3)) return TryValue(input.rest(), traits);
  const auto record = traits.New();
  const absl::string_view rest = input.rest();
  if (record->ParseFromArray(rest.data(), static_cast<int>(rest.size()))) {
    TryRecord(*record, traits);
  }
}

std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds;
  const auto& kinds = RecordTraitsTable::Get().all();
  for (size_t kind = 0; kind < kinds.size(); ++kind) {
    for (int seed = 0; seed < 4; ++seed) {
      std::mt19937_64 random(seed);
      const auto record = RandomRecord(*kinds[kind], random, seed % 2 == 0);
      const std::string encoded = Encode(*record);
      if (encoded.size() > 2000) continue;
      seeds.push_back(absl::StrCat(std::string(1, static_cast<char>(kind)),
                                   std::string(1, '\0'), encoded));
    }
  }
  // A value: field 2, a register, without key, with a source.
  seeds.push_back(std::string("\x01\x02\x00\x02\x00\x00\x12\x01T", 9));
  return seeds;
}

}  // namespace consilium
