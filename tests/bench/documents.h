// Records as files, and edits of them.
#ifndef CONSILIUM_TESTS_BENCH_DOCUMENTS_H_
#define CONSILIUM_TESTS_BENCH_DOCUMENTS_H_

#include <string>
#include <vector>

#include "consilium/v1/change_service.pb.h"
#include "tests/bench/git_repository.h"

namespace consilium {

// Each record as one line of JSON.
std::vector<GitFile> FilesOf(const std::vector<v1::RecordStatement>& records);

// The records as evidence for `consilium apply`: a YAML file for each study,
// named by it. A study's records come together, as the generator gives them.
std::vector<GitFile> EvidenceFilesOf(
    const std::vector<v1::RecordStatement>& records);

// Gives the record another text in its field of that name.
void SetText(v1::RecordStatement& record, const std::string& field,
             const std::string& text);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_BENCH_DOCUMENTS_H_
