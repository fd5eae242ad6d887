#include "tests/support/temporary_directory.h"

#include <stdlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace consilium {

TemporaryDirectory::TemporaryDirectory()
    : path_(absl::StrCat(testing::TempDir(), "/consilium_XXXXXX")) {
  if (mkdtemp(path_.data()) == nullptr) {
    std::fprintf(stderr, "cannot create %s: %s\n", path_.c_str(),
                 std::strerror(errno));
    std::abort();
  }
}

TemporaryDirectory::~TemporaryDirectory() {
  // A leftover is a nuisance, not a failure of what was tested.
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::Join(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

}  // namespace consilium
