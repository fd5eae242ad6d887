#include "client/sync/bundle.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_sync_endpoint.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class BundleTest : public testing::Test {
 protected:
  BundleTest() {
    north_.Write(5);
    bundle_ = Create({});
  }

  std::string Create(const stored::v1::Frontier& since) {
    std::ostringstream out;
    const auto summary = CreateBundle(north_, since, clock_, out, {});
    EXPECT_OK(summary);
    if (summary.ok()) {
      EXPECT_EQ(summary->size_bytes, static_cast<int64_t>(out.str().size()));
    }
    return out.str();
  }

  absl::StatusOr<BundleApplied> Apply(const std::string& bytes) {
    std::istringstream in(bytes);
    return ApplyBundle(in, "a.bundle", south_, {});
  }

  absl::StatusOr<BundleSummary> Verify(const std::string& bytes) {
    std::istringstream in(bytes);
    return VerifyBundle(in);
  }

  FakeClock clock_;
  FakeSyncEndpoint north_{"north"};
  FakeSyncEndpoint south_{"south"};
  std::string bundle_;
};

TEST_F(BundleTest, CarriesEverything) {
  south_.Write(2);
  ASSERT_OK_AND_ASSIGN(const BundleApplied applied, Apply(bundle_));
  EXPECT_EQ(south_.Held(), "north:5 south:2");
  EXPECT_EQ(applied.applied_changes, 5);
  EXPECT_EQ(applied.bundle.change_count, 5);
  EXPECT_EQ(applied.bundle.batch_count, 3);
  EXPECT_EQ(applied.bundle.header.institution(), "north");
  EXPECT_EQ(applied.bundle.header.create_time().seconds(), 1'700'000'000);
  EXPECT_THAT(applied.digest, SizeIs(32));
  EXPECT_THAT(applied.set_aside, IsEmpty());
}

TEST_F(BundleTest, MayBeAppliedTwice) {
  ASSERT_OK(Apply(bundle_));
  ASSERT_OK_AND_ASSIGN(const BundleApplied again, Apply(bundle_));
  EXPECT_EQ(again.applied_changes, 0);
}

TEST_F(BundleTest, CarriesWhatIsNewSinceAFrontier) {
  ASSERT_OK(Apply(bundle_));
  north_.Write(2);
  const std::string later = Create(south_.frontier());
  ASSERT_OK_AND_ASSIGN(const BundleApplied applied, Apply(later));
  EXPECT_EQ(applied.bundle.change_count, 2);
  EXPECT_EQ(south_.Held(), "north:7");
}

TEST_F(BundleTest, RefusesToStartLaterThanTheTarget) {
  const std::string later = Create(north_.frontier());
  const auto applied = Apply(later);
  EXPECT_EQ(GetErrorReason(applied.status()), "BUNDLE_STARTS_LATER");
  EXPECT_THAT(applied, StatusIs(absl::StatusCode::kFailedPrecondition,
                                AllOf(HasSubstr("after change 5"),
                                      HasSubstr("holds 0"))));
}

TEST_F(BundleTest, RefusesAnotherRegistryAndFormat) {
  south_.registry_id = std::string(32, 'S');
  EXPECT_EQ(GetErrorReason(Apply(bundle_).status()), "REGISTRY_MISMATCH");
  south_.registry_id = north_.registry_id;
  south_.format_version = 2;
  EXPECT_EQ(GetErrorReason(Apply(bundle_).status()), "FORMAT_VERSION_MISMATCH");
  EXPECT_EQ(south_.pushes(), 0);
}

TEST_F(BundleTest, SoundsTheAlarmWhenTheDigestsDiffer) {
  south_.faults.has_wrong_digest = true;
  const auto applied = Apply(bundle_);
  EXPECT_EQ(GetErrorReason(applied.status()), "DIGEST_MISMATCH");
  EXPECT_THAT(applied.status().message(), HasSubstr("a.bundle has"));
}

TEST_F(BundleTest, ReportsWhatWasSetAside) {
  south_.faults.rejects = {"north"};
  ASSERT_OK_AND_ASSIGN(const BundleApplied applied, Apply(bundle_));
  EXPECT_THAT(applied.set_aside, SizeIs(5));
  EXPECT_THAT(applied.digest, IsEmpty());
}

TEST_F(BundleTest, FindsEveryChangedBit) {
  for (size_t i = 0; i < bundle_.size(); ++i) {
    std::string damaged = bundle_;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    const auto applied = Apply(damaged);
    ASSERT_FALSE(applied.ok()) << "byte " << i;
    // A changed version may be a later release's; everything else is damage.
    const bool version = i >= 16 && i < 20;
    EXPECT_EQ(GetErrorReason(applied.status()),
              version ? "BUNDLE_VERSION_UNSUPPORTED" : "BUNDLE_DAMAGED")
        << "byte " << i;
  }
  EXPECT_EQ(south_.pushes(), 0);
}

TEST_F(BundleTest, FindsEveryCut) {
  for (size_t size = 0; size < bundle_.size(); ++size) {
    const auto applied = Apply(bundle_.substr(0, size));
    EXPECT_EQ(GetErrorReason(applied.status()), "BUNDLE_DAMAGED") << size;
    EXPECT_THAT(applied.status().message(),
                HasSubstr("damaged at byte " + std::to_string(size)))
        << size;
  }
  EXPECT_EQ(south_.pushes(), 0);
}

TEST_F(BundleTest, FindsWhatIsAddedRepeatedAndMoved) {
  EXPECT_THAT(Verify(bundle_ + "x"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("goes on")));
  // The header's section is 20 bytes in, the batches follow upon it.
  const auto section_size = [&](size_t at) {
    return 5 +
           static_cast<size_t>(static_cast<uint8_t>(bundle_[at + 3])) * 256 +
           static_cast<uint8_t>(bundle_[at + 4]) + 32;
  };
  const size_t first = 20 + section_size(20);
  const size_t second = first + section_size(first);
  const size_t third = second + section_size(second);
  const std::string head = bundle_.substr(0, first);
  const std::string one = bundle_.substr(first, second - first);
  const std::string two = bundle_.substr(second, third - second);
  const std::string tail = bundle_.substr(third);
  ASSERT_OK(Verify(head + one + two + tail));
  EXPECT_THAT(Verify(head + one + one + two + tail),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Verify(head + two + one + tail),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Verify(head + one + tail), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(BundleTest, SaysWhatItGotInPlaceOfABundle) {
  EXPECT_THAT(
      Verify("PK\x03\x04 this is another sort of file"),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("a bundle begins with")));
}

TEST_F(BundleTest, SaysWhenItCannotBeWritten) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_EQ(GetErrorReason(CreateBundle(north_, {}, clock_, out, {}).status()),
            "BUNDLE_NOT_WRITTEN");
}

TEST_F(BundleTest, IsNotFinishedWhenTheSourceIsCutOff) {
  std::ostringstream out;
  north_.faults.messages_until_cut = 2;
  EXPECT_THAT(CreateBundle(north_, {}, clock_, out, {}),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Verify(out.str()), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace consilium
