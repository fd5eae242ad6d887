#include "proto/base/suggestion.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

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

TEST(SuggestionTest, AsksOnlyWithSomethingToAsk) {
  EXPECT_EQ(DidYouMean("trail", {"trial"}), "; did you mean \"trial\"?");
  EXPECT_EQ(DidYouMean("zzz", {"trial"}), "");
}

}  // namespace
}  // namespace consilium
