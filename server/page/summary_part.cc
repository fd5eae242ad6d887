#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "proto/base/html_table.h"
#include "proto/base/words.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"
#include "server/page/row_words.h"

namespace consilium {
namespace {

// Whether its design is one that the plan pools; a plan that cannot be carried
// out has none.
bool IsOfPlan(const v1::OutcomeResult& outcome) {
  const auto& designs = outcome.plan().designs();
  return outcome.state() == v1::OUTCOME_STATE_INVALID_PLAN || designs.empty() ||
         std::find(designs.begin(), designs.end(), outcome.design()) !=
             designs.end();
}

// "14 results of 6 studies" that were found and not pooled.
std::string ListedText(const v1::OutcomeResult& outcome) {
  std::set<absl::string_view> trials;
  for (const v1::ExcludedResult& each : outcome.excluded()) {
    trials.insert(each.trial_id());
  }
  return absl::StrCat(
      Plural(outcome.excluded_size(), "result", "results"), " of ",
      Plural(static_cast<int64_t>(trials.size()), "study", "studies"));
}

std::string StudiesText(const v1::OutcomeResult& outcome) {
  const v1::PooledEffect& pooled = outcome.pooled();
  const int studies =
      outcome.has_pooled() ? pooled.studies() : outcome.studies_size();
  if (studies == 0) {
    return outcome.excluded().empty() ? "No study" : ListedText(outcome);
  }
  return absl::StrCat(
      Plural(studies, "study", "studies"), ", ",
      pooled.has_participants()
          ? Plural(pooled.participants(), "participant", "participants")
      : studies == 1 ? "participants not recorded"
                     : "participants not recorded in all");
}

// The effect that the outcome comes to: pooled, or of its one study.
const v1::EffectEstimate* MainEffect(const v1::OutcomeResult& outcome) {
  if (outcome.pooled().effect().has_value()) return &outcome.pooled().effect();
  if (outcome.studies_size() == 1 && outcome.studies(0).effect().has_value()) {
    return &outcome.studies(0).effect();
  }
  return nullptr;
}

std::string StateText(const v1::OutcomeResult& outcome) {
  switch (outcome.state()) {
    case v1::OUTCOME_STATE_ONE_STUDY:
      return "One study; nothing was pooled.";
    case v1::OUTCOME_STATE_NOT_POOLABLE:
      return IsComparison(outcome)
                 ? "Not pooled; each is listed, with its direction."
                 : "Not pooled; each is listed.";
    case v1::OUTCOME_STATE_NO_EVIDENCE:
      return "No evidence in this version.";
    case v1::OUTCOME_STATE_INVALID_PLAN:
      return "The protocol's plan cannot be carried out.";
    default:
      return "";
  }
}

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
    html.Text(absl::StrCat("; ", StudiesText(outcome), "."));
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
  if (IsSecondary(outcome)) {
    WriteMark(html, "secondary", "‡ Read in a secondary source");
  }
  html.Close();
}

std::string ChangeKindWords(v1::RecordChangeKind kind) {
  return Capitalized(EnumWords(kind));
}

std::string BeforeOrAfter(const v1::PooledEffect& pooled, bool has) {
  if (!has || !pooled.effect().has_value()) return "nothing pooled";
  return absl::StrCat(EffectText(pooled.effect(), ""), ", ",
                      Plural(pooled.studies(), "study", "studies"));
}

// What a conclusion was or is.
std::string ConclusionWords(bool has, v1::ConclusionState state) {
  if (!has) return "none";
  switch (state) {
    case v1::CONCLUSION_STATE_BEYOND:
      return "the effect goes beyond the threshold";
    case v1::CONCLUSION_STATE_NOT_BEYOND:
      return "the effect does not go beyond the threshold";
    case v1::CONCLUSION_STATE_UNCERTAIN:
      return "the effect goes beyond the threshold, without the certainty "
             "asked for";
    default:
      return "none";
  }
}

void WriteConclusionChange(HtmlWriter& html, const v1::OutcomeChange& change) {
  const std::string before = ConclusionWords(change.has_conclusion_before(),
                                             change.conclusion_before());
  const std::string after =
      ConclusionWords(change.has_conclusion_after(), change.conclusion_after());
  if (change.crossed()) {
    WriteMark(html, "disputed", "Crossed its threshold");
  } else if (before == after) {
    html.Text(before == "none" ? "No threshold" : "As before: ");
  }
  if (before == after) {
    if (before != "none") html.Text(before);
    return;
  }
  html.Element("div", absl::StrCat("Before: ", before));
  html.Element("div", absl::StrCat("Now: ", after));
}

void WriteOutcomeChanges(HtmlWriter& html, const v1::ReviewDiff& changes) {
  if (changes.outcomes_size() == 0) return;
  HtmlTable table(html, "stack", "Conclusions, before and after",
                  {"Outcome", "Before", "After", "Conclusion", "Studies"});
  for (const v1::OutcomeChange& change : changes.outcomes()) {
    table.BeginRow();
    table.Cell(change.title().empty() ? Capitalized(KebabWords(change.id()))
                                      : change.title());
    table.Cell(BeforeOrAfter(change.before(), change.has_before()));
    table.Cell(BeforeOrAfter(change.after(), change.has_after()));
    table.BeginCell();
    WriteConclusionChange(html, change);
    table.EndCell();
    const auto list = [](absl::string_view word, const auto& studies) {
      return studies.empty()
                 ? ""
                 : absl::StrCat(word, ": ", absl::StrJoin(studies, ", "));
    };
    table.Cell(JoinWords({list("added", change.added_studies()),
                          list("removed", change.removed_studies()),
                          list("changed", change.changed_studies())},
                         "; "));
    table.EndRow();
  }
  table.Finish();
}

// "SINDAS, endpoint PFS"; "SINDAS" of a trial.
std::string RecordWords(const v1::ReviewResult& result,
                        const v1::RecordChange& change) {
  const std::vector<std::string> segments =
      absl::StrSplit(change.record(), '/');
  const size_t size = segments.size();
  if (size < 2) return change.record();
  std::string kind = KebabWords(segments[size - 2]);
  if (absl::EndsWith(kind, "s")) kind.pop_back();
  const size_t trials = absl::c_find(segments, "trials") - segments.begin();
  const std::string study = change.study().empty() || trials + 1 >= size
                                ? change.study()
                                : StudyLabel(result, segments[trials + 1],
                                             change.study(), kStudyCharacters);
  if (kind == "trial" && !study.empty()) return study;
  return JoinWords(
      {study, absl::StrCat(kind, " ", KebabWords(segments[size - 1]))}, ", ");
}

// What of a record differs, where its values are too long to tell: "contrasts"
// of "contrasts[paper/a:b/hr]".
std::string PathWords(const v1::RecordChange& change) {
  std::vector<std::string> words;
  for (const std::string& path : change.paths()) {
    std::string word = FieldWords(path.substr(0, path.find('[')));
    if (!absl::c_linear_search(words, word)) words.push_back(std::move(word));
  }
  return absl::StrJoin(words, ", ");
}

void WriteRecordChanges(HtmlWriter& html, const v1::ReviewResult& result) {
  const v1::ReviewDiff& changes = result.changes();
  if (changes.records_size() == 0) return;
  html.Open("details");
  html.Element("summary",
               absl::StrCat(Plural(changes.records_size(), "record", "records"),
                            " changed"));
  HtmlTable table(html, "stack", "Records that changed",
                  {"Record", "What happened", "Details", "By"});
  for (const v1::RecordChange& change : changes.records()) {
    table.BeginRow();
    table.Cell(RecordWords(result, change));
    table.Cell(ChangeKindWords(change.kind()));
    table.Cell(change.description().empty() ? PathWords(change)
                                            : change.description());
    table.Cell(JoinWords({change.institution(), change.message()}, ": "));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

std::string VersionText(const v1::ResultStamp& stamp) {
  return stamp.at().empty() ? absl::StrCat("the state of ", VersionWords(stamp))
                            : VersionWords(stamp);
}

void Fact(HtmlWriter& html, absl::string_view term, absl::string_view text) {
  if (text.empty()) return;
  html.Open("div").Element("dt", term).Element("dd", text).Close();
}

std::string RiskOrDash(bool has, const std::string& text) {
  return has ? text : "not applicable";
}

// What an outcome of the protocol comes to over all its designs.
struct OutcomeStanding {
  bool pooled = false;
  int alone = 0;  // Results that are one study's.
};

// "Of 14 outcomes, 2 are pooled from several studies; 3 rest on a single study
// each; ...".
std::string StatesText(const v1::ReviewResult& result) {
  std::map<absl::string_view, OutcomeStanding> standings;
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    if (!IsOfPlan(outcome)) continue;
    OutcomeStanding& standing = standings[outcome.id()];
    if (IsPooled(outcome)) {
      standing.pooled = true;
    } else if (MainEffect(outcome) != nullptr) {
      ++standing.alone;
    }
  }
  int pooled = 0, alone = 0, several = 0, none = 0;
  for (const auto& [id, standing] : standings) {
    if (standing.pooled) {
      ++pooled;
    } else if (standing.alone == 0) {
      ++none;
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
  if (none > 0) {
    parts.push_back(absl::StrCat(
        "for ", none,
        " nothing could be pooled, and what studies report is listed"));
  }
  return absl::StrCat(
      "Of ",
      Plural(static_cast<int64_t>(standings.size()), "outcome", "outcomes"),
      ", ", absl::StrJoin(parts, "; "), ".");
}

bool HasAbsoluteEffects(const v1::ReviewResult& result) {
  return std::any_of(result.outcomes().begin(), result.outcomes().end(),
                     [](const v1::OutcomeResult& outcome) {
                       return outcome.has_baseline_per_1000() ||
                              outcome.group_per_1000().has_value();
                     });
}

// "8 fewer (from 11 fewer to 4 fewer)", of 1,000.
std::string DifferenceText(const v1::EffectEstimate& effect) {
  return absl::StrCat(
      MoreOrFewer(effect.value()), " per 1,000",
      effect.has_low() ? absl::StrCat(" (from ", MoreOrFewer(effect.low()),
                                      " to ", MoreOrFewer(effect.high()), ")")
                       : "");
}

void WriteAbsoluteEffects(HtmlTable& table, const v1::OutcomeResult& outcome) {
  const v1::EffectEstimate& group = outcome.group_per_1000();
  const bool has_difference = outcome.difference_per_1000().has_value();
  table.Cell(RiskOrDash(outcome.has_baseline_per_1000(),
                        PerThousand(outcome.baseline_per_1000())));
  if (!group.has_value() && has_difference) {
    table.Cell(
        "not given: this baseline and this difference would lead to risks "
        "outside 0 to 1,000");
  } else {
    table.Cell(RiskOrDash(
        group.has_value(),
        absl::StrCat(PerThousand(group.value()),
                     group.has_low()
                         ? absl::StrCat(" (", Thousandths(group.low()), " to ",
                                        Thousandths(group.high()), ")")
                         : "")));
  }
  table.Cell(RiskOrDash(has_difference,
                        DifferenceText(outcome.difference_per_1000())));
}

// Where the risk with the reference comes from; "" where there is none.
std::string BaselineSource(const v1::OutcomeResult& outcome) {
  if (!outcome.has_baseline_per_1000()) return "";
  if (outcome.plan().has_baseline_risk()) return "as the protocol sets it";
  std::vector<double> risks;
  for (const v1::StudyResult& study : outcome.studies()) {
    if (!study.has_reference_events() || study.reference_participants() <= 0) {
      continue;
    }
    risks.push_back(1000.0 * study.reference_events() /
                    study.reference_participants());
  }
  if (risks.empty()) return "";
  if (risks.size() == 1) return "the risk in the reference group of the study";
  const auto [low, high] = std::minmax_element(risks.begin(), risks.end());
  return absl::StrCat("the median of ", risks.size(),
                      " reference groups, whose risks reach from ",
                      ShortNumber(*low), " to ", ShortNumber(*high),
                      " per 1,000");
}

void WriteBaselineSources(HtmlWriter& html, const v1::ReviewResult& result) {
  std::vector<std::string> sources;
  for (int i = 0; i < result.outcomes_size(); ++i) {
    const std::string source = BaselineSource(result.outcomes(i));
    if (source.empty()) continue;
    sources.push_back(
        absl::StrCat(OutcomeHeading(result, i), ": ", source, "."));
  }
  if (sources.empty()) return;
  html.Element(
      "p",
      absl::StrCat("Risk with the reference. ", absl::StrJoin(sources, " ")),
      {{"class", "remark"}});
}

// What the results that are not pooled say, in short: the range of numbers of
// one kind, or how many directions there are of each, which is no vote.
std::string ListedFindings(const v1::OutcomeResult& outcome,
                           const RowsById& rows) {
  if (IsComparison(outcome)) {
    std::map<std::string, int> directions;
    for (const v1::ExcludedResult& each : outcome.excluded()) {
      const std::string words = EnumWords(each.direction());
      ++directions[words.empty() ? "not stated" : words];
    }
    if (directions.size() == directions.count("not stated")) return "";
    std::vector<std::string> parts;
    for (const auto& [words, count] : directions) {
      parts.push_back(absl::StrCat(words, " ", count));
    }
    return absl::StrCat("Directions, which are no vote: ",
                        absl::StrJoin(parts, ", "));
  }
  std::vector<double> values;
  std::set<std::string> units;
  for (const v1::ExcludedResult& each : outcome.excluded()) {
    const auto found = rows.find(each.row());
    if (found == rows.end() || !found->second->has_value()) continue;
    values.push_back(found->second->value());
    units.insert(found->second->unit());
  }
  if (values.size() < 2 || units.size() > 1) return "";
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return absl::StrCat(values.size(), " values, from ",
                      NumberWords(*low, *units.begin()), " to ",
                      NumberWords(*high, *units.begin()));
}

void WriteFoundEffect(HtmlWriter& html, const v1::OutcomeResult& outcome,
                      const RowsById& rows) {
  if (const v1::EffectEstimate* effect = MainEffect(outcome)) {
    html.Text(absl::StrCat(Capitalized(MeasureWords(outcome)), " "));
    html.Element("b", EffectText(*effect, outcome.unit()));
    return;
  }
  html.Text(StateText(outcome));
  const std::string listed = ListedFindings(outcome, rows);
  if (!listed.empty()) html.Element("div", listed, {{"class", "remark"}});
}

void WriteCertaintyReasons(HtmlWriter& html, const v1::OutcomeResult& outcome) {
  if (outcome.certainty().steps().empty()) return;
  html.Open("details").Element("summary", "Reasons").Open("ul");
  for (const v1::CertaintyStep& step : outcome.certainty().steps()) {
    html.Element("li",
                 absl::StrCat(Capitalized(EnumWords(step.domain())), " ",
                              step.levels() > 0   ? "+"
                              : step.levels() < 0 ? "−"
                                                  : "",
                              std::abs(step.levels()), ": ", step.reason()));
  }
  html.Close().Close();
}

}  // namespace

void OpenPart(HtmlWriter& html, absl::string_view id, absl::string_view title) {
  const std::string heading = absl::StrCat(id, "-heading");
  html.Open("section", {{"id", id}, {"aria-labelledby", heading}});
  html.Element("h2", title, {{"id", heading}});
}

void OpenScroll(HtmlWriter& html, absl::string_view label) {
  html.Open("div", {{"class", "scroll"},
                    {"role", "region"},
                    {"aria-label", label},
                    {"tabindex", "0"}});
}

void WriteFigure(HtmlWriter& html, absl::string_view figure,
                 absl::string_view svg, absl::string_view caption,
                 absl::string_view narrow) {
  html.Open("figure", {{"id", figure}});
  html.Open("div", {{"class", narrow.empty() ? "scroll" : "scroll wide"},
                    {"role", "region"},
                    {"aria-label", absl::StrCat("Figure: ", caption)},
                    {"tabindex", "0"}});
  html.Fragment(svg).Close();
  if (!narrow.empty()) {
    html.Open("div", {{"class", "narrow"}}).Fragment(narrow).Close();
  }
  html.Element("figcaption", caption).Close();
}

void WriteGroups(HtmlWriter& html, const v1::ReviewResult& result,
                 absl::string_view trial_id, absl::string_view group,
                 absl::string_view reference) {
  html.Text(GroupsWords(result, trial_id, group, reference));
  if (IsUnidentified(group) || IsUnidentified(reference)) {
    html.Text(" ");
    WriteMark(html, "doubted", "§ The report does not say which group");
  }
}

void WriteMark(HtmlWriter& html, absl::string_view kind,
               absl::string_view words) {
  html.Element("span", words, {{"class", absl::StrCat("mark ", kind)}});
}

void WriteCertainty(HtmlWriter& html, const v1::OutcomeResult& outcome) {
  const v1::CertaintyLevel level = outcome.certainty().level();
  html.Open("div", {{"class", "certainty"}});
  html.Open("span",
            {{"class",
              level == v1::CERTAINTY_LEVEL_UNSPECIFIED ? "remark" : "level"}});
  if (!CertaintySigns(level).empty()) {
    html.Element("span", CertaintySigns(level), {{"aria-hidden", "true"}});
    html.Text(" ");
  }
  html.Text(CertaintyWords(level)).Close();
  if (outcome.certainty_outdated()) {
    html.Text(" ");
    WriteMark(html, "doubted", "Judged before the latest evidence");
  }
  html.Close();
}

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

void WriteNews(HtmlWriter& html, const v1::ReviewResult& result) {
  if (!result.has_changes()) return;
  OpenPart(html, "news", "What is new");
  const v1::ReviewDiff& changes = result.changes();
  int crossed = 0;
  for (const v1::OutcomeChange& change : changes.outcomes()) {
    if (change.crossed()) ++crossed;
  }
  html.Element(
      "p",
      absl::StrCat(
          "Since ", VersionText(changes.from()), ": ",
          Plural(changes.added_trials_size(), "trial", "trials"), " added, ",
          Plural(changes.removed_trials_size(), "trial", "trials"),
          " removed, ", Plural(changes.records_size(), "record", "records"),
          " changed; ", Plural(changes.outcomes_size(), "outcome", "outcomes"),
          " changed and ", changes.unchanged_outcomes(), " did not. ",
          crossed == 0
              ? "No conclusion crossed its threshold."
              : absl::StrCat(Plural(crossed, "conclusion", "conclusions"),
                             " crossed the threshold that the protocol set.")),
      {{"class", "lead"}});
  WriteOutcomeChanges(html, changes);
  WriteRecordChanges(html, result);
  if (changes.protocol_paths_size() > 0) {
    html.Element(
        "p", absl::StrCat("The protocol changed in: ",
                          absl::StrJoin(changes.protocol_paths(), ", "), "."));
  }
  html.Close();
}

void WriteCurrency(HtmlWriter& html, const v1::ReviewResult& result) {
  OpenPart(html, "currency", "How current this is");
  const v1::ResultStamp& stamp = result.stamp();
  const v1::LivingMode& living = result.protocol().living_mode();
  html.Open("dl", {{"class", "facts"}});
  Fact(html, "Latest change of the evidence",
       stamp.has_evidence_time() ? DateWords(stamp.evidence_time())
                                 : std::string(kNotRecorded));
  if (!stamp.at().empty()) {
    Fact(html, "Version",
         absl::StrCat(VersionWords(stamp),
                      stamp.has_snapshot_time()
                          ? absl::StrCat(", a snapshot of ",
                                         DateWords(stamp.snapshot_time()))
                          : ""));
  }
  std::string searched;
  for (const v1::SearchRun& search : result.protocol().searches()) {
    searched = std::max(searched, search.date());
  }
  Fact(html, "Last search",
       searched.empty() ? std::string(kNotRecorded) : DateWords(searched));
  if (living.has_search_interval()) {
    Fact(html, "Searched every", QuantityWords(living.search_interval()));
  }
  if (living.has_update_interval()) {
    Fact(html, "Published at least every",
         QuantityWords(living.update_interval()));
  }
  Fact(html, "A new version follows when",
       absl::StrJoin(living.triggers(), "; "));
  Fact(html, "Follows", result.protocol().preceding_version());
  Fact(html, "Kept living because", living.justification());
  Fact(html, "Retirement", living.retirement());
  html.Close();
  for (const std::string& notice : result.notices()) {
    html.Element("p", notice, {{"class", "notice"}});
  }
  html.Close();
}

void WriteSummaryOfFindings(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.outcomes_size() == 0) return;
  OpenPart(html, "summary-of-findings", "Summary of findings");
  const bool absolute = HasAbsoluteEffects(result);
  std::vector<std::string> columns = {"Outcome", "Studies"};
  if (absolute) {
    columns.insert(columns.end(), {"Risk with the reference",
                                   "Risk with the intervention", "Difference"});
  }
  columns.insert(columns.end(), {"Effect (interval)", "Certainty"});
  const RowsById rows = RowsOf(result);
  HtmlTable table(html, "stack sof",
                  absolute ? "Effects, absolute effects per 1,000 people, and "
                             "certainty"
                           : "Effects and certainty",
                  columns);
  for (int i = 0; i < result.outcomes_size(); ++i) {
    const v1::OutcomeResult& outcome = result.outcomes(i);
    // Of designs that are listed and never pooled there is nothing to sum up.
    if (!IsOfPlan(outcome)) continue;
    table.BeginRow();
    table.BeginCell();
    html.Element("a", OutcomeTitle(outcome),
                 {{"href", absl::StrCat("#outcome-", OutcomeKey(result, i))}});
    if (outcome.plan().importance() != v1::OUTCOME_IMPORTANCE_UNSPECIFIED) {
      html.Element("div", Capitalized(EnumWords(outcome.plan().importance())),
                   {{"class", "remark"}});
    }
    table.EndCell();
    table.BeginCell();
    html.Text(StudiesText(outcome));
    html.Element("div", Capitalized(DesignWords(outcome.design())),
                 {{"class", "remark"}});
    table.EndCell();
    if (absolute) WriteAbsoluteEffects(table, outcome);
    table.BeginCell();
    WriteFoundEffect(html, outcome, rows);
    table.EndCell();
    table.BeginCell();
    if (MainEffect(outcome) != nullptr || outcome.has_certainty()) {
      WriteCertainty(html, outcome);
      WriteCertaintyReasons(html, outcome);
    }
    table.EndCell();
    table.EndRow();
  }
  table.Finish();
  WriteBaselineSources(html, result);
  html.Element("p",
               "Certainty is judged with GRADE: ⊕⊕⊕⊕ high, ⊕⊕⊕◯ moderate, "
               "⊕⊕◯◯ low, ⊕◯◯◯ very low.",
               {{"class", "remark"}});
  html.Close();
}

}  // namespace consilium
