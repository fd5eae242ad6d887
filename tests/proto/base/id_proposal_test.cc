#include "proto/base/id_proposal.h"

#include <functional>
#include <ostream>
#include <string>

#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/certainty.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"
#include "consilium/v1/screening.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/errors.h"
#include "proto/base/record_traits.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

absl::StatusOr<std::string> Propose(const google::protobuf::Message& record) {
  return ProposeId(
      record,
      *RecordTraitsTable::Get().FindByDescriptor(record.GetDescriptor()), "id");
}

template <typename Record>
struct Case {
  const char* id;  // "" when none follows.
  std::function<void(Record&)> fill;
};

template <typename Record>
void Check(const std::vector<Case<Record>>& cases) {
  for (const Case<Record>& each : cases) {
    Record record;
    each.fill(record);
    const auto id = Propose(record);
    if (*each.id != '\0') {
      EXPECT_THAT(id, IsOkAndHolds(each.id));
    } else {
      EXPECT_EQ(GetFieldViolations(id.status()).size(), 1u);
    }
  }
}

TEST(IdProposalTest, PublicationByPmidElseDoiElseCitation) {
  const auto cite = [](v1::Publication& p, const char* by, int number) {
    p.add_cited_in()->set_publication(by);
    p.mutable_cited_in(p.cited_in_size() - 1)->set_number(number);
  };
  Check<v1::Publication>({
      {"pmid-31335695",
       [](auto& p) {
         p.set_pmid("31335695");
         p.set_doi("10.1000/x");
       }},
      {"doi-10-1093-jnci-djac015",
       [](auto& p) { p.set_doi("10.1093/jnci/djac015"); }},
      {"nsclc-targeted-rt-review-ref-15",
       [&](auto& p) { cite(p, "nsclc-targeted-rt-review", 15); }},
      {"a-ref-2",
       [&](auto& p) {
         cite(p, "b", 1);
         cite(p, "a", 2);
       }},
      {"", [](auto& p) { p.set_title("only a title"); }},
  });
}

TEST(IdProposalTest, TrialByTheFirstPrintedName) {
  const auto number = [](v1::Trial& t, v1::RegistrationAuthority authority,
                         const char* text) {
    v1::Registration& registration = *t.add_registrations();
    registration.set_authority(authority);
    registration.set_number(text);
  };
  const auto report = [](v1::Trial& t, const char* publication,
                         v1::ReportRole role) {
    v1::TrialReport& added = *t.add_reports();
    added.set_publication(publication);
    added.set_role(role);
  };
  Check<v1::Trial>({
      {"nct02893332",
       [&](auto& t) {
         number(t, v1::REGISTRATION_AUTHORITY_CHICTR, "ChiCTR-1");
         number(t, v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV,
                "NCT02893332");
         t.set_acronym("SINDAS");
       }},
      {"japiccti-090825",
       [&](auto& t) {
         number(t, v1::REGISTRATION_AUTHORITY_UMIN, "UMIN000001");
         number(t, v1::REGISTRATION_AUTHORITY_JAPICCTI, "JapicCTI-090825");
       }},
      {"eudract-2014-002694-11",
       [&](auto& t) {
         number(t, v1::REGISTRATION_AUTHORITY_EUDRACT, "2014-002694-11");
       }},
      // Numbers of sponsors are no registry's.
      {"logik0902-olcsg0905",
       [&](auto& t) {
         number(t, v1::REGISTRATION_AUTHORITY_SPONSOR, "LOGIK0902");
         t.set_acronym("LOGIK0902/OLCSG0905");
       }},
      // Whoever does not take them for an acronym comes to the same id.
      {"logik0902-olcsg0905",
       [&](auto& t) {
         report(t, "pmid-1", v1::REPORT_ROLE_RESULT);
         number(t, v1::REGISTRATION_AUTHORITY_SPONSOR, "OLCSG0905");
         number(t, v1::REGISTRATION_AUTHORITY_SPONSOR, "LOGIK0902");
       }},
      {"pmid-1",
       [&](auto& t) {
         report(t, "a-review", v1::REPORT_ROLE_REVIEW);
         report(t, "pmid-1", v1::REPORT_ROLE_RESULT);
       }},
      {"trial-2smart", [](auto& t) { t.set_acronym("2SMART"); }},
      {"", [](auto& t) { t.set_title("only a title"); }},
  });
}

TEST(IdProposalTest, ArmByItsComponentsSortedThenTimingThenRoute) {
  const auto drug = [](v1::Arm& a, const char* name, const char* choice = "",
                       v1::TimingRelation relation =
                           v1::TIMING_RELATION_UNSPECIFIED) {
    v1::DrugComponent& added = *a.add_drugs();
    added.set_drug(name);
    if (*choice != '\0') added.set_choice(choice);
    if (relation != v1::TIMING_RELATION_UNSPECIFIED) {
      added.mutable_timing()->set_relation(relation);
    }
  };
  const auto radiotherapy = [](v1::Arm& a, v1::RadiotherapyTechnique technique,
                               v1::RadiotherapyTarget target) {
    v1::RadiotherapyComponent& added = *a.add_radiotherapies();
    if (technique != 0) added.set_technique(technique);
    if (target != 0) added.set_target(target);
  };
  Check<v1::Arm>({
      {"egfr-tki-rt",
       [&](auto& a) {
         radiotherapy(a, {}, {});
         drug(a, "icotinib", "egfr-tki");
         drug(a, "gefitinib", "egfr-tki", v1::TIMING_RELATION_COMBINED);
         a.mutable_drugs(0)->set_generation(1);
       }},
      {"chemotherapy-rh-endostatin-concurrent-intravenous-continuous",
       [&](auto& a) {
         drug(a, "chemotherapy", "", v1::TIMING_RELATION_CONCURRENT);
         a.mutable_drugs(0)->mutable_dose()->set_route(v1::ROUTE_INTRAVENOUS);
         drug(a, "rh-endostatin");
         a.mutable_drugs(1)->mutable_dose()->set_route(
             v1::ROUTE_INTRAVENOUS_CONTINUOUS);
       }},
      {"chemotherapy-gefitinib-rt-concurrent",
       [&](auto& a) {
         drug(a, "gefitinib");
         drug(a, "chemotherapy", "", v1::TIMING_RELATION_CONCURRENT);
         radiotherapy(a, {}, {});
         a.mutable_radiotherapies(0)->mutable_timing()->set_relation(
             v1::TIMING_RELATION_CONCURRENT);
       }},
      {"chest-rt-selumetinib",
       [&](auto& a) {
         drug(a, "selumetinib");
         radiotherapy(a, {}, v1::RADIOTHERAPY_TARGET_CHEST);
       }},
      {"anlotinib-srs",
       [&](auto& a) {
         drug(a, "anlotinib");
         radiotherapy(a, v1::RADIOTHERAPY_TECHNIQUE_SRS,
                      v1::RADIOTHERAPY_TARGET_BRAIN);
       }},
      {"brain-rt-egfr-tki-generation-1",
       [&](auto& a) {
         drug(a, "egfr-tki");
         a.mutable_drugs(0)->set_generation(1);
         radiotherapy(a, {}, v1::RADIOTHERAPY_TARGET_BRAIN);
       }},
      {"carbon-ion-rt-tae684",
       [&](auto& a) {
         drug(a, "tae684");
         radiotherapy(a, v1::RADIOTHERAPY_TECHNIQUE_CARBON_ION,
                      v1::RADIOTHERAPY_TARGET_MODEL_TUMOR);
       }},
      {"egfr-tki-sbrt-after-oligoprogression",
       [&](auto& a) {
         drug(a, "egfr-tki");
         radiotherapy(a, v1::RADIOTHERAPY_TECHNIQUE_SBRT, {});
         a.mutable_radiotherapies(0)->mutable_timing()->set_relation(
             v1::TIMING_RELATION_AFTER_OLIGOPROGRESSION);
       }},
      // Radiotherapy after the drug is the drug before radiotherapy.
      {"erlotinib-rt",
       [&](auto& a) {
         drug(a, "erlotinib");
         radiotherapy(a, {}, {});
         a.mutable_radiotherapies(0)->mutable_timing()->set_relation(
             v1::TIMING_RELATION_AFTER);
       }},
      {"lobectomy",
       [](auto& a) { a.add_surgeries()->set_procedure("lobectomy"); }},
      {"", [](auto& a) { a.set_title("only a title"); }},
  });
}

TEST(IdProposalTest, EndpointByMeasureCompartmentAndAssessor) {
  Check<v1::Endpoint>({
      {"pfs",
       [](auto& e) { e.set_measure(v1::MEASURE_PROGRESSION_FREE_SURVIVAL); }},
      {"pfs-intracranial",
       [](auto& e) {
         e.set_measure(v1::MEASURE_PROGRESSION_FREE_SURVIVAL);
         e.set_compartment(v1::COMPARTMENT_INTRACRANIAL);
       }},
      {"programmed-death-ligand-1",
       [](auto& e) {
         e.set_measure(v1::MEASURE_BIOMARKER);
         e.set_measure_text("programmed-death-ligand-1");
       }},
      {"", [](auto& e) { e.set_title("only a title"); }},
  });
}

TEST(IdProposalTest, AdverseEventByTermAssessmentAndAttribution) {
  Check<v1::AdverseEvent>({
      {"rash", [](auto& e) { e.set_term("rash"); }},
      {"radiation-pneumonia-imaging",
       [](auto& e) {
         e.set_term("radiation-pneumonia");
         e.set_assessment(v1::ADVERSE_EVENT_ASSESSMENT_IMAGING);
       }},
      {"any-clinical-drug",
       [](auto& e) {
         e.set_term("any");
         e.set_assessment(v1::ADVERSE_EVENT_ASSESSMENT_CLINICAL);
         e.set_attribution(v1::ADVERSE_EVENT_ATTRIBUTION_DRUG);
       }},
      {"", [](auto&) {}},
  });
}

TEST(IdProposalTest, JudgementsAreNamedAfterWhatTheyJudge) {
  Check<v1::RiskOfBiasAssessment>({
      {"sindas", [](auto& r) { r.set_trial("sindas"); }},
      {"sindas-for-pfs",
       [](auto& r) {
         r.set_trial("sindas");
         r.set_outcome("pfs");
       }},
      {"", [](auto& r) { r.set_outcome("pfs"); }},
  });
  Check<v1::Certainty>({
      {"pfs", [](auto& c) { c.set_outcome("pfs"); }},
      {"", [](auto&) {}},
  });
  Check<v1::Screening>({
      {"pmid-1",
       [](auto& s) {
         s.set_publication("pmid-1");
         s.set_trial("sindas");
       }},
      {"sindas", [](auto& s) { s.set_trial("sindas"); }},
      {"", [](auto&) {}},
  });
}

TEST(IdProposalTest, ReviewIsNamedByPeople) {
  v1::Review review;
  review.set_title("a title");
  EXPECT_FALSE(Propose(review).ok());
}

}  // namespace
}  // namespace consilium
