// A review as the data package of Cochrane's RevMan, in the layout that R's
// meta::read.cdir reads. README.md has the files and columns.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_REVMAN_H_
#define CONSILIUM_CLIENT_EXPORT_REVMAN_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "client/export/left_out.h"
#include "client/export/review_evidence.h"
#include "client/export/zip_archive.h"

namespace consilium {

// What read.cdir wants of the archive's name: the first part names the files in
// it, the last says that it holds no other archive.
inline constexpr absl::string_view kRevmanNameStart = "CD-";
inline constexpr absl::string_view kRevmanNameEnd = "dataPackage.zip";

// What RevMan has no place for: outcomes of single groups, estimates that do
// not count, what a mixed model came to, and judgements of bias beside the one
// of a study.
std::vector<LeftOut> LeftOutOfRevman(const ReviewEvidence& evidence);

// The files of the package; the last has what is left out, if anything is.
std::vector<ArchiveFile> RevmanFiles(const ReviewEvidence& evidence);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_REVMAN_H_
