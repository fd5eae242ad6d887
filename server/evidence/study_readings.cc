#include "server/evidence/study_readings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/base/element_key.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

using Readings = google::protobuf::RepeatedPtrField<v1::Alternative>;

// The fields of a component by which columns of rows know it.
constexpr absl::string_view kDrugColumns[] = {"drug", "drugClass", "targets",
                                              "generation"};
constexpr absl::string_view kRadiotherapyColumns[] = {"technique", "target"};

// Whether the reading is of one of `fields`. One in words alone is of all.
bool IsOf(const v1::Alternative& reading,
          absl::Span<const absl::string_view> fields) {
  if (reading.values().empty()) return true;
  return std::any_of(reading.values().begin(), reading.values().end(),
                     [fields](const v1::AlternativeValue& value) {
                       const absl::string_view path = value.path();
                       return std::count(fields.begin(), fields.end(),
                                         path.substr(0, path.find('.'))) > 0;
                     });
}

bool IsTrial(const v1::EvidenceRow& row) {
  return row.kind() == v1::EVIDENCE_KIND_TRIAL;
}

// Adds a copy of `reading` of what `name` calls, at `path`.
void Add(const v1::Alternative& reading, absl::string_view name,
         absl::string_view path, Readings& readings) {
  v1::Alternative copy = reading;
  if (!absl::StrContains(absl::AsciiStrToLower(reading.reading()),
                         absl::AsciiStrToLower(name))) {
    copy.set_reading(absl::StrCat(name, ": ", reading.reading()));
  }
  // Arms and choices that have a reading in common tell it once.
  for (const v1::Alternative& each : readings) {
    if (absl::EndsWith(each.reading(), reading.reading()) &&
        each.reason() == reading.reason()) {
      return;
    }
  }
  for (v1::AlternativeValue& value : *copy.mutable_values()) {
    value.set_path(absl::StrCat(path, ".", value.path()));
  }
  *readings.Add() = std::move(copy);
}

std::string NameOf(const v1::DrugComponent& drug) {
  return KebabName(drug.drug());
}

std::string NameOf(const v1::RadiotherapyComponent& radiotherapy) {
  const std::string technique = EnumWords(radiotherapy.technique());
  return technique.empty() ? "radiotherapy" : technique;
}

template <typename Component>
void AddComponents(
    const google::protobuf::RepeatedPtrField<Component>& components,
    absl::string_view path, absl::Span<const absl::string_view> columns,
    v1::EvidenceRow& row) {
  for (const Component& component : components) {
    for (const v1::Alternative& reading : component.alternatives()) {
      if (!IsTrial(row) && !IsOf(reading, columns)) continue;
      Add(reading, NameOf(component),
          absl::StrCat(path, "[", component.key(), "]"),
          *row.mutable_alternatives());
    }
  }
}

void AddArm(const v1::Arm& arm, v1::EvidenceRow& row) {
  const std::string path = absl::StrCat("arms[", IdOf(arm.name()), "].");
  AddComponents(arm.drugs(), absl::StrCat(path, "drugs"), kDrugColumns, row);
  AddComponents(arm.radiotherapies(), absl::StrCat(path, "radiotherapies"),
                kRadiotherapyColumns, row);
}

// Whether a column of whom the row is about depends on a reading.
bool HasOpenPopulation(const v1::EvidenceRow& row) {
  return std::any_of(row.unstated().begin(), row.unstated().end(),
                     [](const std::string& field) {
                       return field == "settings" || field == "alterations" ||
                              field == "histology";
                     });
}

}  // namespace

void AddStudyReadings(v1::EvidenceRow& row) {
  for (const v1::Arm& arm : row.arms()) AddArm(arm, row);
  for (const v1::Arm& arm : row.reference_arms()) AddArm(arm, row);
  if (!IsTrial(row) && !HasOpenPopulation(row)) return;
  for (const v1::EligibilityTerm& term : row.trial().eligibility()) {
    for (const v1::Alternative& reading : term.alternatives()) {
      Add(reading, KebabWords(term.criterion().term()),
          absl::StrCat("eligibility[", term.key(), "]"),
          *row.mutable_alternatives());
    }
  }
}

int OwnReadings(const v1::EvidenceRow& row) {
  return row.estimate().alternatives_size() +
         row.contrast().alternatives_size() + row.count().alternatives_size() +
         row.event_contrast().alternatives_size();
}

}  // namespace consilium
