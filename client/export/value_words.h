// One value of a record, given as ProtoJSON, in words.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_VALUE_WORDS_H_
#define CONSILIUM_CLIENT_EXPORT_VALUE_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/export/registry_evidence.h"

namespace consilium {

// The values of one field in words, in their order. Where two that differ
// would read alike, each is followed by the parts that tell them apart. A
// value without JSON is "removed". `study` may be null.
std::vector<std::string> ValueWords(const RegistryEvidence::Place& place,
                                    const std::vector<std::string>& values,
                                    const Study* study);

// A field path in words: "participant counts", then the element's key.
std::string PathWords(absl::string_view path);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_VALUE_WORDS_H_
