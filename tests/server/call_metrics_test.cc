// Metrics of calls have the names and labels that gRPC's dashboards know.
#include "server/call_metrics.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/change_service.pb.h"
#include "consilium/v1/sync_service.pb.h"
#include "consilium/v1/trial_service.pb.h"
#include "server/http/metrics.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const google::protobuf::MethodDescriptor& Method(
    const google::protobuf::Descriptor* request, absl::string_view service,
    absl::string_view method) {
  return *request->file()
              ->FindServiceByName(std::string(service))
              ->FindMethodByName(std::string(method));
}

class CallMetricsTest : public testing::Test {
 protected:
  MethodObserver& GetTrial() {
    return calls_.Of(
        Method(v1::GetTrialRequest::descriptor(), "TrialService", "GetTrial"));
  }

  std::string Page() const { return metrics_.Page().body; }

  static std::string Line(absl::string_view name, absl::string_view labels,
                          int value) {
    return absl::StrCat("\n", name, "{", labels, "} ", value, "\n");
  }

  Metrics metrics_;
  CallMetrics calls_{metrics_.instruments()};
};

constexpr char kGetTrial[] =
    "grpc_method=\"GetTrial\",grpc_service=\"consilium.v1.TrialService\","
    "grpc_type=\"unary\"";

TEST_F(CallMetricsTest, CountsWhatHappens) {
  MethodObserver& method = GetTrial();
  method.OnStart();
  EXPECT_THAT(Page(),
              HasSubstr(Line("grpc_server_started_total", kGetTrial, 1)));
  method.OnReceived(100);
  method.OnSent(2000);
  method.OnEnd(absl::StatusCode::kOk, absl::Milliseconds(3));
  method.OnStart();
  method.OnReceived(10);
  method.OnEnd(absl::StatusCode::kNotFound, absl::Seconds(7));
  EXPECT_THAT(
      Page(),
      AllOf(
          HasSubstr(Line("grpc_server_started_total", kGetTrial, 2)),
          HasSubstr(Line("grpc_server_msg_received_total", kGetTrial, 2)),
          HasSubstr(Line("grpc_server_msg_sent_total", kGetTrial, 1)),
          HasSubstr(Line("consilium_rpc_received_bytes_total", kGetTrial, 110)),
          HasSubstr(Line("consilium_rpc_sent_bytes_total", kGetTrial, 2000)),
          HasSubstr(Line("grpc_server_handled_total",
                         absl::StrCat("grpc_code=\"OK\",", kGetTrial), 1)),
          HasSubstr(Line("grpc_server_handled_total",
                         absl::StrCat("grpc_code=\"NotFound\",", kGetTrial),
                         1)),
          HasSubstr(Line("grpc_server_handling_seconds_count", kGetTrial, 2)),
          HasSubstr(Line("grpc_server_handling_seconds_bucket",
                         absl::StrCat(kGetTrial, ",le=\"0.0025\""), 0)),
          HasSubstr(Line("grpc_server_handling_seconds_bucket",
                         absl::StrCat(kGetTrial, ",le=\"0.005\""), 1)),
          HasSubstr(Line("grpc_server_handling_seconds_bucket",
                         absl::StrCat(kGetTrial, ",le=\"10\""), 2))));
}

TEST_F(CallMetricsTest, FaultsAreThereBeforeTheFirst) {
  GetTrial();
  for (const char* code : {"OK", "Internal", "Unknown", "DataLoss"}) {
    EXPECT_THAT(Page(),
                HasSubstr(Line(
                    "grpc_server_handled_total",
                    absl::StrCat("grpc_code=\"", code, "\",", kGetTrial), 0)));
  }
  EXPECT_THAT(Page(), Not(HasSubstr("NotFound")));
}

TEST_F(CallMetricsTest, StreamsAreOfTheirType) {
  calls_.Of(Method(v1::WatchChangesRequest::descriptor(), "ChangeService",
                   "WatchChanges"));
  calls_.Of(Method(v1::PushChangesRequest::descriptor(), "SyncService",
                   "PushChanges"));
  EXPECT_THAT(Page(),
              AllOf(HasSubstr("{grpc_method=\"WatchChanges\",grpc_service="
                              "\"consilium.v1.ChangeService\",grpc_type="
                              "\"server_stream\"}"),
                    HasSubstr("{grpc_method=\"PushChanges\",grpc_service="
                              "\"consilium.v1.SyncService\",grpc_type="
                              "\"bidi_stream\"}")));
}

TEST_F(CallMetricsTest, UnknownMethodsAndCodesShareOneLabel) {
  MethodObserver& unknown = calls_.OfUnknown();
  unknown.OnStart();
  unknown.OnEnd(static_cast<absl::StatusCode>(4711), -absl::Seconds(1));
  EXPECT_THAT(
      Page(),
      AllOf(HasSubstr(Line("grpc_server_handled_total",
                           "grpc_code=\"Unknown\",grpc_method=\"unknown\","
                           "grpc_service=\"unknown\",grpc_type=\"unary\"",
                           1)),
            HasSubstr(Line("grpc_server_handling_seconds_sum",
                           "grpc_method=\"unknown\",grpc_service=\"unknown\","
                           "grpc_type=\"unary\"",
                           0))));
}

TEST_F(CallMetricsTest, NoCallOfManyThreadsIsLost) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 5000;
  MethodObserver& method = GetTrial();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&method] {
      for (int call = 0; call < kCalls; ++call) {
        method.OnStart();
        method.OnEnd(absl::StatusCode::kAborted, absl::Microseconds(1));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(
      Page(),
      AllOf(HasSubstr(Line("grpc_server_handled_total",
                           absl::StrCat("grpc_code=\"Aborted\",", kGetTrial),
                           kThreads * kCalls)),
            HasSubstr(Line("grpc_server_handling_seconds_count", kGetTrial,
                           kThreads * kCalls))));
}

}  // namespace
}  // namespace consilium
