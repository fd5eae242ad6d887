#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/number_text.h"
#include "proto/base/words.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

void Term(HtmlWriter& html, absl::string_view term, absl::string_view text) {
  if (text.empty()) return;
  html.Open("div").Element("dt", term).Element("dd", text).Close();
}

// "Outcome os" of "outcomes[os]", "Inclusion filter".
std::string PathWords(absl::string_view path) {
  const size_t bracket = path.find('[');
  if (bracket == absl::string_view::npos) return Capitalized(FieldWords(path));
  std::string field = FieldWords(path.substr(0, bracket));
  if (!field.empty() && field.back() == 's') field.pop_back();
  return absl::StrCat(Capitalized(field), " ",
                      path.substr(bracket + 1, path.size() - bracket - 2));
}

// The title of the outcome `id`, where the protocol or a value of it has one.
std::string OutcomeName(const v1::ReviewResult& result, absl::string_view id) {
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    if (outcome.id() == id) return OutcomeTitle(outcome);
  }
  return Capitalized(KebabWords(id));
}

std::string OutcomeNames(
    const v1::ReviewResult& result,
    const google::protobuf::RepeatedPtrField<std::string>& ids) {
  std::vector<std::string> names;
  for (const std::string& id : ids) names.push_back(OutcomeName(result, id));
  return absl::StrJoin(names, ", ");
}

// "Outcome: overall survival" of "outcomes[os]".
std::string PartOfProtocol(const v1::ReviewResult& result,
                           absl::string_view path) {
  constexpr absl::string_view kOutcomes = "outcomes[";
  if (!absl::StartsWith(path, kOutcomes)) return PathWords(path);
  return absl::StrCat(
      "Outcome: ",
      OutcomeName(result, path.substr(kOutcomes.size(),
                                      path.size() - kOutcomes.size() - 1)));
}

// "measure: odds ratio; level: 90"; JSON of what is no element.
std::string ValueWords(const v1::ProtocolValue& value) {
  if (!value.has_value()) return "Taken out";
  if (value.fields().empty()) return value.value();
  std::vector<std::string> parts;
  for (const v1::FieldReading& field : value.fields()) {
    parts.push_back(
        absl::StrCat(FieldWords(field.field()), ": ",
                     field.has_value() ? field.value() : "not stated"));
  }
  return Capitalized(absl::StrJoin(parts, "; "));
}

std::string HolderWords(const v1::ProtocolValue& value) {
  std::vector<std::string> holders;
  for (const v1::Provenance& each : value.provenance()) {
    holders.push_back(absl::StrCat(each.author(), " of ", each.institution(),
                                   ", ", DateWords(each.claimed_time())));
  }
  return absl::StrJoin(holders, "; ");
}

// "Overall survival, randomised trials: 0.62 (95% CI 0.4 to 0.9), 4 studies".
std::string ResultWords(const v1::OutcomeResult& outcome) {
  const std::string name =
      JoinWords({OutcomeTitle(outcome), DesignWords(outcome.design())}, ", ");
  if (!outcome.has_pooled()) {
    return absl::StrCat(name, ": ",
                        outcome.explanation().empty() ? "nothing pooled"
                                                      : outcome.explanation());
  }
  return absl::StrCat(
      name, ": ", EffectWithLevel(outcome.pooled().effect(), outcome.unit()),
      ", ", Plural(outcome.pooled().studies(), "study", "studies"));
}

// What the outcomes of a dispute come to with the value: of the provisional one
// as the page has them.
std::vector<std::string> ResultsUnder(const v1::ReviewResult& result,
                                      const v1::ProtocolDispute& dispute,
                                      const v1::ProtocolValue& value) {
  std::vector<std::string> words;
  if (!value.provisional()) {
    for (const v1::OutcomeResult& outcome : value.outcomes()) {
      words.push_back(ResultWords(outcome));
    }
    if (value.has_explanation()) {
      words.push_back(Capitalized(value.explanation()));
    }
    return words;
  }
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    for (const std::string& id : dispute.outcomes()) {
      if (outcome.id() == id) words.push_back(ResultWords(outcome));
    }
  }
  return words;
}

void WriteDispute(HtmlWriter& html, const v1::ReviewResult& result,
                  const v1::ProtocolDispute& dispute) {
  HtmlTable table(html, "stack", PartOfProtocol(result, dispute.path()),
                  {"Value", "Entered by", "What outcomes come to"});
  for (const v1::ProtocolValue& value : dispute.values()) {
    table.BeginRow();
    table.BeginCell();
    html.Text(ValueWords(value));
    if (value.provisional()) {
      html.Text(" ");
      WriteMark(html, "disputed", "Provisional");
    }
    table.EndCell();
    table.Cell(HolderWords(value));
    table.BeginCell();
    const std::vector<std::string> results =
        ResultsUnder(result, dispute, value);
    if (results.empty()) {
      html.Text(dispute.outcomes().empty() ? "No outcome depends on it"
                                           : "Without these outcomes");
    }
    for (const std::string& each : results) html.Element("div", each);
    table.EndCell();
    table.EndRow();
  }
  table.Finish();
}

void WriteCovariates(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.protocol().covariates().empty()) return;
  HtmlTable table(html, "stack", "What the reviewers recorded of trials",
                  {"Trial", "Covariate", "Value", "Why"});
  for (const v1::StudyCovariate& each : result.protocol().covariates()) {
    table.BeginRow();
    table.Cell(StudyLabel(result, each.trial(), "", kStudyCharacters));
    table.Cell(Capitalized(KebabWords(each.name())));
    table.Cell(each.has_number() ? ShortestDecimal(each.number())
                                 : each.text());
    table.Cell(each.reason());
    table.EndRow();
  }
  table.Finish();
}

void WriteChangesAfterData(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.changes_after_data_size() == 0) return;
  html.Element("p",
               "The registry shows these changes of the protocol to have been "
               "made when results that they bear on stood in it already, in "
               "their authors' sight.");
  HtmlTable table(html, "stack", "Changes after data were present",
                  {"Date", "What was changed", "By", "Results that stood there",
                   "Amendment"});
  for (const v1::ProtocolChange& change : result.changes_after_data()) {
    table.BeginRow();
    table.Cell(DateWords(change.claimed_time()));
    table.Cell(absl::StrCat(PartOfProtocol(result, change.path()), ": ",
                            change.description()));
    table.Cell(
        JoinWords({absl::StrCat(change.author(), " of ", change.institution()),
                   change.message()},
                  ": "));
    table.Cell(absl::StrCat(OutcomeNames(result, change.outcomes()), ": ",
                            absl::StrJoin(change.studies(), ", ")));
    table.Cell(change.has_amendment() ? change.amendment() : "none declared");
    table.EndRow();
  }
  table.Finish();
}

}  // namespace

void WriteProtocolDisputes(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.protocol_disputes_size() == 0) return;
  OpenPart(html, "protocol-dispute", "The protocol is in dispute");
  html.Element("p",
               "Institutions changed the same part of the protocol, neither "
               "knowing of the other. Until somebody settles it this page "
               "counts one of the values, and shows what the others would "
               "give.",
               {{"class", "notice"}});
  for (const v1::ProtocolDispute& dispute : result.protocol_disputes()) {
    WriteDispute(html, result, dispute);
  }
  html.Close();
}

void WriteProtocol(HtmlWriter& html, const v1::ReviewResult& result) {
  const v1::Review& protocol = result.protocol();
  OpenPart(html, "protocol", "Question and protocol");
  html.Open("dl", {{"class", "facts"}});
  Term(html, "Question", protocol.question());
  Term(html, "Population", protocol.population());
  Term(html, "Intervention", protocol.intervention());
  Term(html, "Comparator", protocol.comparator());
  Term(html, "Trials included, as a query", protocol.inclusion_filter());
  Term(html, "Plan", protocol.plan());
  Term(html, "Registration", protocol.protocol_registration());
  Term(html, "Funding", protocol.funding());
  Term(html, "Interests", protocol.interests());
  Term(html, "Roles", absl::StrJoin(protocol.living_mode().roles(), "; "));
  html.Close();
  if (protocol.amendments_size() > 0) {
    HtmlTable table(html, "stack", "Amendments",
                    {"Date", "About", "What and why", "Results known then"});
    for (const v1::Amendment& each : protocol.amendments()) {
      table.BeginRow();
      table.Cell(DateWords(each.date()));
      table.Cell(Capitalized(KebabWords(each.topic())));
      table.Cell(JoinWords({each.text(), each.reason()}, " Because: "));
      const std::string after = EnumWords(each.after_data());
      table.Cell(after.empty() ? "not stated" : Capitalized(after));
      table.EndRow();
    }
    table.Finish();
  }
  WriteCovariates(html, result);
  WriteChangesAfterData(html, result);
  html.Close();
}

}  // namespace consilium
