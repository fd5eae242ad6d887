#include "tests/bench/generator.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/base/record_traits.h"

namespace consilium {
namespace {

using google::protobuf::Message;

constexpr const char* kDrugs[] = {"gefitinib", "erlotinib",   "icotinib",
                                  "afatinib",  "osimertinib", "crizotinib",
                                  "alectinib", "sotorasib"};
constexpr const char* kCountries[] = {"CN", "US", "JP", "KR", "FR", "DE", "IT"};
constexpr const char* kJournals[] = {
    "Journal of Thoracic Oncology", "Lung Cancer", "Clinical Cancer Research",
    "Radiotherapy and Oncology", "Annals of Oncology"};
constexpr const char* kWords[] = {
    "patients",    "with",        "advanced",   "non-small",   "cell",
    "lung",        "cancer",      "who",        "received",    "radiotherapy",
    "combined",    "targeted",    "therapy",    "showed",      "longer",
    "median",      "progression", "free",       "survival",    "than",
    "those",       "treated",     "alone",      "and",         "severe",
    "pneumonitis", "was",         "observed",   "in",          "brain",
    "metastases",  "whole",       "concurrent", "tolerated",   "response",
    "mutation",    "stage",       "months",     "significant", "toxicity"};
constexpr const char* kTopics[] = {"efficacy", "safety"};
constexpr const char* kTerms[] = {"egfr", "alk", "kras", "brain-metastases"};
constexpr const char* kLevels[] = {"mutated", "exon-19", "l858r", "wild-type"};

}  // namespace

StudyGenerator::StudyGenerator(std::string registry, uint64_t seed)
    : registry_(std::move(registry)), random_(seed) {}

int StudyGenerator::Number(int low, int high) {
  return low +
         static_cast<int>(random_() % static_cast<uint64_t>(high - low + 1));
}

template <size_t kSize>
std::string StudyGenerator::Pick(const char* const (&words)[kSize]) {
  return words[random_() % kSize];
}

std::string StudyGenerator::Sentence(int words) {
  std::string sentence;
  for (int i = 0; i < words; ++i) {
    absl::StrAppend(
        &sentence, i == 0 ? "" : " ",
        Number(0, 7) == 0 ? absl::StrCat(Number(1, 400)) : Pick(kWords));
  }
  return sentence;
}

v1::Source StudyGenerator::MakeSource(std::string text) {
  v1::Source source;
  source.set_report(publication_);
  source.set_locator(absl::StrCat("section ", Number(1, 5), ".", Number(1, 4),
                                  ", table ", Number(1, 6)));
  if (!text.empty()) source.set_text(std::move(text));
  return source;
}

v1::Publication StudyGenerator::MakePublication() {
  v1::Publication publication;
  publication.set_title(Sentence(14));
  for (int i = Number(3, 8); i > 0; --i) {
    publication.add_authors(
        absl::StrCat("Author ", Number(1, 5000), " ",
                     std::string(1, static_cast<char>('A' + i))));
  }
  publication.set_year(Number(2009, 2025));
  publication.set_journal(Pick(kJournals));
  publication.set_pmid(absl::StrCat(Number(10'000'000, 39'999'999)));
  publication.set_doi(absl::StrCat("10.1016/j.jtho.", Number(2009, 2025), ".",
                                   Number(100'000, 999'999)));
  publication.set_abstract(Sentence(110));
  return publication;
}

v1::Trial StudyGenerator::MakeTrial() {
  v1::Trial trial;
  trial.set_title(Sentence(12));
  auto& registration = *trial.add_registrations();
  registration.set_number(absl::StrFormat("NCT%08d", study_));
  registration.set_authority(v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV);
  trial.set_study_type(v1::STUDY_TYPE_INTERVENTIONAL);
  trial.add_phases(v1::PHASE_PHASE3);
  auto& report = *trial.add_reports();
  report.set_publication(publication_);
  report.set_role(v1::REPORT_ROLE_RESULT);
  trial.add_conditions("non-small cell lung cancer");
  auto& eligibility = *trial.add_eligibility();
  eligibility.mutable_criterion()->set_term(Pick(kTerms));
  eligibility.mutable_criterion()->set_level(Pick(kLevels));
  *eligibility.mutable_source() = MakeSource(Sentence(12));
  trial.set_enrolled_participant_count(Number(20, 900));
  for (const char* const topic : kTopics) {
    auto& conclusion = *trial.add_conclusions();
    conclusion.set_report(publication_);
    conclusion.set_topic(topic);
    conclusion.set_text(Sentence(20));
    *conclusion.mutable_source() = MakeSource("");
  }
  trial.mutable_randomized()->set_answer(v1::ANSWER_YES);
  trial.mutable_randomized()->set_basis(v1::BASIS_STATED);
  trial.mutable_multicenter()->set_answer(v1::ANSWER_NOT_STATED);
  trial.mutable_prospective()->set_answer(v1::ANSWER_YES);
  trial.mutable_prospective()->set_basis(v1::BASIS_INFERRED);
  trial.add_countries(Pick(kCountries));
  *trial.mutable_source() = MakeSource("");
  return trial;
}

v1::Arm StudyGenerator::MakeArm(bool combined) {
  v1::Arm arm;
  arm.set_title(Sentence(5));
  for (int i = 0; i < 2; ++i) {
    auto& drug = *arm.add_drugs();
    drug.set_drug(kDrugs[static_cast<size_t>(i * 4 + Number(0, 3))]);
    drug.mutable_dose()->mutable_amount()->set_value(Number(1, 40) * 25);
    drug.mutable_dose()->mutable_amount()->set_unit("mg");
    drug.mutable_dose()->set_times(Number(1, 3));
    drug.mutable_dose()->mutable_period()->set_value(1);
    drug.mutable_dose()->mutable_period()->set_unit("d");
    drug.add_targets("EGFR");
    drug.set_generation(Number(1, 3));
    *drug.mutable_source() = MakeSource(Sentence(14));
  }
  if (combined) {
    auto& radiotherapy = *arm.add_radiotherapies();
    radiotherapy.mutable_total_dose()->set_value(Number(20, 66));
    radiotherapy.mutable_total_dose()->set_unit("Gy");
    radiotherapy.mutable_fractions()->set_value(Number(3, 33));
    *radiotherapy.mutable_source() = MakeSource(Sentence(18));
  }
  auto& participants = *arm.add_participant_counts();
  participants.set_report(publication_);
  participants.set_count(Number(10, 450));
  *participants.mutable_source() = MakeSource(Sentence(10));
  *arm.mutable_source() = MakeSource("");
  return arm;
}

v1::Endpoint StudyGenerator::MakeEndpoint(v1::Measure measure) {
  v1::Endpoint endpoint;
  endpoint.set_measure(measure);
  const std::string sentence = Sentence(24);
  for (const char* const arm : {"combined", "alone"}) {
    auto& estimate = *endpoint.add_estimates();
    estimate.set_report(publication_);
    estimate.mutable_group()->add_arms(arm);
    estimate.set_statistic(v1::STATISTIC_MEDIAN);
    estimate.set_value(Number(10, 600) / 10.0);
    estimate.set_unit("mo");
    *estimate.mutable_source() = MakeSource(sentence);
  }
  auto& contrast = *endpoint.add_contrasts();
  contrast.set_report(publication_);
  contrast.mutable_group()->add_arms("combined");
  contrast.mutable_reference()->add_arms("alone");
  contrast.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  contrast.set_value(Number(20, 140) / 100.0);
  contrast.mutable_p_value()->set_comparator(v1::COMPARATOR_LESS);
  contrast.mutable_p_value()->set_value(Number(1, 500) / 10'000.0);
  contrast.set_direction(v1::DIRECTION_BETTER);
  *contrast.mutable_source() = MakeSource(sentence);
  return endpoint;
}

std::vector<v1::RecordStatement> StudyGenerator::NextStudy() {
  ++study_;
  publication_ = absl::StrFormat("pmid-%08d", study_);
  trial_ = absl::StrFormat("nct%08d", study_);
  std::vector<v1::RecordStatement> statements(kRecordsPerStudy);
  for (size_t i = 0; i < statements.size(); ++i) {
    statements[i].set_parent(
        i < 2 ? registry_ : absl::StrCat(registry_, "/trials/", trial_));
  }
  statements[0].set_id(publication_);
  *statements[0].mutable_publication() = MakePublication();
  statements[1].set_id(trial_);
  *statements[1].mutable_trial() = MakeTrial();
  statements[2].set_id("combined");
  *statements[2].mutable_arm() = MakeArm(true);
  statements[3].set_id("alone");
  *statements[3].mutable_arm() = MakeArm(false);
  statements[4].set_id("pfs");
  *statements[4].mutable_endpoint() =
      MakeEndpoint(v1::MEASURE_PROGRESSION_FREE_SURVIVAL);
  statements[5].set_id("os");
  *statements[5].mutable_endpoint() =
      MakeEndpoint(v1::MEASURE_OVERALL_SURVIVAL);
  return statements;
}

std::vector<v1::RecordStatement> GenerateRecords(const std::string& registry,
                                                 uint64_t seed, size_t count) {
  StudyGenerator generator(registry, seed);
  std::vector<v1::RecordStatement> records;
  while (records.size() < count) {
    for (v1::RecordStatement& statement : generator.NextStudy()) {
      records.push_back(std::move(statement));
    }
  }
  return records;
}

const Message& RecordOf(const v1::RecordStatement& statement) {
  const auto& oneof =
      *v1::RecordStatement::descriptor()->FindOneofByName("record");
  const auto& reflection = *statement.GetReflection();
  return reflection.GetMessage(
      statement, reflection.GetOneofFieldDescriptor(statement, &oneof));
}

std::string NameOf(const v1::RecordStatement& statement) {
  const RecordTraits& traits = *RecordTraitsTable::Get().FindByDescriptor(
      RecordOf(statement).GetDescriptor());
  return absl::StrCat(statement.parent(), "/", traits.collection, "/",
                      statement.id());
}

}  // namespace consilium
