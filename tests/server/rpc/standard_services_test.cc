// Health and reflection, as probes and command-line clients use them.
#include <memory>
#include <set>
#include <string>

#include "consilium/v1/trial_service.grpc.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using testing::Contains;
using testing::IsSupersetOf;

TEST(HealthTest, ServesTheWholeAndEachService) {
  TestServer server("north");
  const auto stub = Health::NewStub(server.channel());
  for (const char* service :
       {"", "consilium.v1.TrialService", "consilium.v1.SyncService"}) {
    HealthCheckRequest request;
    request.set_service(service);
    ASSERT_OK_AND_ASSIGN(const HealthCheckResponse response,
                         Call(*stub, &Health::Stub::Check, request));
    EXPECT_EQ(response.status(), HealthCheckResponse::SERVING) << service;
  }
  HealthCheckRequest unknown;
  unknown.set_service("consilium.v1.NoService");
  EXPECT_EQ(Summary(Call(*stub, &Health::Stub::Check, unknown)),
            "NOT_FOUND SERVICE_NOT_FOUND");
}

TEST(HealthTest, WatchIsToldThatTheServerStops) {
  TestServer server("north");
  const auto stub = Health::NewStub(server.channel());
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
  const auto reader = stub->Watch(&context, HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  server.rpc().Stop(kTestDeadline);
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_FALSE(reader->Read(&response));
}

TEST(HealthTest, WatchOfAnUnknownServiceStaysOpen) {
  TestServer server("north");
  const auto stub = Health::NewStub(server.channel());
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
  HealthCheckRequest request;
  request.set_service("later");
  const auto reader = stub->Watch(&context, request);
  HealthCheckResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVICE_UNKNOWN);
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// The two versions of reflection, which differ in their package alone.
struct Stable {
  using Service = grpc::reflection::v1::ServerReflection;
  using Request = grpc::reflection::v1::ServerReflectionRequest;
  using Response = grpc::reflection::v1::ServerReflectionResponse;
};
struct Alpha {
  using Service = grpc::reflection::v1alpha::ServerReflection;
  using Request = grpc::reflection::v1alpha::ServerReflectionRequest;
  using Response = grpc::reflection::v1alpha::ServerReflectionResponse;
};

template <typename Version>
class ReflectionTest : public testing::Test {
 protected:
  using Request = typename Version::Request;
  using Response = typename Version::Response;

  ReflectionTest() {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
    stream_ = stub_->ServerReflectionInfo(&context_);
  }
  ~ReflectionTest() override {
    stream_->WritesDone();
    EXPECT_TRUE(stream_->Finish().ok());
  }

  Response Ask(const Request& request) {
    Response response;
    EXPECT_TRUE(stream_->Write(request));
    EXPECT_TRUE(stream_->Read(&response));
    return response;
  }

  TestServer server_{"north"};
  std::unique_ptr<typename Version::Service::Stub> stub_ =
      Version::Service::NewStub(server_.channel());
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> stream_;
};

using Versions = testing::Types<Stable, Alpha>;
TYPED_TEST_SUITE(ReflectionTest, Versions);

TYPED_TEST(ReflectionTest, ListsEveryServiceHealthAmongThem) {
  typename TypeParam::Request request;
  request.set_list_services("*");
  const auto response = this->Ask(request);
  std::set<std::string> names;
  for (const auto& service : response.list_services_response().service()) {
    names.insert(service.name());
  }
  EXPECT_THAT(
      names,
      IsSupersetOf({"consilium.v1.TrialService", "consilium.v1.ChangeService",
                    "consilium.v1.SyncService", "grpc.health.v1.Health",
                    "grpc.reflection.v1.ServerReflection"}));
}

TYPED_TEST(ReflectionTest, GivesTheSchemaOfEveryListedService) {
  typename TypeParam::Request request;
  request.set_list_services("*");
  const auto list = this->Ask(request);
  for (const auto& service : list.list_services_response().service()) {
    request.set_file_containing_symbol(service.name());
    const auto response = this->Ask(request);
    EXPECT_GT(response.file_descriptor_response().file_descriptor_proto_size(),
              0)
        << service.name();
  }
}

TYPED_TEST(ReflectionTest, GivesAFileWithEverythingThatItImports) {
  typename TypeParam::Request request;
  request.set_file_by_filename("consilium/v1/trial_service.proto");
  const auto response = this->Ask(request);
  std::set<std::string> names;
  for (const std::string& bytes :
       response.file_descriptor_response().file_descriptor_proto()) {
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(bytes));
    names.insert(file.name());
  }
  EXPECT_THAT(names, IsSupersetOf({"consilium/v1/trial_service.proto",
                                   "consilium/v1/trial.proto",
                                   "google/protobuf/timestamp.proto"}));
}

TYPED_TEST(ReflectionTest, FindsExtensions) {
  typename TypeParam::Request request;
  request.set_all_extension_numbers_of_type("google.protobuf.FieldOptions");
  EXPECT_THAT(
      this->Ask(request).all_extension_numbers_response().extension_number(),
      Contains(52740));
  request.mutable_file_containing_extension()->set_containing_type(
      "google.protobuf.FieldOptions");
  request.mutable_file_containing_extension()->set_extension_number(52740);
  EXPECT_GT(this->Ask(request)
                .file_descriptor_response()
                .file_descriptor_proto_size(),
            0);
}

TYPED_TEST(ReflectionTest, SaysWhatItCannotFind) {
  typename TypeParam::Request request;
  request.set_file_containing_symbol("consilium.v1.Nothing");
  EXPECT_EQ(this->Ask(request).error_response().error_code(),
            grpc::StatusCode::NOT_FOUND);
  request.clear_message_request();
  EXPECT_EQ(this->Ask(request).error_response().error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace consilium
