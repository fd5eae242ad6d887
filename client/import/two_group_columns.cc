#include "client/import/two_group_columns.h"

#include <re2/re2.h>

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
constexpr std::pair<const char*, GroupColumn> kOfMetafor[] = {
    {"ai", {GroupNumber::kEvents, false}},
    {"n1i", {GroupNumber::kTotal, false}},
    {"ci", {GroupNumber::kEvents, true}},
    {"n2i", {GroupNumber::kTotal, true}},
    {"m1i", {GroupNumber::kMean, false}},
    {"sd1i", {GroupNumber::kDeviation, false}},
    {"m2i", {GroupNumber::kMean, true}},
    {"sd2i", {GroupNumber::kDeviation, true}}};

GroupColumn Find(const std::string& name) {
  for (const auto& [word, column] : kOfMetafor) {
    if (name == word) return column;
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
        return {number, is_control};
      }
    }
  }
  return {};
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
    return std::vector<GroupColumn>(names.size());
  }
  return columns;
}

}  // namespace consilium
