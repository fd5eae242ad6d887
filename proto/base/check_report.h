// What a doctor found, as both programs print it:
//
//   keys
//     pass  the directory of the keys is closed to others
//     fail  /data/keys/institution.key has mode 0644, so that others could ...
//           chmod 600 /data/keys/institution.key
//
//   12 checks: 11 pass, 1 fail
#ifndef CONSILIUM_PROTO_BASE_CHECK_REPORT_H_
#define CONSILIUM_PROTO_BASE_CHECK_REPORT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/doctor_service.pb.h"

namespace consilium {

// Checks of one matter. Borrows the group.
class CheckList {
 public:
  // Adds a group to `report`.
  CheckList(v1::ExamineResponse& report, absl::string_view title);

  void Pass(absl::string_view text);
  // Each says what is wrong in one sentence, and the command that mends it.
  void Warn(absl::string_view text, absl::string_view remedy);
  void Fail(absl::string_view text, absl::string_view remedy);
  void Damaged(absl::string_view text, absl::string_view remedy);

 private:
  void Add(v1::Check::Outcome outcome, absl::string_view text,
           absl::string_view remedy);

  v1::ExamineResponse& report_;
  v1::CheckGroup& group_;
};

// The report as text, in colour when asked to.
std::string CheckReportText(const v1::ExamineResponse& report, bool color);

// What a program that printed it ends with: 0 when all passes or warns, 10
// when something stored is damaged, else 1.
int CheckReportExitCode(const v1::ExamineResponse& report);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_CHECK_REPORT_H_
