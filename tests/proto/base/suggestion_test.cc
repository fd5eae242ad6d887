#include "proto/base/suggestion.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SuggestionTest, FindsTheLikelySlip) {
  const std::vector<std::string> words = {"trial", "arm", "endpoint",
                                          "snapshot", "participantCount"};
  const struct {
    const char* word;
    const char* suggestion;
  } kCases[] = {
      {"trail", "trial"},   // Neighbours swapped.
      {"trials", "trial"},  // One too many.
      {"tial", "trial"},    // One missing.
      {"TRIAL", "trial"},   // Another case.
      {"am", "arm"},
      {"endpiont", "endpoint"},
      {"participantcount", "participantCount"},
      {"zzz", ""},
      {"x", ""},
      {"", ""},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Suggest(test.word, words), test.suggestion) << test.word;
  }
}

TEST(SuggestionTest, FindsWordsThatStartWithOrHoldIt) {
  const std::vector<std::string> words = {
      "egfr-19del",      "exon-19-deletion", "oligometastatic",
      "oligopersistent", "oligoprogressive", "oligorecurrent"};
  EXPECT_THAT(
      Suggestions("oligo", words),
      ElementsAre("oligorecurrent", "oligometastatic", "oligopersistent"));
  EXPECT_THAT(Suggestions("exon19", words), ElementsAre("exon-19-deletion"));
  EXPECT_THAT(Suggestions("19del", words),
              ElementsAre("egfr-19del", "exon-19-deletion"));
  EXPECT_THAT(Suggestions("oligometastatc", words),
              ElementsAre("oligometastatic"));
  EXPECT_THAT(Suggestions("ol", words), IsEmpty());
  EXPECT_THAT(Suggestions("", words), IsEmpty());
  EXPECT_EQ(DidYouMean("oligop", words),
            "; did you mean \"oligopersistent\" or \"oligoprogressive\"?");
}

TEST(SuggestionTest, AsksOnlyWithSomethingToAsk) {
  EXPECT_EQ(DidYouMean("trail", {"trial"}), "; did you mean \"trial\"?");
  EXPECT_EQ(DidYouMean("zzz", {"trial"}), "");
}

}  // namespace
}  // namespace consilium
