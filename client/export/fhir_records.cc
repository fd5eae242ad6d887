#include "client/export/fhir_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/export/fhir_codes.h"
#include "client/export/registry_rows.h"
#include "client/export/result_text.h"
#include "client/export/study_text.h"
#include "proto/base/treatment_words.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

// Systems of numbers that people know a study or a paper by.
constexpr char kNctSystem[] = "https://clinicaltrials.gov";
constexpr char kDoiSystem[] = "https://doi.org";
constexpr char kPmidSystem[] = "https://pubmed.ncbi.nlm.nih.gov";
constexpr char kPmcidSystem[] = "https://www.ncbi.nlm.nih.gov/pmc";
constexpr char kCountrySystem[] = "urn:iso:std:iso:3166";
constexpr char kLanguageSystem[] = "urn:ietf:bcp:47";
constexpr char kPartyRole[] = "http://hl7.org/fhir/research-study-party-role";
constexpr char kTitleType[] = "http://hl7.org/fhir/title-type";
constexpr char kCitedStatus[] =
    "http://hl7.org/fhir/cited-artifact-status-type";

FhirJson RegistrationIdentifier(const v1::Registration& registration) {
  if (registration.authority() ==
      v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV) {
    return FhirIdentifier(kNctSystem, registration.number());
  }
  FhirJson identifier = FhirIdentifier("", registration.number());
  FhirJson assigner;
  PutText(assigner, "display",
          registration.has_authority_text()
              ? registration.authority_text()
              : EnumWords(registration.authority()));
  Put(identifier, "assigner", std::move(assigner));
  return identifier;
}

FhirJson Label(const char* type, absl::string_view value) {
  FhirJson label;
  if (value.empty()) return label;
  Put(label, "type", CodeableConcept(kTitleType, type));
  PutText(label, "value", value);
  return label;
}

FhirJson Party(const char* role, absl::string_view name) {
  FhirJson party;
  if (name.empty()) return party;
  PutText(party, "name", name);
  Put(party, "role", CodeableConcept(kPartyRole, role));
  return party;
}

std::string ArmLabel(const v1::Arm& arm) {
  return arm.title().empty() ? Capitalized(KebabWords(IdOf(arm.name())))
                             : arm.title();
}

template <typename Components>
void AddComponents(const Components& components, FhirJson& variable) {
  for (const auto& each : components) {
    FhirJson characteristic;
    Put(characteristic, "definitionCodeableConcept",
        TextConcept(ComponentText(each)));
    Add(variable, "characteristic", std::move(characteristic));
  }
}

void AddDesigns(const v1::Trial& trial, FhirJson& study) {
  const auto add = [&study](const char* code, absl::string_view text) {
    Add(study, "studyDesign",
        CodeableConcept("http://hl7.org/fhir/study-design", code, text));
  };
  switch (trial.study_type()) {
    case v1::STUDY_TYPE_UNSPECIFIED:
      break;
    case v1::STUDY_TYPE_INTERVENTIONAL:
      add("SEVCO:01001", EnumWords(trial.study_type()));
      break;
    case v1::STUDY_TYPE_OBSERVATIONAL:
      add("SEVCO:01002", EnumWords(trial.study_type()));
      break;
    default:
      add("", EnumWords(trial.study_type()));
  }
  if (trial.randomized().answer() == v1::ANSWER_YES ||
      trial.allocation() == v1::ALLOCATION_RANDOMIZED) {
    add("SEVCO:01003", "randomized");
  } else if (trial.allocation() == v1::ALLOCATION_NON_RANDOMIZED) {
    add("SEVCO:01005", "not randomized");
  }
  if (trial.single_arm().answer() == v1::ANSWER_YES) {
    add("SEVCO:01023", "single arm");
  }
}

void AddReports(const FhirNames& names, const v1::Trial& trial,
                FhirJson& study) {
  for (const v1::TrialReport& report : trial.reports()) {
    FhirJson reference =
        names.ReferenceTo(absl::StrCat("publications/", report.publication()));
    if (report.role() == v1::REPORT_ROLE_RESULT) {
      Add(study, "result", std::move(reference));
      continue;
    }
    if (reference.is_null()) continue;
    FhirJson related;
    related["type"] = report.role() == v1::REPORT_ROLE_PROTOCOL
                          ? "documentation"
                          : "citation";
    Put(related, "label", EnumWords(report.role()));
    Put(related, "resourceReference", std::move(reference));
    Add(study, "relatedArtifact", std::move(related));
  }
}

void AddRecruitment(const FhirNames& names, const v1::Trial& trial,
                    const std::string& name, FhirJson& study) {
  FhirJson recruitment;
  if (trial.has_planned_participant_count()) {
    recruitment["targetNumber"] = trial.planned_participant_count();
  }
  if (trial.has_enrolled_participant_count()) {
    recruitment["actualNumber"] = trial.enrolled_participant_count();
  }
  Put(recruitment, "eligibility", names.ReferenceTo(PopulationName(name)));
  Put(study, "recruitment", std::move(recruitment));
}

void AddGroup(const FhirNames& names, const v1::Arm& arm, FhirJson& study) {
  FhirJson group;
  const std::string id = IdOf(arm.name());
  if (id.size() <= 64) group["linkId"] = id;
  PutText(group, "name", ArmLabel(arm));
  Put(group, "type", ArmTypeConcept(arm.type()));
  PutText(group, "description", arm.description());
  Add(group, "intendedExposure", names.ReferenceTo(RelativeName(arm.name())));
  Add(study, "comparisonGroup", std::move(group));
}

void AddOutcome(const FhirNames& names, const v1::Endpoint& endpoint,
                FhirJson& study) {
  FhirJson outcome;
  PutText(outcome, "name", EndpointText(endpoint));
  Add(outcome, "type", EndpointRoleConcept(endpoint.role()));
  PutText(outcome, "description", endpoint.description());
  Put(outcome, "reference", names.ReferenceTo(RelativeName(endpoint.name())));
  Add(study, "outcomeMeasure", std::move(outcome));
}

// The year, as a date of FHIR has four digits of it.
std::string YearText(int year) {
  return year >= 1000 && year <= 9999 ? absl::StrCat(year) : "";
}

FhirJson PublicationForm(const v1::Publication& publication) {
  FhirJson form, journal;
  PutText(journal, "title", publication.journal());
  Put(form, "publishedIn", std::move(journal));
  PutText(form, "volume", publication.volume());
  PutText(form, "issue", publication.issue());
  PutText(form, "articleDate", YearText(publication.year()));
  if (!publication.language().empty()) {
    Add(form, "language",
        CodeableConcept(
            kLanguageSystem,
            publication.language().size() == 2 ? publication.language() : "",
            publication.language()));
  }
  PutText(form, "pageString", publication.pages());
  return form;
}

}  // namespace

std::string PopulationName(absl::string_view trial) {
  return absl::StrCat(trial, "#participants");
}

FhirJson BeginResource(const FhirNames& names, const char* type,
                       absl::string_view name) {
  FhirJson resource;
  resource["resourceType"] = type;
  resource["id"] = names.IdOf(name);
  Add(resource, "identifier", names.IdentifierOf(name));
  return resource;
}

FhirJson StudyResource(const FhirNames& names, const FhirStudy& of) {
  const v1::Trial& trial = *of.trial;
  const std::string name = RelativeName(trial.name());
  FhirJson study = BeginResource(names, "ResearchStudy", name);
  for (const v1::Registration& each : trial.registrations()) {
    Add(study, "identifier", RegistrationIdentifier(each));
  }
  PutText(study, "title",
          trial.title().empty() ? StudyLabel(trial) : trial.title());
  Add(study, "label", Label("acronym", trial.acronym()));
  Add(study, "label", Label("official", trial.official_title()));
  for (const v1::TrialRelation& relation : trial.relations()) {
    if (relation.kind() != v1::TRIAL_RELATION_KIND_PART_OF) continue;
    Add(study, "partOf",
        names.ReferenceTo(absl::StrCat("trials/", relation.trial())));
  }
  AddReports(names, trial, study);
  study["status"] = "active";  // Of this resource, not of the study.
  Put(study, "primaryPurposeType", PurposeConcept(trial.primary_purpose()));
  Put(study, "phase", PhaseConcept(trial));
  AddDesigns(trial, study);
  for (const std::string& condition : trial.conditions()) {
    Add(study, "condition", TextConcept(condition));
  }
  for (const std::string& keyword : trial.keywords()) {
    Add(study, "keyword", TextConcept(keyword));
  }
  for (const std::string& country : trial.countries()) {
    Add(study, "region", CodeableConcept(kCountrySystem, country));
  }
  PutText(study, "descriptionSummary", trial.brief_summary());
  PutText(study, "description", trial.detailed_description());
  FhirJson period;
  PutText(period, "start", trial.start_date());
  PutText(period, "end", trial.completion_date());
  Put(study, "period", std::move(period));
  for (const v1::Conclusion& each : trial.conclusions()) {
    Add(study, "note",
        Annotation(absl::StrCat("Authors' conclusion on ",
                                KebabWords(each.topic()), ": ", each.text())));
  }
  Add(study, "note", Annotation(trial.note()));
  Add(study, "associatedParty", Party("lead-sponsor", trial.lead_sponsor()));
  for (const std::string& each : trial.collaborators()) {
    Add(study, "associatedParty", Party("collaborator", each));
  }
  FhirJson progress;
  Put(progress, "state", ProgressConcept(trial.status()));
  Add(study, "progressStatus", std::move(progress));
  Put(study, "whyStopped", TextConcept(trial.why_stopped()));
  AddRecruitment(names, trial, name, study);
  for (const v1::Arm* arm : of.arms) AddGroup(names, *arm, study);
  for (const v1::Endpoint* each : of.endpoints) AddOutcome(names, *each, study);
  return study;
}

FhirJson CitationResource(const FhirNames& names,
                          const v1::Publication& publication) {
  FhirJson citation =
      BeginResource(names, "Citation", RelativeName(publication.name()));
  PutText(citation, "title", publication.title());
  citation["status"] = "active";  // Of this resource.
  Add(citation, "note", Annotation(publication.note()));
  FhirJson cited;
  Add(cited, "identifier", FhirIdentifier(kPmidSystem, publication.pmid()));
  Add(cited, "identifier", FhirIdentifier(kDoiSystem, publication.doi()));
  Add(cited, "identifier", FhirIdentifier(kPmcidSystem, publication.pmcid()));
  for (const std::string& number : publication.registrations()) {
    Add(cited, "relatedIdentifier", FhirIdentifier("", number));
  }
  if (publication.notice() == v1::PUBLICATION_NOTICE_RETRACTED) {
    Add(cited, "currentState", CodeableConcept(kCitedStatus, "retracted"));
  } else if (publication.has_notice()) {
    Add(cited, "currentState", TextConcept(EnumWords(publication.notice())));
  }
  FhirJson title, abstract, location, authors, summary;
  PutText(title, "text", publication.title());
  Add(cited, "title", std::move(title));
  PutText(abstract, "text", publication.abstract());
  Add(cited, "abstract", std::move(abstract));
  Add(cited, "publicationForm", PublicationForm(publication));
  PutText(location, "url", publication.url());
  Add(cited, "webLocation", std::move(location));
  PutText(summary, "value", absl::StrJoin(publication.authors(), "; "));
  Add(authors, "summary", std::move(summary));
  Put(cited, "contributorship", std::move(authors));
  Put(citation, "citedArtifact", std::move(cited));
  return citation;
}

FhirJson PopulationResource(const FhirNames& names, const v1::Trial& trial) {
  FhirJson variable = BeginResource(names, "EvidenceVariable",
                                    PopulationName(RelativeName(trial.name())));
  PutText(variable, "title",
          absl::StrCat("Participants of ", StudyLabel(trial)));
  variable["status"] = "active";
  PutText(variable, "description", trial.eligibility_criteria());
  for (const std::string& condition : trial.conditions()) {
    FhirJson characteristic;
    Put(characteristic, "definitionCodeableConcept", TextConcept(condition));
    Add(variable, "characteristic", std::move(characteristic));
  }
  for (const v1::EligibilityTerm& term : trial.eligibility()) {
    FhirJson characteristic;
    PutText(characteristic, "description", term.description());
    if (term.role() == v1::ELIGIBILITY_ROLE_EXCLUSION) {
      characteristic["exclude"] = true;
    }
    Put(characteristic, "definitionCodeableConcept",
        TextConcept(SubgroupText(term.criterion())));
    Add(variable, "characteristic", std::move(characteristic));
  }
  return variable;
}

FhirJson ExposureResource(const FhirNames& names, const v1::Arm& arm) {
  FhirJson variable =
      BeginResource(names, "EvidenceVariable", RelativeName(arm.name()));
  PutText(variable, "title", ArmLabel(arm));
  variable["status"] = "active";
  PutText(variable, "description", arm.description());
  Add(variable, "note", Annotation(arm.note()));
  AddComponents(arm.drugs(), variable);
  AddComponents(arm.radiotherapies(), variable);
  AddComponents(arm.surgeries(), variable);
  AddComponents(arm.other_components(), variable);
  return variable;
}

FhirJson OutcomeResource(const FhirNames& names, const v1::Endpoint& endpoint) {
  FhirJson variable =
      BeginResource(names, "EvidenceVariable", RelativeName(endpoint.name()));
  PutText(variable, "title", EndpointText(endpoint));
  variable["status"] = "active";
  PutText(variable, "description", endpoint.description());
  Add(variable, "note", Annotation(endpoint.note()));
  FhirJson characteristic;
  Put(characteristic, "definitionCodeableConcept",
      TextConcept(EndpointText(endpoint)));
  FhirJson timing;
  PutText(timing, "description", endpoint.time_frame());
  Add(characteristic, "timeFromEvent", std::move(timing));
  Add(variable, "characteristic", std::move(characteristic));
  return variable;
}

FhirJson OutcomeResource(const FhirNames& names,
                         const v1::AdverseEvent& event) {
  FhirJson variable =
      BeginResource(names, "EvidenceVariable", RelativeName(event.name()));
  PutText(variable, "title", AdverseEventText(event));
  variable["status"] = "active";
  FhirJson characteristic;
  Put(characteristic, "definitionCodeableConcept",
      TextConcept(AdverseEventText(event)));
  Add(variable, "characteristic", std::move(characteristic));
  return variable;
}

}  // namespace consilium
