// The limits of the imports.
#ifndef CONSILIUM_CLIENT_IMPORT_LIMITS_H_
#define CONSILIUM_CLIENT_IMPORT_LIMITS_H_

#include <cstddef>

namespace consilium {

// One file. It is read as a whole; its studies are taken apart one by one.
inline constexpr size_t kImportFileSizeMax = 256 * 1024 * 1024;  // Bytes.

// One study of a file, as JSON. The largest known has a few megabytes.
inline constexpr size_t kImportStudySizeMax = 32 * 1024 * 1024;  // Bytes.

// Studies of one file.
inline constexpr size_t kImportStudiesMax = 100'000;

// A table. A map says of each column what it is.
inline constexpr size_t kImportColumnsMax = 1'000;
inline constexpr size_t kImportRowsMax = 1'000'000;

// Remarks shown for one run, or kinds of them; --notes has all.
inline constexpr size_t kImportNotesShown = 12;

// Bytes of a value in a message about it.
inline constexpr size_t kImportValueShown = 200;

// Problems shown for one run.
inline constexpr size_t kImportProblemsShown = 40;

// Numbers of trials that one publication names, as its record allows.
inline constexpr int kImportPublicationNumbersMax = 100;

// Numbers of trials that one question to the server names.
inline constexpr size_t kImportNumbersAsked = 200;

// Groups that one comparison names; past it, it is one of the whole study.
inline constexpr int kImportGroupsMax = 16;

// An endpoint that would grow past this is continued in another: a record has
// at most 256 KiB, with keys and places.
inline constexpr size_t kImportRecordSizeWanted = 128 * 1024;  // Bytes.

// Records of one study that go together in a change, as encoded. A change has
// at most 4 MiB with what it adds to each value.
inline constexpr size_t kImportChangeSizeWanted = 1024 * 1024;  // Bytes.

// What the server adds to an element: its key, twice.
inline constexpr size_t kImportElementOverhead = 300;  // Bytes.

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_LIMITS_H_
