// Which release this is.
#ifndef CONSILIUM_PROTO_BASE_VERSION_H_
#define CONSILIUM_PROTO_BASE_VERSION_H_

namespace consilium {

// "0.1.0": the version of the project in the top CMakeLists.txt, which also
// names the packages.
const char* ReleaseVersion();

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_VERSION_H_
