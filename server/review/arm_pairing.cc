#include "server/review/arm_pairing.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/enum_text.h"

namespace consilium {
namespace {

using Rows = absl::Span<const v1::EvidenceRow* const>;
using RowList = std::vector<const v1::EvidenceRow*>;

// Whether the two groups have no arm in common, so that nobody is in both.
bool AreDisjoint(const v1::Group& a, const v1::Group& b) {
  if (a.arms().empty() || b.arms().empty()) return false;
  for (const std::string& arm : a.arms()) {
    if (std::find(b.arms().begin(), b.arms().end(), arm) != b.arms().end()) {
      return false;
    }
  }
  return true;
}

const v1::Group& GroupOf(const v1::EvidenceRow& row) {
  return row.has_count() ? row.count().group() : row.estimate().group();
}

bool IsCombination(const v1::EvidenceRow& row) {
  return row.treatment() == v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY;
}

bool IsUnderTest(const v1::EvidenceRow& row) {
  return RoleOf(row) == GroupRole::kUnderTest;
}

bool IsComparator(const v1::EvidenceRow& row) {
  return RoleOf(row) == GroupRole::kComparator;
}

bool IsOther(const v1::EvidenceRow& row) {
  return !row.arms().empty() &&
         std::all_of(row.arms().begin(), row.arms().end(),
                     [](const v1::Arm& arm) {
                       return arm.type() == v1::ARM_TYPE_OTHER;
                     });
}

// Whether the types of the arms tell which groups are under test. Where there
// are two groups and one is, the other is what it is compared with.
bool TellWhatIsUnderTest(const RowList& rows) {
  if (rows.size() == 2 && ((IsUnderTest(*rows[0]) && IsOther(*rows[1])) ||
                           (IsOther(*rows[0]) && IsUnderTest(*rows[1])))) {
    return true;
  }
  return std::all_of(rows.begin(), rows.end(), [](const v1::EvidenceRow* row) {
    return IsUnderTest(*row) || IsComparator(*row);
  });
}

ArmPair DivideBy(const RowList& rows,
                 bool (*is_of_group)(const v1::EvidenceRow&)) {
  ArmPair pair;
  for (const v1::EvidenceRow* row : rows) {
    (is_of_group(*row) ? pair.group : pair.reference).push_back(row);
  }
  return pair;
}

bool IsWhole(const ArmPair& pair) {
  return !pair.group.empty() && !pair.reference.empty();
}

// Why the rows of one side of a comparison are no one group; empty when they
// are. What the drug alone and radiotherapy alone come to are two questions.
std::string WhyUnlike(const RowList& side) {
  std::set<std::string> kinds;
  std::vector<std::string> groups;
  for (const v1::EvidenceRow* row : side) {
    kinds.insert(absl::StrCat(row->treatment(), "/",
                              RoleOf(*row) == GroupRole::kUnderTest ? 1 : 0));
    groups.push_back(row->group());
  }
  if (kinds.size() < 2) return "";
  return absl::StrCat("it can be compared with groups of different kinds, ",
                      absl::StrJoin(groups, " and "),
                      ", which are not combined; want a filter that leaves one "
                      "of them");
}

// Why `rows`, which are of one result, give no comparison.
std::string WhyUnpaired(const RowList& rows) {
  if (rows.size() == 1) {
    return "no number of a group to compare it with is printed beside it";
  }
  std::set<std::string> types;
  for (const v1::EvidenceRow* row : rows) {
    for (const v1::Arm& arm : row->arms()) {
      types.insert(arm.has_type()
                       ? EnumText(*v1::ArmType_descriptor()->FindValueByNumber(
                             arm.type()))
                       : "not stated");
    }
  }
  return absl::StrCat(
      "which of its groups is under test is not told: the types of their arms "
      "are ",
      absl::StrJoin(types, ", "),
      "; want one that is experimental and a comparator");
}

}  // namespace

GroupRole RoleOf(const v1::EvidenceRow& row) { return RoleOf(row.arms()); }

GroupRole RoleOf(const google::protobuf::RepeatedPtrField<v1::Arm>& arms) {
  if (arms.empty()) return GroupRole::kUntold;
  if (std::all_of(arms.begin(), arms.end(), [](const v1::Arm& arm) {
        return arm.type() == v1::ARM_TYPE_EXPERIMENTAL;
      })) {
    return GroupRole::kUnderTest;
  }
  const bool compares =
      std::all_of(arms.begin(), arms.end(), [](const v1::Arm& arm) {
        return arm.type() == v1::ARM_TYPE_ACTIVE_COMPARATOR ||
               arm.type() == v1::ARM_TYPE_PLACEBO_COMPARATOR ||
               arm.type() == v1::ARM_TYPE_SHAM_COMPARATOR ||
               arm.type() == v1::ARM_TYPE_NO_INTERVENTION;
      });
  return compares ? GroupRole::kComparator : GroupRole::kUntold;
}

std::vector<const v1::EvidenceRow*> RowsOfOtherArms(
    const v1::EvidenceRow& first, Rows rows) {
  RowList all = {&first};
  for (const v1::EvidenceRow* row : rows) {
    const bool same_result =
        row->record() == first.record() && row->report() == first.report() &&
        row->population() == first.population() &&
        row->grade() == first.grade() &&
        row->time_months() == first.time_months() &&
        row->statistic() == first.statistic() &&
        row->outcome_detail() == first.outcome_detail() &&
        std::equal(row->subgroups().begin(), row->subgroups().end(),
                   first.subgroups().begin(), first.subgroups().end());
    const bool disjoint =
        std::all_of(all.begin(), all.end(), [&](const v1::EvidenceRow* taken) {
          return AreDisjoint(GroupOf(*taken), GroupOf(*row));
        });
    if (same_result && disjoint) all.push_back(row);
  }
  return all;
}

ArmPairs PairArms(Rows rows) {
  ArmPairs made;
  std::set<const v1::EvidenceRow*> used;
  for (const v1::EvidenceRow* first : rows) {
    if (used.count(first) > 0) continue;
    RowList result;
    for (const v1::EvidenceRow* row : RowsOfOtherArms(*first, rows)) {
      if (used.insert(row).second) result.push_back(row);
    }
    ArmPair pair = DivideBy(result, IsCombination);
    if (!IsWhole(pair) && TellWhatIsUnderTest(result)) {
      pair = DivideBy(result, IsUnderTest);
    }
    std::string why;
    if (IsWhole(pair)) {
      why = WhyUnlike(pair.reference);
      if (why.empty()) {
        made.pairs.push_back(std::move(pair));
        continue;
      }
    } else {
      why = WhyUnpaired(result);
    }
    for (const v1::EvidenceRow* row : result) {
      made.unpaired.push_back({row, why});
    }
  }
  return made;
}

}  // namespace consilium
