// Drives a fuzz target without libFuzzer: over its corpus and its seeds, and
// over mutations of them that are the same in every run. What libFuzzer once
// found stays found, and every build with sanitizers fuzzes a little.
//
// A failing input is written to fuzz-crash-TARGET in the folder for temporary
// files.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/fuzz/fuzz_target.h"

// Sanitizers call this before they end the process; absent without them.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(
    void (*callback)());

namespace consilium {
namespace {

constexpr size_t kInputSizeMax = 4096;  // Bytes, of mutations.

// The input being tried, for whoever ends the process.
absl::string_view current_input;

void SaveCurrentInput() {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / "fuzz-crash-" CONSILIUM_FUZZ;
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return;
  std::fwrite(current_input.data(), 1, current_input.size(), file);
  std::fclose(file);
  std::fprintf(stderr, "the input that failed is %s\n", path.c_str());
}

void SaveOnAbort(int signal) {
  SaveCurrentInput();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void Try(const std::string& input) {
  current_input = input;
  FuzzOne(input);
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> ReadCorpus() {
  std::vector<std::filesystem::path> paths;
  const std::filesystem::path folder = CONSILIUM_FUZZ_CORPUS;
  if (std::filesystem::exists(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> inputs;
  for (const auto& path : paths) inputs.push_back(ReadFile(path));
  return inputs;
}

// The words of a libFuzzer dictionary: one "..." a line, escaped as in C.
std::vector<std::string> ReadDictionary() {
  std::vector<std::string> words;
  std::ifstream file(CONSILIUM_FUZZ_DICTIONARY);
  for (std::string line; std::getline(file, line);) {
    const size_t begin = line.find('"');
    const size_t end = line.rfind('"');
    if (line.starts_with('#') || end == std::string::npos) continue;
    std::string word;
    EXPECT_TRUE(absl::CUnescape(
        absl::string_view(line).substr(begin + 1, end - begin - 1), &word))
        << line;
    words.push_back(std::move(word));
  }
  return words;
}

class Mutator {
 public:
  explicit Mutator(std::vector<std::string> inputs)
      : inputs_(std::move(inputs)), words_(ReadDictionary()) {
    if (inputs_.empty()) inputs_.emplace_back();
  }

  std::string Next() {
    std::string input = OneOf(inputs_);
    const size_t steps = 1 + Below(4);
    for (size_t i = 0; i < steps; ++i) Mutate(input);
    input.resize(std::min(input.size(), kInputSizeMax));
    return input;
  }

 private:
  size_t Below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  const std::string& OneOf(const std::vector<std::string>& choices) {
    return choices[Below(choices.size())];
  }

  void Mutate(std::string& input) {
    const size_t at = Below(input.size() + 1);
    switch (Below(7)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(random_());
        break;
      case 1:
        if (at < input.size()) input[at] ^= static_cast<char>(1 << Below(8));
        break;
      case 2:
        input.insert(at, 1, static_cast<char>(random_()));
        break;
      case 3:
        input.erase(at, 1 + Below(16));
        break;
      case 4:
        input.insert(at, input.substr(Below(input.size()), 1 + Below(32)));
        break;
      case 5:
        if (!words_.empty()) input.insert(at, OneOf(words_));
        break;
      default: {
        const std::string& other = OneOf(inputs_);
        input.replace(at, std::string::npos,
                      other.substr(std::min(at, other.size())));
      }
    }
  }

  std::mt19937_64 random_{20240602};
  std::vector<std::string> inputs_;
  const std::vector<std::string> words_;
};

class FuzzReplay : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (__sanitizer_set_death_callback != nullptr) {
      __sanitizer_set_death_callback(&SaveCurrentInput);
    }
    std::signal(SIGABRT, &SaveOnAbort);
  }
};

TEST_F(FuzzReplay, Corpus) {
  Try("");
  for (const std::string& input : ReadCorpus()) Try(input);
  for (const std::string& input : FuzzSeeds()) Try(input);
}

TEST_F(FuzzReplay, Mutations) {
  std::vector<std::string> inputs = ReadCorpus();
  for (std::string& seed : FuzzSeeds()) inputs.push_back(std::move(seed));
  Mutator mutator(std::move(inputs));
  for (int i = 0; i < CONSILIUM_FUZZ_RUNS; ++i) Try(mutator.Next());
}

}  // namespace
}  // namespace consilium
