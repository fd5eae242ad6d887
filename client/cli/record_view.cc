#include "client/cli/record_view.h"

#include <google/protobuf/descriptor.h>

#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/cli/display_text.h"
#include "client/cli/json_value.h"
#include "client/cli/server_session.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/record_codec.h"
#include "proto/base/text_form.h"
#include "proto/base/value_text.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kTextColumns = 3;
constexpr size_t kCountColumns = 2;
// Fields that may hold more are for reading, not for a column.
constexpr int kColumnTextSizeMax = 2000;
// Values are cut to this many columns where changes are listed.
constexpr int kChangedValueWidth = 60;

bool IsShortField(const FieldTraits& field) {
  const FieldDescriptor& descriptor = *field.descriptor;
  if (!field.assigned || field.output_only || descriptor.is_repeated() ||
      descriptor.number() > kDataFieldMax) {
    return false;
  }
  if (descriptor.type() == FieldDescriptor::TYPE_STRING) {
    const auto& rules = descriptor.options().GetExtension(v1::field);
    return !rules.has_max_size() || rules.max_size() <= kColumnTextSizeMax;
  }
  return descriptor.type() == FieldDescriptor::TYPE_ENUM ||
         descriptor.type() == FieldDescriptor::TYPE_INT32;
}

// The fields that have a column, texts first.
std::vector<const FieldTraits*> ColumnFields(const RecordTraits& traits) {
  std::vector<const FieldTraits*> texts;
  std::vector<const FieldTraits*> counts;
  for (const FieldTraits& field : traits.fields) {
    if (IsShortField(field) && texts.size() < kTextColumns) {
      texts.push_back(&field);
    } else if (field.merge == MergeKind::kKeyed &&
               counts.size() < kCountColumns) {
      counts.push_back(&field);
    }
  }
  texts.insert(texts.end(), counts.begin(), counts.end());
  return texts;
}

std::string StringField(const Message& record, int number) {
  const FieldDescriptor* field =
      record.GetDescriptor()->FindFieldByNumber(number);
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_STRING ||
      field->is_repeated()) {
    return "";
  }
  return record.GetReflection()->GetString(record, field);
}

std::string Cell(const FieldDescriptor& field, const Message& record) {
  const auto& reflection = *record.GetReflection();
  if (field.is_repeated()) {
    return absl::StrCat(reflection.FieldSize(record, &field));
  }
  if (!reflection.HasField(record, &field)) return "";
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(record, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*reflection.GetEnum(record, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(record, &field));
    default:
      return "";
  }
}

// The record's values by path; its kind's lists hold their keys.
std::map<FieldPath, std::string> ValuesOf(const RecordTraits& traits,
                                          const Message& record) {
  std::map<FieldPath, std::string> values;
  const auto split = Split(record, traits);
  if (!split.ok()) return values;
  for (const FieldValue& value : *split) values[value.path] = value.value;
  return values;
}

}  // namespace

std::vector<Column> RecordColumns(const RecordTraits& traits) {
  std::vector<Column> columns = {{"name"}};
  for (const FieldTraits* field : ColumnFields(traits)) {
    columns.push_back(
        {field->descriptor->json_name(),
         field->descriptor->cpp_type() == FieldDescriptor::CPPTYPE_INT32 ||
             field->descriptor->is_repeated()});
  }
  columns.push_back({"conflicts", true});
  columns.push_back({"lifecycle"});
  return columns;
}

Row RecordRow(const RecordTraits& traits, const Message& record) {
  Row row;
  row.name = RecordNameOf(record);
  row.json = ToJson(record);
  row.cells.push_back(ShortName(row.name));
  for (const FieldTraits* field : ColumnFields(traits)) {
    row.cells.push_back(Cell(*field->descriptor, record));
  }
  row.cells.push_back(absl::StrCat(ConflictsOf(record).size()));
  const FieldTraits* lifecycle = traits.FindField(kLifecycleField);
  row.cells.push_back(
      lifecycle == nullptr ? "" : Cell(*lifecycle->descriptor, record));
  return row;
}

std::string RecordYaml(const RecordTraits& traits, const Message& record) {
  std::string text =
      absl::StrCat("# ", RecordNameOf(record), "\n# revision ",
                   RevisionOf(record), ", etag ", EtagOf(record), "\n");
  for (const std::string& path : ConflictsOf(record)) {
    absl::StrAppend(&text, "# in conflict: ", path, "\n");
  }
  if (!StringField(record, kRetractionReasonField).empty()) {
    absl::StrAppend(&text, "# retracted: ",
                    VisibleText(StringField(record, kRetractionReasonField)),
                    "\n");
  }
  const std::unique_ptr<Message> stated(record.New());
  stated->CopyFrom(record);
  ClearOutputOnly(*stated);
  if (const FieldTraits* name = traits.FindField(kNameField)) {
    stated->GetReflection()->ClearField(stated.get(), name->descriptor);
  }
  return text + ToYaml(*stated);
}

std::string RecordNameOf(const Message& record) {
  return StringField(record, kNameField);
}

std::string EtagOf(const Message& record) {
  return StringField(record, kEtagField);
}

std::string RevisionOf(const Message& record) {
  return StringField(record, kRevisionField);
}

std::vector<std::string> ConflictsOf(const Message& record) {
  std::vector<std::string> paths;
  const FieldDescriptor* field =
      record.GetDescriptor()->FindFieldByNumber(kConflictsField);
  if (field == nullptr) return paths;
  const auto& reflection = *record.GetReflection();
  for (int i = 0; i < reflection.FieldSize(record, field); ++i) {
    paths.push_back(reflection.GetRepeatedString(record, field, i));
  }
  return paths;
}

std::vector<RecordChange> CompareRecords(const RecordTraits& traits,
                                         const Message& before,
                                         const Message& after) {
  const auto old_values = ValuesOf(traits, before);
  const auto new_values = ValuesOf(traits, after);
  std::map<FieldPath, std::pair<std::string, std::string>> all;
  for (const auto& [path, value] : old_values) all[path].first = value;
  for (const auto& [path, value] : new_values) all[path].second = value;
  std::vector<RecordChange> changes;
  for (const auto& [path, values] : all) {
    if (values.first == values.second) continue;
    const auto json = [&path = path, &traits](const std::string& value) {
      if (value.empty()) return std::string();
      return ValueToJson(path, value, traits).value_or("");
    };
    changes.push_back({path.ToText(traits.descriptor), json(values.first),
                       json(values.second)});
  }
  return changes;
}

Details WrittenRecord(const Settings& settings, const RecordTraits& traits,
                      const Message& record, absl::string_view verb,
                      const std::vector<RecordChange>& changes, bool dry_run,
                      absl::string_view next) {
  Details details;
  details.name = RecordNameOf(record);
  JsonValue json = MessageJson(record);
  if (dry_run) json["dryRun"] = true;
  details.json = Indented(json);
  details.summary = absl::StrCat(dry_run ? "would have " : "", verb, " ",
                                 traits.singular, " ", ShortName(details.name));
  for (const RecordChange& change : changes) {
    const auto cells = DistinctCells({change.before, change.after});
    absl::StrAppend(&details.summary, "\n  ", change.path, ": ",
                    CutToWidth(cells[0], kChangedValueWidth), " -> ",
                    CutToWidth(cells[1], kChangedValueWidth));
  }
  details.fields = {{"name", details.name}};
  if (!dry_run) {
    details.fields.push_back({"revision", RevisionOf(record)});
    details.fields.push_back({"etag", EtagOf(record)});
  }
  if (!next.empty()) details.next = NextCommand(settings, next);
  return details;
}

}  // namespace consilium
