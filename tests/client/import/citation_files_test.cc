// References as databases of literature export them.
#include "client/import/citation_files.h"

#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/import/citation.h"
#include "consilium/v1/publication.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

v1::Publication Only(const absl::StatusOr<std::vector<Citation>>& citations,
                     std::string* id = nullptr) {
  EXPECT_TRUE(citations.ok()) << citations.status();
  if (!citations.ok() || citations->size() != 1) {
    ADD_FAILURE() << "want one entry";
    return {};
  }
  const ImportedStudy item = ReadCitation(citations->front(), "RIS");
  EXPECT_THAT(item.problems, IsEmpty());
  if (id != nullptr) *id = item.records[0].id;
  return static_cast<const v1::Publication&>(*item.records[0].message);
}

constexpr char kRis[] = R"(TY  - JOUR
AU  - Soria, J. C.
AU  - Ohe, Y.
TI  - Osimertinib in Untreated EGFR-Mutated Advanced Non-Small-Cell Lung Cancer
JO  - The New England journal of medicine
VL  - 378
IS  - 2
SP  - 113
EP  - 125
PY  - 2018/01/11/
DO  - https://doi.org/10.1056/NEJMoa1713137
DB  - PubMed
AN  - 29151359
AB  - BACKGROUND: Osimertinib is an inhibitor.
 (ClinicalTrials.gov number, NCT02296125.)
ER  -
)";

TEST(RisTest, EntryIsAPublicationThatNamesItsTrial) {
  std::string id;
  const v1::Publication paper = Only(ReadRis("a.ris", kRis), &id);
  EXPECT_EQ(id, "pmid-29151359");
  EXPECT_EQ(paper.doi(), "10.1056/nejmoa1713137");
  EXPECT_EQ(paper.year(), 2018);
  EXPECT_EQ(paper.pages(), "113-125");
  EXPECT_THAT(paper.authors(), ElementsAre("Soria, J. C.", "Ohe, Y."));
  EXPECT_THAT(paper.registrations(), ElementsAre("NCT02296125"));
}

TEST(RisTest, WithoutNumbersTheIdFollowsFromAuthorYearAndTitle) {
  std::string id;
  Only(ReadRis("a.ris",
               "TY  - CONF\nA1  - Wu, Y\nT1  - Icotinib and radiotherapy\n"
               "Y1  - 2019\nER  - \n"),
       &id);
  EXPECT_EQ(id, "wu-2019-icotinib-and-radiotherapy");
}

TEST(RisTest, ATypeThatRisHasNotIsTold) {
  for (const auto& [type, read, warnings] :
       {std::tuple("JOUR", v1::PUBLICATION_TYPE_UNSPECIFIED, 0),
        std::tuple("CPAPER", v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT, 0),
        std::tuple("UNPB", v1::PUBLICATION_TYPE_PREPRINT, 0),
        std::tuple("PAT", v1::PUBLICATION_TYPE_OTHER, 0),
        std::tuple("JORU", v1::PUBLICATION_TYPE_UNSPECIFIED, 1)}) {
    const auto citations =
        ReadRis("a.ris", absl::StrCat("\nTY  - ", type, "\nTI  - A\nER  - \n"));
    ASSERT_TRUE(citations.ok()) << citations.status();
    const ImportedStudy item = ReadCitation(citations->front(), "RIS");
    ASSERT_THAT(item.warnings, SizeIs(warnings)) << type;
    EXPECT_EQ(citations->front().type, read) << type;
    if (warnings == 0) continue;
    EXPECT_EQ(item.warnings[0].place, "line 2, TY");
    EXPECT_EQ(item.warnings[0].value, "JORU");
  }
}

TEST(RisTest, BrokenFilesAreRefusedWithTheirLine) {
  const std::string whole(kRis);
  for (const auto& [text, reason, message] :
       {std::tuple(whole.substr(0, 120), "INVALID_TEXT",
                   "a.ris:1: the file ends inside this entry"),
        std::tuple(whole + "TY  - JOUR\nTI  - A\nTY  - JOUR\nER  - \n",
                   "INVALID_TEXT", "starts inside that of line 17"),
        std::tuple(whole + "TI  - A\n", "INVALID_TEXT", "belongs to no entry"),
        std::tuple(std::string("{\"a\": 1}"), "WRONG_FORMAT", "looks like"),
        std::tuple(std::string("just words\n"), "WRONG_FORMAT", "RIS")}) {
    const auto citations = ReadRis("a.ris", text);
    EXPECT_EQ(GetErrorReason(citations.status()), reason) << text;
    EXPECT_THAT(std::string(citations.status().message()), HasSubstr(message));
  }
}

constexpr char kPubMed[] = R"(
PMID- 29151359
OWN - NLM
STAT- MEDLINE
IS  - 1533-4406 (Electronic)
VI  - 378
IP  - 2
DP  - 2018 Jan 11
TI  - Osimertinib in Untreated EGFR-Mutated Advanced Non-Small-Cell Lung
      Cancer.
PG  - 113-125
LID - 10.1056/NEJMoa1713137 [doi]
AB  - BACKGROUND: Osimertinib is an inhibitor.
FAU - Soria, Jean-Charles
AU  - Soria JC
FAU - Ohe, Yuichiro
AU  - Ohe Y
CN  - FLAURA Investigators
LA  - eng
SI  - ClinicalTrials.gov/NCT02296125
PT  - Clinical Trial, Phase III
PT  - Journal Article
JT  - The New England journal of medicine
EIN - N Engl J Med. 2018;379:1
SO  - N Engl J Med. 2018 Jan 11;378(2):113-125.

PMID- 31335695
TI  - A meta-analysis.
PT  - Meta-Analysis
SO  - Medicine. 2019.
)";

TEST(PubMedTest, EntriesArePublications) {
  const auto citations = ReadPubMed("a.nbib", kPubMed);
  ASSERT_TRUE(citations.ok()) << citations.status();
  ASSERT_THAT(*citations, SizeIs(2));
  const v1::Publication paper = Only(std::vector<Citation>{(*citations)[0]});
  EXPECT_EQ(paper.title(),
            "Osimertinib in Untreated EGFR-Mutated Advanced "
            "Non-Small-Cell Lung Cancer");
  EXPECT_EQ(paper.doi(), "10.1056/nejmoa1713137");
  EXPECT_THAT(paper.authors(),
              ElementsAre("Soria, Jean-Charles", "Ohe, Yuichiro",
                          "FLAURA Investigators"));
  EXPECT_THAT(paper.registrations(), ElementsAre("NCT02296125"));
  EXPECT_EQ(paper.notice(), v1::PUBLICATION_NOTICE_CORRECTED);
  EXPECT_THAT(paper.serial_numbers(), ElementsAre("1533-4406"));
  EXPECT_EQ((*citations)[1].type, v1::PUBLICATION_TYPE_META_ANALYSIS);
}

TEST(PubMedTest, AFileCutInAnEntryIsRefused) {
  const std::string whole(kPubMed);
  const auto citations = ReadPubMed("a.nbib", whole.substr(0, 300));
  EXPECT_EQ(GetErrorReason(citations.status()), "INVALID_TEXT");
  EXPECT_EQ(GetErrorReason(ReadPubMed("a.nbib", "TI  - A\n").status()),
            "WRONG_FORMAT");
}

constexpr char kBibtex[] = R"(% exported
@string{nejm = "N Engl J Med"}
@comment{nothing}
@article{soria2018,
  title = {Osimertinib in Untreated {EGFR}-Mutated {NSCLC}},
  author = "Jean-Charles Soria and Ohe, Yuichiro and M{\"u}ller, J{\'e}r{\^o}me",
  journal = nejm,
  year = 2018, volume = {378}, number = {2}, pages = {113--125},
  doi = {10.1056/NEJMoa1713137},
  pmid = {29151359},
  note = {NCT02296125}
}
)";

TEST(BibtexTest, EntryIsReadAsPeopleReadIt) {
  std::string id;
  const v1::Publication paper = Only(ReadBibtex("a.bib", kBibtex), &id);
  EXPECT_EQ(id, "pmid-29151359");
  EXPECT_EQ(paper.title(), "Osimertinib in Untreated EGFR-Mutated NSCLC");
  EXPECT_THAT(paper.authors(), ElementsAre("Soria, Jean-Charles",
                                           "Ohe, Yuichiro", "Müller, Jérôme"));
  EXPECT_EQ(paper.journal(), "N Engl J Med");
  EXPECT_EQ(paper.pages(), "113-125");
  EXPECT_THAT(paper.registrations(), ElementsAre("NCT02296125"));
}

TEST(BibtexTest, ANameInBracesIsOneAndOthersAreNobody) {
  std::string id;
  const v1::Publication paper =
      Only(ReadBibtex("a.bib",
                      "@article{k, title = {A}, author = {{The COVID and Flu "
                      "Group} and {\\'E}mile Zola and others}}"),
           &id);
  EXPECT_THAT(paper.authors(),
              ElementsAre("The COVID and Flu Group", "Zola, Émile"));
}

// Entries as Zotero, JabRef and publishers write them.
TEST(BibtexTest, AccentsAndEscapesBecomeWhatTheyPrint) {
  const v1::Publication paper = Only(ReadBibtex("a.bib", R"(
@article{hoy2021,
  author = {H{\o}y, {\AA}se and {\L}ukasz, W\'{o}jcik and {\c{C}}elik, \"{O}mer
    and Ha\v{s}ek, Ji\v r\'\i and Nu\~nez, Bego\~{n}a and {\DJ}or{\dj}evi\'c, M.
    and Sz\H{o}ke, T. and {\.{I}}nan, {\c S}. and {\relax Stra\ss{}er}, E.},
  title = {Grade $\geq$3 toxicity of {TGF}-$\beta$ inhibition: 50\% at
    10\textsuperscript{6}~IU \& 5\,mg/m$^2$ --- a \emph{randomi{\'s}ed} trial},
  journal = {Z. f\"ur \{klinische\} Onkologie},
  note = {100\_000 \textbackslash{} \#1 \$5 \textasciitilde{}2}
})"));
  EXPECT_THAT(paper.authors(),
              ElementsAre("Høy, Åse", "Łukasz, Wójcik", "Çelik, Ömer",
                          "Hašek, Jiří", "Nuñez, Begoña", "Đorđević, M.",
                          "Szőke, T.", "İnan, Ş.", "Straßer, E."));
  EXPECT_EQ(paper.title(),
            "Grade ≥3 toxicity of TGF-β inhibition: 50% at 10⁶ IU & 5 mg/m² — "
            "a randomiśed trial");
  EXPECT_EQ(paper.journal(), "Z. für {klinische} Onkologie");
}

TEST(BibtexTest, TypesOfEntriesThatAreNoArticlesAreKept) {
  const auto citations = ReadBibtex("a.bib", R"(
@book{cochrane, title = {Handbook}, publisher = {Wiley}, isbn = {9781119536628}}
@InProceedings{asco, title = {Abstract 9000}, booktitle = {ASCO}}
@phdthesis{t, title = {A thesis}, school = {Lund University}}
@article(paper, title = {In parentheses}, journal = {BMJ})
)");
  ASSERT_TRUE(citations.ok()) << citations.status();
  ASSERT_THAT(*citations, SizeIs(4));
  const v1::Publication book = Only(std::vector{(*citations)[0]});
  EXPECT_EQ(book.type(), v1::PUBLICATION_TYPE_OTHER);
  EXPECT_THAT(book.serial_numbers(), ElementsAre("9781119536628"));
  EXPECT_EQ((*citations)[1].type, v1::PUBLICATION_TYPE_CONFERENCE_ABSTRACT);
  EXPECT_EQ((*citations)[2].type, v1::PUBLICATION_TYPE_OTHER);
  EXPECT_EQ((*citations)[2].journal, "Lund University");
  EXPECT_EQ((*citations)[3].type, v1::PUBLICATION_TYPE_UNSPECIFIED);
  EXPECT_EQ((*citations)[3].title, "In parentheses");
}

TEST(BibtexTest, ANameThatNoStringDefinesIsTold) {
  const auto citations = ReadBibtex("a.bib",
                                    "@string{bmj = {BMJ}}\n"
                                    "@string{one = lancet # { Oncology}}\n"
                                    "@article{a, title = {A}, month = feb,\n"
                                    "  year = 2019, journal = nejm}\n"
                                    "@article{b, title = {B}, journal = bmj}");
  ASSERT_TRUE(citations.ok()) << citations.status();
  ASSERT_THAT(*citations, SizeIs(2));
  const auto& warnings = (*citations)[0].warnings;
  ASSERT_THAT(warnings, SizeIs(2));
  EXPECT_EQ(warnings[0].place, "line 2");
  EXPECT_EQ(warnings[0].value, "lancet");
  EXPECT_EQ(warnings[1].place, "line 4");
  EXPECT_EQ(warnings[1].value, "nejm");
  EXPECT_THAT(warnings[1].wish, HasSubstr("no @string"));
  EXPECT_EQ((*citations)[0].journal, "nejm");
  EXPECT_THAT((*citations)[1].warnings, IsEmpty());
  EXPECT_EQ((*citations)[1].journal, "BMJ");
}

TEST(BibtexTest, AnIdFromANameHasItsLettersWithoutAccents) {
  std::string id;
  Only(ReadBibtex("a.bib",
                  "@article{k, title = {{\\O}l og t{\\aa}ke}, year = 2019, "
                  "author = {M{\\\"u}ller, J.}}"),
       &id);
  EXPECT_EQ(id, "muller-2019-ol-og-take");
}

TEST(BibtexTest, AKeyOfTwoEntriesIsTold) {
  const auto citations = ReadBibtex(
      "a.bib",
      "@article{wu2019, title = {One}}\n\n@article{Wu2019, title = {Two}}\n");
  ASSERT_TRUE(citations.ok()) << citations.status();
  ASSERT_THAT(*citations, SizeIs(2));
  EXPECT_THAT((*citations)[0].warnings, SizeIs(0));
  const ImportedStudy second = ReadCitation((*citations)[1], "BibTeX");
  ASSERT_THAT(second.warnings, SizeIs(1));
  EXPECT_EQ(second.warnings[0].place, "line 3");
  EXPECT_EQ(second.warnings[0].value, "Wu2019");
  EXPECT_THAT(second.warnings[0].wish, HasSubstr("entry in line 1"));
}

TEST(BibtexTest, BrokenFilesAreRefusedWithTheirLine) {
  for (const auto& [text, reason, message] :
       {std::tuple("@article{a, title = {An open brace", "INVALID_TEXT",
                   "a.bib:1: the file ends"),
        std::tuple("@article{a, title}", "INVALID_TEXT", "NAME = VALUE"),
        std::tuple("no entry", "WRONG_FORMAT", "BibTeX")}) {
    const auto citations = ReadBibtex("a.bib", text);
    EXPECT_EQ(GetErrorReason(citations.status()), reason) << text;
    EXPECT_THAT(std::string(citations.status().message()), HasSubstr(message));
  }
}

}  // namespace
}  // namespace consilium
