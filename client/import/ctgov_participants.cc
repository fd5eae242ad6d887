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

constexpr char kUnitsOfPeople[] = "Participants";
constexpr double kCountMax = 1e9;

class BaselineReader {
 public:
  BaselineReader(CtgovArms& arms, StudyBuilder& builder)
      : arms_(arms), builder_(builder) {}

  void Read(const JsonNode& module) {
    groups_ = arms_.ReadGroups(module["groups"]);
    const Denominators all = DenominatorsOf(module, kUnitsOfPeople, builder_);
    CheckTotal(module, all);
    for (const JsonNode& measure : module["measures"].items()) {
      statistic_ = StatisticAt(measure["paramType"], builder_);
      spread_ = DispersionTypeAt(measure["dispersionType"], builder_);
      const auto of_measure = DenominatorsOf(measure, kUnitsOfPeople, builder_);
      CheckDenominators(measure, of_measure, all, builder_);
      if (IsOfPeople(measure)) CheckCategories(measure, of_measure, all);
      for (const JsonNode& part : measure["classes"].items()) {
        const auto of_part = DenominatorsOf(part, kUnitsOfPeople, builder_);
        CheckDenominators(part, of_part, all, builder_);
        for (const JsonNode& category : part["categories"].items()) {
          const auto of_category =
              DenominatorsOf(category, kUnitsOfPeople, builder_);
          for (const JsonNode& each : category["measurements"].items()) {
            ReadValue({&of_category, &of_part, &of_measure, &all}, measure,
                      part, category, each);
          }
        }
      }
    }
  }

 private:
  // The whole study has as many as its arms, where all of them are listed.
  void CheckTotal(const JsonNode& module, const Denominators& all) {
    std::optional<int32_t> total;
    int64_t in_arms = 0;
    int arms = 0;
    for (const auto& [id, group] : groups_) {
      const auto count = DenominatorOf({&all}, id);
      if (!count) continue;
      if (group->group.scope() == v1::GROUP_SCOPE_ALL) {
        total = count;
      } else if (group->arm != nullptr && group->group.subgroups_size() == 0) {
        in_arms += *count;
        ++arms;
      } else {
        return;  // Which may be part of another.
      }
    }
    if (!total || arms < 2 || *total == in_arms) return;
    builder_.Warn(module["denoms"], absl::StrCat(*total, " in all"),
                  absl::StrCat("the ", arms, " arms have ", in_arms,
                               " together; both were taken as printed"));
  }

  // Whether the numbers of a measure count participants.
  bool IsOfPeople(const JsonNode& measure) const {
    return statistic_ == v1::STATISTIC_COUNT ||
           (statistic_ == v1::STATISTIC_NUMBER &&
            UnitOf(measure["unitOfMeasure"].text()) == "{participant}");
  }

  // Categories of a class share out a group's participants, and the whole study
  // has as many in each as its arms.
  void CheckCategories(const JsonNode& measure, const Denominators& of_measure,
                       const Denominators& all) {
    for (const JsonNode& part : measure["classes"].items()) {
      const auto of_part = DenominatorsOf(part, kUnitsOfPeople, builder_);
      std::map<std::string, double> sums;  // By group.
      for (const JsonNode& category : part["categories"].items()) {
        std::optional<double> total;
        double in_arms = 0;
        int arms = 0;
        bool has_parts = false;
        for (const JsonNode& each : category["measurements"].items()) {
          const std::string id = each["groupId"].text();
          const auto found = groups_.find(id);
          const auto number = NumberOf(each["value"].text());
          if (!number || found == groups_.end()) continue;
          sums[id] += *number;
          const ResultGroup& group = *found->second;
          if (group.group.scope() == v1::GROUP_SCOPE_ALL) {
            total = number;
          } else if (group.arm != nullptr &&
                     group.group.subgroups_size() == 0) {
            in_arms += *number;
            ++arms;
          } else {
            has_parts = true;
          }
        }
        if (total && arms >= 2 && !has_parts && *total != in_arms) {
          builder_.Warn(
              category["measurements"],
              absl::StrCat(*total, " in all, of ", measure["title"].text(),
                           part["title"].exists() ? ", " : "",
                           part["title"].text(),
                           category["title"].exists() ? ", " : "",
                           category["title"].text()),
              absl::StrCat("the ", arms, " arms have ", in_arms,
                           " together; taken as printed"));
        }
      }
      for (const auto& [id, sum] : sums) {
        const auto whole = DenominatorOf({&of_part, &of_measure, &all}, id);
        if (!whole || sum <= *whole) continue;
        builder_.Warn(part["categories"],
                      absl::StrCat(sum, " in the categories of ",
                                   measure["title"].text(), ", group ", id),
                      absl::StrCat("are more than the ", *whole,
                                   " participants that the group has; taken as "
                                   "printed"));
      }
    }
  }

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

  void ReadValue(const std::vector<const Denominators*>& denominators,
                 const JsonNode& measure, const JsonNode& part,
                 const JsonNode& category, const JsonNode& node) {
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
    value.set_statistic(statistic_);
    SetNumber(measure, node,
              DenominatorOf(denominators, node["groupId"].text()), value);
    *value.mutable_source() = builder_.SourceAt(node);
    value.mutable_source()->set_text(PrintedValue(spread_, node));
    auto& keys = keys_[group->arm];
    const std::string level = value.characteristic().level();
    for (int n = 2; !keys.insert(BuildKey(value)).second; ++n) {
      value.mutable_characteristic()->set_level(
          absl::StrCat(ShortenUtf8(level, 74), " (", n, ")"));
    }
    if (value.characteristic().level() != level) {
      builder_.Warn(node, PrintedValue(spread_, node),
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
    if (is_count && number && (*number < 0 || *number != std::floor(*number))) {
      return builder_.Problem(node["value"],
                              "want a count of participants, a whole number");
    }
    if (is_count && number && at_risk && *number > *at_risk) {
      return builder_.Problem(node["value"],
                              absl::StrCat("want at most the ", *at_risk,
                                           " participants analyzed"));
    }
    if (is_count && number && *number <= kCountMax) {
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
    CheckSpread(node, builder_);
    if (auto dispersion = DispersionOf(spread_, node)) {
      *value.mutable_dispersion() = *std::move(dispersion);
    }
  }

  CtgovArms& arms_;
  StudyBuilder& builder_;
  CtgovArms::GroupsById groups_;
  v1::Statistic statistic_ = v1::STATISTIC_UNSPECIFIED;  // Of the measure.
  std::string spread_;                                   // As printed.
  std::map<const v1::Arm*, std::set<std::string>> keys_;
};

// Those who completed have no place; more of them than started are told.
void CheckCompleted(const JsonNode& achieved,
                    const std::map<std::string, int32_t>& started,
                    StudyBuilder& builder) {
  const std::string group = achieved["groupId"].text();
  const auto count = builder.CountAt(achieved["numSubjects"]);
  if (!count) return;
  builder.LeaveOut(
      "resultsSection: participants who completed the first period");
  const auto found = started.find(group);
  if (found == started.end() || *count <= found->second) return;
  builder.Warn(achieved["numSubjects"], absl::StrCat(*count, " completed"),
               absl::StrCat("of the group ", group, ", in which ",
                            found->second, " started; left out"));
}

}  // namespace

void ReadCtgovFlow(const JsonNode& module, const v1::Trial& trial,
                   CtgovArms& arms, StudyBuilder& builder) {
  const CtgovArms::GroupsById groups = arms.ReadGroups(module["groups"]);
  const std::vector<JsonNode> periods = module["periods"].items();
  if (periods.empty()) return;
  int64_t started = 0;
  std::map<std::string, int32_t> started_by_group;
  const std::vector<JsonNode> milestones =
      periods.front()["milestones"].items();
  for (const JsonNode& milestone : milestones) {
    if (milestone["type"].text() != "STARTED") continue;
    for (const JsonNode& achieved : milestone["achievements"].items()) {
      const ResultGroup* group = arms.Find(groups, achieved["groupId"]);
      const auto count = builder.CountAt(achieved["numSubjects"]);
      if (count) started_by_group[achieved["groupId"].text()] = *count;
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
  for (const JsonNode& milestone : milestones) {
    if (milestone["type"].text() != "COMPLETED") continue;
    for (const JsonNode& achieved : milestone["achievements"].items()) {
      CheckCompleted(achieved, started_by_group, builder);
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
