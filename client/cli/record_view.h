// How records of any kind are shown, told by the schema alone.
#ifndef CONSILIUM_CLIENT_CLI_RECORD_VIEW_H_
#define CONSILIUM_CLIENT_CLI_RECORD_VIEW_H_

#include <google/protobuf/message.h>

#include <string>
#include <utility>
#include <vector>

#include "client/cli/output.h"
#include "client/cli/settings.h"
#include "proto/base/record_traits.h"

namespace consilium {

// The columns of a list of records: the name, the first short fields, how many
// elements the first lists hold, and what is in conflict.
std::vector<Column> RecordColumns(const RecordTraits& traits);

// A record as a row under these columns.
Row RecordRow(const RecordTraits& traits,
              const google::protobuf::Message& record);

// The record as YAML that `create -f` reads, after comments with what the
// server says about it.
std::string RecordYaml(const RecordTraits& traits,
                       const google::protobuf::Message& record);

// The fields that every record has alike; empty when absent.
std::string RecordNameOf(const google::protobuf::Message& record);
std::string EtagOf(const google::protobuf::Message& record);
std::string RevisionOf(const google::protobuf::Message& record);
std::vector<std::string> ConflictsOf(const google::protobuf::Message& record);

// One path whose value differs between two states of a record. Values are
// ProtoJSON, empty when absent.
struct RecordChange {
  std::string path;
  std::string before;
  std::string after;
};

// The paths that differ, in order. Both are records as a server returns them.
std::vector<RecordChange> CompareRecords(
    const RecordTraits& traits, const google::protobuf::Message& before,
    const google::protobuf::Message& after);

// What a command that wrote one record says: `verb` it, the changed paths, the
// new revision and etag, and `next`.
Details WrittenRecord(const Settings& settings, const RecordTraits& traits,
                      const google::protobuf::Message& record,
                      absl::string_view verb,
                      const std::vector<RecordChange>& changes, bool dry_run,
                      absl::string_view next);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_RECORD_VIEW_H_
