// Calls a server with so many calls in flight.
#ifndef CONSILIUM_TESTS_BENCH_LOAD_H_
#define CONSILIUM_TESTS_BENCH_LOAD_H_

#include <cstdint>
#include <functional>
#include <string>

namespace consilium {

struct Load {
  std::string method;  // "/consilium.v1.TrialService/GetTrial".
  // The bytes of the request of the nth call in that slot, of `in_flight`.
  // Called from several threads; from one at a time for a slot.
  std::function<std::string(int slot, int64_t n)> request;
  int in_flight = 1;
  int64_t calls = 0;
};

struct LoadResult {
  double calls_per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  int64_t calls = 0;  // With those before the clock started.
};

// Stops the program when a call fails. A tenth of the calls are made before
// the clock starts.
LoadResult RunLoad(const std::string& address, const Load& load);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_BENCH_LOAD_H_
