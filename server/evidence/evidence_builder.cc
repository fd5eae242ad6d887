#include "server/evidence/evidence_builder.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "proto/base/element_key.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/evidence/evidence_records.h"
#include "server/evidence/limits.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

using google::protobuf::Arena;
using google::protobuf::Message;
using google::protobuf::RepeatedPtrField;

// Fields of a trial that every row of it shows; a conflict in one touches all.
constexpr absl::string_view kTrialFieldsShown[] = {"acronym",
                                                   "registrations",
                                                   "studyType",
                                                   "status",
                                                   "reports",
                                                   "eligibility",
                                                   "enrolledParticipantCount",
                                                   "allocation",
                                                   "randomized",
                                                   "singleArm",
                                                   "interventionModel",
                                                   "relations",
                                                   "title",
                                                   "comparedTrials"};
constexpr absl::string_view kArmFieldsShown[] = {"drugs", "radiotherapies"};
constexpr absl::string_view kOutcomeFieldsShown[] = {
    "measure", "measureText", "compartment", "assessor",
    "role",    "term",        "assessment",  "attribution"};

// Whether the path text is that of one of `fields`, or of an element of it.
template <typename Fields>
bool IsPathOf(absl::string_view path, const Fields& fields) {
  const absl::string_view field = path.substr(0, path.find('['));
  return std::find(std::begin(fields), std::end(fields), field) !=
         std::end(fields);
}

template <typename T>
void SetStrings(const std::set<std::string>& from, T& to) {
  for (const std::string& each : from) to.Add(std::string(each));
}

int YearOf(const std::string& date) {
  int year = 0;
  return absl::SimpleAtoi(date.substr(0, 4), &year) ? year : 0;
}

// Takes the elements out of a field of a message in an arena; they stay in the
// arena.
template <typename T>
std::vector<T*> TakeElements(RepeatedPtrField<T>& field) {
  std::vector<T*> elements(field.size());
  field.UnsafeArenaExtractSubrange(0, field.size(), elements.data());
  return elements;
}

}  // namespace

// A trial with its records, and what all its rows share.
struct EvidenceBuilder::Trial : TrialRecords {
  v1::StudyDesign design = v1::STUDY_DESIGN_UNSPECIFIED;
  Population population;
  v1::EvidenceRow base;  // The flat fields.

  explicit Trial(TrialRecords records) : TrialRecords(std::move(records)) {}
};

// What a row is made of, beside its trial.
struct EvidenceBuilder::RowSource {
  const EvidenceRecord* record = nullptr;
  std::string path;  // Empty for a trial.
};

EvidenceBuilder::EvidenceBuilder(const RegistryStore& store, Version version,
                                 const Evidence::CheckAlive& check_alive)
    : store_(store),
      version_(std::move(version)),
      check_alive_(check_alive),
      evidence_(new Evidence) {}

EvidenceBuilder::~EvidenceBuilder() = default;

absl::StatusOr<std::shared_ptr<const Evidence>> EvidenceBuilder::Build() {
  ASSIGN_OR_RETURN(EvidenceRecords records,
                   ReadRecords(store_, std::move(version_), check_alive_,
                               evidence_->arena_));
  links_ = std::make_unique<TrialLinks>(records);
  evidence_->frontier_ = std::move(records.frontier);
  evidence_->publications_ = std::move(records.publications);
  evidence_->links_ = std::move(records.links);
  for (auto& [id, trial] : records.trials) {
    trials_.emplace(id, std::make_unique<Trial>(std::move(trial)));
  }
  MakeRows();
  Finish();
  return std::shared_ptr<const Evidence>(std::move(evidence_));
}

const v1::Publication* EvidenceBuilder::FindPublication(
    const std::string& id) const {
  const auto found = evidence_->publications_.find(id);
  return found == evidence_->publications_.end() ? nullptr : found->second;
}

std::string EvidenceBuilder::StudyName(const v1::Trial& trial,
                                       const std::string& id) const {
  if (!trial.acronym().empty()) return trial.acronym();
  const v1::Publication* result = nullptr;
  for (const v1::TrialReport& report : trial.reports()) {
    if (report.role() != v1::REPORT_ROLE_RESULT) continue;
    const v1::Publication* each = FindPublication(report.publication());
    if (each == nullptr) continue;
    if (result == nullptr ||
        (each->year() != 0 &&
         (result->year() == 0 || each->year() < result->year()))) {
      result = each;
    }
  }
  if (result != nullptr && result->authors_size() > 0) {
    const std::string& author = result->authors(0);
    const std::string family = author.substr(0, author.find_first_of(", "));
    return result->year() != 0 ? absl::StrCat(family, " ", result->year())
                               : family;
  }
  if (trial.registrations_size() > 0) return trial.registrations(0).number();
  if (result != nullptr) {
    for (const v1::Citation& citation : result->cited_in()) {
      if (citation.has_number()) return absl::StrCat("ref ", citation.number());
    }
  }
  return id;
}

std::vector<const v1::Arm*> EvidenceBuilder::ArmsOf(const Trial& trial,
                                                    const v1::Group& group,
                                                    bool& known) const {
  std::vector<const v1::Arm*> arms;
  const auto add_all = [&arms](const Trial& from) {
    for (const auto& [id, arm] : from.arms) {
      arms.push_back(static_cast<const v1::Arm*>(arm.message));
    }
  };
  known = true;
  if (group.has_external()) return arms;
  for (const std::string& name : group.arms()) {
    const Trial* owner = &trial;
    if (absl::StartsWith(name, "trials/")) {
      const std::vector<std::string> segments = absl::StrSplit(name, '/');
      const auto found = trials_.find(segments[1]);
      if (found == trials_.end()) continue;
      owner = found->second.get();
    }
    const auto arm = owner->arms.find(std::string(LastSegment(name)));
    if (arm != owner->arms.end()) {
      arms.push_back(static_cast<const v1::Arm*>(arm->second.message));
    }
  }
  if (group.arms_size() == 0) add_all(trial);
  // A group known by its place is one of two, even where one arm is described.
  known = !group.has_printed_number() &&
          (arms.size() <= 1 || group.scope() != v1::GROUP_SCOPE_NOT_STATED);
  return arms;
}

void EvidenceBuilder::MakeRows() {
  for (auto& [id, trial] : trials_) {
    const v1::Trial& message = trial->message();
    trial->design = DesignOf(message, trial->arms.size());
    trial->population = PopulationOf(message);
    const std::string primary = links_->PrimaryOf(id);
    const v1::Trial& shown = trials_.at(primary)->message();
    v1::EvidenceRow& base = trial->base;
    base.set_trial_id(primary);
    base.set_study(StudyName(shown, primary));
    if (!shown.title().empty() || !shown.official_title().empty()) {
      base.set_title(shown.title().empty() ? shown.official_title()
                                           : shown.title());
    }
    if (trial->design != v1::STUDY_DESIGN_UNSPECIFIED) {
      base.set_design(trial->design);
    } else {
      AddUnstated("design", base);
    }
    std::set<std::string> joined = {id, primary};
    const std::set<std::string>& linked = links_->LinkedTo(primary);
    SetStrings(linked, *base.mutable_linked_trials());
    joined.insert(linked.begin(), linked.end());
    std::set<std::string> numbers;
    for (const std::string& each : joined) {
      for (const v1::Registration& registration :
           trials_.at(each)->message().registrations()) {
        numbers.insert(registration.number());
      }
    }
    SetStrings(numbers, *base.mutable_registrations());
    if (shown.has_status()) {
      base.set_status(shown.status());
    } else if (shown.has_results().answer() == v1::ANSWER_NO) {
      AddUnstated("status", base);
    }
    SetStrings(links_->OverlapsOf(primary), *base.mutable_overlaps());
    if (trial->population.line.has_value()) {
      base.set_line(*trial->population.line);
    }
    if (!trial->population.other_settings.empty()) {
      AddUnstated("settings", base);
    }
    if (!trial->population.other_alterations.empty()) {
      AddUnstated("alterations", base);
    }
    if (message.has_enrolled_participant_count()) {
      base.set_enrolled(message.enrolled_participant_count());
    }
    int year = YearOf(message.completion_date());
    if (year == 0) year = YearOf(message.start_date());
    if (year != 0) base.set_year(year);
  }
  for (auto& [id, trial] : trials_) {
    if (links_->PrimaryOf(id) == id) MakeTrialRow(*trial);
    MakeConclusionRows(*trial);
    for (auto& [endpoint_id, record] : trial->endpoints) {
      MakeEndpointRows(*trial, record,
                       static_cast<v1::Endpoint&>(*record.message));
    }
    for (auto& [event_id, record] : trial->events) {
      MakeEventRows(*trial, record,
                    static_cast<v1::AdverseEvent&>(*record.message));
    }
  }
}

v1::EvidenceRow* EvidenceBuilder::NewRow(Trial& trial,
                                         const RowSource& source) {
  auto* row = Arena::CreateMessage<v1::EvidenceRow>(&evidence_->arena_);
  row->CopyFrom(trial.base);
  const EvidenceRecord& record = *source.record;
  row->set_record(record.name);
  row->set_id(record.name);
  if (!source.path.empty()) {
    row->set_path(source.path);
    row->set_id(absl::StrCat(record.name, "#", source.path));
  }
  for (const std::string& path : record.conflicts) {
    if (path == source.path ||
        (&record == &trial.record ? IsPathOf(path, kTrialFieldsShown)
                                  : IsPathOf(path, kOutcomeFieldsShown))) {
      row->add_conflicts(path);
    }
  }
  if (&record != &trial.record) {
    for (const std::string& path : trial.record.conflicts) {
      if (!IsPathOf(path, kTrialFieldsShown)) continue;
      row->add_conflicts(absl::StrCat(trial.record.name, "#", path));
    }
  }
  row->unsafe_arena_set_allocated_trial(
      static_cast<v1::Trial*>(trial.record.message));
  rows_.push_back(row);
  return row;
}

namespace {

void FillTreatment(const Treatment& treatment, bool known,
                   v1::EvidenceRow& row) {
  SetStrings(treatment.drug_classes, *row.mutable_drug_classes());
  SetStrings(treatment.drugs, *row.mutable_drugs());
  SetStrings(treatment.radiotherapy, *row.mutable_radiotherapy());
  if (treatment.setting != v1::TREATMENT_SETTING_UNSPECIFIED) {
    row.set_treatment(treatment.setting);
  }
  if (treatment.drugs_open || !known) AddUnstated("drugs", row);
  if (treatment.narrower_class_open || !known) AddUnstated("drugClasses", row);
  if (treatment.technique_open || !known) AddUnstated("radiotherapy", row);
  if (!known) AddUnstated("treatment", row);
}

void FillPopulation(const Population& population, v1::EvidenceRow& row) {
  SetStrings(population.settings, *row.mutable_settings());
  SetStrings(population.alterations, *row.mutable_alterations());
  if (population.line.has_value()) row.set_line(*population.line);
}

void ShareArms(const std::vector<const v1::Arm*>& arms,
               RepeatedPtrField<v1::Arm>& field) {
  for (const v1::Arm* arm : arms) {
    field.UnsafeArenaAddAllocated(const_cast<v1::Arm*>(arm));
  }
}

}  // namespace

const Treatment& EvidenceBuilder::TreatmentOfArms(
    const std::vector<const v1::Arm*>& arms) {
  const auto [found, is_new] = treatments_.try_emplace(arms);
  if (is_new) found->second = TreatmentOf(arms);
  return found->second;
}

void EvidenceBuilder::MakeTrialRow(Trial& trial) {
  v1::EvidenceRow& row = *NewRow(trial, {&trial.record, ""});
  row.set_kind(v1::EVIDENCE_KIND_TRIAL);
  bool known = true;
  std::vector<const v1::Arm*> arms = ArmsOf(trial, v1::Group(), known);
  Population population = trial.population;
  for (const std::string& id : links_->LinkedTo(trial.id)) {
    const Trial& other = *trials_.at(id);
    for (const v1::Arm* arm : ArmsOf(other, v1::Group(), known)) {
      arms.push_back(arm);
    }
    Population more = other.population;
    population.settings.merge(more.settings);
    population.alterations.merge(more.alterations);
  }
  FillTreatment(TreatmentOfArms(arms), true, row);
  FillPopulation(population, row);
  if (row.has_enrolled()) row.set_participants(row.enrolled());
  ShareArms(arms, *row.mutable_arms());
  for (const v1::TrialReport& report : trial.message().reports()) {
    if (report.role() != v1::REPORT_ROLE_RESULT) continue;
    row.set_report(report.publication());
    break;
  }
  FillReport(row, {&trial.record, ""});
  std::vector<std::pair<std::string, std::vector<v1::Provenance*>>> sorted(
      trial.record.provenance.begin(), trial.record.provenance.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [path, all] : sorted) {
    if (!IsPathOf(path, kTrialFieldsShown)) continue;
    for (v1::Provenance* each : all) {
      row.mutable_provenance()->UnsafeArenaAddAllocated(each);
    }
  }
}

// What follows from the report and the sources: year, publication, whether it
// was read through another, and the words as printed.
void EvidenceBuilder::FillReport(v1::EvidenceRow& row,
                                 const RowSource& source) {
  if (const v1::Publication* publication = FindPublication(row.report())) {
    if (publication->has_year()) row.set_year(publication->year());
    row.unsafe_arena_set_allocated_publication(
        const_cast<v1::Publication*>(publication));
  }
  const auto found = source.record->provenance.find(source.path);
  if (source.path.empty() || found == source.record->provenance.end()) return;
  std::optional<bool> secondary;
  for (v1::Provenance* each : found->second) {
    row.mutable_provenance()->UnsafeArenaAddAllocated(each);
    const v1::Source& read = each->source();
    if (!read.has_report() && !read.has_registration()) continue;
    const std::string& from =
        read.has_report() ? read.report() : read.registration();
    const bool other = read.has_cites() || from != row.report();
    // One institution that went to the origin is enough.
    secondary = secondary.value_or(true) && other;
    if (!row.has_printed() && read.has_text()) row.set_printed(read.text());
  }
  if (secondary.has_value()) row.set_secondary(*secondary);
}

template <typename Element>
v1::EvidenceRow* EvidenceBuilder::NewGroupRow(Trial& trial,
                                              const RowSource& source,
                                              const Element& element) {
  v1::EvidenceRow* row = NewRow(trial, source);
  bool known = true;
  const std::vector<const v1::Arm*> arms =
      ArmsOf(trial, element.group(), known);
  FillTreatment(TreatmentOfArms(arms), known, *row);
  if (!known) AddUnstated("group", *row);
  ShareArms(arms, *row->mutable_arms());
  row->set_group(GroupText(element.group()));
  Population population = trial.population;
  for (const v1::Subgroup& term : element.group().subgroups()) {
    row->add_subgroups(SubgroupTerm(term));
    AddSubgroup(term, population);
  }
  FillPopulation(population, *row);
  if (element.group().has_external()) row->clear_design();
  return row;
}

template <typename Element>
v1::EvidenceRow* EvidenceBuilder::NewContrastRow(Trial& trial,
                                                 const RowSource& source,
                                                 const Element& element) {
  v1::EvidenceRow* row = NewRow(trial, source);
  Population population = trial.population;
  std::vector<const v1::Arm*> arms;
  bool known = true;
  std::vector<const v1::Group*> groups;
  if (element.among_size() > 0) {
    std::vector<std::string> texts;
    for (const v1::Group& group : element.among()) {
      groups.push_back(&group);
      texts.push_back(GroupText(group));
      bool group_known = true;
      for (const v1::Arm* arm : ArmsOf(trial, group, group_known)) {
        if (std::find(arms.begin(), arms.end(), arm) == arms.end()) {
          arms.push_back(arm);
        }
      }
      known &= group_known;
    }
    row->set_group(absl::StrJoin(texts, " : "));
  } else {
    arms = ArmsOf(trial, element.group(), known);
    row->set_group(GroupText(element.group()));
    groups.push_back(&element.group());
  }
  if (element.has_reference()) {
    bool reference_known = true;
    const std::vector<const v1::Arm*> others =
        ArmsOf(trial, element.reference(), reference_known);
    const Treatment& treatment = TreatmentOfArms(others);
    SetStrings(treatment.drug_classes, *row->mutable_reference_drug_classes());
    SetStrings(treatment.radiotherapy, *row->mutable_reference_radiotherapy());
    if (treatment.setting != v1::TREATMENT_SETTING_UNSPECIFIED) {
      row->set_reference_treatment(treatment.setting);
    }
    if (!reference_known) {
      AddUnstated("reference", *row);
      AddUnstated("referenceDrugClasses", *row);
      AddUnstated("referenceRadiotherapy", *row);
      AddUnstated("referenceTreatment", *row);
    }
    ShareArms(others, *row->mutable_reference_arms());
    row->set_reference(GroupText(element.reference()));
    groups.push_back(&element.reference());
  }
  FillTreatment(TreatmentOfArms(arms), known, *row);
  if (!known) AddUnstated("group", *row);
  ShareArms(arms, *row->mutable_arms());
  std::set<std::string> subgroups;
  for (const v1::Group* group : groups) {
    for (const v1::Subgroup& term : group->subgroups()) {
      subgroups.insert(SubgroupTerm(term));
      AddSubgroup(term, population);
    }
  }
  SetStrings(subgroups, *row->mutable_subgroups());
  FillPopulation(population, *row);
  const v1::StudyDesign design =
      DesignOfContrast(trial.design, *groups.front(), *groups.back());
  if (design != v1::STUDY_DESIGN_UNSPECIFIED) {
    row->set_design(design);
    auto& unstated = *row->mutable_unstated();
    unstated.erase(std::remove(unstated.begin(), unstated.end(), "design"),
                   unstated.end());
  }
  return row;
}

void EvidenceBuilder::MakeConclusionRows(Trial& trial) {
  auto& message = static_cast<v1::Trial&>(*trial.record.message);
  for (v1::Conclusion& conclusion : *message.mutable_conclusions()) {
    const RowSource source = {
        &trial.record, absl::StrCat("conclusions[", conclusion.key(), "]")};
    v1::EvidenceRow& row = *NewRow(trial, source);
    bool known = true;
    const std::vector<const v1::Arm*> arms = ArmsOf(trial, v1::Group(), known);
    FillTreatment(TreatmentOfArms(arms), known, row);
    FillPopulation(trial.population, row);
    FillConclusion(conclusion, row);
    FillReport(row, source);
    ShareArms(arms, *row.mutable_arms());
    row.unsafe_arena_set_allocated_conclusion(&conclusion);
  }
}

void EvidenceBuilder::MakeEndpointRows(Trial& trial, EvidenceRecord& record,
                                       v1::Endpoint& endpoint) {
  const google::protobuf::EnumValueDescriptor* measure =
      v1::Measure_descriptor()->FindValueByNumber(endpoint.measure());
  const std::string outcome =
      measure == nullptr ? std::string() : EnumToken(*measure);
  const std::vector<v1::Estimate*> estimates =
      TakeElements(*endpoint.mutable_estimates());
  const std::vector<v1::Contrast*> contrasts =
      TakeElements(*endpoint.mutable_contrasts());
  const auto finish = [&](const RowSource& source, v1::EvidenceRow& row) {
    row.set_outcome(outcome);
    if (endpoint.has_compartment()) row.set_compartment(endpoint.compartment());
    if (endpoint.has_assessor()) row.set_assessor(endpoint.assessor());
    if (endpoint.has_role()) row.set_endpoint_role(endpoint.role());
    FillReport(row, source);
    row.unsafe_arena_set_allocated_endpoint(&endpoint);
  };
  for (v1::Contrast* contrast : contrasts) {
    const RowSource source = {&record,
                              absl::StrCat("contrasts[", contrast->key(), "]")};
    v1::EvidenceRow& row = *NewContrastRow(trial, source, *contrast);
    FillContrast(*contrast, row);
    row.unsafe_arena_set_allocated_contrast(contrast);
    finish(source, row);
  }
  for (v1::Estimate* estimate : estimates) {
    const RowSource source = {&record,
                              absl::StrCat("estimates[", estimate->key(), "]")};
    v1::EvidenceRow& row = *NewGroupRow(trial, source, *estimate);
    FillEstimate(*estimate, row);
    row.unsafe_arena_set_allocated_estimate(estimate);
    finish(source, row);
  }
}

void EvidenceBuilder::MakeEventRows(Trial& trial, EvidenceRecord& record,
                                    v1::AdverseEvent& event) {
  const std::string term = AdverseEventOf(event.term());
  const std::vector<v1::AdverseEventCount*> counts =
      TakeElements(*event.mutable_counts());
  const std::vector<v1::AdverseEventContrast*> contrasts =
      TakeElements(*event.mutable_contrasts());
  const auto finish = [&](const RowSource& source, v1::EvidenceRow& row) {
    row.set_adverse_event(term);
    for (const std::string& each :
         TermList::Of(v1::VOCABULARY_ADVERSE_EVENT).WithBroader(term)) {
      row.add_adverse_event_terms(each);
    }
    // Reports say pneumonia for both.
    if (term == "pneumonia" && row.radiotherapy_size() > 0) {
      AddUnstated("adverseEvent", row);
    }
    FillReport(row, source);
    row.unsafe_arena_set_allocated_event(&event);
  };
  for (v1::AdverseEventContrast* contrast : contrasts) {
    const RowSource source = {&record,
                              absl::StrCat("contrasts[", contrast->key(), "]")};
    v1::EvidenceRow& row = *NewContrastRow(trial, source, *contrast);
    FillEventContrast(*contrast, row);
    row.unsafe_arena_set_allocated_event_contrast(contrast);
    finish(source, row);
  }
  for (v1::AdverseEventCount* count : counts) {
    const RowSource source = {&record,
                              absl::StrCat("counts[", count->key(), "]")};
    v1::EvidenceRow& row = *NewGroupRow(trial, source, *count);
    FillCount(*count, row);
    row.unsafe_arena_set_allocated_count(count);
    finish(source, row);
  }
}

void EvidenceBuilder::Finish() {
  Evidence& evidence = *evidence_;
  const auto key = [](const v1::EvidenceRow* row) {
    return std::make_tuple(absl::string_view(row->trial_id()),
                           row->kind() != v1::EVIDENCE_KIND_TRIAL,
                           absl::string_view(row->record()),
                           absl::string_view(row->path()));
  };
  std::sort(rows_.begin(), rows_.end(),
            [&key](const v1::EvidenceRow* a, const v1::EvidenceRow* b) {
              return key(a) < key(b);
            });
  for (v1::EvidenceRow* row : rows_) {
    std::sort(row->mutable_unstated()->begin(), row->mutable_unstated()->end());
  }
  evidence.rows_.assign(rows_.begin(), rows_.end());
  evidence.rows_by_id_.reserve(rows_.size());
  for (const auto& [id, trial] : trials_) {
    TrialEvidence& entry = evidence.trials_[id];
    entry.id = id;
    entry.primary = links_->PrimaryOf(id);
    entry.study = trial->base.study();
    entry.trial = static_cast<const v1::Trial*>(trial->record.message);
    for (const auto& [arm, record] : trial->arms) {
      entry.arms[arm] = static_cast<const v1::Arm*>(record.message);
    }
    for (const auto& [endpoint, record] : trial->endpoints) {
      entry.endpoints[endpoint] =
          static_cast<const v1::Endpoint*>(record.message);
    }
    for (const auto& [event, record] : trial->events) {
      entry.events[event] =
          static_cast<const v1::AdverseEvent*>(record.message);
    }
  }
  for (const v1::EvidenceRow* row : evidence.rows_) {
    evidence.rows_by_id_.emplace(row->id(), row);
    const std::vector<absl::string_view> segments =
        absl::StrSplit(absl::string_view(row->record()), '/');
    evidence.trials_[std::string(segments[1])].rows.push_back(row);
  }
  constexpr size_t kBytesPerRow = 64;
  constexpr size_t kBytesPerRecord = 256;
  evidence.index_size_bytes_ =
      evidence.rows_.size() * kBytesPerRow +
      (evidence.trials_.size() + evidence.publications_.size()) *
          kBytesPerRecord;
}

}  // namespace consilium
