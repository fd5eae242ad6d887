#include "tests/bench/git_repository.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "tests/support/server_process.h"

namespace consilium {

GitRepository::GitRepository(const std::string& directory)
    : directory_(directory) {
  std::filesystem::create_directories(directory);
  Git({"init", "--quiet", "--initial-branch=main"});
  Git({"config", "user.name", "bench"});
  Git({"config", "user.email", "bench@localhost"});
  Git({"config", "gc.auto", "0"});
  // Keeps what is fetched as one pack, which can be measured.
  Git({"config", "fetch.unpackLimit", "1"});
}

int GitRepository::Run(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"git", "-C", directory_});
  return RunProgram("/usr/bin/env", arguments);
}

void GitRepository::Git(const std::vector<std::string>& arguments) const {
  if (Run(arguments) == 0) return;
  std::fprintf(stderr, "failed: git %s\n",
               absl::StrJoin(arguments, " ").c_str());
  std::exit(1);
}

void GitRepository::Commit(const std::vector<GitFile>& files) {
  for (const auto& [name, content] : files) {
    const std::filesystem::path path(absl::StrCat(directory_, "/", name));
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  Git({"add", "--all"});
  Git({"commit", "--quiet", "-m", "Documents"});
  // As a server's repository is: fetching loose objects is slower by far.
  Git({"repack", "-a", "-d", "--quiet"});
}

double GitRepository::FetchAndCheckOut(const GitRepository& source) {
  const absl::Time start = absl::Now();
  Git({"fetch", "--quiet", absl::StrCat("file://", source.directory_), "main"});
  Git({"checkout", "--quiet", "FETCH_HEAD"});
  return absl::ToDoubleSeconds(absl::Now() - start);
}

double GitRepository::FetchAndMerge(const GitRepository& source) {
  const absl::Time start = absl::Now();
  Git({"fetch", "--quiet", absl::StrCat("file://", source.directory_), "main"});
  Run({"merge", "--quiet", "-m", "Merge", "FETCH_HEAD"});
  return absl::ToDoubleSeconds(absl::Now() - start);
}

int64_t GitRepository::PackBytes() const {
  int64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(
           absl::StrCat(directory_, "/.git/objects/pack"))) {
    if (file.path().extension() == ".pack") {
      bytes += static_cast<int64_t>(file.file_size());
    }
  }
  return bytes;
}

}  // namespace consilium
