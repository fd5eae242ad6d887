#include "client/cli/evidence_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/cli/field_columns.h"
#include "proto/base/element_key.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

// "<", ">=" before a number that is a bound; empty before one that is exact.
std::string BoundSign(v1::Comparator comparator) {
  if (comparator == v1::COMPARATOR_UNSPECIFIED ||
      comparator == v1::COMPARATOR_EQUAL) {
    return "";
  }
  const auto* const value =
      v1::Comparator_descriptor()->FindValueByNumber(comparator);
  return value == nullptr ? "" : EnumToken(*value);
}

std::string NumberCell(const EvidenceRow& row, absl::string_view column,
                       const std::string& printed, v1::Comparator comparator,
                       CellStyle style) {
  std::string text = printed.empty() ? FieldCell(row, column) : printed;
  if (style == CellStyle::kCsv) return text;
  if (text.empty()) {
    return column == "value" ? FieldCell(row, "valueStatus") : text;
  }
  return absl::StrCat(BoundSign(comparator), text);
}

// Two decimals at most.
std::string Rounded(const std::string& text) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) return text;
  std::string rounded = absl::StrFormat("%.2f", number);
  while (absl::EndsWith(rounded, "0")) rounded.pop_back();
  if (absl::EndsWith(rounded, ".")) rounded.pop_back();
  return rounded.size() < text.size() ? rounded : text;
}

// `months` as a report is likely to have it: 3.67967 of them are "16 wk".
std::string TimeText(double months, const std::string& text) {
  constexpr double kDaysPerMonth = 30.4375;
  const auto is_whole = [](double number) {
    return std::abs(number - std::round(number)) < 1e-6;
  };
  const double days = months * kDaysPerMonth;
  if (is_whole(months * 4) || !is_whole(days)) return Rounded(text);
  const bool weeks = is_whole(days / 7);
  return absl::StrCat(std::llround(weeks ? days / 7 : days),
                      weeks ? " wk" : " d");
}

std::string ProvenanceCell(const EvidenceRow& row, absl::string_view column) {
  std::vector<std::string> texts;
  for (const v1::Provenance& each : row.provenance()) {
    std::string text;
    if (column == kInstitutionColumn) {
      text = each.institution();
    } else if (column == kAuthorColumn) {
      text = each.author();
    } else if (each.has_source()) {
      text = MessageWords(each.source());
      if (each.source().has_cites()) {
        absl::StrAppend(&text, " (cites ", each.source().cites(), ")");
      }
    }
    texts.push_back(std::move(text));
  }
  // A trial's row has a source for every field; once is enough when they agree.
  const std::set<std::string> distinct(texts.begin(), texts.end());
  if (distinct.size() == 1) return *distinct.begin();
  if (row.kind() == v1::EVIDENCE_KIND_TRIAL) {
    return absl::StrJoin(distinct, " / ");
  }
  return absl::StrJoin(texts, " / ");
}

// "17.6", "P <0.05", "design not known".
std::string ReadingText(const v1::FieldReading& reading) {
  if (reading.field() == "value" && reading.has_value()) return reading.value();
  return absl::StrCat(reading.field(), " ",
                      reading.has_value() ? reading.value() : "not known");
}

// What the row would hold; empty when no field shows it.
std::string ReadingsText(const v1::Dispute& dispute) {
  if (dispute.removed()) return "taken back";
  std::vector<std::string> readings;
  for (const v1::FieldReading& reading : dispute.fields()) {
    readings.push_back(ReadingText(reading));
  }
  return absl::StrJoin(readings, ", ");
}

// The same; of a dispute that no field shows, where it is.
std::string DisputeText(const v1::Dispute& dispute, const EvidenceRow& row) {
  std::string readings = ReadingsText(dispute);
  if (!readings.empty()) return readings;
  if (dispute.path() == row.path()) return "details";
  const std::string& path = dispute.path();
  const size_t hash = path.find('#');
  if (hash == std::string::npos) return path.substr(0, path.find('['));
  const std::string field = path.substr(hash + 1);
  return absl::StrCat(IdOf(path.substr(0, hash)), " ",
                      field.substr(0, field.find('[')));
}

// Fields that tell rows apart which look alike otherwise, the more telling
// first.
constexpr absl::string_view kTelling[] = {
    "outcomeDetail", "assessor",   "eventAssessment", "eventAttribution",
    "eventPeriod",   "population", "method",          "adjustment"};
// When those do not.
constexpr absl::string_view kTellingAtLast[] = {"report", "endpointRole"};

// What a row shows of itself in the default table, without its numbers.
std::string LooksOf(const EvidenceRow& row) {
  std::string looks = row.trial_id();
  for (const absl::string_view column :
       {"kind", "outcome", "compartment", "adverseEvent", "grade", "group",
        "reference", "measure", "statistic", "timeMonths"}) {
    absl::StrAppend(&looks, "\n", FieldCell(row, column));
  }
  return looks;
}

// Adds what `fields` say where they differ within the rows at `places`. Whether
// all rows differ then.
template <typename Fields>
bool TellApart(const std::vector<EvidenceRow>& rows,
               const std::vector<size_t>& places, const Fields& fields,
               std::vector<std::vector<std::string>>& words) {
  std::map<size_t, std::string> told;
  for (const absl::string_view field : fields) {
    std::set<std::string> texts;
    for (const size_t place : places) {
      texts.insert(FieldCell(rows[place], field));
    }
    if (texts.size() < 2) continue;
    for (const size_t place : places) {
      std::string text = FieldCell(rows[place], field);
      absl::StrAppend(&told[place], "\n", text);
      if (!text.empty()) words[place].push_back(std::move(text));
    }
  }
  std::set<std::string> distinct;
  for (const auto& [place, text] : told) distinct.insert(text);
  return distinct.size() == places.size();
}

int PartOf(const EvidenceRow& row) {
  switch (row.kind()) {
    case v1::EVIDENCE_KIND_TRIAL:
      return 0;
    case v1::EVIDENCE_KIND_ESTIMATE:
    case v1::EVIDENCE_KIND_CONTRAST:
      return 1;
    case v1::EVIDENCE_KIND_CONCLUSION:
      return 3;
    default:
      return 2;
  }
}

// -1, 0 or 1 as `a` comes before, with or after `b`.
int CompareTexts(const std::string& a, const std::string& b) {
  if (ComesBefore(a, b)) return -1;
  return ComesBefore(b, a) ? 1 : 0;
}

int CompareValues(const std::string& a, const std::string& b) {
  double x = 0;
  double y = 0;
  if (absl::SimpleAtod(a, &x) && absl::SimpleAtod(b, &y)) {
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return CompareTexts(a, b);
}

// Moves the rows into the order in which `indices` name them.
void Reorder(const std::vector<size_t>& indices,
             std::vector<EvidenceRow>& rows) {
  std::vector<EvidenceRow> sorted(rows.size());
  for (size_t i = 0; i < indices.size(); ++i) {
    sorted[i].Swap(&rows[indices[i]]);
  }
  rows = std::move(sorted);
}

std::vector<size_t> Indices(size_t count) {
  std::vector<size_t> indices(count);
  for (size_t i = 0; i < count; ++i) indices[i] = i;
  return indices;
}

}  // namespace

bool IsMadeColumn(absl::string_view column) {
  return column == kDoubtColumn || column == kInstitutionColumn ||
         column == kAuthorColumn || column == kSourceColumn;
}

std::string EvidenceCell(const EvidenceRow& row, absl::string_view column,
                         CellStyle style) {
  if (column == kDoubtColumn) return DoubtText(row);
  if (IsMadeColumn(column)) return ProvenanceCell(row, column);
  if (column == "value") {
    return NumberCell(row, column, row.value_printed(), row.comparator(),
                      style);
  }
  if (column == "p") {
    return NumberCell(row, column, row.p_printed(), row.p_comparator(), style);
  }
  std::string text = FieldCell(row, column);
  if (text.empty()) return text;
  if (column == "pPrinted") return BoundSign(row.p_comparator()) + text;
  if (column == "valuePrinted") return BoundSign(row.comparator()) + text;
  if (style == CellStyle::kCsv || !absl::EndsWith(column, "Months"))
    return text;
  return column == "timeMonths" ? TimeText(row.time_months(), text)
                                : Rounded(text);
}

std::string DisputeWords(const v1::Dispute& dispute) {
  std::string what = ReadingsText(dispute);
  if (what.empty()) what = "another value";
  return absl::StrCat(what, " by ",
                      absl::StrJoin(dispute.institutions(), " and "));
}

std::string DoubtText(const EvidenceRow& row) {
  // Those of the same institutions together.
  std::vector<std::pair<std::string, std::vector<std::string>>> disputes;
  std::set<std::string> told;
  for (const v1::Dispute& dispute : row.disputes()) {
    told.insert(dispute.path());
    const std::string holders = absl::StrJoin(dispute.institutions(), " and ");
    auto found =
        std::find_if(disputes.begin(), disputes.end(),
                     [&](const auto& each) { return each.first == holders; });
    if (found == disputes.end()) {
      found = disputes.insert(disputes.end(), {holders, {}});
    }
    found->second.push_back(DisputeText(dispute, row));
  }
  std::vector<std::string> parts;
  for (const auto& [holders, texts] : disputes) {
    parts.push_back(absl::StrCat(absl::StrJoin(texts, ", "), " by ", holders));
  }
  for (const std::string& path : row.conflicts()) {
    if (told.count(path) == 0) parts.push_back(path);
  }
  std::string text;
  if (!parts.empty()) {
    text = absl::StrCat("disputed: ", absl::StrJoin(parts, "; "));
  }
  std::vector<std::string> readings;
  for (const v1::Alternative& alternative : row.alternatives()) {
    readings.push_back(alternative.reading());
  }
  if (!readings.empty()) {
    absl::StrAppend(&text, text.empty() ? "" : "; ",
                    "other reading: ", absl::StrJoin(readings, ", or "));
  }
  return text;
}

std::vector<std::string> Qualifiers(const std::vector<EvidenceRow>& rows) {
  std::vector<std::vector<std::string>> words(rows.size());
  std::map<std::string, std::vector<size_t>> alike;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].outcome().empty() && rows[i].adverse_event().empty()) continue;
    if (rows[i].has_compartment()) {
      words[i].push_back(FieldCell(rows[i], "compartment"));
    }
    alike[LooksOf(rows[i])].push_back(i);
  }
  for (const auto& [looks, places] : alike) {
    if (places.size() > 1 && !TellApart(rows, places, kTelling, words)) {
      TellApart(rows, places, kTellingAtLast, words);
    }
  }
  std::vector<std::string> qualifiers;
  for (const std::vector<std::string>& each : words) {
    qualifiers.push_back(absl::StrJoin(each, ", "));
  }
  return qualifiers;
}

void SortForPeople(std::vector<EvidenceRow>& rows) {
  std::vector<size_t> indices = Indices(rows.size());
  std::stable_sort(indices.begin(), indices.end(), [&rows](size_t x, size_t y) {
    const EvidenceRow& a = rows[x];
    const EvidenceRow& b = rows[y];
    const std::pair<std::string, std::string> texts[] = {
        {a.study(), b.study()}, {a.trial_id(), b.trial_id()}};
    for (const auto& [first, second] : texts) {
      const int order = CompareTexts(first, second);
      if (order != 0) return order < 0;
    }
    if (PartOf(a) != PartOf(b)) return PartOf(a) < PartOf(b);
    const int order =
        CompareTexts(absl::StrCat(a.outcome(), a.adverse_event()),
                     absl::StrCat(b.outcome(), b.adverse_event()));
    if (order != 0) return order < 0;
    if (a.compartment() != b.compartment()) {
      return a.compartment() < b.compartment();
    }
    if (a.kind() != b.kind()) return a.kind() < b.kind();
    return CompareTexts(a.group(), b.group()) < 0;
  });
  Reorder(indices, rows);
}

void SortBy(const std::vector<std::string>& fields,
            std::vector<EvidenceRow>& rows) {
  struct Key {
    std::vector<std::string> texts;
  };
  std::vector<Key> keys(rows.size());
  std::vector<bool> descending;
  for (const std::string& field : fields) {
    descending.push_back(absl::StartsWith(field, "-"));
    const absl::string_view name = absl::StripPrefix(field, "-");
    for (size_t i = 0; i < rows.size(); ++i) {
      keys[i].texts.push_back(IsMadeColumn(name)
                                  ? EvidenceCell(rows[i], name, CellStyle::kCsv)
                                  : FieldCell(rows[i], name));
    }
  }
  std::vector<size_t> indices = Indices(rows.size());
  std::stable_sort(indices.begin(), indices.end(), [&](size_t x, size_t y) {
    for (size_t i = 0; i < descending.size(); ++i) {
      const std::string& a = keys[x].texts[i];
      const std::string& b = keys[y].texts[i];
      if (a.empty() != b.empty()) return b.empty();
      const int order = CompareValues(a, b);
      if (order != 0) return descending[i] ? order > 0 : order < 0;
    }
    return false;
  });
  Reorder(indices, rows);
}

}  // namespace consilium
