// The manual of the server: consiliumd(8), made from the command line that it
// describes, and consilium.toml(5).
#ifndef CONSILIUM_SERVER_MANUAL_H_
#define CONSILIUM_SERVER_MANUAL_H_

#include <CLI/CLI.hpp>
#include <vector>

#include "proto/base/manual_page.h"

namespace consilium {

// Commands without a group are hidden and have no place in it.
std::vector<ManualPage> MakeServerManual(const CLI::App& app);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_MANUAL_H_
