#include "server/evidence/study_facts.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/element_key.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

constexpr char kTargeted[] = "targeted-therapy";
constexpr char kRadiotherapy[] = "radiotherapy";
constexpr absl::string_view kBrain = "brain-rt";
constexpr absl::string_view kOther = "other";

void AddTerm(v1::Vocabulary vocabulary, absl::string_view id, TermIds& ids) {
  if (id.empty()) return;
  for (std::string& each : TermList::Of(vocabulary).WithBroader(id)) {
    ids.insert(std::move(each));
  }
}

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

// The settings that a condition names. `yes` when it is met.
std::vector<absl::string_view> SettingsOf(absl::string_view term,
                                          absl::string_view level, bool yes) {
  if (term == "stage") {
    if (level == "iii-or-iv") return {"stage-iii", "stage-iv"};
    if (level == "iv" || level == "iva" || level == "ivb") return {"stage-iv"};
    if (absl::StartsWith(level, "iii")) return {"stage-iii"};
    if (level == "i" || level == "ii" || level == "i-or-ii") {
      return {"early-stage"};
    }
    return {TermList::Of(v1::VOCABULARY_SETTING).Find(level)};
  }
  if (term == "resectable") return {yes ? "resectable" : "unresectable"};
  if (term == "oligometastatic") {
    return {yes ? "oligometastatic" : "non-oligometastatic"};
  }
  if (term == "metastases" || term == "distant-metastases") {
    if (!yes) return {"non-metastatic"};
    if (absl::StrContains(level, "oligometasta")) return {"oligometastatic"};
    if (absl::StrContains(level, "oligoprogress")) return {"oligoprogressive"};
    return {"metastatic"};
  }
  if (!yes) return {};
  return {TermList::Of(v1::VOCABULARY_SETTING).Find(term)};
}

std::vector<absl::string_view> AlterationsOf(absl::string_view term,
                                             absl::string_view level,
                                             bool yes) {
  if (term == "driver-mutation" || term == "driver-gene") {
    if (!yes) return {"no-driver"};
    return {};
  }
  if (term == "egfr") {
    if (level == "sensitive-mutation" || level == "active-mutation" ||
        level == "activating-mutation" || level == "sensitizing-mutation") {
      return {"egfr-sensitizing"};
    }
    if (level == "wild-type" || level == "negative" || level == "no") {
      return {"egfr-wild-type"};
    }
  }
  const TermList& terms = TermList::Of(v1::VOCABULARY_ALTERATION);
  if (!yes || level == "negative" || level == "wild-type") return {};
  const absl::string_view narrow = terms.Find(absl::StrCat(term, "-", level));
  if (!narrow.empty()) return {narrow};
  return {terms.Find(term)};
}

bool IsMet(const v1::Subgroup& term) {
  return term.level() != "no" && term.level() != "none" &&
         term.comparator() != v1::COMPARATOR_NOT_EQUAL;
}

// Whether a condition of entry keeps out everyone with metastases in the brain:
// an exclusion of all of them, or a criterion that denies them.
bool KeepsBrainMetastasesOut(const v1::Subgroup& term, bool exclusion) {
  const absl::string_view id =
      TermList::Of(v1::VOCABULARY_SETTING).Find(term.term());
  if (id != "brain-metastases" && id != "metastatic") return false;
  return exclusion ? term.level().empty() || term.level() == "yes"
                   : !IsMet(term);
}

std::vector<absl::string_view> HistologiesOf(const v1::Subgroup& term) {
  if (term.term() != "histology" && term.kind() != v1::TERM_KIND_HISTOLOGY) {
    return {};
  }
  const TermList& terms = TermList::Of(v1::VOCABULARY_HISTOLOGY);
  absl::string_view id = terms.Find(term.level());
  if (id.empty()) id = terms.Find(term.term());
  if (IsMet(term)) return {id};
  if (id == "squamous") return {"non-squamous"};
  return {};
}

// Whether every part of "chemotherapy-or-immune-checkpoint-inhibitor" is a drug
// or a class of drugs.
bool IsOfDrugs(absl::string_view term) {
  for (const absl::string_view either : absl::StrSplit(term, "-or-")) {
    for (const absl::string_view part : absl::StrSplit(either, "-and-")) {
      if (FindDrug(part) == nullptr &&
          TermList::Of(v1::VOCABULARY_DRUG_CLASS).Find(part).empty()) {
        return false;
      }
    }
  }
  return true;
}

// Whether whoever had that had a drug against a target, or an immunotherapy:
// each of several that are possible has one.
bool IsOfLine(absl::string_view term) {
  const auto is_of_line = [](absl::string_view part) {
    v1::DrugComponent drug;
    drug.set_drug(std::string(part));
    Treatment given;
    AddDrug(drug, given);
    return given.drug_classes.count(kTargeted) > 0 ||
           given.drug_classes.count("immunotherapy") > 0;
  };
  for (const absl::string_view either : absl::StrSplit(term, "-or-")) {
    const std::vector<absl::string_view> parts =
        absl::StrSplit(either, "-and-");
    if (std::none_of(parts.begin(), parts.end(), is_of_line)) return false;
  }
  return true;
}

// What was given before: any treatment.
bool IsAnyTreatment(absl::string_view term) {
  constexpr absl::string_view kTerms[] = {
      "treated",         "previously-treated", "systemic-therapy",
      "prior-treatment", "prior-therapy",      "prior-systemic-therapy",
      "treatment",       "systemic-treatment", "prior-systemic-treatment"};
  return std::find(std::begin(kTerms), std::end(kTerms), term) !=
         std::end(kTerms);
}

// What a term about earlier treatment says of the line. A term that names one
// drug does not say that there was none.
void AddPriorTreatment(const v1::Subgroup& term, Population& population) {
  if (term.kind() != v1::TERM_KIND_PRIOR_TREATMENT) return;
  const bool met = IsMet(term);
  if (term.term() == "untreated" || term.term() == "treatment-naive") {
    if (met) population.line = 1;
  } else if (IsAnyTreatment(term.term())) {
    if (met) {
      population.treated_before = true;
    } else {
      population.line = 1;
    }
  } else if (met && IsOfDrugs(term.term())) {
    population.treated_before = true;
    population.after_first_line |= IsOfLine(term.term());
  }
}

std::optional<int> LineOf(const v1::Subgroup& term) {
  if (term.term() != "treatment-line" && term.term() != "line") {
    return std::nullopt;
  }
  constexpr absl::string_view kNames[] = {"first", "second", "third", "fourth"};
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (term.level() == kNames[i]) return static_cast<int>(i) + 1;
  }
  int line = 0;
  if (absl::SimpleAtoi(term.level(), &line) && line > 0) return line;
  return std::nullopt;
}

// The condition that an alternative reading of `term` gives.
v1::EligibilityTerm Reread(const v1::EligibilityTerm& term,
                           const v1::Alternative& alternative) {
  v1::EligibilityTerm read = term;
  for (const v1::AlternativeValue& value : alternative.values()) {
    absl::string_view text = value.value();
    absl::ConsumePrefix(&text, "\"");
    absl::ConsumeSuffix(&text, "\"");
    if (value.path() == "criterion.level") {
      read.mutable_criterion()->set_level(std::string(text));
    } else if (value.path() == "criterion.term") {
      read.mutable_criterion()->set_term(std::string(text));
    }
  }
  return read;
}

bool IsYes(const v1::Fact& fact) { return fact.answer() == v1::ANSWER_YES; }
bool IsNo(const v1::Fact& fact) { return fact.answer() == v1::ANSWER_NO; }

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

MetastasesExcluded ExcludedOf(
    const Population& population,
    const google::protobuf::RepeatedPtrField<std::string>& settings) {
  const auto holds = [&settings](absl::string_view id) {
    return std::find(settings.begin(), settings.end(), id) != settings.end();
  };
  if (holds("non-metastatic")) return MetastasesExcluded::kAll;
  const bool early = holds("locally-advanced") || holds("early-stage");
  if (early && !holds("metastatic") &&
      population.other_settings.count("metastatic") == 0) {
    return MetastasesExcluded::kAll;
  }
  return population.without_brain_metastases ? MetastasesExcluded::kOfBrain
                                             : MetastasesExcluded::kNone;
}

void AddSubgroup(const v1::Subgroup& term, Population& population) {
  for (const absl::string_view id :
       SettingsOf(term.term(), term.level(), IsMet(term))) {
    AddTerm(v1::VOCABULARY_SETTING, id, population.settings);
  }
  for (const absl::string_view id :
       AlterationsOf(term.term(), term.level(), IsMet(term))) {
    AddTerm(v1::VOCABULARY_ALTERATION, id, population.alterations);
  }
  for (const absl::string_view id : HistologiesOf(term)) {
    AddTerm(v1::VOCABULARY_HISTOLOGY, id, population.histology);
  }
  AddPriorTreatment(term, population);
  if (const std::optional<int> line = LineOf(term)) population.line = line;
}

Population PopulationOf(const v1::Trial& trial) {
  Population population;
  Population other;
  for (const std::string& condition : trial.conditions()) {
    AddTerm(v1::VOCABULARY_HISTOLOGY,
            TermList::Of(v1::VOCABULARY_HISTOLOGY).Find(condition),
            population.histology);
  }
  for (const v1::EligibilityTerm& term : trial.eligibility()) {
    const bool exclusion = term.role() == v1::ELIGIBILITY_ROLE_EXCLUSION;
    if (KeepsBrainMetastasesOut(term.criterion(), exclusion)) {
      population.without_brain_metastases = true;
    }
    if (exclusion) continue;
    AddSubgroup(term.criterion(), population);
    for (const v1::Alternative& alternative : term.alternatives()) {
      AddSubgroup(Reread(term, alternative).criterion(), other);
    }
  }
  // The brain is not all of the central nervous system.
  if (population.settings.count("cns-progression") > 0) {
    AddTerm(v1::VOCABULARY_SETTING, "brain-metastases", other.settings);
    AddTerm(v1::VOCABULARY_SETTING, "leptomeningeal", other.settings);
  }
  // In earlier disease such drugs stand beside surgery.
  population.after_first_line &= population.settings.count("advanced") > 0;
  const auto only_other = [](const TermIds& terms, const TermIds& others,
                             TermIds& only) {
    std::set_difference(others.begin(), others.end(), terms.begin(),
                        terms.end(), std::inserter(only, only.end()));
  };
  only_other(population.settings, other.settings, population.other_settings);
  only_other(population.alterations, other.alterations,
             population.other_alterations);
  only_other(population.histology, other.histology, population.other_histology);
  return population;
}

v1::StudyDesign DesignOf(const v1::Trial& trial, size_t arm_count) {
  if (trial.study_type() == v1::STUDY_TYPE_PRECLINICAL) {
    return v1::STUDY_DESIGN_PRECLINICAL;
  }
  if (trial.study_type() == v1::STUDY_TYPE_COMPARISON) {
    return v1::STUDY_DESIGN_CROSS_TRIAL;
  }
  if (trial.allocation() == v1::ALLOCATION_RANDOMIZED ||
      IsYes(trial.randomized())) {
    return v1::STUDY_DESIGN_RANDOMIZED;
  }
  if (IsYes(trial.single_arm()) || trial.allocation() == v1::ALLOCATION_NA ||
      trial.intervention_model() == v1::INTERVENTION_MODEL_SINGLE_GROUP) {
    return v1::STUDY_DESIGN_SINGLE_ARM;
  }
  if (trial.allocation() == v1::ALLOCATION_NON_RANDOMIZED ||
      IsNo(trial.randomized()) ||
      trial.study_type() == v1::STUDY_TYPE_OBSERVATIONAL) {
    // One arm described is not a single arm when a report was searched for it.
    return arm_count == 1 && !trial.single_arm().has_answer()
               ? v1::STUDY_DESIGN_SINGLE_ARM
               : v1::STUDY_DESIGN_NON_RANDOMIZED;
  }
  return v1::STUDY_DESIGN_UNSPECIFIED;
}

v1::StudyDesign DesignOfContrast(v1::StudyDesign design, const v1::Group& group,
                                 const v1::Group& reference) {
  if (design == v1::STUDY_DESIGN_PRECLINICAL ||
      design == v1::STUDY_DESIGN_CROSS_TRIAL) {
    return design;
  }
  if (group.has_external() || reference.has_external()) {
    return v1::STUDY_DESIGN_NON_RANDOMIZED;
  }
  if (design == v1::STUDY_DESIGN_SINGLE_ARM) {
    return v1::STUDY_DESIGN_NON_RANDOMIZED;
  }
  const bool same_arms =
      std::equal(group.arms().begin(), group.arms().end(),
                 reference.arms().begin(), reference.arms().end());
  if (same_arms && !group.has_printed_number() &&
      (group.subgroups_size() > 0 || reference.subgroups_size() > 0)) {
    return v1::STUDY_DESIGN_NON_RANDOMIZED;
  }
  return design;
}

std::string AdverseEventOf(absl::string_view term) {
  const absl::string_view id =
      TermList::Of(v1::VOCABULARY_ADVERSE_EVENT).Find(term);
  return std::string(id.empty() ? term : id);
}

std::string SubgroupTerm(const v1::Subgroup& term) {
  const google::protobuf::EnumValueDescriptor* comparator =
      v1::Comparator_descriptor()->FindValueByNumber(term.comparator());
  return absl::StrCat(term.term(),
                      comparator == nullptr ? "=" : EnumToken(*comparator),
                      term.level(), term.unit());
}

}  // namespace consilium
