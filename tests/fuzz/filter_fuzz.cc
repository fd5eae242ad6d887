// Filters: reading any text never crashes; what is read prints to a text that
// reads to the same filter, and both match the same records.
#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/errors.h"
#include "server/query/filter.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/random_record.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

constexpr int kRecords = 12;  // Of each kind.

const std::vector<std::unique_ptr<Message>>& Records(const Descriptor& kind) {
  static auto& all =
      *new std::map<const Descriptor*, std::vector<std::unique_ptr<Message>>>;
  auto& records = all[&kind];
  for (int seed = static_cast<int>(records.size()); seed < kRecords; ++seed) {
    std::mt19937_64 random(seed);
    const RecordTraits& traits =
        *RecordTraitsTable::Get().FindByDescriptor(&kind);
    records.push_back(RandomRecord(traits, random, /*unknown=*/seed % 2 == 0));
  }
  return records;
}

void TryFilter(absl::string_view text, const Descriptor& kind) {
  const auto filter = Filter::Parse(text, kind);
  if (!filter.ok()) {
    FUZZ_CHECK(absl::IsInvalidArgument(filter.status()) &&
                   !GetErrorReason(filter.status()).empty() &&
                   !GetFieldViolations(filter.status()).empty(),
               filter.status().ToString());
    return;
  }
  const std::string printed = filter->ToString();
  const auto again = Filter::Parse(printed, kind);
  FUZZ_CHECK(again.ok(),
             absl::StrCat(printed, ": ", again.status().ToString()));
  FUZZ_CHECK(again->root() == filter->root(), printed);
  FUZZ_CHECK(again->ToString() == printed,
             absl::StrCat(printed, "\n", again->ToString()));
  for (const auto& record : Records(kind)) {
    FUZZ_CHECK(filter->Matches(*record) == again->Matches(*record), printed);
  }
  for (const RequiredTerm& term : filter->RequiredTerms()) {
    FUZZ_CHECK(term.comparison != nullptr && !term.path.empty(), printed);
  }
}

}  // namespace

void FuzzOne(absl::string_view input) {
  TryFilter(input, *v1::Trial::descriptor());
  TryFilter(input, *v1::Endpoint::descriptor());
}

std::vector<std::string> FuzzSeeds() {
  return {
      "title:osimertinib AND enrolledParticipantCount >= 50",
      "trial = nct02893332 AND NOT deleteTime:*",
      "estimates.any(statistic = median AND value < 0.7 OR key:pfs)",
      "contrasts.all(measure = hazard-ratio value > 1) -title:\"a b\"",
      "((title = 'it\\'s' OR note:*)) randomized.answer = yes",
      "phases = phase2 conditions != \"*lung*\" conditions:(EGFR OR NOT ALK)",
      "updateTime > 2024-06-02T08:00:00Z minimumAge >= \"18 a\" lung",
      "\"two words\" -(blinding = double) contrasts.pValue.value < 1e-3",
  };
}

}  // namespace consilium
