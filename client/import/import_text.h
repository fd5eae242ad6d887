// Whether a file is text, and what kind of file it seems to be.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_IMPORT_TEXT_H_
#define CONSILIUM_CLIENT_IMPORT_IMPORT_TEXT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

// `text` without a byte-order mark.
//   INVALID_ARGUMENT  WRONG_ENCODING: it is UTF-16, or has bytes that are no
//                     UTF-8; says where, and how to convert it.
//                     WRONG_FORMAT: it is empty, or no text at all.
absl::StatusOr<absl::string_view> CheckImportText(absl::string_view file,
                                                  absl::string_view text);

// INVALID_ARGUMENT, WRONG_FORMAT: says what `text` looks like, what is wanted,
// and which command takes it.
absl::Status WrongFormat(absl::string_view file, absl::string_view text,
                         absl::string_view wanted);

// The command that takes `text`, by the signs that it begins with: "consilium
// import ris FILE". Empty where there are none, and for tables, which can begin
// with anything.
absl::string_view CommandFor(absl::string_view text);

// "LINE:COLUMN" of a byte of `text`, from 1.
std::string TextPlace(absl::string_view text, size_t offset);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_IMPORT_TEXT_H_
