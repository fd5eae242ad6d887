#include "client/import/sheet_drafts.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "client/import/limits.h"
#include "client/import/sheet_map.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "proto/base/value_text.h"

namespace consilium {
namespace {

std::string LineText(int line) { return absl::StrCat("line ", line); }

bool StandsInTrial(const RecordTraits& traits) {
  return traits.parent != nullptr &&
         traits.parent->descriptor == v1::Trial::descriptor();
}

std::string ShownValue(const FieldValue& value, const RecordTraits& traits) {
  return ShortenUtf8(ValueToJson(value.path, value.value, traits).value_or(""),
                     kImportValueShown);
}

}  // namespace

ImportedStudy& SheetDrafts::StudyOf(const std::string& name,
                                    const std::string& number) {
  const auto [known, is_new] = indexes_.emplace(name, drafts_.size());
  if (is_new) {
    Draft draft;
    draft.study.number = number;
    draft.study.named_by_people = true;
    drafts_.push_back(std::move(draft));
  }
  return drafts_[known->second].study;
}

void SheetDrafts::Add(const std::string& name, const RecordTraits& traits,
                      const std::string& id, int line,
                      google::protobuf::Message& message,
                      std::vector<ImportNote>& problems) {
  for (const FieldViolation& violation : BuildKeys(message)) {
    problems.push_back({absl::StrCat(LineText(line), ", ", violation.field), "",
                        violation.description});
  }
  const auto split = Split(message, traits);
  if (!split.ok()) {
    if (problems.empty()) {
      problems.push_back(
          {LineText(line), "", std::string(split.status().message())});
    }
    return;
  }
  Draft& draft = drafts_[indexes_.at(name)];
  const auto [place, is_new] =
      draft.places.emplace(std::pair(&traits, id), draft.records.size());
  if (is_new) draft.records.push_back({&traits, id, line, {}});
  for (const FieldValue& value : *split) {
    AddValue(traits, value, line, draft.records[place->second], problems);
  }
}

void SheetDrafts::AddValue(const RecordTraits& traits, const FieldValue& value,
                           int line, DraftRecord& record,
                           std::vector<ImportNote>& problems) {
  const auto [held, first] =
      record.values.emplace(value.path, Held{value, line});
  if (first || held->second.value.value == value.value) return;
  const std::string path = value.path.ToText(traits.descriptor);
  // Two ways to write a name are no contradiction.
  if (StandsInTrial(traits) && path == "title") return;
  problems.push_back(
      {absl::StrCat(LineText(line), ", ", traits.singular, " ", record.id, " ",
                    path),
       Quote(ShownValue(value, traits)),
       absl::StrCat("is otherwise in line ", held->second.line, ": ",
                    ShownValue(held->second.value, traits),
                    "; want one value, or a column that tells the two apart")});
}

absl::StatusOr<std::vector<ImportedStudy>> SheetDrafts::Take() {
  std::vector<ImportedStudy> studies;
  for (Draft& draft : drafts_) {
    ImportedStudy study = std::move(draft.study);
    for (const SheetPart& part : SheetParts()) {
      if (part.record != nullptr) continue;
      for (DraftRecord& record : draft.records) {
        if (record.traits->descriptor != part.message) continue;
        std::vector<FieldValue> values;
        for (auto& [path, held] : record.values) {
          values.push_back(std::move(held.value));
        }
        ImportedRecord imported;
        imported.traits = record.traits;
        ASSIGN_OR_RETURN(
            imported.message,
            AssembleMessage(values, *record.traits, Sources::kInclude));
        imported.id = record.id;
        imported.in_trial = StandsInTrial(*record.traits);
        if (const size_t slash = record.id.find('/');
            slash != std::string::npos) {
          imported.parent = absl::StrCat(record.traits->parent->collection, "/",
                                         record.id.substr(0, slash));
          imported.id = record.id.substr(slash + 1);
        }
        imported.place = LineText(record.line);
        study.records.push_back(std::move(imported));
      }
    }
    studies.push_back(std::move(study));
  }
  drafts_.clear();
  indexes_.clear();
  return studies;
}

}  // namespace consilium
