#include "client/export/evidence_tables.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "client/export/review_evidence.h"
#include "client/export/study_text.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"
#include "proto/base/schema_comment.h"
#include "proto/base/treatment_words.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::string_view kBetween = "; ";  // Several values in a cell.

ColumnType TypeOf(const FieldDescriptor& field) {
  if (field.is_repeated()) return ColumnType::kText;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ColumnType::kNumber;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return ColumnType::kInteger;
    case FieldDescriptor::CPPTYPE_BOOL:
      return ColumnType::kFlag;
    default:
      return ColumnType::kText;
  }
}

// Units of columns whose numbers all have the same; elsewhere a row tells.
std::string UnitOf(const FieldDescriptor& field) {
  static const auto& units = *new std::map<std::string, std::string>{
      {"timeMonths", "mo"},
      {"level", "%"},
      {"value", "column unit; ratios have none"},
      {"low", "as value"},
      {"high", "as value"},
      {"standardError", "as value; of the logarithm for ratios"},
  };
  const auto found = units.find(field.json_name());
  return found == units.end() ? "" : found->second;
}

std::string ElementText(const Message& message, const FieldDescriptor& field,
                        int index) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetRepeatedString(message, &field, index);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*reflection.GetRepeatedEnum(message, &field, index));
    default:
      return "";
  }
}

TableCell CellOf(const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    std::vector<std::string> texts;
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      texts.push_back(ElementText(message, field, i));
    }
    return TextCell(absl::StrJoin(texts, kBetween));
  }
  if (!reflection.HasField(message, &field)) return TableCell();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.GetDouble(message, &field);
    case FieldDescriptor::CPPTYPE_INT32:
      return int64_t{reflection.GetInt32(message, &field)};
    case FieldDescriptor::CPPTYPE_INT64:
      return int64_t{reflection.GetInt64(message, &field)};
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return TextCell(EnumWord(*field.enum_type(),
                               reflection.GetEnumValue(message, &field)));
    default:
      return TextCell(reflection.GetString(message, &field));
  }
}

// Columns of fields, by their names in the schema.
class FieldColumns {
 public:
  FieldColumns(const google::protobuf::Descriptor& type,
               const std::vector<const char*>& names) {
    for (const char* name : names) {
      fields_.push_back(type.FindFieldByName(name));
    }
  }

  void AddTo(Table& table) const {
    for (const FieldDescriptor* field : fields_) {
      table.columns.push_back(
          {.name = field->json_name(),
           .type = TypeOf(*field),
           .meaning = SchemaComment(*field),
           .unit = UnitOf(*field),
           .allowed = field->enum_type() == nullptr
                          ? ""
                          : AllowedTexts(*field->enum_type())});
    }
  }

  // `message` may be null: its cells are empty.
  void Fill(const Message* message, std::vector<TableCell>& row) const {
    for (const FieldDescriptor* field : fields_) {
      row.push_back(message == nullptr ? TableCell()
                                       : CellOf(*message, *field));
    }
  }

 private:
  std::vector<const FieldDescriptor*> fields_;
};

TableColumn SourceColumn() {
  return {"source", ColumnType::kText,
          "Where it was read, and what is printed there"};
}

Table StudiesTable(const RegistryRows& read) {
  Table table{.name = "studies",
              .meaning = "A trial, whether or not it has results"};
  const FieldColumns of_row(
      *v1::EvidenceRow::descriptor(),
      {"study", "trial_id", "registrations", "title", "year", "design",
       "treatment", "drug_classes", "drugs", "radiotherapy", "settings",
       "alterations", "line", "status", "enrolled"});
  const FieldColumns of_trial(
      *v1::Trial::descriptor(),
      {"planned_participant_count", "study_type", "phases", "allocation",
       "masking", "conditions", "countries", "lead_sponsor", "start_date",
       "primary_completion_date", "completion_date", "why_stopped", "note"});
  const FieldColumns links(*v1::EvidenceRow::descriptor(),
                           {"overlaps", "linked_trials", "conflicts"});
  of_row.AddTo(table);
  of_trial.AddTo(table);
  links.AddTo(table);
  table.columns.push_back(SourceColumn());
  std::map<std::string, const v1::Trial*> trials;
  for (const v1::Trial& trial : read.trials)
    trials[IdOf(trial.name())] = &trial;
  for (const v1::EvidenceRow& row : read.rows) {
    if (row.kind() != v1::EVIDENCE_KIND_TRIAL) continue;
    const auto trial = trials.find(row.trial_id());
    std::vector<TableCell>& cells = table.rows.emplace_back();
    of_row.Fill(&row, cells);
    of_trial.Fill(trial == trials.end() ? nullptr : trial->second, cells);
    links.Fill(&row, cells);
    cells.push_back(TextCell(SourceText(row.provenance())));
  }
  return table;
}

// What `text` gives for each of `elements`, of one cell.
template <typename Elements, typename Text>
TableCell ListCell(const Elements& elements, const Text& text) {
  std::vector<std::string> texts;
  for (const auto& each : elements) texts.push_back(text(each));
  return TextCell(absl::StrJoin(texts, kBetween));
}

// Everything that the arm's participants received, in words.
TableCell TreatmentCell(const v1::Arm& arm) {
  std::vector<std::string> texts;
  const auto add = [&texts](const auto& components) {
    for (const auto& each : components) texts.push_back(ComponentText(each));
  };
  add(arm.drugs());
  add(arm.radiotherapies());
  add(arm.surgeries());
  add(arm.other_components());
  return TextCell(absl::StrJoin(texts, kBetween));
}

Table ArmsTable(const RegistryRows& read) {
  Table table{.name = "arms", .meaning = "An arm of a study"};
  table.columns = {
      {"trialId", ColumnType::kText, "Id of the trial, after links"},
      {"arm", ColumnType::kText,
       "Id of the arm in its trial, as groups of results name it"},
  };
  const FieldColumns labels(*v1::Arm::descriptor(), {"title", "type"});
  const FieldColumns rest(*v1::Arm::descriptor(),
                          {"part_of", "description", "note", "conflicts"});
  labels.AddTo(table);
  const std::vector<TableColumn> treatment = {
      {"drugs", ColumnType::kText, "Names of the drugs given"},
      {"radiotherapy", ColumnType::kText,
       "Techniques of the radiotherapies given, where stated", "",
       AllowedTexts(*v1::RadiotherapyTechnique_descriptor())},
      {"treatment", ColumnType::kText,
       "Everything that was given, with doses, in words"},
      {"participants", ColumnType::kText,
       "Numbers of participants as reports print them, with who is counted"},
      {"baseline", ColumnType::kText, "Who they were at the start, in words"},
  };
  table.columns.insert(table.columns.end(), treatment.begin(), treatment.end());
  rest.AddTo(table);
  std::map<std::string, std::string> primaries;
  for (const v1::EvidenceRow& row : read.rows) {
    for (const std::string& id : row.linked_trials()) {
      primaries[id] = row.trial_id();
    }
  }
  for (const v1::Arm& arm : read.arms) {
    const std::string trial = TrialIdOf(arm.name());
    const auto primary = primaries.find(trial);
    std::vector<TableCell>& cells = table.rows.emplace_back();
    cells.push_back(
        TextCell(primary == primaries.end() ? trial : primary->second));
    cells.push_back(TextCell(IdOf(arm.name())));
    labels.Fill(&arm, cells);
    cells.push_back(ListCell(arm.drugs(), [](const v1::DrugComponent& each) {
      return each.drug();
    }));
    std::set<std::string> techniques;
    for (const v1::RadiotherapyComponent& each : arm.radiotherapies()) {
      if (!each.has_technique()) continue;
      techniques.insert(
          EnumWord(*v1::RadiotherapyTechnique_descriptor(), each.technique()));
    }
    cells.push_back(TextCell(absl::StrJoin(techniques, kBetween)));
    cells.push_back(TreatmentCell(arm));
    cells.push_back(ListCell(arm.participant_counts(), ParticipantsText));
    cells.push_back(ListCell(arm.baseline(), BaselineText));
    rest.Fill(&arm, cells);
  }
  return table;
}

// The index of the column called `name`.
size_t IndexOf(const Table& table, absl::string_view name) {
  size_t index = 0;
  while (table.columns[index].name != name) ++index;
  return index;
}

// Puts the title of what was measured behind the column `behind`.
void AddMeasured(const RegistryRows& read,
                 const std::set<v1::EvidenceKind>& kinds,
                 absl::string_view behind, const TableColumn& column,
                 Table& table) {
  const std::map<std::string, std::string> titles = MeasuredTitles(read);
  const auto place = static_cast<ptrdiff_t>(IndexOf(table, behind)) + 1;
  table.columns.insert(table.columns.begin() + place, column);
  auto cells = table.rows.begin();
  for (const v1::EvidenceRow& row : read.rows) {
    if (kinds.count(row.kind()) == 0) continue;
    const auto title = titles.find(RelativeName(row.record()));
    cells->insert(cells->begin() + place, title == titles.end()
                                              ? TableCell()
                                              : TextCell(title->second));
    ++cells;
  }
}

// Puts the person-time of events behind the number of participants.
void AddPersonTime(const RegistryRows& read,
                   const std::set<v1::EvidenceKind>& kinds, Table& table) {
  const auto place = static_cast<ptrdiff_t>(IndexOf(table, "participants")) + 1;
  table.columns.insert(
      table.columns.begin() + place,
      {"personTime", ColumnType::kText,
       "Time for which the participants were watched, added up, with its UCUM "
       "unit"});
  auto cells = table.rows.begin();
  for (const v1::EvidenceRow& row : read.rows) {
    if (kinds.count(row.kind()) == 0) continue;
    const v1::Quantity& time = row.has_count() ? row.count().person_time()
                                               : row.estimate().person_time();
    cells->insert(cells->begin() + place,
                  time.has_value()
                      ? TextCell(absl::StrCat(ShortestDecimal(time.value()),
                                              " ", time.unit()))
                      : TableCell());
    ++cells;
  }
}

// Puts how the values spread behind the column `behind`.
void AddDispersion(const RegistryRows& read,
                   const std::set<v1::EvidenceKind>& kinds,
                   absl::string_view behind, Table& table) {
  const std::vector<TableColumn> columns = {
      {"dispersion", ColumnType::kText,
       "What the next three columns are, of the values in the group", "",
       AllowedTexts(*v1::DispersionKind_descriptor())},
      {"dispersionValue", ColumnType::kNumber,
       "The number after \"±\", as a standard deviation", "as value"},
      {"dispersionLow", ColumnType::kNumber, "Lower bound, as a first quartile",
       "as value"},
      {"dispersionHigh", ColumnType::kNumber,
       "Upper bound, as a third quartile", "as value"},
  };
  const auto place = static_cast<ptrdiff_t>(IndexOf(table, behind)) + 1;
  table.columns.insert(table.columns.begin() + place, columns.begin(),
                       columns.end());
  auto cells = table.rows.begin();
  for (const v1::EvidenceRow& row : read.rows) {
    if (kinds.count(row.kind()) == 0) continue;
    const v1::Dispersion& spread = row.estimate().dispersion();
    const auto number = [](bool has, double value) {
      return has ? TableCell(value) : TableCell();
    };
    const std::vector<TableCell> added = {
        spread.has_kind() ? TextCell(EnumWord(*v1::DispersionKind_descriptor(),
                                              spread.kind()))
                          : TableCell(),
        number(spread.has_value(), spread.value()),
        number(spread.has_low(), spread.low()),
        number(spread.has_high(), spread.high())};
    cells->insert(cells->begin() + place, added.begin(), added.end());
    ++cells;
  }
}

// A table of the evidence rows of some kinds.
Table RowTable(const RegistryRows& read, const char* name, const char* meaning,
               const std::set<v1::EvidenceKind>& kinds,
               const std::vector<const char*>& fields) {
  Table table{.name = name, .meaning = meaning};
  const FieldColumns columns(*v1::EvidenceRow::descriptor(), fields);
  columns.AddTo(table);
  table.columns.push_back(SourceColumn());
  for (const v1::EvidenceRow& row : read.rows) {
    if (kinds.count(row.kind()) == 0) continue;
    std::vector<TableCell>& cells = table.rows.emplace_back();
    columns.Fill(&row, cells);
    cells.push_back(TextCell(SourceText(row.provenance())));
  }
  return table;
}

Table ResultsTable(const RegistryRows& read) {
  const std::set<v1::EvidenceKind> kinds = {v1::EVIDENCE_KIND_ESTIMATE,
                                            v1::EVIDENCE_KIND_CONTRAST};
  const std::vector<const char*> fields = {"study",
                                           "trial_id",
                                           "kind",
                                           "design",
                                           "outcome",
                                           "outcome_detail",
                                           "compartment",
                                           "assessor",
                                           "endpoint_role",
                                           "population",
                                           "time_months",
                                           "group",
                                           "reference",
                                           "subgroups",
                                           "measure",
                                           "statistic",
                                           "method",
                                           "adjustment",
                                           "comparator",
                                           "value",
                                           "unit",
                                           "low",
                                           "high",
                                           "level",
                                           "value_status",
                                           "p_comparator",
                                           "p",
                                           "significance",
                                           "standard_error",
                                           "events",
                                           "participants",
                                           "direction",
                                           "statement",
                                           "printed",
                                           "report",
                                           "secondary",
                                           "conflicts",
                                           "id"};
  Table table = RowTable(read, "results",
                         "A number found in a group, or a comparison of groups",
                         kinds, fields);
  AddMeasured(read, kinds, "outcome",
              {"endpoint", ColumnType::kText, "Title of the endpoint"}, table);
  AddDispersion(read, kinds, "standardError", table);
  AddPersonTime(read, kinds, table);
  return table;
}

Table AdverseEventsTable(const RegistryRows& read) {
  const std::set<v1::EvidenceKind> kinds = {
      v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT,
      v1::EVIDENCE_KIND_ADVERSE_EVENT_CONTRAST};
  Table table = RowTable(
      read, "adverse-events",
      "How many of a group had an adverse event, or a comparison of it", kinds,
      {"study",     "trial_id",   "kind",         "design",     "adverse_event",
       "grade",     "grade_low",  "grade_high",   "population", "group",
       "reference", "subgroups",  "occurrence",   "events",     "participants",
       "measure",   "comparator", "value",        "unit",       "low",
       "high",      "level",      "p_comparator", "p",          "statement",
       "printed",   "report",     "secondary",    "conflicts",  "id"});
  AddMeasured(read, kinds, "adverseEvent",
              {"term", ColumnType::kText, "The adverse event, as reported"},
              table);
  AddPersonTime(read, kinds, table);
  return table;
}

Table ConclusionsTable(const RegistryRows& read) {
  Table table =
      RowTable(read, "conclusions", "A conclusion of the authors",
               {v1::EVIDENCE_KIND_CONCLUSION},
               {"study", "trial_id", "design", "outcome", "statement",
                "direction", "report", "secondary", "conflicts", "id"});
  for (TableColumn& column : table.columns) {
    if (column.name != "outcome") continue;
    column.name = "topic";
    column.meaning = "What it is about: efficacy, safety, survival";
  }
  return table;
}

Table PublicationsTable(const RegistryRows& read) {
  Table table{.name = "publications",
              .meaning = "A publication that is read or cited"};
  table.columns = {{"report", ColumnType::kText,
                    "Id of the publication, as results name it"}};
  const FieldColumns columns(
      *v1::Publication::descriptor(),
      {"title", "authors", "year", "journal", "volume", "issue", "pages",
       "pmid", "pmcid", "doi", "url", "type", "notice", "registrations", "note",
       "conflicts"});
  columns.AddTo(table);
  for (const v1::Publication& publication : read.publications) {
    std::vector<TableCell>& cells = table.rows.emplace_back();
    cells.push_back(TextCell(IdOf(publication.name())));
    columns.Fill(&publication, cells);
  }
  return table;
}

}  // namespace

std::vector<Table> EvidenceTables(const RegistryRows& read) {
  return {StudiesTable(read),     ArmsTable(read),
          ResultsTable(read),     AdverseEventsTable(read),
          ConclusionsTable(read), PublicationsTable(read)};
}

}  // namespace consilium
