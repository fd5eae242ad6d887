// The lists hang together, and words find their terms.
#include "server/evidence/vocabulary.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr v1::Vocabulary kVocabularies[] = {
    v1::VOCABULARY_DRUG_CLASS,    v1::VOCABULARY_RADIOTHERAPY,
    v1::VOCABULARY_SETTING,       v1::VOCABULARY_ALTERATION,
    v1::VOCABULARY_ADVERSE_EVENT, v1::VOCABULARY_HISTOLOGY};

TEST(VocabularyTest, AnySpellingFindsTheTerm) {
  const TermList& classes = TermList::Of(v1::VOCABULARY_DRUG_CLASS);
  for (const char* const word :
       {"egfr-tki-1g", "EGFR inhibitor, first generation",
        "First Generation EGFR TKI", "1g_egfr_tki"}) {
    EXPECT_EQ(classes.Find(word), "egfr-tki-1g") << word;
  }
  EXPECT_EQ(classes.Find("no such thing"), "");
  EXPECT_EQ(classes.Find(""), "");
  EXPECT_EQ(FindDrug("Tagrisso")->id, "osimertinib");
  EXPECT_EQ(FindDrug("nothing"), nullptr);
}

TEST(VocabularyTest, ATermHasThoseAboveIt) {
  const TermList& classes = TermList::Of(v1::VOCABULARY_DRUG_CLASS);
  EXPECT_THAT(classes.WithBroader("egfr-tki-1g"),
              ElementsAre("egfr-tki-1g", "egfr-tki",
                          "tyrosine-kinase-inhibitor", "targeted-therapy"));
  EXPECT_THAT(classes.WithBroader("unknown"), ElementsAre("unknown"));
  EXPECT_TRUE(classes.IsBelow("egfr-tki-1g", "targeted-therapy"));
  EXPECT_FALSE(classes.IsBelow("targeted-therapy", "egfr-tki-1g"));
  EXPECT_FALSE(classes.IsBelow("egfr-tki", "egfr-tki"));
  EXPECT_FALSE(classes.IsBelow("unknown", "egfr-tki"));
  EXPECT_TRUE(classes.HasNarrower("egfr-tki"));
  EXPECT_FALSE(classes.HasNarrower("egfr-tki-1g"));
  EXPECT_FALSE(classes.HasNarrower("unknown"));
}

TEST(VocabularyTest, EveryTermAboveAnotherIsOneAndNoneIsAboveItself) {
  for (const v1::Vocabulary vocabulary : kVocabularies) {
    const TermList& terms = TermList::Of(vocabulary);
    std::set<std::string> ids;
    for (const TermSpec& term : TermsOf(vocabulary)) {
      EXPECT_TRUE(ids.emplace(term.id).second) << term.id << " twice";
    }
    for (const TermSpec& term : TermsOf(vocabulary)) {
      EXPECT_EQ(terms.Find(term.id), term.id);
      for (const std::string& id : terms.WithBroader(term.id)) {
        EXPECT_THAT(ids, Contains(id)) << "above " << term.id;
        EXPECT_FALSE(terms.IsBelow(id, term.id) && id != term.id);
      }
      EXPECT_FALSE(terms.IsBelow(term.id, term.id)) << term.id;
    }
  }
}

TEST(VocabularyTest, NoWordMeansTwoTerms) {
  for (const v1::Vocabulary vocabulary : kVocabularies) {
    const TermList& terms = TermList::Of(vocabulary);
    for (const TermSpec& term : TermsOf(vocabulary)) {
      for (const absl::string_view synonym : term.synonyms) {
        EXPECT_EQ(terms.Find(synonym), term.id) << synonym;
      }
      EXPECT_EQ(terms.Find(term.title), term.id) << term.title;
    }
  }
}

TEST(VocabularyTest, DrugsBelongToClassesThatThereAre) {
  const TermList& classes = TermList::Of(v1::VOCABULARY_DRUG_CLASS);
  for (const DrugSpec& drug : KnownDrugs()) {
    EXPECT_THAT(drug.classes, Not(IsEmpty())) << drug.id;
    for (const absl::string_view id : drug.classes) {
      EXPECT_EQ(classes.Find(id), id) << drug.id;
    }
    for (const absl::string_view synonym : drug.synonyms) {
      EXPECT_EQ(FindDrug(synonym)->id, drug.id) << synonym;
    }
  }
}

}  // namespace
}  // namespace consilium
