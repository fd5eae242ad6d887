#include "proto/base/id_proposal.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/certainty.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"
#include "consilium/v1/screening.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/resource_name.h"

namespace consilium {
namespace {

using google::protobuf::Message;

template <typename Enum>
std::string Token(Enum value) {
  const auto* descriptor =
      google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  return descriptor == nullptr || value == 0 ? "" : EnumToken(*descriptor);
}

std::string JoinParts(const std::vector<std::string>& parts) {
  std::vector<std::string> present;
  for (const std::string& part : parts) {
    if (!part.empty()) present.push_back(part);
  }
  return absl::StrJoin(present, "-");
}

std::string Propose(const v1::Publication& publication) {
  if (publication.has_pmid()) return absl::StrCat("pmid-", publication.pmid());
  if (publication.has_doi()) return absl::StrCat("doi-", publication.doi());
  // The first by bytes, whatever order the extractor has.
  std::set<std::string> citations;
  for (const v1::Citation& citation : publication.cited_in()) {
    if (!citation.has_number()) continue;
    citations.insert(
        absl::StrCat(citation.publication(), "-ref-", citation.number()));
  }
  return citations.empty() ? "" : *citations.begin();
}

// Whether the number is one of a registry, not of a sponsor, grant or ethics
// committee.
bool IsRegistry(const v1::Registration& registration) {
  switch (registration.authority()) {
    case v1::REGISTRATION_AUTHORITY_UNSPECIFIED:
      return absl::StartsWithIgnoreCase(registration.number(), "NCT");
    case v1::REGISTRATION_AUTHORITY_SPONSOR:
    case v1::REGISTRATION_AUTHORITY_GRANT:
    case v1::REGISTRATION_AUTHORITY_ETHICS:
      return false;
    default:
      return true;
  }
}

std::string ProposeFromRegistrations(const v1::Trial& trial) {
  // (after NCT, registry, number)
  std::set<std::tuple<bool, std::string, std::string>> numbers;
  for (const v1::Registration& registration : trial.registrations()) {
    if (!IsRegistry(registration)) continue;
    const bool is_nct =
        absl::StartsWithIgnoreCase(registration.number(), "NCT");
    numbers.emplace(!is_nct, Token(registration.authority()),
                    registration.number());
  }
  if (numbers.empty()) return "";
  const auto& [after_nct, registry, number] = *numbers.begin();
  const bool starts_with_digit =
      absl::ascii_isdigit(static_cast<unsigned char>(number.front()));
  return starts_with_digit ? absl::StrCat(registry, "-", number) : number;
}

// Study groups print their own numbers as the name of a study: all of them, in
// order, as of two groups that ran it together.
std::string ProposeFromSponsors(const v1::Trial& trial) {
  std::set<std::string> numbers;
  for (const v1::Registration& registration : trial.registrations()) {
    if (registration.authority() == v1::REGISTRATION_AUTHORITY_SPONSOR) {
      numbers.insert(registration.number());
    }
  }
  return absl::StrJoin(numbers, "-");
}

std::string Propose(const v1::Trial& trial) {
  std::string id = ProposeFromRegistrations(trial);
  if (!id.empty()) return id;
  if (trial.has_acronym()) return trial.acronym();
  id = ProposeFromSponsors(trial);
  if (!id.empty()) return id;
  std::set<std::string> publications;
  for (const v1::TrialReport& report : trial.reports()) {
    if (report.role() == v1::REPORT_ROLE_RESULT) {
      publications.insert(report.publication());
    }
  }
  if (publications.empty() && trial.reports_size() == 1) {
    publications.insert(trial.reports(0).publication());
  }
  return publications.empty() ? "" : *publications.begin();
}

// A drug, or the choice that it belongs to. A class that stands for a drug says
// less than its generation does; the drugs of a choice say all themselves.
std::string ComponentOf(const v1::DrugComponent& drug) {
  if (drug.has_choice()) return drug.choice();
  const std::string& name = drug.drug();
  const bool is_class =
      absl::EndsWith(name, "tki") || absl::EndsWith(name, "inhibitor");
  return is_class && drug.has_generation()
             ? absl::StrCat(name, "-generation-", drug.generation())
             : name;
}

std::string ComponentOf(const v1::RadiotherapyComponent& radiotherapy) {
  if (radiotherapy.has_choice()) return radiotherapy.choice();
  switch (radiotherapy.technique()) {
    case v1::RADIOTHERAPY_TECHNIQUE_UNSPECIFIED:
    case v1::RADIOTHERAPY_TECHNIQUE_OTHER:
      break;
    // Whose names alone do not say that it is radiotherapy.
    case v1::RADIOTHERAPY_TECHNIQUE_CONFORMAL_3D:
      return "conformal-rt";
    case v1::RADIOTHERAPY_TECHNIQUE_CONVENTIONAL:
    case v1::RADIOTHERAPY_TECHNIQUE_PHOTON:
    case v1::RADIOTHERAPY_TECHNIQUE_PROTON:
    case v1::RADIOTHERAPY_TECHNIQUE_CARBON_ION:
      return JoinParts({Token(radiotherapy.technique()), "rt"});
    default:
      return Token(radiotherapy.technique());
  }
  switch (radiotherapy.target()) {
    case v1::RADIOTHERAPY_TARGET_OTHER:
    case v1::RADIOTHERAPY_TARGET_MODEL_TUMOR:
      return "rt";
    default:
      return JoinParts({Token(radiotherapy.target()), "rt"});
  }
}

// "Combined" says nothing.
void AddTiming(const v1::Timing& timing, std::set<std::string>& timings) {
  if (timing.relation() != v1::TIMING_RELATION_COMBINED) {
    timings.insert(Token(timing.relation()));
  }
}

// Before and after are told from the drug's side.
void AddRadiotherapyTiming(const v1::Timing& timing,
                           std::set<std::string>& timings) {
  if (timing.relation() != v1::TIMING_RELATION_BEFORE &&
      timing.relation() != v1::TIMING_RELATION_AFTER) {
    AddTiming(timing, timings);
  }
}

// How a drug is given, where that is unlike the usual and may be what the arms
// of a study differ in.
void AddRoute(const v1::Dose& dose, std::set<std::string>& routes) {
  switch (dose.route()) {
    case v1::ROUTE_UNSPECIFIED:
    case v1::ROUTE_ORAL:
    case v1::ROUTE_INTRAVENOUS:
      return;
    default:
      routes.insert(Token(dose.route()));
  }
}

std::string Propose(const v1::Arm& arm) {
  std::set<std::string> components;
  std::set<std::string> timings;
  std::set<std::string> routes;
  for (const v1::DrugComponent& drug : arm.drugs()) {
    components.insert(ComponentOf(drug));
    AddTiming(drug.timing(), timings);
    AddRoute(drug.dose(), routes);
  }
  for (const v1::SurgeryComponent& surgery : arm.surgeries()) {
    components.insert(surgery.procedure());
    AddTiming(surgery.timing(), timings);
  }
  for (const v1::OtherComponent& other : arm.other_components()) {
    components.insert(other.title());
    AddTiming(other.timing(), timings);
  }
  for (const v1::RadiotherapyComponent& radiotherapy : arm.radiotherapies()) {
    components.insert(ComponentOf(radiotherapy));
    AddRadiotherapyTiming(radiotherapy.timing(), timings);
  }
  if (components.empty()) return "";
  return JoinParts({absl::StrJoin(components, "-"),
                    JoinParts({timings.begin(), timings.end()}),
                    JoinParts({routes.begin(), routes.end()})});
}

std::string Propose(const v1::Endpoint& endpoint) {
  const bool by_text = endpoint.measure() == v1::MEASURE_OTHER ||
                       endpoint.measure() == v1::MEASURE_BIOMARKER;
  const std::string measure = by_text && endpoint.has_measure_text()
                                  ? endpoint.measure_text()
                                  : Token(endpoint.measure());
  if (measure.empty()) return "";
  return JoinParts(
      {measure, Token(endpoint.compartment()), Token(endpoint.assessor())});
}

std::string Propose(const v1::AdverseEvent& event) {
  if (!event.has_term()) return "";
  return JoinParts(
      {event.term(), Token(event.assessment()), Token(event.attribution())});
}

std::string Propose(const v1::RiskOfBiasAssessment& assessment) {
  if (!assessment.has_trial() || !assessment.has_outcome()) {
    return assessment.trial();
  }
  return absl::StrCat(assessment.trial(), "-for-", assessment.outcome());
}

struct Proposal {
  std::string text;
  absl::string_view wanted;  // What would have made one; "" when nothing can.
};

Proposal ProposeText(const Message& record) {
  if (const auto* typed = dynamic_cast<const v1::Publication*>(&record)) {
    return {Propose(*typed), "pmid, doi or citedIn"};
  }
  if (const auto* typed = dynamic_cast<const v1::Trial*>(&record)) {
    return {Propose(*typed), "registrations, acronym or reports"};
  }
  if (const auto* typed = dynamic_cast<const v1::Arm*>(&record)) {
    return {Propose(*typed), "components"};
  }
  if (const auto* typed = dynamic_cast<const v1::Endpoint*>(&record)) {
    return {Propose(*typed), "measure"};
  }
  if (const auto* typed = dynamic_cast<const v1::AdverseEvent*>(&record)) {
    return {Propose(*typed), "term"};
  }
  if (const auto* typed =
          dynamic_cast<const v1::RiskOfBiasAssessment*>(&record)) {
    return {Propose(*typed), "trial"};
  }
  if (const auto* typed = dynamic_cast<const v1::Certainty*>(&record)) {
    return {typed->outcome(), "outcome"};
  }
  if (const auto* typed = dynamic_cast<const v1::Screening*>(&record)) {
    return {typed->has_publication() ? typed->publication() : typed->trial(),
            "publication or trial"};
  }
  return {};
}

}  // namespace

absl::StatusOr<std::string> ProposeId(const Message& record,
                                      const RecordTraits& traits,
                                      absl::string_view field) {
  const Proposal proposal = ProposeText(record);
  std::string id = ProposeRecordId(proposal.text);
  if (id.empty()) {
    return InvalidField(
        field,
        absl::StrCat(
            "is missing",
            proposal.wanted.empty()
                ? absl::StrCat("; want an id for the ", traits.singular)
                : absl::StrCat(", and none follows from the ", traits.singular,
                               "; want an id, or ", proposal.wanted)));
  }
  if (!absl::ascii_islower(static_cast<unsigned char>(id.front()))) {
    id = ProposeRecordId(absl::StrCat(traits.singular, "-", id));
  }
  return id;
}

}  // namespace consilium
