// Every method has exactly one handler, or the server does not start.
#include "server/rpc/method_table.h"

#include <vector>

#include "consilium/v1/sync_service.pb.h"
#include "consilium/v1/trial_service.pb.h"
#include "server/rpc/offered_services.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using google::protobuf::FileDescriptor;
using testing::AllOf;
using testing::HasSubstr;
using Kind = UnaryMethod::Kind;

const UnaryHandler kNothing = [](const CallInfo&,
                                 const google::protobuf::Message&,
                                 google::protobuf::Message&,
                                 const Done& done) { done(absl::OkStatus()); };

std::vector<const FileDescriptor*> SyncFile() {
  return {v1::GetFrontierRequest::descriptor()->file()};
}

MethodTable CompleteTable() {
  MethodTable table;
  table.Add("SyncService", "GetFrontier", Kind::kScan, kNothing);
  table.AddStream("SyncService", "PullChanges");
  table.AddStream("SyncService", "PushChanges");
  table.AddStream("SyncService", "WatchFrontier");
  return table;
}

TEST(MethodTableTest, FindsByTheNameOnTheWire) {
  const MethodTable table = CompleteTable();
  EXPECT_OK(table.CheckComplete(SyncFile()));
  const UnaryMethod* method =
      table.Find("/consilium.v1.SyncService/GetFrontier");
  ASSERT_NE(method, nullptr);
  EXPECT_EQ(method->name, "consilium.v1.SyncService/GetFrontier");
  EXPECT_EQ(method->request->GetDescriptor(),
            v1::GetFrontierRequest::descriptor());
  EXPECT_EQ(table.Find("/consilium.v1.SyncService/PullChanges"), nullptr);
}

TEST(MethodTableTest, NamesMethodsWithoutHandler) {
  MethodTable table;
  table.AddStream("SyncService", "PullChanges");
  EXPECT_THAT(table.CheckComplete(SyncFile()),
              StatusIs(absl::StatusCode::kInternal,
                       AllOf(HasSubstr("GetFrontier has no handler"),
                             HasSubstr("WatchFrontier has no handler"))));
}

TEST(MethodTableTest, NamesHandlersThatFitNothing) {
  struct {
    const char* what;
    void (*break_table)(MethodTable&);
    const char* complaint;
  } const cases[] = {
      {"twice",
       [](MethodTable& t) {
         t.Add("SyncService", "GetFrontier", Kind::kScan, kNothing);
       },
       "GetFrontier has two handlers"},
      {"in no schema",
       [](MethodTable& t) {
         t.Add("SyncService", "Nothing", Kind::kScan, kNothing);
       },
       "Nothing is in no schema"},
      {"unary handler of a stream",
       [](MethodTable& t) {
         t.Add("SyncService", "PullChanges", Kind::kScan, kNothing);
       },
       "PullChanges is a stream"},
      {"a service that is not offered",
       [](MethodTable& t) {
         t.Add("TrialService", "GetTrial", Kind::kScan, kNothing);
       },
       "not offered"},
  };
  for (const auto& each : cases) {
    MethodTable table = CompleteTable();
    each.break_table(table);
    EXPECT_THAT(
        table.CheckComplete(SyncFile()),
        StatusIs(absl::StatusCode::kInternal, HasSubstr(each.complaint)))
        << each.what;
  }
}

TEST(MethodTableTest, NamesHandlersOfOtherMessages) {
  struct Service {
    absl::Status Serve(const CallInfo&, const v1::GetTrialRequest&,
                       v1::Trial&) {
      return absl::OkStatus();
    }
  } service;
  MethodTable table;
  table.AddScan("SyncService", "GetFrontier", &service, &Service::Serve);
  EXPECT_THAT(table.CheckComplete(SyncFile()),
              StatusIs(absl::StatusCode::kInternal,
                       HasSubstr("has a handler of other messages")));
}

TEST(OfferedServicesTest, EmptyTableServesNoneOfThem) {
  EXPECT_THAT(CheckOffered(MethodTable()),
              StatusIs(absl::StatusCode::kInternal,
                       HasSubstr("TrialService/GetTrial has no handler")));
}

}  // namespace
}  // namespace consilium
