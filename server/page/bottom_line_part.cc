#include <map>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/words.h"
#include "server/page/finding_words.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

std::string LineText(const v1::OutcomeResult& outcome) {
  if (!outcome.certainty().statement().empty() &&
      !outcome.certainty_outdated()) {
    return outcome.certainty().statement();
  }
  if (outcome.state() == v1::OUTCOME_STATE_ONE_STUDY &&
      outcome.conclusion().empty()) {
    return StateText(outcome);
  }
  if (!outcome.conclusion().empty()) return outcome.conclusion();
  if (!outcome.explanation().empty()) return outcome.explanation();
  return StateText(outcome);
}

// "favours osimertinib" where the interval has no effect outside; else "".
std::string SideWords(const v1::ReviewResult& result,
                      const v1::OutcomeResult& outcome,
                      const v1::EffectEstimate& effect) {
  if (!outcome.has_null_value() || !effect.has_low() || !effect.has_high()) {
    return "";
  }
  std::string label;
  if (effect.high() < outcome.null_value()) label = outcome.favours_low();
  if (effect.low() > outcome.null_value()) label = outcome.favours_high();
  std::string words = FavoursWords(result, outcome, label);
  if (absl::StartsWith(words, "Favours ")) words[0] = 'f';
  return words;
}

// Whether every number that the outcome rests on was read elsewhere than in
// its own report.
bool IsSecondary(const v1::OutcomeResult& outcome) {
  return outcome.studies_size() > 0 &&
         absl::c_all_of(outcome.studies(), [](const v1::StudyResult& study) {
           return study.secondary();
         });
}

// Whether the outcome comes to something else under another value of a
// protocol in dispute.
bool DependsOnProtocol(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome) {
  return absl::c_any_of(
      result.protocol_disputes(), [&](const v1::ProtocolDispute& dispute) {
        return absl::c_linear_search(dispute.outcomes(), outcome.id());
      });
}

void WriteLine(HtmlWriter& html, const v1::ReviewResult& result, int index) {
  const v1::OutcomeResult& outcome = result.outcomes(index);
  html.Open("article", {{"class", "line"}});
  html.Open("h3");
  html.Element(
      "a", OutcomeHeading(result, index),
      {{"href", absl::StrCat("#outcome-", OutcomeKey(result, index))}});
  html.Close();
  const std::string text = LineText(outcome);
  if (!text.empty()) html.Element("p", text, {{"class", "says"}});
  html.Open("p", {{"class", "effect"}});
  if (const v1::EffectEstimate* effect = MainEffect(outcome)) {
    html.Text(absl::StrCat(Capitalized(MeasureWords(outcome)), " "));
    html.Element("b", EffectWithLevel(*effect, outcome.unit()));
    const std::string side = SideWords(result, outcome, *effect);
    if (!side.empty()) html.Text(absl::StrCat(", ", side));
    const std::string source = IntervalSource(outcome);
    html.Text(absl::StrCat(source.empty() ? "" : ", ", source, "; ",
                           StudiesText(outcome), "."));
  } else {
    html.Text(absl::StrCat(StudiesText(outcome), ". "));
    if (text != StateText(outcome)) html.Text(StateText(outcome));
  }
  html.Close();
  html.Open("p", {{"class", "remark"}});
  if (outcome.studies_size() == 1) {
    const v1::StudyResult& study = outcome.studies(0);
    const std::string reference = ReferenceWords(result, study.trial_id());
    html.Element("b", Capitalized(OneOfDesign(outcome.design())));
    html.Text(absl::StrCat(
        ": ", StudyTitle(result, study.trial_id(), study.study()),
        reference.empty() ? "" : absl::StrCat(" (", reference, ")")));
  } else {
    html.Element("b", Capitalized(DesignWords(outcome.design())));
  }
  html.Close();
  WriteCertainty(html, outcome);
  if (!outcome.disputed().empty()) {
    WriteMark(html, "disputed", "† Rests on values in dispute");
  }
  if (DependsOnProtocol(result, outcome)) {
    WriteMark(html, "disputed", "† The protocol is in dispute about it");
  }
  if (IsSecondary(outcome)) {
    WriteMark(html, "secondary", "‡ Read in a secondary source");
  }
  html.Close();
}

// What an outcome of the protocol comes to over all its designs.
struct OutcomeStanding {
  bool pooled = false;
  bool reported = false;  // Some study reports it, or may.
  int alone = 0;          // Results that are one study's.
};

// "Of 14 outcomes, 2 are pooled from several studies; 3 rest on a single study
// each; ...".
std::string StatesText(const v1::ReviewResult& result) {
  std::map<absl::string_view, OutcomeStanding> standings;
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    OutcomeStanding& standing = standings[outcome.id()];
    standing.reported = standing.reported || !outcome.excluded().empty() ||
                        !outcome.possible().empty();
    if (!IsOfPlan(outcome)) continue;
    if (IsPooled(outcome)) {
      standing.pooled = true;
    } else if (MainEffect(outcome) != nullptr) {
      ++standing.alone;
    }
  }
  int pooled = 0, alone = 0, several = 0, listed = 0, none = 0;
  for (const auto& [id, standing] : standings) {
    if (standing.pooled) {
      ++pooled;
    } else if (standing.alone == 0) {
      ++(standing.reported ? listed : none);
    } else {
      ++alone;
      several += standing.alone > 1 ? 1 : 0;
    }
  }
  std::vector<std::string> parts;
  if (pooled > 0) {
    parts.push_back(absl::StrCat(pooled, pooled == 1 ? " is" : " are",
                                 " pooled from several studies"));
  }
  if (alone > 0) {
    parts.push_back(
        several > 0  ? absl::StrCat(alone, alone == 1 ? " rests" : " rest",
                                    " on single studies, which differ in design")
        : alone == 1 ? "1 rests on a single study"
                     : absl::StrCat(alone, " rest on a single study each"));
  }
  if (listed > 0) {
    parts.push_back(absl::StrCat(
        "for ", listed,
        " nothing could be pooled, and what studies report is listed"));
  }
  if (none > 0) {
    parts.push_back(absl::StrCat("for ", none, " no study was found"));
  }
  return absl::StrCat(
      "Of ",
      Plural(static_cast<int64_t>(standings.size()), "outcome", "outcomes"),
      ", ", absl::StrJoin(parts, "; "), ".");
}

}  // namespace

void WriteBottomLine(HtmlWriter& html, const v1::ReviewResult& result) {
  OpenPart(html, "bottom-line", "Bottom line");
  if (result.outcomes_size() == 0) {
    html.Element("p", "The protocol plans no outcome yet.");
  }
  if (result.outcomes_size() == 0) {
    html.Close();
    return;
  }
  html.Element("p", StatesText(result), {{"class", "lead"}});
  html.Open("div", {{"class", "lines"}});
  bool all = true;
  for (int i = 0; i < result.outcomes_size(); ++i) {
    if (MainEffect(result.outcomes(i)) == nullptr &&
        result.outcomes(i).certainty().statement().empty()) {
      all = false;
      continue;
    }
    WriteLine(html, result, i);
  }
  html.Close();
  if (!all) {
    html.Open("p", {{"class", "remark"}});
    html.Text("Outcomes for which nothing could be pooled stand in the ");
    html.Element("a", "summary of findings",
                 {{"href", "#summary-of-findings"}});
    html.Text(", with what each study reports.").Close();
  }
  html.Close();
}

}  // namespace consilium
