// How people and programs write decisions of screening and its stages.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_SCREENING_WORDS_H_
#define CONSILIUM_CLIENT_IMPORT_SCREENING_WORDS_H_

#include "absl/strings/string_view.h"
#include "consilium/v1/screening.pb.h"

namespace consilium {

// "Maybe" is unsure, "irrelevant" leaves out; unspecified when it is no word
// for any.
v1::ScreeningDecisionKind DecisionOf(absl::string_view text);

// "Title and abstract screening", "TiAb", "Full text review"; unspecified when
// it is no word for any.
v1::ScreeningStage StageOf(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SCREENING_WORDS_H_
