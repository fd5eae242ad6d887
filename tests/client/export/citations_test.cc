#include "client/export/citations.h"

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Citations, BracesInAddressesEndNoEntry) {
  v1::Publication publication;
  publication.set_name("registries/nsclc/publications/p");
  publication.set_doi("10.1000/a}b");
  publication.set_url("https://x.org/{a}}");
  const std::string bibtex = PublicationsToBibtex({&publication, 1});
  EXPECT_EQ(std::count(bibtex.begin(), bibtex.end(), '{'),
            std::count(bibtex.begin(), bibtex.end(), '}'))
      << bibtex;
  EXPECT_THAT(bibtex, HasSubstr("doi = {10.1000/a%7Db}"));
  EXPECT_THAT(bibtex, HasSubstr("url = {https://x.org/%7Ba%7D%7D}"));
}

v1::Publication Made(v1::PublicationType type, const std::string& journal,
                     const std::string& publisher) {
  v1::Publication publication;
  publication.set_name("registries/nsclc/publications/p");
  publication.set_title("A {title} & 50%");
  if (type != 0) publication.set_type(type);
  if (!journal.empty()) publication.set_journal(journal);
  if (!publisher.empty()) publication.set_publisher(publisher);
  return publication;
}

TEST(Citations, WhatIsNoArticleIsNone) {
  struct Case {
    v1::PublicationType type;
    const char* journal;
    const char* publisher;
    const char* bibtex;
    const char* ris;
  };
  for (const Case& each :
       {Case{v1::PUBLICATION_TYPE_UNSPECIFIED, "BMJ", "", "@article{", "JOUR"},
        Case{v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT, "ASCO", "",
             "@inproceedings{", "CPAPER"},
        Case{v1::PUBLICATION_TYPE_OTHER, "", "Wiley", "@book{", "BOOK"},
        Case{v1::PUBLICATION_TYPE_OTHER, "Handbook", "Wiley", "@incollection{",
             "CHAP"},
        Case{v1::PUBLICATION_TYPE_OTHER, "Lund University", "", "@misc{",
             "GEN"},
        Case{v1::PUBLICATION_TYPE_REVIEW, "", "Wiley", "@book{", "BOOK"},
        Case{v1::PUBLICATION_TYPE_REVIEW, "Cochrane Library", "Wiley",
             "@article{", "JOUR"},
        Case{v1::PUBLICATION_TYPE_AGENCY_DOCUMENT, "", "EMA", "@techreport{",
             "RPRT"},
        Case{v1::PUBLICATION_TYPE_AGENCY_DOCUMENT, "FDA", "", "@techreport{",
             "RPRT"},
        Case{v1::PUBLICATION_TYPE_AGENCY_DOCUMENT, "", "", "@misc{", "ELEC"}}) {
    const v1::Publication made = Made(each.type, each.journal, each.publisher);
    EXPECT_THAT(PublicationsToBibtex({&made, 1}), StartsWith(each.bibtex));
    EXPECT_THAT(PublicationsToRis({&made, 1}),
                StartsWith(std::string("TY  - ") + each.ris));
  }
}

TEST(Citations, AReportNamesItsInstitution) {
  v1::Publication made = Made(v1::PUBLICATION_TYPE_AGENCY_DOCUMENT, "", "EMA");
  EXPECT_THAT(PublicationsToBibtex({&made, 1}),
              HasSubstr("institution = {EMA}"));
  made = Made(v1::PUBLICATION_TYPE_AGENCY_DOCUMENT, "FDA", "");
  EXPECT_THAT(PublicationsToBibtex({&made, 1}),
              HasSubstr("institution = {FDA}"));
}

TEST(Citations, AnIdAloneIsNoReference) {
  v1::Publication publication;
  publication.set_name("registries/nsclc/publications/ref-15");
  publication.set_year(2015);
  EXPECT_FALSE(IsReference(publication));
  publication.set_pmid("15");
  EXPECT_TRUE(IsReference(publication));
}

TEST(Citations, SignsOfTexStandAsItPrintsThem) {
  const v1::Publication made =
      Made(v1::PUBLICATION_TYPE_UNSPECIFIED, "Zeitschrift für A_B", "");
  const std::string bibtex = PublicationsToBibtex({&made, 1});
  EXPECT_THAT(bibtex, HasSubstr("title = {{A {\\textbraceleft}title"
                                "{\\textbraceright} \\& 50\\%}}"));
  EXPECT_THAT(bibtex, HasSubstr("journal = {Zeitschrift für A\\_B}"));
}

}  // namespace
}  // namespace consilium
