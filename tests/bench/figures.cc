#include "tests/bench/figures.h"

#include <sys/utsname.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace consilium {
namespace {

std::string Readable(double value) {
  if (value >= 100) return absl::StrFormat("%.0f", value);
  return absl::StrFormat(value >= 10 ? "%.1f" : "%.3g", value);
}

std::string LoadAverage() {
  double loads[1] = {0};
  if (getloadavg(loads, 1) != 1) return "?";
  return absl::StrFormat("%.1f", loads[0]);
}

}  // namespace

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

void PrintHead(const BenchOptions& options) {
  utsname machine = {};
  uname(&machine);
  std::printf("%s %s, %u processors, load %s; %zu records; median of %d\n\n",
              machine.sysname, machine.release,
              std::thread::hardware_concurrency(), LoadAverage().c_str(),
              options.records, options.rounds);
  std::printf("%-52s %10s %-9s %10s  %-26s %6s %7s %5s\n", "what", "Consilium",
              "", "yardstick", "", "ratio", "target", "load");
  std::fflush(stdout);
}

void Print(const Figure& figure) {
  const double ours = MedianOf(figure.ours);
  std::string yardstick, ratio, target;
  if (!figure.yardsticks.empty()) {
    // Rounds are compared one by one: the machine's load changes between them.
    std::vector<double> ratios;
    for (size_t i = 0; i < figure.ours.size(); ++i) {
      ratios.push_back(figure.ours[i] / figure.yardsticks[i]);
    }
    yardstick = Readable(MedianOf(figure.yardsticks));
    ratio = absl::StrFormat("%.2f", MedianOf(ratios));
  }
  if (figure.target > 0) {
    target = absl::StrFormat(
        "%s%g", figure.less_is_better ? "<=" : ">=", figure.target);
  }
  std::printf("%-52s %10s %-9s %10s  %-26s %6s %7s %5s\n", figure.what.c_str(),
              Readable(ours).c_str(), figure.unit.c_str(), yardstick.c_str(),
              figure.yardstick.c_str(), ratio.c_str(), target.c_str(),
              LoadAverage().c_str());
  std::fflush(stdout);
}

void Growth::Begin(const std::string& scale) {
  if (first_scale_.empty()) first_scale_ = scale;
  scale_ = scale;
}

void Growth::Print(const std::string& what, const std::string& unit,
                   std::vector<double> values) {
  Figure figure{
      absl::StrCat(scale_, ": ", what), unit, std::move(values), "", {}};
  const auto [first, is_first] =
      first_.try_emplace(what, MedianOf(figure.ours));
  if (!is_first) {
    figure.yardstick = absl::StrCat("at ", first_scale_);
    figure.yardsticks.assign(figure.ours.size(), first->second);
  }
  consilium::Print(figure);
}

}  // namespace consilium
