// The words that evidence is grouped and found by: classes of drugs, techniques
// of radiotherapy, settings, alterations, adverse events and histologies, with
// their synonyms. vocabulary_terms.cc has the lists.
//
// Immutable, hence thread-safe.
#ifndef CONSILIUM_SERVER_EVIDENCE_VOCABULARY_H_
#define CONSILIUM_SERVER_EVIDENCE_VOCABULARY_H_

#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"

namespace consilium {

// One line of a list.
struct TermSpec {
  absl::string_view id;
  absl::string_view title;
  std::vector<absl::string_view> broader;  // The terms right above.
  std::vector<absl::string_view> synonyms;
};

// A drug that the classes know.
struct DrugSpec {
  absl::string_view id;                     // "osimertinib".
  std::vector<absl::string_view> classes;   // The terms that it belongs to.
  std::vector<absl::string_view> synonyms;  // Codes and brands.
};

// The lists.
const std::vector<TermSpec>& TermsOf(v1::Vocabulary vocabulary);
const std::vector<DrugSpec>& KnownDrugs();

// `text` as terms are compared: lower case, words joined by "-".
std::string NormalizeTerm(absl::string_view text);

class TermList {
 public:
  // The terms of that vocabulary; not UNSPECIFIED.
  static const TermList& Of(v1::Vocabulary vocabulary);

  // The id of the term that `word` is the id, the title or a synonym of, in
  // any spelling that NormalizeTerm makes equal; empty when there is none.
  absl::string_view Find(absl::string_view word) const;

  // `id` and all terms above it, nearest first. An id that is no term is
  // alone.
  std::vector<std::string> WithBroader(absl::string_view id) const;

  // Whether the term `broader` is above the term `id`.
  bool IsBelow(absl::string_view id, absl::string_view broader) const;

  // Whether a term is below `id`.
  bool HasNarrower(absl::string_view id) const;

  // Ids and titles, for suggestions.
  const std::vector<std::string>& words() const { return words_; }

 private:
  explicit TermList(v1::Vocabulary vocabulary);

  const std::vector<TermSpec>& terms_;
  // By id: the terms above it, nearest first; and those with terms below them.
  absl::flat_hash_map<absl::string_view, std::vector<absl::string_view>>
      broader_;
  absl::flat_hash_set<absl::string_view> with_narrower_;
  absl::flat_hash_map<std::string, const TermSpec*> by_word_;
  std::vector<std::string> words_;
};

// Ids of terms, broader ones included, sorted.
using TermIds = std::set<std::string>;

// Whether `id` is among them.
bool Contains(const TermIds& ids, absl::string_view id);

// Adds `id`, when it is not empty, with all terms above it.
void AddTerm(v1::Vocabulary vocabulary, absl::string_view id, TermIds& ids);

// The drug that `word` is the name, a code or a brand of; null when it is none.
const DrugSpec* FindDrug(absl::string_view word);

// The id of the adverse event in the vocabulary, else the term itself.
std::string AdverseEventOf(absl::string_view term);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_VOCABULARY_H_
