// What an import makes of one study of a file, before anything is sent.
#ifndef CONSILIUM_CLIENT_IMPORT_IMPORTED_STUDY_H_
#define CONSILIUM_CLIENT_IMPORT_IMPORTED_STUDY_H_

#include <google/protobuf/message.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/record_traits.h"

namespace consilium {

// A place in a file, what stands there, and what was wanted or done.
struct ImportNote {
  std::string place;  // JSON path inside the study.
  std::string value;  // As it stands there.
  std::string wish;   // What is wanted; of a warning, what was done.
};

// One record, complete but for the names of what it stands under.
struct ImportedRecord {
  const RecordTraits* traits = nullptr;
  std::unique_ptr<google::protobuf::Message> message;
  std::string id;
  bool in_trial = false;  // Stands under the study's trial.
  // What else it stands under: "reviews/nsclc". Its id is then that of what it
  // is about: the study's publication, or its trial.
  std::string parent;
  std::string place;  // JSON path of what it was made from.
};

// A study is taken whole or not at all: with problems, nothing of it.
struct ImportedStudy {
  std::string place;   // In the file: "studies[3]", "line 12", "".
  std::string number;  // NCT number; empty when it has none.
  std::vector<ImportedRecord> records;  // The trial first.
  std::vector<ImportNote> problems;
  std::vector<ImportNote> warnings;
  // What has no place in a record, and how often it stood there.
  std::map<std::string, int> left_out;
  std::vector<std::string> absent_modules;
  // Numbers and ids are what people call things: the trial may be one that has
  // the number as its acronym, an arm one that has the id's title.
  bool named_by_people = false;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_IMPORTED_STUDY_H_
