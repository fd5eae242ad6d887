#include "server/evidence/evidence_builder.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
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
#include "server/evidence/population.h"
#include "server/evidence/reread.h"
#include "server/evidence/row_disputes.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/row_report.h"
#include "server/evidence/string_set.h"
#include "server/evidence/study_design.h"
#include "server/evidence/study_name.h"
#include "server/evidence/study_readings.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

using google::protobuf::Arena;
using google::protobuf::Message;
using google::protobuf::RepeatedPtrField;

int YearOf(const std::string& date) {
  int year = 0;
  return absl::SimpleAtoi(date.substr(0, 4), &year) ? year : 0;
}

// Whether anything of the trial is in conflict.
bool IsDisputed(const TrialRecords& trial) {
  const auto is_disputed = [](const auto& entry) {
    return !entry.second.variants.empty();
  };
  return !trial.record.variants.empty() ||
         absl::c_any_of(trial.arms, is_disputed) ||
         absl::c_any_of(trial.endpoints, is_disputed) ||
         absl::c_any_of(trial.events, is_disputed);
}

// Notes that nobody says what those whom a group is compared with were given.
void AddOpenReference(v1::EvidenceRow& row) {
  AddUnstated("referenceDrugClasses", row);
  AddUnstated("referenceRadiotherapy", row);
  AddUnstated("referenceTreatment", row);
}

}  // namespace

// A trial with its records, and what all its rows share.
struct EvidenceBuilder::Trial : TrialRecords {
  v1::StudyDesign design = v1::STUDY_DESIGN_UNSPECIFIED;
  Population population;
  v1::EvidenceRow base;  // The flat fields.

  // Elements of endpoints and events, which their rows took over, by the field
  // that held them.
  std::map<const void*, std::vector<google::protobuf::Message*>> taken;

  explicit Trial(TrialRecords records) : TrialRecords(std::move(records)) {}
};

EvidenceBuilder::EvidenceBuilder(const RegistryStore& store, Version version,
                                 const Evidence::CheckAlive& check_alive)
    : store_(store),
      version_(std::move(version)),
      check_alive_(check_alive),
      evidence_(new Evidence),
      treatments_(evidence_->arena_) {}

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

// What `arms`, those of the group, were given. Where nobody recorded an arm of
// the trial, that is not known.
const Treatment& EvidenceBuilder::GivenTo(
    const Trial& trial, const v1::Group& group,
    const std::vector<const v1::Arm*>& arms) {
  // A comparison across trials has no arms of its own.
  const bool unrecorded = arms.empty() && trial.arms.empty() &&
                          !group.has_external() &&
                          trial.design != v1::STUDY_DESIGN_CROSS_TRIAL;
  return unrecorded ? UnrecordedTreatment() : treatments_.Of(arms);
}

void EvidenceBuilder::FillBase(Trial& trial) const {
  const v1::Trial& message = trial.message();
  trial.design = DesignOf(message, trial.arms.size());
  trial.population = PopulationOf(message);
  const std::string primary = links_->PrimaryOf(trial.id);
  const auto message_of = [&](const std::string& id) -> const v1::Trial& {
    return id == trial.id ? message : trials_.at(id)->message();
  };
  const v1::Trial& shown = message_of(primary);
  v1::EvidenceRow& base = trial.base;
  base.Clear();
  base.set_trial_id(primary);
  base.set_study(StudyName(shown, primary, evidence_->publications_));
  if (!shown.title().empty() || !shown.official_title().empty()) {
    base.set_title(shown.title().empty() ? shown.official_title()
                                         : shown.title());
  }
  if (trial.design != v1::STUDY_DESIGN_UNSPECIFIED) {
    base.set_design(trial.design);
  } else {
    AddUnstated("design", base);
  }
  std::set<std::string> joined = {trial.id, primary};
  const std::set<std::string>& linked = links_->LinkedTo(primary);
  SetStrings(linked, *base.mutable_linked_trials());
  joined.insert(linked.begin(), linked.end());
  std::set<std::string> numbers;
  for (const std::string& each : joined) {
    for (const v1::Registration& registration :
         message_of(each).registrations()) {
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
  if (!trial.population.other_settings.empty()) {
    AddUnstated("settings", base);
  }
  if (!trial.population.other_alterations.empty()) {
    AddUnstated("alterations", base);
  }
  if (!trial.population.other_histology.empty()) {
    AddUnstated("histology", base);
  }
  if (message.has_enrolled_participant_count()) {
    base.set_enrolled(message.enrolled_participant_count());
  }
  // Of what a registry reports itself: when it did.
  int year = YearOf(message.results_posted_date());
  if (year == 0) year = YearOf(message.completion_date());
  if (year == 0) year = YearOf(message.start_date());
  if (year != 0) base.set_year(year);
}

void EvidenceBuilder::MakeRows() {
  for (auto& [id, trial] : trials_) FillBase(*trial);
  for (auto& [id, trial] : trials_) {
    const size_t first = rows_.size();
    MakeRowsOf(*trial);
    AddDisputes(*trial, first);
    AddReadings(*trial, first);
    trial->taken.clear();
  }
}

void EvidenceBuilder::MakeRowsOf(Trial& trial) {
  if (links_->PrimaryOf(trial.id) == trial.id) MakeTrialRow(trial);
  MakeConclusionRows(trial);
  for (auto& [id, record] : trial.endpoints) {
    MakeEndpointRows(trial, record,
                     static_cast<v1::Endpoint&>(*record.message));
  }
  for (auto& [id, record] : trial.events) {
    MakeEventRows(trial, record,
                  static_cast<v1::AdverseEvent&>(*record.message));
  }
}

// The rows that `make` adds, kept out of the evidence.
std::vector<v1::EvidenceRow*> EvidenceBuilder::RowsApart(
    absl::FunctionRef<void()> make) {
  std::vector<v1::EvidenceRow*> rows;
  rows.swap(rows_);
  make();
  rows.swap(rows_);
  return rows;
}

// Makes the rows again under each other value of what is in conflict, and tells
// the rows of the trial, which start at `first`, what differs.
void EvidenceBuilder::AddDisputes(Trial& trial, size_t first) {
  if (!IsDisputed(trial)) return;
  RowsById rows;
  for (size_t i = first; i < rows_.size(); ++i) rows[rows_[i]->id()] = rows_[i];
  for (const RecordVariant& variant : trial.record.variants) {
    const bool conclusion = absl::StartsWith(variant.path, "conclusions[");
    if (!conclusion && !IsShownOfTrial(variant.path)) continue;
    Trial other(trial);
    other.record.message = variant.message;
    FillBase(other);
    TellDispute(trial.record, variant, RowsApart([&] { MakeRowsOf(other); }),
                rows, evidence_->variants_);
  }
  for (const auto& [id, arm] : trial.arms) {
    for (const RecordVariant& variant : arm.variants) {
      if (!IsShownOfArm(variant.path)) continue;
      Trial other(trial);
      other.arms.at(id).message = variant.message;
      TellDispute(arm, variant, RowsApart([&] { MakeRowsOf(other); }), rows,
                  evidence_->variants_);
    }
  }
  for (const auto& [id, record] : trial.endpoints) {
    for (const RecordVariant& variant : record.variants) {
      TellDispute(record, variant, RowsApart([&, &record = record] {
                    MakeEndpointRows(
                        trial, record,
                        static_cast<v1::Endpoint&>(*variant.message));
                  }),
                  rows, evidence_->variants_);
    }
  }
  for (const auto& [id, record] : trial.events) {
    for (const RecordVariant& variant : record.variants) {
      TellDispute(record, variant, RowsApart([&, &record = record] {
                    MakeEventRows(
                        trial, record,
                        static_cast<v1::AdverseEvent&>(*variant.message));
                  }),
                  rows, evidence_->variants_);
    }
  }
}

// Makes the rows from `first` on again as the other readings of their elements
// have them, where those name values.
void EvidenceBuilder::AddReadings(Trial& trial, size_t first) {
  Arena* const arena = &evidence_->arena_;
  const auto add = [&](v1::EvidenceRow& row, absl::FunctionRef<void()> make) {
    for (v1::EvidenceRow* other : RowsApart(make)) {
      std::sort(other->mutable_unstated()->begin(),
                other->mutable_unstated()->end());
      evidence_->variants_[&row].push_back({.row = other, .reading = true});
    }
  };
  const size_t end = rows_.size();
  for (size_t i = first; i < end; ++i) {
    v1::EvidenceRow& row = *rows_[i];
    const std::string id(LastSegment(row.record()));
    for (int j = 0; j < OwnReadings(row); ++j) {
      const v1::Alternative& reading = row.alternatives(j);
      if (row.has_endpoint()) {
        auto* const copy = Arena::CreateMessage<v1::Endpoint>(arena);
        *copy = row.endpoint();
        Message* const element =
            row.has_estimate() ? static_cast<Message*>(copy->add_estimates())
                               : static_cast<Message*>(copy->add_contrasts());
        element->CopyFrom(row.has_estimate()
                              ? static_cast<const Message&>(row.estimate())
                              : row.contrast());
        if (!Reread(reading, *element, *copy)) continue;
        add(row,
            [&] { MakeEndpointRows(trial, trial.endpoints.at(id), *copy); });
      } else if (row.has_event()) {
        auto* const copy = Arena::CreateMessage<v1::AdverseEvent>(arena);
        *copy = row.event();
        Message* const element =
            row.has_count() ? static_cast<Message*>(copy->add_counts())
                            : static_cast<Message*>(copy->add_contrasts());
        element->CopyFrom(row.has_count()
                              ? static_cast<const Message&>(row.count())
                              : row.event_contrast());
        if (!Reread(reading, *element, *copy)) continue;
        add(row, [&] { MakeEventRows(trial, trial.events.at(id), *copy); });
      }
    }
  }
}

// The elements in `field` of a message in an arena, which they leave the first
// time and stay in the arena.
template <typename T>
std::vector<T*> EvidenceBuilder::TakeElements(Trial& trial,
                                              RepeatedPtrField<T>& field) {
  std::vector<Message*>& taken = trial.taken[&field];
  std::vector<T*> elements(field.size());
  field.UnsafeArenaExtractSubrange(0, field.size(), elements.data());
  taken.insert(taken.end(), elements.begin(), elements.end());
  elements.clear();
  for (Message* each : taken) elements.push_back(static_cast<T*>(each));
  return elements;
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
        (&record == &trial.record ? IsShownOfTrial(path)
                                  : IsShownOfOutcome(path))) {
      row->add_conflicts(path);
    }
  }
  if (&record != &trial.record) {
    for (const std::string& path : trial.record.conflicts) {
      if (!IsShownOfTrial(path)) continue;
      row->add_conflicts(absl::StrCat(trial.record.name, "#", path));
    }
  }
  row->unsafe_arena_set_allocated_trial(
      static_cast<v1::Trial*>(trial.record.message));
  rows_.push_back(row);
  return row;
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
    population.histology.merge(more.histology);
  }
  FillTreatment(GivenTo(trial, v1::Group(), arms), true, row);
  FillPopulation(population, row);
  if (row.has_enrolled()) row.set_participants(row.enrolled());
  treatments_.Show(arms, row);
  AddStudyReadings(row);
  FillTrialReport(trial.record, evidence_->publications_, row);
}

template <typename Element>
v1::EvidenceRow* EvidenceBuilder::NewGroupRow(Trial& trial,
                                              const RowSource& source,
                                              const Element& element) {
  v1::EvidenceRow* row = NewRow(trial, source);
  bool known = true;
  const std::vector<const v1::Arm*> arms =
      ArmsOf(trial, element.group(), known);
  FillTreatment(GivenTo(trial, element.group(), arms), known, *row);
  if (!known) AddUnstated("group", *row);
  treatments_.Show(arms, *row);
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
    const Treatment& treatment = GivenTo(trial, element.reference(), others);
    SetStrings(treatment.drug_classes, *row->mutable_reference_drug_classes());
    SetStrings(treatment.radiotherapy, *row->mutable_reference_radiotherapy());
    if (treatment.setting != v1::TREATMENT_SETTING_UNSPECIFIED) {
      row->set_reference_treatment(treatment.setting);
    }
    if (!reference_known) AddUnstated("reference", *row);
    if (!reference_known || treatment.uncoded ||
        element.reference().has_external()) {
      AddOpenReference(*row);
    }
    ShareArms(others, *row->mutable_reference_arms());
    row->set_reference(GroupText(element.reference()));
    groups.push_back(&element.reference());
  } else if (element.among_size() == 0) {
    AddOpenReference(*row);
  }
  FillTreatment(GivenTo(trial, *groups.front(), arms), known, *row);
  if (!known) AddUnstated("group", *row);
  treatments_.Show(arms, *row);
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
    FillTreatment(GivenTo(trial, v1::Group(), arms), known, row);
    FillPopulation(trial.population, row);
    FillConclusion(conclusion, row);
    row.unsafe_arena_set_allocated_conclusion(&conclusion);
    FillReport(source, evidence_->publications_, row);
    treatments_.Show(arms, row);
    AddStudyReadings(row);
  }
}

void EvidenceBuilder::MakeEndpointRows(Trial& trial,
                                       const EvidenceRecord& record,
                                       v1::Endpoint& endpoint) {
  const google::protobuf::EnumValueDescriptor* measure =
      v1::Measure_descriptor()->FindValueByNumber(endpoint.measure());
  const std::string outcome =
      measure == nullptr ? std::string() : EnumToken(*measure);
  const std::vector<v1::Estimate*> estimates =
      TakeElements(trial, *endpoint.mutable_estimates());
  const std::vector<v1::Contrast*> contrasts =
      TakeElements(trial, *endpoint.mutable_contrasts());
  const auto finish = [&](const RowSource& source, absl::string_view detail,
                          v1::EvidenceRow& row) {
    row.set_outcome(outcome);
    // What no word of the schema names is what the report calls it.
    const std::string& measured =
        endpoint.measure_text().empty() && outcome == "other"
            ? endpoint.title()
            : endpoint.measure_text();
    const std::string details = absl::StrCat(
        measured, measured.empty() || detail.empty() ? "" : ", ", detail);
    if (!details.empty()) row.set_outcome_detail(details);
    if (endpoint.has_compartment()) row.set_compartment(endpoint.compartment());
    if (endpoint.has_assessor()) row.set_assessor(endpoint.assessor());
    if (endpoint.has_role()) row.set_endpoint_role(endpoint.role());
    FillReport(source, evidence_->publications_, row);
    AddStudyReadings(row);
    row.unsafe_arena_set_allocated_endpoint(&endpoint);
  };
  for (v1::Contrast* contrast : contrasts) {
    const RowSource source = {&record,
                              absl::StrCat("contrasts[", contrast->key(), "]")};
    v1::EvidenceRow& row = *NewContrastRow(trial, source, *contrast);
    FillContrast(*contrast, row);
    row.unsafe_arena_set_allocated_contrast(contrast);
    finish(source, contrast->measure_text(), row);
  }
  for (v1::Estimate* estimate : estimates) {
    const RowSource source = {&record,
                              absl::StrCat("estimates[", estimate->key(), "]")};
    v1::EvidenceRow& row = *NewGroupRow(trial, source, *estimate);
    FillEstimate(*estimate, row);
    row.unsafe_arena_set_allocated_estimate(estimate);
    finish(source, estimate->category(), row);
  }
}

void EvidenceBuilder::MakeEventRows(Trial& trial, const EvidenceRecord& record,
                                    v1::AdverseEvent& event) {
  const std::string term = AdverseEventOf(event.term());
  const std::vector<v1::AdverseEventCount*> counts =
      TakeElements(trial, *event.mutable_counts());
  const std::vector<v1::AdverseEventContrast*> contrasts =
      TakeElements(trial, *event.mutable_contrasts());
  const auto finish = [&](const RowSource& source, v1::EvidenceRow& row) {
    row.set_adverse_event(term);
    if (event.has_assessment()) row.set_event_assessment(event.assessment());
    if (event.has_attribution()) {
      row.set_event_attribution(event.attribution());
    }
    for (const std::string& each :
         TermList::Of(v1::VOCABULARY_ADVERSE_EVENT).WithBroader(term)) {
      row.add_adverse_event_terms(each);
    }
    // Reports say pneumonia for both.
    if (term == "pneumonia" && row.radiotherapy_size() > 0) {
      AddUnstated("adverseEvent", row);
    }
    FillReport(source, evidence_->publications_, row);
    AddStudyReadings(row);
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
