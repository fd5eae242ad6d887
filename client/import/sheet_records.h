// The records that a row of a sheet states, before those of other rows come to
// them.
//
// One thread.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_RECORDS_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_RECORDS_H_

#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/import/csv_table.h"
#include "client/import/sheet_map.h"
#include "client/import/sheet_row.h"
#include "client/import/sheet_trials.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/record_traits.h"

namespace consilium {

// Before the name of the sheet and the line in the notes of sources.
inline constexpr char kSheetWord[] = "sheet ";

// A record, as far as the row states it.
struct SheetRecord {
  const RecordTraits* traits = nullptr;
  std::string id;  // "" of the row's trial; "REVIEW/ID" of a screening.
  std::unique_ptr<google::protobuf::Message> message;
  // The columns that state it, by path in JSON names; of an element by that of
  // its list: "contrasts.interval.low".
  std::map<std::string, std::string> columns;
};

// Holds one row at a time.
class SheetRecords {
 public:
  // The map must outlive it. `sheet` is the name by which its rows are known.
  SheetRecords(const SheetMap& map, std::string sheet)
      : sheet_(std::move(sheet)), row_(map) {}

  // Learns what rows call their trials, before they are read.
  void Learn(const std::vector<BoundColumn>& columns, const CsvRow& cells);

  // Reads a row, and forgets the one before.
  void Read(const std::vector<BoundColumn>& columns, const CsvRow& cells);

  // What is wrong with the row, and what was read with a doubt.
  SheetRow& row() { return row_; }
  std::vector<SheetRecord>& records() { return added_; }

  // What the row's trial is known by; "" when it names none.
  const std::string& trial() const { return trial_; }
  // The id of the row's report; "" when it has none.
  const std::string& publication() const { return publication_; }

 private:
  using Message = google::protobuf::Message;

  // Whether a cell says something that belongs to a trial.
  bool SaysOfTrial() const;
  // Where the sheet itself has it from, as far as it says so.
  v1::Source SheetSource() const;
  v1::Source RowSource() const;
  // Adds a record of the row. The message is checked as a whole later.
  Message& AddRecord(const SheetPart& part, std::string id,
                     const Message& message);
  void SetSource(Message& message);
  // Keeps by which columns `item` was stated, for the record to be added.
  void NoteColumns(const SheetItem& item);
  // Says what is wrong in `item`, by its columns.
  void Check(const SheetItem& item, const Message& message);
  void BuildPublication();
  void ReadTrialName();
  void BuildTrial();
  // The arm that a text names, which is stated beside.
  std::string ArmOf(const std::string& text);
  void BuildArms();
  // The group that `path` of an element names, else the row's arm.
  void SetGroup(const SheetItem& item, const char* path,
                const std::vector<std::string>& labels, Message& element);
  // The row's report, where an element belongs to one.
  void SetReport(Message& element) const;
  // Says what of an element without a finding is not taken.
  void TellIdle(const SheetItem& item, const Message& element);
  // The sides that a contrast does not name, where the row's two arms do.
  void SetSides(Message& contrast);
  // Adds the element that `item` states to its list in `record`.
  void AddElement(const SheetItem& item, const std::string& label,
                  Message& record);
  void BuildFindings();
  // An endpoint or an adverse event, with its elements of the row.
  void BuildHolder(const char* part_name, const std::string& label);
  // The decisions on the row's report, else on its trial.
  void BuildScreening(const std::string& number);
  // Without its elements, which were checked with their columns.
  void CheckHolder(const SheetItem& item, const Message& record);

  const std::string sheet_;
  SheetTrials trials_;

  // Of the row at hand.
  SheetRow row_;
  std::string trial_;
  std::string publication_;
  std::string registration_;  // The trial's number in a registry.
  std::map<std::string, std::string> arms_by_label_;
  std::vector<SheetRecord> added_;
  std::map<std::string, std::string> columns_;  // Of the record to be added.
  int findings_ = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_RECORDS_H_
