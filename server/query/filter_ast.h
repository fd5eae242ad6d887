// A filter as a tree, bound to the fields of one kind of record. FILTER.md
// gives the language. Trees are plain values: the parser builds them, the
// matcher and a planner read them.
#ifndef CONSILIUM_SERVER_QUERY_FILTER_AST_H_
#define CONSILIUM_SERVER_QUERY_FILTER_AST_H_

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"

namespace consilium {

enum class FilterOp {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kHas,
};

// The operator as written: "=", "!=", ... ":".
absl::string_view FilterOpText(FilterOp op);

// Holds exactly where `op` does not.
FilterOp OppositeOf(FilterOp op);

// What the value at the end of a path is compared as.
enum class FilterType {
  kString,
  kBytes,
  kBool,
  kNumber,
  kEnum,
  kTimestamp,
  kDuration,
  kQuantity,
  kMessage,
};

// "a number", "a message", ... for errors.
absl::string_view FilterTypeText(FilterType type);

// A way from a message to the values it is compared by.
struct FilterPath {
  // Never empty. Every field but the last is a message; any may be repeated.
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  // Set when the value is one segment of the resource name that `fields`
  // lead to: "id", "trial", "registry". Counted from the last segment, 0.
  std::string name_part;
  int name_segment_from_end = 0;
  FilterType type = FilterType::kString;

  // Dotted, in the camelCase of JSON.
  std::string ToString() const;

  friend bool operator==(const FilterPath& a, const FilterPath& b) {
    return a.fields == b.fields && a.name_part == b.name_part;
  }
};

// Text as written in a filter, split at its wildcards: {"foo"} is foo,
// {"foo", ""} is foo*, {"", ""} is *. Never empty.
using FilterText = std::vector<std::string>;

// A number keeps its exact integer, if it is one, beside the nearest double.
struct FilterNumber {
  std::optional<absl::int128> integer;
  double real = 0;
};

// A number that a Quantity or a Count is compared with; with a unit, only
// quantities match whose unit converts into it.
struct FilterQuantity {
  FilterNumber value;
  std::string unit;  // UCUM; empty for any.
};

// The right-hand side, read as the type of the path. monostate where only the
// text or only presence counts.
using FilterOperand = std::variant<std::monostate, bool, FilterNumber, int,
                                   absl::Time, absl::Duration, FilterQuantity>;

struct FilterNode {
  enum class Kind {
    kAnd,         // All of `children`; none at all is true.
    kOr,          // At least one of `children`, two or more.
    kNot,         // Not the only child.
    kComparison,  // Some value at `path` stands in `op` to the right side.
    kPresence,    // Some value at `path` is set.
    kText,        // Some string anywhere contains `text`.
    kAny,         // Some message at `path` matches the only child.
    kAll,         // There is a message at `path`, and all match the child.
  };

  Kind kind = Kind::kAnd;
  std::vector<FilterNode> children;
  FilterPath path;
  FilterOp op = FilterOp::kHas;
  FilterText text;
  FilterOperand operand;

  // Text that parses to an equal tree.
  std::string ToString() const;

  // Same meaning by construction; what `operand` holds follows from the rest.
  friend bool operator==(const FilterNode& a, const FilterNode& b) {
    return a.kind == b.kind && a.op == b.op && a.path == b.path &&
           a.text == b.text && a.children == b.children;
  }
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_FILTER_AST_H_
