// What the words that people compare fields of evidence rows with mean: terms
// and their synonyms, outcomes in full, numbers with units, grades in bands.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_VALUE_WORDS_H_
#define CONSILIUM_SERVER_EVIDENCE_VALUE_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "server/query/filter.h"

namespace consilium {

inline constexpr absl::string_view kFilterUnknownTerm = "FILTER_UNKNOWN_TERM";

// As FilterWords::Read, of a comparison with a field of rows.
BindFault ReadValueWord(FilterNode& comparison);

// As FilterWords::ValuesMeant.
std::vector<std::string> ValuesMeant(const FilterNode& comparison);

// The vocabulary of a field of rows, by its number; UNSPECIFIED when it has
// none.
v1::Vocabulary VocabularyOf(int field);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_VALUE_WORDS_H_
