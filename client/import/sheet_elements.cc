#include "client/import/sheet_elements.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/import/cell_value.h"
#include "client/import/ctgov_values.h"
#include "client/import/text_pattern.h"
#include "consilium/v1/arm.pb.h"
#include "proto/base/field_name.h"

namespace consilium {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string IdFrom(absl::string_view text, absl::string_view kind) {
  std::string id = KebabOf(text, 80);
  if (!id.empty() && !absl::ascii_islower(static_cast<unsigned char>(id[0]))) {
    id = absl::StrCat(kind, "-", id);
  }
  return id;
}

void Prune(Message& message) {
  static const auto& findings =
      *new std::map<std::string, std::set<std::string>>{
          {"Interval", {"low", "high", "low_status", "high_status"}},
          {"Dispersion", {"value", "low", "high"}},
          {"PValue", {"value", "significance"}},
          {"Quantity", {"value", "low", "high"}}};
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->message_type() == nullptr || field->is_repeated()) continue;
    const auto wanted =
        findings.find(std::string(field->message_type()->name()));
    Message& inside = *reflection.MutableMessage(&message, field);
    if (wanted == findings.end()) {
      Prune(inside);
      continue;
    }
    bool any = false;
    for (const std::string& name : wanted->second) {
      const auto* found = field->message_type()->FindFieldByName(name);
      any |= inside.GetReflection()->HasField(inside, found);
    }
    if (!any) reflection.ClearField(&message, field);
  }
}

bool HasFinding(const Message& element) {
  static const auto& findings = *new std::set<std::string>{
      "value",    "value_low",   "value_high",    "status",
      "interval", "dispersion",  "events",        "statement",
      "p_value",  "direction",   "percentage",    "affected",
      "count",    "event_count", "occurrence",    "observed_minus_expected",
      "drug",     "technique",   "total_dose",    "text",
      "duration", "criterion",   "standard_error"};
  std::vector<const FieldDescriptor*> fields;
  element.GetReflection()->ListFields(element, &fields);
  return std::any_of(fields.begin(), fields.end(), [](const auto* field) {
    return findings.count(std::string(field->name())) > 0;
  });
}

void ClearPath(absl::string_view path, Message& message) {
  if (path.find('.') != absl::string_view::npos) return;
  const FieldDescriptor* field = FieldCalled(*message.GetDescriptor(), path);
  // What constants say of an interval, a cell completes.
  if (field == nullptr ||
      (field->message_type() != nullptr && !field->is_repeated())) {
    return;
  }
  message.GetReflection()->ClearField(&message, field);
}

void Complete(v1::Estimate& estimate) {
  if (estimate.has_statistic()) return;
  if (!estimate.has_value() && estimate.has_events() &&
      estimate.has_participants()) {
    estimate.set_statistic(v1::STATISTIC_PROPORTION);
  } else if (estimate.has_value() &&
             estimate.dispersion().kind() ==
                 v1::DISPERSION_KIND_STANDARD_DEVIATION) {
    estimate.set_statistic(v1::STATISTIC_MEAN);
  }
}

void Complete(absl::string_view pooled_value, v1::Contrast& contrast) {
  if (!contrast.has_measure() && contrast.has_p_value() &&
      !contrast.has_value()) {
    contrast.set_measure(v1::EFFECT_MEASURE_TEST);
  }
  double pooled = 0;
  if (!contrast.has_measure() || !absl::SimpleAtod(pooled_value, &pooled)) {
    return;
  }
  if (!IsRatio(contrast.measure())) {
    contrast.set_value(pooled);
    return;
  }
  // To 12 digits, as they are the same everywhere.
  double value = 0;
  (void)absl::SimpleAtod(absl::StrFormat("%.12g", std::exp(pooled)), &value);
  contrast.set_value(value);
  v1::Derivation& derivation = *contrast.add_derivations();
  derivation.set_path("value");
  derivation.set_method(v1::DERIVATION_METHOD_OTHER);
  derivation.set_note("the sheet has the logarithm");
}

std::optional<bool> IsUnderTest(const SheetRow& row, const std::string& first,
                                const std::string& second) {
  enum class Side { kUntold, kUnderTest, kComparator };
  const auto arm_of = [&row](const std::string& label) -> const v1::Arm& {
    return static_cast<const v1::Arm&>(*row.Find("arm", label)->message);
  };
  const auto by_type = [](const v1::Arm& arm) {
    if (!arm.has_type()) return Side::kUntold;
    return arm.type() == v1::ARM_TYPE_EXPERIMENTAL ? Side::kUnderTest
                                                   : Side::kComparator;
  };
  const auto by_words = [](absl::string_view words) {
    if (Says(words,
             "^(experimental|exp|intervention|active|treatment|tested)"
             "\\b")) {
      return Side::kUnderTest;
    }
    return Says(words,
                "^(control|ctrl|comparator|reference|placebo|sham|"
                "standard|usual|best supportive|soc)\\b")
               ? Side::kComparator
               : Side::kUntold;
  };
  const v1::Arm& one = arm_of(first);
  const v1::Arm& other = arm_of(second);
  for (const auto& [a, b] :
       {std::pair(by_type(one), by_type(other)),
        std::pair(by_words(first), by_words(second)),
        std::pair(by_words(one.title()), by_words(other.title()))}) {
    if (a == b) continue;
    return a == Side::kUnderTest || b == Side::kComparator;
  }
  return std::nullopt;
}

void NameEndpoint(v1::Endpoint& endpoint) {
  const std::string& title = endpoint.title();
  if (!endpoint.has_measure()) {
    if (title.empty()) return;
    SetCell("measure", title, {}, endpoint);
    if (!endpoint.has_measure()) endpoint.set_measure(v1::MEASURE_OTHER);
  }
  if (endpoint.measure() == v1::MEASURE_OTHER && !endpoint.has_measure_text() &&
      !title.empty()) {
    endpoint.set_measure_text(KebabOf(title, 80));
  }
  if (title.empty()) return;
  if (!endpoint.has_assessor() && AssessorOf(title) != 0) {
    endpoint.set_assessor(AssessorOf(title));
  }
  if (!endpoint.has_compartment() && CompartmentOf(title) != 0) {
    endpoint.set_compartment(CompartmentOf(title));
  }
}

}  // namespace consilium
