#include "server/page/row_words.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "proto/base/number_text.h"
#include "proto/base/words.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

// "12", "3.7".
std::string MonthsWords(double months) {
  const std::string text = absl::StrFormat("%.1f", months);
  return std::string(absl::StripSuffix(text, ".0"));
}

// What exactly is measured, in words: "programmed death ligand 1".
std::string DetailWords(const std::string& detail) {
  const bool is_kebab = !absl::StrContains(detail, ' ');
  return is_kebab ? KebabWords(detail) : detail;
}

// The outcome with what it measures; of one that no word names, what the
// report calls it, or else the id of its record.
std::string NameOfOutcome(const v1::EvidenceRow& row) {
  const std::string detail = DetailWords(row.outcome_detail());
  if (row.outcome() != "other") {
    return JoinWords({OutcomeWords(row.outcome()), detail}, ": ");
  }
  if (!detail.empty()) return detail;
  const std::string record = IdOf(row.record());
  return record.empty() ? "other" : KebabWords(record);
}

// With the minus of print.
std::string Decimal(double value) {
  return absl::StrReplaceAll(ShortestDecimal(value), {{"-", "−"}});
}

}  // namespace

std::string GradeWords(absl::string_view grade) {
  if (absl::ConsumePrefix(&grade, ">=")) {
    return absl::StrCat(grade, " or higher");
  }
  if (absl::ConsumePrefix(&grade, "<=")) {
    return absl::StrCat(grade, " or lower");
  }
  return std::string(grade);
}

std::string RowOutcome(const v1::EvidenceRow& row) {
  const std::string compartment = EnumWords(row.compartment());
  return Capitalized(JoinWords(
      {JoinWords({compartment, NameOfOutcome(row)}, " "),
       EnumWords(row.assessor()), EnumWords(row.population()),
       row.has_time_months()
           ? absl::StrCat("at ", MonthsWords(row.time_months()), " months")
           : ""},
      ", "));
}

std::string RowMeasure(const v1::EvidenceRow& row) {
  return JoinWords({EnumWords(row.measure()), EnumWords(row.statistic()),
                    EnumWords(row.method()), row.adjustment()},
                   ", ");
}

std::string RowValue(const v1::EvidenceRow& row) {
  std::string text;
  if (row.has_value()) {
    text =
        absl::StrCat(ComparatorWords(row.comparator()),
                     absl::StrReplaceAll(NumberWords(row.value(), row.unit()),
                                         {{"-", "−"}}));
    if (row.has_low() || row.has_high()) {
      absl::StrAppend(
          &text, " (",
          row.has_level() ? absl::StrCat(ShortestDecimal(row.level()), "% CI ")
                          : "",
          row.has_low() ? Decimal(row.low()) : "not estimable", " to ",
          row.has_high() ? Decimal(row.high()) : "not reached", ")");
    }
  }
  std::string counts;
  if (row.has_events() && row.has_participants()) {
    counts = absl::StrCat(CountWords(row.events()), " of ",
                          CountWords(row.participants()));
  } else if (row.has_events()) {
    counts =
        row.events() == 0 ? "none" : Plural(row.events(), "event", "events");
  }
  std::string p;
  if (row.has_p()) {
    const std::string comparator = ComparatorWords(row.p_comparator());
    p = absl::StrCat("P ", comparator.empty() ? "= " : comparator,
                     ShortestDecimal(row.p()));
  }
  text = JoinWords({text, counts, p}, ", ");
  if (text.empty()) text = EnumWords(row.value_status());
  if (text.empty()) text = row.statement();
  if (text.empty()) text = EnumWords(row.direction());
  if (text.empty()) text = EnumWords(row.significance());
  return text.empty() ? "no number printed" : Capitalized(text);
}

std::string RowDetail(const v1::ReviewResult& result,
                      const v1::EvidenceRow& row) {
  if (row.has_adverse_event()) {
    return absl::StrCat(
        TermTitle(result, v1::VOCABULARY_ADVERSE_EVENT, row.adverse_event()),
        ", ",
        row.grade().empty() || row.grade() == "not stated"
            ? "grade not stated"
            : absl::StrCat("grade ", GradeWords(row.grade())));
  }
  return JoinWords({RowOutcome(row), RowMeasure(row)}, ", ");
}

}  // namespace consilium
