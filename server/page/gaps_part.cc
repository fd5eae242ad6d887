#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/html_table.h"
#include "proto/base/words.h"
#include "server/page/gap_map.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

std::string CellWords(const v1::ReviewResult& result, const v1::GapCell* cell) {
  if (cell == nullptr) return "none";
  const int inferred = InferredTreatments(result, *cell);
  std::string text = JoinWords(
      {cell->trials() > 0
           ? absl::StrCat(
                 Plural(cell->trials(), "trial", "trials"),
                 cell->randomized() > 0
                     ? absl::StrCat(" (", cell->randomized(), " randomised)")
                     : "")
           : "",
       cell->participants() > 0
           ? Plural(cell->participants(), "participant", "participants")
           : "",
       cell->ongoing() > 0 ? absl::StrCat(cell->ongoing(), " ongoing") : "",
       WithoutResults(*cell) > 0
           ? absl::StrCat(WithoutResults(*cell),
                          " without results, status not stated or ended")
           : "",
       inferred > 0 ? absl::StrCat(inferred, " with an inferred treatment")
                    : "",
       cell->preclinical() > 0
           ? absl::StrCat(cell->preclinical(), " preclinical")
           : ""},
      "; ");
  return text.empty() ? "none" : text;
}

}  // namespace

void WriteOngoing(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.ongoing_size() == 0) return;
  OpenPart(html, "ongoing", "Ongoing trials");
  HtmlTable table(html, "stack",
                  "Trials that go on or may, with registry numbers",
                  {"Study", "Registry numbers", "Status"});
  for (const v1::EvidenceRow& row : result.ongoing()) {
    table.BeginRow();
    table.BeginCell();
    const std::string name = StudyTitle(result, row.trial_id(), row.study());
    html.Text(name);
    if (name != row.title() && !row.title().empty()) {
      html.Element("div", row.title(), {{"class", "remark"}});
    }
    table.EndCell();
    table.Cell(row.registrations().empty()
                   ? std::string(kNotRecorded)
                   : absl::StrJoin(row.registrations(), ", "));
    const std::string status = EnumWords(row.status());
    table.Cell(row.possible()   ? "Not stated; results are awaited"
               : status.empty() ? "not stated"
                                : Capitalized(status));
    table.EndRow();
  }
  table.Finish();
  html.Close();
}

void WriteGapMap(HtmlWriter& html, const v1::ReviewResult& result) {
  if (result.gap_map_size() == 0) return;
  OpenPart(html, "gaps", "Where evidence is missing");
  WriteFigure(html, "gap-map", GapMap(result),
              "Gap map: drug class by technique of radiotherapy",
              NarrowGapMap(result));
  html.Element("p",
               "Drug and radiotherapy are those of one arm. A trial stands in "
               "every cell that an arm of it belongs to; its participants "
               "count once in a row, all of the trial's, and where they "
               "cannot be told apart by cell, in none.",
               {{"class", "remark"}});
  html.Open("details", {{"class", "twin"}});
  html.Element("summary", "The gap map as a table");
  const GapTable gaps = MakeGapTable(result);
  std::vector<std::string> columns = {"Drug class"};
  for (const std::string& id : gaps.radiotherapies) {
    columns.push_back(gaps.TechniqueTitle(result, id));
  }
  OpenScroll(html, "Table: gap map");
  HtmlTable table(html, "matrix",
                  "Trials, participants and ongoing trials by drug class and "
                  "technique",
                  columns);
  for (const std::string& drug_class : gaps.drug_classes) {
    table.BeginRow();
    table.Cell(gaps.DrugClassTitle(result, drug_class));
    for (const std::string& radiotherapy : gaps.radiotherapies) {
      table.Cell(
          CellWords(result, GapTable::Find(result, drug_class, radiotherapy)));
    }
    table.EndRow();
  }
  table.Finish();
  html.Close().Close().Close();
}

}  // namespace consilium
