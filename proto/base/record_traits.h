// What every layer knows about each kind of record, read from the descriptors
// and options of its message. record_kinds.cc lists the messages; a new kind
// is its messages and one entry there.
//
// Immutable after construction, hence thread-safe.
#ifndef CONSILIUM_PROTO_BASE_RECORD_TRAITS_H_
#define CONSILIUM_PROTO_BASE_RECORD_TRAITS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/merge_kind.h"

namespace consilium {

// Numbers of the fields that every record has alike; never renumber.
inline constexpr int32_t kNameField = 1;
inline constexpr int32_t kDataFieldMax = 999;  // Data fields are 2 to 999.
inline constexpr int32_t kEtagField = 1000;
inline constexpr int32_t kCreateTimeField = 1001;
inline constexpr int32_t kUpdateTimeField = 1002;
inline constexpr int32_t kDeleteTimeField = 1003;
inline constexpr int32_t kLifecycleField = 1004;
inline constexpr int32_t kRetractionReasonField = 1005;
inline constexpr int32_t kConflictsField = 1006;
inline constexpr int32_t kSourceField = 1007;
inline constexpr int32_t kRevisionField = 1008;

// The number of the key in every keyed element.
inline constexpr int kElementKeyField = 1;

// One top-level field of a record.
struct FieldTraits {
  const google::protobuf::FieldDescriptor* descriptor = nullptr;
  MergeKind merge = MergeKind::kRegister;
  // True when the field is assigned in changes. False for the name, for what
  // the server computes, and for the record's source.
  bool assigned = false;
  bool output_only = false;
  bool immutable = false;
  // The field of the element, or of the register's message, that holds its
  // source. Null when it has none.
  const google::protobuf::FieldDescriptor* source = nullptr;
};

// One kind of record.
struct RecordTraits {
  int32_t kind_id = 0;     // On disk; never renumbered.
  std::string singular;    // "adverseEvent", as the schema and URLs write it.
  std::string collection;  // "adverseEvents".
  std::string pattern;     // "trials/{trial}/adverseEvents/{adverseEvent}".
  std::vector<std::string> aliases;  // For the command line: "ae".
  // The record that a registry has one of, without an id: "registry", which
  // holds what the registry says about itself. Its full name is the registry's.
  bool singleton = false;
  const RecordTraits* parent = nullptr;  // Null at the top of a registry.
  const google::protobuf::Descriptor* descriptor = nullptr;
  const google::protobuf::Message* prototype = nullptr;
  std::vector<FieldTraits> fields;  // In ascending order of numbers.

  // The field of that number, or null.
  const FieldTraits* FindField(int32_t number) const;

  // The collection with its ancestors: "trials/*/arms". The pattern itself for
  // a singleton.
  std::string CollectionPath() const;

  // A new, empty record of this kind.
  std::unique_ptr<google::protobuf::Message> New() const {
    return std::unique_ptr<google::protobuf::Message>(prototype->New());
  }
};

// One row of the list of kinds.
struct RecordKind {
  int32_t kind_id;
  const google::protobuf::Message* prototype;
  std::vector<std::string> aliases = {};
};

class RecordTraitsTable {
 public:
  // Dies when a message breaks the conventions of records; a test builds the
  // table of every release. Parents stand before their children.
  explicit RecordTraitsTable(const std::vector<RecordKind>& kinds);
  RecordTraitsTable(const RecordTraitsTable&) = delete;
  RecordTraitsTable& operator=(const RecordTraitsTable&) = delete;

  // The kinds of this release.
  static const RecordTraitsTable& Get();

  // In ascending order of kind ids.
  const std::vector<const RecordTraits*>& all() const { return all_; }

  // Each returns null when there is no such kind.
  //   By collection: "arms" or "trials/*/arms".
  const RecordTraits* FindByCollection(absl::string_view collection) const;
  //   By the word a person types: singular, collection or alias, in any of
  //   camelCase, kebab-case and snake_case.
  const RecordTraits* FindByWord(absl::string_view word) const;
  const RecordTraits* FindByDescriptor(
      const google::protobuf::Descriptor* descriptor) const;
  const RecordTraits* FindByKindId(int32_t kind_id) const;
  //   By name relative to the registry, of which only the form is looked at.
  const RecordTraits* FindByName(absl::string_view relative_name) const;

 private:
  std::vector<std::unique_ptr<RecordTraits>> owned_;
  std::vector<const RecordTraits*> all_;
};

// The kinds of records of this release, parents before children.
const std::vector<RecordKind>& RecordKinds();

// The rules in the schema of `field`; empty when it has none.
const v1::FieldRules& RulesOf(const google::protobuf::FieldDescriptor& field);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_RECORD_TRAITS_H_
