#include "server/synthesis/glmm.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/exact_sum.h"
#include "server/synthesis/gauss_hermite.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

constexpr int kIterationsMax = 200;
constexpr int kQuadraturePointsMax = 101;
// Numbers of events that the conditional exact model sums over in one study.
constexpr double kSupportMax = 100'000;
// Newton's steps below this end a search.
constexpr double kStepMin = 1e-11;
// Largest step on the scale of logits at once.
constexpr double kStepMax = 2;

// A log likelihood at one value of the effect, with its derivatives.
struct Derivatives {
  double value = 0;
  double first = 0;
  double second = 0;
};

// log(1 + e^x) with its derivatives, times n.
Derivatives LogPartition(double n, double x) {
  const double e = Exp(x > 0 ? -x : x);
  const double p = x > 0 ? 1 / (1 + e) : e / (1 + e);
  return {n * ((x > 0 ? x : 0) + Log1p(e)), n * p, n * e / ((1 + e) * (1 + e))};
}

double XLogX(double x) { return x > 0 ? x * Log(x) : 0; }

// The likelihood of one study as a function of its own effect, and for some
// models of an intercept of its own. Concave in both.
class StudyLikelihood {
 public:
  virtual ~StudyLikelihood() = default;
  virtual Derivatives AtEffect(double effect, double intercept) const = 0;
  // Derivatives by the intercept.
  virtual Derivatives AtIntercept(double effect, double intercept) const {
    return AtEffect(effect, intercept);
  }
  virtual bool has_intercept() const { return false; }
  // The highest value that any effect and intercept reach.
  virtual double Supremum() const = 0;
  // A start for the intercept.
  virtual double StartingIntercept() const { return 0; }
};

class BinomialStudy : public StudyLikelihood {
 public:
  explicit BinomialStudy(const ArmCounts& arm)
      : x_(arm.events), n_(arm.participants), constant_(LogChoose(n_, x_)) {}

  Derivatives AtEffect(double effect, double) const override {
    const Derivatives partition = LogPartition(n_, effect);
    return {constant_ + x_ * effect - partition.value, x_ - partition.first,
            -partition.second};
  }
  double Supremum() const override {
    return constant_ + XLogX(x_) + XLogX(n_ - x_) - XLogX(n_);
  }

 private:
  double x_, n_, constant_;
};

// Two binomial arms, with logits intercept +- effect / 2.
class TwoBinomialStudy : public StudyLikelihood {
 public:
  explicit TwoBinomialStudy(const ContrastCounts& study)
      : x1_(study.treated.events),
        n1_(study.treated.participants),
        x2_(study.control.events),
        n2_(study.control.participants),
        constant_(LogChoose(n1_, x1_) + LogChoose(n2_, x2_)) {}

  Derivatives AtEffect(double effect, double intercept) const override {
    const Arms arms = At(effect, intercept);
    return {arms.value, (arms.first1 - arms.first2) / 2,
            (arms.second1 + arms.second2) / 4};
  }
  Derivatives AtIntercept(double effect, double intercept) const override {
    const Arms arms = At(effect, intercept);
    return {arms.value, arms.first1 + arms.first2, arms.second1 + arms.second2};
  }
  bool has_intercept() const override { return true; }
  double Supremum() const override {
    return constant_ + XLogX(x1_) + XLogX(n1_ - x1_) - XLogX(n1_) + XLogX(x2_) +
           XLogX(n2_ - x2_) - XLogX(n2_);
  }
  double StartingIntercept() const override {
    return Log((x1_ + x2_) / (n1_ + n2_ - x1_ - x2_));
  }

 private:
  struct Arms {
    double value = 0;
    double first1 = 0, second1 = 0;
    double first2 = 0, second2 = 0;
  };

  Arms At(double effect, double intercept) const {
    const double logit1 = intercept + effect / 2;
    const double logit2 = intercept - effect / 2;
    const Derivatives one = LogPartition(n1_, logit1);
    const Derivatives two = LogPartition(n2_, logit2);
    return {constant_ + x1_ * logit1 - one.value + x2_ * logit2 - two.value,
            x1_ - one.first, -one.second, x2_ - two.first, -two.second};
  }

  double x1_, n1_, x2_, n2_, constant_;
};

// Events of the treated arm given those of both: noncentral hypergeometric
// with the log odds ratio as its parameter.
class HypergeometricStudy : public StudyLikelihood {
 public:
  explicit HypergeometricStudy(const ContrastCounts& study)
      : a_(study.treated.events),
        n1_(study.treated.participants),
        n2_(study.control.participants),
        m_(study.treated.events + study.control.events),
        low_(std::max(0.0, m_ - n2_)),
        high_(std::min(n1_, m_)) {
    for (double j = low_; j <= high_; ++j) {
      log_weights_.push_back(LogChoose(n1_, j) + LogChoose(n2_, m_ - j));
    }
  }

  Derivatives AtEffect(double effect, double) const override {
    // Terms fall from the mode to both sides; all are relative to it.
    const size_t mode = FindMode(effect);
    const double odds = Exp(effect);
    const double at_mode = low_ + static_cast<double>(mode);
    double sum = 1, mean = 0, square = 0;
    const auto add = [&](double j, double term) {
      sum += term;
      mean += term * (j - at_mode);
      square += term * (j - at_mode) * (j - at_mode);
    };
    double term = 1;
    for (double j = at_mode + 1; j <= high_ && term > kNegligible; ++j) {
      term *= Ratio(j) * odds;
      add(j, term);
    }
    term = 1;
    for (double j = at_mode; j > low_ && term > kNegligible; --j) {
      term /= Ratio(j) * odds;
      add(j - 1, term);
    }
    mean /= sum;
    square /= sum;
    const double value = (a_ - at_mode) * effect +
                         log_weights_[static_cast<size_t>(a_ - low_)] -
                         log_weights_[mode] - Log(sum);
    return {value, a_ - at_mode - mean, -(square - mean * mean)};
  }

  // At an end of what is possible an infinite effect makes it certain.
  double Supremum() const override {
    if (a_ <= low_ || a_ >= high_) return 0;
    double effect = 0;
    for (int i = 0; i < kIterationsMax; ++i) {
      const Derivatives at = AtEffect(effect, 0);
      const double step =
          std::clamp(-at.first / at.second, -kStepMax, kStepMax);
      effect += step;
      if (std::fabs(step) < kStepMin) break;
    }
    return AtEffect(effect, 0).value;
  }

 private:
  static constexpr double kNegligible = 1e-25;

  // The weight of j to that of j - 1.
  double Ratio(double j) const {
    return (n1_ - j + 1) * (m_ - j + 1) / (j * (n2_ - m_ + j));
  }

  size_t FindMode(double effect) const {
    size_t below = 0, above = log_weights_.size() - 1;
    while (below < above) {  // Log terms are concave in j.
      const size_t middle = (below + above) / 2;
      if (log_weights_[middle + 1] - log_weights_[middle] + effect > 0) {
        below = middle + 1;
      } else {
        above = middle;
      }
    }
    return below;
  }

  double a_, n1_, n2_, m_, low_, high_;
  std::vector<double> log_weights_;
};

using Studies = std::vector<std::unique_ptr<StudyLikelihood>>;

// The studies' likelihood, with the random effects integrated out.
class MarginalLikelihood {
 public:
  MarginalLikelihood(Studies studies, int quadrature_points)
      : studies_(std::move(studies)),
        points_(GaussHermitePoints(quadrature_points)) {
    for (const auto& study : studies_) {
      intercepts_.push_back(study->StartingIntercept());
    }
  }

  size_t size() const { return studies_.size(); }

  // At one effect for all. `*first` and `*second` receive the derivatives of
  // the profile, intercepts at their best; `*tau2_slope` the derivative by
  // tau2 at 0.
  double AtCommonEffect(double effect, double* first, double* second,
                        double* tau2_slope) {
    ExactSum value, slope, curvature, by_tau2;
    for (size_t i = 0; i < studies_.size(); ++i) {
      const StudyLikelihood& study = *studies_[i];
      if (study.has_intercept()) ProfileCommonIntercept(effect, i);
      const Derivatives at = study.AtEffect(effect, intercepts_[i]);
      value.Add(at.value);
      slope.Add(at.first);
      double profiled = at.second;
      if (study.has_intercept()) {
        // Less what the intercept would take up; the mixed derivative comes
        // from the two arms' curvatures s and t: (s - t)/2 of s + t.
        const double h = 1e-4;
        const double mixed =
            (study.AtIntercept(effect + h, intercepts_[i]).first -
             study.AtIntercept(effect - h, intercepts_[i]).first) /
            (2 * h);
        const double own = study.AtIntercept(effect, intercepts_[i]).second;
        profiled -= mixed * mixed / own;
      }
      curvature.Add(profiled);
      by_tau2.Add((at.second + at.first * at.first) / 2);
    }
    *first = slope.Round();
    *second = curvature.Round();
    *tau2_slope = by_tau2.Round();
    return value.Round();
  }

  double At(double effect, double tau) {
    ExactSum sum;
    for (size_t i = 0; i < studies_.size(); ++i) {
      sum.Add(studies_[i]->has_intercept() ? ProfileIntercept(effect, tau, i)
                                           : Integrate(effect, tau, i).value);
    }
    return sum.Round();
  }

  double Supremum() const {
    ExactSum sum;
    for (const auto& study : studies_) sum.Add(study->Supremum());
    return sum.Round();
  }

 private:
  void ProfileCommonIntercept(double effect, size_t i) {
    for (int n = 0; n < kIterationsMax; ++n) {
      const Derivatives at = studies_[i]->AtIntercept(effect, intercepts_[i]);
      const double step =
          std::clamp(-at.first / at.second, -kStepMax, kStepMax);
      intercepts_[i] += step;
      if (std::fabs(step) < kStepMin) return;
    }
  }

  // Log of the integral, and its derivatives by the intercept.
  Derivatives Integrate(double effect, double tau, size_t i) const {
    const StudyLikelihood& study = *studies_[i];
    const double intercept = intercepts_[i];
    double mode = 0;
    double curvature = 1;
    for (int n = 0; n < kIterationsMax; ++n) {
      const Derivatives at = study.AtEffect(effect + tau * mode, intercept);
      curvature = 1 - tau * tau * at.second;
      const double limit = kStepMax / std::max(tau, 1.0);
      const double step =
          std::clamp((tau * at.first - mode) / curvature, -limit, limit);
      mode += step;
      if (std::fabs(step) < kStepMin) break;
    }
    const double scale = std::sqrt(2 / curvature);
    double largest = -HUGE_VAL;
    std::vector<double> logs(points_.size());
    std::vector<double> effects(points_.size());
    for (size_t j = 0; j < points_.size(); ++j) {
      const double u = mode + scale * points_[j].x;
      effects[j] = effect + tau * u;
      logs[j] = points_[j].log_weight - u * u / 2 +
                study.AtEffect(effects[j], intercept).value;
      largest = std::max(largest, logs[j]);
    }
    double sum = 0, first = 0, second = 0;
    for (size_t j = 0; j < points_.size(); ++j) {
      const double weight = Exp(logs[j] - largest);
      sum += weight;
      if (!study.has_intercept()) continue;
      const Derivatives at = study.AtIntercept(effects[j], intercept);
      first += weight * at.first;
      second += weight * (at.second + at.first * at.first);
    }
    first /= sum;
    second = second / sum - first * first;
    return {largest + Log(sum * scale / std::sqrt(2 * kPi)), first, second};
  }

  // The integral at the best intercept, which is kept as the next start. Near
  // it the last step's gain follows from the slope, to the third order.
  double ProfileIntercept(double effect, double tau, size_t i) {
    Derivatives at;
    for (int n = 0; n < kIterationsMax; ++n) {
      at = Integrate(effect, tau, i);
      const double curvature = std::min(at.second, -1e-6);
      const double step =
          std::clamp(-at.first / curvature, -kStepMax, kStepMax);
      intercepts_[i] += step;
      if (std::fabs(step) < 1e-5) return at.value + at.first * step / 2;
    }
    return at.value;
  }

  Studies studies_;
  std::vector<QuadraturePoint> points_;
  std::vector<double> intercepts_;
};

struct CommonFit {
  double effect = 0;
  double log_likelihood = 0;
  double information = 0;
  double tau2_slope = 0;
  int iterations = 0;
};

absl::StatusOr<CommonFit> FitCommonEffect(MarginalLikelihood& likelihood,
                                          absl::string_view name) {
  CommonFit fit;
  while (++fit.iterations <= kIterationsMax) {
    double first = 0, second = 0;
    fit.log_likelihood =
        likelihood.AtCommonEffect(fit.effect, &first, &second, &fit.tau2_slope);
    fit.information = -second;
    if (!(fit.information > 1e-9)) break;
    const double step =
        std::clamp(first / fit.information, -kStepMax, kStepMax);
    if (std::fabs(step) < kStepMin) return fit;
    fit.effect += step;
  }
  return NotConverged(absl::StrCat(name, " with a common effect"));
}

// Gradient and second derivatives by the effect and log tau.
struct Shape {
  double gradient[2] = {0, 0};
  double second[2] = {0, 0};
  double mixed = 0;
};

// Of fourth order in the step, so that errors are near 1e-11 and 1e-9.
Shape MeasureShape(MarginalLikelihood& likelihood, double effect,
                   double log_tau) {
  constexpr double kGradientStep = 2e-3;
  constexpr double kHessianStep = 1e-2;
  const auto f = [&](double d_effect, double d_log_tau) {
    return likelihood.At(effect + d_effect, Exp(log_tau + d_log_tau));
  };
  Shape shape;
  const double center = f(0, 0);
  for (int axis = 0; axis < 2; ++axis) {
    const auto g = [&](double d) { return axis == 0 ? f(d, 0) : f(0, d); };
    const double h = kGradientStep;
    shape.gradient[axis] =
        (8 * (g(h) - g(-h)) - (g(2 * h) - g(-2 * h))) / (12 * h);
    const double s = kHessianStep;
    shape.second[axis] =
        (16 * (g(s) + g(-s)) - (g(2 * s) + g(-2 * s)) - 30 * center) /
        (12 * s * s);
  }
  const auto cross = [&](double h) {
    return (f(h, h) - f(h, -h) - f(-h, h) + f(-h, -h)) / (4 * h * h);
  };
  shape.mixed = (4 * cross(kHessianStep) - cross(2 * kHessianStep)) / 3;
  return shape;
}

struct MixedFit {
  double effect = 0;
  double log_tau = 0;
  double log_likelihood = 0;
  double effect_variance = 0;
  int iterations = 0;
};

absl::StatusOr<MixedFit> FitMixed(MarginalLikelihood& likelihood, double effect,
                                  absl::string_view name) {
  MixedFit fit{.effect = effect, .log_tau = Log(0.5)};
  double value = likelihood.At(fit.effect, Exp(fit.log_tau));
  while (++fit.iterations <= kIterationsMax) {
    const Shape shape = MeasureShape(likelihood, fit.effect, fit.log_tau);
    const double determinant =
        shape.second[0] * shape.second[1] - shape.mixed * shape.mixed;
    const bool is_peak = shape.second[0] < 0 && determinant > 0;
    double step[2] = {shape.gradient[0] / std::fabs(shape.second[0]),
                      shape.gradient[1] / std::fabs(shape.second[1])};
    if (is_peak) {
      step[0] = -(shape.second[1] * shape.gradient[0] -
                  shape.mixed * shape.gradient[1]) /
                determinant;
      step[1] = -(shape.second[0] * shape.gradient[1] -
                  shape.mixed * shape.gradient[0]) /
                determinant;
    }
    const double length = std::max(std::fabs(step[0]), std::fabs(step[1]));
    if (!std::isfinite(length)) break;
    double share = std::min(1.0, 1 / length);
    // Near the peak, values no longer tell which of two points is higher.
    const bool is_near = is_peak && length < 1e-5;
    double next = value;
    for (;; share /= 2) {
      next = likelihood.At(fit.effect + share * step[0],
                           Exp(fit.log_tau + share * step[1]));
      if (is_near || next > value || share < 1e-6) break;
    }
    fit.effect += share * step[0];
    fit.log_tau += share * step[1];
    value = next;
    if (is_peak && length < 1e-9) {
      fit.log_likelihood = value;
      fit.effect_variance = -shape.second[1] / determinant;
      return fit;
    }
  }
  return NotConverged(name);
}

absl::StatusOr<GlmmResult> Fit(GlmmModel model, Studies studies,
                               std::vector<size_t> uninformative,
                               const GlmmOptions& options) {
  const absl::string_view name = ToString(model);
  MarginalLikelihood likelihood(std::move(studies), options.quadrature_points);
  ASSIGN_OR_RETURN(const CommonFit common, FitCommonEffect(likelihood, name));
  GlmmResult result;
  result.model = model;
  result.study_count = likelihood.size();
  result.uninformative = std::move(uninformative);
  double effect = common.effect;
  double variance = 1 / common.information;
  result.log_likelihood = RoundResult(common.log_likelihood);
  result.iterations = common.iterations;
  const int df = static_cast<int>(likelihood.size()) - 1;
  const double ratio =
      std::max(0.0, 2 * (likelihood.Supremum() - common.log_likelihood));
  result.heterogeneity = ChiSquareTest{
      RoundResult(ratio), df, RoundResult(ChiSquareSurvival(ratio, df))};
  if (common.tau2_slope <= 0) {
    result.tau2_at_zero = true;
  } else {
    ASSIGN_OR_RETURN(const MixedFit mixed,
                     FitMixed(likelihood, common.effect, name));
    effect = mixed.effect;
    variance = mixed.effect_variance;
    const double tau = Exp(mixed.log_tau);
    result.tau2 = RoundResult(tau * tau);
    result.log_likelihood = RoundResult(mixed.log_likelihood);
    result.iterations += mixed.iterations;
  }
  const double standard_error = std::sqrt(variance);
  const double z = -NormalQuantile((1 - options.level_percent / 100) / 2);
  result.pooled.effect = RoundResult(effect);
  result.pooled.standard_error = RoundResult(standard_error);
  result.pooled.statistic = RoundResult(effect / standard_error);
  result.pooled.p_value = RoundResult(NormalTwoSided(effect / standard_error));
  result.pooled.interval = {RoundResult(effect - z * standard_error),
                            RoundResult(effect + z * standard_error)};
  return result;
}

absl::Status CheckGlmmOptions(const GlmmOptions& options) {
  if (options.quadrature_points < 1 ||
      options.quadrature_points > kQuadraturePointsMax) {
    return BadSetting("quadrature_points",
                      absl::StrCat(options.quadrature_points),
                      absl::StrCat("1 to ", kQuadraturePointsMax));
  }
  if (!(options.level_percent > 0 && options.level_percent < 100)) {
    return BadSetting("level_percent", AnyNumber(options.level_percent),
                      "above 0 and below 100");
  }
  return absl::OkStatus();
}

bool IsWhole(double count) { return count == std::floor(count); }

absl::Status NoVariety() {
  return NoBound("the effect",
                 "an arm of every study has an event for no one, or for "
                 "everyone");
}

}  // namespace

absl::string_view ToString(GlmmModel model) {
  switch (model) {
    case GlmmModel::kLogitProportion:
      return "logit-normal model of proportions";
    case GlmmModel::kConditionalExact:
      return "conditional exact model of odds ratios";
    case GlmmModel::kUnconditionalFixedStudies:
      return "unconditional model of odds ratios with fixed study effects";
  }
  return "unknown model";
}

absl::StatusOr<GlmmResult> FitProportionGlmm(absl::Span<const ArmCounts> arms,
                                             const GlmmOptions& options) {
  RETURN_IF_ERROR(CheckGlmmOptions(options));
  RETURN_IF_ERROR(CheckArmCounts(arms));
  const absl::string_view name = ToString(GlmmModel::kLogitProportion);
  if (arms.size() < 2) return TooFewStudies(name, arms.size(), 2);
  Studies studies;
  double events = 0, others = 0;
  for (const ArmCounts& arm : arms) {
    studies.push_back(std::make_unique<BinomialStudy>(arm));
    events += arm.events;
    others += arm.participants - arm.events;
  }
  if (events == 0 || others == 0) return NoVariety();
  return Fit(GlmmModel::kLogitProportion, std::move(studies), {}, options);
}

absl::StatusOr<GlmmResult> FitOddsRatioGlmm(
    GlmmModel model, absl::Span<const ContrastCounts> studies,
    const GlmmOptions& options) {
  if (model == GlmmModel::kLogitProportion) {
    return BadSetting("model", ToString(model), "a model of odds ratios");
  }
  RETURN_IF_ERROR(CheckGlmmOptions(options));
  RETURN_IF_ERROR(CheckContrasts(studies));
  Studies informative;
  std::vector<size_t> uninformative;
  bool can_rise = false, can_fall = false;
  for (size_t i = 0; i < studies.size(); ++i) {
    const ArmCounts& treated = studies[i].treated;
    const ArmCounts& control = studies[i].control;
    const double events = treated.events + control.events;
    const double others = treated.participants + control.participants - events;
    if (events == 0 || others == 0) {
      uninformative.push_back(i);
      continue;
    }
    can_rise = can_rise ||
               (treated.events > 0 && control.events < control.participants);
    can_fall = can_fall ||
               (control.events > 0 && treated.events < treated.participants);
    if (model == GlmmModel::kUnconditionalFixedStudies) {
      informative.push_back(std::make_unique<TwoBinomialStudy>(studies[i]));
      continue;
    }
    if (!IsWhole(treated.events) || !IsWhole(treated.participants) ||
        !IsWhole(control.events) || !IsWhole(control.participants)) {
      return InvalidField(absl::StrCat("studies[", i, "]"),
                          "has a count that is no whole number, which the "
                          "conditional exact model wants");
    }
    if (std::min({events, treated.participants, control.participants}) >
        kSupportMax) {
      return InvalidField(absl::StrCat("studies[", i, "]"),
                          absl::StrCat("has too many events for the "
                                       "conditional exact model; want at most ",
                                       AnyNumber(kSupportMax)));
    }
    informative.push_back(std::make_unique<HypergeometricStudy>(studies[i]));
  }
  if (informative.size() < 2) {
    return TooFewStudies(ToString(model), informative.size(), 2);
  }
  if (!can_rise || !can_fall) return NoVariety();
  return Fit(model, std::move(informative), std::move(uninformative), options);
}

}  // namespace consilium
