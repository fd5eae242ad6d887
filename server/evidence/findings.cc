#include "server/evidence/findings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

std::string Show(double number) {
  return absl::StrCat(std::round(number * 1e6) / 1e6);
}

// Half a unit of the last decimal that `number` needs: what rounding may hide.
double RoundingOf(double number) {
  double unit = 1;
  for (int decimals = 0; decimals < 6; ++decimals, unit /= 10) {
    const double scaled = number / unit;
    if (std::abs(scaled - std::round(scaled)) < 1e-6) break;
  }
  return unit / 2;
}

double NormalTail(double z) { return std::erfc(z / std::sqrt(2.0)) / 2; }

// The z whose upper tail is `tail`, 0 < tail < 1/2, by halving.
double NormalQuantile(double tail) {
  double low = 0;
  double high = 40;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (NormalTail(middle) > tail ? low : high) = middle;
  }
  return low;
}

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

// Outcomes of which more, or later, is better.
bool HigherIsBetter(const EvidenceRow& row) {
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

class Checks {
 public:
  explicit Checks(const Evidence& evidence) : evidence_(evidence) {}

  std::vector<v1::Finding> Run() {
    for (const EvidenceRow* row : evidence_.rows()) CheckRow(*row);
    for (const auto& [id, trial] : evidence_.trials()) {
      trial_ = &trial;
      CheckTrial();
      CheckPairs();
    }
    CheckLinks();
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const v1::Finding& a, const v1::Finding& b) {
                       return std::make_tuple(-a.severity(), a.record(),
                                              a.path(), a.check()) <
                              std::make_tuple(-b.severity(), b.record(),
                                              b.path(), b.check());
                     });
    return std::move(findings_);
  }

 private:
  v1::Finding& Add(absl::string_view check, v1::FindingSeverity severity,
                   absl::string_view record, std::string message,
                   std::string expected = "") {
    v1::Finding finding;
    finding.set_check(std::string(check));
    finding.set_severity(severity);
    finding.set_record(std::string(record));
    finding.set_message(std::move(message));
    if (!expected.empty()) finding.set_expected(std::move(expected));
    const std::vector<absl::string_view> segments = absl::StrSplit(record, '/');
    if (segments.size() > 1 && segments[0] == "trials") {
      if (const TrialEvidence* trial = evidence_.FindTrial(segments[1])) {
        finding.set_trial_id(trial->primary);
        finding.set_study(trial->study);
      }
    }
    findings_.push_back(std::move(finding));
    return findings_.back();
  }

  void AddRow(absl::string_view check, v1::FindingSeverity severity,
              const EvidenceRow& row, std::string message,
              std::string expected = "", const EvidenceRow* related = nullptr) {
    v1::Finding& finding = Add(check, severity, row.record(),
                               std::move(message), std::move(expected));
    if (row.has_path()) finding.set_path(row.path());
    finding.set_row(row.id());
    if (related != nullptr) finding.add_related(related->id());
  }

  void CheckRow(const EvidenceRow& row) {
    if (row.kind() == v1::EVIDENCE_KIND_TRIAL ||
        row.kind() == v1::EVIDENCE_KIND_CONCLUSION) {
      return;
    }
    CheckReport(row);
    CheckInterval(row);
    CheckPercentage(row);
    CheckSize(row);
    if (row.has_measure()) CheckEffect(row);
  }

  void CheckReport(const EvidenceRow& row) {
    if (!row.has_report() || row.has_publication()) return;
    for (const std::string& number : row.registrations()) {
      if (number == row.report()) return;
    }
    // A registry number stands in capitals; a publication's id does not.
    if (NormalizeTerm(row.report()) != row.report()) return;
    AddRow("dangling-reference", v1::FINDING_SEVERITY_ERROR, row,
           absl::StrCat("belongs to the publication \"", row.report(),
                        "\", which is not in the registry"));
  }

  void CheckInterval(const EvidenceRow& row) {
    if (!row.has_value()) return;
    if ((row.has_low() && row.value() < row.low()) ||
        (row.has_high() && row.value() > row.high())) {
      AddRow("estimate-outside-interval", v1::FINDING_SEVERITY_ERROR, row,
             absl::StrCat(Show(row.value()), " lies outside its interval ",
                          Show(row.low()), " to ", Show(row.high())));
    }
  }

  void CheckPercentage(const EvidenceRow& row) {
    if (!row.has_value() || row.unit() != "%" || !row.has_events() ||
        row.participants() <= 0 || row.has_measure() ||
        row.statistic() == v1::STATISTIC_RATE) {
      return;
    }
    const double counted = 100.0 * row.events() / row.participants();
    const double off = std::abs(counted - row.value());
    if (off <= RoundingOf(row.value()) + 0.05) return;
    AddRow("percentage-against-counts",
           off > 1 ? v1::FINDING_SEVERITY_ERROR : v1::FINDING_SEVERITY_WARNING,
           row,
           absl::StrCat(Show(row.value()), "% is printed for ", row.events(),
                        " of ", row.participants()),
           absl::StrCat(Show(std::round(counted * 100) / 100), "%"));
  }

  void CheckSize(const EvidenceRow& row) {
    if (row.events() > row.participants() && row.has_events() &&
        row.has_participants()) {
      AddRow("events-above-participants", v1::FINDING_SEVERITY_ERROR, row,
             absl::StrCat(row.events(), " events in ", row.participants(),
                          " participants"));
    }
    if (row.has_enrolled() && row.participants() > row.enrolled()) {
      AddRow("group-larger-than-trial", v1::FINDING_SEVERITY_ERROR, row,
             absl::StrCat(row.participants(), " participants are analysed; ",
                          row.enrolled(), " were enrolled"));
    }
  }

  void CheckEffect(const EvidenceRow& row) {
    // A test may compare a group with what it was before; a ratio needs two.
    const bool one_group = IsRatio(row.measure()) && !row.has_reference() &&
                           row.contrast().among_size() == 0 &&
                           row.event_contrast().among_size() == 0;
    if (one_group) {
      AddRow("one-group-contrast", v1::FINDING_SEVERITY_NOTE, row,
             "compares a group with nothing that is named");
    }
    CheckWords(row);
    if (IsRatio(row.measure())) CheckRatio(row);
    if (IsDifference(row.measure())) CheckDifference(row);
  }

  void CheckWords(const EvidenceRow& row) {
    const bool called = row.direction() == v1::DIRECTION_BETTER ||
                        row.direction() == v1::DIRECTION_WORSE;
    if (called && IsNotSignificant(row)) {
      AddRow("direction-without-significance", v1::FINDING_SEVERITY_NOTE, row,
             absl::StrCat(
                 "is called ",
                 row.direction() == v1::DIRECTION_BETTER ? "better" : "worse",
                 " with P = ", Show(row.p())),
             "a difference that chance explains");
    }
    const bool words_deny =
        row.significance() == v1::SIGNIFICANCE_NOT_SIGNIFICANT ||
        row.significance() == v1::SIGNIFICANCE_SIMILAR ||
        row.direction() == v1::DIRECTION_NO_DIFFERENCE;
    if (words_deny && IsSignificant(row)) {
      AddRow(
          "significance-against-p", v1::FINDING_SEVERITY_WARNING, row,
          absl::StrCat("is called not significant with P ",
                       row.p_comparator() == v1::COMPARATOR_LESS ? "< " : "= ",
                       Show(row.p())));
    }
    if (row.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO && row.has_value() &&
        called && row.value() != 1 && HigherIsBetter(row) &&
        (row.value() < 1) != (row.direction() == v1::DIRECTION_BETTER)) {
      AddRow("direction-against-ratio", v1::FINDING_SEVERITY_ERROR, row,
             absl::StrCat(
                 "is called ",
                 row.direction() == v1::DIRECTION_BETTER ? "better" : "worse",
                 " with a hazard ratio of ", Show(row.value())));
    }
  }

  void CheckRatio(const EvidenceRow& row) {
    if (!row.has_value() || row.value() <= 0 || row.low() <= 0 ||
        row.high() <= 0) {
      return;
    }
    const double below = std::log(row.value() / row.low());
    const double above = std::log(row.high() / row.value());
    const double tolerance = 2 * RoundingOf(row.value()) / row.value() +
                             RoundingOf(row.low()) / row.low() +
                             RoundingOf(row.high()) / row.high();
    if (std::abs(above - below) > tolerance && below > 0 && above > 0) {
      AddRow("interval-asymmetric", v1::FINDING_SEVERITY_WARNING, row,
             absl::StrCat("the interval ", Show(row.low()), " to ",
                          Show(row.high()), " is not symmetric about ",
                          Show(row.value()), " on the logarithmic scale"),
             absl::StrCat("an estimate near ",
                          Show(std::sqrt(row.low() * row.high()))));
    }
    CheckP(row);
  }

  // P from the interval, against the P printed.
  void CheckP(const EvidenceRow& row) {
    if (!row.has_p() || !row.has_level()) return;
    const double z_level = NormalQuantile((1 - row.level() / 100) / 2);
    const double error =
        (std::log(row.high()) - std::log(row.low())) / (2 * z_level);
    if (error <= 0) return;
    const double z = std::abs(std::log(row.value())) / error;
    const double derived = 2 * NormalTail(z);
    // What rounding of the three numbers may move z by, and as much again for
    // tests other than Wald's.
    const double slack = 0.15 +
                         2 * RoundingOf(row.value()) / row.value() / error +
                         z *
                             (RoundingOf(row.low()) / row.low() +
                              RoundingOf(row.high()) / row.high()) /
                             (2 * z_level * error);
    const double printed = std::clamp(row.p(), 1e-12, 0.999999);
    const double z_printed = NormalQuantile(printed / 2);
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
    AddRow("p-against-interval",
           crosses ? v1::FINDING_SEVERITY_ERROR : v1::FINDING_SEVERITY_WARNING,
           row,
           absl::StrCat("P = ", Show(row.p()), " is printed beside ",
                        Show(row.value()), " (", Show(row.low()), " to ",
                        Show(row.high()), ")"),
           absl::StrCat("P near ", Show(derived)));
  }

  void CheckDifference(const EvidenceRow& row) {
    if (!row.has_value() || row.value() <= 0 || row.low() <= 0 ||
        row.high() <= 0) {
      return;
    }
    const double linear =
        std::abs((row.high() - row.value()) - (row.value() - row.low()));
    const double width = row.high() - row.low();
    const double log_off = std::abs(std::log(row.high() / row.value()) -
                                    std::log(row.value() / row.low()));
    const double tolerance = 2 * RoundingOf(row.value()) / row.value() +
                             RoundingOf(row.low()) / row.low() +
                             RoundingOf(row.high()) / row.high();
    if (log_off <= tolerance && linear > 0.1 * width) {
      AddRow("difference-is-ratio", v1::FINDING_SEVERITY_WARNING, row,
             absl::StrCat("is labelled a difference, but its interval ",
                          Show(row.low()), " to ", Show(row.high()),
                          " is that of a ratio"));
    }
  }

  void CheckTrial() {
    const v1::Trial& trial = *trial_->trial;
    CheckDates(trial);
    CheckArms(trial);
    for (const v1::TrialReport& report : trial.reports()) {
      if (evidence_.publications().count(report.publication()) > 0) continue;
      Dangling(trial.name(), absl::StrCat("reports[", report.key(), "]"),
               "publication", report.publication());
    }
    for (const v1::TrialRelation& relation : trial.relations()) {
      if (evidence_.FindTrial(relation.trial()) != nullptr) continue;
      Dangling(trial.name(), absl::StrCat("relations[", relation.key(), "]"),
               "trial", relation.trial());
    }
    for (const std::string& other : trial.compared_trials()) {
      if (evidence_.FindTrial(other) != nullptr) continue;
      Dangling(trial.name(), absl::StrCat("comparedTrials[", other, "]"),
               "trial", other);
    }
    for (const EvidenceRow* row : trial_->rows) CheckGroups(*row);
  }

  void Dangling(absl::string_view record, std::string path,
                absl::string_view kind, absl::string_view id) {
    Add("dangling-reference", v1::FINDING_SEVERITY_ERROR, record,
        absl::StrCat("names the ", kind, " \"", id,
                     "\", which is not in the registry"))
        .set_path(std::move(path));
  }

  void CheckGroups(const EvidenceRow& row) {
    std::vector<const v1::Group*> groups;
    const auto add = [&groups](const auto& element) {
      for (const v1::Group& group : element.among()) groups.push_back(&group);
      groups.push_back(&element.group());
      groups.push_back(&element.reference());
    };
    if (row.has_contrast()) add(row.contrast());
    if (row.has_event_contrast()) add(row.event_contrast());
    if (row.has_estimate()) groups.push_back(&row.estimate().group());
    if (row.has_count()) groups.push_back(&row.count().group());
    for (const v1::Group* group : groups) {
      for (const std::string& arm : group->arms()) {
        if (HasArm(arm)) continue;
        AddRow("dangling-reference", v1::FINDING_SEVERITY_ERROR, row,
               absl::StrCat("names the arm \"", arm,
                            "\", which the trial does not have"));
      }
    }
  }

  bool HasArm(const std::string& arm) const {
    if (!absl::StartsWith(arm, "trials/")) return trial_->arms.count(arm) > 0;
    const std::vector<std::string> segments = absl::StrSplit(arm, '/');
    const TrialEvidence* other = evidence_.FindTrial(segments[1]);
    return other != nullptr && other->arms.count(segments.back()) > 0;
  }

  void CheckDates(const v1::Trial& trial) {
    const std::vector<std::pair<absl::string_view, absl::string_view>> dates = {
        {"the start", trial.start_date()},
        {"the primary completion", trial.primary_completion_date()},
        {"the completion", trial.completion_date()}};
    for (size_t i = 0; i < dates.size(); ++i) {
      for (size_t j = i + 1; j < dates.size(); ++j) {
        // Compared as far as both say.
        const size_t size =
            std::min(dates[i].second.size(), dates[j].second.size());
        if (size == 0 || dates[i].second.substr(0, size) <=
                             dates[j].second.substr(0, size)) {
          continue;
        }
        Add("dates-out-of-order", v1::FINDING_SEVERITY_ERROR, trial.name(),
            absl::StrCat(dates[i].first, ", ", dates[i].second,
                         ", comes after ", dates[j].first, ", ",
                         dates[j].second));
      }
    }
  }

  void CheckArms(const v1::Trial& trial) {
    std::map<std::string, int64_t> totals;
    std::map<std::string, size_t> counted;
    for (const auto& [id, arm] : trial_->arms) {
      for (const v1::ParticipantCount& count : arm->participant_counts()) {
        if (count.subgroups_size() > 0 || count.has_population()) continue;
        const std::string& report =
            count.has_report() ? count.report() : count.registration();
        totals[report] += arm->has_part_of() ? 0 : count.count();
        ++counted[report];
        if (trial.has_enrolled_participant_count() &&
            count.count() > trial.enrolled_participant_count()) {
          Add("group-larger-than-trial", v1::FINDING_SEVERITY_ERROR,
              arm->name(),
              absl::StrCat("has ", count.count(), " participants; ",
                           trial.enrolled_participant_count(),
                           " were enrolled"))
              .set_path(absl::StrCat("participantCounts[", count.key(), "]"));
        }
      }
      CheckComponents(*arm);
    }
    if (!trial.has_enrolled_participant_count()) return;
    for (const auto& [report, total] : totals) {
      const int64_t enrolled = trial.enrolled_participant_count();
      const bool complete = counted[report] == trial_->arms.size();
      if (total > enrolled || (complete && total != enrolled)) {
        Add("arms-against-enrolment", v1::FINDING_SEVERITY_WARNING,
            trial.name(),
            absl::StrCat("the arms have ", total, " participants together; ",
                         enrolled, " were enrolled"))
            .set_path("enrolledParticipantCount");
      }
    }
  }

  void CheckComponents(const v1::Arm& arm) {
    for (const v1::DrugComponent& drug : arm.drugs()) {
      if (FindDrug(drug.drug()) != nullptr ||
          !TermList::Of(v1::VOCABULARY_DRUG_CLASS).Find(drug.drug()).empty()) {
        continue;
      }
      Add("unknown-drug", v1::FINDING_SEVERITY_NOTE, arm.name(),
          absl::StrCat("the vocabulary has no drug \"", drug.drug(), "\""))
          .set_path(absl::StrCat("drugs[", drug.key(), "]"));
    }
    for (const v1::RadiotherapyComponent& each : arm.radiotherapies()) {
      if (each.technique() != v1::RADIOTHERAPY_TECHNIQUE_OTHER) continue;
      Add("unknown-technique", v1::FINDING_SEVERITY_NOTE, arm.name(),
          "the vocabulary has no term for this technique of radiotherapy")
          .set_path(absl::StrCat("radiotherapies[", each.key(), "]"));
    }
  }

  // What two rows of one endpoint say of each other.
  void CheckPairs() {
    std::map<std::string, std::vector<const EvidenceRow*>> estimates, contrasts;
    for (const EvidenceRow* row : trial_->rows) {
      if (row->has_estimate()) estimates[row->record()].push_back(row);
      if (row->has_contrast()) contrasts[row->record()].push_back(row);
    }
    for (const auto& [record, rows] : contrasts) {
      for (const EvidenceRow* row : rows)
        CheckContrast(*row, estimates[record]);
      CheckRegistryAgainstPaper(rows);
    }
    for (const auto& [record, rows] : estimates) {
      CheckRegistryAgainstPaper(rows);
    }
  }

  void CheckRegistryAgainstPaper(const std::vector<const EvidenceRow*>& rows) {
    for (const EvidenceRow* paper : rows) {
      if (!paper->has_publication() || !paper->has_value()) continue;
      for (const EvidenceRow* registry : rows) {
        if (registry->has_publication() || !registry->has_value() ||
            NormalizeTerm(registry->report()) == registry->report()) {
          continue;
        }
        if (std::make_tuple(paper->group(), paper->reference(),
                            paper->statistic(), paper->measure(),
                            paper->population(), paper->time_months(),
                            paper->unit()) !=
            std::make_tuple(registry->group(), registry->reference(),
                            registry->statistic(), registry->measure(),
                            registry->population(), registry->time_months(),
                            registry->unit())) {
          continue;
        }
        const double off = std::abs(paper->value() - registry->value());
        if (off <= std::max(RoundingOf(paper->value()),
                            RoundingOf(registry->value())) +
                       1e-9) {
          continue;
        }
        AddRow("registry-against-paper", v1::FINDING_SEVERITY_WARNING, *paper,
               absl::StrCat("the publication prints ", Show(paper->value()),
                            ", the registry record ", Show(registry->value())),
               "", registry);
      }
    }
  }

  // The number of a group that a contrast may be held against: a median, or a
  // time of unstated kind; or a rate at the contrast's time.
  static const EvidenceRow* FindNumber(
      const EvidenceRow& contrast, const std::string& group,
      const std::vector<const EvidenceRow*>& estimates) {
    const EvidenceRow* found = nullptr;
    for (const EvidenceRow* row : estimates) {
      const bool median = row->statistic() == v1::STATISTIC_MEDIAN ||
                          row->statistic() == v1::STATISTIC_NOT_STATED;
      if (!median || !row->has_value() || row->group() != group ||
          row->report() != contrast.report() ||
          row->population() != contrast.population() ||
          row->has_time_months() ||
          !Months(row->value(), row->unit()).has_value()) {
        continue;
      }
      if (found == nullptr || row->statistic() == v1::STATISTIC_MEDIAN) {
        found = row;
      }
    }
    return found;
  }

  void CheckContrast(const EvidenceRow& row,
                     const std::vector<const EvidenceRow*>& estimates) {
    if (!row.has_reference() || row.has_time_months()) return;
    const EvidenceRow* group = FindNumber(row, row.group(), estimates);
    const EvidenceRow* reference = FindNumber(row, row.reference(), estimates);
    if (group == nullptr || reference == nullptr) return;
    const double months = *Months(group->value(), group->unit());
    const double others = *Months(reference->value(), reference->unit());
    const std::string pair =
        absl::StrCat(group->statistic() == v1::STATISTIC_MEDIAN ? "medians of "
                                                                : "times of ",
                     Show(group->value()), " against ",
                     Show(reference->value()), " ", group->unit());
    if (row.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO && row.has_value() &&
        HigherIsBetter(row) && months != others && row.value() != 1 &&
        (row.value() < 1) != (months > others)) {
      AddRow("ratio-against-medians", v1::FINDING_SEVERITY_ERROR, row,
             absl::StrCat("a hazard ratio of ", Show(row.value()),
                          " stands beside ", pair),
             "", group);
    }
    if (row.measure() == v1::EFFECT_MEASURE_MEDIAN_DIFFERENCE &&
        row.has_value()) {
      const std::optional<double> printed = Months(row.value(), row.unit());
      const double tolerance = RoundingOf(group->value()) +
                               RoundingOf(reference->value()) +
                               RoundingOf(row.value()) + 1e-9;
      if (printed.has_value() &&
          std::abs(std::abs(*printed) - std::abs(months - others)) >
              tolerance) {
        AddRow("difference-against-medians", v1::FINDING_SEVERITY_ERROR, row,
               absl::StrCat("a difference of ", Show(row.value()),
                            " stands beside ", pair),
               Show(months - others), group);
      }
    }
    const bool better = row.direction() == v1::DIRECTION_BETTER;
    if ((better || row.direction() == v1::DIRECTION_WORSE) &&
        HigherIsBetter(row) && months != others &&
        better != (months > others)) {
      AddRow("direction-against-medians", v1::FINDING_SEVERITY_ERROR, row,
             absl::StrCat("is called ", better ? "better" : "worse", " with ",
                          pair),
             "", group);
    }
  }

  void CheckLinks() {
    for (const auto& [id, link] : evidence_.links()) {
      for (const std::string& name : link->records()) {
        if (!absl::StartsWith(name, "trials/") ||
            absl::StrContains(name.substr(7), "/")) {
          continue;
        }
        if (evidence_.FindTrial(name.substr(7)) != nullptr) continue;
        Dangling(link->name(), absl::StrCat("records[", name, "]"), "trial",
                 name.substr(7));
      }
    }
  }

  const Evidence& evidence_;
  const TrialEvidence* trial_ = nullptr;
  std::vector<v1::Finding> findings_;
};

}  // namespace

std::vector<v1::Finding> FindFindings(const Evidence& evidence) {
  return Checks(evidence).Run();
}

}  // namespace consilium
