#include "server/page/provenance_text.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/words.h"
#include "server/page/page_words.h"
#include "server/page/references.h"

namespace consilium {
namespace {

void AddFact(absl::string_view term, std::string text, ProvenanceFacts& facts) {
  if (!text.empty()) facts.emplace_back(term, std::move(text));
}

std::string ReportText(const v1::ReviewResult& result,
                       const v1::Source& source) {
  const std::string report = source.has_registration()
                                 ? source.registration()
                                 : ReportLabel(result, source.report());
  return JoinWords({report, source.locator()}, ", ");
}

void AddProvenance(
    const v1::ReviewResult& result,
    const google::protobuf::RepeatedPtrField<v1::Provenance>& provenance,
    ProvenanceFacts& facts) {
  for (const v1::Provenance& each : provenance) {
    AddFact("Read in", ReportText(result, each.source()), facts);
    if (each.source().has_cites()) {
      AddFact("A secondary source for",
              ReportLabel(result, each.source().cites()), facts);
    }
    if (each.source().has_text()) {
      AddFact("Words there", absl::StrCat("“", each.source().text(), "”"),
              facts);
    }
    AddFact(each.source().has_registration() ? "Registry's remark"
                                             : "Extractor's note",
            each.source().note(), facts);
    AddFact("Entered by",
            JoinWords({JoinWords({each.author(), each.institution()}, " at "),
                       DateWords(each.claimed_time())},
                      ", "),
            facts);
    if (each.has_change()) {
      AddFact("Change", ShortHash(each.change()), facts);
    }
    AddFact("Record", JoinWords({each.record(), each.path()}, ", "), facts);
  }
}

}  // namespace

ProvenanceFacts FactsOf(const v1::ReviewResult& result,
                        const v1::StudyResult& study) {
  ProvenanceFacts facts;
  if (absl::c_none_of(study.provenance(), [&study](const v1::Provenance& each) {
        return each.source().text() == study.printed();
      })) {
    AddFact("As printed", study.printed(), facts);
  }
  AddFact("Derivation", study.derivation(), facts);
  if (study.counts_from_percentages()) {
    AddFact("Counts", "worked out from printed percentages", facts);
  }
  AddProvenance(result, study.provenance(), facts);
  AddFact("Registration", study.registration(), facts);
  if (study.provenance().empty()) AddFact("Row", study.row(), facts);
  return facts;
}

ProvenanceFacts FactsOf(const v1::ReviewResult& result,
                        const v1::EvidenceRow& row) {
  ProvenanceFacts facts;
  AddProvenance(result, row.provenance(), facts);
  if (row.provenance().empty()) {
    AddFact("Record", JoinWords({row.record(), row.path()}, ", "), facts);
  }
  return facts;
}

void WriteWithFacts(HtmlWriter& html, absl::string_view text,
                    const ProvenanceFacts& facts) {
  if (facts.empty()) {
    html.Element("span", text, {{"class", "number"}});
    return;
  }
  html.Open("details", {{"class", "origin"}});
  html.Element("summary", text);
  html.Open("dl");
  for (const auto& [term, fact] : facts) {
    html.Element("dt", term).Element("dd", fact);
  }
  html.Close().Close();
}

std::string SourceText(const v1::ReviewResult& result,
                       const v1::EvidenceRow& row) {
  std::vector<std::string> sources;
  for (const v1::Provenance& each : row.provenance()) {
    const std::string text = ReportText(result, each.source());
    if (!text.empty() && absl::c_linear_search(sources, text)) continue;
    if (!text.empty()) sources.push_back(text);
  }
  if (sources.empty()) return ReportLabel(result, row.report());
  return absl::StrJoin(sources, " / ");
}

}  // namespace consilium
