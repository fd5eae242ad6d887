// Standard streams, terminals, environment and clock for tests of the command
// line.
#ifndef CONSILIUM_TESTS_CLIENT_CLI_TEST_IO_H_
#define CONSILIUM_TESTS_CLIENT_CLI_TEST_IO_H_

#include <sstream>
#include <string>

#include "absl/time/time.h"
#include "client/cli/terminal.h"

namespace consilium {

struct TestIo {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  absl::Time time = absl::UnixEpoch();
  // CONSILIUM_CONFIG is not set and no home is known, so no file is read.
  CommandIo io{
      .in = in, .out = out, .err = err, .now = [this] { return time; }};
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_CLIENT_CLI_TEST_IO_H_
