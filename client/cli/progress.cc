#include "client/cli/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/cli/display_text.h"
#include "client/cli/limits.h"

namespace consilium {
namespace {

constexpr int kBarWidth = 24;
constexpr absl::string_view kClearLine = "\r\x1b[K";

double Share(int64_t done, int64_t total) {
  return std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0,
                    1.0);
}

}  // namespace

Progress::Progress(CommandIo& io, absl::string_view label,
                   absl::string_view unit, bool silent)
    : io_(io),
      label_(label),
      unit_(unit),
      silent_(silent),
      start_time_(io.now()),
      // Nothing is shown for a task that ends within the first period.
      last_time_(start_time_) {}

Progress::~Progress() { Clear(); }

void Progress::Update(int64_t done, int64_t total) {
  if (silent_) return;
  const absl::Time now = io_.now();
  const bool on_terminal = io_.err_terminal.is_terminal;
  if (now - last_time_ <
      (on_terminal ? kProgressPeriod : kProgressLinePeriod)) {
    return;
  }
  last_time_ = now;
  if (on_terminal) {
    io_.err << kClearLine
            << CutToWidth(Bar(done, total), io_.err_terminal.width - 1);
    drawn_ = true;
  } else {
    io_.err << Line(done, total) << "\n";
  }
  io_.err.flush();
}

void Progress::Finish(absl::string_view summary) {
  Clear();
  if (silent_ || summary.empty()) return;
  io_.err << VisibleText(summary) << std::endl;
}

std::string Progress::Line(int64_t done, int64_t total) const {
  if (total <= 0) return absl::StrCat(label_, ": ", done, " ", unit_);
  return absl::StrCat(label_, ": ", done, "/", total, " ", unit_, ", ",
                      static_cast<int>(Share(done, total) * 100), " %");
}

std::string Progress::Bar(int64_t done, int64_t total) const {
  if (total <= 0) return Line(done, total);
  const double share = Share(done, total);
  const int filled = static_cast<int>(share * kBarWidth);
  std::string bar =
      absl::StrCat("[", std::string(static_cast<size_t>(filled), '#'),
                   std::string(static_cast<size_t>(kBarWidth - filled), '.'),
                   "] ", Line(done, total));
  if (share > 0 && share < 1) {
    const absl::Duration elapsed = last_time_ - start_time_;
    const absl::Duration left =
        absl::Ceil(elapsed * ((1 - share) / share), absl::Seconds(1));
    absl::StrAppend(&bar, ", ", absl::FormatDuration(left), " left");
  }
  return bar;
}

void Progress::Clear() {
  if (!drawn_) return;
  io_.err << kClearLine;
  io_.err.flush();
  drawn_ = false;
}

}  // namespace consilium
