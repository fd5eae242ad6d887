#include "client/cli/text_editor.h"

#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

TEST(WithProblemCommentsTest, NamesLinesOfTheTextThatIsShown) {
  EXPECT_EQ(WithProblemComments(
                "titel: A\nnote: x\n",
                {{{1, 1}, "", "no such field"}, {{2, 7}, "note", "too short"}}),
            "#! line 3: no such field\n"
            "#! line 4: note: too short\n"
            "titel: A\nnote: x\n");
}

TEST(WithProblemCommentsTest, TakesEarlierCommentsOut) {
  EXPECT_EQ(WithProblemComments("#! line 3: old\n#! line 4: old\ntitel: A\n",
                                {{{3, 1}, "", "no such field"}}),
            "#! line 2: no such field\ntitel: A\n");
}

TEST(EditedFileTest, GivesBackWhatTheEditorLeft) {
  const Environment environment = {{"TMPDIR", testing::TempDir()},
                                   {"EDITOR", "sed -i s/old/new/"}};
  ASSERT_OK_AND_ASSIGN(const auto file, EditedFile::Create(environment));
  EXPECT_THAT(file->Edit("title: old\n"), IsOkAndHolds("title: new\n"));
}

TEST(EditedFileTest, AFailingEditorIsAnError) {
  const Environment environment = {{"TMPDIR", testing::TempDir()},
                                   {"EDITOR", "false"}};
  ASSERT_OK_AND_ASSIGN(const auto file, EditedFile::Create(environment));
  EXPECT_THAT(file->Edit("title: A\n"), StatusIs(absl::StatusCode::kInternal));
}

TEST(EditedFileTest, TheFileGoesUnlessItIsKept) {
  const Environment environment = {{"TMPDIR", testing::TempDir()},
                                   {"EDITOR", "true"}};
  std::string gone;
  std::string kept;
  {
    ASSERT_OK_AND_ASSIGN(const auto file, EditedFile::Create(environment));
    gone = file->path();
    ASSERT_OK_AND_ASSIGN(const auto other, EditedFile::Create(environment));
    other->Keep();
    kept = other->path();
  }
  EXPECT_FALSE(std::ifstream(gone).good());
  EXPECT_TRUE(std::ifstream(kept).good());
}

}  // namespace
}  // namespace consilium
