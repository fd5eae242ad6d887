// How far a long task is: a bar on a terminal, plain lines elsewhere.
#ifndef CONSILIUM_CLIENT_CLI_PROGRESS_H_
#define CONSILIUM_CLIENT_CLI_PROGRESS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/cli/terminal.h"

namespace consilium {

// One thread. Writes to the standard error of `io`, which must outlive it, at
// most five times a second on a terminal and once in five seconds elsewhere,
// so that callers may report every step.
class Progress {
 public:
  // `label` says what is done and `unit` what is counted: "applying" "files".
  // A silent progress writes nothing.
  Progress(CommandIo& io, absl::string_view label, absl::string_view unit,
           bool silent = false);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Takes the bar off the terminal.
  ~Progress();

  // `done` of `total`; a total of 0 is unknown.
  void Update(int64_t done, int64_t total);

  // Takes the bar off and leaves `summary` as a line, unless it is empty.
  void Finish(absl::string_view summary);

 private:
  std::string Bar(int64_t done, int64_t total) const;
  std::string Line(int64_t done, int64_t total) const;
  void Clear();

  CommandIo& io_;
  const std::string label_;
  const std::string unit_;
  const bool silent_;
  const absl::Time start_time_;
  absl::Time last_time_;
  bool drawn_ = false;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_PROGRESS_H_
