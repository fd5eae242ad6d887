// Filters of list calls (AIP-160, with any(...) and all(...) for elements):
// which records does a query mean? FILTER.md gives the language.
//
// Immutable, hence thread-safe.
#ifndef CONSILIUM_SERVER_QUERY_FILTER_H_
#define CONSILIUM_SERVER_QUERY_FILTER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "server/query/filter_ast.h"
#include "server/query/filter_binder.h"

namespace consilium {

// One comparison that every match of a filter satisfies.
struct RequiredTerm {
  std::string path;  // From the record, dotted, in camelCase.
  const FilterNode* comparison = nullptr;  // Lives as long as the filter.
};

// What the words of a filter mean beyond the schema: synonyms, for one.
class FilterWords {
 public:
  virtual ~FilterWords() = default;

  // May change the path, the operator and the text of `comparison`, whose path
  // is bound and whose operand is not yet read; or put a tree of such
  // comparisons in its place. A fault refuses the value.
  virtual BindFault Read(FilterNode& comparison) const = 0;

  // The values that the text of `comparison` stands for, when it stands for
  // several; otherwise empty. Some value of the field must then be one of
  // them, or with != none of them.
  virtual std::vector<std::string> ValuesMeant(const FilterNode&) const {
    return {};
  }

  // The paths that `name`, which is no field of the record, is another word
  // for. A comparison with it holds when that with one of them does. Empty when
  // it is none.
  virtual std::vector<std::string> FieldsCalled(absl::string_view) const {
    return {};
  }

  // What to write for `name`, which is no field of the record; empty when that
  // is not known.
  virtual std::string FieldMeant(absl::string_view) const { return ""; }
};

class Filter {
 public:
  // Reads `text` as a filter over records of `record`. Blank text is the
  // filter that matches every record.
  //   INVALID_ARGUMENT  with a BadRequest and reason FILTER_SYNTAX,
  //                     FILTER_UNKNOWN_FIELD, FILTER_TYPE_MISMATCH or
  //                     FILTER_TOO_LARGE.
  // Or the reason of `words`, which may be null.
  static absl::StatusOr<Filter> Parse(
      absl::string_view text, const google::protobuf::Descriptor& record,
      const FilterWords* words = nullptr);

  // Matches every record.
  explicit Filter(const google::protobuf::Descriptor& record)
      : record_(&record) {}

  // Whether `record`, a message of the descriptor given to Parse, is meant.
  bool Matches(const google::protobuf::Message& record) const;

  // True for the filter that matches every record.
  bool MatchesAll() const {
    return root_.kind == FilterNode::Kind::kAnd && root_.children.empty();
  }

  const FilterNode& root() const { return root_; }

  // The comparisons that stand in no OR, NOT or all(...), those inside any(...)
  // with the path of its elements before theirs. An index that lists the
  // records satisfying one of them lists every match.
  std::vector<RequiredTerm> RequiredTerms() const;

  // The filter in one fixed spelling: equal filters give equal text, and it
  // parses to an equal filter.
  std::string ToString() const { return root_.ToString(); }

 private:
  Filter(const google::protobuf::Descriptor& record, FilterNode root)
      : record_(&record), root_(std::move(root)) {}

  const google::protobuf::Descriptor* record_;
  FilterNode root_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_FILTER_H_
