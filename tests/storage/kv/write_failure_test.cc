// A write that the disk refuses stops the store: it never guesses what reached
// the disk. Opening it again finds everything that was acknowledged.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "storage/kv/rocksdb_store.h"
#include "tests/storage/kv/row_vocabulary.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

constexpr Partition kLungs{7};

#define REQUIRE(condition)                                    \
  do {                                                        \
    if (!(condition)) {                                       \
      std::cerr << "line " << __LINE__ << ": " << #condition; \
      _exit(1);                                               \
    }                                                         \
  } while (false)

// Runs in a process of its own: the limit on the size of files makes the disk
// seem full, and the database may abort when it is closed after such an error.
[[noreturn]] void WriteUntilRefused(const std::string& path) {
  signal(SIGXFSZ, SIG_IGN);
  auto store = RocksdbStore::Open(path, {.free_bytes_min = 0});
  REQUIRE(store.ok());
  const rlimit limit{1 << 20, 1 << 20};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  const std::string value(10'000, 'x');
  absl::Status status;
  int acknowledged = 0;
  while (status.ok() && acknowledged < 1000) {
    status = (*store)->Commit(
        kLungs, Puts({{absl::StrCat("k", 1000 + acknowledged), value}}));
    if (status.ok()) ++acknowledged;
  }
  REQUIRE(acknowledged > 50 && acknowledged < 1000);
  REQUIRE(GetErrorReason(status) == "WRITE_FAILED");

  // Later writes are refused and say why; reads go on.
  status = (*store)->Commit(kLungs, Puts({{"small", ""}}));
  REQUIRE(status.code() == absl::StatusCode::kUnavailable);
  REQUIRE(GetErrorReason(status) == "STORE_STOPPED");
  REQUIRE(!(*store)->Health().ok());
  REQUIRE((*store)->DropPartition(kLungs).code() ==
          absl::StatusCode::kUnavailable);
  REQUIRE(AllRows(**store, kLungs).size() == static_cast<size_t>(acknowledged));
  store->reset();  // Closing must not hang or abort either.
  _exit(0);
}

TEST(WriteFailureTest, AFailedWriteStopsTheStoreAndReopeningLosesNothing) {
  const TemporaryDirectory directory;
  const std::string path = directory.Join("store");
  const pid_t child = fork();
  if (child == 0) {
    // Created here too: threads of the database do not survive a fork.
    REQUIRE(RocksdbStore::Create(path, {.free_bytes_min = 0}).ok());
    WriteUntilRefused(path);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;

  ASSERT_OK_AND_ASSIGN(const auto store,
                       RocksdbStore::Open(path, {.free_bytes_min = 0}));
  const auto keys = Keys(store->Scan(kLungs, {}));
  ASSERT_GT(keys.size(), 50u);
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(keys[i], absl::StrCat("k", 1000 + i));
  }
  EXPECT_OK(store->Commit(kLungs, Puts({{"after", ""}})));
}

}  // namespace
}  // namespace consilium
