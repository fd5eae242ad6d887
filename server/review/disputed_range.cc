#include "server/review/disputed_range.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/review/limits.h"
#include "server/review/outcome_pooling.h"

namespace consilium {
namespace {

// The pooled effect that lies furthest to one side.
class Extreme {
 public:
  // True when the first lies further out than the second.
  using IsFurther = bool (*)(const v1::PooledEffect&, const v1::PooledEffect&);

  explicit Extreme(IsFurther is_further) : is_further_(is_further) {}

  void Offer(const v1::PooledPart& part) {
    if (!part_.has_value() || is_further_(part.pooled(), part_->pooled())) {
      part_ = part;
    }
  }

  // Whether it lies further out than `part`.
  bool IsBeyond(const v1::PooledPart& part) const {
    return is_further_(part_->pooled(), part.pooled());
  }

  bool has_part() const { return part_.has_value(); }
  const v1::PooledPart& part() const { return *part_; }

 private:
  const IsFurther is_further_;
  std::optional<v1::PooledPart> part_;
};

// Where only an interval is in dispute, the effect is the same.
bool IsLower(const v1::PooledEffect& a, const v1::PooledEffect& b) {
  return std::pair(a.estimate(), a.effect().low()) <
         std::pair(b.estimate(), b.effect().low());
}

bool IsHigher(const v1::PooledEffect& a, const v1::PooledEffect& b) {
  return std::pair(a.estimate(), a.effect().high()) >
         std::pair(b.estimate(), b.effect().high());
}

bool ReachesLower(const v1::PooledEffect& a, const v1::PooledEffect& b) {
  return a.effect().low() < b.effect().low();
}

bool ReachesHigher(const v1::PooledEffect& a, const v1::PooledEffect& b) {
  return a.effect().high() > b.effect().high();
}

// Keeps the lowest and the highest, and the intervals that reach furthest.
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
    if (!lowest_.has_part()) return;
    const std::string how =
        all ? absl::StrCat("all ", tried_, " combinations of values in dispute")
            : absl::StrCat("values in dispute of one study at a time, ", tried_,
                           " in all; combinations would be too many");
    const auto add = [&](const Extreme& extreme, absl::string_view id,
                         absl::string_view words) {
      v1::PooledPart& part = *result.add_disputed() = extreme.part();
      part.set_id(std::string(id));
      part.set_title(absl::StrCat(words, " over ", how));
    };
    add(lowest_, "lowest", "lowest");
    add(highest_, "highest", "highest");
    const auto is_shown = [&](const Extreme& bound) {
      return !bound.IsBeyond(lowest_.part()) ||
             !bound.IsBeyond(highest_.part());
    };
    if (!is_shown(lowest_bound_)) {
      add(lowest_bound_, "lowest-bound", "lowest bound of the interval");
    }
    if (!is_shown(highest_bound_)) {
      add(highest_bound_, "highest-bound", "highest bound of the interval");
    }
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
    for (Extreme* extreme :
         {&lowest_, &highest_, &lowest_bound_, &highest_bound_}) {
      extreme->Offer(part);
    }
  }

  std::vector<Candidate> studies_;
  absl::Span<const StudyReadings> readings_;
  const v1::ReviewOutcome& plan_;
  Extreme lowest_{IsLower}, highest_{IsHigher};
  Extreme lowest_bound_{ReachesLower}, highest_bound_{ReachesHigher};
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
