// The studies of a sheet, as far as its rows have been read.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_DRAFTS_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_DRAFTS_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/import/imported_study.h"
#include "client/import/sheet_records.h"
#include "client/import/sheet_row.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_traits.h"

namespace consilium {

// Thread-compatible. Many rows state parts of one record; what they say of one
// thing must agree.
class SheetDrafts {
 public:
  // The study that rows know by `name`; a new one is called `number`. Valid
  // until the next call.
  ImportedStudy& StudyOf(const std::string& name, const std::string& number);

  // Adds what the row says of a record of that study, which is there. A record
  // that stands under none of its trials has that before its id, as in
  // "nsclc/pmid-1" of reviews. Rows that say more of one thing are joined; what
  // one says otherwise than another is a problem of the row.
  void Add(const std::string& name, SheetRecord& stated, SheetRow& row);

  // The studies in the order of their first rows, with their records: what
  // others refer to first. Leaves nothing behind.
  absl::StatusOr<std::vector<ImportedStudy>> Take();

 private:
  // A value, and the line that said it first.
  struct Held {
    FieldValue value;
    int line = 0;
  };
  struct DraftRecord {
    const RecordTraits* traits = nullptr;
    std::string id;
    int line = 0;
    std::map<FieldPath, Held> values;
  };
  struct Draft {
    ImportedStudy study;
    std::vector<DraftRecord> records;
    std::map<std::pair<const RecordTraits*, std::string>, size_t> places;
  };

  static void AddValue(const SheetRecord& stated, const FieldValue& value,
                       DraftRecord& record, SheetRow& row);

  std::vector<Draft> drafts_;
  std::map<std::string, size_t> indexes_;  // By what rows know the study by.
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_DRAFTS_H_
