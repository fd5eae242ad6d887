#include "server/evidence/vocabulary.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"

namespace consilium {

std::string NormalizeTerm(absl::string_view text) {
  std::string normal;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        (static_cast<unsigned char>(c) & 0x80) != 0) {
      normal.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    } else if (!normal.empty() && normal.back() != '-') {
      normal.push_back('-');
    }
  }
  if (!normal.empty() && normal.back() == '-') normal.pop_back();
  return normal;
}

const TermList& TermList::Of(v1::Vocabulary vocabulary) {
  static const auto& lists = *[] {
    auto* all = new std::map<v1::Vocabulary, const TermList*>;
    for (const v1::Vocabulary each :
         {v1::VOCABULARY_DRUG_CLASS, v1::VOCABULARY_RADIOTHERAPY,
          v1::VOCABULARY_SETTING, v1::VOCABULARY_ALTERATION,
          v1::VOCABULARY_ADVERSE_EVENT, v1::VOCABULARY_HISTOLOGY}) {
      (*all)[each] = new TermList(each);
    }
    return all;
  }();
  return *lists.at(vocabulary);
}

TermList::TermList(v1::Vocabulary vocabulary) : terms_(TermsOf(vocabulary)) {
  // An id beats a title, and that a synonym.
  for (const TermSpec& term : terms_) {
    by_word_.try_emplace(std::string(term.id), &term);
    words_.emplace_back(term.id);
  }
  for (const TermSpec& term : terms_) {
    by_word_.try_emplace(NormalizeTerm(term.title), &term);
  }
  for (const TermSpec& term : terms_) {
    for (const absl::string_view synonym : term.synonyms) {
      by_word_.try_emplace(NormalizeTerm(synonym), &term);
      words_.emplace_back(NormalizeTerm(synonym));
    }
  }
  std::map<absl::string_view, const TermSpec*> by_id;
  for (const TermSpec& term : terms_) by_id[term.id] = &term;
  for (const TermSpec& term : terms_) {
    std::vector<absl::string_view>& above = broader_[term.id];
    above = term.broader;
    for (size_t i = 0; i < above.size(); ++i) {
      with_narrower_.insert(above[i]);
      const auto found = by_id.find(above[i]);
      if (found == by_id.end()) continue;
      for (const absl::string_view id : found->second->broader) {
        if (std::find(above.begin(), above.end(), id) == above.end()) {
          above.push_back(id);
        }
      }
    }
  }
}

absl::string_view TermList::Find(absl::string_view word) const {
  const auto found = by_word_.find(NormalizeTerm(word));
  return found == by_word_.end() ? absl::string_view() : found->second->id;
}

std::vector<std::string> TermList::WithBroader(absl::string_view id) const {
  std::vector<std::string> ids = {std::string(id)};
  const auto found = broader_.find(id);
  if (found == broader_.end()) return ids;
  for (const absl::string_view broader : found->second) {
    ids.emplace_back(broader);
  }
  return ids;
}

bool TermList::IsBelow(absl::string_view id, absl::string_view broader) const {
  const auto found = broader_.find(id);
  return found != broader_.end() &&
         std::find(found->second.begin(), found->second.end(), broader) !=
             found->second.end();
}

bool TermList::HasNarrower(absl::string_view id) const {
  return with_narrower_.contains(id);
}

const DrugSpec* FindDrug(absl::string_view word) {
  static const auto& by_word = *[] {
    auto* all = new absl::flat_hash_map<std::string, const DrugSpec*>;
    for (const DrugSpec& drug : KnownDrugs()) {
      all->try_emplace(std::string(drug.id), &drug);
    }
    for (const DrugSpec& drug : KnownDrugs()) {
      for (const absl::string_view synonym : drug.synonyms) {
        all->try_emplace(NormalizeTerm(synonym), &drug);
      }
    }
    return all;
  }();
  const auto found = by_word.find(NormalizeTerm(word));
  return found == by_word.end() ? nullptr : found->second;
}

bool Contains(const TermIds& ids, absl::string_view id) {
  return ids.count(std::string(id)) > 0;
}

void AddTerm(v1::Vocabulary vocabulary, absl::string_view id, TermIds& ids) {
  if (id.empty()) return;
  for (std::string& each : TermList::Of(vocabulary).WithBroader(id)) {
    ids.insert(std::move(each));
  }
}

std::string AdverseEventOf(absl::string_view term) {
  const absl::string_view id =
      TermList::Of(v1::VOCABULARY_ADVERSE_EVENT).Find(term);
  return std::string(id.empty() ? term : id);
}

}  // namespace consilium
