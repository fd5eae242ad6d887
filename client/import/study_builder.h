// Builds the records of one study out of JSON: what fits goes in, what does
// not is told. The schema gives limits and words of enumerations.
//
// One thread.
#ifndef CONSILIUM_CLIENT_IMPORT_STUDY_BUILDER_H_
#define CONSILIUM_CLIENT_IMPORT_STUDY_BUILDER_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/import/imported_study.h"
#include "client/import/json_node.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/record_traits.h"

namespace consilium {

class StudyBuilder {
 public:
  // Both must outlive the builder. `number` is that of the registry record.
  StudyBuilder(ImportedStudy& study, const std::string& number)
      : study_(study), number_(number) {}

  const std::string& number() const { return number_; }

  // Nothing of the study is taken.
  void Problem(const JsonNode& node, absl::string_view wish);
  // The study is taken; `done` says what became of `value`.
  void Warn(const JsonNode& node, absl::string_view value,
            absl::string_view done);
  void LeaveOut(const std::string& what) { ++study_.left_out[what]; }

  // Sets or adds to the text field `field`. A text that is too long is cut,
  // with a warning; an empty one is absent.
  void SetText(google::protobuf::Message& message, const char* field,
               const JsonNode& node);

  // Sets or adds to the enum field `field`. A word that the schema does not
  // have is a problem. Returns the number of the value, 0 if absent.
  int SetEnum(google::protobuf::Message& message, const char* field,
              const JsonNode& node);

  // A count: a number, or digits as text. Anything else is a problem.
  std::optional<int32_t> CountAt(const JsonNode& node);

  v1::Source SourceAt(const JsonNode& node) const;

  // Adds a record that was made from `node`. The reference stays good.
  template <typename Record>
  Record& Add(const JsonNode& node) {
    const RecordTraits& traits =
        *RecordTraitsTable::Get().FindByDescriptor(Record::descriptor());
    auto& message = static_cast<Record&>(*AddRecord(traits, node).message);
    *message.mutable_source() = SourceAt(node);
    return message;
  }
  ImportedRecord& last() { return study_.records.back(); }
  // The records so far, in the order in which they were added.
  std::vector<ImportedRecord>& records() { return study_.records; }

 private:
  ImportedRecord& AddRecord(const RecordTraits& traits, const JsonNode& node);

  ImportedStudy& study_;
  const std::string& number_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_STUDY_BUILDER_H_
