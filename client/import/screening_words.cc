#include "client/import/screening_words.h"

#include "absl/strings/strip.h"
#include "client/import/text_pattern.h"

namespace consilium {

v1::ScreeningDecisionKind DecisionOf(absl::string_view text) {
  const absl::string_view word = absl::StripAsciiWhitespace(text);
  if (Says(word,
           "^(included?|yes|y|1|in|relevant|accept(ed)?|keep|eligible)$")) {
    return v1::SCREENING_DECISION_KIND_INCLUDE;
  }
  if (Says(word,
           "^(excluded?|no|n|0|out|irrelevant|not relevant|reject(ed)?|"
           "ineligible|not eligible)$")) {
    return v1::SCREENING_DECISION_KIND_EXCLUDE;
  }
  if (Says(word, "^(maybe|unsure|unclear|uncertain|undecided|\\?)$")) {
    return v1::SCREENING_DECISION_KIND_UNSURE;
  }
  if (Says(word,
           "^(not|could not be|couldn't be) (retrieved|obtained|found)$|"
           "^no full[- ]?text$")) {
    return v1::SCREENING_DECISION_KIND_NOT_RETRIEVED;
  }
  return v1::SCREENING_DECISION_KIND_UNSPECIFIED;
}

v1::ScreeningStage StageOf(absl::string_view text) {
  const absl::string_view word = absl::StripAsciiWhitespace(text);
  if (Says(word,
           "^(titles?( ?(/|and|&|-) ?abstracts?)?|abstracts?|ti[ /-]?abs?)"
           "( screening| review)?$")) {
    return v1::SCREENING_STAGE_TITLE_ABSTRACT;
  }
  if (Says(word, "^full[- ]?texts?( screening| review| assessment)?$")) {
    return v1::SCREENING_STAGE_FULL_TEXT;
  }
  return v1::SCREENING_STAGE_UNSPECIFIED;
}

}  // namespace consilium
