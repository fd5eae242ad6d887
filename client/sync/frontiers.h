// Comparing the frontiers that servers exchange, as they travel.
//
// Pure functions. An entry of sequence 0 counts as none.
#ifndef CONSILIUM_CLIENT_SYNC_FRONTIERS_H_
#define CONSILIUM_CLIENT_SYNC_FRONTIERS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "consilium/stored/v1/change.pb.h"

namespace consilium {

// Changes of `wanted` that `held` lacks.
int64_t CountMissing(const stored::v1::Frontier& held,
                     const stored::v1::Frontier& wanted);

// Whether every change of `a` is in `b`.
bool IsWithin(const stored::v1::Frontier& a, const stored::v1::Frontier& b);

// The changes in both, and in either. Entries ascend by replica.
stored::v1::Frontier MeetOf(const stored::v1::Frontier& a,
                            const stored::v1::Frontier& b);
stored::v1::Frontier JoinOf(const stored::v1::Frontier& a,
                            const stored::v1::Frontier& b);

// Two changes with one name, as far as two frontiers show them.
struct FrontierFork {
  std::string replica;
  int64_t sequence = 0;
  std::string a_hash;
  std::string b_hash;
};
std::optional<FrontierFork> FindFork(const stored::v1::Frontier& a,
                                     const stored::v1::Frontier& b);

// The first change that `held` must have and lacks, to hold all of `wanted`.
struct FrontierGap {
  std::string replica;
  int64_t held = 0;
  int64_t wanted = 0;
};
std::optional<FrontierGap> FindGap(const stored::v1::Frontier& held,
                                   const stored::v1::Frontier& wanted);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_FRONTIERS_H_
