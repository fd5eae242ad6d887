#include "server/evidence/treatment.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

constexpr char kTargeted[] = "targeted-therapy";
constexpr char kRadiotherapy[] = "radiotherapy";
constexpr absl::string_view kBrain = "brain-rt";
constexpr absl::string_view kOther = "other";

// The class that inhibits `target`, of a drug of the class `kind`.
absl::string_view ClassOfTarget(v1::DrugClass kind, absl::string_view target) {
  const std::string gene = NormalizeTerm(target);
  if (kind == v1::DRUG_CLASS_ANTIBODY) {
    if (gene == "egfr") return "anti-egfr-antibody";
    if (absl::StartsWith(gene, "vegf")) return "anti-vegf-antibody";
    if (gene == "her2") return "her2-inhibitor";
    return "";
  }
  if (kind == v1::DRUG_CLASS_ANTIANGIOGENIC) return "antiangiogenic";
  if (kind == v1::DRUG_CLASS_TYROSINE_KINASE_INHIBITOR) {
    if (gene == "egfr") return "egfr-tki";
    if (gene == "alk") return "alk-inhibitor";
    if (gene == "ros1") return "ros1-inhibitor";
    if (gene == "met" || gene == "c-met") return "met-inhibitor";
    if (gene == "ret") return "ret-inhibitor";
    if (gene == "ntrk") return "ntrk-inhibitor";
    if (absl::StartsWith(gene, "vegfr")) return "vegfr-tki";
    return "";
  }
  if (kind == v1::DRUG_CLASS_OTHER_TARGETED) {
    if (gene == "kras-g12c") return "kras-g12c-inhibitor";
    if (gene == "kras") return "kras-inhibitor";
    if (gene == "mek" || gene == "mek1" || gene == "mek2") {
      return "mek-inhibitor";
    }
    if (gene == "braf") return "braf-inhibitor";
  }
  return "";
}

absl::string_view ClassOfKind(v1::DrugClass kind) {
  switch (kind) {
    case v1::DRUG_CLASS_TYROSINE_KINASE_INHIBITOR:
      return "tyrosine-kinase-inhibitor";
    case v1::DRUG_CLASS_OTHER_TARGETED:
      return kTargeted;
    case v1::DRUG_CLASS_ANTIBODY:
      return "monoclonal-antibody";
    case v1::DRUG_CLASS_ANTIANGIOGENIC:
      return "antiangiogenic";
    case v1::DRUG_CLASS_CHEMOTHERAPY:
      return "chemotherapy";
    case v1::DRUG_CLASS_IMMUNOTHERAPY:
      return "immunotherapy";
    case v1::DRUG_CLASS_SUPPORTIVE:
      return "supportive";
    case v1::DRUG_CLASS_PLACEBO:
      return "placebo";
    default:
      return "";
  }
}

// A drug of a known generation belongs to the class with that generation.
std::string WithGeneration(absl::string_view id, int generation) {
  if (generation <= 0) return std::string(id);
  const std::string narrower = absl::StrCat(id, "-", generation, "g");
  const absl::string_view found =
      TermList::Of(v1::VOCABULARY_DRUG_CLASS).Find(narrower);
  return std::string(found.empty() ? id : found);
}

bool HasGenerations(absl::string_view id) {
  return id == "egfr-tki" || id == "alk-inhibitor";
}

bool IsBelow(v1::Vocabulary vocabulary, absl::string_view id,
             absl::string_view broader) {
  return TermList::Of(vocabulary).IsBelow(id, broader);
}

void AddOpenClass(const std::string& id, Treatment& treatment) {
  treatment.open_classes.insert(id);
  treatment.narrower_class_open |=
      TermList::Of(v1::VOCABULARY_DRUG_CLASS).HasNarrower(id);
}

void AddDrug(const v1::DrugComponent& drug, Treatment& treatment) {
  const TermList& classes = TermList::Of(v1::VOCABULARY_DRUG_CLASS);
  if (const DrugSpec* known = FindDrug(drug.drug())) {
    treatment.drugs.emplace(known->id);
    for (const absl::string_view id : known->classes) {
      AddTerm(v1::VOCABULARY_DRUG_CLASS, id, treatment.drug_classes);
    }
    return;
  }
  std::vector<std::string> ids;
  const absl::string_view named = classes.Find(drug.drug());
  if (named.empty()) {
    treatment.drugs.insert(drug.drug());
  } else {
    ids.emplace_back(named);
    treatment.drugs_open = true;
  }
  for (const std::string& target : drug.targets()) {
    ids.emplace_back(ClassOfTarget(drug.drug_class(), target));
  }
  ids.emplace_back(ClassOfKind(drug.drug_class()));
  for (std::string& id : ids) {
    if (named.empty() && HasGenerations(id) && drug.generation() == 0) {
      AddOpenClass(id, treatment);
    }
    id = WithGeneration(id, drug.generation());
    AddTerm(v1::VOCABULARY_DRUG_CLASS, id, treatment.drug_classes);
  }
  if (named.empty()) return;
  // The narrowest alone: an EGFR inhibitor is no unknown kinase inhibitor.
  for (const std::string& id : ids) {
    const bool narrowest =
        std::none_of(ids.begin(), ids.end(), [&id](const std::string& other) {
          return IsBelow(v1::VOCABULARY_DRUG_CLASS, other, id);
        });
    if (!id.empty() && narrowest) AddOpenClass(id, treatment);
  }
}

absl::string_view TechniqueTerm(v1::RadiotherapyTechnique technique) {
  switch (technique) {
    case v1::RADIOTHERAPY_TECHNIQUE_CONVENTIONAL:
      return "conventional";
    case v1::RADIOTHERAPY_TECHNIQUE_CONFORMAL_3D:
      return "3d-crt";
    case v1::RADIOTHERAPY_TECHNIQUE_IMRT:
      return "imrt";
    case v1::RADIOTHERAPY_TECHNIQUE_VMAT:
      return "vmat";
    case v1::RADIOTHERAPY_TECHNIQUE_SBRT:
      return "sbrt";
    case v1::RADIOTHERAPY_TECHNIQUE_SRS:
      return "srs";
    case v1::RADIOTHERAPY_TECHNIQUE_GAMMA_KNIFE:
      return "gamma-knife";
    case v1::RADIOTHERAPY_TECHNIQUE_WHOLE_BRAIN:
      return "wbrt";
    case v1::RADIOTHERAPY_TECHNIQUE_PROTON:
      return "proton";
    case v1::RADIOTHERAPY_TECHNIQUE_CARBON_ION:
      return "carbon-ion";
    case v1::RADIOTHERAPY_TECHNIQUE_PHOTON:
      return "external-photon";
    case v1::RADIOTHERAPY_TECHNIQUE_BRACHYTHERAPY:
      return "brachytherapy";
    default:
      return "";
  }
}

absl::string_view TargetTerm(v1::RadiotherapyTarget target) {
  switch (target) {
    case v1::RADIOTHERAPY_TARGET_CHEST:
      return "thoracic-rt";
    case v1::RADIOTHERAPY_TARGET_PRIMARY_TUMOR:
      return "primary-tumor-rt";
    case v1::RADIOTHERAPY_TARGET_BRAIN:
      return "brain-rt";
    case v1::RADIOTHERAPY_TARGET_METASTASES:
      return "metastasis-directed-rt";
    case v1::RADIOTHERAPY_TARGET_ALL_DISEASE:
      return "all-disease-rt";
    case v1::RADIOTHERAPY_TARGET_BONE:
      return "bone-rt";
    default:
      return "";
  }
}

// What one arm is treated with, besides a drug against a target.
struct Treated {
  bool with_chemotherapy = false;
  bool with_other_drug = false;  // Neither, nor placebo or supportive.
};

v1::TreatmentSetting SettingOf(const Treatment& arm, const Treated& treated) {
  const bool targeted = arm.drug_classes.count(kTargeted) > 0;
  const bool radiotherapy = !arm.radiotherapy.empty();
  if (targeted) {
    return radiotherapy ? v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY
                        : v1::TREATMENT_SETTING_TARGETED_ALONE;
  }
  if (!radiotherapy) return v1::TREATMENT_SETTING_OTHER;
  if (treated.with_other_drug) {
    return v1::TREATMENT_SETTING_RADIOTHERAPY_WITH_OTHER_DRUG;
  }
  return treated.with_chemotherapy ? v1::TREATMENT_SETTING_CHEMORADIOTHERAPY
                                   : v1::TREATMENT_SETTING_RADIOTHERAPY_ALONE;
}

// How near it is to drug and radiotherapy together: 0 is that itself.
int DistanceOf(v1::TreatmentSetting setting) {
  constexpr v1::TreatmentSetting kNearestFirst[] = {
      v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY,
      v1::TREATMENT_SETTING_TARGETED_ALONE,
      v1::TREATMENT_SETTING_RADIOTHERAPY_WITH_OTHER_DRUG,
      v1::TREATMENT_SETTING_CHEMORADIOTHERAPY,
      v1::TREATMENT_SETTING_RADIOTHERAPY_ALONE,
      v1::TREATMENT_SETTING_OTHER};
  return static_cast<int>(
      std::find(std::begin(kNearestFirst), std::end(kNearestFirst), setting) -
      std::begin(kNearestFirst));
}

void Merge(Treatment one, Treatment& all) {
  all.drug_classes.merge(one.drug_classes);
  all.drugs.merge(one.drugs);
  all.radiotherapy.merge(one.radiotherapy);
  all.open_classes.merge(one.open_classes);
  all.uncoded |= one.uncoded;
  all.drugs_open |= one.drugs_open;
  all.narrower_class_open |= one.narrower_class_open;
  all.open_radiotherapies.merge(one.open_radiotherapies);
}

// Radiotherapy of which the technique or the target is not printed. The whole
// brain is both.
bool IsOpen(const v1::RadiotherapyComponent& radiotherapy) {
  if (radiotherapy.technique() == v1::RADIOTHERAPY_TECHNIQUE_WHOLE_BRAIN) {
    return false;
  }
  return radiotherapy.technique() == v1::RADIOTHERAPY_TECHNIQUE_UNSPECIFIED ||
         radiotherapy.target() == v1::RADIOTHERAPY_TARGET_UNSPECIFIED;
}

// Whether only words of the arm may tell what it was given.
bool IsUncoded(const v1::Arm& arm) {
  return arm.drugs().empty() && arm.radiotherapies().empty() &&
         arm.surgeries().empty() && arm.other_components().empty() &&
         arm.type() != v1::ARM_TYPE_NO_INTERVENTION;
}

Treatment TreatmentOfArm(const v1::Arm& arm) {
  Treatment one;
  one.uncoded = IsUncoded(arm);
  Treated treated;
  for (const v1::DrugComponent& drug : arm.drugs()) {
    Treatment given;
    AddDrug(drug, given);
    if (given.drug_classes.count("chemotherapy") > 0) {
      treated.with_chemotherapy = true;
    } else if (given.drug_classes.count("placebo") == 0 &&
               given.drug_classes.count("supportive") == 0) {
      treated.with_other_drug = true;
    }
    Merge(std::move(given), one);
  }
  for (const v1::RadiotherapyComponent& each : arm.radiotherapies()) {
    const absl::string_view technique = TechniqueTerm(each.technique());
    const absl::string_view target = TargetTerm(each.target());
    AddTerm(v1::VOCABULARY_RADIOTHERAPY, kRadiotherapy, one.radiotherapy);
    AddTerm(v1::VOCABULARY_RADIOTHERAPY, technique, one.radiotherapy);
    AddTerm(v1::VOCABULARY_RADIOTHERAPY, target, one.radiotherapy);
    if (IsOpen(each)) {
      // What is printed and no term of the vocabulary is not open.
      const bool has_technique =
          each.technique() != v1::RADIOTHERAPY_TECHNIQUE_UNSPECIFIED;
      const bool has_target =
          each.target() != v1::RADIOTHERAPY_TARGET_UNSPECIFIED;
      one.open_radiotherapies.insert(
          {has_technique && technique.empty() ? kOther : technique,
           has_target && target.empty() ? kOther : target});
    }
  }
  one.setting = SettingOf(one, treated);
  return one;
}

// Radiotherapy of metastases in the brain, by its place or its technique.
bool IsOfBrain(absl::string_view id) {
  return id == kBrain || id == "srs" || id == "gamma-knife" ||
         IsBelow(v1::VOCABULARY_RADIOTHERAPY, id, kBrain);
}

bool IsTarget(absl::string_view id) {
  constexpr absl::string_view kTargets[] = {
      "thoracic-rt", kBrain,           "metastasis-directed-rt",
      "bone-rt",     "all-disease-rt", "primary-tumor-rt"};
  return std::find(std::begin(kTargets), std::end(kTargets), id) !=
         std::end(kTargets);
}

// Whether what is not printed of `open` may be the term.
bool MayBe(const OpenRadiotherapy& open, absl::string_view id) {
  const bool surgery =
      open.technique == "srs" || open.technique == "gamma-knife";
  if (IsTarget(id)) {
    if (!open.target.empty()) return false;
    if (surgery) return id == kBrain;
    return open.technique != "sbrt" || id != kBrain;
  }
  if (!open.technique.empty() || id == kRadiotherapy) return false;
  if (id == "sbrt") return open.target != kBrain;
  if (IsOfBrain(id)) return open.target.empty() || open.target == kBrain;
  return true;
}

}  // namespace

Treatment TreatmentOf(absl::Span<const v1::Arm* const> arms) {
  Treatment all;
  for (const v1::Arm* arm : arms) {
    Treatment one = TreatmentOfArm(*arm);
    // Of several arms, that which is nearest to the combination.
    if (all.setting == v1::TREATMENT_SETTING_UNSPECIFIED ||
        DistanceOf(one.setting) < DistanceOf(all.setting)) {
      all.setting = one.setting;
    }
    Merge(std::move(one), all);
  }
  return all;
}

const Treatment& UnrecordedTreatment() {
  static const auto& treatment = *new Treatment{.uncoded = true};
  return treatment;
}

std::set<std::string> RadiotherapyColumns(const v1::Arm& arm) {
  std::set<std::string> columns;
  for (const v1::RadiotherapyComponent& each : arm.radiotherapies()) {
    const absl::string_view technique = TechniqueTerm(each.technique());
    columns.emplace(technique.empty() ? TargetTerm(each.target()) : technique);
  }
  return columns;
}

bool MayBeDrug(const Treatment& arm, absl::string_view drug) {
  if (arm.uncoded) return true;
  if (!arm.drugs_open) return false;
  const DrugSpec* known = FindDrug(drug);
  if (known == nullptr) return true;
  for (const absl::string_view id : known->classes) {
    for (const std::string& open : arm.open_classes) {
      if (id == open || IsBelow(v1::VOCABULARY_DRUG_CLASS, id, open)) {
        return true;
      }
    }
  }
  return false;
}

bool MayBeClass(const Treatment& arm, absl::string_view id) {
  if (arm.uncoded) return true;
  return std::any_of(arm.open_classes.begin(), arm.open_classes.end(),
                     [id](const std::string& open) {
                       return IsBelow(v1::VOCABULARY_DRUG_CLASS, id, open);
                     });
}

bool MayBeRadiotherapy(const Treatment& arm, absl::string_view id,
                       MetastasesExcluded excluded) {
  if (excluded != MetastasesExcluded::kNone && IsOfBrain(id)) return false;
  if (excluded == MetastasesExcluded::kAll &&
      (id == "metastasis-directed-rt" || id == "bone-rt")) {
    return false;
  }
  if (arm.uncoded) return true;
  return std::any_of(
      arm.open_radiotherapies.begin(), arm.open_radiotherapies.end(),
      [id](const OpenRadiotherapy& open) { return MayBe(open, id); });
}

TermIds DrugClassesOf(absl::string_view drug) {
  v1::DrugComponent component;
  component.set_drug(std::string(drug));
  Treatment given;
  AddDrug(component, given);
  return std::move(given.drug_classes);
}

}  // namespace consilium
