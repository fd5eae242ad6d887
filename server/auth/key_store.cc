#include "server/auth/key_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/errors.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "proto/base/write_all.h"

namespace consilium {
namespace {

constexpr absl::string_view kFirstWord = "consilium-key";
constexpr absl::string_view kFormatVersion = "1";
constexpr absl::string_view kReplicaPrefix = "replica-";
constexpr size_t kCheckSize = 4;          // Bytes.
constexpr size_t kKeyFileSizeMax = 4096;  // Bytes.
constexpr mode_t kOthersMask = S_IRWXG | S_IRWXO;

// Closes a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool valid() const { return number_ >= 0; }

 private:
  const int number_;
};

absl::Status SystemError(absl::string_view what, const std::string& path) {
  return MakeError(
      absl::StatusCode::kUnavailable, "KEY_FILE_FAILED",
      absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(errno)),
      {{"path", path}});
}

absl::Status Exposed(const std::string& path, mode_t mode,
                     absl::string_view wanted) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "KEYS_EXPOSED",
      absl::StrFormat("%s has mode %04o, so that others could use the keys; "
                      "run: chmod %s %s",
                      path, mode & 07777, std::string(wanted), path),
      {{"path", path}});
}

// What to do about a key that is lost. Those of replicas are in no backup, and
// nobody needs one back.
std::string WishForKey(absl::string_view path) {
  const absl::string_view name = path.substr(path.rfind('/') + 1);
  if (!absl::StartsWith(name, kReplicaPrefix)) {
    return "restore it from a backup of the data directory";
  }
  return absl::StrCat(
      "no backup holds keys of replicas; go on as a new replica: consiliumd "
      "serve --data ",
      path.substr(0, path.rfind("/keys/")),
      " --listen 127.0.0.1:7700 --new-replica");
}

absl::Status Damaged(const std::string& path) {
  return MakeError(absl::StatusCode::kDataLoss, "KEY_DAMAGED",
                   absl::StrCat(path, " is damaged; ", WishForKey(path)),
                   {{"path", path}});
}

std::string CheckOf(absl::string_view secret) {
  return absl::BytesToHexString(Sha256({secret}).substr(0, kCheckSize));
}

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isxdigit(c); });
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.valid() && errno == ENOENT) {
    return MakeError(
        absl::StatusCode::kNotFound, "KEY_NOT_FOUND",
        absl::StrCat("there is no key ", path, "; ", WishForKey(path)),
        {{"path", path}});
  }
  if (!file.valid()) return SystemError("open", path);
  struct stat facts;
  if (fstat(file.number(), &facts) != 0) return SystemError("look at", path);
  if ((facts.st_mode & kOthersMask) != 0) {
    return Exposed(path, facts.st_mode, "600");
  }
  std::string contents(kKeyFileSizeMax, '\0');
  ssize_t size = 0;
  do {
    size = read(file.number(), contents.data(), contents.size());
  } while (size < 0 && errno == EINTR);
  if (size < 0) return SystemError("read", path);
  contents.resize(static_cast<size_t>(size));
  return contents;
}

absl::Status SyncDirectory(const std::string& path) {
  const Descriptor directory(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid() || fsync(directory.number()) != 0) {
    return SystemError("make durable", path);
  }
  return absl::OkStatus();
}

absl::Status WriteNewFile(const std::string& path, absl::string_view contents) {
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
           S_IRUSR | S_IWUSR));
  if (!file.valid()) return SystemError("create", path);
  if (WriteAll(file.number(), contents) && fsync(file.number()) == 0) {
    return absl::OkStatus();
  }
  const absl::Status status = SystemError("write", path);
  unlink(path.c_str());  // No part of a secret is left behind.
  return status;
}

}  // namespace

std::string ReplicaKeyName(absl::string_view replica_hex) {
  return absl::StrCat(kReplicaPrefix, replica_hex);
}

std::string KeyStore::PathOf(absl::string_view name) const {
  return absl::StrCat(directory_, "/", name, ".key");
}

absl::StatusOr<KeyStore> KeyStore::Create(const std::string& directory) {
  if (mkdir(directory.c_str(), S_IRWXU) != 0) {
    return SystemError("create", directory);
  }
  return KeyStore(directory);
}

absl::StatusOr<KeyStore> KeyStore::Open(const std::string& directory) {
  struct stat facts;
  if (stat(directory.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "KEYS_MISSING",
                     absl::StrCat("there is no directory ", directory,
                                  "; restore it from a backup of the data "
                                  "directory"),
                     {{"path", directory}});
  }
  if ((facts.st_mode & kOthersMask) != 0) {
    return Exposed(directory, facts.st_mode, "700");
  }
  return KeyStore(directory);
}

absl::StatusOr<std::string> KeyStore::Read(absl::string_view name) const {
  const std::string path = PathOf(name);
  ASSIGN_OR_RETURN(const std::string contents, ReadSmallFile(path));
  const std::vector<absl::string_view> words =
      absl::StrSplit(absl::StripSuffix(absl::string_view(contents), "\n"), ' ');
  if (words.size() != 4 || words[0] != kFirstWord ||
      words[1] != kFormatVersion || words[2].empty() ||
      words[2].size() % 2 != 0 || !IsHex(words[2])) {
    return Damaged(path);
  }
  std::string secret = absl::HexStringToBytes(words[2]);
  if (words[3] != CheckOf(secret)) return Damaged(path);
  return secret;
}

absl::Status KeyStore::Write(absl::string_view name, absl::string_view secret) {
  const std::string path = PathOf(name);
  if (access(path.c_str(), F_OK) == 0) {
    return MakeError(absl::StatusCode::kAlreadyExists, "KEY_EXISTS",
                     absl::StrCat("there is a key ", path, " already"),
                     {{"path", path}});
  }
  const std::string unfinished = absl::StrCat(path, ".new");
  RETURN_IF_ERROR(
      WriteNewFile(unfinished, absl::StrCat(kFirstWord, " ", kFormatVersion,
                                            " ", absl::BytesToHexString(secret),
                                            " ", CheckOf(secret), "\n")));
  if (rename(unfinished.c_str(), path.c_str()) != 0) {
    return SystemError("rename", unfinished);
  }
  return SyncDirectory(directory_);
}

}  // namespace consilium
