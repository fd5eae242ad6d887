// Records modelled on the example evidence: studies of a publication, a trial,
// two arms and two endpoints with estimates, contrasts and their sources. The
// same for the same seed.
#ifndef CONSILIUM_TESTS_BENCH_GENERATOR_H_
#define CONSILIUM_TESTS_BENCH_GENERATOR_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "consilium/v1/change_service.pb.h"

namespace consilium {

// Of one study.
inline constexpr size_t kRecordsPerStudy = 6;

// One thread.
class StudyGenerator {
 public:
  // Of studies in `registry`, such as "registries/nsclc".
  StudyGenerator(std::string registry, uint64_t seed);

  // The next study's records, each with its id; parents come first.
  std::vector<v1::RecordStatement> NextStudy();

 private:
  v1::Publication MakePublication();
  v1::Trial MakeTrial();
  v1::Arm MakeArm(bool combined);
  v1::Endpoint MakeEndpoint(v1::Measure measure);
  v1::Source MakeSource(std::string text);

  int Number(int low, int high);
  template <size_t kSize>
  std::string Pick(const char* const (&words)[kSize]);
  std::string Sentence(int words);

  const std::string registry_;
  std::mt19937_64 random_;
  int study_ = 0;
  // Of the present study.
  std::string publication_;
  std::string trial_;
};

// At least `count` records, in whole studies.
std::vector<v1::RecordStatement> GenerateRecords(const std::string& registry,
                                                 uint64_t seed, size_t count);

// The record that a statement states, and its full name.
const google::protobuf::Message& RecordOf(const v1::RecordStatement& statement);
std::string NameOf(const v1::RecordStatement& statement);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_BENCH_GENERATOR_H_
