// The lines of a forest plot, however it is drawn, and their words.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_FOREST_LINES_H_
#define CONSILIUM_SERVER_PAGE_FOREST_LINES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "consilium/v1/review_result.pb.h"

namespace consilium {

// One line of the plot. Points into the result.
struct ForestLine {
  enum class Kind { kStudy, kHeading, kPooled, kPrediction, kRemark };
  Kind kind;
  std::string label;
  const v1::StudyResult* study = nullptr;
  const v1::EffectEstimate* effect = nullptr;
  bool is_total = false;
};

// Studies, by subgroup where there are some, what they come to, and remarks.
std::vector<ForestLine> ForestLines(const v1::ReviewResult& result,
                                    const v1::OutcomeResult& outcome);

// Takes the remarks at the end off `lines`: they stand below the axis.
std::vector<std::string> TakeFoot(std::vector<ForestLine>& lines);

// The effect of a line that has one.
std::string LineEffect(const v1::OutcomeResult& outcome,
                       const ForestLine& line);

// "Hazard ratio (95% CI)".
std::string EffectHeading(const v1::OutcomeResult& outcome);

// "136/279" of a study's group, or of its reference; "n = 279"; of a rate
// "45/312 PY"; "" where nothing is known.
std::string GroupCounts(const v1::StudyResult& study);
std::string ReferenceCounts(const v1::StudyResult& study);

// "Favours A →" at the right of no effect, "← Favours B" at the left; "" where
// the protocol names none.
std::string SideLabel(const v1::ReviewResult& result,
                      const v1::OutcomeResult& outcome, bool right);

// What the plot shows, for those who do not see it.
std::string ForestDescription(const v1::ReviewResult& result,
                              const v1::OutcomeResult& outcome);

// How many letters of `size` have room in `width`; some fonts are wide.
size_t Fitting(double width, double size);

// Whether the study has an effect to draw.
bool HasEffect(const v1::StudyResult& study);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_FOREST_LINES_H_
