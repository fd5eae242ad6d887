// YAML and JSON of records: what reads is written to a text that reads to an
// equal record, in both forms.
#include <google/protobuf/util/message_differencer.h>

#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "proto/base/field_rules.h"
#include "proto/base/record_codec.h"
#include "proto/base/text_form.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/random_record.h"

namespace consilium {
namespace {

using google::protobuf::Message;

void CheckReads(absl::string_view text, TextFormat format,
                const Message& wanted) {
  const std::unique_ptr<Message> read(wanted.New());
  const absl::Status status = ParseMessage("fuzz", text, format, *read);
  FUZZ_CHECK(status.ok(), absl::StrCat(status.ToString(), "\n", text));
  FUZZ_CHECK(Encode(*read) == Encode(wanted),
             absl::StrCat(text, "\n", wanted.DebugString(), "\n",
                          read->DebugString()));
}

}  // namespace

void FuzzOne(absl::string_view bytes) {
  FuzzInput input(bytes);
  const auto& kinds = RecordTraitsTable::Get().all();
  const auto record = input.TakeOneOf(kinds)->New();
  const TextFormat format =
      input.TakeChance(2) ? TextFormat::kJson : TextFormat::kYaml;
  TextPositions positions;
  const absl::Status status =
      ParseMessage("fuzz", input.rest(), format, *record, &positions);
  if (!status.ok()) {
    FUZZ_CHECK(
        absl::IsInvalidArgument(status) && !GetFieldViolations(status).empty(),
        status.ToString());
    return;
  }
  FUZZ_CHECK(!HasUnknownFields(*record), record->DebugString());
  LocateViolations(Validate(*record), positions);
  CheckReads(ToYaml(*record), TextFormat::kYaml, *record);
  CheckReads(ToJson(*record), TextFormat::kJson, *record);
  CheckReads(ToJson(*record, /*indent=*/true), TextFormat::kJson, *record);
}

std::vector<std::string> FuzzSeeds() {
  std::vector<std::string> seeds;
  const auto& kinds = RecordTraitsTable::Get().all();
  for (size_t kind = 0; kind < kinds.size(); ++kind) {
    for (int seed = 0; seed < 2; ++seed) {
      std::mt19937_64 random(seed);
      const auto record = RandomRecord(*kinds[kind], random, false);
      const std::string which(1, static_cast<char>(kind));
      seeds.push_back(
          absl::StrCat(which, std::string(1, '\0'), ToYaml(*record)));
      seeds.push_back(
          absl::StrCat(which, std::string(1, '\1'), ToJson(*record)));
    }
  }
  return seeds;
}

}  // namespace consilium
