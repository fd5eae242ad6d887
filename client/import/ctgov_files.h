// The studies in a file of ClinicalTrials.gov, in each of the shapes that its
// API v2 and its users write: one study, an array, a page with "studies", or
// JSON Lines.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_FILES_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

// One study as it stands in its file.
struct StudyText {
  std::string place;       // "studies[3]", "[3]", "line 12"; "" if alone.
  absl::string_view text;  // One JSON object.
};

// The studies of `text`, which must outlive them. Only the shape is looked at:
// what a study holds is for ReadCtgovStudy.
//   INVALID_ARGUMENT  INVALID_TEXT: no JSON, or it ends too early; says where.
//                     WRONG_FORMAT: something else than studies.
//                     FILE_TOO_LARGE: more studies, or a larger one, than
//                     limits.h allows.
absl::StatusOr<std::vector<StudyText>> SplitStudies(absl::string_view file,
                                                    absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_FILES_H_
