// Sheets that have the numbers of two groups beside each other: events and
// totals of a 2x2 table, means and standard deviations.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_TWO_GROUP_COLUMNS_H_
#define CONSILIUM_CLIENT_IMPORT_TWO_GROUP_COLUMNS_H_

#include <string>
#include <vector>

namespace consilium {

enum class GroupNumber { kNone, kEvents, kTotal, kMean, kDeviation };

// What a column holds of which group.
struct GroupColumn {
  GroupNumber number = GroupNumber::kNone;
  bool is_control = false;
  // What the sheet calls the group, where that is none of the usual words:
  // "vaccine".
  std::string group;
};

// What the columns are, by their names as lower-case words: "events control",
// "n e", "sd2i". All kNone unless both groups have events or means. Events and
// totals of two groups may have any names: the first is the one under test,
// unless the usual words tell it.
std::vector<GroupColumn> FindGroupColumns(
    const std::vector<std::string>& names);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_TWO_GROUP_COLUMNS_H_
