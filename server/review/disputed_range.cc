#include "server/review/disputed_range.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/review/limits.h"
#include "server/review/outcome_pooling.h"

namespace consilium {
namespace {

// Keeps the lowest and the highest.
class DisputedRange {
 public:
  DisputedRange(absl::Span<const Candidate> studies,
                absl::Span<const StudyReadings> readings,
                const v1::ReviewOutcome& plan)
      : studies_(studies.begin(), studies.end()),
        readings_(readings),
        plan_(plan) {}

  void AddTo(v1::OutcomeResult& result) {
    size_t combinations = 1;
    bool all = true;
    for (const StudyReadings& each : readings_) {
      if (combinations > kDisputedCombinationsMax / each.effects.size()) {
        all = false;
      } else {
        combinations *= each.effects.size();
      }
    }
    if (combinations == 1 && all) return;
    all ? TryAll(0) : TryOneAtATime();
    if (!lowest_.has_value()) return;
    const std::string how =
        all ? absl::StrCat("all ", tried_, " combinations of values in dispute")
            : absl::StrCat("values in dispute of one study at a time, ", tried_,
                           " in all; combinations would be too many");
    lowest_->set_id("lowest");
    lowest_->set_title(absl::StrCat("lowest over ", how));
    highest_->set_id("highest");
    highest_->set_title(absl::StrCat("highest over ", how));
    *result.add_disputed() = *std::move(lowest_);
    *result.add_disputed() = *std::move(highest_);
  }

 private:
  void TryAll(size_t index) {
    if (index == studies_.size()) return Try();
    for (const RowEffect& effect : readings_[index].effects) {
      studies_[index].effect = effect;
      TryAll(index + 1);
    }
    studies_[index].effect = readings_[index].effects.front();
  }

  void TryOneAtATime() {
    Try();
    for (size_t i = 0; i < studies_.size(); ++i) {
      for (size_t j = 1; j < readings_[i].effects.size(); ++j) {
        studies_[i].effect = readings_[i].effects[j];
        Try();
      }
      studies_[i].effect = readings_[i].effects.front();
    }
  }

  void Try() {
    std::vector<const Candidate*> studies;
    for (const Candidate& study : studies_) studies.push_back(&study);
    v1::PooledPart part = PoolPart("", "", studies, plan_);
    ++tried_;
    if (!part.has_pooled()) return;
    const double estimate = part.pooled().estimate();
    if (!lowest_.has_value() || estimate < lowest_->pooled().estimate()) {
      lowest_ = part;
    }
    if (!highest_.has_value() || estimate > highest_->pooled().estimate()) {
      highest_ = std::move(part);
    }
  }

  std::vector<Candidate> studies_;
  absl::Span<const StudyReadings> readings_;
  const v1::ReviewOutcome& plan_;
  std::optional<v1::PooledPart> lowest_, highest_;
  int tried_ = 0;
};

}  // namespace

StudyReadings ReadingsOfStudy(const Candidate& study, const ReviewInput& input,
                              const v1::ReviewOutcome& plan) {
  StudyReadings readings;
  readings.effects.push_back(study.effect);
  for (size_t i = 0; i < study.rows.size(); ++i) {
    const auto found = input.variants.find(study.rows[i]->id());
    if (found == input.variants.end()) continue;
    for (const v1::EvidenceRow& variant : found->second) {
      std::vector<const v1::EvidenceRow*> rows = study.rows;
      rows[i] = &variant;
      RowEffect effect = EffectOfCandidate(study, rows, plan);
      if (effect.is_usable()) {
        readings.effects.push_back(std::move(effect));
      } else {
        ++readings.refused;
      }
    }
  }
  return readings;
}

void AddDisputedRange(absl::Span<const Candidate> studies,
                      absl::Span<const StudyReadings> readings,
                      const v1::ReviewOutcome& plan,
                      v1::OutcomeResult& result) {
  DisputedRange(studies, readings, plan).AddTo(result);
}

}  // namespace consilium
