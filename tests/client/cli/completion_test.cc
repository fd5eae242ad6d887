#include "client/cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "client/cli/command_line.h"
#include "client/cli/command_tree.h"
#include "tests/client/cli/fake_commands.h"
#include "tests/client/cli/test_io.h"

namespace consilium {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Values(const std::vector<std::string>& words) {
  TestIo test;
  const CommandTable table = MakeFakeTable();
  const auto root = BuildCommandTree(table);
  std::vector<std::string> values;
  for (const Completion& completion :
       Complete(table, *root, words, test.io).candidates) {
    values.push_back(completion.value);
  }
  return values;
}

TEST(CompletionTest, OffersCommands) {
  EXPECT_THAT(Values({""}),
              ElementsAre("trial", "ae", "sync", "fail", "completion"));
  EXPECT_THAT(Values({"t"}), ElementsAre("trial"));
  EXPECT_THAT(Values({"trial", ""}), ElementsAre("list", "get", "edit"));
  EXPECT_THAT(Values({"--server", "h:1", "trial", "g"}), ElementsAre("get"));
  EXPECT_THAT(Values({"sync", ""}), ElementsAre("bundle"));
  EXPECT_THAT(Values({"sync", "a:1", ""}), IsEmpty());
  EXPECT_THAT(Values({"nonsense", ""}), IsEmpty());
}

TEST(CompletionTest, OffersFlagsOnce) {
  EXPECT_THAT(Values({"trial", "edit", "--s"}),
              ElementsAre("--set", "--side", "--server"));
  EXPECT_THAT(
      Values({"trial", "edit", "--side", "left", "--set", "a=1", "--s"}),
      ElementsAre("--set", "--server"));
  EXPECT_THAT(Values({"trial", "edit", "--", "--s"}), IsEmpty());
  EXPECT_THAT(Values({"-"}), Contains("--output"));
}

TEST(CompletionTest, OffersValues) {
  EXPECT_THAT(Values({"trial", "edit", "--side", ""}),
              ElementsAre("left", "right"));
  EXPECT_THAT(Values({"trial", "edit", "--side=r"}),
              ElementsAre("--side=right"));
  EXPECT_THAT(Values({"trial", "list", "-o", "j"}),
              ElementsAre("json", "jsonl"));
  EXPECT_THAT(Values({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(Values({"completion", "bash", ""}), IsEmpty());
}

TEST(CompletionTest, AsksTheServerOfTheLineForNames) {
  EXPECT_THAT(Values({"--server", "h:1", "trial", "get", ""}),
              ElementsAre("h:1-nct1", "h:1-nct2"));
  EXPECT_THAT(Values({"trial", "get", "--server", "h:2", "h:2-nct2"}),
              ElementsAre("h:2-nct2"));
  // What is wrong elsewhere on the line does not stop it.
  EXPECT_THAT(Values({"--server", "h:1", "trial", "get", "--frob", ""}),
              ElementsAre("h:1-nct1", "h:1-nct2"));
  EXPECT_THAT(
      Values({"--server", "h:1", "trial", "get", "--output", "xml", ""}),
      IsEmpty());
}

TEST(CompletionTest, OffersFilesWhereAFileFits) {
  TestIo test;
  const CommandTable table = MakeFakeTable();
  EXPECT_EQ(
      RunCommandLine(table, {"__complete", "--", "trial", "edit", "-f", ""},
                     test.io),
      ExitCode::kOk);
  EXPECT_EQ(test.out.str(), ":files\n");
}

TEST(CompletionTest, NeverFails) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"__complete"},
           {"__complete", "--"},
           {"__complete", "--", "\xff"},
           {"__complete", "--", "trial", "edit", "--count", "x", ""}}) {
    TestIo test;
    EXPECT_EQ(RunCommandLine(MakeFakeTable(), words, test.io), ExitCode::kOk);
    EXPECT_THAT(test.out.str(), HasSubstr(":end\n"));
    EXPECT_EQ(test.err.str(), "");
  }
}

TEST(CompletionTest, EveryShellHasAScriptThatAsks) {
  for (const std::string& shell : CompletionShells()) {
    EXPECT_THAT(CompletionScript(shell), HasSubstr("__complete --")) << shell;
  }
  EXPECT_EQ(CompletionScript("tcsh"), "");
}

std::string ReadCommand(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  size_t size = 0;
  while ((size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
    output.append(buffer.data(), size);
  }
  pclose(pipe);
  return output;
}

// Runs the bash script against a program that answers as `__complete` does.
TEST(CompletionTest, TheBashScriptOffersWhatTheProgramPrints) {
  const std::string directory = testing::TempDir();
  const std::string program = directory + "consilium_fake";
  std::ofstream(program) << "#!/bin/bash\n"
                            "printf '%s\\tasked %s\\n' \"got-$3\" x two y\n"
                            "echo :end\n";
  ASSERT_EQ(chmod(program.c_str(), 0755), 0);
  const std::string script = directory + "completion_test.bash";
  std::ofstream(script) << CompletionScript("bash") << "COMP_WORDS=(" << program
                        << " trial g)\nCOMP_CWORD=2\n_consilium\n"
                           "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
  EXPECT_EQ(ReadCommand("bash --norc " + script + " 2>&1"), "got-trial\ntwo\n");
}

}  // namespace
}  // namespace consilium
