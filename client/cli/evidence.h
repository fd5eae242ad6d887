// Records as files state them: what `apply` and `create` read.
//
// A file holds, under the singular or the collection of each kind, one record
// or a list: publications, trial, arms, endpoints, adverseEvents, reviews,
// links. A record may have an `id`, and one that stands under another names it
// (`trial: nct1`) unless the file has just one.
#ifndef CONSILIUM_CLIENT_CLI_EVIDENCE_H_
#define CONSILIUM_CLIENT_CLI_EVIDENCE_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/text_problems.h"
#include "consilium/v1/change_service.pb.h"
#include "proto/base/record_traits.h"
#include "proto/base/resource_name.h"
#include "proto/base/text_form.h"

namespace consilium {

// One record as a file states it.
struct EvidenceRecord {
  const RecordTraits* traits = nullptr;
  std::unique_ptr<google::protobuf::Message> message;
  // Empty: the server proposes one.
  std::string id;
  // Relative name of the parent; empty at the top of the registry, and while
  // the parent has no id yet.
  std::string parent;
  // Position, among the records, of a parent that has no id yet.
  std::optional<size_t> parent_index;

  // Where it stands: "ref-15.yaml", "endpoints[2]".
  std::string file;
  // Records of one unit go into one change: those of a file, or in a file of
  // lines a record with what stands under it.
  std::string unit;
  std::string path;
  TextPosition position;
  TextPositions positions;

  // What the record's change will hold, about.
  size_t assignment_count = 0;
  size_t size_bytes = 0;

  // Relative name; empty while the id or the parent's is not known.
  std::string RelativeName() const;
  // What errors of the server name it by: "ref-15.yaml:12 endpoints[2]".
  std::string Origin() const;
};

// Reads one record of kind `traits` from `node`, which stands at `path` of
// `file`, and checks it against the schema. The record is complete but for a
// parent that it does not name.
EvidenceRecord ReadEvidenceRecord(const RecordTraits& traits, TextNode node,
                                  absl::string_view file,
                                  absl::string_view path,
                                  TextProblems& problems);

// The records of several files.
class Evidence {
 public:
  // Adds the records of `text`, read from `file`, and what is wrong with them.
  void AddFile(absl::string_view file, absl::string_view text,
               TextProblems& problems);

  // Adds records that were made from `file` in another way. Those that belong
  // together have one `file`, which is also what a change keeps whole.
  void AddRecords(absl::string_view file, std::vector<EvidenceRecord> records);

  // The same of JSON Lines, each a document by itself. `first_line` is the
  // number of the text's first line in the file.
  void AddLines(absl::string_view file, absl::string_view text, int first_line,
                TextProblems& problems);

  // Names what is stated twice. Called after the last file.
  void CheckNames(TextProblems& problems) const;

  std::vector<EvidenceRecord>& records() { return records_; }
  const std::vector<EvidenceRecord>& records() const { return records_; }

  // The units, in the order in which they were added, moved behind those that
  // state what they refer to. Names of parents must be known.
  std::vector<std::string> UnitsInOrderOfUse() const;

 private:
  void AddDocument(const TextNode& document, absl::string_view file,
                   TextProblems& problems);
  void AddEntry(const TextNode::Entry& entry, absl::string_view file,
                TextProblems& problems);
  void FindParents(size_t first, TextProblems& problems);

  std::vector<EvidenceRecord> records_;
  std::vector<std::string> units_;
};

// The statement of `record`, whose parent is known.
v1::RecordStatement StatementOf(const EvidenceRecord& record,
                                const RegistryName& registry, bool prune);

// What the server said about statements, said about the files: violations get
// the place where the field stands.
absl::Status LocateServerError(const absl::Status& status,
                               const std::vector<const EvidenceRecord*>& sent);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_EVIDENCE_H_
