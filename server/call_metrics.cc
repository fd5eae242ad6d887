#include "server/call_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <utility>

#include "server/http/metrics.h"

namespace consilium {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;
using prometheus::Labels;

// By number, as Go prints them; alerts and dashboards know these names.
constexpr const char* kCodeNames[] = {"OK",
                                      "Canceled",
                                      "Unknown",
                                      "InvalidArgument",
                                      "DeadlineExceeded",
                                      "NotFound",
                                      "AlreadyExists",
                                      "PermissionDenied",
                                      "ResourceExhausted",
                                      "FailedPrecondition",
                                      "Aborted",
                                      "OutOfRange",
                                      "Unimplemented",
                                      "Internal",
                                      "Unavailable",
                                      "DataLoss",
                                      "Unauthenticated"};
constexpr size_t kCodeCount = std::size(kCodeNames);

// Told as 0 before the first call that ends so: a rate that begins with the
// first failure would not show it.
constexpr absl::StatusCode kCodesFromTheStart[] = {
    absl::StatusCode::kOk, absl::StatusCode::kUnknown,
    absl::StatusCode::kInternal, absl::StatusCode::kUnavailable,
    absl::StatusCode::kDataLoss};

const char* TypeOf(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming()) {
    return method.server_streaming() ? "bidi_stream" : "client_stream";
  }
  return method.server_streaming() ? "server_stream" : "unary";
}

Labels WithCode(Labels labels, size_t code) {
  labels["grpc_code"] = kCodeNames[code];
  return labels;
}

Family<Counter>& CounterFamily(prometheus::Registry& instruments,
                               const char* name, const char* help) {
  return BuildCounter().Name(name).Help(help).Register(instruments);
}

}  // namespace

struct CallMetrics::Families {
  explicit Families(prometheus::Registry& instruments)
      : started(CounterFamily(instruments, "grpc_server_started_total",
                              "Calls that were begun.")),
        handled(CounterFamily(instruments, "grpc_server_handled_total",
                              "Calls that ended, by code.")),
        received(CounterFamily(instruments, "grpc_server_msg_received_total",
                               "Messages received.")),
        sent(CounterFamily(instruments, "grpc_server_msg_sent_total",
                           "Messages sent.")),
        received_bytes(CounterFamily(instruments,
                                     "consilium_rpc_received_bytes_total",
                                     "Bytes of messages received.")),
        sent_bytes(CounterFamily(instruments, "consilium_rpc_sent_bytes_total",
                                 "Bytes of messages sent.")),
        handling(BuildHistogram()
                     .Name("grpc_server_handling_seconds")
                     .Help("How long calls took; streams, until they ended.")
                     .Register(instruments)) {}

  Family<Counter>& started;
  Family<Counter>& handled;
  Family<Counter>& received;
  Family<Counter>& sent;
  Family<Counter>& received_bytes;
  Family<Counter>& sent_bytes;
  Family<Histogram>& handling;
};

class CallMetrics::Method final : public MethodObserver {
 public:
  Method(Families& families, Labels labels)
      : families_(families),
        labels_(std::move(labels)),
        started_(families.started.Add(labels_)),
        received_(families.received.Add(labels_)),
        sent_(families.sent.Add(labels_)),
        received_bytes_(families.received_bytes.Add(labels_)),
        sent_bytes_(families.sent_bytes.Add(labels_)) {
    for (const absl::StatusCode code : kCodesFromTheStart) Handled(code);
  }

  void OnStart() override { started_.Increment(); }

  void OnReceived(int64_t message_bytes) override {
    received_.Increment();
    received_bytes_.Increment(static_cast<double>(message_bytes));
  }

  void OnSent(int64_t message_bytes) override {
    sent_.Increment();
    sent_bytes_.Increment(static_cast<double>(message_bytes));
  }

  void OnEnd(absl::StatusCode code, absl::Duration duration) override {
    Handled(code).Increment();
    // The clock may have been set back.
    Handling().Observe(std::max(0.0, absl::ToDoubleSeconds(duration)));
  }

 private:
  // Both are made when they are first needed, which two callers may find out
  // at once: Add gives them the same.
  Counter& Handled(absl::StatusCode code) {
    const auto number = static_cast<size_t>(code);
    const size_t index = number < kCodeCount
                             ? number
                             : static_cast<size_t>(absl::StatusCode::kUnknown);
    Counter* counter = handled_[index].load(std::memory_order_acquire);
    if (counter == nullptr) {
      counter = &families_.handled.Add(WithCode(labels_, index));
      handled_[index].store(counter, std::memory_order_release);
    }
    return *counter;
  }

  Histogram& Handling() {
    Histogram* histogram = handling_.load(std::memory_order_acquire);
    if (histogram == nullptr) {
      histogram = &families_.handling.Add(labels_, LatencyBounds());
      handling_.store(histogram, std::memory_order_release);
    }
    return *histogram;
  }

  Families& families_;
  const Labels labels_;
  Counter& started_;
  Counter& received_;
  Counter& sent_;
  Counter& received_bytes_;
  Counter& sent_bytes_;
  std::array<std::atomic<Counter*>, kCodeCount> handled_ = {};
  std::atomic<Histogram*> handling_ = nullptr;
};

CallMetrics::CallMetrics(prometheus::Registry& instruments)
    : families_(std::make_unique<Families>(instruments)) {}

CallMetrics::~CallMetrics() = default;

MethodObserver& CallMetrics::Of(
    const google::protobuf::MethodDescriptor& method) {
  return Add(TypeOf(method), method.service()->full_name(), method.name());
}

MethodObserver& CallMetrics::OfUnknown() {
  return Add("unary", "unknown", "unknown");
}

MethodObserver& CallMetrics::Add(const char* type, const std::string& service,
                                 const std::string& method) {
  auto made =
      std::make_unique<Method>(*families_, Labels{{"grpc_type", type},
                                                  {"grpc_service", service},
                                                  {"grpc_method", method}});
  MethodObserver& observer = *made;
  MutexLock lock(mutex_);
  methods_.push_back(std::move(made));
  return observer;
}

}  // namespace consilium
