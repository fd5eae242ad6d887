// kill -9 of a server under load loses nothing that it acknowledged.
//
// CONSILIUM_LONG=1 kills it more often.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/api/connection.h"
#include "client/api/record_client.h"
#include "consilium/v1/registry_service.pb.h"
#include "consilium/v1/snapshot_service.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gtest/gtest.h"
#include "tests/support/server_process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

constexpr char kRegistry[] = "registries/nsclc";
constexpr int kWriters = 8;
constexpr int kAcknowledgementsARound = 200;

const RecordTraits& TrialTraits() {
  return *RecordTraitsTable::Get().FindByDescriptor(v1::Trial::descriptor());
}

// What one writer heard: its trial's last title, as a number.
struct Writer {
  std::string id;
  int last_acknowledged = 0;
  int last_sent = 0;
};

// Updates the writer's trial until the server is gone.
void Write(const std::string& address, Writer& writer,
           std::atomic<int>& acknowledgements) {
  const auto connection = Connection::Open(address);
  ASSERT_OK(connection);
  RecordClient client(**connection,
                      {.deadline = absl::Seconds(2), .cancellation = nullptr});
  while (true) {
    v1::Trial trial;
    trial.set_name(absl::StrCat(kRegistry, "/trials/", writer.id));
    trial.set_title(absl::StrCat(++writer.last_sent));
    RecordWriteOptions options;
    options.etag = "*";
    const absl::Status status =
        writer.last_acknowledged == 0 && writer.last_sent == 1
            ? client.Create(TrialTraits(), kRegistry, writer.id, trial, options)
                  .status()
            : client.Update(TrialTraits(), trial, {"title"}, options).status();
    if (!status.ok()) return;
    writer.last_acknowledged = writer.last_sent;
    acknowledgements.fetch_add(1);
    acknowledgements.notify_one();
  }
}

TEST(CrashTest, NothingAcknowledgedIsLost) {
  const TemporaryDirectory directory;
  const std::string data = directory.Join("data");
  ASSERT_EQ(RunProgram(CONSILIUMD,
                       {"init", "--data", data, "--institution", "north"}),
            0);
  {
    ServerProcess server(CONSILIUMD, data);
    const auto connection = Connection::Open(server.address());
    ASSERT_OK(connection);
    v1::CreateRegistryRequest request;
    request.set_registry_id("nsclc");
    ASSERT_OK(CallFor<v1::Registry>(
        **connection, "consilium.v1.RegistryService.CreateRegistry", request));
    EXPECT_EQ(server.Stop(), 0);
  }
  std::vector<Writer> writers(kWriters);
  for (int i = 0; i < kWriters; ++i) writers[i].id = absl::StrCat("t", i);
  const int rounds = std::getenv("CONSILIUM_LONG") != nullptr ? 100 : 4;
  for (int round = 0; round < rounds; ++round) {
    {
      ServerProcess server(CONSILIUMD, data);
      std::atomic<int> acknowledgements = 0;
      std::vector<std::thread> threads;
      for (Writer& writer : writers) {
        threads.emplace_back(
            [&] { Write(server.address(), writer, acknowledgements); });
      }
      for (int heard = 0; heard < kAcknowledgementsARound;
           heard = acknowledgements.load()) {
        acknowledgements.wait(heard);
      }
      server.Kill();
      for (std::thread& thread : threads) thread.join();
    }
    ServerProcess server(CONSILIUMD, data);
    const auto connection = Connection::Open(server.address());
    ASSERT_OK(connection);
    RecordClient client(**connection);
    for (Writer& writer : writers) {
      if (writer.last_acknowledged == 0) continue;
      const auto record = client.Get(
          TrialTraits(), absl::StrCat(kRegistry, "/trials/", writer.id));
      ASSERT_OK(record) << "round " << round;
      const int found =
          std::atoi(static_cast<const v1::Trial&>(**record).title().c_str());
      // What was sent and not answered may have been written.
      EXPECT_GE(found, writer.last_acknowledged) << writer.id;
      EXPECT_LE(found, writer.last_sent) << writer.id;
      writer.last_acknowledged = found;
    }
    // The state is sound: rebuilt from its changes it is the same.
    v1::CreateSnapshotRequest snapshot;
    snapshot.set_parent(kRegistry);
    snapshot.set_snapshot_id(absl::StrCat("round-", round));
    ASSERT_OK(CallFor<v1::Snapshot>(
        **connection, "consilium.v1.SnapshotService.CreateSnapshot", snapshot));
    v1::VerifySnapshotRequest verify;
    verify.set_name(absl::StrCat(kRegistry, "/snapshots/round-", round));
    const auto verified = CallFor<v1::VerifySnapshotResponse>(
        **connection, "consilium.v1.SnapshotService.VerifySnapshot", verify);
    ASSERT_OK(verified);
    EXPECT_TRUE(verified->valid());
    EXPECT_EQ(server.Stop(), 0);
  }
}

}  // namespace
}  // namespace consilium
