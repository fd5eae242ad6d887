// Findings as checks collect them, and numbers as reports print them.
#ifndef CONSILIUM_SERVER_EVIDENCE_FINDING_LIST_H_
#define CONSILIUM_SERVER_EVIDENCE_FINDING_LIST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/evidence.h"

namespace consilium {

// One thread.
class FindingList {
 public:
  // `evidence` must outlive the list.
  explicit FindingList(const Evidence& evidence) : evidence_(evidence) {}

  // A finding of a record, by its name relative to the registry. The reference
  // holds until the next is added.
  v1::Finding& Add(absl::string_view check, v1::FindingSeverity severity,
                   absl::string_view record, std::string message,
                   std::string expected = "");

  // A finding of a row, and of another that it is held against.
  void AddRow(absl::string_view check, v1::FindingSeverity severity,
              const v1::EvidenceRow& row, std::string message,
              std::string expected = "",
              const v1::EvidenceRow* related = nullptr);

  // All of them, by descending severity, record, path and check.
  std::vector<v1::Finding> Take();

 private:
  const Evidence& evidence_;
  std::vector<v1::Finding> findings_;
};

// With at most six decimals.
std::string ShowNumber(double number);

// Half a unit of the last decimal that `number` needs: what rounding may hide.
double RoundingOf(double number);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_FINDING_LIST_H_
