// Outcomes as people write them: "Overall survival", "response rate",
// "intracranial PFS".
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_OUTCOME_WORDS_H_
#define CONSILIUM_SERVER_EVIDENCE_OUTCOME_WORDS_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "consilium/v1/endpoint.pb.h"

namespace consilium {

// What is measured, and where in the body when the words say so.
struct OutcomeWord {
  v1::Measure measure = v1::MEASURE_UNSPECIFIED;
  v1::Compartment compartment = v1::COMPARTMENT_UNSPECIFIED;
};

// nullopt when it is none of the schema's.
std::optional<OutcomeWord> FindOutcome(absl::string_view word);

// An outcome with what else its name says of the number: that it is a median,
// or of which time.
struct OutcomeNumber {
  OutcomeWord outcome;
  bool is_median = false;
  std::optional<double> months;
};

// Of "median PFS", "2-year OS", "PFS at 12 months"; nullopt of other words.
std::optional<OutcomeNumber> FindOutcomeNumber(absl::string_view word);

// The compartment that `word` is a name of: "brain", "central nervous system".
// UNSPECIFIED when it is none.
v1::Compartment FindCompartment(absl::string_view word);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_OUTCOME_WORDS_H_
