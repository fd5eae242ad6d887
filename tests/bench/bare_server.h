// The least that a server of the same calls could do, as a yardstick: it reads
// and makes no messages.
//
//   GetTrial     answers with the bytes of the file `response` in its
//                directory.
//   UpdateTrial  queues the bytes of the request for one thread, which puts
//                all that wait into one synced RocksDB batch and then answers
//                with the same bytes as GetTrial.
#ifndef CONSILIUM_TESTS_BENCH_BARE_SERVER_H_
#define CONSILIUM_TESTS_BENCH_BARE_SERVER_H_

#include <cstddef>
#include <string>
#include <vector>

namespace consilium {

// Serves on a free port of the loopback address, which it prints as consiliumd
// does, until it is killed.
int RunBareServer(const std::string& directory);

// How long it takes to write `values`, split into `batch_count` synced RocksDB
// batches, to a new database in `directory`. Seconds.
double MeasureSyncedBatches(const std::string& directory,
                            const std::vector<std::string>& values,
                            size_t batch_count);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_BENCH_BARE_SERVER_H_
