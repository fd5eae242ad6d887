#include "server/data_directory.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "consilium/stored/v1/rows.pb.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/backup/backup_files.h"
#include "server/backup/backup_manifest.h"
#include "server/backup/verify_backup.h"
#include "server/institution_key.h"
#include "server/place.h"
#include "storage/change/signing_key.h"
#include "storage/kv/file_io.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"

namespace consilium {
namespace {

constexpr char kConfigFile[] = "consilium.toml";
constexpr char kPlaceFile[] = "place";
constexpr char kLockFile[] = "lock";
constexpr char kRestoredFile[] = "restored";
constexpr char kUnfinishedFile[] = "unfinished";
constexpr char kStoreDirectory[] = "store";
constexpr size_t kStartTokenSize = 16;  // Bytes.

absl::Status Refuse(absl::string_view reason, absl::string_view message,
                    const std::string& path) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message,
                   {{"path", path}});
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

// The place of a directory that no server has opened yet.
absl::Status WriteFirstPlace(const std::string& path) {
  ASSIGN_OR_RETURN(Place place, Place::Of(path));
  place.tokens = {""};
  return WritePlace(absl::StrCat(path, "/", kPlaceFile), place);
}

// The token of the start that wrote to `store` last, in hexadecimal; empty when
// none did.
absl::StatusOr<std::string> ReadStartToken(const KeyValueStore& store) {
  const std::string key = StartRowKey::Key();
  ASSIGN_OR_RETURN(const auto value, store.Get(kServerPartition, key));
  if (!value.has_value()) return "";
  stored::v1::StartRow row;
  RETURN_IF_ERROR(DecodeRow(key, *value, row));
  return absl::BytesToHexString(row.token());
}

absl::Status WriteStartToken(const std::string& token, KeyValueStore& store) {
  const std::string key = StartRowKey::Key();
  stored::v1::StartRow row;
  row.set_token(absl::HexStringToBytes(token));
  WriteBatch batch;
  batch.Put(key, EncodeRow(key, row));
  return store.Commit(kServerPartition, batch);
}

std::string NewStartToken() {
  // Random bytes like any other.
  return absl::BytesToHexString(
      SigningKey::Generate().secret().substr(0, kStartTokenSize));
}

// `what` was put back, and what was written since may be out already.
absl::Status RefusePutBack(const std::string& path, absl::string_view what) {
  return Refuse(
      "DIRECTORY_PUT_BACK",
      absl::StrCat(
          path, " was put back to an earlier state: ", what,
          ". What was written since may have reached peers, and its numbers "
          "must not be used again. To go on as a new replica: ",
          ServeNewReplicaCommand(path),
          "; then sync with every peer before people write, and what reached "
          "one comes back"),
      path);
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
  RETURN_IF_ERROR(WriteFirstPlace(canonical));
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
    RETURN_IF_ERROR(WriteFirstPlace(canonical));
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
  const bool as_new = new_replica || directory->restored_.has_value();
  RETURN_IF_ERROR(directory->CheckPlace(as_new));
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
  RETURN_IF_ERROR(directory->CheckStart(as_new));
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
  const auto noted = ReadPlace(file);
  std::error_code error;
  if (!noted.ok() && std::filesystem::is_empty(path_, error) && !error) {
    return Refuse("DIRECTORY_EMPTY",
                  absl::StrCat(path_,
                               " is empty; to make it a data directory: "
                               "consiliumd init --data ",
                               path_, " --institution ID"),
                  path_);
  }
  if (absl::IsNotFound(noted.status())) return CheckWithoutPlace(new_replica);
  // With a new replica, where the directory stood before does not matter.
  if (new_replica) return absl::OkStatus();
  RETURN_IF_ERROR(noted.status());
  ASSIGN_OR_RETURN(const Place here, Place::Of(path_));
  if (noted->place.IsAlso(here)) {
    if (noted->WasPutBack()) {
      return RefusePutBack(
          path_, absl::StrCat(file, " is not the file that its server wrote"));
    }
    // Those of releases before name none.
    tokens_ = noted->place.tokens;
    return absl::OkStatus();
  }
  return Refuse(
      "DIRECTORY_COPIED",
      absl::StrCat(path_, " is a copy of ", noted->place.path,
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

absl::Status DataDirectory::CheckStart(bool new_replica) const {
  ASSIGN_OR_RETURN(const std::string token, ReadStartToken(*store_));
  if (new_replica || tokens_.empty()) return absl::OkStatus();
  if (std::find(tokens_.begin(), tokens_.end(), token) != tokens_.end()) {
    return absl::OkStatus();
  }
  return RefusePutBack(
      path_, absl::StrCat(path_, "/", kStoreDirectory, " and ", path_, "/",
                          kPlaceFile, " are not of the same start"));
}

absl::Status DataDirectory::ConfirmPlace() {
  const std::string file = absl::StrCat(path_, "/", kPlaceFile);
  ASSIGN_OR_RETURN(Place place, Place::Of(path_));
  ASSIGN_OR_RETURN(const std::string token, ReadStartToken(*store_));
  const std::string next = NewStartToken();
  // Whatever of this is cut short, the store's token is one of those named.
  place.tokens = {token, next};
  RETURN_IF_ERROR(WritePlace(file, place));
  const absl::Status written = WriteStartToken(next, *store_);
  if (written.ok()) {
    place.tokens = {next};
    RETURN_IF_ERROR(WritePlace(file, place));
  } else if (!absl::IsResourceExhausted(written)) {
    // A store without room for a row can still be read.
    return written;
  }
  // Only now: until the new replicas are there for good, opening again must
  // make new ones.
  RETURN_IF_ERROR(RemoveTree(absl::StrCat(path_, "/", kUnfinishedFile)));
  return RemoveTree(absl::StrCat(path_, "/", kRestoredFile));
}

}  // namespace consilium
