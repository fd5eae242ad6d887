#include "server/doctor_text.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace consilium {
namespace {

// "-o consilium ", for what root makes and this user is to write in; the name
// of a user that has none is the number.
std::string OwnerFlag() {
  const uid_t user = geteuid();
  if (user == 0) return "";
  passwd entry;
  passwd* found = nullptr;
  std::array<char, 4096> buffer;
  getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  return absl::StrCat(
      "-o ", found == nullptr ? absl::StrCat(user) : found->pw_name, " ");
}

}  // namespace

std::string Ago(absl::Time then, absl::Time now) {
  const absl::Duration age = std::max(now - then, absl::ZeroDuration());
  if (age < absl::Minutes(2)) {
    return absl::StrCat(absl::ToInt64Seconds(age), " s ago");
  }
  if (age < absl::Hours(2)) {
    return absl::StrCat(absl::ToInt64Minutes(age), " min ago");
  }
  if (age < absl::Hours(48)) {
    return absl::StrCat(absl::ToInt64Hours(age), " h ago");
  }
  return absl::StrCat(absl::ToInt64Hours(age) / 24, " days ago");
}

void AddFailure(const absl::Status& status, absl::string_view remedy,
                CheckList& checks) {
  if (absl::IsDataLoss(status)) return checks.Damaged(status.message(), remedy);
  checks.Fail(status.message(), remedy);
}

std::string ConfigFile(const std::string& data) {
  return absl::StrCat(data, "/consilium.toml");
}

std::string EditCommand(const std::string& file) {
  return absl::StrCat("${EDITOR:-vi} ", file);
}

std::string MakeDirectoryCommand(const std::string& directory) {
  return absl::StrCat("install -d -m 700 ", OwnerFlag(), directory);
}

}  // namespace consilium
