// Every id of the example evidence is the one that the server would propose, so
// that people who read the same paper apart meet in the same records.
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "client/cli/evidence.h"
#include "client/cli/text_file.h"
#include "client/cli/text_problems.h"
#include "proto/base/id_proposal.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

// The article that the records were read in, whose own number is not printed.
constexpr char kArticle[] = "nsclc-targeted-rt-review";

class EvidenceIdsTest : public testing::TestWithParam<std::string> {};

TEST_P(EvidenceIdsTest, AreTheOnesProposed) {
  ASSERT_OK_AND_ASSIGN(
      const auto files,
      FindEvidenceFiles(absl::StrCat(CONSILIUM_EVIDENCE_DIR, "/", GetParam())));
  Evidence evidence;
  TextProblems problems;
  for (const std::string& file : files) {
    ASSERT_OK_AND_ASSIGN(const std::string text, ReadTextFile(file, std::cin));
    evidence.AddFile(file, text, problems);
  }
  ASSERT_OK(problems.empty() ? absl::OkStatus()
                             : problems.ToStatus("problems"));
  ASSERT_GT(evidence.records().size(), 300);
  for (const EvidenceRecord& record : evidence.records()) {
    if (record.id == kArticle) continue;
    ASSERT_OK_AND_ASSIGN(const std::string proposed,
                         ProposeId(*record.message, *record.traits, "id"));
    EXPECT_EQ(record.id, proposed) << record.Origin();
  }
}

INSTANTIATE_TEST_SUITE_P(Folders, EvidenceIdsTest,
                         testing::Values("nsclc", "nsclc-second"),
                         [](const auto& info) {
                           return info.param == "nsclc" ? "First" : "Second";
                         });

}  // namespace
}  // namespace consilium
