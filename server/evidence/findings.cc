#include "server/evidence/findings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/evidence/finding_list.h"
#include "server/evidence/row_checks.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/trial_links.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

class Checks {
 public:
  explicit Checks(const Evidence& evidence)
      : evidence_(evidence), findings_(evidence) {}

  std::vector<v1::Finding> Run() {
    for (const EvidenceRow* row : evidence_.rows()) CheckRow(*row, findings_);
    for (const auto& [id, trial] : evidence_.trials()) {
      trial_ = &trial;
      CheckTrial();
      CheckPairs();
    }
    CheckLinks();
    return findings_.Take();
  }

 private:
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
    findings_
        .Add("dangling-reference", v1::FINDING_SEVERITY_ERROR, record,
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
        findings_.AddRow("dangling-reference", v1::FINDING_SEVERITY_ERROR, row,
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
        findings_.Add("dates-out-of-order", v1::FINDING_SEVERITY_ERROR,
                      trial.name(),
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
          findings_
              .Add("group-larger-than-trial", v1::FINDING_SEVERITY_ERROR,
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
        findings_
            .Add("arms-against-enrolment", v1::FINDING_SEVERITY_WARNING,
                 trial.name(),
                 absl::StrCat("the arms have ", total,
                              " participants together; ", enrolled,
                              " were enrolled"))
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
      findings_
          .Add("unknown-drug", v1::FINDING_SEVERITY_NOTE, arm.name(),
               absl::StrCat("the vocabulary has no drug \"", drug.drug(), "\""))
          .set_path(absl::StrCat("drugs[", drug.key(), "]"));
    }
    for (const v1::RadiotherapyComponent& each : arm.radiotherapies()) {
      if (each.technique() != v1::RADIOTHERAPY_TECHNIQUE_OTHER) continue;
      findings_
          .Add("unknown-technique", v1::FINDING_SEVERITY_NOTE, arm.name(),
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
        findings_.AddRow(
            "registry-against-paper", v1::FINDING_SEVERITY_WARNING, *paper,
            absl::StrCat("the publication prints ", ShowNumber(paper->value()),
                         ", the registry record ",
                         ShowNumber(registry->value())),
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
                     ShowNumber(group->value()), " against ",
                     ShowNumber(reference->value()), " ", group->unit());
    if (row.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO && row.has_value() &&
        HigherIsBetter(row) && months != others && row.value() != 1 &&
        (row.value() < 1) != (months > others)) {
      findings_.AddRow(
          "ratio-against-medians", v1::FINDING_SEVERITY_ERROR, row,
          absl::StrCat("a hazard ratio of ", ShowNumber(row.value()),
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
        findings_.AddRow(
            "difference-against-medians", v1::FINDING_SEVERITY_ERROR, row,
            absl::StrCat("a difference of ", ShowNumber(row.value()),
                         " stands beside ", pair),
            ShowNumber(months - others), group);
      }
    }
    const bool better = row.direction() == v1::DIRECTION_BETTER;
    if ((better || row.direction() == v1::DIRECTION_WORSE) &&
        HigherIsBetter(row) && months != others &&
        better != (months > others)) {
      findings_.AddRow("direction-against-medians", v1::FINDING_SEVERITY_ERROR,
                       row,
                       absl::StrCat("is called ", better ? "better" : "worse",
                                    " with ", pair),
                       "", group);
    }
  }

  void CheckLinks() {
    for (const auto& [id, link] : evidence_.links()) {
      for (const std::string& name : link->records()) {
        const std::optional<std::string> id = TrialOfName(name);
        if (!id.has_value() || evidence_.FindTrial(*id) != nullptr) continue;
        Dangling(link->name(), absl::StrCat("records[", name, "]"), "trial",
                 *id);
      }
    }
  }

  const Evidence& evidence_;
  const TrialEvidence* trial_ = nullptr;
  FindingList findings_;
};

}  // namespace

std::vector<v1::Finding> FindFindings(const Evidence& evidence) {
  return Checks(evidence).Run();
}

}  // namespace consilium
