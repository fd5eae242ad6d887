// Rows that are on their way to the disk are read as if they were there.
#include "storage/registry/write_behind.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/kv/memory_store.h"
#include "tests/support/faulty_store.h"
#include "tests/support/gated_store.h"
#include "tests/support/notification.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Partition kPartition{1};

using Pairs = std::vector<std::pair<std::string, std::string>>;

WriteBatch Puts(const Pairs& rows) {
  WriteBatch batch;
  for (const auto& [key, value] : rows) batch.Put(key, value);
  return batch;
}

class WriteBehindTest : public ::testing::Test {
 protected:
  WriteBehindTest() {
    EXPECT_OK(memory_.Commit(kPartition, Puts({{"a", "old"}, {"b", "old"}})));
  }

  // Hands over `rows`, whose write begins and then waits for the gate.
  void BeginWrite(WriteBatch rows) {
    gated_.Close();
    rows_.Write(std::move(rows), [this](const absl::Status& written) {
      written_ = written;
      heard_.Notify();
    });
    gated_.AwaitCommit();
  }

  // What became of it.
  absl::Status Written() {
    heard_.WaitForNotification();
    return written_;
  }

  std::string Read(const std::string& key) {
    const auto value = rows_.Get(key);
    EXPECT_OK(value);
    return value.ok() ? value->value_or("none") : "";
  }

  Pairs ReadAll() {
    Pairs rows;
    const auto it = rows_.Scan({});
    for (; it->Valid(); it->Next()) {
      rows.emplace_back(it->key(), it->value());
    }
    EXPECT_OK(it->status());
    return rows;
  }

  MemoryStore memory_;
  FaultyStore faulty_{memory_};
  GatedStore gated_{faulty_};
  absl::Status written_;
  Notification heard_;
  WriteBehind rows_{gated_, kPartition};
};

TEST_F(WriteBehindTest, ReadsWhatWasHandedOver) {
  WriteBatch rows = Puts({{"a", "first"}, {"c", "new"}, {"a", "new"}});
  rows.Delete("b");
  BeginWrite(std::move(rows));
  EXPECT_EQ(Read("a"), "new");
  EXPECT_EQ(Read("b"), "none");
  EXPECT_EQ(Read("c"), "new");
  EXPECT_EQ(Read("d"), "none");
  ASSERT_OK(memory_.Commit(kPartition, Puts({{"e", "in the store"}})));
  const auto values = rows_.MultiGet({"e", "b", "a", "d"});
  ASSERT_OK(values);
  EXPECT_THAT(*values,
              ElementsAre("in the store", std::nullopt, "new", std::nullopt));
  EXPECT_EQ(memory_.Get(kPartition, "a")->value(), "old") << "not written yet";

  gated_.Open();
  EXPECT_THAT(ReadAll(),
              ElementsAre(std::pair("a", "new"), std::pair("c", "new"),
                          std::pair("e", "in the store")));
  EXPECT_OK(Written());
}

TEST_F(WriteBehindTest, TellsInOrderWhatBecameOfRows) {
  std::vector<std::string> told;
  BeginWrite(Puts({{"a", "1"}}));
  gated_.Open();
  for (const char* value : {"2", "3"}) {
    rows_.Write(Puts({{"a", value}}),
                [&told, value](const absl::Status& status) {
                  EXPECT_OK(status);
                  told.push_back(value);
                });
  }
  rows_.Write(WriteBatch(), [&told](const absl::Status& status) {
    EXPECT_OK(status);
    told.push_back("nothing to write");
  });
  EXPECT_THAT(told, ElementsAre("2", "3", "nothing to write"));
  EXPECT_EQ(memory_.Get(kPartition, "a")->value(), "3");
}

TEST_F(WriteBehindTest, NothingIsWrittenBehindAFailureUntilItIsTaken) {
  faulty_.FailCommit(1, FaultyStore::Fault::kRefuse);
  BeginWrite(Puts({{"a", "new"}}));
  EXPECT_EQ(Read("a"), "new");
  gated_.Open();
  EXPECT_THAT(Written(), StatusIs(absl::StatusCode::kResourceExhausted));

  absl::Status behind;
  rows_.Write(Puts({{"b", "new"}}),
              [&behind](const absl::Status& status) { behind = status; });
  EXPECT_EQ(behind, written_);
  EXPECT_THAT(rows_.Scan({})->status(),
              StatusIs(absl::StatusCode::kResourceExhausted));

  EXPECT_EQ(rows_.TakeFailure(), written_);
  EXPECT_OK(rows_.TakeFailure());
  EXPECT_EQ(Read("a"), "old");
  EXPECT_THAT(ReadAll(),
              ElementsAre(std::pair("a", "old"), std::pair("b", "old")));
}

TEST_F(WriteBehindTest, LendsTheMemoryOfWhatWasWritten) {
  BeginWrite(Puts({{"a", "new"}}));
  gated_.Open();
  rows_.Write(Puts({{"b", "new"}}), [](const absl::Status&) {});
  const WriteBatch memory = rows_.TakeMemory();
  EXPECT_TRUE(memory.empty());
  EXPECT_FALSE(memory.guard().has_value());
}

}  // namespace
}  // namespace consilium
