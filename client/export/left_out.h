// What a file for another program has no place for, so that nothing disappears
// unsaid.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_EXPORT_LEFT_OUT_H_
#define CONSILIUM_CLIENT_EXPORT_LEFT_OUT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/export/table.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

struct LeftOut {
  std::string outcome, design, study;  // As far as it is one of them.
  std::string why;                     // The same words for one kind.
  std::string explanation;             // What more there is to say.
  std::string row;                     // Id of the evidence row.
};

// The estimates of `outcome` that do not count.
void AddExcluded(const v1::OutcomeResult& outcome, std::vector<LeftOut>& left);

// A study of `outcome` that counts, and has no place for that reason.
void AddStudy(const v1::OutcomeResult& outcome, const v1::StudyResult& study,
              std::string why, std::vector<LeftOut>& left);

// "17 left out: 12 no counts or means of its arms, 5 no variance": each kind
// with how often it stands, the most frequent first. Empty when nothing is.
// `what` says what became of them.
std::string LeftOutText(const std::vector<LeftOut>& left,
                        absl::string_view what = "left out");

// A row for each.
Table LeftOutTable(const std::vector<LeftOut>& left);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_LEFT_OUT_H_
