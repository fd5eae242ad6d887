// The coordinates of a funnel plot. Judging asymmetry is another matter.
#ifndef CONSILIUM_SERVER_SYNTHESIS_FUNNEL_H_
#define CONSILIUM_SERVER_SYNTHESIS_FUNNEL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/pooling_options.h"

namespace consilium {

struct FunnelPoint {
  std::string label;
  double effect = 0;
  double standard_error = 0;
};

// Where studies of the same effect lie with this probability: a triangle from
// (center, 0) to these corners at standard_error_max.
struct FunnelLimit {
  double level_percent = 0;
  Interval corners;
};

struct Funnel {
  double center = 0;  // The pooled effect, or the reference asked for.
  double standard_error_max = 0;    // Of the studies.
  std::vector<FunnelPoint> points;  // In the order of the studies.
  std::vector<FunnelLimit> limits;  // In the order asked for.
};

// Pseudo-confidence limits center +- z standard error around `center` (Sterne
// and Egger 2001): the pooled effect, or 0 for a contour-enhanced funnel
// (Peters 2008). Wants a study; levels above 0 and below 100.
absl::StatusOr<Funnel> DrawFunnel(absl::Span<const StudyEffect> studies,
                                  double center,
                                  absl::Span<const double> levels_percent);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_FUNNEL_H_
