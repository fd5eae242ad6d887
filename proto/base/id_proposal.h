// Ids that follow from what a record says, so that independent extractors of
// one study meet in one record.
//
//   publication    pmid-N, else doi-..., else {citing publication}-ref-N
//   trial          the first of: NCT number, number of another registry
//                  (registries alphabetically), acronym, id of the publication
//                  that reports its results
//   arm            its components sorted, then timing:
//                  chemotherapy-gefitinib-rt-concurrent
//   endpoint       measure[-compartment][-assessor]; a biomarker or a measure
//                  without a name of its own by its text
//   adverse event  term[-assessment][-attribution]
//   risk of bias   trial[-for-outcome]
//   certainty      outcome
//   screening      publication, else trial
//
// Pure functions.
#ifndef CONSILIUM_PROTO_BASE_ID_PROPOSAL_H_
#define CONSILIUM_PROTO_BASE_ID_PROPOSAL_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/record_traits.h"

namespace consilium {

// The id that `record` proposes for itself.
//   INVALID_ARGUMENT  it says too little, or is of a kind that people name;
//                     names `field` and what would do.
absl::StatusOr<std::string> ProposeId(const google::protobuf::Message& record,
                                      const RecordTraits& traits,
                                      absl::string_view field);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_ID_PROPOSAL_H_
