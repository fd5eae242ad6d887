#include "server/synthesis/binary_effect.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

bool HasZero(const TwoByTwo& t) {
  return t.a == 0 || t.b == 0 || t.c == 0 || t.d == 0;
}

bool IsDoubleZero(const TwoByTwo& t) {
  return (t.a == 0 && t.c == 0) || (t.b == 0 && t.d == 0);
}

TwoByTwo ToTable(const ContrastCounts& study) {
  return {
      study.treated.events, study.treated.participants - study.treated.events,
      study.control.events, study.control.participants - study.control.events};
}

absl::Status CheckCounts(absl::string_view field, const ArmCounts& counts) {
  if (!std::isfinite(counts.events) || !std::isfinite(counts.participants)) {
    return InvalidField(field, "has a count that is not a finite number");
  }
  if (counts.participants <= 0) {
    return InvalidField(field,
                        absl::StrCat("has ", PlainDecimal(counts.participants),
                                     " participants; want above 0"));
  }
  if (counts.events < 0 || counts.events > counts.participants) {
    return InvalidField(
        field,
        absl::StrCat("has ", PlainDecimal(counts.events), " events; want 0 to ",
                     PlainDecimal(counts.participants), ", its participants"));
  }
  return absl::OkStatus();
}

absl::Status CheckContrastVariance(EffectMeasure measure,
                                   VarianceConvention convention) {
  const bool is_difference = measure == EffectMeasure::kRiskDifference;
  if (convention == VarianceConvention::kLargeSample ||
      (is_difference && (convention == VarianceConvention::kUnbiased ||
                         convention == VarianceConvention::kAverage))) {
    return absl::OkStatus();
  }
  return InvalidField("variance",
                      absl::StrCat("is ", ToString(convention), "; want LS",
                                   is_difference ? ", UB or AV" : "", " for a ",
                                   ToString(measure)));
}

struct EffectAndVariance {
  double value = 0;
  double variance = 0;
};

// Shares of participants with the event over all studies, weighted by size.
struct Averages {
  double treated = 0;
  double control = 0;
};

Averages AverageRisks(absl::Span<const std::optional<TwoByTwo>> tables) {
  double a = 0, n1 = 0, c = 0, n2 = 0;
  for (const std::optional<TwoByTwo>& table : tables) {
    if (!table.has_value()) continue;
    a += table->a;
    n1 += table->a + table->b;
    c += table->c;
    n2 += table->c + table->d;
  }
  return {n1 > 0 ? a / n1 : 0, n2 > 0 ? c / n2 : 0};
}

EffectAndVariance Peto(const TwoByTwo& t) {
  const double n1 = t.a + t.b, n2 = t.c + t.d, n = n1 + n2;
  const double expected = (t.a + t.c) * n1 / n;
  const double v = (t.a + t.c) * (t.b + t.d) * (n1 / n) * (n2 / n) / (n - 1);
  return {(t.a - expected) / v, 1 / v};
}

EffectAndVariance RiskDifference(const TwoByTwo& t,
                                 VarianceConvention convention,
                                 const Averages& averages) {
  const double n1 = t.a + t.b, n2 = t.c + t.d;
  const double p1 = t.a / n1, p2 = t.c / n2;
  switch (convention) {
    case VarianceConvention::kUnbiased:
      return {p1 - p2, p1 * (1 - p1) / (n1 - 1) + p2 * (1 - p2) / (n2 - 1)};
    case VarianceConvention::kAverage:
      return {p1 - p2, averages.treated * (1 - averages.treated) / n1 +
                           averages.control * (1 - averages.control) / n2};
    default:
      return {p1 - p2, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2};
  }
}

EffectAndVariance Compute(EffectMeasure measure, const TwoByTwo& t,
                          VarianceConvention convention,
                          const Averages& averages) {
  switch (measure) {
    case EffectMeasure::kLogRiskRatio: {
      const double n1 = t.a + t.b, n2 = t.c + t.d;
      return {Log(t.a / n1) - Log(t.c / n2),
              (1 / t.a - 1 / n1) + (1 / t.c - 1 / n2)};
    }
    case EffectMeasure::kLogOddsRatio:
      return {Log(t.a / t.b) - Log(t.c / t.d),
              1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d};
    case EffectMeasure::kPetoLogOddsRatio:
      return Peto(t);
    default:
      return RiskDifference(t, convention, averages);
  }
}

absl::string_view ContrastFormula(EffectMeasure measure) {
  switch (measure) {
    case EffectMeasure::kLogRiskRatio:
      return "SE sqrt(1/a - 1/n1 + 1/c - 1/n2)";
    case EffectMeasure::kLogOddsRatio:
      return "SE sqrt(1/a + 1/b + 1/c + 1/d)";
    case EffectMeasure::kPetoLogOddsRatio:
      return "(O - E) / V, SE 1 / sqrt(V)";
    default:
      return "SE sqrt(p1 (1 - p1) / n1 + p2 (1 - p2) / n2)";
  }
}

std::string CountsText(const ContrastCounts& study) {
  return absl::StrCat(PlainDecimal(study.treated.events), "/",
                      PlainDecimal(study.treated.participants), " against ",
                      PlainDecimal(study.control.events), "/",
                      PlainDecimal(study.control.participants));
}

}  // namespace

absl::string_view ToString(VarianceConvention convention) {
  switch (convention) {
    case VarianceConvention::kLargeSample:
      return "LS";
    case VarianceConvention::kLargeSampleDelta:
      return "LS2";
    case VarianceConvention::kUnbiased:
      return "UB";
    case VarianceConvention::kAverage:
      return "AV";
    case VarianceConvention::kHomoscedastic:
      return "HO";
  }
  return "unknown";
}

ArmAdditions AdditionsOf(const ZeroCells& zero_cells, double treated,
                         double control) {
  if (zero_cells.division == ZeroCellDivision::kEven) {
    return {zero_cells.add, zero_cells.add};
  }
  const double both = 2 * zero_cells.add;
  return {both * (treated / (treated + control)),
          both * (control / (treated + control))};
}

std::string AdditionsText(const ArmAdditions& additions,
                          absl::string_view cell) {
  if (additions.treated == additions.control) {
    return absl::StrCat(" after adding ", PlainDecimal(additions.treated),
                        " to each ", cell);
  }
  return absl::StrCat(" after adding ", ShortNumber(additions.treated),
                      " to each ", cell, " of the first arm and ",
                      ShortNumber(additions.control), " of the other");
}

absl::Status CheckContrasts(absl::Span<const ContrastCounts> studies) {
  for (size_t i = 0; i < studies.size(); ++i) {
    const std::string field = absl::StrCat("studies[", i, "]");
    RETURN_IF_ERROR(
        CheckCounts(absl::StrCat(field, ".treated"), studies[i].treated));
    RETURN_IF_ERROR(
        CheckCounts(absl::StrCat(field, ".control"), studies[i].control));
  }
  return absl::OkStatus();
}

absl::Status CheckArmCounts(absl::Span<const ArmCounts> arms) {
  for (size_t i = 0; i < arms.size(); ++i) {
    RETURN_IF_ERROR(CheckCounts(absl::StrCat("arms[", i, "]"), arms[i]));
  }
  return absl::OkStatus();
}

std::vector<std::optional<TwoByTwo>> ApplyZeroCells(
    absl::Span<const ContrastCounts> studies, const ZeroCells& zero_cells) {
  std::vector<std::optional<TwoByTwo>> tables;
  bool any_zero = false;
  for (const ContrastCounts& study : studies) {
    const TwoByTwo table = ToTable(study);
    if (zero_cells.drop_double_zero && IsDoubleZero(table)) {
      tables.push_back(std::nullopt);
      continue;
    }
    any_zero = any_zero || HasZero(table);
    tables.push_back(table);
  }
  for (std::optional<TwoByTwo>& table : tables) {
    if (!table.has_value()) continue;
    const bool adds =
        zero_cells.rule == ZeroCellRule::kAll ||
        (zero_cells.rule == ZeroCellRule::kIfAnyAll && any_zero) ||
        (zero_cells.rule == ZeroCellRule::kOnlyZero && HasZero(*table));
    if (!adds) continue;
    const ArmAdditions additions =
        AdditionsOf(zero_cells, table->a + table->b, table->c + table->d);
    table->a += additions.treated;
    table->b += additions.treated;
    table->c += additions.control;
    table->d += additions.control;
  }
  return tables;
}

absl::StatusOr<std::vector<EffectSize>> BinaryEffects(
    EffectMeasure measure, absl::Span<const ContrastCounts> studies,
    const BinaryOptions& options) {
  if (measure != EffectMeasure::kLogRiskRatio &&
      measure != EffectMeasure::kLogOddsRatio &&
      measure != EffectMeasure::kPetoLogOddsRatio &&
      measure != EffectMeasure::kRiskDifference) {
    return InvalidField("measure",
                        absl::StrCat("is ", ToString(measure),
                                     "; want one of two arms' counts"));
  }
  RETURN_IF_ERROR(CheckContrasts(studies));
  RETURN_IF_ERROR(CheckContrastVariance(measure, options.variance));
  const std::vector<std::optional<TwoByTwo>> tables =
      ApplyZeroCells(studies, options.zero_cells);
  const Averages averages = AverageRisks(tables);
  std::vector<EffectSize> effects;
  for (size_t i = 0; i < studies.size(); ++i) {
    EffectSize effect;
    effect.measure = measure;
    effect.derivation = Derivation::kCounts;
    effect.how =
        absl::StrCat(CountsText(studies[i]), ": ", ContrastFormula(measure));
    if (!tables[i].has_value()) {
      effect.excluded = "both arms have no events, or nothing but events";
      effects.push_back(std::move(effect));
      continue;
    }
    if (tables[i]->a != studies[i].treated.events) {
      absl::StrAppend(
          &effect.how,
          AdditionsText(
              AdditionsOf(options.zero_cells, studies[i].treated.participants,
                          studies[i].control.participants),
              "cell"));
    }
    const EffectAndVariance estimate =
        Compute(measure, *tables[i], options.variance, averages);
    if (std::isfinite(estimate.value) && std::isfinite(estimate.variance)) {
      effect.estimate = RoundResult(estimate.value);
      effect.standard_error = RoundResult(std::sqrt(estimate.variance));
    } else {
      effect.excluded = "a count of 0 leaves the effect undefined";
    }
    effects.push_back(std::move(effect));
  }
  return effects;
}

}  // namespace consilium
