#include "server/evidence/outcome_words.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/enum_text.h"
#include "proto/base/units.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

// As NormalizeTerm has them; of those that hold each other the longer first.
constexpr std::pair<absl::string_view, v1::Compartment> kCompartments[] = {
    {"of-the-central-nervous-system", v1::COMPARTMENT_INTRACRANIAL},
    {"central-nervous-system", v1::COMPARTMENT_INTRACRANIAL},
    {"of-the-brain", v1::COMPARTMENT_INTRACRANIAL},
    {"in-the-brain", v1::COMPARTMENT_INTRACRANIAL},
    {"intracerebral", v1::COMPARTMENT_INTRACRANIAL},
    {"intracranial", v1::COMPARTMENT_INTRACRANIAL},
    {"cerebral", v1::COMPARTMENT_INTRACRANIAL},
    {"brain", v1::COMPARTMENT_INTRACRANIAL},
    {"cns", v1::COMPARTMENT_INTRACRANIAL},
    {"ic", v1::COMPARTMENT_INTRACRANIAL},
    {"outside-the-brain", v1::COMPARTMENT_EXTRACRANIAL},
    {"extracerebral", v1::COMPARTMENT_EXTRACRANIAL},
    {"extracranial", v1::COMPARTMENT_EXTRACRANIAL},
    {"whole-body", v1::COMPARTMENT_SYSTEMIC},
    {"systemic", v1::COMPARTMENT_SYSTEMIC},
    {"loco-regional", v1::COMPARTMENT_LOCOREGIONAL},
    {"locoregional", v1::COMPARTMENT_LOCOREGIONAL},
    {"primary-tumour", v1::COMPARTMENT_LOCAL},
    {"primary-tumor", v1::COMPARTMENT_LOCAL},
    {"local", v1::COMPARTMENT_LOCAL},
    {"distant", v1::COMPARTMENT_DISTANT},
    {"non-irradiated-lesion", v1::COMPARTMENT_NON_IRRADIATED_LESION},
    {"irradiated-lesion", v1::COMPARTMENT_IRRADIATED_LESION},
    {"in-field", v1::COMPARTMENT_IRRADIATED_LESION},
    {"thoracic", v1::COMPARTMENT_THORACIC},
    {"chest", v1::COMPARTMENT_THORACIC},
};

// The measure that the normal form `name` is of.
v1::Measure FindMeasure(absl::string_view name) {
  static constexpr std::pair<absl::string_view, v1::Measure> kSynonyms[] = {
      {"response", v1::MEASURE_OBJECTIVE_RESPONSE},
      {"overall-response", v1::MEASURE_OBJECTIVE_RESPONSE},
      {"tumor-response", v1::MEASURE_OBJECTIVE_RESPONSE},
      {"tumour-response", v1::MEASURE_OBJECTIVE_RESPONSE},
      {"rr", v1::MEASURE_OBJECTIVE_RESPONSE},
      {"complete-remission", v1::MEASURE_COMPLETE_RESPONSE},
      {"partial-remission", v1::MEASURE_PARTIAL_RESPONSE},
      {"time-to-tumor-progression", v1::MEASURE_TIME_TO_PROGRESSION},
      {"time-to-tumour-progression", v1::MEASURE_TIME_TO_PROGRESSION},
      {"tumour-size", v1::MEASURE_TUMOR_SIZE},
      {"maximum-tolerated-dose", v1::MEASURE_TOLERATED_DOSE},
      {"mtd", v1::MEASURE_TOLERATED_DOSE},
      {"duration-of-overall-response", v1::MEASURE_DURATION_OF_RESPONSE},
      {"response-duration", v1::MEASURE_DURATION_OF_RESPONSE},
  };
  const google::protobuf::EnumDescriptor& type = *v1::Measure_descriptor();
  const auto known = [&type](absl::string_view word) {
    const auto* const measure = ParseEnum(type, word);
    return measure == nullptr ? v1::MEASURE_UNSPECIFIED
                              : static_cast<v1::Measure>(measure->number());
  };
  if (const v1::Measure measure = known(name)) return measure;
  absl::ConsumeSuffix(&name, "-rate");
  for (const auto& [synonym, measure] : kSynonyms) {
    if (name == synonym) return measure;
  }
  return known(name);
}

// The measure of "ipfs" and "ic-pfs": intracranial, where an i is in use.
v1::Measure FindIntracranial(absl::string_view name) {
  constexpr absl::string_view kShort[] = {"pfs", "orr", "dcr", "dor", "ttp"};
  if (!absl::ConsumePrefix(&name, "ic")) absl::ConsumePrefix(&name, "i");
  absl::ConsumePrefix(&name, "-");
  return std::find(std::begin(kShort), std::end(kShort), name) ==
                 std::end(kShort)
             ? v1::MEASURE_UNSPECIFIED
             : FindMeasure(name);
}

}  // namespace

std::optional<OutcomeWord> FindOutcome(absl::string_view word) {
  const std::string name = NormalizeTerm(word);
  if (const v1::Measure measure = FindMeasure(name)) {
    return OutcomeWord{measure};
  }
  if (const v1::Measure measure = FindIntracranial(name)) {
    return OutcomeWord{measure, v1::COMPARTMENT_INTRACRANIAL};
  }
  const std::string bounded = absl::StrCat("-", name, "-");
  for (const auto& [place, compartment] : kCompartments) {
    const size_t found = bounded.find(absl::StrCat("-", place, "-"));
    if (found == std::string::npos) continue;
    const std::string rest =
        NormalizeTerm(absl::StrCat(bounded.substr(0, found + 1),
                                   bounded.substr(found + 1 + place.size())));
    if (const v1::Measure measure = FindMeasure(rest)) {
      return OutcomeWord{measure, compartment};
    }
  }
  return std::nullopt;
}

std::optional<OutcomeNumber> FindOutcomeNumber(absl::string_view word) {
  const std::string name = NormalizeTerm(word);
  absl::string_view rest = name;
  OutcomeNumber number;
  const auto read_time = [&number](absl::string_view amount,
                                   absl::string_view unit) {
    double value = 0;
    const absl::string_view code = UnitCalled(unit);
    if (code.empty() || !absl::SimpleAtod(amount, &value)) return false;
    number.months = Months(value, code);
    return number.months.has_value();
  };
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '-');
  const size_t size = parts.size();
  if (absl::ConsumePrefix(&rest, "median-")) {
    number.is_median = true;
  } else if (size > 2 && read_time(parts[0], parts[1])) {
    rest.remove_prefix(parts[0].size() + parts[1].size() + 2);
  } else if (size > 3 && parts[size - 3] == "at" &&
             read_time(parts[size - 2], parts[size - 1])) {
    rest.remove_suffix(parts[size - 2].size() + parts[size - 1].size() + 5);
  } else {
    return std::nullopt;
  }
  // Of all deaths, where no word says of what.
  absl::string_view survival = rest;
  absl::ConsumeSuffix(&survival, "-rate");
  const std::optional<OutcomeWord> outcome =
      survival == "survival" ? OutcomeWord{v1::MEASURE_OVERALL_SURVIVAL}
                             : FindOutcome(rest);
  if (!outcome.has_value()) return std::nullopt;
  number.outcome = *outcome;
  return number;
}

v1::Compartment FindCompartment(absl::string_view word) {
  const std::string name = NormalizeTerm(word);
  for (const auto& [place, compartment] : kCompartments) {
    if (name == place) return compartment;
  }
  return v1::COMPARTMENT_UNSPECIFIED;
}

}  // namespace consilium
