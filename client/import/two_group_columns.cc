#include "client/import/two_group_columns.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/import/text_pattern.h"

namespace consilium {
namespace {

struct SideWords {
  bool is_control;
  const char* words;
};

constexpr SideWords kSides[] = {
    {false,
     "experimental|exp|e|treatment|treated|treat|trt|tx|t|intervention|int|"
     "active|drug|test|1"},
    {true,
     "control|controls|ctrl|con|c|comparator|comparison|placebo|plac|p|"
     "reference|ref|untreated|usual care|standard|standard care|soc|2"}};

struct NumberWords {
  GroupNumber number;
  const char* words;
};

constexpr NumberWords kNumbers[] = {
    {GroupNumber::kEvents,
     "events?|n events?|(?:number|no) of events|responders|responses|cases|"
     "deaths|(?:n |patients )?with events?|affected|x|r"},
    {GroupNumber::kTotal,
     "totals?|n totals?|total n|n|n analy[sz]ed|sample size|participants|"
     "patients|at risk|n at risk|size"},
    {GroupNumber::kMean, "means?|m|average"},
    {GroupNumber::kDeviation, "sds?|standard deviation|std|std dev|s"}};

// The names that metafor's documentation gives them.
struct MetaforName {
  const char* word;
  GroupNumber number;
  bool is_control;
};

constexpr MetaforName kOfMetafor[] = {{"ai", GroupNumber::kEvents, false},
                                      {"n1i", GroupNumber::kTotal, false},
                                      {"ci", GroupNumber::kEvents, true},
                                      {"n2i", GroupNumber::kTotal, true},
                                      {"m1i", GroupNumber::kMean, false},
                                      {"sd1i", GroupNumber::kDeviation, false},
                                      {"m2i", GroupNumber::kMean, true},
                                      {"sd2i", GroupNumber::kDeviation, true}};

GroupColumn Find(const std::string& name) {
  for (const MetaforName& each : kOfMetafor) {
    if (name == each.word) return {each.number, each.is_control, ""};
  }
  for (const auto& [is_control, side] : kSides) {
    const std::string group =
        absl::StrCat("(?:", side, ")(?: (?:arm|group|participants|patients))?");
    for (const auto& [number, words] : kNumbers) {
      // "Control events", "events in the control group", "n2".
      if (RE2::FullMatch(name, Pattern(absl::StrCat("(?:arm |group )?", group,
                                                    " ?(?:", words, ")"))) ||
          RE2::FullMatch(name,
                         Pattern(absl::StrCat("(?:", words,
                                              ")(?: (?:in|of|for|on))?(?: the)?"
                                              "(?: arm| group)? ?",
                                              group)))) {
        return {number, is_control, ""};
      }
    }
  }
  return {};
}

// Whose events or total a column has, whatever the group is called.
GroupColumn FindOfAny(const std::string& name) {
  for (const auto& [number, words] : kNumbers) {
    if (number != GroupNumber::kEvents && number != GroupNumber::kTotal) break;
    std::string group;
    if (RE2::FullMatch(
            name,
            Pattern(absl::StrCat("(.+?)(?: (?:arm|group|participants|patients)"
                                 ")? (?:",
                                 words, ")")),
            &group) ||
        RE2::FullMatch(
            name,
            Pattern(absl::StrCat("(?:", words,
                                 ")(?: (?:in|of|for|on))?(?: the)?"
                                 "(?: arm| group)? (.+?)(?: arm| group)?")),
            &group)) {
      return {number, false, group};
    }
  }
  return {};
}

// Events and totals of two groups of any names; empty unless both have both.
std::vector<GroupColumn> FindTwoNamed(const std::vector<std::string>& names) {
  std::vector<GroupColumn> columns;
  std::vector<std::string> groups;
  std::set<std::pair<GroupNumber, std::string>> found;
  std::set<std::string> of_control, of_test;
  for (const std::string& name : names) {
    GroupColumn column = FindOfAny(name);
    if (column.number != GroupNumber::kNone) {
      if (!found.emplace(column.number, column.group).second) return {};
      if (std::find(groups.begin(), groups.end(), column.group) ==
          groups.end()) {
        groups.push_back(column.group);
      }
      const GroupColumn usual = Find(name);
      if (usual.number == column.number) {
        (usual.is_control ? of_control : of_test).insert(column.group);
      }
    }
    columns.push_back(std::move(column));
  }
  if (groups.size() != 2 || found.size() != 4) return {};
  const bool first_is_control =
      of_control.count(groups[0]) > 0 || of_test.count(groups[1]) > 0;
  for (GroupColumn& column : columns) {
    if (column.number == GroupNumber::kNone) continue;
    column.is_control = (column.group == groups[0]) == first_is_control;
    if (of_control.count(column.group) > 0 || of_test.count(column.group) > 0) {
      column.group.clear();
    }
  }
  return columns;
}

}  // namespace

std::vector<GroupColumn> FindGroupColumns(
    const std::vector<std::string>& names) {
  std::vector<GroupColumn> columns;
  std::set<std::pair<GroupNumber, bool>> found;
  for (const std::string& name : names) {
    GroupColumn column = Find(name);
    if (column.number != GroupNumber::kNone &&
        !found.emplace(column.number, column.is_control).second) {
      column = {};
    }
    columns.push_back(column);
  }
  const auto has_both = [&found](GroupNumber number) {
    return found.count({number, false}) > 0 && found.count({number, true}) > 0;
  };
  if (!has_both(GroupNumber::kEvents) && !has_both(GroupNumber::kMean)) {
    columns = FindTwoNamed(names);
    columns.resize(names.size());
  }
  return columns;
}

}  // namespace consilium
