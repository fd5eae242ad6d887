// A stream of batches as a file, for servers that no line connects: made from
// one server, carried by hand, applied to another. PROTOCOL.md has the bytes.
#ifndef CONSILIUM_CLIENT_SYNC_BUNDLE_H_
#define CONSILIUM_CLIENT_SYNC_BUNDLE_H_

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/api/cancellation.h"
#include "client/sync/limits.h"
#include "client/sync/sync_endpoint.h"
#include "client/sync/transfer.h"
#include "consilium/stored/v1/bundle.pb.h"
#include "proto/base/clock.h"

namespace consilium {

// What a bundle says of itself, and how much it holds.
struct BundleSummary {
  stored::v1::BundleHeader header;
  int64_t batch_count = 0;
  int64_t change_count = 0;
  int64_t size_bytes = 0;
};

// Writes a bundle. One thread.
class BundleWriter {
 public:
  // To `out`, which must outlive the writer and is written in order.
  explicit BundleWriter(std::ostream& out);
  BundleWriter(const BundleWriter&) = delete;
  BundleWriter& operator=(const BundleWriter&) = delete;

  // First the header, then the batches, then the end; INTERNAL when `out`
  // fails.
  absl::Status Begin(const stored::v1::BundleHeader& header);
  absl::Status Add(const v1::ChangeBatch& batch);
  absl::StatusOr<BundleSummary> Finish();

 private:
  absl::Status WriteSection(char kind, const std::string& payload);
  absl::Status Write(absl::string_view bytes);

  std::ostream& out_;
  std::string checksum_;  // Of the section before: each covers it.
  BundleSummary summary_;
};

// Reads a bundle, checking every byte on the way. One thread.
//   DATA_LOSS            (BUNDLE_DAMAGED) truncated, changed or no bundle at
//                        all: names the byte, what is there and what should be.
//   FAILED_PRECONDITION  a newer version.
class BundleReader {
 public:
  // Reads the header from `in`, which must outlive the reader.
  static absl::StatusOr<std::unique_ptr<BundleReader>> Open(std::istream& in);
  BundleReader(const BundleReader&) = delete;
  BundleReader& operator=(const BundleReader&) = delete;

  // What was read so far.
  const BundleSummary& summary() const { return summary_; }

  // The next batch; nullopt after the last, once the trailer was checked.
  absl::StatusOr<std::optional<v1::ChangeBatch>> Next();

 private:
  struct Section;

  explicit BundleReader(std::istream& in) : in_(in) {}

  absl::Status ReadBeginning();
  absl::StatusOr<Section> ReadSection();
  absl::StatusOr<std::string> Read(size_t size, absl::string_view what);
  absl::StatusOr<v1::ChangeBatch> ParseBatch(const Section& section);
  absl::Status CheckEnd(const Section& section);

  std::istream& in_;
  std::string checksum_;  // Of the section before: each covers it.
  bool finished_ = false;
  BundleSummary summary_;
};

// Reads a whole bundle and checks it.
absl::StatusOr<BundleSummary> VerifyBundle(std::istream& in);

struct BundleOptions {
  // Called after each batch. May be empty.
  std::function<void(const TransferProgress&)> on_progress;
  Cancellation* cancellation = nullptr;  // May be null.
  absl::Duration stall_timeout = kStallTimeout;
};

// Writes what a holder of `since` lacks of `source` to `out`.
absl::StatusOr<BundleSummary> CreateBundle(SyncEndpoint& source,
                                           const stored::v1::Frontier& since,
                                           Clock& clock, std::ostream& out,
                                           const BundleOptions& options);

struct BundleApplied {
  BundleSummary bundle;
  int64_t applied_changes = 0;
  std::vector<v1::SetAside> set_aside;
  // Of both at the bundle's `until`, 32 bytes; empty when something was set
  // aside, so that there is nothing to compare.
  std::string digest;
};

// Checks the whole of `in`, which can be read twice, and then sends it to
// `target`. Nothing is sent of a bundle that is damaged.
//   FAILED_PRECONDITION  another registry or format version; the target lacks
//                        what the bundle takes for granted.
//   DATA_LOSS            damage; or the digests at `until` differ.
absl::StatusOr<BundleApplied> ApplyBundle(std::istream& in,
                                          const std::string& file_name,
                                          SyncEndpoint& target,
                                          const BundleOptions& options);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_BUNDLE_H_
