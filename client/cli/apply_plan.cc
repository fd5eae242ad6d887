#include "client/cli/apply_plan.h"

#include <map>
#include <string>

#include "client/cli/limits.h"
#include "storage/change/limits.h"

namespace consilium {
namespace {

bool FitsOneChange(const Evidence& evidence) {
  size_t assignments = 0;
  size_t size_bytes = 0;
  for (const EvidenceRecord& record : evidence.records()) {
    assignments += record.assignment_count;
    size_bytes +=
        record.size_bytes + record.assignment_count * kAssignmentOverhead;
  }
  return assignments <= kAssignmentsPerChangeMax && size_bytes <= kGroupSizeMax;
}

}  // namespace

std::vector<ApplyGroup> PlanApply(const Evidence& evidence) {
  if (!FitsOneChange(evidence)) return PlanApplyByFile(evidence);
  ApplyGroup all;
  for (const EvidenceRecord& record : evidence.records()) {
    all.push_back(&record);
  }
  return {all};
}

std::vector<ApplyGroup> PlanApplyByFile(const Evidence& evidence) {
  std::map<std::string, ApplyGroup> by_file;
  for (const EvidenceRecord& record : evidence.records()) {
    by_file[record.file].push_back(&record);
  }
  std::vector<ApplyGroup> groups;
  for (const std::string& file : evidence.FilesInOrderOfUse()) {
    if (!by_file[file].empty()) groups.push_back(by_file[file]);
  }
  return groups;
}

}  // namespace consilium
