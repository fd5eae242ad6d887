// The release of the command line.
#ifndef CONSILIUM_CLIENT_CLI_VERSION_H_
#define CONSILIUM_CLIENT_CLI_VERSION_H_

namespace consilium {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_VERSION_H_
