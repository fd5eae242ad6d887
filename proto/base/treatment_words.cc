#include "proto/base/treatment_words.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/base/number_text.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

// How a relation reads with the component it is seen from, and without.
struct Relation {
  v1::TimingRelation relation;
  absl::string_view with;
  absl::string_view alone;
};

constexpr Relation kRelations[] = {
    {v1::TIMING_RELATION_CONCURRENT, "concurrent with", "concurrent"},
    {v1::TIMING_RELATION_BEFORE, "before", "first"},
    {v1::TIMING_RELATION_AFTER, "after", "afterwards"},
    {v1::TIMING_RELATION_BEFORE_AND_AFTER, "before and after",
     "before and after"},
    {v1::TIMING_RELATION_INDUCTION, "as induction before", "as induction"},
    {v1::TIMING_RELATION_CONSOLIDATION, "as consolidation after",
     "as consolidation"},
    {v1::TIMING_RELATION_MAINTENANCE, "as maintenance after", "as maintenance"},
    {v1::TIMING_RELATION_AT_BEST_RESPONSE, "at best response to",
     "at best response"},
    {v1::TIMING_RELATION_BEFORE_PROGRESSION, "before progression on",
     "before progression"},
    {v1::TIMING_RELATION_AFTER_PROGRESSION, "after progression on",
     "after progression"},
    {v1::TIMING_RELATION_AFTER_OLIGOPROGRESSION, "after oligoprogression on",
     "after oligoprogression"},
    {v1::TIMING_RELATION_EARLY, "early, seen from", "early"},
    {v1::TIMING_RELATION_COMBINED, "combined with", "combined"},
};

std::string TimingText(const v1::Timing& timing) {
  std::string text;
  for (const Relation& each : kRelations) {
    if (each.relation != timing.relation()) continue;
    text = timing.to().empty()
               ? std::string(each.alone)
               : absl::StrCat(each.with, " ", KebabName(timing.to()));
  }
  if (text.empty() && !timing.to().empty()) {
    text = absl::StrCat("with ", KebabName(timing.to()));
  }
  return JoinWords(
      {text,
       timing.has_window()
           ? absl::StrCat(QuantityWords(timing.window()), " apart")
           : "",
       timing.has_overlap()
           ? absl::StrCat("overlapping ", QuantityWords(timing.overlap()))
           : ""},
      ", ");
}

// "once daily", "3 times every 2 weeks".
std::string FrequencyText(const v1::Dose& dose) {
  if (!dose.has_times() || !dose.has_period()) return "";
  const std::string times = dose.times() == 1 ? "once"
                            : dose.times() == 2
                                ? "twice"
                                : absl::StrCat(dose.times(), " times");
  const v1::Quantity& period = dose.period();
  if (period.value() == 1 && period.unit() == "d") {
    return absl::StrCat(times, " daily");
  }
  if (period.value() == 1 && period.unit() == "wk") {
    return absl::StrCat(times, " weekly");
  }
  return absl::StrCat(times, " every ", QuantityWords(period));
}

std::string DoseText(const v1::Dose& dose) {
  return JoinWords(
      {JoinWords({dose.has_amount() ? QuantityWords(dose.amount()) : "",
                  FrequencyText(dose)},
                 " "),
       EnumWords(dose.route()), dose.schedule(),
       dose.has_duration()
           ? absl::StrCat("for ", QuantityWords(dose.duration()))
           : "",
       dose.has_cycles()
           ? absl::StrCat(dose.cycles(),
                          dose.cycles() == 1 ? " cycle" : " cycles")
           : ""},
      ", ");
}

std::string CountText(const v1::Count& count, absl::string_view one,
                      absl::string_view many) {
  if (count.has_value()) {
    return absl::StrCat(count.value(), " ", count.value() == 1 ? one : many);
  }
  if (count.has_low() && count.has_high()) {
    return absl::StrCat(count.low(), " to ", count.high(), " ", many);
  }
  return count.has_low() ? absl::StrCat("≥ ", count.low(), " ", many)
                         : absl::StrCat("≤ ", count.high(), " ", many);
}

std::string ChoiceText(absl::string_view choice) {
  return choice.empty() ? ""
                        : absl::StrCat("one choice of ", KebabName(choice));
}

template <typename Component>
std::string RecipientsText(const Component& component) {
  return component.has_participants()
             ? absl::StrCat("given to ", component.participants())
             : "";
}

std::string ConstraintText(const v1::DoseConstraint& constraint) {
  return absl::StrCat(constraint.structure(), " ", constraint.metric(), " ",
                      QuantityWords(constraint.limit()));
}

}  // namespace

std::string ComponentText(const v1::DrugComponent& drug) {
  return JoinWords({JoinWords({Capitalized(KebabName(drug.drug())),
                               drug.has_dose() ? DoseText(drug.dose()) : ""},
                              " "),
                    drug.has_preclinical_dose()
                        ? absl::StrCat("preclinical dose ",
                                       DoseText(drug.preclinical_dose()))
                        : "",
                    TimingText(drug.timing()), ChoiceText(drug.choice()),
                    RecipientsText(drug)},
                   ", ");
}

std::string ComponentText(const v1::RadiotherapyComponent& radiotherapy) {
  std::string technique = EnumWords(radiotherapy.technique());
  std::string target = EnumWords(radiotherapy.target());
  if (radiotherapy.technique() == v1::RADIOTHERAPY_TECHNIQUE_WHOLE_BRAIN) {
    technique = "whole-brain radiotherapy";
    if (radiotherapy.target() == v1::RADIOTHERAPY_TARGET_BRAIN) target.clear();
  }
  std::vector<std::string> parts = {
      Capitalized(JoinWords({technique.empty() ? "radiotherapy" : technique,
                             target.empty() ? "" : "to the", target},
                            " ")),
      radiotherapy.has_total_dose() ? QuantityWords(radiotherapy.total_dose())
                                    : "",
      radiotherapy.has_fractions()
          ? absl::StrCat("in ", CountText(radiotherapy.fractions(), "fraction",
                                          "fractions"))
          : "",
      radiotherapy.has_fraction_dose()
          ? absl::StrCat(QuantityWords(radiotherapy.fraction_dose()),
                         " a fraction")
          : "",
      radiotherapy.has_duration()
          ? absl::StrCat("over ", QuantityWords(radiotherapy.duration()))
          : "",
      radiotherapy.has_biologically_effective_dose()
          ? absl::StrCat(
                "BED ",
                QuantityWords(radiotherapy.biologically_effective_dose()))
          : "",
      TimingText(radiotherapy.timing()),
      ChoiceText(radiotherapy.choice()),
      RecipientsText(radiotherapy)};
  for (const v1::DoseConstraint& constraint : radiotherapy.constraints()) {
    parts.push_back(ConstraintText(constraint));
  }
  return JoinWords(parts, ", ");
}

std::string ComponentText(const v1::SurgeryComponent& surgery) {
  return JoinWords({Capitalized(KebabWords(surgery.procedure())),
                    TimingText(surgery.timing()), RecipientsText(surgery)},
                   ", ");
}

std::string ComponentText(const v1::OtherComponent& other) {
  return JoinWords(
      {Capitalized(KebabWords(other.title())), EnumWords(other.kind()),
       TimingText(other.timing()), other.description()},
      ", ");
}

}  // namespace consilium
