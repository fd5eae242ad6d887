#include "client/import/sheet_drafts.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/limits.h"
#include "client/import/sheet_map.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "proto/base/field_name.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "proto/base/value_text.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string LineText(int line) { return absl::StrCat("line ", line); }

bool StandsInTrial(const RecordTraits& traits) {
  return traits.parent != nullptr &&
         traits.parent->descriptor == v1::Trial::descriptor();
}

// One value that two rows say otherwise, as JSON shows it.
struct Contradiction {
  std::string path;  // In the record: "contrasts.interval.low".
  std::string first, second;
};

// In the words of maps and sheets.
std::string ShownValue(const nlohmann::json& value,
                       const FieldDescriptor& field) {
  if (!value.is_string()) return ShortenUtf8(value.dump(), kImportValueShown);
  const auto text = value.get<std::string>();
  if (field.enum_type() != nullptr) {
    const auto* word = field.enum_type()->FindValueByName(text);
    if (word != nullptr) return EnumText(*word);
  }
  return ShortenUtf8(text, kImportValueShown);
}

// A number in one of two objects where the other has a word in its place.
void CompareNumbers(const nlohmann::json& first, const nlohmann::json& second,
                    const google::protobuf::Descriptor& message,
                    const std::string& path,
                    std::vector<Contradiction>& found) {
  constexpr std::pair<const char*, const char*> kInPlace[] = {
      {"value", "status"}, {"low", "lowStatus"}, {"high", "highStatus"}};
  for (const auto& [number, word] : kInPlace) {
    const FieldDescriptor* word_field = FieldCalled(message, word);
    if (word_field == nullptr) continue;
    const auto shown = [&, number = number,
                        word = word](const nlohmann::json& of) -> std::string {
      const auto told = of.find(word);
      if (told != of.end() && *told != "VALUE_STATUS_REPORTED") {
        return ShownValue(*told, *word_field);
      }
      const auto value = of.find(number);
      return value == of.end() ? "" : value->dump();
    };
    const std::string one = shown(first), other = shown(second);
    if (first.contains(number) == second.contains(number) || one.empty() ||
        other.empty() || one == other) {
      continue;
    }
    found.push_back({absl::StrCat(path, ".", number), one, other});
  }
}

// Where `first` and `second`, values of `field`, both say something, and not
// the same.
void Compare(const nlohmann::json& first, const nlohmann::json& second,
             const FieldDescriptor& field, const std::string& path,
             std::vector<Contradiction>& found) {
  if (first == second) return;
  if (!first.is_object() || !second.is_object() ||
      field.message_type() == nullptr) {
    found.push_back(
        {path, ShownValue(first, field), ShownValue(second, field)});
    return;
  }
  CompareNumbers(first, second, *field.message_type(), path, found);
  for (const auto& [name, value] : second.items()) {
    const auto other = first.find(name);
    const FieldDescriptor* inside = FieldCalled(*field.message_type(), name);
    if (other == first.end() || inside == nullptr) continue;
    Compare(*other, value, *inside, absl::StrCat(path, ".", name), found);
  }
}

// Without the key of an element, which is made of what it says.
std::string PathInRecord(const FieldPath& path, const RecordTraits& traits) {
  const std::string text = path.ToText(traits.descriptor);
  return text.substr(0, text.find('['));
}

nlohmann::json JsonOf(const FieldValue& value, const RecordTraits& traits) {
  const auto text = ValueToJson(value.path, value.value, traits);
  return text.ok() ? nlohmann::json::parse(*text, nullptr, false)
                   : nlohmann::json();
}

// Adds to `message` what `other` says and it does not.
void FillAbsent(const Message& other, Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(other, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool is_message =
        field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (is_message && !field->is_repeated() &&
        reflection.HasField(message, field)) {
      FillAbsent(reflection.GetMessage(other, field),
                 *reflection.MutableMessage(&message, field));
    } else if (field->is_repeated() ? reflection.FieldSize(message, field) == 0
                                    : !reflection.HasField(message, field)) {
      // The field alone.
      std::unique_ptr<Message> alone(other.New());
      alone->CopyFrom(other);
      for (const FieldDescriptor* each : fields) {
        if (each != field) reflection.ClearField(alone.get(), each);
      }
      message.MergeFrom(*alone);
    }
  }
}

// Both values of one path as one: elements that do not contradict each other.
absl::StatusOr<std::string> Joined(const FieldValue& first,
                                   const FieldValue& second,
                                   const RecordTraits& traits) {
  ASSIGN_OR_RETURN(const auto held, ParseValue(first.value, traits));
  ASSIGN_OR_RETURN(const auto more, ParseValue(second.value, traits));
  const FieldDescriptor* field =
      traits.descriptor->FindFieldByNumber(first.path.field);
  if (field->is_repeated()) {
    const auto& reflection = *held->GetReflection();
    FillAbsent(reflection.GetRepeatedMessage(*more, field, 0),
               *reflection.MutableRepeatedMessage(held.get(), field, 0));
  } else {
    FillAbsent(*more, *held);
  }
  return Encode(*held);
}

// The column of the row that states the value at `path` of a record.
std::string ColumnOf(const SheetRecord& stated, absl::string_view path) {
  for (const auto& [told, column] : stated.columns) {
    if (path == told || absl::StartsWith(path, absl::StrCat(told, ".")) ||
        absl::StartsWith(told, absl::StrCat(path, "."))) {
      return column;
    }
  }
  return "";
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

void SheetDrafts::Add(const std::string& name, SheetRecord& stated,
                      SheetRow& row) {
  const RecordTraits& traits = *stated.traits;
  for (const FieldViolation& violation : BuildKeys(*stated.message)) {
    row.Problem(absl::StrCat(LineText(row.line()), ", ", violation.field), "",
                violation.description);
  }
  const auto split = Split(*stated.message, traits);
  if (!split.ok()) {
    if (row.problems().empty()) {
      row.Problem(LineText(row.line()), "",
                  std::string(split.status().message()));
    }
    return;
  }
  Draft& draft = drafts_[indexes_.at(name)];
  const auto [place, is_new] =
      draft.places.emplace(std::pair(&traits, stated.id), draft.records.size());
  if (is_new) draft.records.push_back({&traits, stated.id, row.line(), {}});
  for (const FieldValue& value : *split) {
    AddValue(stated, value, draft.records[place->second], row);
  }
}

void SheetDrafts::AddValue(const SheetRecord& stated, const FieldValue& value,
                           DraftRecord& record, SheetRow& row) {
  const RecordTraits& traits = *stated.traits;
  const auto [held, first] =
      record.values.emplace(value.path, Held{value, row.line()});
  if (first || held->second.value.value == value.value) return;
  const std::string path = PathInRecord(value.path, traits);
  // Two ways to write a name are no contradiction.
  if (StandsInTrial(traits) && path == "title") return;
  std::vector<Contradiction> found;
  Compare(JsonOf(held->second.value, traits), JsonOf(value, traits),
          *traits.descriptor->FindFieldByNumber(value.path.field), path, found);
  if (path == "acronym" && found.size() == 1 &&
      absl::EqualsIgnoreCase(found[0].first, found[0].second)) {
    return;
  }
  const std::string of =
      absl::StrCat(traits.singular, record.id.empty() ? "" : " ", record.id);
  for (const Contradiction& each : found) {
    const std::string column = ColumnOf(stated, each.path);
    row.Problem(column.empty() ? absl::StrCat(LineText(row.line()), ", ", of,
                                              " ", each.path)
                               : row.PlaceOf(column),
                each.second,
                absl::StrCat("is otherwise in line ", held->second.line, ": ",
                             each.first, "; want one ", each.path, " of ", of,
                             ", or a column that tells the two apart"));
  }
  if (!found.empty()) return;
  const auto joined = Joined(held->second.value, value, traits);
  if (!joined.ok()) return;
  held->second.value.value = *joined;
  row.Warn(LineText(row.line()), path,
           absl::StrCat("says more of what line ", held->second.line,
                        " says of ", of, "; the two were joined"));
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
