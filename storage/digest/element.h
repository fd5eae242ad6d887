// The element that a record contributes to the content digest and to the tree
// of a release: a hash of its name and its visible assignments.
//
//   SHA-256("consilium element v1" 0x00 str(name)
//           for each visible assignment, ascending by path then dot:
//             field (4 bytes) kind (1 byte) str(key)
//             replica (16 bytes) sequence (8 bytes) commitment (32 bytes))
//
// where str(x) is the length of x in 8 bytes and then x; integers are
// big-endian. A record without assignments has no element.
#ifndef CONSILIUM_STORAGE_DIGEST_ELEMENT_H_
#define CONSILIUM_STORAGE_DIGEST_ELEMENT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "proto/base/dot.h"
#include "proto/base/field_path.h"

namespace consilium {

// Collects one record's assignments, in order. One thread.
class ElementHasher {
 public:
  explicit ElementHasher(absl::string_view record_name);
  ElementHasher(const ElementHasher&) = delete;
  ElementHasher& operator=(const ElementHasher&) = delete;

  // `commitment` is 32 bytes long.
  void Add(const FieldPath& path, const Dot& dot, absl::string_view commitment);

  // 32 bytes.
  std::string Finish() const;

 private:
  std::string encoded_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_DIGEST_ELEMENT_H_
