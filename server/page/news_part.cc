#include <algorithm>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "proto/base/html_table.h"
#include "proto/base/record_traits.h"
#include "proto/base/words.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

std::string ChangeKindWords(v1::RecordChangeKind kind) {
  return Capitalized(EnumWords(kind));
}

// Which studies keep `change` from having a pooled effect now, and why; ""
// where none do.
std::string UnusableNow(const v1::ReviewResult& result,
                        const v1::OutcomeChange& change) {
  if (change.has_after()) return "";
  std::vector<std::string> studies;
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    if (outcome.id() != change.id() || outcome.design() != change.design()) {
      continue;
    }
    for (const v1::ExcludedResult& each : outcome.unusable()) {
      studies.push_back(absl::StrCat(
          StudyLabel(result, each.trial_id(), each.study(), kStudyCharacters),
          ": ",
          each.explanation().empty() ? ReasonWords(each.reason())
                                     : each.explanation()));
    }
  }
  return studies.empty() ? ""
                         : absl::StrCat("; cannot be pooled: ",
                                        absl::StrJoin(studies, "; "));
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

void WriteOutcomeChanges(HtmlWriter& html, const v1::ReviewResult& result) {
  const v1::ReviewDiff& changes = result.changes();
  if (changes.outcomes_size() == 0) return;
  HtmlTable table(html, "stack", "Conclusions, before and after",
                  {"Outcome", "Before", "After", "Conclusion", "Studies"});
  for (const v1::OutcomeChange& change : changes.outcomes()) {
    table.BeginRow();
    table.Cell(change.title().empty() ? Capitalized(KebabWords(change.id()))
                                      : change.title());
    table.Cell(BeforeOrAfter(change.before(), change.has_before()));
    table.Cell(absl::StrCat(BeforeOrAfter(change.after(), change.has_after()),
                            UnusableNow(result, change)));
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
  const RecordTraits* const traits =
      RecordTraitsTable::Get().FindByName(change.record());
  const std::string kind =
      FieldWords(traits == nullptr ? segments[size - 2] : traits->singular);
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

}  // namespace

void WriteNews(HtmlWriter& html, const v1::ReviewResult& result) {
  if (!result.has_changes()) return;
  OpenPart(html, "news", "What is new");
  const v1::ReviewDiff& changes = result.changes();
  int crossed = 0;
  for (const v1::OutcomeChange& change : changes.outcomes()) {
    if (change.crossed()) ++crossed;
  }
  if (changes.review_added()) {
    html.Element("p",
                 "The earlier version has no such protocol; all of the review "
                 "is new.",
                 {{"class", "lead"}});
  }
  html.Element(
      "p",
      absl::StrCat(
          changes.review_added()
              ? std::string("Since then: ")
              : absl::StrCat("Since ", VersionText(changes.from()), ": "),
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
  WriteOutcomeChanges(html, result);
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
    // The page begins with it.
    if (absl::StartsWith(notice, "The protocol is in dispute at ")) continue;
    html.Element("p", notice, {{"class", "notice"}});
  }
  html.Close();
}

}  // namespace consilium
