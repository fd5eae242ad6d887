#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "proto/base/html_table.h"
#include "proto/base/words.h"
#include "server/page/flow_diagram.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

void WriteLight(HtmlWriter& html, v1::RiskOfBiasJudgement judgement,
                absl::string_view reason) {
  const std::string kind = absl::StrCat(
      "light judged-",
      judgement == v1::RISK_OF_BIAS_JUDGEMENT_LOW ? "low"
      : judgement == v1::RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS ||
              judgement == v1::RISK_OF_BIAS_JUDGEMENT_MODERATE
          ? "middle"
      : judgement == v1::RISK_OF_BIAS_JUDGEMENT_UNSPECIFIED ||
              judgement == v1::RISK_OF_BIAS_JUDGEMENT_NO_INFORMATION
          ? "unknown"
          : "high");
  if (!reason.empty()) html.Open("details").Open("summary");
  html.Element("span", JudgementSign(judgement),
               {{"class", kind}, {"aria-hidden", "true"}});
  html.Text(absl::StrCat(" ", JudgementWords(judgement)));
  if (!reason.empty()) html.Close().Element("p", reason).Close();
}

std::string StudyOfTrial(const v1::ReviewResult& result,
                         absl::string_view trial, absl::string_view study) {
  const v1::EvidenceRow* const row = FindTrialRow(result, trial);
  return StudyLabel(result, trial,
                    study.empty() && row != nullptr ? row->study() : study,
                    kStudyCharacters);
}

void WriteTool(HtmlWriter& html, const v1::ReviewResult& result,
               v1::RiskOfBiasTool tool) {
  std::vector<v1::RiskOfBiasDomain> domains;
  bool used = false;
  for (int number = 1; number <= 8; ++number) {
    const auto domain = static_cast<v1::RiskOfBiasDomain>(number);
    bool has = false;
    for (const v1::RiskOfBiasAssessment& each : result.risk_of_bias()) {
      if (each.tool() != tool) continue;
      used = true;
      for (const v1::DomainJudgement& judged : each.domains()) {
        has = has || judged.domain() == domain;
      }
    }
    if (has) domains.push_back(domain);
  }
  if (!used) return;
  std::vector<std::string> columns = {"Study"};
  for (const v1::RiskOfBiasDomain domain : domains) {
    columns.push_back(Capitalized(EnumWords(domain)));
  }
  columns.push_back("Overall");
  const std::string name = tool == v1::RISK_OF_BIAS_TOOL_ROB2       ? "RoB 2"
                           : tool == v1::RISK_OF_BIAS_TOOL_ROBINS_I ? "ROBINS-I"
                                                                    : "Other";
  OpenScroll(html, absl::StrCat("Table: risk of bias, ", name));
  HtmlTable table(html, "matrix",
                  absl::StrCat("Risk of bias, ", name,
                               ". A judgement unfolds to its reason."),
                  columns);
  for (const v1::RiskOfBiasAssessment& each : result.risk_of_bias()) {
    if (each.tool() != tool) continue;
    table.BeginRow();
    table.BeginCell();
    html.Text(StudyOfTrial(result, each.trial(), ""));
    if (each.has_outcome()) {
      html.Element("div", KebabWords(each.outcome()), {{"class", "remark"}});
    }
    table.EndCell();
    for (const v1::RiskOfBiasDomain domain : domains) {
      table.BeginCell();
      const v1::DomainJudgement* found = nullptr;
      for (const v1::DomainJudgement& judged : each.domains()) {
        if (judged.domain() == domain) found = &judged;
      }
      if (found == nullptr) {
        html.Text("Not assessed");
      } else {
        WriteLight(html, found->judgement(), found->reason());
      }
      table.EndCell();
    }
    table.BeginCell();
    WriteLight(html, each.overall(), each.reason());
    table.EndCell();
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

void WriteFlowTable(HtmlWriter& html, const v1::ReviewResult& result) {
  html.Open("details", {{"class", "twin"}, {"open", "open"}});
  html.Element("summary", "The flow as a table");
  HtmlTable table(html, "stack", "Flow of records (PRISMA 2020)",
                  {"Step", "This version", "From the start", "By reason"});
  for (const v1::FlowNumber& number : result.flow()) {
    table.BeginRow();
    table.Cell(number.title().empty() ? Capitalized(KebabWords(number.id()))
                                      : number.title());
    table.Cell(FlowCount(number));
    table.Cell(FlowTotal(number));
    std::vector<std::string> reasons;
    for (const v1::FlowReason& reason : number.reasons()) {
      reasons.push_back(absl::StrCat(reason.reason(), ": ",
                                     reason.has_count()
                                         ? CountWords(reason.count())
                                         : std::string(kNotRecorded)));
    }
    table.Cell(absl::StrJoin(reasons, "; "));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

void WriteScreening(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.screening_size() == 0) return;
  HtmlTable table(html, "stack", "Agreement of screeners",
                  {"Stage", "Screeners", "Agreed", "Cohen's kappa"});
  for (const v1::ScreeningAgreement& each : result.screening()) {
    table.BeginRow();
    table.Cell(Capitalized(KebabWords(each.stage())));
    table.Cell(JoinWords({each.first(), each.second()}, " and "));
    table.Cell(absl::StrCat(each.agreed(), " of ", each.records()));
    table.Cell(each.has_kappa() ? absl::StrFormat("%.2f", each.kappa())
                                : "not defined");
    table.EndRow();
  }
  table.Finish();
}

void WriteSearches(HtmlWriter& html, const v1::Review& protocol) {
  if (protocol.searches_size() == 0) return;
  HtmlTable table(html, "stack", "Searches",
                  {"Source", "Date", "Records", "Duplicates", "Query"});
  const auto count = [](bool has, int value) {
    return has ? CountWords(value) : std::string(kNotRecorded);
  };
  for (const v1::SearchRun& search : protocol.searches()) {
    table.BeginRow();
    table.Cell(Capitalized(KebabWords(search.database())));
    table.Cell(DateWords(search.date()));
    table.Cell(count(search.has_records(), search.records()));
    table.Cell(count(search.has_duplicates(), search.duplicates()));
    table.Cell(search.query().empty() ? std::string(kNotRecorded)
                                      : search.query());
    table.EndRow();
  }
  table.Finish();
}

void Term(HtmlWriter& html, absl::string_view term, absl::string_view text) {
  if (text.empty()) return;
  html.Open("div").Element("dt", term).Element("dd", text).Close();
}

// Quoted for a shell where it must be.
std::string ShellWord(absl::string_view word) {
  for (const char c : word) {
    if (!absl::ascii_isalnum(c) && !absl::StrContains("-_.:/@,=", c)) {
      return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}),
                          "'");
    }
  }
  return std::string(word);
}

// A snapshot by its name, which the page shows; else the exact version.
std::string VersionFlag(absl::string_view flag, const v1::ResultStamp& stamp) {
  const std::string& version =
      stamp.at().empty() ? stamp.frontier() : stamp.at();
  return version.empty() ? "" : absl::StrCat(flag, ShellWord(version));
}

}  // namespace

void WriteRiskOfBias(HtmlWriter& html, const v1::ReviewResult& result) {
  OpenPart(html, "risk-of-bias", "Risk of bias");
  if (result.risk_of_bias_size() == 0) {
    html.Element("p", "Risk of bias was not assessed in this version.");
  }
  for (const v1::RiskOfBiasTool tool :
       {v1::RISK_OF_BIAS_TOOL_ROB2, v1::RISK_OF_BIAS_TOOL_ROBINS_I,
        v1::RISK_OF_BIAS_TOOL_OTHER}) {
    WriteTool(html, result, tool);
  }
  html.Close();
}

void WriteFlow(HtmlWriter& html, const v1::ReviewResult& result) {
  OpenPart(html, "flow-of-records", "Flow of records");
  if (result.flow_size() == 0) {
    html.Element("p", "The flow of records was not recorded.");
  } else {
    WriteFigure(html, "flow", FlowDiagram(result),
                "Flow of records for this version and from the start");
    WriteFlowTable(html, result);
  }
  WriteScreening(html, result);
  WriteSearches(html, result.protocol());
  html.Close();
}

void WriteFindings(HtmlWriter& html, const v1::ReviewResult& result) {
  OpenPart(html, "findings", "Contradictions and gaps found by checks");
  if (result.findings_size() == 0) {
    html.Element("p", "The checks found nothing.");
    html.Close();
    return;
  }
  html.Element("p",
               "Nothing here was corrected; a person decides what is right.");
  HtmlTable table(html, "stack", "Findings",
                  {"Study", "Severity", "What was found", "What was expected"});
  for (const v1::Finding& finding : result.findings()) {
    table.BeginRow();
    table.Cell(StudyOfTrial(result, finding.trial_id(), finding.study()));
    table.Cell(Capitalized(EnumWords(finding.severity())));
    const std::vector<std::string> segments =
        absl::StrSplit(finding.record(), '/');
    const bool is_part = segments.size() > 3;  // trials/ID/endpoints/ID
    table.Cell(Capitalized(JoinWords(
        {is_part ? KebabWords(segments.back()) : "", finding.message()}, " ")));
    table.Cell(Capitalized(finding.expected()));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

void WritePossibleTrials(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.possible_trials_size() == 0) return;
  OpenPart(html, "possible-trials", "Trials that may be eligible");
  html.Element("p",
               "Whether the protocol means them depends on what their reports "
               "leave open. None of them is pooled.");
  // One line for each thing that is not known: many trials share one.
  std::map<std::string, std::vector<std::string>> studies;
  for (const v1::PossibleResult& each : result.possible_trials()) {
    studies[Capitalized(UnknownWords(each))].push_back(
        StudyOfTrial(result, each.trial_id(), each.study()));
  }
  HtmlTable table(html, "stack", "Trials that the protocol may include",
                  {"Not known", "Studies"});
  for (const auto& [unknown, names] : studies) {
    table.BeginRow();
    table.Cell(unknown);
    table.Cell(absl::StrJoin(names, "; "));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

bool HasExcludedTrials(const v1::ReviewResult& result) {
  return result.excluded_trials_size() > 0;
}

void WriteExcludedTrials(HtmlWriter& html, const v1::ReviewResult& result) {
  if (!HasExcludedTrials(result)) return;
  OpenPart(html, "excluded-trials", "Trials not included");
  // One line for each reason: many trials share one.
  std::map<std::string, std::vector<std::string>> studies;
  for (const v1::ExcludedResult& each : result.excluded_trials()) {
    studies[Capitalized(each.explanation().empty() ? ReasonWords(each.reason())
                                                   : each.explanation())]
        .push_back(StudyOfTrial(result, each.trial_id(), each.study()));
  }
  HtmlTable table(html, "stack", "Trials that the protocol leaves out",
                  {"Why", "Studies"});
  for (const auto& [why, names] : studies) {
    table.BeginRow();
    table.Cell(why);
    table.Cell(absl::StrJoin(names, "; "));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

void WriteReproduction(HtmlWriter& html, const v1::ReviewResult& result) {
  const v1::ResultStamp& stamp = result.stamp();
  OpenPart(html, "reproduction", "This version, and how to compute it again");
  html.Open("dl", {{"class", "facts hashes"}});
  Term(html, "Review", stamp.review());
  Term(html, "Snapshot", stamp.at());
  Term(html, "Frontier", stamp.frontier());
  Term(html, "Latest change of the evidence", stamp.evidence_time());
  Term(html, "Content digest", stamp.digest());
  Term(html, "Hash of the inputs", stamp.inputs_hash());
  Term(html, "Registry", stamp.registry_id());
  Term(html, "Merge rule, review rules",
       absl::StrCat("versions ", stamp.rule_version(), " and ",
                    stamp.review_version()));
  html.Close();
  html.Element("p",
               "Every server of the registry that holds this version writes "
               "this page to the same bytes, and the numbers behind it:");
  std::string run =
      absl::StrCat("consilium review render ", ShellWord(IdOf(stamp.review())),
                   VersionFlag(" --at ", stamp));
  if (result.has_changes()) {
    absl::StrAppend(&run, VersionFlag(" --since ", result.changes().from()));
  }
  OpenScroll(html, "Commands");
  html.Element("pre", absl::StrCat(run, " --file review.html\n", run,
                                   " --format json --file review.json\n"));
  html.Close().Close();
}

}  // namespace consilium
