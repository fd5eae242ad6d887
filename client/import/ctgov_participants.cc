#include "client/import/ctgov_participants.h"

#include <re2/re2.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/import/ctgov_outcome_values.h"
#include "client/import/ctgov_parts.h"
#include "client/import/ctgov_values.h"
#include "client/import/text_pattern.h"
#include "consilium/v1/arm.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

class BaselineReader {
 public:
  BaselineReader(CtgovArms& arms, StudyBuilder& builder)
      : arms_(arms), builder_(builder) {}

  void Read(const JsonNode& module) {
    groups_ = arms_.ReadGroups(module["groups"]);
    for (const JsonNode& measure : module["measures"].items()) {
      for (const JsonNode& part : measure["classes"].items()) {
        for (const JsonNode& category : part["categories"].items()) {
          for (const JsonNode& each : category["measurements"].items()) {
            ReadValue(module, measure, part, category, each);
          }
        }
      }
    }
  }

 private:
  // Category of a characteristic: "Age Continuous" has none.
  static v1::Subgroup CharacteristicOf(const JsonNode& measure,
                                       const JsonNode& part,
                                       const JsonNode& category) {
    v1::Subgroup characteristic;
    std::string term = KebabOf(measure["title"].text(), 80);
    characteristic.set_term(term.empty() ? "characteristic" : term);
    std::string level = part["title"].text();
    if (category["title"].exists()) {
      absl::StrAppend(&level, level.empty() ? "" : ": ",
                      category["title"].text());
    }
    std::string sign, bound;
    if (RE2::FullMatch(level, Pattern("\\s*(<=|>=|≤|≥|<|>)\\s*(\\S.*)"), &sign,
                       &bound)) {
      characteristic.set_comparator(*ComparatorOf(sign));
      level = bound;
    }
    level = KeepSigns(level);
    characteristic.set_level(level.empty() ? "value" : ShortenUtf8(level, 80));
    return characteristic;
  }

  void ReadValue(const JsonNode& module, const JsonNode& measure,
                 const JsonNode& part, const JsonNode& category,
                 const JsonNode& node) {
    const ResultGroup* group = arms_.Find(groups_, node["groupId"]);
    if (group == nullptr) return;
    if (group->arm == nullptr || group->group.subgroups_size() > 0) {
      builder_.LeaveOut("baseline of the whole study and of cohorts");
      node.Skip();
      return;
    }
    v1::BaselineValue value;
    value.set_registration(builder_.number());
    *value.mutable_characteristic() = CharacteristicOf(measure, part, category);
    value.set_statistic(StatisticOfParam(measure["paramType"].text()));
    std::string id = node["groupId"].text();
    std::optional<int32_t> at_risk;
    for (const JsonNode* holder : {&category, &part, &measure, &module}) {
      at_risk = ParticipantsOf(*holder, id, builder_);
      if (at_risk) break;
    }
    SetNumber(measure, node, at_risk, value);
    *value.mutable_source() = builder_.SourceAt(node);
    value.mutable_source()->set_text(PrintedValue(node));
    auto& keys = keys_[group->arm];
    const std::string level = value.characteristic().level();
    for (int n = 2; !keys.insert(BuildKey(value)).second; ++n) {
      value.mutable_characteristic()->set_level(
          absl::StrCat(ShortenUtf8(level, 74), " (", n, ")"));
    }
    if (value.characteristic().level() != level) {
      builder_.Warn(node, PrintedValue(node),
                    absl::StrCat("has the level of another row; taken as ",
                                 Quote(value.characteristic().level())));
    }
    *group->arm->add_baseline() = std::move(value);
  }

  void SetNumber(const JsonNode& measure, const JsonNode& node,
                 std::optional<int32_t> at_risk, v1::BaselineValue& value) {
    const std::string unit = measure["unitOfMeasure"].text();
    const auto number = NumberOf(node["value"].text());
    const bool is_number_of_people =
        value.statistic() == v1::STATISTIC_NUMBER &&
        UnitOf(unit) == "{participant}" && number &&
        *number == std::floor(*number) && (!at_risk || *number <= *at_risk);
    if (is_number_of_people) value.set_statistic(v1::STATISTIC_COUNT);
    const bool is_count = value.statistic() == v1::STATISTIC_COUNT;
    if (is_count && number && *number >= 0 &&
        (!at_risk || *number <= *at_risk)) {
      value.set_affected(static_cast<int32_t>(*number));
    } else if (number) {
      value.set_value(*number);
      const std::string code = UnitOf(unit);
      if (!code.empty()) {
        value.set_unit(code);
      } else if (!unit.empty()) {
        value.set_unit(ShortenUtf8(unit, 32));
      }
    } else if (!node["value"].text().empty()) {
      value.set_note(absl::StrCat("Value as printed: ",
                                  ShortenUtf8(node["value"].text(), 2000)));
    }
    if (at_risk) value.set_at_risk(*at_risk);
    if (auto dispersion =
            DispersionOf(measure["dispersionType"].text(), node)) {
      *value.mutable_dispersion() = *std::move(dispersion);
    }
  }

  CtgovArms& arms_;
  StudyBuilder& builder_;
  CtgovArms::GroupsById groups_;
  std::map<const v1::Arm*, std::set<std::string>> keys_;
};

}  // namespace

void ReadCtgovFlow(const JsonNode& module, const v1::Trial& trial,
                   CtgovArms& arms, StudyBuilder& builder) {
  const CtgovArms::GroupsById groups = arms.ReadGroups(module["groups"]);
  const std::vector<JsonNode> periods = module["periods"].items();
  if (periods.empty()) return;
  int64_t started = 0;
  for (const JsonNode& milestone : periods.front()["milestones"].items()) {
    if (milestone["type"].text() != "STARTED") continue;
    for (const JsonNode& achieved : milestone["achievements"].items()) {
      const ResultGroup* group = arms.Find(groups, achieved["groupId"]);
      const auto count = builder.CountAt(achieved["numSubjects"]);
      if (!count || group == nullptr || group->arm == nullptr) continue;
      if (group->group.subgroups_size() == 0) started += *count;
      v1::ParticipantCount added;
      added.set_registration(builder.number());
      *added.mutable_subgroups() = group->group.subgroups();
      added.set_count(*count);
      *added.mutable_source() = builder.SourceAt(achieved);
      *group->arm->add_participant_counts() = std::move(added);
    }
  }
  if (trial.has_enrolled_participant_count() && started > 0 &&
      started != trial.enrolled_participant_count()) {
    builder.Warn(module, absl::StrCat(started, " started in all arms"),
                 absl::StrCat(trial.enrolled_participant_count(),
                              " are said to be enrolled; both were taken"));
  }
}

void ReadCtgovBaseline(const JsonNode& module, CtgovArms& arms,
                       StudyBuilder& builder) {
  BaselineReader(arms, builder).Read(module);
}

}  // namespace consilium
