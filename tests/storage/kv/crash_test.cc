// kill -9 at any moment loses nothing that was acknowledged, and leaves no
// batch in part.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/kv/rocksdb_store.h"
#include "tests/storage/kv/crash_writer.h"
#include "tests/storage/kv/row_vocabulary.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

using Numbers = std::array<uint64_t, kCrashWriterThreads>;

// A running kv_crash_writer.
class CrashWriter {
 public:
  explicit CrashWriter(const std::string& directory) {
    const std::string program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() /
         "kv_crash_writer")
            .string();
    std::array<int, 2> ends;
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    read_end_ = ends[0];
    child_ = fork();
    if (child_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(program.c_str(), program.c_str(), directory.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
  }

  ~CrashWriter() { close(read_end_); }

  // Waits for the next acknowledgement; false at the end.
  bool Read(Numbers& acknowledged) {
    Acknowledgement next;
    if (read(read_end_, &next, sizeof(next)) !=
        static_cast<ssize_t>(sizeof(next))) {
      return false;
    }
    acknowledged[next.thread] = next.number;
    return true;
  }

  // Kills it and takes in what it still had said.
  void Kill(Numbers& acknowledged) {
    kill(child_, SIGKILL);
    int status = 0;
    waitpid(child_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "the writer ended by itself, status " << status;
    while (Read(acknowledged)) {
    }
  }

 private:
  pid_t child_ = -1;
  int read_end_ = -1;
};

// Every row up to the head, and nothing else; the head is the last number
// acknowledged, or the one after it that was under way.
void Check(const KeyValueStore& store, const Numbers& acknowledged) {
  for (uint32_t thread = 0; thread < kCrashWriterThreads; ++thread) {
    SCOPED_TRACE(absl::StrCat("thread ", thread));
    const Partition partition{thread};
    ASSERT_OK_AND_ASSIGN(const auto head, store.Get(partition, "head"));
    const uint64_t last = head.has_value() ? std::stoull(*head) : 0;
    EXPECT_GE(last, acknowledged[thread]);
    EXPECT_LE(last, acknowledged[thread] + 1);
    const Rows rows = Drain(store.Scan(partition, PrefixRange("row/")));
    ASSERT_EQ(rows.size(), last);
    for (uint64_t number = 1; number <= last; ++number) {
      ASSERT_EQ(rows[number - 1].first, CrashRowKey(number));
      ASSERT_EQ(rows[number - 1].second, CrashRowValue(thread, number));
    }
  }
}

// Kills a writer again and again, each taking over the store of the last.
void KillRepeatedly(uint32_t seed) {
  constexpr int kRounds = 6;
  const TemporaryDirectory directory;
  const std::string path = directory.Join("store");
  ASSERT_OK(RocksdbStore::Create(path, {.free_bytes_min = 0}));
  std::mt19937 random(seed);
  Numbers acknowledged{};
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    {
      CrashWriter writer(path);
      for (uint32_t acks = random() % 1500; acks > 0; --acks) {
        ASSERT_TRUE(writer.Read(acknowledged));
      }
      writer.Kill(acknowledged);
    }
    ASSERT_OK_AND_ASSIGN(const auto store,
                         RocksdbStore::Open(path, {.free_bytes_min = 0}));
    ASSERT_NO_FATAL_FAILURE(Check(*store, acknowledged));
    EXPECT_OK(store->VerifyIntegrity());
    // What was under way may have been written: the next writer goes on there.
    for (uint32_t thread = 0; thread < kCrashWriterThreads; ++thread) {
      ASSERT_OK_AND_ASSIGN(const auto head,
                           store->Get(Partition{thread}, "head"));
      acknowledged[thread] = head.has_value() ? std::stoull(*head) : 0;
    }
  }
}

TEST(CrashTest, KillLosesNothingAcknowledged) {
  const uint32_t stores = std::getenv("CONSILIUM_LONG") != nullptr ? 100 : 1;
  for (uint32_t seed = 1; seed <= stores; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    ASSERT_NO_FATAL_FAILURE(KillRepeatedly(seed));
  }
}

TEST(CrashTest, AnotherProcessHoldsTheLock) {
  const TemporaryDirectory directory;
  const std::string path = directory.Join("store");
  ASSERT_OK(RocksdbStore::Create(path, {.free_bytes_min = 0}));
  Numbers acknowledged{};
  CrashWriter writer(path);
  ASSERT_TRUE(writer.Read(acknowledged));
  EXPECT_THAT(RocksdbStore::Open(path, {.free_bytes_min = 0}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       testing::HasSubstr(path)));
  writer.Kill(acknowledged);
  EXPECT_OK(RocksdbStore::Open(path, {.free_bytes_min = 0}));
}

}  // namespace
}  // namespace consilium
