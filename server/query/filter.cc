#include "server/query/filter.h"

#include <cassert>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "server/query/filter_matcher.h"
#include "server/query/filter_parser.h"

namespace consilium {
namespace {

void CollectRequired(const FilterNode& node, const std::string& prefix,
                     std::vector<RequiredTerm>& terms) {
  const std::string path = absl::StrCat(prefix, node.path.ToString());
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
      for (const FilterNode& child : node.children) {
        CollectRequired(child, prefix, terms);
      }
      break;
    case FilterNode::Kind::kAny:
      CollectRequired(node.children.front(), absl::StrCat(path, "."), terms);
      break;
    case FilterNode::Kind::kComparison:
      terms.push_back({path, &node});
      break;
    default:
      break;
  }
}

}  // namespace

absl::StatusOr<Filter> Filter::Parse(absl::string_view text,
                                     const google::protobuf::Descriptor& record,
                                     const FilterWords* words) {
  ASSIGN_OR_RETURN(FilterNode root, ParseFilter(text, record, words));
  return Filter(record, std::move(root));
}

bool Filter::Matches(const google::protobuf::Message& record) const {
  assert(record.GetDescriptor() == record_);
  return MatchesFilter(root_, record);
}

std::vector<RequiredTerm> Filter::RequiredTerms() const {
  std::vector<RequiredTerm> terms;
  CollectRequired(root_, "", terms);
  return terms;
}

}  // namespace consilium
