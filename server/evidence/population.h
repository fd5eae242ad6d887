// Whom a trial studied, in the terms of the vocabularies: settings,
// alterations, histology, line of treatment. README.md gives the rules.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_POPULATION_H_
#define CONSILIUM_SERVER_EVIDENCE_POPULATION_H_

#include <google/protobuf/repeated_field.h>

#include <optional>
#include <string>

#include "consilium/v1/common.pb.h"
#include "consilium/v1/trial.pb.h"
#include "server/evidence/treatment.h"
#include "server/evidence/vocabulary.h"

namespace consilium {

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

// The subgroup as in keys: "egfr=l858r", "lung-mol-gpa>=3".
std::string SubgroupTerm(const v1::Subgroup& term);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_POPULATION_H_
