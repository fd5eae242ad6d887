// Prints the bit battery of the library that it is linked with.
#include <cstdio>
#include <string>

#include "tests/server/synthesis/bit_battery.h"

int main() {
  const std::string lines = consilium::RunBitBattery();
  std::fwrite(lines.data(), 1, lines.size(), stdout);
  return 0;
}
