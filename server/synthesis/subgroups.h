// Pooled effects of groups of studies, and whether they differ.
#ifndef CONSILIUM_SERVER_SYNTHESIS_SUBGROUPS_H_
#define CONSILIUM_SERVER_SYNTHESIS_SUBGROUPS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/meta_regression.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/pooling_options.h"

namespace consilium {

enum class SubgroupTau2 {
  kSeparate,  // Each group's own.
  kCommon,    // One for all groups, as in regression on the group.
};

struct Subgroup {
  std::string name;
  std::vector<size_t> studies;  // Places in the list given, from 0.
  // The group alone. With a common tau2 its effect, interval, prediction and
  // weights come from that; its heterogeneity then holds Q and I2 from Q, and
  // the common tau2, without standard error or intervals.
  PooledResult result;
};

struct SubgroupAnalysis {
  std::vector<Subgroup> groups;  // By name.
  // That all groups share one effect. Separate tau2: Q of the groups' effects
  // by their normal standard errors whatever the interval method, chi-square
  // (Borenstein 2009, chapter 19). Common tau2: QM of the regression on the
  // group, F with Hartung-Knapp. Absent for one group, or when a standard error
  // is 0.
  std::optional<OmnibusTest> interaction;
  PooledResult overall;  // All studies, without groups.
};

// Pools `studies` by group; `groups` names the group of each.
//   INVALID_ARGUMENT  as Pool; a wrong number of groups; with a common tau2,
//                     no more studies than groups.
absl::StatusOr<SubgroupAnalysis> PoolSubgroups(
    absl::Span<const StudyEffect> studies, absl::Span<const std::string> groups,
    SubgroupTau2 tau2, const PoolingOptions& options);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_SUBGROUPS_H_
