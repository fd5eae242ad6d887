// How concurrent assignments to a field meet.
#ifndef CONSILIUM_PROTO_BASE_MERGE_KIND_H_
#define CONSILIUM_PROTO_BASE_MERGE_KIND_H_

#include <cstdint>

namespace consilium {

// On disk and in changes; never renumber. Equal to consilium.v1.MergeKind.
enum class MergeKind : uint8_t {
  kRegister = 1,  // The whole value is one fact.
  kSet = 2,       // Each element of a repeated scalar is an add-wins member.
  kKeyed = 3,     // Each key of a repeated message is its own register.
};

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_MERGE_KIND_H_
