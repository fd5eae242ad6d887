#include "server/page/review_page.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/html.h"
#include "proto/base/sha256.h"
#include "proto/base/words.h"
#include "server/page/page_parts.h"
#include "server/page/page_style.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

std::string PageTitle(const v1::ReviewResult& result) {
  const v1::Review& protocol = result.protocol();
  return protocol.title().empty() ? IdOf(result.stamp().review())
                                  : protocol.title();
}

std::string PageVersion(const v1::ResultStamp& stamp) {
  return absl::StrCat("version ", VersionWords(stamp));
}

void WriteHead(HtmlWriter& html, const v1::ReviewResult& result) {
  html.Open("head");
  html.Void("meta", {{"charset", "utf-8"}});
  html.Void("meta", {{"http-equiv", "Content-Security-Policy"},
                     {"content", ReviewPagePolicy()}});
  html.Void("meta", {{"name", "viewport"},
                     {"content", "width=device-width, initial-scale=1"}});
  html.Void("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  html.Element("title", absl::StrCat(PageTitle(result), " (",
                                     PageVersion(result.stamp()), ")"));
  html.Style(ReviewPageStyle());
  html.Close();
}

void WriteHeader(HtmlWriter& html, const v1::ReviewResult& result) {
  const v1::Review& protocol = result.protocol();
  html.Open("header");
  html.Element(
      "p",
      // A review is systematic by its searches.
      absl::StrCat(protocol.searches().empty() ? "Living review · "
                                               : "Living systematic review · ",
                   PageVersion(result.stamp())),
      {{"class", "kicker"}});
  html.Element("h1", PageTitle(result));
  if (protocol.authors_size() > 0) {
    html.Element("p", absl::StrJoin(protocol.authors(), ", "),
                 {{"class", "authors"}});
  }
  if (!protocol.question().empty()) {
    html.Element("p", protocol.question(), {{"class", "lead"}});
  }
  html.Element(
      "p",
      JoinWords(
          {Plural(result.included_trials_size(), "trial", "trials") +
               " included",
           result.possible_trials_size() > 0
               ? absl::StrCat(result.possible_trials_size(),
                              " that may be eligible")
               : "",
           Plural(result.ongoing_size(), "ongoing trial", "ongoing trials"),
           result.stamp().has_evidence_time()
               ? absl::StrCat("evidence of ",
                              DateWords(result.stamp().evidence_time()))
               : ""},
          " · "),
      {{"class", "status"}});
  html.Close();
}

void WriteContents(HtmlWriter& html, const v1::ReviewResult& result) {
  struct Entry {
    absl::string_view id;
    absl::string_view title;
    bool is_there = true;
  };
  const Entry entries[] = {
      {"protocol-dispute", "The protocol is in dispute",
       result.protocol_disputes_size() > 0},
      {"bottom-line", "Bottom line"},
      {"news", "What is new", result.has_changes()},
      {"currency", "How current"},
      {"summary-of-findings", "Summary of findings",
       result.outcomes_size() > 0},
      {"outcomes", "Results by outcome", result.outcomes_size() > 0},
      {"evidence", "The evidence", result.sections_size() > 0},
      {"ongoing", "Ongoing trials", result.ongoing_size() > 0},
      {"gaps", "Gaps", result.gap_map_size() > 0},
      {"toxicity", "Toxicity", result.toxicity_size() > 0},
      {"risk-of-bias", "Risk of bias"},
      {"flow-of-records", "Flow of records"},
      {"findings", "Findings of checks"},
      {"possible-trials", "Trials that may be eligible",
       result.possible_trials_size() > 0},
      {"excluded-trials", "Trials not included", HasExcludedTrials(result)},
      {"references", "Reports", result.reports_size() > 0},
      {"protocol", "Protocol"},
      {"reproduction", "Compute it again"},
  };
  html.Open("nav", {{"aria-label", "Contents"}}).Open("ul");
  for (const Entry& entry : entries) {
    if (!entry.is_there) continue;
    html.Open("li");
    html.Element("a", entry.title, {{"href", absl::StrCat("#", entry.id)}});
    html.Close();
  }
  html.Close().Close();
}

}  // namespace

std::string ReviewPagePolicy() {
  return absl::StrCat("default-src 'none'; style-src 'sha256-",
                      absl::Base64Escape(Sha256({ReviewPageStyle()})),
                      "'; base-uri 'none'; form-action 'none'");
}

std::string RenderReviewPage(const v1::ReviewResult& result) {
  HtmlWriter html;
  html.Open("html", {{"lang", "en"}});
  WriteHead(html, result);
  html.Open("body");
  html.Element("a", "Skip to the bottom line",
               {{"class", "skip"}, {"href", "#main"}});
  WriteHeader(html, result);
  WriteContents(html, result);
  html.Open("main", {{"id", "main"}, {"tabindex", "-1"}});
  WriteProtocolDisputes(html, result);
  WriteBottomLine(html, result);
  WriteNews(html, result);
  WriteCurrency(html, result);
  WriteSummaryOfFindings(html, result);
  WriteOutcomes(html, result);
  WriteSections(html, result);
  WriteOngoing(html, result);
  WriteGapMap(html, result);
  WriteToxicity(html, result);
  WriteRiskOfBias(html, result);
  WriteFlow(html, result);
  WriteFindings(html, result);
  WritePossibleTrials(html, result);
  WriteExcludedTrials(html, result);
  WriteReferences(html, result);
  WriteProtocol(html, result);
  WriteReproduction(html, result);
  html.Close();
  html.Open("footer");
  html.Element(
      "p", absl::StrCat("Made by Consilium: ", PageVersion(result.stamp()),
                        ", inputs ", ShortHash(result.stamp().inputs_hash()),
                        ". This page needs no network and no script."));
  html.Close().Close().Close();
  return std::move(html).Finish();
}

}  // namespace consilium
