#include "client/export/evidence_page.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/export/element_marks.h"
#include "client/export/page_style.h"
#include "client/export/result_text.h"
#include "client/export/study_section.h"
#include "client/export/study_text.h"
#include "client/export/value_words.h"
#include "proto/base/html.h"
#include "proto/base/html_table.h"
#include "proto/base/record_traits.h"
#include "proto/base/sha256.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

struct Group {
  StudyKind kind;
  absl::string_view title;
  absl::string_view remark;
  absl::string_view anchor;
};

constexpr Group kGroups[] = {
    {StudyKind::kResults, "Clinical studies with results", "", "results"},
    {StudyKind::kComparison, "Comparisons across trials",
     "These set whole trials side by side; nobody was assigned to a group "
     "by chance between them.",
     "comparisons"},
    {StudyKind::kOngoing, "Ongoing studies and studies without results",
     "No number is recorded for these.", "ongoing"},
    {StudyKind::kPreclinical, "Preclinical studies",
     "Cells and animals. Set apart, and never pooled with people.",
     "preclinical"},
};

struct Totals {
  size_t studies = 0;
  size_t arms = 0;
  size_t outcomes = 0;
  size_t results = 0;
  size_t adverse_events = 0;
  size_t doubted = 0;
  size_t secondary = 0;
};

template <typename Elements>
void CountElements(const Elements& elements, size_t& count, Totals& totals) {
  count += static_cast<size_t>(elements.size());
  for (const auto& element : elements) {
    if (element.alternatives_size() > 0) ++totals.doubted;
    if (element.source().has_cites()) ++totals.secondary;
  }
}

Totals CountTotals(const RegistryEvidence& evidence) {
  Totals totals;
  totals.studies = evidence.studies.size();
  for (const Study& study : evidence.studies) {
    totals.arms += study.arms.size();
    totals.outcomes += study.endpoints.size();
    for (const v1::Endpoint& endpoint : study.endpoints) {
      CountElements(endpoint.estimates(), totals.results, totals);
      CountElements(endpoint.contrasts(), totals.results, totals);
    }
    for (const v1::AdverseEvent& event : study.adverse_events) {
      CountElements(event.counts(), totals.adverse_events, totals);
      CountElements(event.contrasts(), totals.adverse_events, totals);
    }
  }
  return totals;
}

class PageWriter {
 public:
  explicit PageWriter(const RegistryEvidence& evidence)
      : evidence_(evidence), marks_(evidence, html_) {}

  std::string Write() && {
    html_.Open("html", {{"lang", "en"}});
    WriteHead();
    html_.Open("body");
    html_.Element("a", "Skip to the studies",
                  {{"class", "skip"}, {"href", "#studies"}});
    WriteHeader();
    html_.Open("main");
    WriteTotals();
    WriteReadingHelp();
    WriteContents();
    WriteDisputes();
    html_.Open("div", {{"id", "studies"}});
    for (const Group& group : kGroups) WriteGroup(group);
    html_.Close();
    WritePublications();
    html_.Close();
    WriteFooter();
    html_.Close().Close();
    return std::move(html_).Finish();
  }

 private:
  std::string Title() const {
    return evidence_.registry.title().empty() ? IdOf(evidence_.registry.name())
                                              : evidence_.registry.title();
  }

  void WriteHead() {
    const std::string css(PageStyle());
    const std::string policy =
        absl::StrCat("default-src 'none'; style-src 'sha256-",
                     absl::Base64Escape(Sha256({css})),
                     "'; base-uri 'none'; form-action 'none'");
    html_.Open("head");
    html_.Void("meta", {{"charset", "utf-8"}});
    html_.Void("meta", {{"http-equiv", "Content-Security-Policy"},
                        {"content", policy}});
    html_.Void("meta", {{"name", "viewport"},
                        {"content", "width=device-width, initial-scale=1"}});
    html_.Void("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
    html_.Void("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
    html_.Element("title", absl::StrCat(Title(), ": evidence table"));
    html_.Style(css);
    html_.Close();
  }

  void WriteHeader() {
    html_.Open("header").Element("p", "Evidence table", {{"class", "kicker"}});
    html_.Element("h1", Title());
    if (!evidence_.registry.description().empty()) {
      html_.Element("p", evidence_.registry.description());
    }
    html_.Element(
        "p",
        "What institutions extracted from published studies, value by value: "
        "as printed, with the place in the source and the person who entered "
        "it. Nothing is pooled, corrected or filled in. Values about which "
        "institutions disagree are all shown.",
        {{"class", "lead"}});
    WriteVersion();
    html_.Close();
  }

  void WriteVersion() {
    html_.Open("section", {{"class", "version"}, {"aria-label", "Version"}});
    if (evidence_.snapshot.has_value()) {
      WriteSnapshot(*evidence_.snapshot);
    } else {
      html_.Open("p").Element("b", "Not a snapshot. ");
      html_.Text(
          "This page shows the registry at one frontier, which has no name "
          "and may not be held elsewhere.");
      html_.Close();
    }
    html_.Open("details").Element("summary", "Identity of this version");
    html_.Open("dl");
    if (evidence_.snapshot.has_value()) {
      const v1::SnapshotBody& body = evidence_.snapshot->body();
      WriteCode("Snapshot", body.identity());
      WriteCode("Content digest", body.digest());
      WriteCode("RFC 6962 root", body.root());
    }
    WriteCode("Frontier", evidence_.frontier);
    WriteCode("Registry", evidence_.registry.registry_id());
    html_.Close().Close().Close();
  }

  void WriteSnapshot(const v1::Snapshot& snapshot) {
    const v1::SnapshotBody& body = snapshot.body();
    html_.Open("p").Text("Snapshot ").Element("b", IdOf(snapshot.name()));
    html_.Text(absl::StrCat(
        " of ", DayText(body.snapshot_time()), ", made by ",
        JoinWords({body.author(), body.institution()}, ", "), "."));
    if (!body.reason().empty()) {
      html_.Text(absl::StrCat(" “", body.reason(), "”"));
    }
    html_.Close();
    html_.Open("p", {{"class", "hashes"}});
    WriteShortHash("identity", body.identity());
    WriteShortHash("digest", body.digest());
    WriteShortHash("root", body.root());
    WriteShortHash("frontier", evidence_.frontier);
    html_.Close();
  }

  void WriteShortHash(absl::string_view label, const std::string& hash) {
    html_.Open("span").Text(absl::StrCat(label, " "));
    html_.Element("code", ShortHash(hash)).Close();
  }

  void WriteCode(absl::string_view term, const std::string& value) {
    if (value.empty()) return;
    html_.Element("dt", term).Open("dd").Element("code", value).Close();
  }

  void WriteTotals() {
    const Totals totals = CountTotals(evidence_);
    const std::pair<absl::string_view, size_t> tiles[] = {
        {"studies", totals.studies},
        {"arms", totals.arms},
        {"outcomes", totals.outcomes},
        {"results", totals.results},
        {"adverse-event figures", totals.adverse_events},
        {"figures from secondary sources", totals.secondary},
        {"doubted readings", totals.doubted},
        {"disputed values", evidence_.conflicts.size()},
        {"agreements", evidence_.agreements.size()},
    };
    html_.Open("section", {{"aria-label", "In numbers"}});
    html_.Open("ul", {{"class", "totals"}});
    for (const auto& [label, count] : tiles) {
      html_.Open("li").Element("b", absl::StrCat(count));
      html_.Element("span", label).Close();
    }
    html_.Close().Close();
  }

  void WriteReadingHelp() {
    html_.Open("details", {{"class", "help"}});
    html_.Element("summary", "How to read this page");
    html_.Open("ul");
    WriteHelp("mark disputed", "Disputed",
              "institutions entered different values for one thing, and nobody "
              "has settled it. All values are shown with who entered them; the "
              "one in the table is provisional, chosen by a fixed rule.");
    WriteHelp("agreed", "Agreed",
              "two or more institutions entered the same value, each with its "
              "own source.");
    WriteHelp("mark doubted", "Doubted reading",
              "the report can be read in more than one way. The value in the "
              "table is what it prints; other readings follow.");
    WriteHelp("mark derived", "Derived, not printed",
              "a number that the report does not print, and how it was "
              "reached.");
    WriteHelp("secondary", "secondary source",
              "the figure was read in a report that cites another one, which "
              "was not seen.");
    html_.Open("li").Text(
        "“Not recorded” means that nobody entered it; “not stated”, that "
        "somebody looked and the report does not say. Neither means none.");
    html_.Close();
    html_.Open("li").Text(
        "What is underlined by dots, and every place in a source, opens to "
        "the text as printed, the extractor’s notes, and who entered the "
        "value, when and in which change.");
    html_.Close().Close().Close();
  }

  void WriteHelp(absl::string_view style, absl::string_view mark,
                 absl::string_view text) {
    html_.Open("li");
    html_.Element("span", mark, {{"class", style}});
    html_.Text(absl::StrCat(" ", text)).Close();
  }

  void WriteContents() {
    html_.Open("nav", {{"aria-label", "Contents"}});
    html_.Element("h2", "Studies at a glance");
    HtmlTable table(html_, "glance",
                    "What each study is, and which outcomes it reports",
                    {"Study", "Design", "Participants", "Arms", "Outcomes"});
    for (const Group& group : kGroups) {
      bool begun = false;
      for (const Study& study : evidence_.studies) {
        if (KindOf(study) != group.kind) continue;
        if (!begun) table.BeginGroup(group.title);
        begun = true;
        WriteContentsRow(study, table);
      }
    }
    table.Finish();
    html_.Close();
  }

  void WriteContentsRow(const Study& study, HtmlTable& table) {
    std::vector<std::string> outcomes;
    for (const v1::Endpoint& endpoint : study.endpoints) {
      outcomes.push_back(EndpointText(endpoint));
    }
    table.BeginRow();
    table.BeginCell();
    html_.Element("a", StudyTitle(study.trial),
                  {{"href", absl::StrCat("#", StudyAnchor(study))}});
    html_.Element("span", RegistrationsText(study.trial),
                  {{"class", "remark"}});
    table.EndCell();
    table.Cell(DesignText(study.trial));
    table.Cell(EnrolledText(study.trial));
    table.Cell(study.arms.empty() ? "not recorded"
                                  : absl::StrCat(study.arms.size()));
    table.Cell(outcomes.empty() ? "not recorded" : JoinWords(outcomes, "; "));
    table.EndRow();
  }

  const Study* FindStudy(const std::string& record) const {
    for (const Study& study : evidence_.studies) {
      const std::string& name = study.trial.name();
      if (record == name || absl::StartsWith(record, absl::StrCat(name, "/"))) {
        return &study;
      }
    }
    return nullptr;
  }

  void WriteDisputes() {
    html_.Open("section", {{"id", "disputed"}});
    html_.Element("h2", "Disputed values");
    if (evidence_.conflicts.empty()) {
      html_.Element("p", "None at this version.");
    }
    for (const auto& [place, conflict] : evidence_.conflicts) {
      const Study* const study = FindStudy(place.first);
      html_.Open("div", {{"class", "mark disputed"}}).Open("p");
      if (study != nullptr) {
        html_.Element("a", StudyLabel(study->trial),
                      {{"href", absl::StrCat("#", StudyAnchor(*study))}});
        html_.Text(", ");
      }
      html_.Text(RecordWords(place.first));
      html_.Element("span", PathWords(place.second), {{"class", "remark"}});
      html_.Close();
      marks_.WriteDispute(conflict, study);
      html_.Close();
    }
    html_.Close();
  }

  // "endpoint pfs": the record inside its trial.
  static std::string RecordWords(const std::string& name) {
    const size_t end = name.rfind('/');
    const size_t begin = name.rfind('/', end - 1);
    const std::string collection = name.substr(begin + 1, end - begin - 1);
    return absl::StrCat(PathWords(SingularOf(collection)), " ",
                        name.substr(end + 1));
  }

  static std::string SingularOf(const std::string& collection) {
    if (collection == "registries") return "registry";
    const RecordTraits* const kind =
        RecordTraitsTable::Get().FindByCollection(collection);
    // A kind of a later release is named as well as can be.
    return kind != nullptr ? kind->singular
                           : collection.substr(0, collection.size() - 1);
  }

  void WriteGroup(const Group& group) {
    bool begun = false;
    for (const Study& study : evidence_.studies) {
      if (KindOf(study) != group.kind) continue;
      if (!begun) {
        html_.Open("section", {{"id", group.anchor}});
        html_.Element("h2", group.title);
        if (!group.remark.empty()) {
          html_.Element("p", group.remark, {{"class", "remark"}});
        }
        begun = true;
      }
      WriteStudy(evidence_, study, html_);
    }
    if (begun) html_.Close();
  }

  void WritePublications() {
    if (evidence_.publications.empty()) return;
    html_.Open("section", {{"id", "sources"}});
    html_.Element("h2", "Sources").Open("ol", {{"class", "sources"}});
    for (const auto& [id, publication] : evidence_.publications) {
      html_.Open("li", {{"id", PublicationAnchor(id)}});
      WritePublication(id, publication);
      html_.Close();
    }
    html_.Close().Close();
  }

  void WritePublication(const std::string& id,
                        const v1::Publication& publication) {
    const std::string text = PublicationText(publication);
    if (!text.empty()) html_.Text(text).Text(". ");
    html_.Element("code", id);
    if (publication.has_type()) {
      html_.Text(absl::StrCat(", ", EnumWords(publication.type())));
    }
    if (!publication.doi().empty()) {
      html_.Text(", ").Element(
          "a", absl::StrCat("doi:", publication.doi()),
          {{"href", absl::StrCat("https://doi.org/", publication.doi())},
           {"rel", "noreferrer"}});
    }
    if (!publication.pmid().empty()) {
      html_.Text(", ").Element(
          "a", absl::StrCat("PubMed ", publication.pmid()),
          {{"href", absl::StrCat("https://pubmed.ncbi.nlm.nih.gov/",
                                 publication.pmid())},
           {"rel", "noreferrer"}});
    }
    for (const v1::Citation& citation : publication.cited_in()) {
      html_.Text("; cited in ");
      html_.Element(
          "a", citation.publication(),
          {{"href",
            absl::StrCat("#", PublicationAnchor(citation.publication()))}});
      if (citation.has_number()) {
        html_.Text(absl::StrCat(" as reference ", citation.number()));
      }
      if (!citation.text().empty()) {
        html_.Text(" ").Element("q", citation.text());
      }
    }
    if (!publication.note().empty()) {
      html_.Element("span", publication.note(), {{"class", "remark"}});
    }
    marks_.WriteSource(FieldOfRecord(publication, "lifecycle"));
  }

  void WriteFooter() {
    html_.Open("footer");
    html_.Element("p",
                  "Any institution that holds this version renders the same "
                  "bytes. To check it and to make this page again:");
    const std::string at = evidence_.snapshot.has_value()
                               ? IdOf(evidence_.snapshot->name())
                               : evidence_.frontier;
    const std::string verify =
        evidence_.snapshot.has_value()
            ? absl::StrCat("consilium snapshot verify ", at, "\n")
            : "";
    html_.Element("pre", absl::StrCat(verify, "consilium export evidence --at ",
                                      at, " --file evidence.html"));
    html_.Close();
  }

  const RegistryEvidence& evidence_;
  HtmlWriter html_;
  ElementMarks marks_;
};

}  // namespace

std::string RenderEvidencePage(const RegistryEvidence& evidence) {
  return PageWriter(evidence).Write();
}

}  // namespace consilium
