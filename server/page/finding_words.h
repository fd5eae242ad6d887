// What an outcome comes to, in words that several parts of the page share.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_FINDING_WORDS_H_
#define CONSILIUM_SERVER_PAGE_FINDING_WORDS_H_

#include <string>

#include "consilium/v1/review_result.pb.h"
#include "proto/base/result_rows.h"

namespace consilium {

// Whether its design is one that the plan pools; a plan that cannot be carried
// out has none.
bool IsOfPlan(const v1::OutcomeResult& outcome);

// The effect that the outcome comes to: pooled, or of its one study; null when
// there is none.
const v1::EffectEstimate* MainEffect(const v1::OutcomeResult& outcome);

// "3 studies, 412 participants"; of what was found and not pooled "14 results
// of 6 studies".
std::string StudiesText(const v1::OutcomeResult& outcome);

// Why nothing was pooled, as a sentence; "" where something was.
std::string StateText(const v1::OutcomeResult& outcome);

// What a report says of the direction of a comparison, and of its significance
// where it was not shown: "better", "no significant difference"; "" when it
// says neither.
std::string DirectionWords(const v1::ExcludedResult& listed,
                           const ResultRows& rows);

// What the interval of the main effect rests on where no report prints one:
// "interval worked out from a P value"; "" elsewhere.
std::string IntervalSource(const v1::OutcomeResult& outcome);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_FINDING_WORDS_H_
