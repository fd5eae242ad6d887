// The limits of the command line.
#ifndef CONSILIUM_CLIENT_CLI_LIMITS_H_
#define CONSILIUM_CLIENT_CLI_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace consilium {

// A table's columns are as wide as these first rows need.
inline constexpr size_t kTableRowsMeasured = 500;

// Narrower than this no column is made to fit the terminal.
inline constexpr int kColumnWidthMin = 8;  // Columns of the terminal.

// What a terminal that does not tell its width is taken to have.
inline constexpr int kTerminalWidthDefault = 100;

// One call that folds or writes many records, unless --timeout says otherwise.
inline constexpr absl::Duration kLongDeadline = absl::Minutes(2);

// One call that may read everything that a server holds, or write it out.
inline constexpr absl::Duration kWholeServerDeadline = absl::Hours(12);

// Waits between attempts of a command that watches to reach its server again.
inline constexpr absl::Duration kFollowDelayMin = absl::Milliseconds(250);
inline constexpr absl::Duration kFollowDelayMax = absl::Seconds(10);

// What one `apply` reads. proto/base/limits.h bounds each file.
inline constexpr size_t kEvidenceFilesMax = 10'000;
inline constexpr size_t kEvidenceSizeMax = 512 * 1024 * 1024;  // Bytes.

// What one change takes besides the values of an assignment: path, commitment,
// superseded dots, source. An estimate, so the server has the last word.
inline constexpr size_t kAssignmentOverhead = 120;  // Bytes.

// Records that one call states, as servers take them.
inline constexpr size_t kStatementsPerCallMax = 10'000;

// Where files do not fit one change, those of up to so many bytes go together:
// a change is one durable write, and one batch of a sync.
inline constexpr size_t kChangeSizeWanted = 768 * 1024;  // Bytes.

// How often an editor is opened again for the same faulty text.
inline constexpr int kEditRoundsMax = 20;

// Time between two drawings of a progress bar.
inline constexpr absl::Duration kProgressPeriod = absl::Milliseconds(200);

// Time between two lines of progress where there is no terminal.
inline constexpr absl::Duration kProgressLinePeriod = absl::Seconds(5);

// The configuration file.
inline constexpr size_t kConfigSizeMax = 1024 * 1024;  // Bytes.

// Names offered by one completion.
inline constexpr size_t kCompletionsMax = 500;

// How long a completion may ask a server.
inline constexpr absl::Duration kCompletionTimeout = absl::Milliseconds(800);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_LIMITS_H_
