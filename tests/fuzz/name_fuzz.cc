// Names, paths, quantities and frontiers: what parses prints to a text that
// parses to the same, and rows keep the order of names.
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/field_path.h"
#include "proto/base/limits.h"
#include "proto/base/quantity.h"
#include "proto/base/resource_name.h"
#include "proto/base/utf8.h"
#include "storage/change/frontier.h"
#include "tests/fuzz/fuzz_target.h"

namespace consilium {
namespace {

void TryRegistryName(absl::string_view text) {
  const auto name = RegistryName::Parse(text);
  if (name.ok()) FUZZ_CHECK(name->Full() == text, name->Full());
  const auto id = RegistryName::FromId(text);
  if (id.ok()) FUZZ_CHECK(RegistryName::Parse(id->Full()).ok(), id->Full());
}

std::optional<RecordName> TryRecordName(absl::string_view text) {
  const auto name = RecordName::ParseAny(text);
  const auto known = RecordName::Parse(text);
  if (!name.ok()) {
    FUZZ_CHECK(!known.ok(), text);
    FUZZ_CHECK(IsValidUtf8(name.status().message()), text);
    return std::nullopt;
  }
  FUZZ_CHECK(name->relative() == text, name->relative());
  FUZZ_CHECK(known.ok() == (name->traits() != nullptr), text);
  const auto again = RecordName::FromSortKey(name->SortKey());
  FUZZ_CHECK(again.ok() && *again == *name, text);
  if (const auto parent = name->Parent(); parent.has_value()) {
    FUZZ_CHECK(name->IsDescendantOf(*parent) && *parent < *name, text);
    FUZZ_CHECK(RecordName::ParseAny(parent->relative()).ok(), text);
  }
  return *name;
}

void TryOrder(absl::string_view first, absl::string_view second) {
  const auto a = TryRecordName(first);
  const auto b = TryRecordName(second);
  if (!a.has_value() || !b.has_value()) return;
  FUZZ_CHECK((*a < *b) == (a->SortKey() < b->SortKey()),
             absl::StrCat(first, "\n", second));
}

void TryFieldPath(absl::string_view text) {
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    const auto path = FieldPath::Parse(text, traits->descriptor);
    if (!path.ok()) continue;
    const std::string printed = path->ToText(traits->descriptor);
    const auto again = FieldPath::Parse(printed, traits->descriptor);
    FUZZ_CHECK(again.ok() && *again == *path,
               absl::StrCat(printed, ": ", again.status().ToString()));
  }
}

void TryQuantity(absl::string_view text) {
  v1::Quantity quantity;
  if (!QuantityFromText(text, quantity)) return;
  const auto printed = QuantityToText(quantity);
  if (!printed.has_value()) return;
  v1::Quantity again;
  FUZZ_CHECK(QuantityFromText(*printed, again), *printed);
  FUZZ_CHECK(again.SerializeAsString() == quantity.SerializeAsString(),
             absl::StrCat(*printed, "\n", quantity.ShortDebugString(), "\n",
                          again.ShortDebugString()));
}

}  // namespace

void FuzzOne(absl::string_view input) {
  TryRegistryName(input);
  const size_t line = std::min(input.find('\n'), input.size());
  TryRecordName(input);
  TryOrder(input.substr(0, line),
           input.substr(std::min(line + 1, input.size())));
  if (const auto name = RecordName::FromSortKey(input); name.ok()) {
    FUZZ_CHECK(name->SortKey() == input, name->relative());
  }
  const std::string proposed = ProposeRecordId(input);
  FUZZ_CHECK(ProposeRecordId(proposed) == proposed, proposed);
  // A number in front is for the caller to name.
  if (!proposed.empty() && absl::ascii_isalpha(proposed.front())) {
    FUZZ_CHECK(CheckRecordId("id", proposed).ok(), proposed);
  }
  // As every text that comes over the wire.
  if (IsValidUtf8(input)) TryFieldPath(input);
  TryQuantity(input);
  if (const auto frontier = Frontier::FromToken(input); frontier.ok()) {
    FUZZ_CHECK(frontier->ToToken() == input, frontier->ToToken());
  }
  FUZZ_CHECK(IsValidUtf8(Quote(input)), input);
}

std::vector<std::string> FuzzSeeds() {
  Frontier frontier;
  frontier.Advance(*ReplicaId::FromBytes("0123456789abcdef"), 7,
                   std::string(32, 'h'));
  return {"registries/nsclc",
          "trials/nct02893332/arms/osimertinib-plus-sbrt",
          "trials/nct1/endpoints/os\ntrials/nct1-a/endpoints/os",
          "registry",
          "sites/unknown-collection/rooms/b",
          std::string("trials\1nct1\1arms\1a"),
          "estimates[pmid-1/all/12mo/median]",
          "conditions[NSCLC \\] x]",
          "1234:keyed[key]",
          "title",
          "250 mg",
          "25..40 Gy",
          "<= 34 %",
          "..3 mo",
          frontier.ToToken()};
}

}  // namespace consilium
