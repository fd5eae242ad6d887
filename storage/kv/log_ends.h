// Tells a log that a crash cut short from one that was damaged.
//
// After a crash the last record of a log may be incomplete, and nothing
// follows it: the database drops it, for nobody was told that it was written.
// A damaged length near the end looks the same to the database, but the bytes
// of whole records follow it, and dropping those would lose what was
// acknowledged.
#ifndef CONSILIUM_STORAGE_KV_LOG_ENDS_H_
#define CONSILIUM_STORAGE_KV_LOG_ENDS_H_

#include <string>

#include "absl/status/status.h"

namespace consilium {

// Reads both ends of every log in `directory`, which no process has open.
//   DATA_LOSS  a log begins or ends in a way that no crash explains.
absl::Status CheckLogEnds(const std::string& directory);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_LOG_ENDS_H_
