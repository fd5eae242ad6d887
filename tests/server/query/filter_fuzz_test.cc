// Random filters, from fixed seeds: reading never crashes, and what is read
// prints to a text that reads to the same.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "server/query/errors.h"
#include "server/query/filter.h"
#include "tests/server/query/filter_schema.h"

namespace consilium {
namespace {

const std::vector<std::string>& Fragments() {
  static const auto* const fragments = new std::vector<std::string>{
      "title",
      "contrasts",
      "value",
      ".",
      "any",
      "all",
      "(",
      ")",
      "AND",
      "OR",
      "NOT",
      "-",
      "=",
      "!=",
      "<",
      ">=",
      ":",
      "*",
      "\"",
      "'",
      "\\",
      "68",
      "0.5",
      "-3",
      "1e999",
      "true",
      "id",
      "trial",
      "dose",
      "60 Gy",
      "20s",
      "2024-06-02",
      "rr",
      ",",
      " ",
      " ",
      " ",
      "\n",
      "é",
      "\xff",
      "\x01",
      "design",
      "phase",
      "measure",
      "EGFR",
      "and",
      "title:",
      "title = a",
      "contrasts.any(",
      "mainMeasure = rr",
      "startTime > 2024-06-02",
      "blinded:false",
      "\"a*b\"",
      "NOT (",
  };
  return *fragments;
}

std::string RandomText(std::mt19937_64& random) {
  std::string text;
  const size_t count = random() % 24;
  for (size_t i = 0; i < count; ++i) {
    absl::StrAppend(&text, Fragments()[random() % Fragments().size()],
                    random() % 2 == 0 ? " " : "");
  }
  return text;
}

std::string RandomTerm(std::mt19937_64& random, int depth);

std::string RandomExpression(std::mt19937_64& random, int depth) {
  std::string text = RandomTerm(random, depth);
  const size_t more = random() % 4;
  for (size_t i = 0; i < more; ++i) {
    static constexpr const char* kJoins[] = {" AND ", " OR ", " "};
    absl::StrAppend(&text, kJoins[random() % 3], RandomTerm(random, depth));
  }
  return text;
}

std::string RandomTerm(std::mt19937_64& random, int depth) {
  static constexpr const char* kLeaves[] = {
      "title = a",
      "title != \"a \\\" \\\\ \\* * b\"",
      "labels:é",
      "participantCount >= -2.5e3",
      "dose < \"60 Gy\"",
      "contrasts.value:*",
      "\"osimertinib\"",
      "'two words'",
      "mainMeasure = rr",
      "startTime > 2024-06-02T08:00:00Z",
      "followUp = 90s",
      "trial = nct*",
      "design:phase",
      "title:(a OR NOT b)",
      "\"AND\"",
      "title = \"\"",
      "title = \"tab\\t\"",
      "contrasts.all(value > 1 key:x)",
  };
  switch (depth > 0 ? random() % 5 : 4) {
    case 0:
      return absl::StrCat("(", RandomExpression(random, depth - 1), ")");
    case 1:
      return absl::StrCat("NOT (", RandomExpression(random, depth - 1), ")");
    case 2:
      return absl::StrCat("-", kLeaves[random() % 18]);
    case 3:
      return "contrasts.any(measure = rr value < 3 OR NOT key:*)";
    default:
      return kLeaves[random() % 18];
  }
}

// Whether `text` is a filter; if so, that it survives printing.
bool CheckRoundTrip(const std::string& text) {
  const auto filter = Filter::Parse(text, *test::Arm::descriptor());
  if (!filter.ok()) {
    EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(GetErrorReason(filter.status()), "");
    return false;
  }
  const std::string printed = filter->ToString();
  const auto again = Filter::Parse(printed, *test::Arm::descriptor());
  EXPECT_TRUE(again.ok()) << text << " printed as " << printed << ": "
                          << again.status();
  if (again.ok()) {
    EXPECT_TRUE(again->root() == filter->root()) << text << " / " << printed;
    EXPECT_EQ(again->ToString(), printed);
    const auto arm = MakeArm(
        "title: 'a' participant_count: 3 contrasts { value: 2 key: 'k' }");
    EXPECT_EQ(again->Matches(arm), filter->Matches(arm)) << text;
  }
  return true;
}

TEST(FilterFuzzTest, RandomTextNeverCrashes) {
  std::mt19937_64 random(20240602);
  int valid = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = RandomText(random);
    SCOPED_TRACE(text);
    if (CheckRoundTrip(text)) ++valid;
  }
  EXPECT_GT(valid, 50);
}

TEST(FilterFuzzTest, RandomFiltersSurvivePrinting) {
  std::mt19937_64 random(893332);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = RandomExpression(random, 4);
    const auto filter = Filter::Parse(text, *test::Arm::descriptor());
    // The only fault of these texts is size.
    if (GetErrorReason(filter.status()) == kFilterTooLarge) continue;
    EXPECT_TRUE(CheckRoundTrip(text)) << text << filter.status();
  }
}

TEST(FilterFuzzTest, DamagedFiltersNeverCrash) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 5000; ++i) {
    std::string text = RandomExpression(random, 3);
    const size_t damages = 1 + random() % 4;
    for (size_t j = 0; j < damages && !text.empty(); ++j) {
      const size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 5);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), 6));
      }
    }
    SCOPED_TRACE(text);
    CheckRoundTrip(text);
  }
}

}  // namespace
}  // namespace consilium
