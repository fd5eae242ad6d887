// How fast pooling is, beside R's metafor.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/synthesis/pooling.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/scenes.h"

namespace consilium {
namespace {

// Colditz 1994, log risk ratios of 13 trials of BCG: metadat's dat.bcg.
std::vector<StudyEffect> BcgTrials() {
  constexpr double kTrials[][2] = {{-0.889311333920205, 0.325584765003961},
                                   {-1.58538865720143, 0.194581121398144},
                                   {-1.34807314829969, 0.415367965367965},
                                   {-1.44155119002131, 0.0200100319022476},
                                   {-0.217547322211296, 0.0512101721696309},
                                   {-0.786115585818864, 0.0069056184559088},
                                   {-1.62089822359839, 0.223017247572315},
                                   {0.0119523335238405, 0.00396157929781773},
                                   {-0.469417648738149, 0.0564342104632489},
                                   {-1.37134480347278, 0.0730247936130289},
                                   {-0.339358828338391, 0.0124122139715597},
                                   {0.445913400571378, 0.53250584514502},
                                   {-0.0173139482168798, 0.0714046596839863}};
  std::vector<StudyEffect> studies;
  for (const auto& [effect, variance] : kTrials) {
    studies.push_back({absl::StrCat(studies.size() + 1), effect, variance});
  }
  return studies;
}

double MeasureOurFits(int count) {
  const std::vector<StudyEffect> studies = BcgTrials();
  const absl::Time start = absl::Now();
  for (int i = 0; i < count; ++i) Require(Pool(studies, {}).status());
  return count / absl::ToDoubleSeconds(absl::Now() - start);
}

// Fits a second of metafor with the same data and options; 0 where R or
// metafor is missing.
double MeasureMetafor(int count) {
  std::string effects;
  std::string variances;
  for (const StudyEffect& study : BcgTrials()) {
    const char* const comma = effects.empty() ? "" : ",";
    absl::StrAppendFormat(&effects, "%s%.17g", comma, study.effect);
    absl::StrAppendFormat(&variances, "%s%.17g", comma, study.variance);
  }
  const std::string command = absl::StrCat(
      "Rscript --vanilla -e 'suppressMessages(library(metafor)); yi <- c(",
      effects, "); vi <- c(", variances, "); n <- ", count,
      "; for (i in 1:20) rma(yi, vi, test=\"knha\"); "
      "s <- proc.time()[[3]]; for (i in 1:n) rma(yi, vi, test=\"knha\"); "
      "cat(n / (proc.time()[[3]] - s))' 2>/dev/null");
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return 0;
  char text[64] = "";
  const size_t size = fread(text, 1, sizeof(text) - 1, pipe);
  text[size] = 0;
  pclose(pipe);
  return std::atof(text);
}

}  // namespace

void MeasureSynthesis(const BenchOptions& options) {
  constexpr int kOurFits = 20'000;
  constexpr int kMetaforFits = 300;
  Figure figure{
      "REML fits of 13 trials, Hartung-Knapp", "/s", {}, "R metafor", {}, 100};
  for (int round = 0; round < options.rounds; ++round) {
    const double metafor = MeasureMetafor(kMetaforFits);
    if (metafor == 0) {
      std::puts("synthesis: left out, no R with metafor here");
      return;
    }
    figure.ours.push_back(MeasureOurFits(kOurFits));
    figure.yardsticks.push_back(metafor);
  }
  Print(figure);
}

}  // namespace consilium
