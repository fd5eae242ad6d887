// Reads the names and values of a filter as the fields and types of a message.
//
// Functions report what is wrong and what was wanted, without a position: the
// parser knows where it is.
#ifndef CONSILIUM_SERVER_QUERY_FILTER_BINDER_H_
#define CONSILIUM_SERVER_QUERY_FILTER_BINDER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "server/query/filter_ast.h"

namespace consilium {

// Why a name or value does not fit. Empty `wish` means that it does.
struct BindFault {
  absl::string_view reason;
  std::string wish;

  bool ok() const { return wish.empty(); }
};

// Reads the dotted `name` as a path from `message` into `path`. A record has
// the parts of its name as fields too.
BindFault BindPath(const google::protobuf::Descriptor& message, bool is_record,
                   absl::string_view name, FilterPath& path);

// Makes `node`, whose path, operator and text are set, a comparison or a test
// for presence.
BindFault BindComparison(FilterNode& node);

// The values that the text of `comparison` takes in, itself by its full name
// among them, where it is a kind of which the schema has narrower ones: into a
// vein, in whatever manner. Empty for other comparisons.
std::vector<std::string> ValuesWithin(const FilterNode& comparison);

// The values that the text of `comparison` joins, all of which must be there:
// "2/3" of phases. Empty for other comparisons.
std::vector<std::string> ValuesTogether(const FilterNode& comparison);

// The parts of the name that the records of `message` have as fields: "id",
// "registry" and "trial". Empty for a message without a name.
std::vector<std::string> NameParts(const google::protobuf::Descriptor& message);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_FILTER_BINDER_H_
