// Names and numbers of studies and groups, which people spell freely.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_STUDY_MATCH_H_
#define CONSILIUM_SERVER_EVIDENCE_STUDY_MATCH_H_

#include <google/protobuf/repeated_field.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "server/query/filter_ast.h"
#include "server/query/filter_matcher.h"

namespace consilium {

// The number of "ref 24" and "reference 24", by which a source cites a study;
// empty of other words.
std::string ReferenceNumber(absl::string_view word);

// How a comparison with the name, the id or the numbers of a study comes out;
// nullopt of other fields. A study that has a name is found by its number in
// the list of references too.
std::optional<FilterMatch> MatchStudy(const FilterNode& comparison,
                                      const v1::EvidenceRow& row);

// Whether a group that is known by its place alone may be the one that
// `comparison` calls by name: the id or the title of one of `arms`.
bool MayBeGroup(const FilterNode& comparison,
                const google::protobuf::RepeatedPtrField<v1::Arm>& arms);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_STUDY_MATCH_H_
