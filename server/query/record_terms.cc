#include "server/query/record_terms.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "proto/base/big_endian.h"
#include "server/query/limits.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Fields = std::vector<const FieldDescriptor*>;

// What is indexed: by what people look records up, of fields with values
// enough to tell records apart. A change of the list or of how terms are
// written is a new RecordTerms::version.
struct IndexedField {
  absl::string_view collection;  // As RecordTraits::collection.
  absl::string_view path;        // As a filter names it.
};
constexpr IndexedField kIndexedFields[] = {
    {"publications", "pmid"},
    {"publications", "doi"},
    {"trials", "registrations.number"},
    {"trials", "acronym"},
    {"trials", "status"},
    {"trials", "conditions"},
    {"trials", "countries"},
    {"trials", "reports.publication"},
    {"arms", "drugs.drug"},
    {"adverseEvents", "term"},
};

// One of them, bound to the schema.
struct BoundField {
  Fields fields;
  std::string prefix;  // Of its terms.
};

// "trials/arms" of "trials/*/arms", as storage names collections.
std::string StoredCollection(const RecordTraits& traits) {
  return absl::StrReplaceAll(traits.CollectionPath(), {{"/*", ""}});
}

const FieldDescriptor* FindByJsonName(const Descriptor& message,
                                      absl::string_view name) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->json_name() == name) return message.field(i);
  }
  return nullptr;
}

void AppendFieldNumber(const FieldDescriptor& field, std::string& out) {
  out.push_back(static_cast<char>(field.number() >> 8));
  out.push_back(static_cast<char>(field.number()));
}

// Whole numbers in the order of their bytes.
std::string NumberTerm(int64_t number) {
  std::string term;
  AppendBigEndian64(static_cast<uint64_t>(number) ^ (uint64_t{1} << 63), term);
  return term;
}

std::string TextTerm(absl::string_view text) {
  return std::string(text.substr(0, kTermTextSizeMax));
}

class IndexedFields {
 public:
  static const IndexedFields& Get() {
    static const auto& fields = *new IndexedFields();
    return fields;
  }

  const RecordTraits* FindTraits(absl::string_view stored_collection) const {
    const auto it = traits_.find(stored_collection);
    return it == traits_.end() ? nullptr : it->second;
  }

  // Those whose first field is that of a record's path.
  const std::vector<BoundField>& At(const RecordTraits& traits,
                                    int32_t field) const {
    static const auto& none = *new std::vector<BoundField>();
    const auto it = by_field_.find({&traits, field});
    return it == by_field_.end() ? none : it->second;
  }

  // Null when it is not indexed. `path` as a filter's RequiredTerm has it.
  const BoundField* Find(const RecordTraits& traits,
                         const std::string& path) const {
    const auto it = by_path_.find({&traits, path});
    return it == by_path_.end() ? nullptr : &it->second;
  }

 private:
  IndexedFields() {
    for (const IndexedField& indexed : kIndexedFields) {
      const RecordTraits* traits =
          RecordTraitsTable::Get().FindByCollection(indexed.collection);
      assert(traits != nullptr);
      const BoundField bound = Bind(*traits, indexed.path);
      traits_[StoredCollection(*traits)] = traits;
      by_field_[{traits, bound.fields.front()->number()}].push_back(bound);
      by_path_[{traits, std::string(indexed.path)}] = bound;
    }
  }

  static BoundField Bind(const RecordTraits& traits, absl::string_view path) {
    BoundField bound;
    const Descriptor* scope = traits.descriptor;
    for (const absl::string_view name : absl::StrSplit(path, '.')) {
      const FieldDescriptor* const field = FindByJsonName(*scope, name);
      // A field without presence would match a filter without any value.
      assert(field != nullptr &&
             (field->is_repeated() || field->has_presence()));
      bound.fields.push_back(field);
      AppendFieldNumber(*field, bound.prefix);
      scope = field->message_type();
    }
    return bound;
  }

  absl::flat_hash_map<std::string, const RecordTraits*> traits_;
  absl::flat_hash_map<std::pair<const RecordTraits*, int32_t>,
                      std::vector<BoundField>>
      by_field_;
  std::map<std::pair<const RecordTraits*, std::string>, BoundField> by_path_;
};

// The term of one value, less its prefix; nothing for types without terms.
std::optional<std::string> TermOf(const Message& message,
                                  const FieldDescriptor& field, int index) {
  const auto& reflection = *message.GetReflection();
#define CONSILIUM_GET(Type)                          \
  (index < 0 ? reflection.Get##Type(message, &field) \
             : reflection.GetRepeated##Type(message, &field, index))
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return TextTerm(CONSILIUM_GET(String));
    case FieldDescriptor::CPPTYPE_ENUM:
      return NumberTerm(CONSILIUM_GET(EnumValue));
    case FieldDescriptor::CPPTYPE_INT32:
      return NumberTerm(CONSILIUM_GET(Int32));
    case FieldDescriptor::CPPTYPE_INT64:
      return NumberTerm(CONSILIUM_GET(Int64));
    default:
      return std::nullopt;
  }
#undef CONSILIUM_GET
}

// Adds the terms of all values that the fields from `depth` on lead to.
void CollectTerms(const Message& message, const BoundField& bound, size_t depth,
                  std::vector<std::string>& terms) {
  const FieldDescriptor& field = *bound.fields[depth];
  const auto& reflection = *message.GetReflection();
  const bool is_last = depth + 1 == bound.fields.size();
  const auto visit = [&](int index) {
    if (is_last) {
      const auto term = TermOf(message, field, index);
      if (term.has_value()) terms.push_back(absl::StrCat(bound.prefix, *term));
      return;
    }
    CollectTerms(index < 0
                     ? reflection.GetMessage(message, &field)
                     : reflection.GetRepeatedMessage(message, &field, index),
                 bound, depth + 1, terms);
  };
  if (!field.is_repeated()) {
    if (reflection.HasField(message, &field)) visit(-1);
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) visit(i);
}

// The term that a comparison wants, less its prefix; nothing when records
// without one term in common may match.
std::optional<std::string> WantedTerm(const FilterNode& comparison) {
  const bool equal = comparison.op == FilterOp::kEqual;
  if (!equal && comparison.op != FilterOp::kHas) return std::nullopt;
  if (!comparison.path.name_part.empty()) return std::nullopt;
  switch (comparison.path.type) {
    case FilterType::kString:
      // `:` finds parts, and so does a star.
      if (!equal || comparison.text.size() != 1) return std::nullopt;
      return TextTerm(comparison.text.front());
    case FilterType::kEnum:
      return NumberTerm(std::get<int>(comparison.operand));
    case FilterType::kNumber: {
      const auto& integer = std::get<FilterNumber>(comparison.operand).integer;
      if (!integer.has_value() ||
          *integer > std::numeric_limits<int64_t>::max()) {
        return std::nullopt;
      }
      return NumberTerm(static_cast<int64_t>(*integer));
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

void RecordTerms::AddTerms(absl::string_view collection, const FieldPath& path,
                           absl::string_view value,
                           std::vector<std::string>& terms) const {
  const IndexedFields& indexed = IndexedFields::Get();
  const RecordTraits* const traits = indexed.FindTraits(collection);
  if (traits == nullptr) return;
  const std::vector<BoundField>& fields = indexed.At(*traits, path.field);
  if (fields.empty()) return;
  const std::unique_ptr<Message> message = traits->New();
  if (!message->ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return;
  }
  for (const BoundField& field : fields) {
    CollectTerms(*message, field, 0, terms);
  }
  // Elements of one value may have the same.
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
}

std::vector<std::string> RequiredTermsOf(const Filter& filter,
                                         const RecordTraits& traits) {
  std::vector<std::string> terms;
  for (const RequiredTerm& required : filter.RequiredTerms()) {
    const BoundField* const field =
        IndexedFields::Get().Find(traits, required.path);
    if (field == nullptr) continue;
    const auto term = WantedTerm(*required.comparison);
    if (term.has_value()) terms.push_back(absl::StrCat(field->prefix, *term));
  }
  return terms;
}

}  // namespace consilium
