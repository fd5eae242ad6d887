#include "server/data_directory.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/backup/backup_files.h"
#include "server/backup/backup_manifest.h"
#include "server/backup/verify_backup.h"
#include "server/institution_key.h"
#include "storage/change/signing_key.h"
#include "storage/kv/file_io.h"

namespace consilium {
namespace {

constexpr char kConfigFile[] = "consilium.toml";
constexpr char kPlaceFile[] = "place";
constexpr char kLockFile[] = "lock";
constexpr char kRestoredFile[] = "restored";
constexpr char kUnfinishedFile[] = "unfinished";
constexpr char kStoreDirectory[] = "store";
constexpr absl::string_view kPlaceFirstLine = "consilium-place 1";

absl::Status Refuse(absl::string_view reason, absl::string_view message,
                    const std::string& path) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message,
                   {{"path", path}});
}

// Where a directory stands, as far as the system tells.
struct Place {
  std::string path;  // Canonical.
  uint64_t device = 0;
  uint64_t inode = 0;
};

absl::StatusOr<Place> PlaceOf(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) {
    return Refuse(
        "DIRECTORY_MISSING",
        absl::StrCat("cannot look at ", path, ": ", std::strerror(errno)),
        path);
  }
  return Place{path, facts.st_dev, facts.st_ino};
}

std::string EncodePlace(const Place& place) {
  return absl::StrCat(kPlaceFirstLine, "\npath ", place.path, "\ndevice ",
                      place.device, "\ninode ", place.inode, "\n");
}

absl::StatusOr<Place> DecodePlace(absl::string_view text,
                                  const std::string& file) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  Place place;
  const auto field = [&](size_t i, absl::string_view name,
                         absl::string_view& value) {
    const std::string prefix = absl::StrCat(name, " ");
    if (i >= lines.size() || lines[i].rfind(prefix, 0) != 0) return false;
    value = absl::string_view(lines[i]).substr(prefix.size());
    return true;
  };
  absl::string_view path, device, inode;
  if (lines[0] != kPlaceFirstLine || !field(1, "path", path) ||
      !field(2, "device", device) || !field(3, "inode", inode) ||
      !absl::SimpleAtoi(device, &place.device) ||
      !absl::SimpleAtoi(inode, &place.inode)) {
    return MakeError(absl::StatusCode::kDataLoss, "PLACE_DAMAGED",
                     absl::StrCat(file,
                                  " is damaged; if this directory was never "
                                  "copied, open it with --new-replica once"),
                     {{"path", file}});
  }
  place.path = std::string(path);
  return place;
}

// Whether a directory that says it stands at `noted` is the one at `here`.
// Moving it within a file system keeps the inode, rebooting may change the
// device; a copy of the files changes the inode. A copy of the whole disk keeps
// all three: that cannot be told.
bool IsSamePlace(const Place& noted, const Place& here) {
  return noted.inode == here.inode &&
         (noted.device == here.device || noted.path == here.path);
}

absl::StatusOr<std::string> Canonical(const std::string& path) {
  std::error_code error;
  const auto canonical = std::filesystem::canonical(path, error);
  if (!error) return canonical.string();
  return Refuse("DIRECTORY_MISSING",
                absl::StrCat("there is no data directory ", path,
                             "; to make one: consiliumd init --data ", path,
                             " --institution ID"),
                path);
}

// A directory that init or restore left half made.
absl::Status Unfinished(const std::string& path) {
  return Refuse("DIRECTORY_INCOMPLETE",
                absl::StrCat(path,
                             " was never finished: init or restore was cut "
                             "short, and no server has used it. Remove it "
                             "and run that again"),
                path);
}

// Makes `path` an empty directory, or finds it empty.
absl::Status MakeEmptyDirectory(const std::string& path) {
  if (mkdir(path.c_str(), S_IRWXU) == 0) return absl::OkStatus();
  if (errno == ENOENT) {
    return Refuse("PARENT_MISSING",
                  absl::StrCat("cannot make ", path,
                               ": the directory above it does not exist; make "
                               "it first"),
                  path);
  }
  if (errno != EEXIST) {
    return Refuse(
        "DIRECTORY_FAILED",
        absl::StrCat("cannot make ", path, ": ", std::strerror(errno)), path);
  }
  std::error_code error;
  const bool empty = std::filesystem::is_empty(path, error);
  if (!error && empty && std::filesystem::is_directory(path, error)) {
    return absl::OkStatus();
  }
  if (!std::filesystem::is_directory(path, error)) {
    return Refuse("DIRECTORY_FAILED",
                  absl::StrCat(path,
                               " is there and no directory; want a new or "
                               "empty directory"),
                  path);
  }
  const auto has = [&path](const char* name) {
    return access(absl::StrCat(path, "/", name).c_str(), F_OK) == 0;
  };
  if (has(kUnfinishedFile) && !has(kPlaceFile)) return Unfinished(path);
  return Refuse(
      "DIRECTORY_NOT_EMPTY",
      has(kPlaceFile)
          ? absl::StrCat(path, " is a data directory already; to use it: ",
                         ServeCommand(path))
          : absl::StrCat(path,
                         " is not empty; want a new or empty "
                         "directory"),
      path);
}

std::string UserName(uid_t user) {
  // One thread has a data directory open, and none is served yet.
  const passwd* entry = getpwuid(user);
  return entry == nullptr ? absl::StrCat("#", user) : entry->pw_name;
}

// What root makes in the directory of a service's own user, that user could
// not read later.
absl::Status CheckOwner(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0 || facts.st_uid == geteuid()) {
    return absl::OkStatus();
  }
  const std::string owner = UserName(facts.st_uid);
  return Refuse("DIRECTORY_OF_OTHER_USER",
                absl::StrCat(path, " belongs to the user ", owner,
                             ", and this is ", UserName(geteuid()),
                             "; run the same as its owner: runuser -u ", owner,
                             " -- consiliumd ..."),
                path);
}

// Takes back what was made of a directory that was empty before.
absl::Status Clear(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListDirectory(path));
  for (const std::string& name : names) {
    RETURN_IF_ERROR(RemoveTree(absl::StrCat(path, "/", name)));
  }
  return absl::OkStatus();
}

// Whether keys come from the backup or from elsewhere must be certain.
absl::Status CheckKeysGiven(const stored::v1::BackupManifest& manifest,
                            const std::string& keys) {
  if (manifest.holds_keys() == keys.empty()) return absl::OkStatus();
  return InvalidField(
      "keys", manifest.holds_keys()
                  ? "the backup holds the keys; want none beside it"
                  : "the backup was made without keys; want the directory "
                    "that holds institution.key: --keys DIR");
}

// The keys in the directory `keys`, which is an argument: a fault of it is one
// of what was typed.
absl::StatusOr<KeyStore> OpenGivenKeys(const std::string& keys) {
  absl::StatusOr<KeyStore> source = KeyStore::Open(keys);
  absl::Status status = source.status();
  if (source.ok()) status = source->Read(kInstitutionKey).status();
  const std::string reason = GetErrorReason(status);
  if (reason == "KEYS_MISSING") {
    return InvalidField("keys", absl::StrCat("there is no directory ", keys,
                                             "; want the one that holds "
                                             "institution.key"));
  }
  if (reason == "KEY_NOT_FOUND") {
    return InvalidField("keys", absl::StrCat(keys,
                                             " holds no institution.key; want "
                                             "the directory that does"));
  }
  RETURN_IF_ERROR(status);
  return source;
}

// Whether `keys` are of the institution that wrote what is in `store`.
absl::Status CheckGivenKeys(const KeyStore& keys, const std::string& store) {
  ASSIGN_OR_RETURN(const std::string secret, keys.Read(kInstitutionKey));
  ASSIGN_OR_RETURN(const SigningKey key, SigningKey::FromSecret(secret));
  RocksdbStoreOptions options;
  options.merge_files = false;
  ASSIGN_OR_RETURN(const std::unique_ptr<RocksdbStore> opened,
                   RocksdbStore::Open(store, options));
  const absl::Status status = CheckInstitutionKey(*opened, key.public_key(),
                                                  keys.PathOf(kInstitutionKey));
  if (GetErrorReason(status) != "KEY_OF_OTHER_INSTITUTION") return status;
  return InvalidField("keys", status.message());
}

absl::Status CopyKeys(const KeyStore& source, const std::string& to) {
  ASSIGN_OR_RETURN(KeyStore target, KeyStore::Create(to));
  ASSIGN_OR_RETURN(const std::string institution, source.Read(kInstitutionKey));
  RETURN_IF_ERROR(target.Write(kInstitutionKey, institution));
  // The key of page tokens is worth nothing by itself: lists start anew.
  const auto tokens = source.Read(kPageTokenKey);
  return target.Write(kPageTokenKey,
                      tokens.ok() ? *tokens : SigningKey::Generate().secret());
}

absl::Status MakeKeys(const std::string& directory) {
  ASSIGN_OR_RETURN(KeyStore keys, KeyStore::Create(directory));
  RETURN_IF_ERROR(keys.Write(kInstitutionKey, SigningKey::Generate().secret()));
  // 32 random bytes like any other.
  return keys.Write(kPageTokenKey, SigningKey::Generate().secret());
}

}  // namespace

std::string ServeCommand(absl::string_view path) {
  return absl::StrCat("consiliumd serve --data ", path,
                      " --listen 127.0.0.1:7700");
}

std::string ServeNewReplicaCommand(absl::string_view path) {
  return absl::StrCat(ServeCommand(path), " --new-replica");
}

absl::Status DataDirectory::Init(const std::string& path,
                                 absl::string_view institution) {
  RETURN_IF_ERROR(CheckInstitution(institution, "institution"));
  RETURN_IF_ERROR(MakeEmptyDirectory(path));
  ASSIGN_OR_RETURN(const std::string canonical, Canonical(path));
  RETURN_IF_ERROR(CheckOwner(canonical));
  const std::string unfinished = absl::StrCat(canonical, "/", kUnfinishedFile);
  RETURN_IF_ERROR(ReplaceFile(unfinished, "init\n"));
  RETURN_IF_ERROR(MakeKeys(absl::StrCat(canonical, "/keys")));
  RETURN_IF_ERROR(
      RocksdbStore::Create(absl::StrCat(canonical, "/", kStoreDirectory))
          .status());
  RETURN_IF_ERROR(ReplaceFile(absl::StrCat(canonical, "/", kConfigFile),
                              NewServerConfig(institution)));
  ASSIGN_OR_RETURN(const Place place, PlaceOf(canonical));
  RETURN_IF_ERROR(ReplaceFile(absl::StrCat(canonical, "/", kPlaceFile),
                              EncodePlace(place)));
  RETURN_IF_ERROR(RemoveTree(unfinished));
  return SyncToDisk(std::filesystem::path(canonical).parent_path().string());
}

absl::StatusOr<stored::v1::BackupManifest> DataDirectory::Restore(
    const std::string& backup, const std::string& keys, const std::string& path,
    const BackupWork& work) {
  ASSIGN_OR_RETURN(stored::v1::BackupManifest manifest, ReadManifest(backup));
  RETURN_IF_ERROR(CheckKeysGiven(manifest, keys));
  std::optional<KeyStore> given;
  if (!keys.empty()) {
    ASSIGN_OR_RETURN(given, OpenGivenKeys(keys));
  }
  std::error_code error;
  const auto inside =
      std::filesystem::weakly_canonical(path, error)
          .lexically_relative(std::filesystem::canonical(backup, error));
  if (!inside.empty() && *inside.begin() != "..") {
    return InvalidField("data", absl::StrCat(path, " lies inside the backup ",
                                             backup, "; want another place"));
  }
  const bool was_there = std::filesystem::exists(path, error);
  RETURN_IF_ERROR(MakeEmptyDirectory(path));
  ASSIGN_OR_RETURN(const std::string canonical, Canonical(path));
  RETURN_IF_ERROR(CheckOwner(canonical));
  const auto fill = [&]() -> absl::Status {
    const std::string unfinished =
        absl::StrCat(canonical, "/", kUnfinishedFile);
    RETURN_IF_ERROR(ReplaceFile(unfinished, "restore\n"));
    RETURN_IF_ERROR(CopyBackup(backup, manifest, canonical, work));
    if (given.has_value()) {
      RETURN_IF_ERROR(CheckGivenKeys(
          *given, absl::StrCat(canonical, "/", kStoreDirectory)));
      RETURN_IF_ERROR(CopyKeys(*given, absl::StrCat(canonical, "/keys")));
    }
    const std::string config_file = absl::StrCat(canonical, "/", kConfigFile);
    ASSIGN_OR_RETURN(const std::string config, ReadFile(config_file));
    RETURN_IF_ERROR(ParseServerConfig(config_file, config).status());
    ASSIGN_OR_RETURN(const std::string marker,
                     ReadFile(absl::StrCat(backup, "/", kManifestFile)));
    RETURN_IF_ERROR(
        ReplaceFile(absl::StrCat(canonical, "/", kRestoredFile), marker));
    ASSIGN_OR_RETURN(const Place place, PlaceOf(canonical));
    RETURN_IF_ERROR(ReplaceFile(absl::StrCat(canonical, "/", kPlaceFile),
                                EncodePlace(place)));
    return RemoveTree(unfinished);
  };
  if (const absl::Status status = fill(); !status.ok()) {
    const absl::Status cleared =
        was_there ? Clear(canonical) : RemoveTree(canonical);
    cleared.IgnoreError();  // What went wrong first matters more.
    return status;
  }
  RETURN_IF_ERROR(
      SyncToDisk(std::filesystem::path(canonical).parent_path().string()));
  return manifest;
}

absl::StatusOr<std::unique_ptr<DataDirectory>> DataDirectory::Open(
    const std::string& path, bool new_replica,
    const RocksdbStoreOptions& store) {
  ASSIGN_OR_RETURN(std::string canonical, Canonical(path));
  RETURN_IF_ERROR(CheckOwner(canonical));
  std::unique_ptr<DataDirectory> directory(
      new DataDirectory(std::move(canonical)));
  RETURN_IF_ERROR(directory->ReadRestored());
  RETURN_IF_ERROR(
      directory->CheckPlace(new_replica || directory->restored_.has_value()));
  RETURN_IF_ERROR(directory->Lock());
  const std::string config_file = directory->config_file();
  ASSIGN_OR_RETURN(directory->config_text_, ReadFile(config_file));
  ASSIGN_OR_RETURN(directory->config_,
                   ParseServerConfig(config_file, directory->config_text_));
  ASSIGN_OR_RETURN(KeyStore keys,
                   KeyStore::Open(absl::StrCat(directory->path_, "/keys")));
  directory->keys_ = std::make_unique<KeyStore>(std::move(keys));
  ASSIGN_OR_RETURN(
      directory->store_,
      RocksdbStore::Open(absl::StrCat(directory->path_, "/", kStoreDirectory),
                         store));
  return directory;
}

std::string DataDirectory::config_file() const {
  return absl::StrCat(path_, "/", kConfigFile);
}

DataDirectory::~DataDirectory() {
  store_ = nullptr;
  // Whoever opens next may do so once the store is closed.
  if (lock_ >= 0) close(lock_);
}

absl::Status DataDirectory::ReadRestored() {
  const std::string file = absl::StrCat(path_, "/", kRestoredFile);
  const auto text = ReadFile(file);
  if (absl::IsNotFound(text.status())) return absl::OkStatus();
  RETURN_IF_ERROR(text.status());
  // What it says is for people; that it is there decides.
  restored_ = ParseManifest(*text).value_or(stored::v1::BackupManifest());
  return absl::OkStatus();
}

absl::Status DataDirectory::Lock() {
  const std::string file = absl::StrCat(path_, "/", kLockFile);
  lock_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock_ < 0) {
    return Refuse(
        "DIRECTORY_FAILED",
        absl::StrCat("cannot open ", file, ": ", std::strerror(errno)), file);
  }
  if (flock(lock_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return Refuse("DIRECTORY_LOCKED",
                absl::StrCat(path_,
                             " is in use by another process; stop that "
                             "consiliumd first"),
                path_);
}

absl::Status DataDirectory::CheckPlace(bool new_replica) {
  const std::string file = absl::StrCat(path_, "/", kPlaceFile);
  const auto text = ReadFile(file);
  std::error_code error;
  if (!text.ok() && std::filesystem::is_empty(path_, error) && !error) {
    return Refuse("DIRECTORY_EMPTY",
                  absl::StrCat(path_,
                               " is empty; to make it a data directory: "
                               "consiliumd init --data ",
                               path_, " --institution ID"),
                  path_);
  }
  if (absl::IsNotFound(text.status())) return CheckWithoutPlace(new_replica);
  RETURN_IF_ERROR(text.status());
  // With a new replica, where the directory stood before does not matter.
  if (new_replica) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Place noted, DecodePlace(*text, file));
  ASSIGN_OR_RETURN(const Place here, PlaceOf(path_));
  if (IsSamePlace(noted, here)) return absl::OkStatus();
  return Refuse(
      "DIRECTORY_COPIED",
      absl::StrCat(path_, " is a copy of ", noted.path,
                   ". Two servers must not write as one replica; to open the "
                   "copy as a new replica: ",
                   ServeNewReplicaCommand(path_)),
      path_);
}

absl::Status DataDirectory::CheckWithoutPlace(bool new_replica) const {
  const auto has = [this](const char* name) {
    return access(absl::StrCat(path_, "/", name).c_str(), F_OK) == 0;
  };
  if (has(kUnfinishedFile)) return Unfinished(path_);
  if (!has(kStoreDirectory) || !has(kConfigFile)) {
    // What is there may be the only copy of it.
    return Refuse(
        "DIRECTORY_INCOMPLETE",
        absl::StrCat(path_, " is no complete data directory: ", path_, "/",
                     kPlaceFile, " and ",
                     has(kStoreDirectory) ? kConfigFile : kStoreDirectory,
                     " are missing. Leave what is in it as it is, and make "
                     "another: consiliumd restore --from BACKUP --data NEWDIR, "
                     "or consiliumd init --data NEWDIR --institution ID"),
        path_);
  }
  if (new_replica) return absl::OkStatus();
  return Refuse(
      "PLACE_MISSING",
      absl::StrCat(path_, "/", kPlaceFile,
                   " is missing, so that nobody can tell whether ", path_,
                   " is a copy. Nothing else is lost: to open it as a new "
                   "replica, which writes that file again: ",
                   ServeNewReplicaCommand(path_)),
      path_);
}

absl::Status DataDirectory::ConfirmPlace() {
  ASSIGN_OR_RETURN(const Place place, PlaceOf(path_));
  RETURN_IF_ERROR(
      ReplaceFile(absl::StrCat(path_, "/", kPlaceFile), EncodePlace(place)));
  // Only now: until the new replicas are there for good, opening again must
  // make new ones.
  RETURN_IF_ERROR(RemoveTree(absl::StrCat(path_, "/", kUnfinishedFile)));
  return RemoveTree(absl::StrCat(path_, "/", kRestoredFile));
}

}  // namespace consilium
