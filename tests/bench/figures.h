// What was measured, as one table: every figure beside its yardstick of the
// same run.
#ifndef CONSILIUM_TESTS_BENCH_FIGURES_H_
#define CONSILIUM_TESTS_BENCH_FIGURES_H_

#include <map>
#include <string>
#include <vector>

namespace consilium {

struct BenchOptions {
  std::string consiliumd;  // Path of the server's program.
  std::string consilium;   // Of the command line.
  std::string bench;       // Of this one.
  std::string directory;   // Empty; for everything that is written.
  int rounds = 3;          // Of which the median counts.
  size_t records = 20'000;
  int64_t calls = 20'000;
  std::vector<size_t> scales = {10'000, 100'000};       // Records.
  std::vector<size_t> sync_scales = {20'000, 200'000};  // Records.
  std::vector<int> replicas = {2, 20, 200};
};

// A figure, with what each round measured.
struct Figure {
  std::string what;
  std::string unit;
  std::vector<double> ours;
  std::string yardstick;           // Empty: there is none.
  std::vector<double> yardsticks;  // As many as `ours`.
  // Ours to the yardstick's that is wanted; 0: no target. Above it is good,
  // or with `less_is_better` below it.
  double target = 0;
  bool less_is_better = false;
};

double MedianOf(std::vector<double> values);

// Prints the table's head with what is known of the machine and its load.
void PrintHead(const BenchOptions& options);

// Prints a row.
void Print(const Figure& figure);

// Rows that are measured at one scale after the other: behind the first scale,
// each is printed beside what it was there.
class Growth {
 public:
  // Goes on at `scale`, with which the rows begin: "20000 records".
  void Begin(const std::string& scale);

  void Print(const std::string& what, const std::string& unit,
             std::vector<double> values);

 private:
  std::string first_scale_;
  std::string scale_;
  std::map<std::string, double> first_;  // By `what`.
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_BENCH_FIGURES_H_
