// Random messages of any type, the same for the same seed.
#ifndef CONSILIUM_TESTS_SUPPORT_RANDOM_RECORD_H_
#define CONSILIUM_TESTS_SUPPORT_RANDOM_RECORD_H_

#include <google/protobuf/message.h>

#include <memory>
#include <random>

#include "proto/base/record_traits.h"

namespace consilium {

// Fills the input fields of `message`: every type is right, but rules such as
// ranges and patterns are not heeded. With `unknown`, fields that this release
// does not know are among them, at every depth.
void FillRandomly(std::mt19937_64& random, bool unknown,
                  google::protobuf::Message& message);

// A record of that kind in the form in which it is split: keys are built, and
// no two elements share one. Set members are in ascending order.
std::unique_ptr<google::protobuf::Message> RandomRecord(
    const RecordTraits& traits, std::mt19937_64& random, bool unknown);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_RANDOM_RECORD_H_
