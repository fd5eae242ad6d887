#include "storage/kv/rocksdb_options.h"

#include <algorithm>
#include <vector>

#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "storage/kv/rocksdb_rows.h"

namespace consilium {
namespace {

constexpr double kBloomBitsPerKey = 10;
constexpr uint64_t kLogSizeTotalMaxBytes = uint64_t{256} << 20;
constexpr uint64_t kBytesPerSync = uint64_t{1} << 20;
constexpr int kBackgroundJobsMax = 2;
// Room for a burst of writes while one buffer is being written out.
constexpr int kWriteBufferCountMax = 4;

// The first of `wanted` that this build of the library has.
rocksdb::CompressionType ChooseCompression(
    std::initializer_list<rocksdb::CompressionType> wanted) {
  const std::vector<rocksdb::CompressionType> known =
      rocksdb::GetSupportedCompressions();
  for (const rocksdb::CompressionType type : wanted) {
    if (std::find(known.begin(), known.end(), type) != known.end()) {
      return type;
    }
  }
  return rocksdb::kNoCompression;
}

// What keeps damage from passing unnoticed. Defaults are repeated on purpose:
// they differ between releases.
void SetSafetyOptions(rocksdb::Options& options) {
  options.create_if_missing = false;
  options.create_missing_column_families = false;
  // A torn last record is an ordinary crash; anything else is damage. Only
  // together with verified logs does this mode notice a log that is missing or
  // was cut at a record boundary.
  options.wal_recovery_mode =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  options.flush_verify_memtable_count = true;
  options.verify_sst_unique_id_in_manifest = true;
  options.file_checksum_gen_factory =
      rocksdb::GetFileChecksumGenCrc32cFactory();
  options.best_efforts_recovery = false;
  options.skip_checking_sst_file_sizes_on_db_open = false;
  options.max_open_files = -1;
  options.manual_wal_flush = false;
  options.recycle_log_file_num = 0;
  options.wal_compression = rocksdb::kNoCompression;
  options.enable_pipelined_write = false;
  options.unordered_write = false;
  options.two_write_queues = false;
  options.allow_2pc = false;
  options.atomic_flush = false;
  options.avoid_flush_during_recovery = false;
  options.avoid_flush_during_shutdown = false;
  // We stop at the first error; the library must not try to go on.
  options.max_bgerror_resume_count = 0;
  options.allow_data_in_errors = false;
  options.memtable_protection_bytes_per_key = kProtectionBytesPerKey;
  options.paranoid_file_checks = true;
  options.force_consistency_checks = true;
}

}  // namespace

rocksdb::Options MakeRocksdbOptions(const RocksdbStoreOptions& wanted) {
  rocksdb::Options options;
  SetSafetyOptions(options);
  options.write_buffer_size = wanted.write_buffer_size_bytes;
  options.disable_auto_compactions = !wanted.merge_files;
  options.max_write_buffer_number = kWriteBufferCountMax;
  // The rows of one kind lie together and are often written in their order:
  // each is looked for behind the last of its kind.
  options.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(kPartitionPrefixSizeBytes + 1));
  options.max_total_wal_size = kLogSizeTotalMaxBytes;
  options.bytes_per_sync = kBytesPerSync;
  options.max_background_jobs = kBackgroundJobsMax;
  options.skip_stats_update_on_db_open = true;
  options.compression = ChooseCompression(
      {rocksdb::kLZ4Compression, rocksdb::kSnappyCompression});
  options.bottommost_compression =
      ChooseCompression({rocksdb::kZSTD, rocksdb::kLZ4Compression});
  options.info_log_level = rocksdb::InfoLogLevel::INFO_LEVEL;
  options.max_log_file_size = size_t{16} << 20;
  options.keep_log_file_num = 10;

  rocksdb::BlockBasedTableOptions table;
  table.checksum = rocksdb::kXXH3;
  table.format_version = 5;
  // paranoid_file_checks reads every file back and compares all that it holds
  // with what went in, so that blocks need no check of their own.
  table.verify_compression = false;
  table.detect_filter_construct_corruption = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.optimize_filters_for_memory = true;
  table.block_size = size_t{16} << 10;
  table.block_cache = rocksdb::NewLRUCache(wanted.block_cache_size_bytes);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::WriteOptions MakeWriteOptions() {
  rocksdb::WriteOptions options;
  options.sync = true;
  options.disableWAL = false;
  options.no_slowdown = false;
  options.protection_bytes_per_key = kProtectionBytesPerKey;
  return options;
}

rocksdb::ReadOptions MakeReadOptions() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  return options;
}

}  // namespace consilium
