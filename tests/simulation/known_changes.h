// Everything that anybody in a simulation ever wrote, with who knew what: the
// plain set of changes that the naive reference works on.
#ifndef CONSILIUM_TESTS_SIMULATION_KNOWN_CHANGES_H_
#define CONSILIUM_TESTS_SIMULATION_KNOWN_CHANGES_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "consilium/stored/v1/change.pb.h"
#include "proto/base/dot.h"
#include "storage/change/frontier.h"
#include "tests/support/naive_merge.h"

namespace consilium {

// Thread-compatible.
class KnownChanges {
 public:
  // Adds a change as its author wrote it. Its causes were added before.
  absl::Status Add(const stored::v1::Change& change);

  const NaiveMerge& merge() const { return merge_; }

  // Every change, in the order of Add.
  const std::vector<Dot>& dots() const { return dots_; }

  // Whether the author of `later` held `earlier`.
  bool Knows(const Dot& later, const Dot& earlier) const;

  // The least causally closed frontier that holds `dots`.
  Frontier Close(const std::vector<Dot>& dots) const;

  // A random causally closed frontier within `held`.
  Frontier RandomWithin(const Frontier& held, std::mt19937_64& random) const;

  // The content digest at `frontier`, from nothing but the changes.
  std::string DigestAt(const Frontier& frontier) const;

 private:
  struct Known {
    std::string hash;
    std::map<ReplicaId, int64_t> past;  // Of others.
  };

  NaiveMerge merge_;
  std::vector<Dot> dots_;
  std::map<Dot, Known> known_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SIMULATION_KNOWN_CHANGES_H_
