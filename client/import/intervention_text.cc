#include "client/import/intervention_text.h"

#include <re2/re2.h>

#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/import/ctgov_values.h"
#include "client/import/text_pattern.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// What stands around the name of a drug and is none: dose, form, route, salt,
// and what stands in brackets.
std::string StripDose(absl::string_view name) {
  std::string drug(name);
  for (const char* pattern :
       {"(?i)^\\s*cross-?over to ", "\\([^()]*\\)", "\\[[^\\[\\]]*\\]",
        "(?i)\\+\\s*(matching |matched )?placebo\\s*$", "[®™]",
        "(?i)\\b[0-9][0-9.,]*(\\s*[-/]\\s*[0-9][0-9.,]*)*\\s*"
        "(mg|µg|mcg|ug|g|ml|iu|auc)\\b(\\s*/\\s*(kg|m2|m\\^2|m²|ml|day|d|dose)"
        "\\b)?(\\s*/\\s*[0-9][0-9.,]*\\s*mg\\b)*",
        "(?i)\\bauc\\s*[0-9.]+\\b",
        "(?i)\\b(film[- ]coated|tablets?|capsules?|caplets?|injections?|"
        "infusions?|solution|suspension|oral(ly)?|intravenous(ly)?|iv|po|qd|"
        "bid|once daily|twice daily|daily|monotherapy|"
        "hydrochloride|mesylate|maleate|dihydrochloride|disodium)\\b"}) {
    RE2::GlobalReplace(&drug, Pattern(pattern), " ");
  }
  return drug;
}

// One word that may be a drug: no abbreviation, no phrase.
bool IsDrugWord(absl::string_view part) {
  return RE2::FullMatch(Piece(part),
                        Pattern("\\s*[A-Za-z][-A-Za-z0-9]{4,}\\s*"));
}

struct Technique {
  const char* pattern;
  v1::RadiotherapyTechnique technique;
};

constexpr Technique kTechniques[] = {
    {"stereotactic body|\\bSBRT\\b|\\bSABR\\b|stereotactic ablative",
     v1::RADIOTHERAPY_TECHNIQUE_SBRT},
    {"gamma[- ]?knife", v1::RADIOTHERAPY_TECHNIQUE_GAMMA_KNIFE},
    {"radiosurgery|\\bSRS\\b", v1::RADIOTHERAPY_TECHNIQUE_SRS},
    {"whole[- ]brain|\\bWBRT\\b", v1::RADIOTHERAPY_TECHNIQUE_WHOLE_BRAIN},
    {"intensity[- ]modulated|\\bIMRT\\b", v1::RADIOTHERAPY_TECHNIQUE_IMRT},
    {"volumetric[- ](modulated )?arc|\\bVMAT\\b",
     v1::RADIOTHERAPY_TECHNIQUE_VMAT},
    {"\\b3-?D\\b.{0,20}(conformal|\\bCRT\\b)|3D-?CRT|"
     "three[- ]dimensional conformal",
     v1::RADIOTHERAPY_TECHNIQUE_CONFORMAL_3D},
    {"\\bprotons?\\b", v1::RADIOTHERAPY_TECHNIQUE_PROTON},
    {"carbon[- ]ion", v1::RADIOTHERAPY_TECHNIQUE_CARBON_ION},
    {"brachytherapy", v1::RADIOTHERAPY_TECHNIQUE_BRACHYTHERAPY}};

struct Target {
  const char* pattern;
  v1::RadiotherapyTarget target;
};

constexpr Target kTargets[] = {
    {"\\bbrain\\b|cranial|\\bWBRT\\b", v1::RADIOTHERAPY_TARGET_BRAIN},
    {"thora(x|cic)|\\bchest\\b|mediastin", v1::RADIOTHERAPY_TARGET_CHEST},
    {"\\bbone\\b", v1::RADIOTHERAPY_TARGET_BONE}};

// The one technique that `text` names; UNSPECIFIED for none or several.
// Radiosurgery by a gamma knife is that.
v1::RadiotherapyTechnique TechniqueOf(absl::string_view text) {
  std::set<v1::RadiotherapyTechnique> found;
  for (const auto& [pattern, technique] : kTechniques) {
    if (Says(text, pattern)) found.insert(technique);
  }
  if (found.count(v1::RADIOTHERAPY_TECHNIQUE_GAMMA_KNIFE) > 0) {
    found.erase(v1::RADIOTHERAPY_TECHNIQUE_SRS);
  }
  return found.size() == 1 ? *found.begin()
                           : v1::RADIOTHERAPY_TECHNIQUE_UNSPECIFIED;
}

v1::RadiotherapyTarget TargetOf(absl::string_view text) {
  std::set<v1::RadiotherapyTarget> found;
  for (const auto& [pattern, target] : kTargets) {
    if (Says(text, pattern)) found.insert(target);
  }
  return found.size() == 1 ? *found.begin()
                           : v1::RADIOTHERAPY_TARGET_UNSPECIFIED;
}

// "60 Gy in 30 fractions", if the text has one such dose.
void ReadDose(absl::string_view text, v1::RadiotherapyComponent& component) {
  static const RE2& form = *new RE2(
      "(?i)\\b([0-9]+(?:\\.[0-9]+)?) ?(c?Gy)\\s*(?:in|/|over|x|,)?\\s*"
      "([0-9]+) ?(?:daily )?(?:fractions?|fx|fr)\\b");
  std::set<std::pair<double, int>> doses;
  re2::StringPiece rest = Piece(text);
  double dose = 0;
  std::string unit;
  int fractions = 0;
  while (RE2::FindAndConsume(&rest, form, &dose, &unit, &fractions)) {
    doses.emplace(absl::AsciiStrToLower(unit) == "cgy" ? dose / 100 : dose,
                  fractions);
  }
  if (doses.size() != 1) return;
  component.mutable_total_dose()->set_value(doses.begin()->first);
  component.mutable_total_dose()->set_unit("Gy");
  component.mutable_fractions()->set_value(doses.begin()->second);
}

}  // namespace

std::vector<std::string> DrugsOf(absl::string_view name) {
  if (Says(name, "\\bplacebo\\b") &&
      !Says(name, "\\+|\\bplus\\b|\\band\\b|\\bwith\\b")) {
    return {"placebo"};
  }
  const std::string plain = StripDose(name);
  std::string split = plain;
  RE2::GlobalReplace(
      &split, Pattern("(?i)\\s*(\\+|/|,|;|\\bplus\\b|\\band\\b)\\s*"), "+");
  const std::vector<std::string> parts =
      absl::StrSplit(split, '+', absl::SkipWhitespace());
  bool all_words = parts.size() > 1;
  for (const std::string& part : parts) all_words &= IsDrugWord(part);
  std::vector<std::string> drugs;
  if (all_words) {
    for (const std::string& part : parts) drugs.push_back(KebabOf(part, 100));
    return drugs;
  }
  std::string drug = KebabOf(plain, 100);
  if (drug.empty()) drug = KebabOf(name, 100);
  if (!drug.empty()) drugs.push_back(std::move(drug));
  return drugs;
}

bool IsRadiotherapy(absl::string_view name) {
  return Says(name,
              "radio-?therapy|radiation (therapy|treatment)|radiosurgery|"
              "irradiation|brachytherapy|\\bSBRT\\b|\\bSABR\\b|\\bWBRT\\b|"
              "\\bIMRT\\b") &&
         !Says(name, "chemo");
}

v1::RadiotherapyComponent RadiotherapyOf(absl::string_view name,
                                         absl::string_view description) {
  v1::RadiotherapyComponent component;
  const std::string all = absl::StrCat(name, "\n", description);
  auto technique = TechniqueOf(name);
  if (technique == v1::RADIOTHERAPY_TECHNIQUE_UNSPECIFIED) {
    technique = TechniqueOf(all);
  }
  if (technique != v1::RADIOTHERAPY_TECHNIQUE_UNSPECIFIED) {
    component.set_technique(technique);
  }
  auto target = TargetOf(name);
  if (target == v1::RADIOTHERAPY_TARGET_UNSPECIFIED) target = TargetOf(all);
  if (target != v1::RADIOTHERAPY_TARGET_UNSPECIFIED) {
    component.set_target(target);
  }
  ReadDose(all, component);
  component.set_note(ShortenUtf8(description.empty()
                                     ? std::string(name)
                                     : absl::StrCat(name, ": ", description),
                                 4000));
  return component;
}

}  // namespace consilium
