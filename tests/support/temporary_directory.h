#ifndef CONSILIUM_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
#define CONSILIUM_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// A new, empty directory under testing::TempDir(), removed with everything in
// it at the end of its life. Stops the program when it cannot be made.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  // Without a slash at the end.
  const std::string& path() const { return path_; }

  // The path of `name` inside. Creates nothing.
  std::string Join(absl::string_view name) const;

 private:
  std::string path_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
