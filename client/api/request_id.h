#ifndef CONSILIUM_CLIENT_API_REQUEST_ID_H_
#define CONSILIUM_CLIENT_API_REQUEST_ID_H_

#include <string>

namespace consilium {

// A random UUID (version 4): makes a write that is sent twice happen once.
// Thread-safe.
std::string NewRequestId();

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_REQUEST_ID_H_
