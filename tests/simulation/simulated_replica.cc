#include "tests/simulation/simulated_replica.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr Partition kPartition{1};
constexpr int kGroupsPerBatch = 3;

SigningKey KeyFrom(const std::string& text) {
  return *SigningKey::FromSecret(Sha256({text}));
}

}  // namespace

SimulatedReplica::SimulatedReplica(std::string name, std::string institution,
                                   uint64_t seed)
    : name_(std::move(name)),
      institution_(std::move(institution)),
      seed_(seed),
      institution_key_(KeyFrom(absl::StrCat(institution_, seed))),
      endpoint_(name_, store_, kGroupsPerBatch) {
  NewReplicaKey();
}

void SimulatedReplica::NewReplicaKey() {
  replica_key_ = std::make_unique<SigningKey>(
      KeyFrom(absl::StrCat(name_, " ", seed_, " ", ++incarnation_)));
}

RegistryDependencies SimulatedReplica::Dependencies() {
  return {*rows_,       rules_,           clock_,
          institution_, institution_key_, *replica_key_};
}

absl::Status SimulatedReplica::Found(ChangeRequest first) {
  ASSIGN_OR_RETURN(
      store_, RegistryStore::Found(kPartition, "simulated", std::move(first),
                                   Dependencies()));
  return absl::OkStatus();
}

absl::Status SimulatedReplica::Join(const stored::v1::SealedGroup& genesis) {
  ASSIGN_OR_RETURN(store_, RegistryStore::Join(kPartition, "simulated", genesis,
                                               Dependencies()));
  return absl::OkStatus();
}

absl::Status SimulatedReplica::Restart() {
  store_.reset();
  ASSIGN_OR_RETURN(store_, RegistryStore::Open(kPartition, Dependencies()));
  return absl::OkStatus();
}

void SimulatedReplica::BackUp() { backup_ = rows_->Clone(); }

absl::Status SimulatedReplica::Restore() {
  store_.reset();
  rows_ = std::move(backup_);
  NewReplicaKey();
  return Restart();
}

}  // namespace consilium
