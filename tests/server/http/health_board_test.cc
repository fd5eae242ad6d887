#include "server/http/health_board.h"

#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using Weight = HealthBoard::Weight;

TEST(HealthBoardTest, IsReadyOnlyWhileItServes) {
  HealthBoard board;
  EXPECT_EQ(board.Ready().status, 503);
  EXPECT_EQ(board.Ready().body, "not ready\nserver: starting\n");
  board.SetPhase(true, "serving");
  EXPECT_EQ(board.Ready().status, 200);
  EXPECT_EQ(board.Ready().body, "ready\nserver: serving\n");
  board.SetPhase(false, "stopping");
  EXPECT_EQ(board.Ready().status, 503);
  EXPECT_EQ(board.Live().status, 200);
}

TEST(HealthBoardTest, ChecksSayWhyAndRefusedWritesAreNamed) {
  HealthBoard board;
  board.SetPhase(true, "serving");
  absl::Status store;
  absl::Status disk = absl::ResourceExhaustedError("too full");
  board.AddCheck("store", Weight::kReadiness, [&] { return store; });
  board.AddCheck("disk", Weight::kWrites, [&] { return disk; });
  EXPECT_EQ(board.Ready().status, 200);
  EXPECT_EQ(board.Ready().body,
            "ready for reads; writes are refused\n"
            "server: serving\nstore: ok\ndisk: too full\n");
  store = absl::UnavailableError("a write failed");
  disk = absl::OkStatus();
  EXPECT_EQ(board.Ready().status, 503);
  EXPECT_EQ(board.Ready().body,
            "not ready\nserver: serving\nstore: a write failed\ndisk: ok\n");
}

}  // namespace
}  // namespace consilium
