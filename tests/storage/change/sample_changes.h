// Changes of one replica to try things on.
#ifndef CONSILIUM_TESTS_STORAGE_CHANGE_SAMPLE_CHANGES_H_
#define CONSILIUM_TESTS_STORAGE_CHANGE_SAMPLE_CHANGES_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/change/change.h"

namespace consilium {

inline ReplicaId Replica(char letter) {
  return *ReplicaId::FromBytes(std::string(ReplicaId::kSizeBytes, letter));
}

inline SigningKey KeyOf(char letter) {
  return *SigningKey::FromSecret(std::string(kSecretKeySizeBytes, letter));
}

// Of the sample registry.
inline const std::string& SampleRegistry() {
  static const std::string& id = *new std::string(32, 'G');
  return id;
}

inline const SigningKey& SampleKey() {
  static const SigningKey& key = *new SigningKey(KeyOf('k'));
  return key;
}

inline ReplicaId SampleReplica() {
  return ReplicaIdFor(SampleKey().public_key());
}

// An admissible change with two records, number `sequence`, at least 2, of the
// sample replica.
inline ChangeDraft SampleDraft(int64_t sequence,
                               std::string previous_hash = std::string(32,
                                                                       'P')) {
  ChangeDraft draft;
  draft.registry_id = SampleRegistry();
  draft.dot = {SampleReplica(), sequence};
  draft.previous_hash = std::move(previous_hash);
  draft.dependencies.Advance(Replica('d'), 4, std::string(32, 'D'));
  draft.logical_clock = sequence + 10;
  draft.claimed_time = absl::FromUnixSeconds(1'700'000'000);
  draft.author = "u-1";
  draft.message = "Table 2";
  draft.records = {
      {"trials/a",
       {{{2, MergeKind::kRegister, ""},
         "value one",
         "source one",
         {{Replica('d'), 3}, {Replica('d'), 4}}},
        {{5, MergeKind::kSet, "lung"}, "lung", "", {}},
        {{7, MergeKind::kKeyed, "pmid-1/a"}, "", "", {{Replica('e'), 1}}}},
       {}},
      {"trials/a/arms/x",
       {{{2, MergeKind::kRegister, ""}, "value two", "", {}}},
       {{Replica('d'), 1}, {Replica('e'), 9}}},
  };
  return draft;
}

// The first change of the sample replica, which also starts its registry.
struct GenesisSample {
  GenesisSample() {
    genesis.set_nonce(std::string(16, 'n'));
    genesis.set_registry("nsclc");
    opening = MakeOpening(genesis.nonce(), "north", KeyOf('i'), SampleKey());
    draft.dot = {SampleReplica(), 1};
    draft.logical_clock = 1;
    draft.claimed_time = absl::FromUnixSeconds(1'700'000'000);
    draft.opening = &opening;
    draft.genesis = &genesis;
  }

  stored::v1::Genesis genesis;
  stored::v1::ReplicaOpening opening;
  ChangeDraft draft;
};

inline BuiltChange Build(const ChangeDraft& draft) {
  return BuildChange(draft, "sixteen bytes...");
}

// The parsed form of what must parse.
inline ParsedChange MustParse(const stored::v1::Change& change) {
  auto parsed = ParsedChange::Parse(change);
  if (!parsed.ok()) {
    ADD_FAILURE() << parsed.status();
    std::abort();
  }
  return *std::move(parsed);
}

// `change` without its values, as a replica that may not have them keeps it.
inline stored::v1::Change Withhold(const BuiltChange& change) {
  stored::v1::Change withheld = change.bytes;
  withheld.clear_values();
  withheld.set_commitments(change.commitments);
  return withheld;
}

}  // namespace consilium

#endif  // CONSILIUM_TESTS_STORAGE_CHANGE_SAMPLE_CHANGES_H_
