// Where evidence is and where it is missing: drug class by technique of
// radiotherapy.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_GAP_MAP_H_
#define CONSILIUM_SERVER_PAGE_GAP_MAP_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// The map as a table: what both the figure and its twin show.
struct GapTable {
  std::vector<std::string> drug_classes;    // Ids, in the result's order.
  std::vector<std::string> radiotherapies;  // Ids; "" is "not stated".

  // Titles of rows and columns; one that another is narrower than says that it
  // holds what is not stated more narrowly.
  std::string DrugClassTitle(const v1::ReviewResult& result,
                             absl::string_view id) const;
  std::string TechniqueTitle(const v1::ReviewResult& result,
                             absl::string_view id) const;

  // The cell; null where nothing is known.
  static const v1::GapCell* Find(const v1::ReviewResult& result,
                                 absl::string_view drug_class,
                                 absl::string_view radiotherapy);
};

GapTable MakeGapTable(const v1::ReviewResult& result);

// Trials of a cell that have no results and are not known to go on.
int WithoutResults(const v1::GapCell& cell);

// Trials of a cell whose treatment is inferred: what the report prints of it
// leaves open which drug or which radiotherapy all of their combined arms had.
int InferredTreatments(const v1::ReviewResult& result, const v1::GapCell& cell);

// Both leave out rows and columns that hold no clinical trial.
std::string GapMap(const v1::ReviewResult& result);
// For a phone: one line a cell, by drug class.
std::string NarrowGapMap(const v1::ReviewResult& result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_GAP_MAP_H_
