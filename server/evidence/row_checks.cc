#include "server/evidence/row_checks.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/evidence/printed_number.h"
#include "server/evidence/vocabulary.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

bool IsRatio(v1::EffectMeasure measure) {
  return measure == v1::EFFECT_MEASURE_HAZARD_RATIO ||
         measure == v1::EFFECT_MEASURE_ODDS_RATIO ||
         measure == v1::EFFECT_MEASURE_RISK_RATIO ||
         measure == v1::EFFECT_MEASURE_RATIO_OF_MEANS ||
         measure == v1::EFFECT_MEASURE_RATE_RATIO;
}

bool IsDifference(v1::EffectMeasure measure) {
  return measure == v1::EFFECT_MEASURE_MEDIAN_DIFFERENCE ||
         measure == v1::EFFECT_MEASURE_MEAN_DIFFERENCE ||
         measure == v1::EFFECT_MEASURE_RISK_DIFFERENCE;
}

bool IsSignificant(const EvidenceRow& row) {
  if (!row.has_p()) return false;
  constexpr double kUsualLevel = 0.05;
  return row.p_comparator() == v1::COMPARATOR_GREATER ||
                 row.p_comparator() == v1::COMPARATOR_GREATER_OR_EQUAL
             ? false
             : row.p() < kUsualLevel ||
                   (row.p() == kUsualLevel &&
                    row.p_comparator() == v1::COMPARATOR_LESS);
}

bool IsNotSignificant(const EvidenceRow& row) {
  if (!row.has_p()) return false;
  constexpr double kUsualLevel = 0.05;
  const bool upper = row.p_comparator() == v1::COMPARATOR_LESS ||
                     row.p_comparator() == v1::COMPARATOR_LESS_OR_EQUAL;
  return !upper && row.p() > kUsualLevel;
}

// What rounding of a ratio and its bounds may do to their logarithms.
double LogRounding(const EvidenceRow& row) {
  return 2 * RoundingOf(row.value()) / row.value() +
         RoundingOf(row.low()) / row.low() +
         RoundingOf(row.high()) / row.high();
}

void CheckReport(const EvidenceRow& row, FindingList& findings) {
  if (!row.has_report() || row.has_publication()) return;
  for (const std::string& number : row.registrations()) {
    if (number == row.report()) return;
  }
  // A registry number stands in capitals; a publication's id does not.
  if (NormalizeTerm(row.report()) != row.report()) return;
  findings.AddRow("dangling-reference", v1::FINDING_SEVERITY_ERROR, row,
                  absl::StrCat("belongs to the publication \"", row.report(),
                               "\", which is not in the registry"));
}

void CheckInterval(const EvidenceRow& row, FindingList& findings) {
  if (!row.has_value()) return;
  if ((row.has_low() && row.value() < row.low()) ||
      (row.has_high() && row.value() > row.high())) {
    findings.AddRow(
        "estimate-outside-interval", v1::FINDING_SEVERITY_ERROR, row,
        absl::StrCat(ShowNumber(row.value()), " lies outside its interval ",
                     row.has_low() ? ShowNumber(row.low()) : "open", " to ",
                     row.has_high() ? ShowNumber(row.high()) : "open"));
  }
}

// A share of participants in percent, and what rounding may hide of it. It is
// printed in percent, or as a proportion.
struct PrintedShare {
  double percent = 0;
  double rounding = 0;
  std::string text;
};

std::optional<PrintedShare> ShareOf(const EvidenceRow& row) {
  if (!row.has_value() || row.has_measure() ||
      row.comparator() > v1::COMPARATOR_EQUAL) {
    return std::nullopt;
  }
  if (row.unit() == "%") {
    return PrintedShare{row.value(), RoundingOf(row.value()),
                        absl::StrCat(ShowNumber(row.value()), "%")};
  }
  const bool is_proportion = row.statistic() == v1::STATISTIC_PROPORTION &&
                             row.value() >= 0 && row.value() <= 1 &&
                             (row.unit() == "1" || row.unit().empty());
  if (!is_proportion) return std::nullopt;
  return PrintedShare{RoundResult(100 * row.value()),
                      100 * RoundingOf(row.value()), ShowNumber(row.value())};
}

// A registry's words are the numbers themselves: what was corrected since has
// words that say otherwise.
void CheckPrinted(const EvidenceRow& row, FindingList& findings) {
  const v1::Source& source =
      row.has_contrast() ? row.contrast().source() : row.estimate().source();
  const bool is_number = row.has_contrast() ? row.contrast().has_value()
                                            : row.estimate().has_value();
  const double value =
      row.has_contrast() ? row.contrast().value() : row.estimate().value();
  const bool is_derived = std::any_of(
      row.derivations().begin(), row.derivations().end(),
      [](const v1::Derivation& each) { return each.path() == "value"; });
  if (!source.has_registration() || !is_number || is_derived ||
      !LacksNumber(source.text(), value)) {
    return;
  }
  findings.AddRow("value-against-printed-text", v1::FINDING_SEVERITY_WARNING,
                  row,
                  absl::StrCat(ShowNumber(value),
                               " is not in the words that its source is said "
                               "to print, \"",
                               source.text(), "\""),
                  "a source whose text has the number");
}

void CheckPercentage(const EvidenceRow& row, FindingList& findings) {
  const std::optional<PrintedShare> share = ShareOf(row);
  if (!share.has_value() || !row.has_events() || row.participants() <= 0 ||
      row.statistic() == v1::STATISTIC_RATE) {
    return;
  }
  const double counted = 100.0 * row.events() / row.participants();
  const double off = std::abs(counted - share->percent);
  if (off <= share->rounding + 0.05) return;
  findings.AddRow(
      "percentage-against-counts",
      off > 1 ? v1::FINDING_SEVERITY_ERROR : v1::FINDING_SEVERITY_WARNING, row,
      absl::StrCat(share->text, " is printed for ", row.events(), " of ",
                   row.participants()),
      row.unit() == "%"
          ? absl::StrCat(ShowNumber(std::round(counted * 100) / 100), "%")
          : ShowNumber(std::round(counted * 100) / 10000));
}

// Whether `percent` is what some whole number of `participants` comes to, when
// it is rounded or cut.
bool IsShareOfParticipants(const PrintedShare& share, int participants) {
  const double percent = share.percent;
  const double rounding = share.rounding;
  const double events = percent * participants / 100;
  for (const double whole : {std::floor(events), std::floor(events) + 1}) {
    const double off = 100 * whole / participants - percent;
    if (off >= -rounding - 1e-9 && off <= 2 * rounding) return true;
  }
  return false;
}

// Brown and Heathers' test of granularity (GRIM), Social Psychological and
// Personality Science 8, 2017, for percentages.
void CheckGranularity(const EvidenceRow& row, FindingList& findings) {
  const bool is_share = row.kind() == v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT ||
                        (row.kind() == v1::EVIDENCE_KIND_ESTIMATE &&
                         row.statistic() == v1::STATISTIC_PROPORTION);
  const std::optional<PrintedShare> share = ShareOf(row);
  if (!is_share || !share.has_value() || row.has_events() ||
      row.participants() <= 0 ||
      IsShareOfParticipants(*share, row.participants())) {
    return;
  }
  findings.AddRow("percentage-of-no-count", v1::FINDING_SEVERITY_NOTE, row,
                  absl::StrCat("no whole number of ", row.participants(),
                               " participants is ", share->text,
                               "; others may have been counted"));
}

// The standard error as printed, of the logarithm for ratios; 0 when none is.
double PrintedError(const EvidenceRow& row) {
  const v1::Dispersion& spread = row.estimate().dispersion();
  return spread.kind() == v1::DISPERSION_KIND_STANDARD_ERROR
             ? spread.value()
             : row.standard_error();
}

// A printed standard error against the interval beside it. An interval may be
// of Student's t or of another scale, which moves it by less than a quarter.
void CheckStandardError(const EvidenceRow& row, FindingList& findings) {
  const double printed = PrintedError(row);
  if (!(printed > 0) || !row.has_low() || !row.has_high()) return;
  const bool ratio = IsRatio(row.measure());
  if (row.low() >= row.high() || (ratio && row.low() <= 0)) return;
  const double level = row.has_level() ? row.level() : 95;
  const double z = -NormalQuantile((1 - level / 100) / 2);
  const double width =
      ratio ? Log(row.high()) - Log(row.low()) : row.high() - row.low();
  const double rounding = ratio
                              ? RoundingOf(row.low()) / row.low() +
                                    RoundingOf(row.high()) / row.high()
                              : RoundingOf(row.low()) + RoundingOf(row.high());
  double derived = width / (2 * z);
  if (row.statistic() == v1::STATISTIC_MEAN && row.participants() > 1) {
    derived = width /
              (2 * StudentTQuantile(0.5 + level / 200, row.participants() - 1));
  }
  const double off = std::abs(printed - derived);
  const double slack = RoundingOf(printed) + rounding / (2 * z);
  if (off <= slack + derived / 4) return;
  findings.AddRow(
      "standard-error-against-interval",
      off > slack + derived / 2 ? v1::FINDING_SEVERITY_ERROR
                                : v1::FINDING_SEVERITY_WARNING,
      row,
      absl::StrCat("a standard error of ", ShowNumber(printed),
                   ratio ? " of the logarithm" : "",
                   " is printed beside the interval ", ShowNumber(row.low()),
                   " to ", ShowNumber(row.high())),
      absl::StrCat("a standard error near ",
                   ShowNumber(RoundToDigits(derived, 3))));
}

void CheckSize(const EvidenceRow& row, FindingList& findings) {
  // Over a person-time one participant may have several events.
  const bool may_recur = row.statistic() == v1::STATISTIC_INCIDENCE_RATE ||
                         row.estimate().has_person_time();
  if (row.events() > row.participants() && row.has_events() &&
      row.has_participants() && !may_recur) {
    findings.AddRow("events-above-participants", v1::FINDING_SEVERITY_ERROR,
                    row,
                    absl::StrCat(row.events(), " events in ",
                                 row.participants(), " participants"));
  }
  if (row.has_enrolled() && row.participants() > row.enrolled()) {
    findings.AddRow(
        "group-larger-than-trial", v1::FINDING_SEVERITY_ERROR, row,
        absl::StrCat(row.participants(), " participants are analysed; ",
                     row.enrolled(), " were enrolled"));
  }
}

void CheckWords(const EvidenceRow& row, FindingList& findings) {
  const bool called = row.direction() == v1::DIRECTION_BETTER ||
                      row.direction() == v1::DIRECTION_WORSE;
  if (called && IsNotSignificant(row)) {
    findings.AddRow(
        "direction-without-significance", v1::FINDING_SEVERITY_NOTE, row,
        absl::StrCat(
            "is called ",
            row.direction() == v1::DIRECTION_BETTER ? "better" : "worse",
            " with P = ",
            row.has_p_printed() ? row.p_printed() : ShowNumber(row.p())),
        "a test that excludes no difference; with this P the result is "
        "compatible with none");
  }
  const bool words_deny =
      row.significance() == v1::SIGNIFICANCE_NOT_SIGNIFICANT ||
      row.significance() == v1::SIGNIFICANCE_SIMILAR ||
      row.direction() == v1::DIRECTION_NO_DIFFERENCE;
  if (words_deny && IsSignificant(row)) {
    findings.AddRow(
        "significance-against-p", v1::FINDING_SEVERITY_WARNING, row,
        absl::StrCat("is called not significant with P ",
                     row.p_comparator() == v1::COMPARATOR_LESS ? "< " : "= ",
                     ShowNumber(row.p())));
  }
  if (row.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO && row.has_value() &&
      called && row.value() != 1 && HigherIsBetter(row) &&
      (row.value() < 1) != (row.direction() == v1::DIRECTION_BETTER)) {
    findings.AddRow(
        "direction-against-ratio", v1::FINDING_SEVERITY_ERROR, row,
        absl::StrCat(
            "is called ",
            row.direction() == v1::DIRECTION_BETTER ? "better" : "worse",
            " with a hazard ratio of ", ShowNumber(row.value())));
  }
}

// Whether P is of a margin, and not of no effect.
bool IsAgainstMargin(const EvidenceRow& row) {
  switch (row.contrast().hypothesis()) {
    case v1::HYPOTHESIS_TYPE_NON_INFERIORITY:
    case v1::HYPOTHESIS_TYPE_EQUIVALENCE:
    case v1::HYPOTHESIS_TYPE_NON_INFERIORITY_OR_EQUIVALENCE:
      return true;
    default:
      return false;
  }
}

// "P < 0.0001".
std::string PText(const EvidenceRow& row) {
  const char* sign = "=";
  switch (row.p_comparator()) {
    case v1::COMPARATOR_LESS:
      sign = "<";
      break;
    case v1::COMPARATOR_LESS_OR_EQUAL:
      sign = "<=";
      break;
    case v1::COMPARATOR_GREATER:
      sign = ">";
      break;
    case v1::COMPARATOR_GREATER_OR_EQUAL:
      sign = ">=";
      break;
    default:
      break;
  }
  return absl::StrCat("P ", sign, " ", ShowNumber(row.p()));
}

// P from the interval, against the P printed.
void CheckP(const EvidenceRow& row, FindingList& findings) {
  if (!row.has_p() || !row.has_level() || IsAgainstMargin(row)) return;
  const double z_level = -NormalQuantile((1 - row.level() / 100) / 2);
  const double error = (Log(row.high()) - Log(row.low())) / (2 * z_level);
  if (error <= 0) return;
  const double z = std::abs(Log(row.value())) / error;
  const bool one_sided = row.contrast().p_value().sides() == v1::SIDES_ONE;
  const double derived = NormalTwoSided(z) / (one_sided ? 2 : 1);
  // What rounding of the three numbers may move z by, and as much again for
  // tests other than Wald's.
  const double slack = 0.15 +
                       2 * RoundingOf(row.value()) / row.value() / error +
                       z *
                           (RoundingOf(row.low()) / row.low() +
                            RoundingOf(row.high()) / row.high()) /
                           (2 * z_level * error);
  const double printed = std::clamp(row.p(), 1e-12, 0.999999);
  const double z_printed = -NormalQuantile(printed / (one_sided ? 1 : 2));
  bool contradicts = std::abs(z - z_printed) > slack;
  if (row.p_comparator() == v1::COMPARATOR_LESS ||
      row.p_comparator() == v1::COMPARATOR_LESS_OR_EQUAL) {
    contradicts = z < z_printed - slack;
  } else if (row.p_comparator() == v1::COMPARATOR_GREATER ||
             row.p_comparator() == v1::COMPARATOR_GREATER_OR_EQUAL) {
    contradicts = z > z_printed + slack;
  }
  if (!contradicts) return;
  const bool crosses = (derived < 0.05) != IsSignificant(row);
  findings.AddRow(
      "p-against-interval",
      crosses ? v1::FINDING_SEVERITY_ERROR : v1::FINDING_SEVERITY_WARNING, row,
      absl::StrCat(PText(row), " is printed beside ", ShowNumber(row.value()),
                   " (", ShowNumber(row.low()), " to ", ShowNumber(row.high()),
                   ")"),
      absl::StrCat("P near ", ShowNumber(derived)));
}

void CheckRatio(const EvidenceRow& row, FindingList& findings) {
  if (!row.has_value() || row.value() <= 0 || row.low() <= 0 ||
      row.high() <= 0) {
    return;
  }
  const double below = Log(row.value() / row.low());
  const double above = Log(row.high() / row.value());
  const double tolerance = LogRounding(row);
  if (std::abs(above - below) > tolerance && below > 0 && above > 0) {
    findings.AddRow(
        "interval-asymmetric", v1::FINDING_SEVERITY_WARNING, row,
        absl::StrCat("the interval ", ShowNumber(row.low()), " to ",
                     ShowNumber(row.high()), " is not symmetric about ",
                     ShowNumber(row.value()), " on the logarithmic scale"),
        absl::StrCat("an estimate near ",
                     ShowNumber(std::sqrt(row.low() * row.high()))));
  }
  CheckP(row, findings);
}

void CheckDifference(const EvidenceRow& row, FindingList& findings) {
  if (!row.has_value() || row.value() <= 0 || row.low() <= 0 ||
      row.high() <= 0) {
    return;
  }
  const double linear =
      std::abs((row.high() - row.value()) - (row.value() - row.low()));
  const double width = row.high() - row.low();
  const double log_off =
      std::abs(Log(row.high() / row.value()) - Log(row.value() / row.low()));
  const double tolerance = LogRounding(row);
  if (log_off <= tolerance && linear > 0.1 * width) {
    findings.AddRow(
        "difference-is-ratio", v1::FINDING_SEVERITY_WARNING, row,
        absl::StrCat("is labelled a difference, but its interval ",
                     ShowNumber(row.low()), " to ", ShowNumber(row.high()),
                     " is that of a ratio"));
  }
}

void CheckEffect(const EvidenceRow& row, FindingList& findings) {
  // A test may compare a group with what it was before; a ratio needs two.
  const bool one_group = IsRatio(row.measure()) && !row.has_reference() &&
                         row.contrast().among_size() == 0 &&
                         row.event_contrast().among_size() == 0;
  if (one_group) {
    findings.AddRow("one-group-contrast", v1::FINDING_SEVERITY_NOTE, row,
                    "compares a group with nothing that is named");
  }
  CheckWords(row, findings);
  if (IsRatio(row.measure())) CheckRatio(row, findings);
  if (IsDifference(row.measure())) CheckDifference(row, findings);
}

}  // namespace

bool HigherIsBetter(const v1::EvidenceRow& row) {
  if (row.endpoint().higher_is_better() == v1::ANSWER_NO) return false;
  if (row.endpoint().higher_is_better() == v1::ANSWER_YES) return true;
  static const auto& outcomes = *new std::set<std::string>{"pfs",
                                                           "os",
                                                           "ttp",
                                                           "ttf",
                                                           "dmfs",
                                                           "orr",
                                                           "dcr",
                                                           "completion",
                                                           "cr",
                                                           "pr",
                                                           "dor",
                                                           "dfs",
                                                           "efs",
                                                           "control",
                                                           "css",
                                                           "pfs2",
                                                           "tst",
                                                           "cbr",
                                                           "symptom-relief",
                                                           "qol"};
  return outcomes.count(row.outcome()) > 0;
}

void CheckRow(const v1::EvidenceRow& row, FindingList& findings) {
  if (row.kind() == v1::EVIDENCE_KIND_TRIAL ||
      row.kind() == v1::EVIDENCE_KIND_CONCLUSION) {
    return;
  }
  CheckReport(row, findings);
  CheckInterval(row, findings);
  CheckPrinted(row, findings);
  CheckPercentage(row, findings);
  CheckGranularity(row, findings);
  CheckStandardError(row, findings);
  CheckSize(row, findings);
  if (row.has_measure()) CheckEffect(row, findings);
}

}  // namespace consilium
