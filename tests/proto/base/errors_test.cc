#include "proto/base/errors.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "proto/base/grpc_status.h"
#include "proto/base/limits.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

absl::Status Stale() {
  return MakeError(absl::StatusCode::kAborted, "STALE_ETAG", "stale",
                   {{"etag", "\"x\""}});
}

TEST(ErrorsTest, CarriesReasonDomainAndMetadata) {
  const auto info = GetErrorInfo(Stale());
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "STALE_ETAG");
  EXPECT_EQ(info->domain(), "consilium");
  EXPECT_EQ(info->metadata().at("etag"), "\"x\"");
  EXPECT_EQ(GetErrorReason(Stale()), "STALE_ETAG");
  EXPECT_EQ(GetErrorReason(absl::InternalError("x")), "");
}

TEST(ErrorsTest, NamesTheFirstViolationsAndCarriesAll) {
  std::vector<FieldViolation> violations;
  for (int i = 0; i < 5; ++i) {
    violations.push_back({absl::StrCat("f", i), "is wrong"});
  }
  const absl::Status status = InvalidFields(violations);
  EXPECT_THAT(status,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "f0: is wrong; f1: is wrong; f2: is wrong; and 2 more"));
  EXPECT_THAT(GetFieldViolations(status), SizeIs(5));
}

TEST(ErrorsTest, AnnotatingKeepsThePayloads) {
  const absl::Status annotated = Annotate(Stale(), "trials/t");
  EXPECT_EQ(annotated.message(), "trials/t: stale");
  EXPECT_EQ(GetErrorReason(annotated), "STALE_ETAG");
  EXPECT_OK(Annotate(absl::OkStatus(), "x"));
}

TEST(ErrorsTest, BytesThatAreNoTextAreShown) {
  EXPECT_EQ(InvalidField("f", "\xFF").message(), "f: \\xff");
}

TEST(ErrorsTest, SurvivesTheWayThroughGrpc) {
  absl::Status status = InvalidField("f", "is wrong");
  status.SetPayload("type.googleapis.com/other", absl::Cord("bytes"));
  EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(status)), status);
  EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(Stale())), Stale());
  EXPECT_EQ(FromRpcStatus(ToRpcStatus(Stale())), Stale());
  EXPECT_OK(FromGrpcStatus(ToGrpcStatus(absl::OkStatus())));
}

TEST(ErrorsTest, EveryCodeSurvivesTheWayThroughGrpc) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "m");
    EXPECT_EQ(FromGrpcStatus(ToGrpcStatus(status)), status) << code;
  }
}

TEST(ErrorsTest, TakesGrpcsOwnErrors) {
  EXPECT_EQ(FromGrpcStatus(grpc::Status(grpc::UNAVAILABLE, "gone")),
            absl::UnavailableError("gone"));
  EXPECT_EQ(FromGrpcStatus(grpc::Status(grpc::UNAVAILABLE, "gone", "rubbish")),
            absl::UnavailableError("gone"));
}

TEST(ErrorsTest, FitsIntoTrailers) {
  std::vector<FieldViolation> violations(500, {"some.field", "is quite wrong"});
  absl::Status status = InvalidFields(violations);
  status.SetPayload("type.googleapis.com/large",
                    absl::Cord(std::string(100000, 'x')));
  const grpc::Status sent = ToGrpcStatus(status);
  EXPECT_LE(sent.error_details().size(), kStatusDetailsSizeMax);
  const absl::Status received = FromGrpcStatus(sent);
  EXPECT_EQ(GetErrorReason(received), "INVALID_FIELD");
}

TEST(ErrorsTest, ManyViolationsAreCutAndCounted) {
  const std::vector<FieldViolation> violations(
      500, {"some.field", "is quite wrong"});
  const grpc::Status sent = ToGrpcStatus(InvalidFields(violations));
  EXPECT_LE(sent.error_details().size(), kStatusDetailsSizeMax);
  const auto received = GetFieldViolations(FromGrpcStatus(sent));
  ASSERT_GT(received.size(), 10u);
  EXPECT_EQ(received[0].field, "some.field");
  EXPECT_EQ(
      received.back().description,
      absl::StrCat("and ", 500 - (received.size() - 1), " more violations"));
}

TEST(ErrorsTest, LongMessagesAreCutBetweenCharacters) {
  std::string message;
  while (message.size() <= kStatusMessageSizeMax) message += "é";
  const grpc::Status sent = ToGrpcStatus(absl::InternalError(message));
  EXPECT_LE(sent.error_message().size(), kStatusMessageSizeMax + 3);
  EXPECT_THAT(sent.error_message(), HasSubstr("é..."));
}

}  // namespace
}  // namespace consilium
