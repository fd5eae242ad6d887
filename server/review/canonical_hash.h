// SHA-256 over what a result was computed from.
#ifndef CONSILIUM_SERVER_REVIEW_CANONICAL_HASH_H_
#define CONSILIUM_SERVER_REVIEW_CANONICAL_HASH_H_

#include <google/protobuf/message_lite.h>

#include <string>

#include "absl/strings/string_view.h"
#include "proto/base/sha256.h"

namespace consilium {

// Pieces go in with their lengths before them, 8 bytes, big-endian, so that no
// two lists of pieces are the same bytes.
class CanonicalHash {
 public:
  explicit CanonicalHash(absl::string_view what) { Add(what); }

  void Add(absl::string_view piece);
  // Messages here hold no maps; their bytes follow from their fields.
  void Add(const google::protobuf::MessageLite& message);

  // In lower-case hexadecimal. Call once, last.
  std::string Finish();

 private:
  Sha256Stream stream_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_CANONICAL_HASH_H_
