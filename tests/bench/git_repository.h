// The same documents as files in git, as a yardstick for syncing.
#ifndef CONSILIUM_TESTS_BENCH_GIT_REPOSITORY_H_
#define CONSILIUM_TESTS_BENCH_GIT_REPOSITORY_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace consilium {

// A file's path, without "..", and its content.
using GitFile = std::pair<std::string, std::string>;

// One thread. Stops the program when git fails.
class GitRepository {
 public:
  // A new one in `directory`, which must not be there.
  explicit GitRepository(const std::string& directory);

  // Writes the files and commits them.
  void Commit(const std::vector<GitFile>& files);

  // Fetches all of `source` and checks it out. Seconds.
  double FetchAndCheckOut(const GitRepository& source);

  // Fetches all of `source` and merges it; conflicts are left in the files.
  // Seconds.
  double FetchAndMerge(const GitRepository& source);

  // Bytes of the packs that were fetched.
  int64_t PackBytes() const;

 private:
  int Run(std::vector<std::string> arguments) const;
  void Git(const std::vector<std::string>& arguments) const;

  const std::string directory_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_BENCH_GIT_REPOSITORY_H_
