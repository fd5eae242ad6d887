#include "client/cli/apply_plan.h"

#include <map>
#include <string>

#include "client/cli/limits.h"
#include "storage/change/limits.h"

namespace consilium {
namespace {

// What a change will hold, about.
struct ChangeSize {
  size_t records = 0;
  size_t assignments = 0;
  size_t bytes = 0;

  void Add(const EvidenceRecord& record) {
    ++records;
    assignments += record.assignment_count;
    bytes += record.size_bytes + record.assignment_count * kAssignmentOverhead;
  }
  void Add(const ApplyGroup& group) {
    for (const EvidenceRecord* record : group) Add(*record);
  }
  bool Fits(size_t bytes_max) const {
    return records <= kStatementsPerCallMax &&
           assignments <= kAssignmentsPerChangeMax && bytes <= bytes_max;
  }
};

}  // namespace

std::vector<ApplyGroup> PlanApply(const Evidence& evidence) {
  ApplyGroup all;
  ChangeSize size;
  for (const EvidenceRecord& record : evidence.records()) {
    all.push_back(&record);
    size.Add(record);
  }
  if (size.Fits(kGroupSizeMax)) return {all};
  std::vector<ApplyGroup> groups;
  ChangeSize last;
  for (const ApplyGroup& unit : PlanApplyByUnit(evidence)) {
    last.Add(unit);
    if (groups.empty() || !last.Fits(kChangeSizeWanted)) {
      groups.emplace_back();
      last = ChangeSize();
      last.Add(unit);
    }
    groups.back().insert(groups.back().end(), unit.begin(), unit.end());
  }
  return groups;
}

std::vector<ApplyGroup> PlanApplyByUnit(const Evidence& evidence) {
  std::map<std::string, ApplyGroup> by_unit;
  for (const EvidenceRecord& record : evidence.records()) {
    by_unit[record.unit].push_back(&record);
  }
  std::vector<ApplyGroup> groups;
  for (const std::string& unit : evidence.UnitsInOrderOfUse()) {
    if (!by_unit[unit].empty()) groups.push_back(by_unit[unit]);
  }
  return groups;
}

}  // namespace consilium
