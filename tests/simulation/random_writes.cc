#include "tests/simulation/random_writes.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_traits.h"
#include "storage/merge/path_view.h"

namespace consilium {
namespace {

// A field that this release does not know, and one of a kind it does not know.
constexpr int32_t kUnknownField = 700;
constexpr int32_t kUnknownKeyedField = 701;

class Chance {
 public:
  explicit Chance(std::mt19937_64& random) : random_(random) {}

  bool OneIn(uint64_t n) { return random_() % n == 0; }
  template <typename T>
  const T& Of(const std::vector<T>& choices) {
    return choices[random_() % choices.size()];
  }

 private:
  std::mt19937_64& random_;
};

std::string Tagged(int32_t field, absl::string_view content) {
  const uint32_t tag = static_cast<uint32_t>(field) << 3 | 2;
  std::string bytes;
  bytes.push_back(static_cast<char>((tag & 0x7f) | 0x80));
  bytes.push_back(static_cast<char>(tag >> 7));
  bytes.push_back(static_cast<char>(content.size()));
  return absl::StrCat(bytes, content);
}

// Fills a trial, an arm or a publication: a register, a set, a keyed field.
void FillTrial(Chance& chance, v1::Trial& trial) {
  if (!chance.OneIn(3)) trial.set_title(chance.Of<std::string>({"A", "B"}));
  if (chance.OneIn(2)) trial.set_acronym(chance.Of<std::string>({"X", "Y"}));
  for (const char* condition : {"brain", "lung"}) {
    if (chance.OneIn(2)) trial.add_conditions(condition);
  }
  for (const char* key : {"k1", "k2"}) {
    if (!chance.OneIn(2)) continue;
    v1::Registration* registration = trial.add_registrations();
    registration->set_key(key);
    registration->set_url(chance.Of<std::string>({"u", "v", "w"}));
  }
}

void FillArm(Chance& chance, v1::Arm& arm) {
  if (!chance.OneIn(3)) arm.set_title(chance.Of<std::string>({"A", "B"}));
  for (const char* label : {"x", "y"}) {
    if (chance.OneIn(2)) arm.add_labels(label);
  }
}

void FillPublication(Chance& chance, v1::Publication& publication) {
  publication.set_title(chance.Of<std::string>({"A", "B", "C"}));
  if (chance.OneIn(2)) publication.add_keywords("rt");
}

template <typename T>
std::vector<FieldValue> SplitInto(const T& record) {
  return *Split(record,
                *RecordTraitsTable::Get().FindByDescriptor(T::descriptor()));
}

std::vector<FieldValue> RandomValues(const std::string& name, Chance& chance) {
  std::vector<FieldValue> values;
  if (name.find("/arms/") != std::string::npos) {
    v1::Arm arm;
    FillArm(chance, arm);
    values = SplitInto(arm);
  } else if (name.rfind("trials/", 0) == 0) {
    v1::Trial trial;
    FillTrial(chance, trial);
    values = SplitInto(trial);
  } else if (name.rfind("publications/", 0) == 0) {
    v1::Publication publication;
    FillPublication(chance, publication);
    values = SplitInto(publication);
  }
  if (chance.OneIn(3) || values.empty()) {
    values.push_back({{kUnknownField, MergeKind::kRegister, ""},
                      Tagged(kUnknownField, chance.Of<std::string>({"p", "q"})),
                      ""});
  }
  if (chance.OneIn(4)) {
    values.push_back({{kUnknownKeyedField, MergeKind::kKeyed, "k"},
                      Tagged(kUnknownKeyedField, "\x0a\x01k"),
                      ""});
  }
  for (FieldValue& value : values) {
    if (chance.OneIn(6)) value.value.clear();  // Cleared or removed.
    if (!chance.OneIn(4) || value.value.empty()) continue;
    v1::Source source;
    source.set_note(chance.Of<std::string>({"table 1", "abstract"}));
    value.source = source.SerializeAsString();
  }
  return values;
}

std::string RandomName(Chance& chance) {
  return chance.Of<std::string>(
      {"trials/t0", "trials/t1", "trials/t0/arms/a0", "trials/t0/arms/a1",
       "trials/t1/arms/a0", "publications/p0", "publications/p1", "gizmos/g0"});
}

std::string RandomEtag(const RegistryView& view, const std::string& name,
                       Chance& chance) {
  if (chance.OneIn(2)) return chance.Of<std::string>({"", "*"});
  if (chance.OneIn(8)) return "\"stale\"";
  const auto record = view.Get(name);
  return record.ok() && record->has_value() ? (**record).Etag() : "";
}

FieldStatements RandomStatements(const std::string& name, Chance& chance) {
  FieldStatements statements;
  statements.existence = chance.Of<FieldStatements::Existence>(
      {FieldStatements::Existence::kAny, FieldStatements::Existence::kAny,
       FieldStatements::Existence::kMustNotExist,
       FieldStatements::Existence::kMustExist});
  statements.values = RandomValues(name, chance);
  if (chance.OneIn(4)) {
    for (const FieldValue& value : statements.values) {
      statements.replaced_fields.push_back(value.path.field);
    }
  }
  return statements;
}

// Settles one of the conflicts, if there is any.
std::optional<RecordWrite> RandomAdjudication(const RegistryView& view,
                                              Chance& chance) {
  std::vector<ConcurrentPath> conflicts;
  const absl::Status listed = view.ListConcurrent({}, [&](ConcurrentPath path) {
    if (path.conflict) conflicts.push_back(std::move(path));
    return true;
  });
  if (!listed.ok() || conflicts.empty()) return std::nullopt;
  const ConcurrentPath& conflict = chance.Of(conflicts);
  Adjudication adjudication;
  adjudication.path = conflict.path;
  for (const Assignment& sibling : conflict.siblings) {
    adjudication.shown.push_back(sibling.dot);
  }
  if (chance.OneIn(10)) adjudication.shown.pop_back();  // Refused.
  if (conflict.path != LifecyclePath() && chance.OneIn(4)) {
    adjudication.value = chance.Of(conflict.siblings).value;
  } else {
    adjudication.take = chance.Of(conflict.siblings).dot;
  }
  return RecordWrite{conflict.name, "", adjudication};
}

}  // namespace

ChangeRequest FoundingRequest() {
  ChangeRequest request;
  request.author = "founder";
  FieldStatements statements;
  statements.values.push_back(
      {{2, MergeKind::kRegister, ""}, std::string("\x12\x01T"), ""});
  request.records.push_back({"registry", "", std::move(statements)});
  return request;
}

ChangeRequest RandomRequest(const RegistryStore& store,
                            std::mt19937_64& random) {
  Chance chance(random);
  const auto view = store.OpenView(Version::Latest());
  ChangeRequest request;
  request.author = "ann";
  request.message = "simulated";
  if (!view.ok()) return request;
  if (chance.OneIn(5)) {
    if (auto write = RandomAdjudication(**view, chance)) {
      request.mode = stored::v1::CHANGE_MODE_ADJUDICATION;
      request.records.push_back(*std::move(write));
      return request;
    }
  }
  const std::string name = RandomName(chance);
  if (chance.OneIn(8)) {
    request.records.push_back(
        {name, RandomEtag(**view, name, chance), Retraction{"\x12\x01r"}});
    return request;
  }
  if (chance.OneIn(8)) {
    request.records.push_back(
        {name, RandomEtag(**view, name, chance), Restoration{}});
    return request;
  }
  if (chance.OneIn(4)) request.mode = stored::v1::CHANGE_MODE_INDEPENDENT;
  std::set<std::string> names = {name};
  while (chance.OneIn(3)) names.insert(RandomName(chance));
  for (const std::string& each : names) {
    request.records.push_back({each, RandomEtag(**view, each, chance),
                               RandomStatements(each, chance)});
  }
  return request;
}

}  // namespace consilium
