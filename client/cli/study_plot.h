// The studies of an outcome as a forest plot of characters, and its numbers as
// tables of effects have them.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_CLI_STUDY_PLOT_H_
#define CONSILIUM_CLIENT_CLI_STUDY_PLOT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// Two or three digits that mean something: "0.42", "13.9", "279".
std::string EffectNumber(double value);

// "0.42 (0.2 to 0.9)", with the unit where there is one.
std::string EstimateCell(const v1::EffectEstimate& effect,
                         absl::string_view unit);

// "95% CI".
std::string LevelText(double level);

// A line that says what the effects and their intervals are, one a study with
// its interval, effect and weight, the pooled effect and its prediction
// interval below them, and the axis. About `width` columns are used. Each line
// ends with a new line.
std::string StudyPlot(const v1::OutcomeResult& outcome, int width);

// What to know of single studies, a line for each note, which names all that
// have it: "AURA3, FLAURA: the level of its interval is not stated ...".
std::string StudyNotes(const v1::OutcomeResult& outcome);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_STUDY_PLOT_H_
