#include "client/cli/evidence.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/cli/limits.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_reference.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::string_view kIdKey = "id";

const FieldDescriptor* StatementField(const RecordTraits& traits) {
  const auto& statement = *v1::RecordStatement::descriptor();
  for (int i = 0; i < statement.field_count(); ++i) {
    if (statement.field(i)->message_type() == traits.descriptor) {
      return statement.field(i);
    }
  }
  return nullptr;
}

// Kinds that a file may state, by the keys under which it does.
std::map<std::string, const RecordTraits*> FileKeys() {
  std::map<std::string, const RecordTraits*> keys;
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    if (StatementField(*traits) == nullptr) continue;
    keys[traits->singular] = traits;
    keys[traits->collection] = traits;
  }
  return keys;
}

std::vector<std::string> Collections() {
  std::vector<std::string> names;
  for (const auto& [key, traits] : FileKeys()) {
    if (key == traits->collection) names.push_back(key);
  }
  return names;
}

std::string NoSuchKind(const std::string& key) {
  std::vector<std::string> names;
  for (const auto& [name, traits] : FileKeys()) names.push_back(name);
  const std::string suggestion = DidYouMean(key, names);
  return absl::StrCat(
      Quote(key), " is no kind of record",
      suggestion.empty()
          ? absl::StrCat("; want ", absl::StrJoin(Collections(), ", "))
          : suggestion);
}

// Says what the record's change will hold; `keyed` is it, with keys.
void Measure(const Message& keyed, EvidenceRecord& record) {
  const auto values = Split(keyed, *record.traits);
  record.assignment_count = values.ok() ? values->size() + 1 : 1;
  record.size_bytes = keyed.ByteSizeLong();
}

void MeasureRecord(EvidenceRecord& record) {
  const std::unique_ptr<Message> keyed(record.message->New());
  keyed->CopyFrom(*record.message);
  BuildKeys(*keyed);
  Measure(*keyed, record);
}

// Reads the parts of one record that are no fields of its message.
class Reader {
 public:
  Reader(EvidenceRecord& record, TextProblems& problems)
      : record_(record), problems_(problems) {}

  void Read(TextNode node) {
    record_.position = node.position;
    TakeId(node);
    TakeParent(node);
    std::vector<TextProblem> faults;
    record_.message = record_.traits->New();
    ReadMessage(node, record_.path, *record_.message, faults,
                &record_.positions);
    problems_.Add(record_.file, faults);
    TakeName();
    Check(faults);
  }

 private:
  // The value of `key`, taken out of the map; absent when it is no text.
  std::optional<TextNode> Take(TextNode& node, absl::string_view key) {
    for (auto entry = node.entries.begin(); entry != node.entries.end();
         ++entry) {
      if (entry->key != key) continue;
      TextNode value = std::move(entry->value);
      node.entries.erase(entry);
      if (value.kind == TextNode::Kind::kScalar) return value;
      Report(value.position, key, "is no text; want an id");
      return std::nullopt;
    }
    return std::nullopt;
  }

  void TakeId(TextNode& node) {
    const auto id = Take(node, kIdKey);
    if (!id.has_value()) return;
    const absl::Status valid = CheckRecordId(kIdKey, id->scalar);
    if (!valid.ok()) {
      Report(id->position, kIdKey,
             GetFieldViolations(valid).empty()
                 ? std::string(valid.message())
                 : GetFieldViolations(valid).front().description);
      return;
    }
    record_.id = id->scalar;
  }

  void TakeParent(TextNode& node) {
    const RecordTraits* parent = record_.traits->parent;
    if (parent == nullptr) return;
    const auto text = Take(node, parent->singular);
    if (!text.has_value()) return;
    absl::string_view id = text->scalar;
    absl::ConsumePrefix(&id, absl::StrCat(parent->collection, "/"));
    const auto name = RecordName::Make(*parent, nullptr, id, parent->singular);
    if (!name.ok()) {
      Report(text->position, parent->singular,
             absl::StrCat(Quote(text->scalar), " is no id of a ",
                          parent->singular));
      return;
    }
    record_.parent = name->relative();
  }

  // What `get -o json` prints has the whole name instead.
  void TakeName() {
    const FieldTraits* field = record_.traits->FindField(kNameField);
    const auto& reflection = *record_.message->GetReflection();
    if (field == nullptr ||
        !reflection.HasField(*record_.message, field->descriptor)) {
      return;
    }
    const std::string text =
        reflection.GetString(*record_.message, field->descriptor);
    reflection.ClearField(record_.message.get(), field->descriptor);
    const auto full = FullRecordName::Parse(text);
    const auto relative = RecordName::Parse(text);
    const RecordName name = full.ok()       ? full->record
                            : relative.ok() ? *relative
                                            : RecordName();
    if (name.traits() != record_.traits) {
      Report(record_.position, "name",
             absl::StrCat(Quote(text), " names no ", record_.traits->singular,
                          "; want ", record_.traits->pattern, ", or an id"));
      return;
    }
    if (record_.id.empty()) record_.id = std::string(name.id());
    if (record_.parent.empty() && name.Parent().has_value()) {
      record_.parent = name.Parent()->relative();
    }
  }

  // Leaves out what is at fault only because of `faults`, and rules on what
  // is not all there.
  void Check(const std::vector<TextProblem>& faults) {
    std::vector<FieldViolation> violations;
    for (FieldViolation& violation :
         Validate(*record_.message, {.prefix = record_.path})) {
      const bool follows =
          std::any_of(faults.begin(), faults.end(), [&](const auto& fault) {
            return fault.path == violation.field ||
                   absl::StartsWith(fault.path,
                                    absl::StrCat(violation.field, ".")) ||
                   absl::StartsWith(fault.path,
                                    absl::StrCat(violation.field, "["));
          });
      if (!follows) violations.push_back(std::move(violation));
    }
    const std::unique_ptr<Message> keyed(record_.message->New());
    keyed->CopyFrom(*record_.message);
    if (faults.empty()) {
      for (FieldViolation& violation : BuildKeys(*keyed, record_.path)) {
        violations.push_back(std::move(violation));
      }
    }
    problems_.Add(record_.file,
                  LocateViolations(violations, record_.positions));
    if (!violations.empty() || !faults.empty()) return;
    Measure(*keyed, record_);
  }

  void Report(const TextPosition& position, absl::string_view key,
              absl::string_view description) {
    problems_.Add(
        record_.file,
        {position,
         absl::StrCat(record_.path, record_.path.empty() ? "" : ".", key),
         std::string(description)});
  }

  EvidenceRecord& record_;
  TextProblems& problems_;
};

// Moves `node`, read from a line, `lines` down.
void MoveLines(TextNode& node, int lines) {
  node.position.line += lines;
  for (TextNode& item : node.items) MoveLines(item, lines);
  for (TextNode::Entry& entry : node.entries) {
    entry.position.line += lines;
    MoveLines(entry.value, lines);
  }
}

std::string Place(const EvidenceRecord& record) {
  return absl::StrCat(record.file, ":", record.position.line);
}

// The record that `field` of the server's error lies in, and the rest of it.
const EvidenceRecord* FindOrigin(absl::string_view field,
                                 const std::vector<const EvidenceRecord*>& sent,
                                 absl::string_view& rest) {
  const EvidenceRecord* found = nullptr;
  size_t longest = 0;
  for (const EvidenceRecord* record : sent) {
    const std::string origin = record->Origin();
    if (origin.size() <= longest || !absl::StartsWith(field, origin)) continue;
    found = record;
    longest = origin.size();
  }
  rest = field.substr(longest);
  return found;
}

}  // namespace

std::string EvidenceRecord::RelativeName() const {
  if (id.empty() || (traits->parent != nullptr && parent.empty())) return "";
  return absl::StrCat(parent, parent.empty() ? "" : "/", traits->collection,
                      "/", id);
}

std::string EvidenceRecord::Origin() const {
  return absl::StrCat(Place(*this), " ", path);
}

EvidenceRecord ReadEvidenceRecord(const RecordTraits& traits, TextNode node,
                                  absl::string_view file,
                                  absl::string_view path,
                                  TextProblems& problems) {
  EvidenceRecord record;
  record.traits = &traits;
  record.file = std::string(file);
  record.unit = record.file;
  record.path = std::string(path);
  Reader(record, problems).Read(std::move(node));
  return record;
}

void Evidence::AddFile(absl::string_view file, absl::string_view text,
                       TextProblems& problems) {
  units_.emplace_back(file);
  const auto documents = ParseText(file, text, GuessTextFormat(file, text));
  if (!documents.ok()) return problems.Add(file, documents.status());
  if (documents->empty()) {
    return problems.Add(file, {{}, "", "is empty; want records"});
  }
  for (const TextNode& document : *documents) {
    AddDocument(document, file, problems);
  }
}

void Evidence::AddRecords(absl::string_view file,
                          std::vector<EvidenceRecord> records) {
  units_.emplace_back(file);
  for (EvidenceRecord& record : records) {
    record.file = std::string(file);
    record.unit = record.file;
    MeasureRecord(record);
    records_.push_back(std::move(record));
  }
}

void Evidence::AddLines(absl::string_view file, absl::string_view text,
                        int first_line, TextProblems& problems) {
  int line_number = first_line - 1;
  std::set<std::string> known;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++line_number;
    absl::ConsumeSuffix(&line, "\r");
    if (line.empty()) continue;
    auto documents = ParseText(file, line, TextFormat::kJson);
    if (!documents.ok()) {
      // Parsed again where it stands, for the place in the error.
      const std::string placed = absl::StrCat(
          std::string(static_cast<size_t>(line_number) - 1, '\n'), line);
      problems.Add(file, ParseText(file, placed, TextFormat::kJson).status());
      continue;
    }
    const size_t first = records_.size();
    for (TextNode& document : *documents) {
      MoveLines(document, line_number - 1);
      AddDocument(document, file, problems);
    }
    for (size_t i = first; i < records_.size(); ++i) {
      EvidenceRecord& record = records_[i];
      record.unit = absl::StrCat(
          file, " ",
          record.parent.empty() ? record.RelativeName() : record.parent);
      if (known.insert(record.unit).second) units_.push_back(record.unit);
    }
  }
}

void Evidence::AddDocument(const TextNode& document, absl::string_view file,
                           TextProblems& problems) {
  static const auto& keys = *new auto(FileKeys());
  const size_t first = records_.size();
  if (document.kind != TextNode::Kind::kMap) {
    return problems.Add(
        file, {document.position, "",
               "holds no mapping; want records under keys such as trial"});
  }
  std::vector<TextProblem> unknown;
  for (const TextNode::Entry& entry : document.entries) {
    if (keys.count(entry.key) != 0) {
      AddEntry(entry, file, problems);
    } else {
      unknown.push_back({entry.position, "", NoSuchKind(entry.key)});
    }
  }
  const bool is_one_record =
      unknown.size() > 1 && unknown.size() == document.entries.size();
  if (is_one_record) {
    return problems.Add(
        file, {document.position, "",
               absl::StrCat("holds no records; want them under the keys ",
                            absl::StrJoin(Collections(), ", "),
                            ". The fields of one record are for `consilium "
                            "KIND create -f FILE`")});
  }
  problems.Add(file, unknown);
  // Parents before their children, as people read them too.
  std::stable_sort(records_.begin() + static_cast<ptrdiff_t>(first),
                   records_.end(),
                   [](const EvidenceRecord& a, const EvidenceRecord& b) {
                     return a.traits->kind_id < b.traits->kind_id;
                   });
  FindParents(first, problems);
}

void Evidence::AddEntry(const TextNode::Entry& entry, absl::string_view file,
                        TextProblems& problems) {
  static const auto& keys = *new auto(FileKeys());
  const RecordTraits& traits = *keys.at(entry.key);
  if (entry.value.kind == TextNode::Kind::kNull) return;
  if (entry.value.kind == TextNode::Kind::kList) {
    for (size_t i = 0; i < entry.value.items.size(); ++i) {
      records_.push_back(
          ReadEvidenceRecord(traits, entry.value.items[i], file,
                             absl::StrCat(entry.key, "[", i, "]"), problems));
    }
    return;
  }
  if (entry.key == traits.collection) {
    return problems.Add(file,
                        {entry.position, entry.key,
                         "is no list; want one, each record after \"-\""});
  }
  records_.push_back(
      ReadEvidenceRecord(traits, entry.value, file, entry.key, problems));
}

void Evidence::FindParents(size_t first, TextProblems& problems) {
  for (size_t i = first; i < records_.size(); ++i) {
    EvidenceRecord& record = records_[i];
    const RecordTraits* wanted = record.traits->parent;
    if (wanted == nullptr || !record.parent.empty()) continue;
    std::vector<size_t> parents;
    for (size_t j = first; j < records_.size(); ++j) {
      if (records_[j].traits == wanted) parents.push_back(j);
    }
    if (parents.size() != 1) {
      problems.Add(record.file,
                   {record.position, record.path,
                    absl::StrCat("says not of which ", wanted->singular,
                                 " it is, and the file has ", parents.size(),
                                 "; want `", wanted->singular, ": ID`")});
      continue;
    }
    record.parent = records_[parents.front()].RelativeName();
    if (record.parent.empty()) record.parent_index = parents.front();
  }
}

void Evidence::CheckNames(TextProblems& problems) const {
  std::map<std::string, const EvidenceRecord*> seen;
  for (const EvidenceRecord& record : records_) {
    const std::string name = record.RelativeName();
    if (name.empty()) continue;
    const auto [found, is_new] = seen.emplace(name, &record);
    if (is_new) continue;
    problems.Add(record.file,
                 {record.position, record.path,
                  absl::StrCat(Quote(name), " is stated twice, first at ",
                               Place(*found->second), "; want it once")});
  }
}

namespace {

// `units` in their order, each moved behind those it uses. Units that use each
// other go in the order given.
std::vector<std::string> OrderByUse(
    const std::vector<std::string>& units,
    const std::map<std::string, std::set<std::string>>& uses) {
  std::map<std::string, size_t> index_of;
  for (size_t i = 0; i < units.size(); ++i) index_of[units[i]] = i;
  std::vector<std::vector<size_t>> users(units.size());
  std::vector<size_t> awaited(units.size());
  for (const auto& [user, used] : uses) {
    for (const std::string& unit : used) {
      users[index_of.at(unit)].push_back(index_of.at(user));
      ++awaited[index_of.at(user)];
    }
  }
  std::set<size_t> waiting, ready;
  for (size_t i = 0; i < units.size(); ++i) {
    waiting.insert(i);
    if (awaited[i] == 0) ready.insert(i);
  }
  std::vector<std::string> ordered;
  while (!waiting.empty()) {
    const size_t next = ready.empty() ? *waiting.begin() : *ready.begin();
    waiting.erase(next);
    ready.erase(next);
    ordered.push_back(units[next]);
    for (const size_t user : users[next]) {
      if (--awaited[user] == 0 && waiting.contains(user)) ready.insert(user);
    }
  }
  return ordered;
}

}  // namespace

std::vector<std::string> Evidence::UnitsInOrderOfUse() const {
  std::map<std::string, std::string> unit_of;
  for (const EvidenceRecord& record : records_) {
    unit_of[record.RelativeName()] = record.unit;
  }
  std::map<std::string, std::set<std::string>> uses;
  const auto use = [&](const EvidenceRecord& record, const std::string& name) {
    const auto found = unit_of.find(name);
    if (found != unit_of.end() && found->second != record.unit) {
      uses[record.unit].insert(found->second);
    }
  };
  for (const EvidenceRecord& record : records_) {
    use(record, record.parent);
    const auto name = RecordName::Parse(record.RelativeName());
    if (!name.ok()) continue;
    for (const auto& reference : FindReferences(*record.message, *name)) {
      use(record, reference.name);
    }
  }
  return OrderByUse(units_, uses);
}

v1::RecordStatement StatementOf(const EvidenceRecord& record,
                                const RegistryName& registry, bool prune) {
  v1::RecordStatement statement;
  statement.set_parent(absl::StrCat(
      registry.Full(), record.parent.empty() ? "" : "/", record.parent));
  statement.set_id(record.id);
  statement.set_prune(prune);
  statement.set_origin(record.Origin());
  statement.GetReflection()
      ->MutableMessage(&statement, StatementField(*record.traits))
      ->CopyFrom(*record.message);
  return statement;
}

absl::Status LocateServerError(const absl::Status& status,
                               const std::vector<const EvidenceRecord*>& sent) {
  const std::vector<FieldViolation> violations = GetFieldViolations(status);
  if (violations.empty()) {
    const auto info = GetErrorInfo(status);
    if (!info.has_value()) return status;
    const auto named = info->metadata().find("record");
    for (const EvidenceRecord* record : sent) {
      if (named != info->metadata().end() &&
          named->second == record->RelativeName()) {
        return Annotate(status,
                        absl::StrCat(Place(*record), ": ", record->path));
      }
    }
    return status;
  }
  TextProblems problems;
  for (const FieldViolation& violation : violations) {
    absl::string_view rest;
    const EvidenceRecord* record = FindOrigin(violation.field, sent, rest);
    if (record == nullptr) {
      problems.Add("", InvalidInput("INVALID_TEXT",
                                    absl::StrCat(violation.field, ": ",
                                                 violation.description),
                                    {violation}));
      continue;
    }
    absl::ConsumePrefix(&rest, ".");
    const FieldViolation in_file = {
        absl::StrCat(record->path,
                     rest.empty() || record->path.empty() ? "" : ".", rest),
        violation.description};
    problems.Add(record->file, LocateViolations({in_file}, record->positions));
  }
  const absl::Status located =
      problems.ToStatus("the server refused it; nothing was changed:");
  if (absl::IsInvalidArgument(status)) return located;
  // The files are right and the registry is not ready for them: callers tell
  // by code and reason.
  absl::Status refused(status.code(), located.message());
  status.ForEachPayload(
      [&](absl::string_view type_url, const absl::Cord& payload) {
        refused.SetPayload(type_url, payload);
      });
  return refused;
}

}  // namespace consilium
