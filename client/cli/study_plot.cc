#include "client/cli/study_plot.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/display_text.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

constexpr int kNameWidthMax = 28;
constexpr int kPlotWidthMin = 20;
constexpr int kPlotWidthMax = 61;

// Places of values on the axis of a plot.
class Axis {
 public:
  Axis(const v1::OutcomeResult& outcome, int width)
      : log_(outcome.log_scale()), width_(width) {
    for (const v1::StudyResult& study : outcome.studies()) Take(study.effect());
    if (outcome.has_pooled()) {
      Take(outcome.pooled().effect());
      if (outcome.pooled().has_prediction()) {
        Take(outcome.pooled().prediction());
      }
    }
    if (outcome.has_null_value()) Take(outcome.null_value());
    if (!(low_ < high_)) {
      low_ -= 1;
      high_ += 1;
    }
    // What reaches far beyond the effects ends at an arrow.
    if (log_) {
      low_ = std::max(low_, std::log(1e-3));
      high_ = std::min(high_, std::log(1e3));
    }
  }

  int Column(double value) const {
    const double place = (Scaled(value) - low_) / (high_ - low_);
    return static_cast<int>(
        std::lround(std::clamp(place, 0.0, 1.0) * (width_ - 1)));
  }

  bool Holds(double value) const {
    return Scaled(value) >= low_ - 1e-12 && Scaled(value) <= high_ + 1e-12;
  }

  double low() const { return log_ ? std::exp(low_) : low_; }
  double high() const { return log_ ? std::exp(high_) : high_; }

 private:
  double Scaled(double value) const {
    return log_ ? std::log(std::max(value, 1e-12)) : value;
  }
  void Take(double value) {
    if (!std::isfinite(Scaled(value))) return;
    low_ = taken_ ? std::min(low_, Scaled(value)) : Scaled(value);
    high_ = taken_ ? std::max(high_, Scaled(value)) : Scaled(value);
    taken_ = true;
  }
  void Take(const v1::EffectEstimate& effect) {
    if (!effect.has_value() && !effect.has_low()) return;
    if (effect.has_value()) Take(effect.value());
    if (effect.has_low()) Take(effect.low());
    if (effect.has_high()) Take(effect.high());
  }

  const bool log_;
  const int width_;
  double low_ = 0, high_ = 0;
  bool taken_ = false;
};

// One line of the plot: the interval, its middle as `mark`.
std::string PlotLine(const Axis& axis, const v1::OutcomeResult& outcome,
                     const v1::EffectEstimate& effect, char mark, int width) {
  std::string line(static_cast<size_t>(width), ' ');
  const auto put = [&line](int column, char c) {
    line[static_cast<size_t>(column)] = c;
  };
  if (outcome.has_null_value()) put(axis.Column(outcome.null_value()), '|');
  if (effect.has_low() && effect.has_high()) {
    const int low = axis.Column(effect.low());
    const int high = axis.Column(effect.high());
    for (int i = low; i <= high; ++i) put(i, mark == '=' ? '=' : '-');
    if (!axis.Holds(effect.low())) put(low, '<');
    if (!axis.Holds(effect.high())) put(high, '>');
  }
  if (effect.has_value()) put(axis.Column(effect.value()), mark);
  return line;
}

struct PlotRow {
  std::string name, effect, weight, plot;
};

// Both ends, and no effect between them where there is room.
std::string AxisLine(const Axis& axis, const v1::OutcomeResult& outcome,
                     int width) {
  std::string line = absl::StrCat(PadRight(EffectNumber(axis.low()), width - 8),
                                  PadLeft(EffectNumber(axis.high()), 8));
  if (!outcome.has_null_value()) return line;
  const std::string label = outcome.null_value() == 0 ? "0" : "1";
  const size_t at = static_cast<size_t>(axis.Column(outcome.null_value()));
  if (at > 0 && at + 1 < line.size() && line.substr(at - 1, 3) == "   ") {
    line.replace(at, 1, label);
  }
  return line;
}

// What stands above the effects: "HR (95% CI)"; without a level where there is
// no interval.
std::string EffectHeading(const v1::OutcomeResult& outcome) {
  const v1::ReviewOutcome& plan = outcome.plan();
  std::string what = plan.has_statistic() ? EnumWords(plan.statistic())
                     : plan.has_measure() ? EnumWords(plan.measure())
                                          : "effect";
  double level = outcome.pooled().effect().level();
  for (const v1::StudyResult& study : outcome.studies()) {
    if (level == 0) level = study.effect().level();
  }
  if (level == 0) level = plan.level();
  if (level == 0) return what;
  return absl::StrCat(what, " (", LevelText(level), ")");
}

std::vector<PlotRow> PlotRows(const v1::OutcomeResult& outcome,
                              int plot_width) {
  const Axis axis(outcome, plot_width);
  std::vector<PlotRow> rows;
  rows.push_back(
      {"", EffectHeading(outcome),
       outcome.has_pooled() && outcome.studies_size() > 1 ? "weight" : "", ""});
  for (const v1::StudyResult& study : outcome.studies()) {
    std::string name = VisibleText(study.study());
    if (study.disputed()) name += " *";
    rows.push_back(
        {std::move(name), EstimateCell(study.effect(), outcome.unit()),
         study.has_weight() ? absl::StrFormat("%.1f%%", study.weight()) : "",
         PlotLine(axis, outcome, study.effect(), 'o', plot_width)});
  }
  if (outcome.has_pooled() && outcome.studies_size() > 1) {
    const v1::PooledEffect& pooled = outcome.pooled();
    rows.push_back({"pooled", EstimateCell(pooled.effect(), outcome.unit()), "",
                    PlotLine(axis, outcome, pooled.effect(), '#', plot_width)});
    if (pooled.has_prediction()) {
      v1::EffectEstimate range = pooled.prediction();
      range.clear_value();
      rows.push_back({"prediction",
                      absl::StrCat(EffectNumber(range.low()), " to ",
                                   EffectNumber(range.high()), outcome.unit()),
                      "", PlotLine(axis, outcome, range, '=', plot_width)});
    }
  }
  rows.push_back({"", "", "", AxisLine(axis, outcome, plot_width)});
  return rows;
}

int WidestOf(const std::vector<PlotRow>& rows, std::string PlotRow::*cell) {
  int width = 0;
  for (const PlotRow& row : rows) {
    width = std::max(width, DisplayWidth(row.*cell));
  }
  return width;
}

}  // namespace

std::string EffectNumber(double value) {
  const double size = std::fabs(value);
  constexpr double kNothing = 1e-12;  // What rounding leaves of 0.
  if (size >= 1e6 || (size < 0.0995 && size > kNothing)) {
    return absl::StrFormat("%.2g", value);
  }
  if (size >= 100) return absl::StrFormat("%.0f", value);
  if (size >= 10) return absl::StrFormat("%.1f", value);
  return absl::StrFormat("%.2f", value);
}

std::string LevelText(double level) {
  return absl::StrCat(NumberWords(level, "%"), " CI");
}

std::string EstimateCell(const v1::EffectEstimate& effect,
                         absl::string_view unit) {
  if (!effect.has_value()) return "";
  std::string text = EffectNumber(effect.value());
  if (effect.has_low() && effect.has_high()) {
    absl::StrAppend(&text, " (", EffectNumber(effect.low()), " to ",
                    EffectNumber(effect.high()), ")");
  }
  absl::StrAppend(&text, unit.empty() ? "" : " ", unit);
  return text;
}

std::string StudyPlot(const v1::OutcomeResult& outcome, int width) {
  std::vector<PlotRow> rows = PlotRows(outcome, kPlotWidthMin);
  const int name = std::min(WidestOf(rows, &PlotRow::name), kNameWidthMax);
  const int effect = WidestOf(rows, &PlotRow::effect);
  const int weight = WidestOf(rows, &PlotRow::weight);
  rows = PlotRows(outcome, std::clamp(width - name - effect - weight - 8,
                                      kPlotWidthMin, kPlotWidthMax));
  std::string text;
  for (const PlotRow& row : rows) {
    const std::string line =
        absl::StrCat("  ", PadRight(CutToWidth(row.name, name), name), "  ",
                     PadRight(row.effect, effect), "  ",
                     PadLeft(row.weight, weight), "  ", row.plot);
    absl::StrAppend(&text, absl::StripTrailingAsciiWhitespace(line), "\n");
  }
  return text;
}

std::string StudyNotes(const v1::OutcomeResult& outcome) {
  std::vector<std::pair<std::string, std::vector<std::string>>> notes;
  for (const v1::StudyResult& study : outcome.studies()) {
    for (const std::string& note : study.notes()) {
      auto found = std::find_if(
          notes.begin(), notes.end(),
          [&note](const auto& each) { return each.first == note; });
      if (found == notes.end()) {
        notes.push_back({note, {}});
        found = std::prev(notes.end());
      }
      found->second.push_back(study.study());
    }
  }
  std::string text;
  for (const auto& [note, studies] : notes) {
    absl::StrAppend(&text, "  ", VisibleText(absl::StrJoin(studies, ", ")),
                    ": ", VisibleText(note), "\n");
  }
  return text;
}

}  // namespace consilium
