#include "tests/bench/load.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"

namespace consilium {
namespace {

constexpr std::chrono::seconds kDeadline(60);
constexpr int kMessageSizeMax = 64 << 20;  // Bytes.

// One call after another, each started when the one before has ended.
class Slot {
 public:
  Slot(grpc::GenericStub& stub, const Load& load, int index,
       std::atomic<int64_t>& calls_left, absl::BlockingCounter& running)
      : stub_(stub),
        load_(load),
        index_(index),
        calls_left_(calls_left),
        running_(running) {}

  void CallNext() {
    if (calls_left_.fetch_sub(1) <= 0) {
      running_.DecrementCount();
      return;
    }
    const grpc::Slice slice(load_.request(index_, n_++));
    request_ = grpc::ByteBuffer(&slice, 1);
    context_ = std::make_unique<grpc::ClientContext>();
    context_->set_deadline(std::chrono::system_clock::now() + kDeadline);
    start_ = absl::Now();
    stub_.UnaryCall(context_.get(), load_.method, grpc::StubOptions(),
                    &request_, &response_,
                    [this](const grpc::Status& status) { End(status); });
  }

  const std::vector<double>& latencies_ms() const { return latencies_ms_; }

 private:
  void End(const grpc::Status& status) {
    if (!status.ok()) {
      std::fprintf(stderr, "%s: %s\n", load_.method.c_str(),
                   status.error_message().c_str());
      std::abort();
    }
    latencies_ms_.push_back(absl::ToDoubleMilliseconds(absl::Now() - start_));
    CallNext();
  }

  grpc::GenericStub& stub_;
  const Load& load_;
  const int index_;
  std::atomic<int64_t>& calls_left_;
  absl::BlockingCounter& running_;
  int64_t n_ = 0;
  absl::Time start_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::vector<double> latencies_ms_;
};

LoadResult RunCalls(grpc::GenericStub& stub, const Load& load, int64_t calls) {
  std::atomic<int64_t> calls_left = calls;
  absl::BlockingCounter running(load.in_flight);
  std::vector<std::unique_ptr<Slot>> slots;
  for (int i = 0; i < load.in_flight; ++i) {
    slots.push_back(std::make_unique<Slot>(stub, load, i, calls_left, running));
  }
  const absl::Time start = absl::Now();
  for (const auto& slot : slots) slot->CallNext();
  running.Wait();
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  std::vector<double> latencies;
  for (const auto& slot : slots) {
    latencies.insert(latencies.end(), slot->latencies_ms().begin(),
                     slot->latencies_ms().end());
  }
  std::sort(latencies.begin(), latencies.end());
  return {static_cast<double>(calls) / seconds, latencies[latencies.size() / 2],
          latencies[latencies.size() * 99 / 100]};
}

}  // namespace

LoadResult RunLoad(const std::string& address, const Load& load) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageSizeMax);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  grpc::GenericStub stub(grpc::CreateCustomChannel(
      address, grpc::InsecureChannelCredentials(), arguments));
  const int64_t first = std::max<int64_t>(load.calls / 10, load.in_flight);
  RunCalls(stub, load, first);
  LoadResult result = RunCalls(stub, load, load.calls);
  result.calls = first + load.calls;
  return result;
}

}  // namespace consilium
