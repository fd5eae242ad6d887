#include "server/page/plot_scale.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

constexpr size_t kTicksMax = 7;

// Exact powers of ten; the C library's functions differ between machines.
constexpr double kPowersOfTen[] = {1,   10,  100, 1e3, 1e4,
                                   1e5, 1e6, 1e7, 1e8, 1e9};

std::vector<double> LogTicks(double low, double high,
                             const std::vector<int>& mantissas) {
  std::vector<double> ticks;
  for (int exponent = -4; exponent <= 5; ++exponent) {
    for (const int mantissa : mantissas) {
      // A division rounds to the double that is written 0.2; a product with
      // 0.1 does not.
      const double power = kPowersOfTen[std::abs(exponent)];
      const double tick = exponent < 0 ? mantissa / power : mantissa * power;
      if (tick >= low && tick <= high) ticks.push_back(tick);
    }
  }
  return ticks;
}

// The shortest round step that cuts `span` into six parts at most.
double LinearStep(double span) {
  for (int exponent = -9; exponent <= 9; ++exponent) {
    for (const int factor : {1, 2, 5}) {
      const double power = kPowersOfTen[std::abs(exponent)];
      const double step = exponent < 0 ? factor / power : factor * power;
      if (span <= 6 * step) return step;
    }
  }
  return span / 5;
}

}  // namespace

PlotScale::PlotScale(bool logarithmic, const std::vector<double>& values,
                     double begin, double end)
    : logarithmic_(logarithmic), begin_(begin), end_(end) {
  std::vector<double> seen;
  for (const double value : values) {
    if (std::isfinite(value) && (!logarithmic || value > 0)) {
      seen.push_back(value);
    }
  }
  if (seen.empty()) seen = {1};
  double low = *std::min_element(seen.begin(), seen.end());
  double high = *std::max_element(seen.begin(), seen.end());
  if (logarithmic_) {
    low = std::max(low / 1.15, 1e-4);
    high = std::min(std::max(high * 1.15, low * 2), 1e5);
    ticks_ = LogTicks(low, high, {1, 2, 5});
    if (ticks_.size() > kTicksMax) ticks_ = LogTicks(low, high, {1});
    if (ticks_.size() < 2) ticks_ = LogTicks(low, high, {1, 2, 3, 4, 5, 6, 8});
  } else {
    if (high - low < 1e-9) high = low + 1;
    const double step = LinearStep(high - low);
    low = std::floor(low / step) * step;
    high = std::ceil(high / step) * step;
    for (int i = 0; low + i * step <= high + step / 2; ++i) {
      ticks_.push_back(std::round((low + i * step) / step) * step);
    }
  }
  low_ = Transform(low);
  high_ = Transform(high);
}

double PlotScale::Transform(double value) const {
  return logarithmic_ ? Log(std::max(value, 1e-9)) : value;
}

double PlotScale::At(double value) const {
  const double share = (Transform(value) - low_) / (high_ - low_);
  return begin_ + (end_ - begin_) * std::clamp(share, 0.0, 1.0);
}

bool PlotScale::IsBelow(double value) const { return Transform(value) < low_; }

bool PlotScale::IsAbove(double value) const { return Transform(value) > high_; }

std::string PlotScale::Label(double tick) {
  // Six digits, so that what a step leaves behind is not seen.
  return absl::StrReplaceAll(absl::StrCat(tick), {{"-", "−"}});
}

}  // namespace consilium
