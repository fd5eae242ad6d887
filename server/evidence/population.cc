#include "server/evidence/population.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/element_key.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

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
    const TermIds classes = DrugClassesOf(part);
    return classes.count("targeted-therapy") > 0 ||
           classes.count("immunotherapy") > 0;
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

}  // namespace

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

std::string SubgroupTerm(const v1::Subgroup& term) {
  const google::protobuf::EnumValueDescriptor* comparator =
      v1::Comparator_descriptor()->FindValueByNumber(term.comparator());
  return absl::StrCat(term.term(),
                      comparator == nullptr ? "=" : EnumToken(*comparator),
                      term.level(), term.unit());
}

}  // namespace consilium
