// Publications as pages name them.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_REFERENCES_H_
#define CONSILIUM_SERVER_PAGE_REFERENCES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// "Aronson 1948": the first author's family name and the year. Of one without
// either, its id in words.
std::string ReportLabel(const v1::Publication& publication);

// The same of the report of that id, which the result may not list.
std::string ReportLabel(const v1::ReviewResult& result, absl::string_view id);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_REFERENCES_H_
