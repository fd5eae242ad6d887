// What the doctor says alike in several checks: times, commands, failures.
//
// Pure, but for the name of the user; thread-safe.
#ifndef CONSILIUM_SERVER_DOCTOR_TEXT_H_
#define CONSILIUM_SERVER_DOCTOR_TEXT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/base/check_report.h"

namespace consilium {

// "3 h ago", for people.
std::string Ago(absl::Time then, absl::Time now);

// Adds what `status` says: damage where it is damage.
void AddFailure(const absl::Status& status, absl::string_view remedy,
                CheckList& checks);

// The file of the data directory `data` with its settings.
std::string ConfigFile(const std::string& data);

// The command with which a person edits `file`.
std::string EditCommand(const std::string& file);

// The command that makes `directory` for the user of this process.
std::string MakeDirectoryCommand(const std::string& directory);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_DOCTOR_TEXT_H_
