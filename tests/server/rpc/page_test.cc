// Tokens of one list given to every other.
#include "server/rpc/page.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/api/connection.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "proto/base/errors.h"
#include "proto/base/record_traits.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

// Every method that reads pages.
std::vector<const MethodDescriptor*> PagedMethods() {
  std::vector<std::string> services = {"RegistryService", "SnapshotService",
                                       "ConflictService", "ChangeService",
                                       "EvidenceService"};
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    if (traits->singleton) continue;
    services.push_back(absl::StrCat(traits->descriptor->name(), "Service"));
  }
  std::vector<const MethodDescriptor*> methods;
  for (const std::string& name : services) {
    const auto* service = DescriptorPool::generated_pool()->FindServiceByName(
        absl::StrCat("consilium.v1.", name));
    for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
      const MethodDescriptor* method = service->method(i);
      if (method->input_type()->FindFieldByName("page_token") != nullptr) {
        methods.push_back(method);
      }
    }
  }
  return methods;
}

std::unique_ptr<Message> New(const Descriptor& type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(&type)
          ->New());
}

void SetText(const char* name, const std::string& text, Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field != nullptr) {
    message.GetReflection()->SetString(&message, field, text);
  }
}

// What the records that `method` lists stand under.
std::string ParentOf(const MethodDescriptor& method,
                     const std::string& registry) {
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    if (traits->parent != nullptr &&
        method.service()->name() ==
            absl::StrCat(traits->descriptor->name(), "Service")) {
      return absl::StrCat(registry, "/", traits->parent->collection, "/-");
    }
  }
  return registry;
}

class PageTest : public testing::Test {
 protected:
  static void Fill(TestServer& server, const std::string& registry) {
    server.Found(registry);
    const auto trials = v1::TrialService::NewStub(server.channel());
    for (const char* id : {"t1", "t2"}) {
      v1::CreateTrialRequest request;
      request.set_parent(absl::StrCat("registries/", registry));
      request.set_trial_id(id);
      request.mutable_trial()->set_title(id);
      ASSERT_OK(Call(*trials, &v1::TrialService::Stub::CreateTrial, request));
    }
  }

  static std::string TokenOf(TestServer& server, const std::string& registry) {
    const auto trials = v1::TrialService::NewStub(server.channel());
    v1::ListTrialsRequest request;
    request.set_parent(absl::StrCat("registries/", registry));
    request.set_page_size(1);
    const auto page =
        Call(*trials, &v1::TrialService::Stub::ListTrials, request);
    EXPECT_OK(page);
    return page.ok() ? page->next_page_token() : "";
  }

  // What `method` of north says to `token`, asked for registries/a.
  absl::Status Ask(const MethodDescriptor& method, const std::string& token) {
    const auto request = New(*method.input_type());
    const auto response = New(*method.output_type());
    SetText("parent", ParentOf(method, "registries/a"), *request);
    SetText("from", "1", *request);
    SetText("page_token", token, *request);
    Connection connection("north", north_.channel());
    return connection.Call(method.full_name(), *request, *response);
  }

  TestServer north_{"north"};
};

TEST_F(PageTest, EveryListRefusesATokenOfAnotherAndNamesBoth) {
  Fill(north_, "a");
  Fill(north_, "b");
  const std::string token = TokenOf(north_, "a");
  const auto methods = PagedMethods();
  EXPECT_THAT(methods, SizeIs(testing::Ge(16)));
  for (const MethodDescriptor* method : methods) {
    SCOPED_TRACE(method->full_name());
    if (method->name() == "ListTrials") continue;
    const absl::Status told = Ask(*method, token);
    EXPECT_THAT(
        told,
        StatusIs(absl::StatusCode::kInvalidArgument,
                 AllOf(HasSubstr("pageToken: belongs to ListTrials and was "
                                 "given to "),
                       HasSubstr(std::string(method->name())),
                       HasSubstr("start again without a token"))));
    EXPECT_EQ(GetErrorReason(told), "PAGE_TOKEN_OTHER_QUERY");
  }
  // The same list of another registry of the server.
  const auto* trials = DescriptorPool::generated_pool()->FindMethodByName(
      "consilium.v1.TrialService.ListTrials");
  EXPECT_EQ(GetErrorReason(Ask(*trials, TokenOf(north_, "b"))),
            "PAGE_TOKEN_OTHER_QUERY");
  EXPECT_OK(Ask(*trials, token));
}

TEST_F(PageTest, EveryListRefusesATokenOfAnotherServer) {
  Fill(north_, "a");
  RpcServerOptions options;
  options.page_token_key = std::string(32, 's');
  TestServer south("south", options);
  Fill(south, "a");
  const std::string token = TokenOf(south, "a");
  for (const MethodDescriptor* method : PagedMethods()) {
    SCOPED_TRACE(method->full_name());
    const absl::Status told = Ask(*method, token);
    EXPECT_THAT(told, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("another server gave it")));
    EXPECT_EQ(GetErrorReason(told), "PAGE_TOKEN_OTHER_SERVER");
  }
}

}  // namespace
}  // namespace consilium
