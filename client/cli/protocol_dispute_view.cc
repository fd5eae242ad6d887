#include "client/cli/protocol_dispute_view.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/display_text.h"
#include "client/cli/study_plot.h"
#include "proto/base/enum_text.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

// "a.meyer of north, 2026-11-23".
std::string HoldersText(const v1::ProtocolValue& value) {
  std::vector<std::string> holders;
  for (const v1::Provenance& each : value.provenance()) {
    holders.push_back(absl::StrCat(VisibleText(each.author()), " of ",
                                   each.institution(), ", ",
                                   each.claimed_time().substr(0, 10)));
  }
  return absl::StrJoin(holders, "; ");
}

// "measure hr, filter outcome = os"; the value as JSON of what is no element.
std::string ValueText(const v1::ProtocolValue& value) {
  if (!value.has_value()) return "taken out";
  if (value.fields().empty()) return VisibleText(value.value());
  std::vector<std::string> parts;
  for (const v1::FieldReading& field : value.fields()) {
    parts.push_back(absl::StrCat(
        field.field(), " ",
        field.has_value() ? VisibleText(field.value()) : "absent"));
  }
  return absl::StrJoin(parts, ", ");
}

// "os (randomized): 0.62 (0.4 to 0.9), 95% CI, studies: 4".
std::string OutcomeText(const v1::OutcomeResult& outcome) {
  const std::string design =
      outcome.has_design()
          ? absl::StrCat(" (", EnumWords(outcome.design()), ")")
          : "";
  if (!outcome.has_pooled()) {
    const auto* const state =
        v1::OutcomeState_descriptor()->FindValueByNumber(outcome.state());
    return absl::StrCat(
        outcome.id(), design, ": ", state == nullptr ? "" : EnumText(*state),
        outcome.has_explanation()
            ? absl::StrCat("; ", VisibleText(outcome.explanation()))
            : "");
  }
  const v1::EffectEstimate& effect = outcome.pooled().effect();
  return absl::StrCat(
      outcome.id(), design, ": ", EstimateCell(effect, outcome.unit()),
      effect.has_low() ? absl::StrCat(", ", LevelText(effect.level())) : "",
      ", studies: ", outcome.pooled().studies());
}

}  // namespace

std::string DisputesText(
    const google::protobuf::RepeatedPtrField<v1::ProtocolDispute>& disputes,
    bool with_outcomes) {
  std::string text;
  for (const v1::ProtocolDispute& dispute : disputes) {
    absl::StrAppend(&text, "protocol in dispute: ", VisibleText(dispute.path()),
                    dispute.outcomes().empty()
                        ? "; no outcome depends on it"
                        : absl::StrCat("; it decides ",
                                       absl::StrJoin(dispute.outcomes(), ", ")),
                    "; consilium conflict list\n");
    for (const v1::ProtocolValue& value : dispute.values()) {
      absl::StrAppend(&text, value.provisional() ? "  counts: " : "  or: ",
                      ValueText(value), " (", HoldersText(value), ")\n");
      if (!with_outcomes) continue;
      if (value.has_explanation()) {
        absl::StrAppend(&text, "    ", value.explanation(), "\n");
      }
      for (const v1::OutcomeResult& outcome : value.outcomes()) {
        absl::StrAppend(&text, "    then ", OutcomeText(outcome), "\n");
      }
    }
  }
  return text;
}

}  // namespace consilium
