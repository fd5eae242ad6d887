// Evidence rows counted by the values of one field, or of two: a map of the
// evidence.
#ifndef CONSILIUM_CLIENT_CLI_EVIDENCE_TALLY_H_
#define CONSILIUM_CLIENT_CLI_EVIDENCE_TALLY_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/cli/command.h"
#include "consilium/v1/evidence.pb.h"

namespace consilium {

// One thread.
class EvidenceTally {
 public:
  static constexpr size_t kFieldsMax = 2;

  // `fields` are one or two, as columns name them; `titles` are what people
  // called them.
  EvidenceTally(std::vector<std::string> fields,
                std::vector<std::string> titles);

  // Counts `row`, which has the `values` of each field: once for each value, or
  // for each pair of them. A row that only may match is counted apart.
  void Count(const v1::EvidenceRow& row,
             const std::vector<std::vector<std::string>>& values);

  // Counts `row` by the groups that the server told.
  void Count(const v1::EvidenceRow& row);

  // Lists the values, or as a table of two fields one cell for each pair.
  void Show(CommandContext& context) const;

 private:
  using Key = std::vector<std::string>;  // A value of each field, or "".

  // What has one key.
  struct Cell {
    int rows = 0;
    int possible = 0;
    std::set<std::string> studies;  // Ids of trials, of rows that match.
    std::set<std::string> possible_studies;  // Of those that may.
  };

  void CountIn(const Key& key, const v1::EvidenceRow& row, bool possible);
  std::vector<std::string> ValuesOf(size_t field) const;
  void List(CommandContext& context) const;
  void ShowCrossTable(CommandContext& context) const;

  std::vector<std::string> fields_;
  std::vector<std::string> titles_;  // "phases" of "trial.phases".
  std::map<Key, Cell> cells_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_EVIDENCE_TALLY_H_
