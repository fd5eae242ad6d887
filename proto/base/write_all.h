// Writing to a file descriptor until nothing is left.
#ifndef CONSILIUM_PROTO_BASE_WRITE_ALL_H_
#define CONSILIUM_PROTO_BASE_WRITE_ALL_H_

#include "absl/strings/string_view.h"

namespace consilium {

// Writes all of `bytes` to the file `file`, going on after interruptions and
// where the system took only a part. False, with errno set, when it refuses;
// how much was written then is not known.
bool WriteAll(int file, absl::string_view bytes);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_WRITE_ALL_H_
