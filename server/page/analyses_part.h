// What a page shows of an outcome beside its main result.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_ANALYSES_PART_H_
#define CONSILIUM_SERVER_PAGE_ANALYSES_PART_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"
#include "proto/base/html.h"

namespace consilium {

struct PartTable {
  std::string title;
  const google::protobuf::RepeatedPtrField<v1::PooledPart>& parts;
};

// A table of `wanted`; nothing when there is none.
void WriteParts(HtmlWriter& html, const v1::ReviewResult& result,
                const v1::OutcomeResult& outcome, const PartTable& wanted,
                absl::string_view remark = "");

// Subgroups, regressions, the funnel, sensitivity and influence. `key` names
// the outcome in ids of figures.
void WriteAnalyses(HtmlWriter& html, const v1::ReviewResult& result,
                   const v1::OutcomeResult& outcome, const std::string& key,
                   absl::string_view heading);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_ANALYSES_PART_H_
