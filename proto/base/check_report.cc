#include "proto/base/check_report.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace consilium {
namespace {

// Exit codes of both programs; never renumber.
constexpr int kFailed = 1;
constexpr int kIntegrity = 10;

struct Word {
  const char* text;
  const char* color;  // Of a terminal.
};

Word WordOf(v1::Check::Outcome outcome) {
  switch (outcome) {
    case v1::Check::OUTCOME_PASS:
      return {"pass", "\033[32m"};
    case v1::Check::OUTCOME_WARN:
      return {"warn", "\033[33m"};
    case v1::Check::OUTCOME_FAIL:
      return {"fail", "\033[31m"};
    default:
      // A damage that this program does not know the name of is no pass.
      return {"DAMAGED", "\033[1;31m"};
  }
}

std::string Colored(const Word& word, bool color) {
  return color ? absl::StrCat(word.color, word.text, "\033[0m")
               : std::string(word.text);
}

std::string Summary(const v1::ExamineResponse& report) {
  std::map<v1::Check::Outcome, int> counts;
  int total = 0;
  for (const v1::CheckGroup& group : report.groups()) {
    for (const v1::Check& check : group.checks()) {
      ++counts[check.outcome()];
      ++total;
    }
  }
  return absl::StrCat(
      total, " checks: ",
      absl::StrJoin(counts, ", ", [](std::string* out, const auto& count) {
        absl::StrAppend(out, count.second, " ", WordOf(count.first).text);
      }));
}

}  // namespace

CheckList::CheckList(v1::ExamineResponse& report, absl::string_view title)
    : report_(report), group_(*report.add_groups()) {
  group_.set_title(std::string(title));
}

void CheckList::Add(v1::Check::Outcome outcome, absl::string_view text,
                    absl::string_view remedy) {
  v1::Check& check = *group_.add_checks();
  check.set_outcome(outcome);
  check.set_text(std::string(text));
  check.set_remedy(std::string(remedy));
  report_.set_worst(std::max(report_.worst(), outcome));
}

void CheckList::Pass(absl::string_view text) {
  Add(v1::Check::OUTCOME_PASS, text, "");
}

void CheckList::Warn(absl::string_view text, absl::string_view remedy) {
  Add(v1::Check::OUTCOME_WARN, text, remedy);
}

void CheckList::Fail(absl::string_view text, absl::string_view remedy) {
  Add(v1::Check::OUTCOME_FAIL, text, remedy);
}

void CheckList::Damaged(absl::string_view text, absl::string_view remedy) {
  Add(v1::Check::OUTCOME_DAMAGED, text, remedy);
}

std::string CheckReportText(const v1::ExamineResponse& report, bool color) {
  std::string text;
  for (const v1::CheckGroup& group : report.groups()) {
    absl::StrAppend(&text, group.title(), "\n");
    for (const v1::Check& check : group.checks()) {
      absl::StrAppend(&text, "  ", Colored(WordOf(check.outcome()), color),
                      "  ", check.text(), "\n");
      if (check.remedy().empty()) continue;
      absl::StrAppend(&text, "        ", check.remedy(), "\n");
    }
  }
  absl::StrAppend(&text, "\n", Summary(report), "\n");
  return text;
}

int CheckReportExitCode(const v1::ExamineResponse& report) {
  if (report.worst() <= v1::Check::OUTCOME_WARN) return 0;
  return report.worst() == v1::Check::OUTCOME_FAIL ? kFailed : kIntegrity;
}

}  // namespace consilium
