#include "client/import/sheet_records.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/import/cell_value.h"
#include "client/import/citation.h"
#include "client/import/ctgov_values.h"
#include "client/import/intervention_text.h"
#include "client/import/limits.h"
#include "client/import/registry_numbers.h"
#include "client/import/sheet_elements.h"
#include "client/import/sheet_row.h"
#include "client/import/sheet_screening.h"
#include "client/import/text_pattern.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/screening.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/errors.h"
#include "proto/base/field_name.h"
#include "proto/base/field_rules.h"
#include "proto/base/id_proposal.h"
#include "proto/base/record_traits.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Whether nothing but its year tells the publication from others.
bool SaysOnlyWhen(v1::Publication publication) {
  if (!publication.has_year()) return false;
  publication.clear_year();
  return publication.ByteSizeLong() == 0;
}

// Whether the part states a finding by itself.
bool IsElement(const SheetItem& item) {
  std::unique_ptr<Message> message(item.message->New());
  message->CopyFrom(*item.message);
  Prune(*message);
  return HasFinding(*message);
}

const RecordTraits& TraitsOf(const SheetPart& part) {
  return *RecordTraitsTable::Get().FindByDescriptor(part.message);
}

}  // namespace

void SheetRecords::Read(const std::vector<BoundColumn>& columns,
                        const CsvRow& cells) {
  publication_.clear();
  added_.clear();
  arms_by_label_.clear();
  row_.Read(columns, cells);
  ReadTrialName();
  BuildPublication();
  if (trial_.empty() && publication_.empty() && row_.problems().empty()) {
    row_.Problem(
        row_.PlaceOf(""), "",
        "names no trial and no publication; want trial.number, trial.id, "
        "trial.acronym or a field of publication");
  }
  if (!trial_.empty()) {
    BuildTrial();
    BuildArms();
    BuildFindings();
  } else if (SaysOfTrial()) {
    row_.Problem(
        row_.PlaceOf(""), "",
        "has values of a trial and does not name it; want trial.number, "
        "trial.id or trial.acronym");
  }
  if (!trial_.empty() || !publication_.empty()) BuildScreening(trial_);
}

bool SheetRecords::SaysOfTrial() const {
  static const auto& others = *new std::set<absl::string_view>{
      "publication", "source", "review", "screened", "screening"};
  return std::any_of(
      row_.items().begin(), row_.items().end(), [](const auto& each) {
        return each.second.told && others.count(each.second.part->name) == 0;
      });
}

v1::Source SheetRecords::SheetSource() const {
  v1::Source source;
  if (const SheetItem* item = row_.For("source", ""); item != nullptr) {
    source.CopyFrom(*item->message);
  }
  const std::string note =
      absl::StrCat(kSheetWord, sheet_, ", line ", row_.line());
  source.set_note(source.has_note() ? absl::StrCat(note, ": ", source.note())
                                    : note);
  return source;
}

v1::Source SheetRecords::RowSource() const {
  v1::Source source = SheetSource();
  if (!source.has_report() && !source.has_registration()) {
    if (!publication_.empty()) {
      source.set_report(publication_);
    } else if (!registration_.empty()) {
      source.set_registration(registration_);
    }
  }
  return source;
}

Message& SheetRecords::AddRecord(const SheetPart& part, std::string id,
                                 const Message& message) {
  for (SheetRecord& each : added_) {
    if (each.traits != &TraitsOf(part) || each.id != id) continue;
    each.message->MergeFrom(message);
    each.columns.merge(columns_);
    columns_.clear();
    return *each.message;
  }
  auto record = TraitsOf(part).New();
  record->CopyFrom(message);
  SetSource(*record);
  added_.push_back(
      {&TraitsOf(part), std::move(id), std::move(record), std::move(columns_)});
  columns_.clear();
  return *added_.back().message;
}

void SheetRecords::SetSource(Message& message) {
  const FieldDescriptor* field =
      message.GetDescriptor()->FindFieldByName("source");
  if (field == nullptr || message.GetReflection()->HasField(message, field)) {
    return;
  }
  message.GetReflection()
      ->MutableMessage(&message, field)
      ->CopyFrom(RowSource());
}

void SheetRecords::NoteColumns(const SheetItem& item) {
  std::string before;
  if (item.part->record != nullptr) {
    const SheetPart& record = *FindSheetPart(item.part->record);
    before = absl::StrCat(
        record.message->FindFieldByName(item.part->list)->json_name(), ".");
  }
  for (const auto& [path, column] : item.columns) {
    columns_.emplace(absl::StrCat(before, path), column);
  }
}

void SheetRecords::Check(const SheetItem& item, const Message& message) {
  NoteColumns(item);
  for (const FieldViolation& violation : Validate(message)) {
    std::string column;
    for (const auto& [path, name] : item.columns) {
      const absl::string_view field = violation.field;
      if (field == path || absl::StartsWith(field, absl::StrCat(path, ".")) ||
          absl::StartsWith(path, absl::StrCat(field, ".")) ||
          absl::StartsWith(field, absl::StrCat(path, "["))) {
        column = name;
      }
    }
    std::string place = row_.PlaceOf(column);
    std::string wish = violation.description;
    if (column.empty()) {
      absl::StrAppend(&place, ", ", item.part->name, ".", violation.field);
      absl::StrAppend(&wish, violation.field == "report"
                                 ? "; want a field of publication, or a "
                                   "registry's number of the trial"
                                 : "; want a column or a constant for it");
    }
    row_.Problem(std::move(place), "", std::move(wish));
  }
}

void SheetRecords::BuildPublication() {
  for (const auto& [label, item] : row_.items()) {
    if (absl::string_view(item.part->name) != "publication") continue;
    auto& publication = static_cast<v1::Publication&>(*item.message);
    for (const std::string& number : FindRegistryNumbers(
             absl::StrCat(publication.title(), "\n", publication.abstract()))) {
      publication.add_registrations(number);
    }
    Check(item, publication);
    std::string id = item.TextAt(kIdPath);
    if (!id.empty()) {
      id = IdFrom(id, "publication");
    } else if (SaysOnlyWhen(publication) && !trial_.empty()) {
      id = IdFrom(absl::StrCat(trial_, "-report"), "publication");
    } else if (publication.ByteSizeLong() > 0) {
      id = PublicationIdFrom(publication);
    } else {
      continue;
    }
    if (publication_.empty()) publication_ = id;
    AddRecord(*item.part, id, publication);
  }
}

void SheetRecords::Learn(const std::vector<BoundColumn>& columns,
                         const CsvRow& cells) {
  row_.Read(columns, cells);
  trials_.Add(TrialOf(row_));
}

void SheetRecords::ReadTrialName() {
  const RowTrial trial = TrialOf(row_);
  trial_ = trials_.NameOf(trial.name());
  registration_ = trial.is_registered ? trial.number : trials_.NumberOf(trial_);
}

void SheetRecords::BuildTrial() {
  const SheetItem& item = *row_.Find("trial", "");
  v1::Trial trial = static_cast<const v1::Trial&>(*item.message);
  const std::string number = item.TextAt(kNumberPath);
  if (!number.empty() || !registration_.empty()) {
    v1::Registration& registration = *trial.add_registrations();
    registration.set_number(registration_.empty() ? number : registration_);
    const auto authority = AuthorityOfNumber(registration.number());
    if (authority != 0) registration.set_authority(authority);
  }
  const std::string name = item.TextAt(kIdPath);
  // A name that is no id says how people call the trial.
  if (!trial.has_title() && !trial.has_acronym() &&
      name != IdFrom(name, "trial") && registration_ != name) {
    trial.set_title(name);
  }
  if (!publication_.empty()) {
    v1::TrialReport& report = *trial.add_reports();
    report.set_publication(publication_);
    if (const SheetItem* paper = row_.Find("publication", "")) {
      const std::string role = paper->TextAt(kRolePath);
      const std::string wish =
          role.empty() ? "" : SetCell(kRolePath, role, {}, report);
      if (!wish.empty()) {
        row_.Problem(row_.PlaceOf(paper->ColumnAt(kRolePath)), role, wish);
      }
    }
  }
  for (const SheetItem* each : row_.ElementsOf("trial", "")) {
    AddElement(*each, "", trial);
  }
  CheckHolder(item, trial);
  AddRecord(*item.part, "", trial);
}

std::string SheetRecords::ArmOf(const std::string& text) {
  const std::string id = IdFrom(text, "arm");
  if (id.empty()) return "";
  v1::Arm arm;
  if (id != text) arm.set_title(text);
  const SheetPart& part = *FindSheetPart("arm");
  for (const SheetRecord& each : added_) {
    if (each.traits == &TraitsOf(part) && each.id == id) return id;
  }
  // What was noted is of the record that names the arm.
  std::map<std::string, std::string> noted;
  noted.swap(columns_);
  AddRecord(part, id, arm);
  columns_.swap(noted);
  return id;
}

void SheetRecords::BuildArms() {
  for (const auto& [label, item] : row_.items()) {
    if (absl::string_view(item.part->name) != "arm") continue;
    v1::Arm arm = static_cast<const v1::Arm&>(*item.message);
    for (const std::string& drug : DrugsOf(item.TextAt("drugs"))) {
      arm.add_drugs()->set_drug(drug);
    }
    const std::string rays = item.TextAt("radiotherapies");
    if (!rays.empty()) {
      *arm.add_radiotherapies() = RadiotherapyOf(rays, "");
    }
    for (const SheetItem* each : row_.ElementsOf("arm", label)) {
      AddElement(*each, label, arm);
    }
    std::string id = IdFrom(item.TextAt(kIdPath), "arm");
    if (id.empty()) id = IdFrom(arm.title(), "arm");
    if (id.empty()) {
      id = ProposeId(arm, TraitsOf(*item.part), "arm").value_or("");
    }
    if (id.empty() && !item.told) continue;
    if (id.empty()) {
      row_.Problem(row_.PlaceOf(""), "",
                   "names no arm; want arm.title or arm.id");
      continue;
    }
    arms_by_label_[label] = id;
    CheckHolder(item, arm);
    AddRecord(*item.part, id, arm);
  }
}

void SheetRecords::SetGroup(const SheetItem& item, const char* path,
                            const std::vector<std::string>& labels,
                            Message& element) {
  const FieldDescriptor* field = element.GetDescriptor()->FindFieldByName(path);
  if (field == nullptr) return;
  auto& group = static_cast<v1::Group&>(
      *element.GetReflection()->MutableMessage(&element, field));
  const std::string text = item.TextAt(path);
  if (!text.empty()) {
    if (Says(text,
             "^(all|overall|total|whole study|all (patients|"
             "participants|arms|groups)|entire (cohort|study))$")) {
      group.set_scope(v1::GROUP_SCOPE_ALL);
    } else {
      const std::string arm = ArmOf(text);
      if (arm.empty()) {
        row_.Problem(row_.PlaceOf(item.ColumnAt(path)), text,
                     "want the name of an arm");
      } else {
        group.add_arms(arm);
      }
    }
    return;
  }
  if (group.arms_size() == 0 && !group.has_external() && !group.has_scope() &&
      !group.has_printed_number()) {
    for (const std::string& label : labels) {
      const auto arm = arms_by_label_.find(label);
      if (arm == arms_by_label_.end()) continue;
      group.add_arms(arm->second);
      break;
    }
  }
  if (group.ByteSizeLong() == 0) {
    element.GetReflection()->ClearField(&element, field);
  }
}

void SheetRecords::SetReport(Message& element) const {
  const auto& reflection = *element.GetReflection();
  const auto* report = element.GetDescriptor()->FindFieldByName("report");
  const auto* number = element.GetDescriptor()->FindFieldByName("registration");
  if (report == nullptr || number == nullptr ||
      reflection.HasField(element, report) ||
      reflection.HasField(element, number)) {
    return;
  }
  if (!publication_.empty()) {
    reflection.SetString(&element, report, publication_);
  } else if (!registration_.empty()) {
    reflection.SetString(&element, number, registration_);
  }
}

void SheetRecords::TellIdle(const SheetItem& item, const Message& element) {
  for (const char* path : {"participants", "atRisk", "personTime"}) {
    const std::string column = item.ColumnAt(path);
    const FieldDescriptor* field = FieldCalled(*element.GetDescriptor(), path);
    if (column.empty() || field == nullptr ||
        !element.GetReflection()->HasField(element, field)) {
      continue;
    }
    row_.Warn(row_.PlaceOf(column), "",
              "stands without events or a value beside it; nothing was taken "
              "of it");
    return;
  }
}

void SheetRecords::SetSides(Message& contrast) {
  const Descriptor& message = *contrast.GetDescriptor();
  const auto& reflection = *contrast.GetReflection();
  const FieldDescriptor* group = message.FindFieldByName("group");
  const FieldDescriptor* reference = message.FindFieldByName("reference");
  if (arms_by_label_.size() != 2 ||
      (reflection.HasField(contrast, group) &&
       reflection.HasField(contrast, reference))) {
    return;
  }
  const auto first = arms_by_label_.begin(), second = std::next(first);
  const std::optional<bool> is_first =
      IsUnderTest(row_, first->first, second->first);
  if (!is_first.has_value()) {
    if (reflection.HasField(contrast, group)) return;
    row_.Problem(
        row_.PlaceOf(""), "",
        absl::StrCat("does not tell which of ", first->second, " and ",
                     second->second,
                     " is under test; want the labels arm[experimental] and "
                     "arm[control], a type of each arm, or contrast.group and "
                     "contrast.reference"));
    return;
  }
  const std::string& tested = (*is_first ? first : second)->second;
  const std::string& compared = (*is_first ? second : first)->second;
  const auto is_other = [&](const FieldDescriptor* field,
                            const std::string& arm) {
    const auto& side =
        static_cast<const v1::Group&>(reflection.GetMessage(contrast, field));
    return reflection.HasField(contrast, field) &&
           (side.arms_size() != 1 || side.arms(0) != arm);
  };
  if (is_other(group, tested) || is_other(reference, compared)) return;
  for (const auto& [field, arm] :
       {std::pair(group, tested), std::pair(reference, compared)}) {
    auto& side =
        static_cast<v1::Group&>(*reflection.MutableMessage(&contrast, field));
    if (side.arms().empty()) side.add_arms(arm);
  }
}

void SheetRecords::AddElement(const SheetItem& item, const std::string& label,
                              Message& record) {
  std::unique_ptr<Message> element(item.message->New());
  // What has no label, and is no element by itself, is of those that have one.
  const SheetItem* shared =
      label.empty() ? nullptr : row_.Find(item.part->name, "");
  if (shared != nullptr && !IsElement(*shared)) {
    element->CopyFrom(*shared->message);
    NoteColumns(*shared);
  }
  element->MergeFrom(*item.message);
  Prune(*element);
  if (auto* estimate = dynamic_cast<v1::Estimate*>(element.get())) {
    Complete(*estimate);
  }
  if (auto* contrast = dynamic_cast<v1::Contrast*>(element.get())) {
    Complete(item.TextAt(kPooledValuePath), *contrast);
  }
  if (!HasFinding(*element)) {
    const bool is_shared =
        label.empty() && std::any_of(row_.items().begin(), row_.items().end(),
                                     [&item](const auto& other) {
                                       return other.second.part == item.part &&
                                              !other.first.empty();
                                     });
    if (!is_shared) TellIdle(item, *element);
    return;
  }
  const bool compares =
      element->GetDescriptor()->FindFieldByName("reference") != nullptr;
  SetGroup(item, "group",
           compares ? std::vector<std::string>{label, "experimental", ""}
                    : std::vector<std::string>{label, ""},
           *element);
  if (compares) {
    SetGroup(item, "reference", {"control"}, *element);
    SetSides(*element);
  }
  SetReport(*element);
  SetSource(*element);
  Check(item, *element);
  ++findings_;
  const FieldDescriptor* list =
      record.GetDescriptor()->FindFieldByName(item.part->list);
  record.GetReflection()->AddMessage(&record, list)->CopyFrom(*element);
}

void SheetRecords::BuildFindings() {
  for (const char* part : {"endpoint", "adverseEvent"}) {
    std::set<std::string> labels;
    for (const auto& [label, item] : row_.items()) {
      if (absl::string_view(item.part->name) == part && item.told) {
        labels.insert(label);
      } else if (item.part->record != nullptr &&
                 absl::string_view(item.part->record) == part && item.told) {
        labels.insert(row_.Find(part, label) != nullptr ? label : "");
      }
    }
    for (const std::string& label : labels) BuildHolder(part, label);
  }
}

void SheetRecords::BuildHolder(const char* part_name,
                               const std::string& label) {
  const SheetPart& part = *FindSheetPart(part_name);
  const SheetItem* item = row_.Find(part_name, label);
  std::unique_ptr<Message> record = TraitsOf(part).New();
  if (item != nullptr) record->CopyFrom(*item->message);
  findings_ = 0;
  for (const auto& [name, each] : row_.items()) {
    if (each.part->record == nullptr ||
        each.part->record != absl::string_view(part_name) || !each.told) {
      continue;
    }
    const bool is_here =
        (row_.Find(part_name, name) != nullptr ? name : "") == label;
    if (is_here) AddElement(each, name, *record);
  }
  // Without a number there is nothing to tell of it.
  if (findings_ == 0 && (item == nullptr || !item->told)) return;
  if (auto* endpoint = dynamic_cast<v1::Endpoint*>(record.get())) {
    NameEndpoint(*endpoint);
  }
  if (auto* event = dynamic_cast<v1::AdverseEvent*>(record.get())) {
    if (!event->has_term() && event->has_title()) {
      event->set_term(KebabOf(event->title(), 200));
    }
  }
  SheetItem named;
  named.part = &part;
  if (item != nullptr) named.columns = item->columns;
  const auto id = ProposeId(*record, TraitsOf(part), part_name);
  std::string own = item == nullptr ? "" : item->TextAt(kIdPath);
  if (own.empty() && !id.ok()) {
    row_.Problem(
        row_.PlaceOf(""), "",
        part_name == absl::string_view("endpoint")
            ? "names no endpoint; want endpoint.measure or endpoint.title"
            : "names no adverse event; want adverseEvent.term or "
              "adverseEvent.title");
    return;
  }
  CheckHolder(named, *record);
  AddRecord(part, own.empty() ? *id : IdFrom(own, part_name), *record);
}

void SheetRecords::BuildScreening(const std::string& number) {
  std::vector<RowDecision> decisions = DecisionsOf(row_);
  if (decisions.empty()) return;
  const SheetItem* item = row_.Find("review", "");
  const std::string name = item == nullptr ? "" : item->TextAt(kIdPath);
  const std::string review =
      IdFrom(absl::StripPrefix(name, "reviews/"), "review");
  if (review.empty()) {
    row_.Problem(row_.PlaceOf(item == nullptr ? "" : item->ColumnAt(kIdPath)),
                 name, "names no review; want the id of one");
    return;
  }
  v1::Screening screening;
  if (const SheetItem* screened = row_.Find("screened", "")) {
    screening.CopyFrom(*screened->message);
    Check(*screened, screening);
  }
  // The report is what was judged, and not where the judgement was read.
  *screening.mutable_source() = SheetSource();
  if (!publication_.empty()) screening.set_publication(publication_);
  for (RowDecision& each : decisions) {
    *each.decision.mutable_source() = screening.source();
    Check(*each.item, each.decision);
    *screening.add_decisions() = std::move(each.decision);
  }
  AddRecord(
      *FindSheetPart("screened"),
      absl::StrCat(review, "/", publication_.empty() ? number : publication_),
      screening);
}

void SheetRecords::CheckHolder(const SheetItem& item, const Message& record) {
  std::unique_ptr<Message> bare(record.New());
  bare->CopyFrom(record);
  for (const SheetPart& each : SheetParts()) {
    if (each.record == nullptr ||
        absl::string_view(each.record) != item.part->name) {
      continue;
    }
    bare->GetReflection()->ClearField(
        bare.get(), bare->GetDescriptor()->FindFieldByName(each.list));
  }
  Check(item, *bare);
}

}  // namespace consilium
