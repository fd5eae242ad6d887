// A small file, SEAL, that says how much of a store must at least be there.
//
// The database trusts that its manifest (the list of its files) ends where the
// last crash cut it, so a manifest that loses its end to damage would open as
// an older store with rows missing, and nobody would notice. The seal is
// written after the manifest has grown and is itself safe on disk, and opening
// compares the two.
//
//   consilium-seal 1
//   manifest MANIFEST-000005 1234 89abcdef
//   log 12
//   end 1a2b3c4d
//
// "manifest" gives its name, its size in bytes and the CRC-32C of those bytes;
// "log" a number such that a log with it or a later one exists; "end" the
// CRC-32C of the lines above. Numbers are decimal, checksums hexadecimal.
//
// A store without a seal opens: it is older than its first seal.
#ifndef CONSILIUM_STORAGE_KV_STORE_SEAL_H_
#define CONSILIUM_STORAGE_KV_STORE_SEAL_H_

#include <string>

#include "absl/status/status.h"

namespace consilium {

// Writes the seal of the store in `directory` as its files are now. Not to be
// called twice at a time for one store.
absl::Status WriteSeal(const std::string& directory);

// Compares the files of the store in `directory`, which no process has open,
// with its seal.
//   DATA_LOSS  names what is missing or differs.
absl::Status CheckSeal(const std::string& directory);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_STORE_SEAL_H_
