// What a trial and its arms are, in the terms of the vocabularies: design,
// treatment, settings, alterations, histology. README.md gives the rules.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_STUDY_FACTS_H_
#define CONSILIUM_SERVER_EVIDENCE_STUDY_FACTS_H_

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

// Ids of terms, broader ones included, sorted.
using TermIds = std::set<std::string>;

// Radiotherapy of which a report leaves the technique or the target open; the
// terms are empty where they are not printed.
struct OpenRadiotherapy {
  absl::string_view technique;
  absl::string_view target;

  friend bool operator<(const OpenRadiotherapy& a, const OpenRadiotherapy& b) {
    return std::tie(a.technique, a.target) < std::tie(b.technique, b.target);
  }
};

// What one or several arms were given.
struct Treatment {
  TermIds drug_classes;
  TermIds drugs;
  TermIds radiotherapy;
  v1::TreatmentSetting setting = v1::TREATMENT_SETTING_UNSPECIFIED;
  // Classes of which no drug is named, or of a drug whose generation is not.
  TermIds open_classes;
  bool uncoded = false;     // Of an arm nothing that was given is recorded.
  bool drugs_open = false;  // A class is named, and no drug of it.
  bool narrower_class_open = false;  // One of those has classes below it.
  std::set<OpenRadiotherapy> open_radiotherapies;
};

Treatment TreatmentOf(absl::Span<const v1::Arm* const> arms);

// The column that each radiotherapy of `arm` stands in where every one stands
// in one alone: its technique, else its target, else "".
std::set<std::string> RadiotherapyColumns(const v1::Arm& arm);

// Where, by what is printed of the participants, no metastasis can have been
// treated.
enum class MetastasesExcluded { kNone, kOfBrain, kAll };

// Whether what one arm leaves open may be that drug, class or radiotherapy,
// none of which it holds.
bool MayBeDrug(const Treatment& arm, absl::string_view drug);
bool MayBeClass(const Treatment& arm, absl::string_view id);
bool MayBeRadiotherapy(const Treatment& arm, absl::string_view id,
                       MetastasesExcluded excluded = MetastasesExcluded::kNone);

// Who was studied.
struct Population {
  TermIds settings;
  TermIds alterations;
  TermIds histology;
  std::optional<int> line;
  // They had drugs before, as a rule those of an earlier line, but drugs
  // beside surgery count for none: the line is open.
  bool treated_before = false;
  // One of those was against a target, or an immunotherapy, in advanced
  // disease: the line is open from the second.
  bool after_first_line = false;
  bool without_brain_metastases = false;  // They were kept out.
  TermIds other_settings;     // Those that only another reading names.
  TermIds other_alterations;  // Those that only another reading names.
  TermIds other_histology;    // Those that only another reading names.
};

Population PopulationOf(const v1::Trial& trial);

// What is excluded of participants like these in a row that holds `settings`.
MetastasesExcluded ExcludedOf(
    const Population& population,
    const google::protobuf::RepeatedPtrField<std::string>& settings);

// Adds what a term that narrows a group says of it.
void AddSubgroup(const v1::Subgroup& term, Population& population);

// How the participants of the trial came into its groups. UNSPECIFIED when the
// records do not tell.
v1::StudyDesign DesignOf(const v1::Trial& trial, size_t arm_count);

// `design` as it holds for a comparison of `group` with `reference`: of two
// parts of one arm, or with a group from outside, nobody was assigned by
// chance.
v1::StudyDesign DesignOfContrast(v1::StudyDesign design, const v1::Group& group,
                                 const v1::Group& reference);

// The id of the adverse event in the vocabulary, else the term itself.
std::string AdverseEventOf(absl::string_view term);

// The subgroup as in keys: "egfr=l858r", "lung-mol-gpa>=3".
std::string SubgroupTerm(const v1::Subgroup& term);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_STUDY_FACTS_H_
