#include "storage/schema/row_keys.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "proto/base/big_endian.h"
#include "storage/schema/errors.h"

namespace consilium {
namespace {

constexpr char kEnd = '\0';          // Ends a name or a key within a row key.
constexpr char kSeparator = '\x01';  // Between the segments of a name.

uint64_t ReadBigEndian(absl::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

std::string DotKey(char kind, const Dot& dot) {
  std::string key(1, kind);
  key.append(dot.replica.bytes().data(), dot.replica.bytes().size());
  AppendBigEndian64(static_cast<uint64_t>(dot.sequence), key);
  return key;
}

// Names order by segments: "trials/a/arms/x" comes before "trials/a-b".
void AppendName(std::string& out, absl::string_view name) {
  for (const char c : name) out.push_back(c == '/' ? kSeparator : c);
}

std::string ReadName(absl::string_view bytes) {
  std::string name(bytes);
  std::replace(name.begin(), name.end(), kSeparator, '/');
  return name;
}

// 0x00 within the bytes becomes 0x00 0xff; the end is 0x00 0x00.
void AppendEscaped(std::string& out, absl::string_view bytes) {
  for (const char c : bytes) {
    out.push_back(c);
    if (c == kEnd) out.push_back('\xff');
  }
  out.push_back(kEnd);
  out.push_back(kEnd);
}

void AppendPath(std::string& out, const FieldPath& path) {
  AppendBigEndian32(static_cast<uint32_t>(path.field), out);
  out.push_back(static_cast<char>(path.kind));
  AppendEscaped(out, path.key);
}

// Reads a path off the front of `bytes`. False when it is none.
bool ReadPath(absl::string_view& bytes, FieldPath& path) {
  if (bytes.size() < 7) return false;
  path.field = static_cast<int32_t>(ReadBigEndian(bytes.substr(0, 4)));
  path.kind = static_cast<MergeKind>(bytes[4]);
  size_t i = 5;
  for (; i + 1 < bytes.size(); ++i) {
    if (bytes[i] != kEnd) {
      path.key.push_back(bytes[i]);
    } else if (bytes[i + 1] == '\xff') {
      path.key.push_back(kEnd);
      ++i;
    } else {
      bytes.remove_prefix(i + 2);
      return true;
    }
  }
  return false;
}

std::string NameKey(char kind, absl::string_view name) {
  std::string key(1, kind);
  AppendName(key, name);
  return key;
}

}  // namespace

std::string CollectionOf(absl::string_view name) {
  std::string collection;
  bool is_collection = true;
  for (const char c : name) {
    if (c == '/') {
      is_collection = !is_collection;
      if (is_collection) collection.push_back('/');
    } else if (is_collection) {
      collection.push_back(c);
    }
  }
  return collection;
}

std::string CatalogRowKey::Key(absl::string_view registry) {
  return absl::StrCat(Prefix(), registry);
}

std::string ReplicaRowKey::Key(const ReplicaId& replica) {
  return absl::StrCat("R", replica.bytes());
}

std::string ChangeRowKey::Key(const Dot& dot) { return DotKey('m', dot); }

std::string BodyRowKey::Key(const Dot& dot) { return DotKey('c', dot); }

std::string CausalRowKey::Key(const Dot& dot) { return DotKey('v', dot); }

absl::StatusOr<Dot> CausalRowKey::Parse(absl::string_view key) {
  constexpr size_t kSize = 1 + ReplicaId::kSizeBytes + 8;
  if (key.size() != kSize || key.front() != 'v') return DamagedRow(key);
  return Dot{*ReplicaId::FromBytes(key.substr(1, ReplicaId::kSizeBytes)),
             static_cast<int64_t>(
                 ReadBigEndian(key.substr(1 + ReplicaId::kSizeBytes)))};
}

std::string RevisionRowKey::Key(int64_t revision) {
  std::string key = Prefix();
  AppendBigEndian64(static_cast<uint64_t>(revision), key);
  return key;
}

absl::StatusOr<int64_t> RevisionRowKey::Parse(absl::string_view key) {
  if (key.size() != 9 || key.front() != 'r') return DamagedRow(key);
  return static_cast<int64_t>(ReadBigEndian(key.substr(1)));
}

std::string RecordRowKey::CollectionPrefix(absl::string_view collection) {
  std::string key = NameKey('s', collection);
  key.push_back(kEnd);
  return key;
}

std::string RecordRowKey::ChildPrefix(absl::string_view collection,
                                      absl::string_view parent) {
  std::string key = CollectionPrefix(collection);
  AppendName(key, parent);
  key.push_back(kSeparator);
  return key;
}

std::string RecordRowKey::Key(absl::string_view name) {
  std::string key = CollectionPrefix(CollectionOf(name));
  AppendName(key, name);
  return key;
}

absl::StatusOr<std::string> RecordRowKey::Parse(absl::string_view key) {
  const size_t end = key.find(kEnd);
  if (key.empty() || key.front() != 's' || end == absl::string_view::npos) {
    return DamagedRow(key);
  }
  return ReadName(key.substr(end + 1));
}

std::string HistoryRowKey::RecordPrefix(absl::string_view name) {
  std::string key = NameKey('h', name);
  key.push_back(kEnd);
  return key;
}

absl::StatusOr<std::string> HistoryRowKey::ParseName(absl::string_view key) {
  const size_t end = key.find(kEnd);
  if (key.empty() || key.front() != 'h' || end == absl::string_view::npos) {
    return DamagedRow(key);
  }
  return ReadName(key.substr(1, end - 1));
}

std::string HistoryRowKey::PathPrefix(absl::string_view name,
                                      const FieldPath& path) {
  std::string key = RecordPrefix(name);
  AppendPath(key, path);
  return key;
}

std::string HistoryRowKey::Key(absl::string_view name, const FieldPath& path,
                               const Dot& dot) {
  std::string key = PathPrefix(name, path);
  key.append(dot.replica.bytes().data(), dot.replica.bytes().size());
  AppendBigEndian64(static_cast<uint64_t>(dot.sequence), key);
  return key;
}

std::string ConcurrencyRowKey::RecordPrefix(absl::string_view name) {
  std::string key = NameKey('x', name);
  key.push_back(kEnd);
  return key;
}

std::string ConcurrencyRowKey::SubtreeEnd(absl::string_view name) {
  // Descendants follow with kSeparator; nothing else can precede kSeparator+1.
  std::string key = NameKey('x', name);
  key.push_back(kSeparator + 1);
  return key;
}

std::string ConcurrencyRowKey::Key(absl::string_view name,
                                   const FieldPath& path) {
  std::string key = RecordPrefix(name);
  AppendPath(key, path);
  return key;
}

absl::StatusOr<ConcurrencyRowKey::Parsed> ConcurrencyRowKey::Parse(
    absl::string_view key) {
  const size_t end = key.find(kEnd);
  if (key.empty() || key.front() != 'x' || end == absl::string_view::npos) {
    return DamagedRow(key);
  }
  Parsed parsed;
  parsed.name = ReadName(key.substr(1, end - 1));
  absl::string_view rest = key.substr(end + 1);
  if (!ReadPath(rest, parsed.path) || !rest.empty()) return DamagedRow(key);
  return parsed;
}

std::string IndexRowKey::TermPrefix(absl::string_view collection,
                                    absl::string_view term) {
  std::string key = NameKey('i', collection);
  key.push_back(kEnd);
  AppendEscaped(key, term.substr(0, kIndexTermSizeMax));
  return key;
}

std::string IndexRowKey::ChildPrefix(absl::string_view collection,
                                     absl::string_view term,
                                     absl::string_view parent) {
  std::string key = TermPrefix(collection, term);
  AppendName(key, parent);
  key.push_back(kSeparator);
  return key;
}

std::string IndexRowKey::Key(absl::string_view name, absl::string_view term) {
  std::string key = TermPrefix(CollectionOf(name), term);
  AppendName(key, name);
  return key;
}

absl::StatusOr<std::string> IndexRowKey::ParseName(absl::string_view key,
                                                   size_t prefix_size) {
  if (key.size() <= prefix_size || key.front() != 'i') return DamagedRow(key);
  return ReadName(key.substr(prefix_size));
}

std::string RequestRowKey::Key(absl::string_view request_id) {
  return absl::StrCat("q", request_id);
}

}  // namespace consilium
