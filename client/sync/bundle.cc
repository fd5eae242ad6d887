#include "client/sync/bundle.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "client/sync/errors.h"
#include "proto/base/big_endian.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// Never change these: they are in files.
constexpr absl::string_view kMagic = "consilium bundle";
constexpr char kHeaderSection = 'H';
constexpr char kBatchSection = 'B';
constexpr char kTrailerSection = 'T';

// What a section begins with: its kind and the size of its payload.
constexpr size_t kPrefixSizeBytes = 5;

std::string Beginning() {
  std::string beginning(kMagic);
  AppendBigEndian32(kBundleVersion, beginning);
  return beginning;
}

std::string SectionPrefix(char kind, size_t size) {
  std::string prefix(1, kind);
  AppendBigEndian32(static_cast<uint32_t>(size), prefix);
  return prefix;
}

uint32_t LoadBigEndian32(absl::string_view bytes) {
  uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) {
    value = value << 8 | static_cast<uint8_t>(byte);
  }
  return value;
}

std::string KindName(char kind) {
  switch (kind) {
    case kHeaderSection:
      return "the header";
    case kBatchSection:
      return "a batch";
    case kTrailerSection:
      return "the trailer";
    default:
      return absl::StrCat("an unknown section ",
                          Quote(absl::string_view(&kind, 1)));
  }
}

}  // namespace

BundleWriter::BundleWriter(std::ostream& out) : out_(out) {}

absl::Status BundleWriter::Begin(const stored::v1::BundleHeader& header) {
  summary_.header = header;
  const std::string beginning = Beginning();
  checksum_ = Sha256({beginning});
  RETURN_IF_ERROR(Write(beginning));
  return WriteSection(kHeaderSection, header.SerializeAsString());
}

absl::Status BundleWriter::Add(const v1::ChangeBatch& batch) {
  ++summary_.batch_count;
  summary_.change_count += batch.change_count();
  return WriteSection(kBatchSection, batch.SerializeAsString());
}

absl::StatusOr<BundleSummary> BundleWriter::Finish() {
  stored::v1::BundleTrailer trailer;
  trailer.set_batch_count(summary_.batch_count);
  trailer.set_change_count(summary_.change_count);
  RETURN_IF_ERROR(WriteSection(kTrailerSection, trailer.SerializeAsString()));
  out_.flush();
  if (!out_) return BundleNotWritten("its end");
  return summary_;
}

absl::Status BundleWriter::WriteSection(char kind, const std::string& payload) {
  if (payload.size() > kBundleSectionSizeMax) {
    return BundleNotWritten(
        absl::StrCat(KindName(kind), " of ", payload.size(), " bytes"));
  }
  const std::string prefix = SectionPrefix(kind, payload.size());
  checksum_ = Sha256({checksum_, prefix, payload});
  RETURN_IF_ERROR(Write(prefix));
  RETURN_IF_ERROR(Write(payload));
  return Write(checksum_);
}

absl::Status BundleWriter::Write(absl::string_view bytes) {
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out_) {
    return BundleNotWritten(absl::StrCat("byte ", summary_.size_bytes));
  }
  summary_.size_bytes += static_cast<int64_t>(bytes.size());
  return absl::OkStatus();
}

// One section as read; `offset` is where it begins.
struct BundleReader::Section {
  char kind;
  int64_t offset;
  std::string payload;
};

absl::StatusOr<std::unique_ptr<BundleReader>> BundleReader::Open(
    std::istream& in) {
  std::unique_ptr<BundleReader> reader(new BundleReader(in));
  RETURN_IF_ERROR(reader->ReadBeginning());
  ASSIGN_OR_RETURN(const Section section, reader->ReadSection());
  if (section.kind != kHeaderSection ||
      !reader->summary_.header.ParseFromString(section.payload)) {
    return BundleDamaged(section.offset,
                         absl::StrCat(KindName(section.kind),
                                      " stands where the header should"));
  }
  return reader;
}

absl::Status BundleReader::ReadBeginning() {
  const std::string wanted = Beginning();
  ASSIGN_OR_RETURN(const std::string found,
                   Read(wanted.size(), "the beginning"));
  const absl::string_view magic =
      absl::string_view(found).substr(0, kMagic.size());
  if (magic != kMagic) {
    return BundleDamaged(
        0, absl::StrCat("it begins with ", Quote(magic),
                        ", a bundle begins with ", Quote(kMagic)));
  }
  const uint32_t version =
      LoadBigEndian32(absl::string_view(found).substr(kMagic.size()));
  if (version != kBundleVersion) return BundleVersionUnsupported(version);
  checksum_ = Sha256({found});
  return absl::OkStatus();
}

absl::StatusOr<std::string> BundleReader::Read(size_t size,
                                               absl::string_view what) {
  std::string bytes(size, '\0');
  in_.read(bytes.data(), static_cast<std::streamsize>(size));
  const auto count = static_cast<size_t>(in_.gcount());
  if (count < size) {
    return BundleDamaged(
        summary_.size_bytes + static_cast<int64_t>(count),
        absl::StrCat("the file ends within ", what, ", of which ", count,
                     " of ", size, " bytes are there"));
  }
  summary_.size_bytes += static_cast<int64_t>(size);
  return bytes;
}

absl::StatusOr<BundleReader::Section> BundleReader::ReadSection() {
  const int64_t offset = summary_.size_bytes;
  ASSIGN_OR_RETURN(const std::string prefix,
                   Read(kPrefixSizeBytes, "the beginning of a section"));
  const char kind = prefix[0];
  const size_t size = LoadBigEndian32(absl::string_view(prefix).substr(1));
  const std::string what = KindName(kind);
  if (size > kBundleSectionSizeMax) {
    return BundleDamaged(
        offset + 1, absl::StrCat(what, " claims ", size, " bytes, at most ",
                                 kBundleSectionSizeMax, " are allowed"));
  }
  ASSIGN_OR_RETURN(std::string payload, Read(size, what));
  ASSIGN_OR_RETURN(
      const std::string checksum,
      Read(kSha256SizeBytes, absl::StrCat("the checksum of ", what)));
  checksum_ = Sha256({checksum_, prefix, payload});
  if (checksum != checksum_) {
    return BundleDamaged(
        offset,
        absl::StrCat(what, " has the checksum ",
                     absl::BytesToHexString(checksum), ", its bytes give ",
                     absl::BytesToHexString(checksum_)));
  }
  return Section{kind, offset, std::move(payload)};
}

absl::StatusOr<std::optional<v1::ChangeBatch>> BundleReader::Next() {
  if (finished_) return std::optional<v1::ChangeBatch>();
  ASSIGN_OR_RETURN(const Section section, ReadSection());
  if (section.kind == kBatchSection) {
    ASSIGN_OR_RETURN(v1::ChangeBatch batch, ParseBatch(section));
    return std::optional<v1::ChangeBatch>(std::move(batch));
  }
  if (section.kind != kTrailerSection) {
    return BundleDamaged(section.offset,
                         absl::StrCat(KindName(section.kind),
                                      " stands where a batch or the trailer "
                                      "should"));
  }
  RETURN_IF_ERROR(CheckEnd(section));
  finished_ = true;
  return std::optional<v1::ChangeBatch>();
}

absl::StatusOr<v1::ChangeBatch> BundleReader::ParseBatch(
    const Section& section) {
  v1::ChangeBatch batch;
  if (!batch.ParseFromString(section.payload)) {
    return BundleDamaged(section.offset, "a batch does not parse");
  }
  ++summary_.batch_count;
  summary_.change_count += batch.change_count();
  return batch;
}

absl::Status BundleReader::CheckEnd(const Section& section) {
  stored::v1::BundleTrailer trailer;
  if (!trailer.ParseFromString(section.payload)) {
    return BundleDamaged(section.offset, "the trailer does not parse");
  }
  if (trailer.batch_count() != summary_.batch_count ||
      trailer.change_count() != summary_.change_count) {
    return BundleDamaged(
        section.offset,
        absl::StrCat("the trailer counts ", trailer.batch_count(),
                     " batches and ", trailer.change_count(),
                     " changes, the file holds ", summary_.batch_count, " and ",
                     summary_.change_count));
  }
  if (in_.peek() != std::istream::traits_type::eof()) {
    return BundleDamaged(summary_.size_bytes,
                         "the file goes on after the trailer");
  }
  return absl::OkStatus();
}

absl::StatusOr<BundleSummary> VerifyBundle(std::istream& in) {
  ASSIGN_OR_RETURN(const auto reader, BundleReader::Open(in));
  while (true) {
    ASSIGN_OR_RETURN(const auto batch, reader->Next());
    if (!batch.has_value()) return reader->summary();
  }
}

}  // namespace consilium
