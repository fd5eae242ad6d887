#include "server/query/page_token.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "proto/base/errors.h"
#include "server/query/errors.h"
#include "server/query/limits.h"

namespace consilium {
namespace {

const char kKey[] = "0123456789abcdef0123456789abcdef";

PageQuery Query() {
  return {.method = "ListTrials",
          .parent = "registries/nsclc",
          .filter = "title:osimertinib",
          .order_by = "name",
          .version = "",
          .show_deleted = false};
}

PagePosition Position() {
  return {.registry = "nsclc",
          .version = "a-frontier",
          .last_key = std::string("trials\x01nct1\0x", 13)};
}

std::string ReasonFor(const PageTokenSealer& sealer, const std::string& token,
                      const PageQuery& query = Query()) {
  const auto position = sealer.Open(token, query);
  if (!position.ok()) {
    EXPECT_EQ(position.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(GetFieldViolations(position.status()).front().field, "pageToken");
  }
  return GetErrorReason(position.status());
}

TEST(PageTokenTest, GivesBackWhatWasSealed) {
  const PageTokenSealer sealer(kKey, "replica-1");
  const auto position = sealer.Open(sealer.Seal(Query(), Position()), Query());
  ASSERT_TRUE(position.ok()) << position.status();
  EXPECT_TRUE(*position == Position());
}

TEST(PageTokenTest, SurvivesARestart) {
  const std::string token =
      PageTokenSealer(kKey, "replica-1").Seal(Query(), Position());
  EXPECT_TRUE(PageTokenSealer(kKey, "replica-1").Open(token, Query()).ok());
}

TEST(PageTokenTest, SealsAnEmptyPosition) {
  const PageTokenSealer sealer(kKey, "replica-1");
  const auto position = sealer.Open(sealer.Seal({}, {}), {});
  ASSERT_TRUE(position.ok()) << position.status();
  EXPECT_TRUE(*position == PagePosition{});
}

TEST(PageTokenTest, IsOpaque) {
  const std::string token =
      PageTokenSealer(kKey, "replica-1").Seal(Query(), Position());
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(token, &bytes));
  EXPECT_EQ(bytes.find("nct1"), std::string::npos);
  EXPECT_EQ(bytes.find("nsclc"), std::string::npos);
}

TEST(PageTokenTest, RefusesAnotherQuery) {
  const PageTokenSealer sealer(kKey, "replica-1");
  const std::string token = sealer.Seal(Query(), Position());
  std::vector<PageQuery> others(6, Query());
  others[0].method = "ListPublications";
  others[1].parent = "registries/other";
  others[2].filter = "";
  others[3].order_by = "name desc";
  others[4].version = "snapshots/s";
  others[5].show_deleted = true;
  for (const PageQuery& other : others) {
    EXPECT_EQ(ReasonFor(sealer, token, other), kPageTokenOtherQuery);
  }
  // Moving text from one field to its neighbour is another query too.
  PageQuery shifted = Query();
  shifted.parent = "registries/nsclctitle:";
  shifted.filter = "osimertinib";
  EXPECT_EQ(ReasonFor(sealer, token, shifted), kPageTokenOtherQuery);
}

TEST(PageTokenTest, RefusesAnotherServer) {
  const std::string token =
      PageTokenSealer(kKey, "replica-1").Seal(Query(), Position());
  EXPECT_EQ(ReasonFor(PageTokenSealer(kKey, "replica-2"), token),
            kPageTokenOtherServer);
  EXPECT_EQ(ReasonFor(PageTokenSealer("other", "replica-1"), token),
            kPageTokenOtherServer);
}

TEST(PageTokenTest, NamesBothListsWhereTheTokenIsOfAnother) {
  PageQuery changes = Query();
  changes.method = "consilium.v1.ChangeService/ListChanges";
  PageQuery conflicts = Query();
  conflicts.method = "consilium.v1.ConflictService/ListConflicts";
  const std::string token =
      PageTokenSealer(kKey, "replica-1").Seal(changes, Position());
  const auto here = PageTokenSealer(kKey, "replica-1").Open(token, conflicts);
  EXPECT_EQ(here.status().message(),
            "pageToken: belongs to ListChanges and was given to ListConflicts; "
            "go on with ListChanges, or start again without a token");
  // Each registry of a server is another replica, and the server is the same.
  EXPECT_EQ(ReasonFor(PageTokenSealer(kKey, "replica-2"), token, conflicts),
            kPageTokenOtherQuery);
  conflicts = changes;
  conflicts.parent = "registries/other";
  EXPECT_EQ(ReasonFor(PageTokenSealer(kKey, "replica-2"), token, conflicts),
            kPageTokenOtherQuery);
}

TEST(PageTokenTest, RefusesEveryFlippedBit) {
  const PageTokenSealer sealer(kKey, "replica-1");
  std::string bytes;
  ASSERT_TRUE(
      absl::WebSafeBase64Unescape(sealer.Seal(Query(), Position()), &bytes));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(ReasonFor(sealer, absl::WebSafeBase64Escape(damaged)), "")
        << "bit " << bit;
  }
}

TEST(PageTokenTest, RefusesWhatIsNoToken) {
  const PageTokenSealer sealer(kKey, "replica-1");
  const std::string token = sealer.Seal(Query(), Position());
  for (size_t size = 0; size < token.size(); ++size) {
    EXPECT_NE(ReasonFor(sealer, token.substr(0, size)), "") << size;
  }
  for (const std::string& text :
       {std::string("x"), std::string("100"), token + "A",
        token + "==", " " + token, std::string(kPageTokenSizeMax + 1, 'A'),
        std::string("\xff\0\n", 3)}) {
    EXPECT_EQ(ReasonFor(sealer, text), kPageTokenMalformed) << text;
  }
  std::mt19937_64 random(5);
  for (int i = 0; i < 2000; ++i) {
    std::string noise(random() % 200, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    EXPECT_NE(ReasonFor(sealer, absl::WebSafeBase64Escape(noise)), "");
  }
}

}  // namespace
}  // namespace consilium
