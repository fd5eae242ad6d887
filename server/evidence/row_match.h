// How a row stands to a question.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_MATCH_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_MATCH_H_

namespace consilium {

// It may match when that depends on what the report leaves open.
enum class RowMatch { kNo, kMay, kYes };

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_MATCH_H_
