#include "server/review/turned_contrast.h"

#include <string>
#include <utility>

#include "server/review/arm_pairing.h"

namespace consilium {
namespace {

bool IsRatio(v1::EffectMeasure measure) {
  switch (measure) {
    case v1::EFFECT_MEASURE_HAZARD_RATIO:
    case v1::EFFECT_MEASURE_ODDS_RATIO:
    case v1::EFFECT_MEASURE_RISK_RATIO:
    case v1::EFFECT_MEASURE_RATE_RATIO:
    case v1::EFFECT_MEASURE_RATIO_OF_MEANS:
      return true;
    default:
      return false;
  }
}

v1::Comparator Turned(v1::Comparator comparator) {
  switch (comparator) {
    case v1::COMPARATOR_LESS:
      return v1::COMPARATOR_GREATER;
    case v1::COMPARATOR_LESS_OR_EQUAL:
      return v1::COMPARATOR_GREATER_OR_EQUAL;
    case v1::COMPARATOR_GREATER:
      return v1::COMPARATOR_LESS;
    case v1::COMPARATOR_GREATER_OR_EQUAL:
      return v1::COMPARATOR_LESS_OR_EQUAL;
    default:
      return comparator;
  }
}

v1::Direction Turned(v1::Direction direction) {
  switch (direction) {
    case v1::DIRECTION_BETTER:
      return v1::DIRECTION_WORSE;
    case v1::DIRECTION_WORSE:
      return v1::DIRECTION_BETTER;
    default:
      return direction;
  }
}

bool HasInverse(const v1::EvidenceRow& row) {
  return !(row.has_value() && row.value() <= 0) &&
         !(row.has_low() && row.low() <= 0) &&
         !(row.has_high() && row.high() <= 0);
}

void TurnNumbers(v1::EvidenceRow& row) {
  const bool ratio = IsRatio(row.measure());
  const auto turn = [ratio](double value) {
    return ratio ? 1 / value : -value;
  };
  if (row.has_value()) row.set_value(turn(row.value()));
  const v1::EvidenceRow printed = row;
  row.clear_low();
  row.clear_high();
  if (printed.has_high()) row.set_low(turn(printed.high()));
  if (printed.has_low()) row.set_high(turn(printed.low()));
  if (row.has_comparator()) row.set_comparator(Turned(row.comparator()));
  if (row.has_direction()) row.set_direction(Turned(row.direction()));
  if (row.contrast().has_observed_minus_expected()) {
    row.mutable_contrast()->set_observed_minus_expected(
        -row.contrast().observed_minus_expected());
  }
}

}  // namespace

bool IsTurned(const v1::EvidenceRow& row) {
  if (!row.has_reference()) return false;
  const GroupRole group = RoleOf(row.arms());
  const GroupRole reference = RoleOf(row.reference_arms());
  if (group != GroupRole::kUntold && reference != GroupRole::kUntold) {
    return group == GroupRole::kComparator &&
           reference == GroupRole::kUnderTest;
  }
  constexpr auto kTogether = v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY;
  return row.treatment() != kTogether && row.reference_treatment() == kTogether;
}

v1::EvidenceRow TurnRound(const v1::EvidenceRow& row) {
  v1::EvidenceRow turned = row;
  if (IsRatio(row.measure()) && !HasInverse(row)) return turned;
  TurnNumbers(turned);
  std::swap(*turned.mutable_group(), *turned.mutable_reference());
  turned.mutable_arms()->Swap(turned.mutable_reference_arms());
  turned.set_treatment(row.reference_treatment());
  turned.set_reference_treatment(row.treatment());
  if (turned.has_contrast()) {
    v1::Contrast& contrast = *turned.mutable_contrast();
    std::swap(*contrast.mutable_group(), *contrast.mutable_reference());
  }
  return turned;
}

}  // namespace consilium
