#include "proto/base/version.h"

namespace consilium {

const char* ReleaseVersion() { return CONSILIUM_VERSION; }

}  // namespace consilium
