// Risk ratios, odds ratios and risk differences from counts of two arms, and
// the conventions for counts of zero. They are those of metafor's escalc.
#ifndef CONSILIUM_SERVER_SYNTHESIS_BINARY_EFFECT_H_
#define CONSILIUM_SERVER_SYNTHESIS_BINARY_EFFECT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/synthesis/effect_size.h"

namespace consilium {

// Events among participants. Counts may be fractions: a shared arm is split.
struct ArmCounts {
  double events = 0;
  double participants = 0;
};

struct ContrastCounts {
  ArmCounts treated;
  ArmCounts control;
};

// To which studies zero_cells.add is added, where a cell is 0.
enum class ZeroCellRule {
  kOnlyZero,  // To the studies that have a 0 ("only0").
  kAll,       // To every study ("all").
  kIfAnyAll,  // To every study when one has a 0 ("if0all").
  kNone,      // To none.
};

// How what is added is divided between the arms.
enum class ZeroCellDivision {
  kEven,       // As much to each cell.
  kByArmSize,  // 2 add n1 / (n1 + n2) to the cells of the treated arm, whose
               // share is the reciprocal of the control's, and 2 add n2 /
               // (n1 + n2) to those of the control (Sweeting, Sutton and
               // Lambert 2004, "treatment arm").
};

struct ZeroCells {
  // Added to each cell of a table; by arm size, on average.
  double add = 0.5;
  ZeroCellRule rule = ZeroCellRule::kOnlyZero;
  // Drops studies without events, or with nothing but events, in both arms
  // ("drop00").
  bool drop_double_zero = false;
  ZeroCellDivision division = ZeroCellDivision::kEven;
};

// What `zero_cells` adds to each cell of two arms that count for `treated` and
// `control` parts of a study: their participants, or their person-time.
struct ArmAdditions {
  double treated = 0;
  double control = 0;
};
ArmAdditions AdditionsOf(const ZeroCells& zero_cells, double treated,
                         double control);

// ", after adding 0.5 to each cell", with `cell` for what is added to.
std::string AdditionsText(const ArmAdditions& additions,
                          absl::string_view cell);

// Which variance of an estimate; metafor's vtype.
enum class VarianceConvention {
  kLargeSample,       // "LS".
  kLargeSampleDelta,  // "LS2": Borenstein's for a standardised difference.
  kUnbiased,          // "UB".
  kAverage,           // "AV": of the average over all studies.
  kHomoscedastic,     // "HO": a pooled standard deviation.
};

// "LS".
absl::string_view ToString(VarianceConvention convention);

struct BinaryOptions {
  ZeroCells zero_cells;
  // For risk differences: kLargeSample, kUnbiased or kAverage.
  VarianceConvention variance = VarianceConvention::kLargeSample;
};

// Refuses impossible counts: events above
// participants, no participants. Names the study by its index.
absl::Status CheckContrasts(absl::Span<const ContrastCounts> studies);

// The same of single arms.
absl::Status CheckArmCounts(absl::Span<const ArmCounts> arms);

// The four cells of a table: events and their absence.
struct TwoByTwo {
  double a = 0, b = 0;  // Treated: with and without the event.
  double c = 0, d = 0;  // Control.
};

// The tables of `studies` after the rule for zeros; nullopt for a study that
// the rule drops.
std::vector<std::optional<TwoByTwo>> ApplyZeroCells(
    absl::Span<const ContrastCounts> studies, const ZeroCells& zero_cells);

// One effect for each study, in their order: log risk ratio, log odds ratio,
// Peto's (O - E) / V, or risk difference. A study whose counts define none,
// or that the rule drops, has no estimate and says why in `excluded`.
//   INVALID_ARGUMENT  impossible counts, or a measure or variance that is not
//                     for two arms' counts.
absl::StatusOr<std::vector<EffectSize>> BinaryEffects(
    EffectMeasure measure, absl::Span<const ContrastCounts> studies,
    const BinaryOptions& options = {});

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_BINARY_EFFECT_H_
