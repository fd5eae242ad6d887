// Names of registries and records, parsed once at the edge.
//
// Value types. Errors name the field, the value and what was wanted:
//   INVALID_ARGUMENT  the text is no such name.
#ifndef CONSILIUM_PROTO_BASE_RESOURCE_NAME_H_
#define CONSILIUM_PROTO_BASE_RESOURCE_NAME_H_

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/record_traits.h"

namespace consilium {

// OK when `id` can name a record: lower-case letters, digits and single
// hyphens, from a letter to a letter or digit, at most kIdSizeMax bytes.
// `field` is named in the error.
absl::Status CheckRecordId(absl::string_view field, absl::string_view id);

// `text` made into a valid id as well as can be: lower case, spaces dropped,
// other punctuation made hyphens. Empty when nothing is left.
std::string ProposeRecordId(absl::string_view text);

// "registries/{registry}".
class RegistryName {
 public:
  RegistryName() = default;

  // From the whole name.
  static absl::StatusOr<RegistryName> Parse(absl::string_view name,
                                            absl::string_view field = "name");
  // From the id alone: as a record's, but at most kRegistryIdSizeMax bytes.
  static absl::StatusOr<RegistryName> FromId(
      absl::string_view id, absl::string_view field = "registry");

  const std::string& id() const { return id_; }
  std::string Full() const;

  friend bool operator==(const RegistryName& a, const RegistryName& b) {
    return a.id_ == b.id_;
  }
  friend bool operator!=(const RegistryName& a, const RegistryName& b) {
    return a.id_ != b.id_;
  }
  friend bool operator<(const RegistryName& a, const RegistryName& b) {
    return a.id_ < b.id_;
  }
  template <typename H>
  friend H AbslHashValue(H hash, const RegistryName& name) {
    return H::combine(std::move(hash), name.id_);
  }

 private:
  explicit RegistryName(std::string id) : id_(std::move(id)) {}

  std::string id_;
};

// The name of a record relative to its registry: "trials/nct1/arms/a", or
// "registry" for the record of the registry itself. Ordered so that descendants
// follow directly upon their ancestor.
class RecordName {
 public:
  RecordName() = default;

  // Accepts the patterns of the kinds in `table`.
  static absl::StatusOr<RecordName> Parse(
      absl::string_view relative, absl::string_view field = "name",
      const RecordTraitsTable& table = RecordTraitsTable::Get());

  // Also accepts collections that this release does not know; traits() is then
  // null. For names that arrive in changes.
  static absl::StatusOr<RecordName> ParseAny(
      absl::string_view relative, absl::string_view field = "name",
      const RecordTraitsTable& table = RecordTraitsTable::Get());

  // The child or top-level record `id` of kind `traits` under `parent`, which
  // is null exactly when the kind has no parent.
  static absl::StatusOr<RecordName> Make(const RecordTraits& traits,
                                         const RecordName* parent,
                                         absl::string_view id,
                                         absl::string_view field = "name");

  const std::string& relative() const { return relative_; }
  // Null when this release does not know the kind.
  const RecordTraits* traits() const { return traits_; }
  // The last id; empty for a singleton.
  absl::string_view id() const;
  // The last collection: "arms"; the name of a singleton.
  absl::string_view collection() const;
  // Every id, from the top.
  std::vector<absl::string_view> ids() const;
  // Absent at the top of the registry.
  std::optional<RecordName> Parent() const;
  bool IsDescendantOf(const RecordName& ancestor) const;

  // "registries/{registry}/" and the relative name; for a singleton the name of
  // the registry.
  std::string Full(const RegistryName& registry) const;

  // The name as key bytes: segments joined by 0x01, so that byte order is the
  // order of names. FromSortKey is the inverse.
  std::string SortKey() const;
  static absl::StatusOr<RecordName> FromSortKey(
      absl::string_view key,
      const RecordTraitsTable& table = RecordTraitsTable::Get());

  friend bool operator==(const RecordName& a, const RecordName& b) {
    return a.relative_ == b.relative_;
  }
  friend bool operator!=(const RecordName& a, const RecordName& b) {
    return a.relative_ != b.relative_;
  }
  friend bool operator<(const RecordName& a, const RecordName& b);
  template <typename H>
  friend H AbslHashValue(H hash, const RecordName& name) {
    return H::combine(std::move(hash), name.relative_);
  }

 private:
  RecordName(std::string relative, const RecordTraits* traits)
      : relative_(std::move(relative)), traits_(traits) {}

  std::string relative_;
  const RecordTraits* traits_ = nullptr;
};

std::ostream& operator<<(std::ostream& out, const RegistryName& name);
std::ostream& operator<<(std::ostream& out, const RecordName& name);

// A record of a certain registry.
struct FullRecordName {
  RegistryName registry;
  RecordName record;

  // "registries/{registry}/trials/{trial}...", or "registries/{registry}" for
  // the record of the registry itself.
  static absl::StatusOr<FullRecordName> Parse(
      absl::string_view full, absl::string_view field = "name",
      const RecordTraitsTable& table = RecordTraitsTable::Get());

  std::string Full() const { return record.Full(registry); }
};

// The collection that `parent` and `traits` name in a list or create request:
// "registries/{registry}" or "registries/{registry}/trials/{trial}", where "-"
// in place of an id means any of them.
struct ParentName {
  RegistryName registry;
  // Absent at the top of the registry and where the parent is any.
  std::optional<RecordName> record;
  bool any = false;  // The parent's id is "-".

  static absl::StatusOr<ParentName> Parse(absl::string_view parent,
                                          const RecordTraits& traits,
                                          absl::string_view field = "parent");
};

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_RESOURCE_NAME_H_
