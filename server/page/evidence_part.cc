#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/treatment_words.h"
#include "proto/base/words.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"
#include "server/page/provenance_text.h"
#include "server/page/references.h"
#include "server/page/row_words.h"

namespace consilium {
namespace {

constexpr absl::string_view kSecondarySource = "‡ Secondary source";

using EvidenceRows = google::protobuf::RepeatedPtrField<v1::EvidenceRow>;

// Where each trial stands first, with its doses and results: a section that
// holds it too refers to there.
using FirstSections = std::map<absl::string_view, const v1::SectionResult*>;

std::string SectionTitle(const v1::SectionResult& section) {
  return section.title().empty() ? Capitalized(KebabWords(section.id()))
                                 : section.title();
}

std::string SectionAnchor(const v1::SectionResult& section) {
  return absl::StrCat("section-", section.id());
}

FirstSections FirstSectionsOf(
    const std::vector<const v1::SectionResult*>& sections) {
  FirstSections first;
  for (const v1::SectionResult* section : sections) {
    for (const EvidenceRows* rows :
         {&section->trials(), &section->results(), &section->adverse_events(),
          &section->conclusions()}) {
      for (const v1::EvidenceRow& row : *rows) {
        first.emplace(row.trial_id(), section);
      }
    }
  }
  return first;
}

// Those of `rows` whose trials stand in `section` first.
std::vector<const v1::EvidenceRow*> OwnRows(const EvidenceRows& rows,
                                            const FirstSections& first,
                                            const v1::SectionResult& section) {
  std::vector<const v1::EvidenceRow*> own;
  for (const v1::EvidenceRow& row : rows) {
    if (first.at(row.trial_id()) == &section) own.push_back(&row);
  }
  return own;
}

absl::string_view DesignWord(v1::StudyDesign design) {
  switch (design) {
    case v1::STUDY_DESIGN_RANDOMIZED:
      return "Randomised";
    case v1::STUDY_DESIGN_NON_RANDOMIZED:
      return "Not randomised";
    case v1::STUDY_DESIGN_SINGLE_ARM:
      return "Single arm";
    case v1::STUDY_DESIGN_CROSS_TRIAL:
      return "Across trials";
    case v1::STUDY_DESIGN_PRECLINICAL:
      return "Preclinical";
    default:
      return "not stated";
  }
}

std::string StudyName(const v1::ReviewResult& result,
                      const v1::EvidenceRow& row) {
  return StudyTitle(result, row.trial_id(), row.study());
}

// Year, registry numbers and number in the list of references.
std::string StudyRemark(const v1::ReviewResult& result,
                        const v1::EvidenceRow& row) {
  return JoinWords({row.year() > 0 ? absl::StrCat(row.year()) : "",
                    absl::StrJoin(row.registrations(), ", "),
                    ReferenceWords(result, row.trial_id())},
                   ", ");
}

void WriteStudyCell(HtmlWriter& html, const v1::ReviewResult& result,
                    const v1::EvidenceRow& row) {
  const std::string name = StudyName(result, row);
  html.Text(name);
  for (const std::string& remark :
       {StudyRemark(result, row), name == row.title() ? "" : row.title()}) {
    if (!remark.empty()) html.Element("div", remark, {{"class", "remark"}});
  }
}

// "Or: 125 mg three times daily (likely misprint)".
void WriteReading(HtmlWriter& html, const v1::Alternative& reading) {
  const std::string reason =
      reading.reason().empty() ? "" : absl::StrCat(" (", reading.reason(), ")");
  html.Text(" ");
  WriteMark(html, "doubted", absl::StrCat("Or: ", reading.reading(), reason));
}

// What else a component may be, where its dose stands.
template <typename Component>
void WriteReadings(HtmlWriter& html, const Component& component) {
  if constexpr (requires { component.alternatives(); }) {
    for (const v1::Alternative& each : component.alternatives()) {
      WriteReading(html, each);
    }
  }
}

template <typename Components>
void WriteComponents(HtmlWriter& html, const Components& components) {
  for (const auto& component : components) {
    html.Open("li").Text(ComponentText(component));
    WriteReadings(html, component);
    html.Close();
  }
}

std::string ArmTitle(const v1::Arm& arm) {
  return arm.title().empty() ? IdOf(arm.name()) : arm.title();
}

void WriteArm(HtmlWriter& html, const v1::Arm& arm) {
  html.Element("div", ArmTitle(arm), {{"class", "arm"}});
  if (arm.drugs_size() + arm.radiotherapies_size() + arm.surgeries_size() +
          arm.other_components_size() ==
      0) {
    return;
  }
  html.Open("ul", {{"class", "plain"}});
  WriteComponents(html, arm.drugs());
  WriteComponents(html, arm.radiotherapies());
  WriteComponents(html, arm.surgeries());
  WriteComponents(html, arm.other_components());
  html.Close();
}

// Whether a component of the arms is read so, which stands beside it.
bool IsOfArms(const v1::Alternative& reading, const v1::EvidenceRow& row) {
  const auto holds = [&reading](const auto& components) {
    return absl::c_any_of(components, [&reading](const auto& component) {
      return absl::c_any_of(
          component.alternatives(), [&reading](const v1::Alternative& each) {
            return each.reason() == reading.reason() &&
                   absl::EndsWith(reading.reading(), each.reading());
          });
    });
  };
  return absl::c_any_of(row.arms(), [&holds](const v1::Arm& arm) {
    return holds(arm.drugs()) || holds(arm.radiotherapies());
  });
}

// What is doubted of a trial: its arms say the rest.
void WriteTrialMarks(HtmlWriter& html, const v1::EvidenceRow& row) {
  if (row.conflicts_size() > 0) WriteMark(html, "disputed", "† Disputed");
  for (const v1::Alternative& reading : row.alternatives()) {
    if (!IsOfArms(reading, row)) WriteReading(html, reading);
  }
}

void WriteMarks(HtmlWriter& html, const v1::EvidenceRow& row) {
  if (row.conflicts_size() > 0) WriteMark(html, "disputed", "† Disputed");
  if (row.alternatives_size() > 0) {
    WriteMark(html, "doubted", "Can be read otherwise");
  }
  if (row.derivations_size() > 0) {
    WriteMark(html, "derived", "Derived, not printed");
  }
}

// The arms of a trial that stands in another section, and a way there.
void WriteArmsInShort(HtmlWriter& html, const v1::EvidenceRow& row,
                      const v1::SectionResult& section) {
  std::vector<std::string> titles;
  for (const v1::Arm& arm : row.arms()) titles.push_back(ArmTitle(arm));
  html.Text(absl::StrJoin(titles, "; "));
  html.Open("div", {{"class", "remark"}});
  html.Text("Doses and results: ");
  html.Element("a", SectionTitle(section),
               {{"href", absl::StrCat("#", SectionAnchor(section))}});
  html.Close();
}

void WriteTrials(HtmlWriter& html, const v1::ReviewResult& result,
                 const v1::SectionResult& section, const FirstSections& first) {
  if (section.trials().empty()) return;
  HtmlTable table(
      html, "stack trials", "Studies",
      {"Study", "Design", "Treatment, with doses as printed", "Participants"});
  for (const v1::EvidenceRow& row : section.trials()) {
    const v1::SectionResult& stands = *first.at(row.trial_id());
    const bool is_first = &stands == &section;
    table.BeginRow();
    table.BeginCell();
    WriteStudyCell(html, result, row);
    if (is_first) WriteTrialMarks(html, row);
    table.EndCell();
    table.BeginCell();
    html.Text(DesignWord(row.design()));
    const std::string status = EnumWords(row.status());
    if (!status.empty()) {
      html.Element("div", Capitalized(status), {{"class", "remark"}});
    }
    table.EndCell();
    table.BeginCell();
    if (!is_first) {
      WriteArmsInShort(html, row, stands);
    } else {
      for (const v1::Arm& arm : row.arms()) WriteArm(html, arm);
    }
    if (is_first && row.arms_size() == 0) {
      html.Text(row.drugs().empty()
                    ? "not recorded by arm"
                    : KebabWords(absl::StrJoin(row.drugs(), ", ")));
    }
    table.EndCell();
    table.Cell(row.has_participants() ? CountWords(row.participants())
               : row.has_enrolled()   ? CountWords(row.enrolled())
                                      : std::string(kNotRecorded));
    table.EndRow();
  }
  table.Finish();
}

// How a table of results shows a row.
struct ResultStyle {
  bool adverse = false;
  bool has_sources = false;  // A column of them.
  bool tells_source = false;
  bool quoted = false;
};

void WriteResultRow(HtmlWriter& html, HtmlTable& table,
                    const v1::ReviewResult& result, const v1::EvidenceRow& row,
                    const ResultStyle& style) {
  table.BeginRow();
  table.BeginCell();
  if (style.adverse) {
    html.Text(
        TermTitle(result, v1::VOCABULARY_ADVERSE_EVENT, row.adverse_event()));
    html.Element("div",
                 row.grade().empty() || row.grade() == "not stated"
                     ? "grade not stated"
                     : absl::StrCat("grade ", GradeWords(row.grade())),
                 {{"class", "remark"}});
  } else {
    html.Text(RowOutcome(row));
    const std::string measure = RowMeasure(row);
    if (!measure.empty()) {
      html.Element("div", measure, {{"class", "remark"}});
    }
  }
  table.EndCell();
  table.BeginCell();
  WriteGroups(html, result, row.trial_id(), row.group(), row.reference());
  table.EndCell();
  table.BeginCell();
  WriteWithFacts(html, RowValue(row), FactsOf(result, row));
  WriteMarks(html, row);
  if (style.quoted) {
    html.Element("div", absl::StrCat("“", row.printed(), "”"),
                 {{"class", "remark"}});
  }
  table.EndCell();
  if (style.has_sources) {
    table.BeginCell();
    if (style.tells_source) {
      html.Text(SourceText(result, row));
      if (row.secondary()) WriteMark(html, "secondary", kSecondarySource);
    }
    table.EndCell();
  }
  table.EndRow();
}

// The source that all rows of a trial have in common; "" where there is none.
std::string CommonSource(const v1::ReviewResult& result,
                         const std::vector<const v1::EvidenceRow*>& rows,
                         const std::string& trial_id) {
  std::string common;
  for (const v1::EvidenceRow* row : rows) {
    if (row->trial_id() != trial_id) continue;
    std::string source = SourceText(result, *row);
    if (row->secondary()) absl::StrAppend(&source, " ", kSecondarySource);
    if (!common.empty() && source != common) return "";
    common = std::move(source);
  }
  return common;
}

// Results by study, folded: a page is read from its conclusions down.
void WriteResults(HtmlWriter& html, const v1::ReviewResult& result,
                  const std::vector<const v1::EvidenceRow*>& rows,
                  bool adverse) {
  if (rows.empty()) return;
  // By trial; what all its rows have in common stands once above them.
  std::map<std::string, std::string> sources;
  for (const v1::EvidenceRow* row : rows) {
    const auto [source, is_new] = sources.try_emplace(row->trial_id());
    if (is_new) source->second = CommonSource(result, rows, row->trial_id());
  }
  ResultStyle style;
  style.adverse = adverse;
  style.has_sources = absl::c_any_of(
      sources, [](const auto& each) { return each.second.empty(); });
  const absl::string_view kind = adverse ? "adverse events" : "results";
  html.Open("details");
  html.Element("summary",
               absl::StrCat(adverse ? Plural(rows.size(),
                                             "number on an adverse "
                                             "event",
                                             "numbers on adverse events")
                                    : Plural(rows.size(), "result", "results"),
                            " as printed, with sources"));
  std::vector<std::string> columns = {adverse ? "Event and grade" : "Outcome",
                                      "Group", "Result as printed"};
  if (style.has_sources) columns.push_back("Source");
  HtmlTable table(html, "stack printed", Capitalized(std::string(kind)),
                  columns);
  std::string study;
  std::string printed;  // A sentence that holds several numbers stands once.
  for (const v1::EvidenceRow* each : rows) {
    const v1::EvidenceRow& row = *each;
    if (row.trial_id() != study) {
      study = row.trial_id();
      printed.clear();
      const std::string name = StudyName(result, row);
      const std::string& source = sources.at(study);
      table.BeginGroup(
          name,
          JoinWords({JoinWords({ReferenceWords(result, row.trial_id()),
                                name == row.title() ? "" : row.title()},
                               ": "),
                     source.empty() ? "" : absl::StrCat("Read in ", source)},
                    ". "));
      style.tells_source = source.empty();
    }
    style.quoted = !row.printed().empty() && row.printed() != printed;
    printed = row.printed();
    WriteResultRow(html, table, result, row, style);
  }
  table.Finish();
  html.Close();
}

void WriteConclusions(HtmlWriter& html, const v1::ReviewResult& result,
                      const std::vector<const v1::EvidenceRow*>& rows) {
  if (rows.empty()) return;
  html.Open("details");
  html.Element("summary",
               absl::StrCat("What the authors conclude: ",
                            Plural(rows.size(), "statement", "statements")));
  html.Open("ul", {{"class", "conclusions"}});
  for (const v1::EvidenceRow* each : rows) {
    const v1::EvidenceRow& row = *each;
    html.Open("li")
        .Element("b", StudyLabel(result, row.trial_id(), row.study(),
                                 kStudyCharacters))
        .Text(": ");
    html.Text(row.statement().empty() ? RowValue(row) : row.statement());
    html.Close();
  }
  html.Close().Close();
}

// Whose lists of references the numbers beside studies are of.
void WriteReferenceLists(HtmlWriter& html, const v1::ReviewResult& result) {
  std::set<std::string> lists;
  for (const v1::SectionResult& section : result.sections()) {
    for (const v1::EvidenceRow& row : section.trials()) {
      for (const v1::Citation& citation : row.publication().cited_in()) {
        if (citation.has_number()) {
          lists.insert(ReportLabel(result, citation.publication()));
        }
      }
    }
  }
  if (lists.empty()) return;
  html.Element("p",
               absl::StrCat("ref.: number in the list of references of ",
                            absl::StrJoin(lists, ", ")),
               {{"class", "remark"}});
}

// Trials that the section's filter may mean.
void WritePossible(HtmlWriter& html, const v1::ReviewResult& result,
                   const v1::SectionResult& section) {
  if (section.possible_size() == 0) return;
  html.Open("details");
  html.Element("summary",
               absl::StrCat(Plural(section.possible_size(), "trial", "trials"),
                            " that may belong here, with what is not known"));
  html.Open("ul", {{"class", "plain"}});
  for (const v1::PossibleResult& each : section.possible()) {
    html.Element("li",
                 absl::StrCat(StudyTitle(result, each.trial_id(), each.study()),
                              ": ", UnknownWords(each)));
  }
  html.Close().Close();
}

void WriteSection(HtmlWriter& html, const v1::ReviewResult& result,
                  const v1::SectionResult& section,
                  const FirstSections& first) {
  html.Open("article",
            {{"class", section.never_pooled() ? "apart" : "evidence"},
             {"id", SectionAnchor(section)}});
  html.Element("h3", SectionTitle(section));
  if (section.never_pooled()) {
    html.Element("p",
                 section.text().empty()
                     ? "This evidence is listed apart and never pooled with "
                       "the rest."
                     : section.text(),
                 {{"class", "notice"}});
  } else if (!section.text().empty()) {
    html.Element("p", section.text());
  }
  if (section.trials_size() == 0) {
    html.Element("p", "No trial in this version.");
  }
  WriteTrials(html, result, section, first);
  WriteResults(html, result, OwnRows(section.results(), first, section),
               /*adverse=*/false);
  WriteResults(html, result, OwnRows(section.adverse_events(), first, section),
               /*adverse=*/true);
  WriteConclusions(html, result,
                   OwnRows(section.conclusions(), first, section));
  WritePossible(html, result, section);
  html.Close();
}

}  // namespace

void WriteSections(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.sections_size() == 0) return;
  OpenPart(html, "evidence", "The evidence, study by study");
  WriteReferenceLists(html, result);
  std::vector<const v1::SectionResult*> sections;
  for (const bool never_pooled : {false, true}) {
    for (const v1::SectionResult& section : result.sections()) {
      if (section.never_pooled() == never_pooled) sections.push_back(&section);
    }
  }
  const FirstSections first = FirstSectionsOf(sections);
  for (const v1::SectionResult* section : sections) {
    WriteSection(html, result, *section, first);
  }
  html.Close();
}

}  // namespace consilium
