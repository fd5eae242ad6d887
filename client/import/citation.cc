#include "client/import/citation.h"

#include <re2/re2.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/import/citation_text.h"
#include "client/import/ctgov_values.h"
#include "client/import/registry_numbers.h"
#include "client/import/text_pattern.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/id_proposal.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr char kRecord[] = " record";

class CitationReader {
 public:
  CitationReader(const Citation& citation, absl::string_view format)
      : citation_(citation), format_(format) {}

  ImportedStudy Read() {
    study_.place = citation_.place;
    study_.warnings = citation_.warnings;
    publication_.mutable_source()->set_locator(absl::StrCat(format_, kRecord));
    ReadTexts();
    ReadNumbers();
    ReadYear();
    ReadTrials();
    for (const std::string& name : citation_.unknown) ++study_.left_out[name];
    if (!publication_.has_title() && !publication_.has_pmid() &&
        !publication_.has_doi()) {
      Problem("title", "", "want a title, a PubMed number or a DOI");
    }
    ImportedRecord record;
    record.traits = RecordTraitsTable::Get().FindByDescriptor(
        v1::Publication::descriptor());
    record.place = citation_.place;
    record.id = PublicationIdFrom(publication_);
    study_.number = record.id;
    for (const FieldViolation& violation : Validate(publication_)) {
      Problem(violation.field, "", violation.description);
    }
    record.message = record.traits->New();
    record.message->CopyFrom(publication_);
    study_.records.push_back(std::move(record));
    return std::move(study_);
  }

 private:
  void Problem(std::string place, std::string value, std::string wish) {
    study_.problems.push_back(
        {std::move(place), std::move(value), std::move(wish)});
  }
  void Warn(std::string place, absl::string_view value, std::string done) {
    study_.warnings.push_back(
        {std::move(place), ShortenUtf8(value, 200), std::move(done)});
  }

  // `text` in at most `size_max` bytes, without doubled spaces.
  std::string Fit(const char* field, const std::string& text, size_t size_max) {
    std::string fit = text;
    absl::RemoveExtraAsciiWhitespace(&fit);
    if (fit.size() <= size_max) return fit;
    Warn(field, absl::StrCat(fit.size(), " bytes"),
         absl::StrCat("the first ", size_max, " bytes were taken"));
    return ShortenUtf8(fit, size_max);
  }

  void ReadTexts() {
    const Citation& c = citation_;
    std::string title = Fit("title", c.title, 2000);
    // PubMed ends a title with a full stop, and others do not.
    if (absl::EndsWith(title, ".") && !absl::EndsWith(title, "..")) {
      title.pop_back();
    }
    if (!title.empty()) publication_.set_title(title);
    for (const std::string& author : c.authors) {
      const std::string fit = Fit("authors", author, 200);
      if (!fit.empty()) publication_.add_authors(fit);
    }
    const auto set = [&](const char* field, const std::string& text,
                         size_t size_max,
                         std::string* (v1::Publication::*to)()) {
      std::string fit = Fit(field, text, size_max);
      if (!fit.empty()) *(publication_.*to)() = std::move(fit);
    };
    set("journal", c.journal, 500, &v1::Publication::mutable_journal);
    set("volume", c.volume, 50, &v1::Publication::mutable_volume);
    set("issue", c.issue, 50, &v1::Publication::mutable_issue);
    set("pages", c.pages, 50, &v1::Publication::mutable_pages);
    set("abstract", c.abstract, 20000, &v1::Publication::mutable_abstract);
    set("publisher", c.publisher, 500, &v1::Publication::mutable_publisher);
    for (const std::string& keyword : c.keywords) {
      const std::string fit = Fit("keywords", keyword, 200);
      if (!fit.empty()) publication_.add_keywords(fit);
    }
    if (c.type != 0) publication_.set_type(c.type);
    if (c.notice != 0) publication_.set_notice(c.notice);
  }

  // A number that has not its form is left out, with a warning.
  void ReadNumbers() {
    const Citation& c = citation_;
    if (!c.doi.empty()) {
      const std::string doi = FindDoi(c.doi);
      if (!doi.empty() && doi.size() <= 300) {
        publication_.set_doi(doi);
      } else {
        Warn("doi", c.doi, "is no DOI; left out");
      }
    }
    const auto set = [&](const char* field, const std::string& text,
                         const char* form,
                         std::string* (v1::Publication::*to)()) {
      const std::string whole(absl::StripAsciiWhitespace(text));
      if (whole.empty()) return;
      if (RE2::FullMatch(whole, Pattern(form))) {
        *(publication_.*to)() = whole;
      } else {
        Warn(field, whole, "has not the form of one; left out");
      }
    };
    set("pmid", c.pmid, "[1-9][0-9]{0,8}", &v1::Publication::mutable_pmid);
    set("pmcid", c.pmcid, "PMC[0-9]+", &v1::Publication::mutable_pmcid);
    set("url", c.url, "https?://\\S{1,1990}", &v1::Publication::mutable_url);
    set("language", LanguageCode(), "[a-z]{2,3}",
        &v1::Publication::mutable_language);
    for (const std::string& number : c.serial_numbers) {
      std::string found;
      if (RE2::PartialMatch(
              number, Pattern("([0-9Xx-]{10,20}|[0-9]{4}-?[0-9]{3}[0-9Xx])"),
              &found)) {
        publication_.add_serial_numbers(found);
      }
    }
    for (const std::string& number : c.accession_numbers) {
      publication_.add_accession_numbers(ShortenUtf8(number, 100));
    }
  }

  std::string LanguageCode() const {
    const std::string language = absl::AsciiStrToLower(citation_.language);
    for (const auto& [name, code] :
         {std::pair("english", "eng"), std::pair("chinese", "chi"),
          std::pair("japanese", "jpn"), std::pair("german", "ger"),
          std::pair("french", "fre"), std::pair("spanish", "spa"),
          std::pair("korean", "kor"), std::pair("italian", "ita")}) {
      if (language == name) return code;
    }
    return language;
  }

  void ReadYear() {
    std::string digits;
    if (citation_.date.empty()) return;
    int year = 0;
    if (RE2::PartialMatch(citation_.date,
                          Pattern("\\b((?:1[89]|2[01])[0-9]{2})\\b"),
                          &digits) &&
        absl::SimpleAtoi(digits, &year)) {
      publication_.set_year(year);
    } else {
      Warn("year", citation_.date, "names no year; left out");
    }
  }

  void ReadTrials() {
    std::string text = absl::StrCat(citation_.title, "\n", citation_.abstract);
    for (const std::string& each : citation_.trial_texts) {
      absl::StrAppend(&text, "\n", each);
    }
    for (const std::string& each : citation_.accession_numbers) {
      absl::StrAppend(&text, "\n", each);
    }
    for (const std::string& number : FindRegistryNumbers(text)) {
      publication_.add_registrations(number);
    }
  }

  const Citation& citation_;
  const absl::string_view format_;
  v1::Publication publication_;
  ImportedStudy study_;
};

}  // namespace

ImportedStudy ReadCitation(const Citation& citation, absl::string_view format) {
  return CitationReader(citation, format).Read();
}

std::string PublicationIdFrom(const v1::Publication& publication) {
  const RecordTraits& traits =
      *RecordTraitsTable::Get().FindByDescriptor(v1::Publication::descriptor());
  const auto proposed = ProposeId(publication, traits, "id");
  if (proposed.ok()) return *proposed;
  const std::string author =
      publication.authors().empty() ? "anonymous" : publication.authors(0);
  std::string name =
      KebabOf(absl::StrCat(author.substr(0, author.find_first_of(", ")), " ",
                           publication.year(), " ", publication.title()),
              70);
  if (name.empty() ||
      !absl::ascii_islower(static_cast<unsigned char>(name[0]))) {
    name = absl::StrCat("publication-", name);
  }
  return name;
}

bool IsOfCitation(const v1::Source& source) {
  return source.has_registration() ||
         (!source.has_report() && absl::EndsWith(source.locator(), kRecord));
}

}  // namespace consilium
