#include "client/export/fhir_bundle.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/export/fhir_bias.h"
#include "client/export/fhir_evidence.h"
#include "client/export/fhir_json.h"
#include "client/export/fhir_names.h"
#include "client/export/fhir_records.h"

namespace consilium {
namespace {

// Studies by the ids of their trials, in the order of names.
std::map<std::string, FhirStudy> StudiesOf(const RegistryRows& read) {
  std::map<std::string, FhirStudy> studies;
  for (const v1::Trial& trial : read.trials) {
    studies[TrialIdOf(trial.name())].trial = &trial;
  }
  const auto add = [&studies](const auto& records, auto list) {
    for (const auto& record : records) {
      const auto study = studies.find(TrialIdOf(record.name()));
      if (study != studies.end()) (study->second.*list).push_back(&record);
    }
  };
  add(read.arms, &FhirStudy::arms);
  add(read.endpoints, &FhirStudy::endpoints);
  return studies;
}

bool IsPooled(const v1::OutcomeResult& outcome) {
  return outcome.pooled().effect().has_value();
}

// Every name that the bundle will hold a resource of, so that references can
// point forward.
FhirNames NamesOf(const RegistryRows& read, const v1::ReviewResult* review) {
  FhirNames names(read.registry_id);
  for (const v1::Trial& trial : read.trials) {
    names.Hold(RelativeName(trial.name()));
    names.Hold(PopulationName(RelativeName(trial.name())));
  }
  const auto hold = [&names](const auto& records) {
    for (const auto& each : records) names.Hold(RelativeName(each.name()));
  };
  hold(read.arms);
  hold(read.endpoints);
  hold(read.adverse_events);
  hold(read.publications);
  for (const v1::EvidenceRow& row : read.rows) {
    if (IsResult(row)) names.Hold(row.id());
  }
  if (review == nullptr) return names;
  for (const v1::OutcomeResult& outcome : review->outcomes()) {
    if (IsPooled(outcome)) names.Hold(PooledName(*review, outcome));
  }
  return names;
}

}  // namespace

FhirBundle MakeFhirBundle(const RegistryRows& read,
                          const v1::ReviewResult* review) {
  const FhirNames names = NamesOf(read, review);
  std::map<std::string, std::string> titles = MeasuredTitles(read);
  FhirJson entries = FhirJson::array();
  const auto add = [&entries](FhirJson resource) {
    FhirJson entry;
    entry["fullUrl"] =
        absl::StrCat("urn:uuid:", resource["id"].get<std::string>());
    entry["resource"] = std::move(resource);
    entries.push_back(std::move(entry));
  };
  for (const auto& [id, study] : StudiesOf(read)) {
    add(StudyResource(names, study));
  }
  for (const v1::Publication& each : read.publications) {
    add(CitationResource(names, each));
  }
  for (const v1::Trial& each : read.trials) {
    add(PopulationResource(names, each));
  }
  for (const v1::Arm& each : read.arms) add(ExposureResource(names, each));
  for (const v1::Endpoint& each : read.endpoints) {
    add(OutcomeResource(names, each));
  }
  for (const v1::AdverseEvent& each : read.adverse_events) {
    add(OutcomeResource(names, each));
  }
  const ResultBias bias =
      review == nullptr ? ResultBias() : ResultBias(*review);
  for (const v1::EvidenceRow& row : read.rows) {
    if (!IsResult(row)) continue;
    add(ResultResource(names, row, titles[RelativeName(row.record())],
                       bias.Of(row.id(), row.trial_id())));
  }
  if (review != nullptr) {
    for (const v1::OutcomeResult& outcome : review->outcomes()) {
      if (IsPooled(outcome)) add(PooledResource(names, *review, outcome));
    }
  }
  FhirJson bundle;
  bundle["resourceType"] = "Bundle";
  bundle["id"] = names.IdOf(absl::StrCat("@", read.frontier));
  // Tells which release of FHIR the bundle is of.
  bundle["meta"]["profile"] =
      FhirJson::array({"http://hl7.org/fhir/StructureDefinition/Bundle|5.0.0"});
  bundle["identifier"] = names.IdentifierOf(absl::StrCat("@", read.frontier));
  bundle["type"] = "collection";
  const size_t resources = entries.size();
  Put(bundle, "entry", std::move(entries));
  return {.json = bundle.dump(2, ' ', /*ensure_ascii=*/false,
                              FhirJson::error_handler_t::replace) +
                  "\n",
          .resources = resources};
}

}  // namespace consilium
