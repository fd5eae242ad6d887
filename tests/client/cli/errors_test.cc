#include "client/cli/errors.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "client/cli/exit_code.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

std::string Print(const absl::Status& status, ErrorForm form) {
  std::ostringstream out;
  PrintError(status, {"consilium trial get", "consilium --server h:1"}, form,
             /*color=*/false, out);
  return out.str();
}

TEST(ExitCodeTest, FollowsTheCode) {
  const std::vector<std::pair<absl::Status, int>> cases = {
      {absl::OkStatus(), 0},
      {absl::InternalError(""), 1},
      {absl::UnknownError(""), 1},
      {absl::CancelledError(""), 1},
      {UsageError(""), 2},
      {absl::PermissionDeniedError(""), 4},
      {absl::UnauthenticatedError(""), 4},
      {absl::NotFoundError(""), 5},
      {absl::AbortedError(""), 6},
      {absl::AlreadyExistsError(""), 6},
      {absl::FailedPreconditionError(""), 6},
      {absl::InvalidArgumentError(""), 7},
      {absl::ResourceExhaustedError(""), 7},
      {absl::UnavailableError(""), 8},
      {MakeError(absl::StatusCode::kResourceExhausted, "DISK_SPACE_LOW", ""),
       8},
      {MakeError(absl::StatusCode::kResourceExhausted, "COMMIT_QUEUE_FULL", ""),
       8},
      {absl::DeadlineExceededError(""), 8},
      {absl::DataLossError(""), 10},
  };
  for (const auto& [status, exit_code] : cases) {
    EXPECT_EQ(static_cast<int>(ExitCodeOf(status)), exit_code) << status;
  }
}

TEST(PrintErrorTest, TextSaysWhatWhereAndNext) {
  const absl::Status status = MakeError(
      absl::StatusCode::kNotFound, "TRIAL_NOT_FOUND", "trial nct1 is not here",
      {{"registry", "nsclc"},
       {"trial", "nct1"},
       {kNextKey, "consilium trial list"}});
  EXPECT_EQ(Print(status, ErrorForm::kText),
            "error: trial nct1 is not here\n"
            "  registry: nsclc\n"
            "  reason: TRIAL_NOT_FOUND\n"
            "next: consilium trial list\n");
}

TEST(PrintErrorTest, TextListsViolationsThatTheMessageLacks) {
  std::vector<FieldViolation> violations;
  for (int i = 0; i < 5; ++i) {
    violations.push_back(
        {"field" + std::to_string(i), "fault number " + std::to_string(i)});
  }
  const std::string text = Print(InvalidFields(violations), ErrorForm::kText);
  for (int i = 0; i < 5; ++i) {
    EXPECT_NE(text.find("fault number " + std::to_string(i)),
              std::string::npos);
  }
}

TEST(PrintErrorTest, TextShowsNoControlCharactersOfTheServer) {
  const std::string text =
      Print(absl::InternalError("bad \x1b[2J \xff"), ErrorForm::kText);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("\\x1b[2J \\xff"), std::string::npos);
}

TEST(PrintErrorTest, JsonIsOneObjectOnOneLine) {
  const absl::Status status =
      WithNext(InvalidField("trial.title", "is \"empty\""), "consilium apply");
  const std::string text = Print(status, ErrorForm::kJson);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["messageType"], "error");
  EXPECT_EQ(json["code"], "INVALID_ARGUMENT");
  EXPECT_EQ(json["exitCode"], 7);
  EXPECT_EQ(json["message"], std::string(status.message()));
  EXPECT_EQ(json["fieldViolations"][0]["field"], "trial.title");
  EXPECT_EQ(json["fieldViolations"][0]["description"], "is \"empty\"");
  EXPECT_EQ(json["next"][0], "consilium apply");
  EXPECT_EQ(json["metadata"].count("next"), 0);
}

TEST(PrintErrorTest, JsonSurvivesAnyBytes) {
  const std::string text =
      Print(absl::InternalError("\xff\x01\x1b"), ErrorForm::kJson);
  EXPECT_TRUE(nlohmann::json::accept(text));
}

TEST(WithNextTest, KeepsTheErrorAndWhatItNamesItself) {
  const absl::Status status = WithNext(absl::AbortedError("stale"), "first");
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(NextCommands(WithNext(status, "second"), {"x"}).front(), "first");
  EXPECT_TRUE(WithNext(absl::OkStatus(), "x").ok());
}

TEST(NextCommandsTest, CanBeTypedAsTheyStand) {
  const TypedCommand typed{"consilium trial get", "consilium --server h:1"};
  const auto next = [&](absl::StatusCode code, const char* reason,
                        ErrorMetadata metadata = {}) {
    return NextCommands(MakeError(code, reason, "", metadata), typed).front();
  };
  EXPECT_EQ(next(absl::StatusCode::kNotFound, "REGISTRY_NOT_FOUND"),
            "consilium --server h:1 registry list");
  EXPECT_EQ(next(absl::StatusCode::kNotFound, "RECORD_NOT_FOUND"),
            "consilium --server h:1 trial list");
  EXPECT_EQ(next(absl::StatusCode::kNotFound, "OTHER"),
            "consilium trial --help");
  EXPECT_EQ(next(absl::StatusCode::kResourceExhausted, "DISK_SPACE_LOW"),
            "consilium --server h:1 backup prune --keep 3");
  EXPECT_EQ(next(absl::StatusCode::kResourceExhausted, "DISK_SPACE_LOW",
                 {{"path", "/srv/north"}}),
            "df -h /srv/north  # make room there, and writes go on");
  EXPECT_EQ(next(absl::StatusCode::kUnavailable, "STORE_STOPPED"),
            "look at the server's disk, start the server again, then repeat "
            "the command");
  EXPECT_EQ(next(absl::StatusCode::kUnavailable, "OTHER"),
            "consilium --server h:1 registry list  # does the server answer?");
  // The one that did not answer.
  EXPECT_EQ(next(absl::StatusCode::kUnavailable, "SERVER_UNAVAILABLE",
                 {{"address", "h:2"}}),
            "consilium --server h:2 registry list  # does the server answer?");
}

}  // namespace
}  // namespace consilium
