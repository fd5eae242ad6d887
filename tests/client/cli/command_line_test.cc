#include "client/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/client/cli/fake_commands.h"
#include "tests/client/cli/test_io.h"

namespace consilium {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

Outcome RunWords(const std::vector<std::string>& words,
                 const Environment& environment = {}) {
  TestIo test;
  test.io.environment = environment;
  Outcome outcome;
  outcome.exit_code =
      static_cast<int>(RunCommandLine(MakeFakeTable(), words, test.io));
  outcome.out = test.out.str();
  outcome.err = test.err.str();
  return outcome;
}

TEST(CommandLineTest, OutputThatWasNotWrittenIsNoSuccess) {
  const auto run = [](int error, std::vector<std::string> words) {
    TestIo test;
    test.out.setstate(std::ios::badbit);
    test.io.out_error = [error] { return error; };
    Outcome outcome;
    outcome.exit_code =
        static_cast<int>(RunCommandLine(MakeFakeTable(), words, test.io));
    outcome.err = test.err.str();
    return outcome;
  };
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"trial", "get", "nct1"},
        std::vector<std::string>{"--help"},
        std::vector<std::string>{"--version"}}) {
    const Outcome full = run(ENOSPC, words);
    EXPECT_EQ(full.exit_code, 1);
    EXPECT_THAT(full.err,
                HasSubstr("standard output: No space left on device; not all"));
    // Nobody reads any more, as under `head`.
    EXPECT_EQ(run(EPIPE, words).exit_code, 1);
    EXPECT_EQ(run(EPIPE, words).err, "");
  }
}

struct GoodCase {
  std::vector<std::string> words;
  std::string out;
  int exit_code = 0;
};

TEST(CommandLineTest, FillsInParameters) {
  for (const GoodCase& good : std::vector<GoodCase>{
           {{"trial", "get", "nct1"}, "get nct1 at latest server \n"},
           {{"trial", "get", "nct1", "--at", "s1"}, "get nct1 at s1 server \n"},
           {{"trial", "get", "--at=s1", "nct1"}, "get nct1 at s1 server \n"},
           {{"--server", "h:1", "trial", "get", "nct1"},
            "get nct1 at latest server h:1\n"},
           {{"trial", "--server=h:1", "get", "nct1"},
            "get nct1 at latest server h:1\n"},
           {{"trial", "get", "nct1", "--server", "h:1"},
            "get nct1 at latest server h:1\n"},
           {{"ae", "get", "x"}, "get x at latest server \n"},
           {{"adverse-event", "get", "x"}, "get x at latest server \n"},
           {{"trial", "edit", "nct1", "-m", "why"},
            "edit nct1|||why|1|1s|left|wet\n"},
           {{"trial", "edit", "--set", "a=1", "nct1", "--set", "b=[1,2]", "two",
             "three", "-mwhy not", "--count", "-3", "--wait", "2m", "--side",
             "right", "--dry-run"},
            "edit nct1|two+three|a=1+b=[1,2]|why not|-3|2m|right|dry\n"},
           {{"trial", "edit", "-m", "--odd", "--", "-x", "[a,b]", "--set"},
            "edit -x|[a,b]+--set||--odd|1|1s|left|wet\n"},
           {{"trial", "list", "-o", "json"}, "[\n{}\n]\n"},
           {{"-ojson", "trial", "list"}, "[\n{}\n]\n"},
           {{"trial", "list", "-o", "name"}, "trials/nct1\n"},
           {{"sync", "a:1", "b:2"}, "sync a:1 b:2\n", 3},
           {{"sync", "bundle", "create"}, "consilium sync bundle create\n", 1},
           {{"--version"}, "consilium 9.9\n"},
       }) {
    const Outcome outcome = RunWords(good.words);
    EXPECT_EQ(outcome.out, good.out) << testing::PrintToString(good.words);
    EXPECT_EQ(outcome.err, "") << testing::PrintToString(good.words);
    EXPECT_EQ(outcome.exit_code, good.exit_code);
  }
}

struct BadCase {
  std::vector<std::string> words;
  std::string err;
};

TEST(CommandLineTest, AMistypedCommandRunsNothingAndIsToldBetter) {
  for (const BadCase& bad : std::vector<BadCase>{
           {{"tril", "get", "x"},
            "error: consilium has no command \"tril\"; did you mean "
            "\"trial\"?\nnext: consilium trial\n"},
           {{"trial", "gte", "x"}, "did you mean \"get\"?"},
           {{"trial", "zzzz"}, "next: consilium trial --help"},
           {{"trial", "edit", "nct1", "-m", "x", "--dryrun"},
            "consilium trial edit has no flag \"--dryrun\"; did you mean "
            "\"--dry-run\"?"},
           {{"trial", "get", "x", "--serve", "h:1"},
            "did you mean \"--server\"?"},
           {{"trial", "get"}, "consilium trial get needs NAME: The trial"},
           {{"trial", "get", "a", "b"}, "takes no further argument \"b\""},
           {{"trial", "get", "a", "--at"}, "--at needs a value: VERSION"},
           {{"trial", "edit", "a"}, "needs -m, --message TEXT: Why"},
           {{"trial", "edit", "a", "-m", "x", "--count", "many"},
            "--count takes a whole number, not \"many\""},
           {{"trial", "edit", "a", "-m", "x", "--wait", "long"},
            "--wait takes a duration"},
           {{"trial", "edit", "a", "-m", "x", "--side", "rihgt"},
            "--side takes left, right, not \"rihgt\"; did you mean \"right\"?"},
           {{"trial", "edit", "a", "-m", "x", "-m", "y"}, "--message"},
           {{"trial", "list", "-o", "jsno"}, "did you mean \"json\"?"},
           {{"trial", "list", "--context", "x"}, "no context \"x\""},
           {{"trial", "--frobnicate"}, "has no flag \"--frobnicate\""},
           {{"completion", "tcsh"}, "SHELL takes bash, zsh, fish"},
       }) {
    const Outcome outcome = RunWords(bad.words);
    EXPECT_EQ(outcome.exit_code, 2) << testing::PrintToString(bad.words);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(bad.err));
    EXPECT_THAT(outcome.err, HasSubstr("next: "));
  }
}

TEST(CommandLineTest, AFailureBecomesItsExitCode) {
  const Outcome outcome = RunWords({"fail", "5"});
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("error: it failed"));
}

TEST(CommandLineTest, ErrorsAreJsonWhereTheOutputIs) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"fail", "5", "-o", "json"},
           {"tril", "-ojson"},
           {"--output=jsonl", "trial", "x"}}) {
    const Outcome outcome = RunWords(words);
    const auto json = nlohmann::json::parse(outcome.err);
    EXPECT_EQ(json["exitCode"], outcome.exit_code);
  }
  EXPECT_EQ(RunWords({"fail", "5"}, {{"CONSILIUM_OUTPUT", "json"}}).err.front(),
            '{');
  EXPECT_THAT(
      RunWords({"fail", "5", "-o", "table"}, {{"CONSILIUM_OUTPUT", "json"}})
          .err,
      HasSubstr("error: "));
}

TEST(CommandLineTest, AConfigFaultNamesTheFile) {
  const std::string path = testing::TempDir() + "command_line_test.toml";
  std::ofstream(path) << "sever = 'h:1'";
  const Outcome outcome =
      RunWords({"trial", "list"}, {{"CONSILIUM_CONFIG", path}});
  EXPECT_EQ(outcome.exit_code, 7);
  EXPECT_THAT(outcome.err, HasSubstr(path + ":1"));
}

TEST(CommandLineTest, HelpSaysWhatACommandTakes) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"trial", "edit", "--help"},
           {"help", "trial", "edit"},
           {"--server", "h:1", "help", "trial", "edit"},
           {"trial", "edit", "x", "-h"},
           {"trial", "-h", "edit"}}) {
    const Outcome outcome = RunWords(words);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("Change a trial\n"));
    EXPECT_THAT(outcome.out,
                HasSubstr("consilium trial edit NAME [EXTRA...] [flags]"));
    EXPECT_THAT(outcome.out, HasSubstr("  -m, --message TEXT"));
    EXPECT_THAT(outcome.out, HasSubstr("Why (required)"));
    EXPECT_THAT(outcome.out, HasSubstr("Which: left, right"));
    EXPECT_THAT(outcome.out, HasSubstr("Flags of every command:"));
  }
}

TEST(CommandLineTest, AGroupListsItsCommands) {
  const Outcome help = RunWords({"trial", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("  edit  Change a trial\n"));
  EXPECT_THAT(help.out, Not(HasSubstr("bundle")));
  const Outcome all = RunWords({});
  EXPECT_EQ(all.exit_code, 2);
  EXPECT_EQ(all.out, "");
  EXPECT_THAT(all.err, HasSubstr("  ae          Adverse events\n"));
}

TEST(CommandLineTest, OutputThatCannotBeWrittenIsAFailure) {
  TestIo test;
  test.out.setstate(std::ios::badbit);
  EXPECT_EQ(RunCommandLine(MakeFakeTable(), {"trial", "list"}, test.io),
            ExitCode::kFailed);
}

}  // namespace
}  // namespace consilium
