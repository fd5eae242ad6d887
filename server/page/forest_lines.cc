#include "server/page/forest_lines.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "proto/base/words.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

// What of a study's name a plot has room for.
constexpr size_t kLabelCharacters = 110;
// Studies whose numbers the description tells.
constexpr int kDescribedStudiesMax = 40;

const v1::StudyResult* FindStudy(const v1::OutcomeResult& outcome,
                                 absl::string_view row) {
  for (const v1::StudyResult& study : outcome.studies()) {
    if (study.row() == row) return &study;
  }
  return nullptr;
}

std::string LabelOf(const v1::ReviewResult& result,
                    const v1::StudyResult& study) {
  return absl::StrCat(
      StudyLabel(result, study.trial_id(), study.study(), kLabelCharacters),
      study.disputed() ? " †" : "", study.secondary() ? " ‡" : "");
}

void AddStudy(const v1::ReviewResult& result, const v1::StudyResult* study,
              std::vector<ForestLine>& lines) {
  if (study == nullptr || !HasEffect(*study)) return;
  lines.push_back({ForestLine::Kind::kStudy, LabelOf(result, *study), study,
                   &study->effect()});
}

// "3 studies; tau² = 0.162, I² = 91%".
std::string PartWords(const v1::PooledEffect& pooled) {
  return absl::StrCat(
      Plural(pooled.studies(), "study", "studies"),
      pooled.has_tau2() ? absl::StrFormat("; tau² = %.3f", pooled.tau2()) : "",
      pooled.has_i2() ? absl::StrFormat(", I² = %.0f%%", pooled.i2()) : "");
}

void AddSubgroups(const v1::ReviewResult& result,
                  const v1::OutcomeResult& outcome,
                  const v1::SubgroupAnalysis& analysis,
                  std::vector<ForestLine>& lines) {
  for (const v1::PooledPart& part : analysis.parts()) {
    lines.push_back({ForestLine::Kind::kHeading,
                     part.title().empty() || part.title() == part.id()
                         ? AnyTermTitle(result, part.id())
                         : part.title()});
    for (const std::string& row : part.rows()) {
      AddStudy(result, FindStudy(outcome, row), lines);
    }
    if (part.pooled().effect().has_value()) {
      lines.push_back({ForestLine::Kind::kPooled, "Subtotal", nullptr,
                       &part.pooled().effect()});
      if (part.pooled().studies() > 1) {
        lines.push_back({ForestLine::Kind::kRemark, PartWords(part.pooled())});
      }
    }
  }
  if (analysis.has_p()) {
    lines.push_back({ForestLine::Kind::kRemark, InteractionWords(analysis)});
  }
}

std::string CountsOf(bool has_events, int events, bool has_participants,
                     int participants, double person_years) {
  if (person_years > 0) {
    return absl::StrCat(CountWords(events), "/", ShortNumber(person_years),
                        " PY");
  }
  if (!has_participants) return "";
  return has_events
             ? absl::StrCat(CountWords(events), "/", CountWords(participants))
             : absl::StrCat("n = ", CountWords(participants));
}

}  // namespace

std::vector<ForestLine> ForestLines(const v1::ReviewResult& result,
                                    const v1::OutcomeResult& outcome) {
  std::vector<ForestLine> lines;
  if (outcome.subgroups_size() > 0 && outcome.subgroups(0).parts_size() > 1) {
    AddSubgroups(result, outcome, outcome.subgroups(0), lines);
  } else {
    for (const v1::StudyResult& study : outcome.studies()) {
      AddStudy(result, &study, lines);
    }
  }
  const v1::PooledEffect& pooled = outcome.pooled();
  if (!IsPooled(outcome) || !pooled.effect().has_value()) return lines;
  lines.push_back({ForestLine::Kind::kPooled, "All studies", nullptr,
                   &pooled.effect(), /*is_total=*/true});
  if (pooled.prediction().has_low() && pooled.prediction().has_high()) {
    lines.push_back({ForestLine::Kind::kPrediction, "Prediction interval",
                     nullptr, &pooled.prediction()});
  }
  if (pooled.studies() > 1) {
    const std::string i2 = I2Words(pooled);
    const std::string words = JoinWords(
        {pooled.has_tau2() ? absl::StrCat("tau² = ", ShortNumber(pooled.tau2()))
                           : "",
         i2.empty() ? "" : absl::StrCat("I² = ", i2),
         pooled.has_q_p() ? PValueWords(pooled.q_p()) : ""},
        ", ");
    if (!words.empty()) {
      lines.push_back(
          {ForestLine::Kind::kRemark, absl::StrCat("Heterogeneity: ", words)});
    }
  }
  if (!pooled.method().empty()) {
    lines.push_back(
        {ForestLine::Kind::kRemark, absl::StrCat("Model: ", pooled.method())});
  }
  return lines;
}

std::vector<std::string> TakeFoot(std::vector<ForestLine>& lines) {
  std::vector<std::string> foot;
  while (!lines.empty() && lines.back().kind == ForestLine::Kind::kRemark) {
    foot.insert(foot.begin(), lines.back().label);
    lines.pop_back();
  }
  return foot;
}

std::string LineEffect(const v1::OutcomeResult& outcome,
                       const ForestLine& line) {
  if (line.kind == ForestLine::Kind::kPrediction) {
    return absl::StrCat(ShortNumber(line.effect->low()), " to ",
                        ShortNumber(line.effect->high()));
  }
  return EffectText(*line.effect, outcome.unit());
}

std::string EffectHeading(const v1::OutcomeResult& outcome) {
  const double level = outcome.plan().has_level() ? outcome.plan().level() : 95;
  return absl::StrCat(Capitalized(MeasureWords(outcome)), " (", level, "% CI)");
}

std::string GroupCounts(const v1::StudyResult& study) {
  return CountsOf(study.has_events(), study.events(), study.has_participants(),
                  study.participants(), study.person_years());
}

std::string ReferenceCounts(const v1::StudyResult& study) {
  return CountsOf(study.has_reference_events(), study.reference_events(),
                  study.has_reference_participants(),
                  study.reference_participants(),
                  study.reference_person_years());
}

std::string SideLabel(const v1::ReviewResult& result,
                      const v1::OutcomeResult& outcome, bool right) {
  const std::string label = FavoursWords(
      result, outcome, right ? outcome.favours_high() : outcome.favours_low());
  if (label.empty()) return "";
  return right ? absl::StrCat(label, " →") : absl::StrCat("← ", label);
}

std::string ForestDescription(const v1::ReviewResult& result,
                              const v1::OutcomeResult& outcome) {
  std::string text =
      absl::StrCat("Forest plot of ", MeasureWords(outcome), " in ",
                   Plural(outcome.studies_size(), "study", "studies"), ".");
  int told = 0;
  for (const v1::StudyResult& study : outcome.studies()) {
    if (!HasEffect(study)) continue;
    if (++told > kDescribedStudiesMax) break;
    absl::StrAppend(&text, told == 1 ? " " : "; ", LabelOf(result, study), ": ",
                    EffectText(study.effect(), outcome.unit()));
  }
  absl::StrAppend(&text, told > kDescribedStudiesMax ? "; and others."
                         : told > 0                  ? "."
                                                     : "");
  if (IsPooled(outcome)) {
    absl::StrAppend(&text, " Pooled: ",
                    EffectText(outcome.pooled().effect(), outcome.unit()), ".");
  }
  return text;
}

size_t Fitting(double width, double size) {
  return static_cast<size_t>(width / (0.56 * size));
}

bool HasEffect(const v1::StudyResult& study) {
  return study.effect().has_value();
}

}  // namespace consilium
