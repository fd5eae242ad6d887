// The commands that every kind of record has: one implementation of each, told
// what is special about a kind by its RecordTraits.
#ifndef CONSILIUM_CLIENT_CLI_RECORD_COMMANDS_H_
#define CONSILIUM_CLIENT_CLI_RECORD_COMMANDS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/command.h"
#include "client/cli/server_session.h"
#include "proto/base/record_traits.h"

namespace consilium {

// A kind of record as a command calls it.
struct RecordNoun {
  const RecordTraits* traits = nullptr;
  std::string word;  // "trial", "ae".
  std::vector<std::string> aliases;

  // Whether servers have the standard method, such as "Create".
  bool Has(absl::string_view method) const;
};

// The kinds of which a registry holds many and people write records, in the
// order of their ids.
const std::vector<RecordNoun>& RecordNouns();

// The record that a registry has one of.
const RecordNoun& RegistryNoun();

std::unique_ptr<Command> MakeRecordList(const RecordNoun& noun);
std::unique_ptr<Command> MakeRecordGet(const RecordNoun& noun);
std::unique_ptr<Command> MakeRecordCreate(const RecordNoun& noun);
std::unique_ptr<Command> MakeRecordEdit(const RecordNoun& noun);
std::unique_ptr<Command> MakeRecordRetract(const RecordNoun& noun);
std::unique_ptr<Command> MakeRecordUndelete(const RecordNoun& noun);
std::unique_ptr<Command> MakeRecordHistory(const RecordNoun& noun);
std::unique_ptr<Command> MakeRecordDiff(const RecordNoun& noun);

// What help calls several of them: "adverse events".
std::string PluralWords(const RecordNoun& noun);

// What help calls the name of a record: "TRIAL", and for a child "TRIAL/ARM".
std::string NameArgument(const RecordNoun& noun);

// `status` of a command about the record `name`, with the command that helps:
// what shows the record, settles its conflict or brings it back.
absl::Status WithRecordNext(const absl::Status& status,
                            const Settings& settings, const RecordNoun& noun,
                            const FullRecordName& name);

// `status`, with the command that settles the lifecycle in conflict, if that is
// what it is about: as `word`, with `reason`.
absl::Status WithLifecycleNext(const absl::Status& status,
                               const Settings& settings, absl::string_view word,
                               absl::string_view reason);

// The etag that `text`, the value of --etag, stands for: "*" and none at all
// stand for themselves, and a shell may have taken the quotes away.
//   INVALID_ARGUMENT  USAGE: it is no etag.
absl::StatusOr<std::string> ParseEtag(const std::string& text);

// The record at `at`. When there is none, the error says which name is close.
absl::StatusOr<RecordMessage> GetRecord(ServerSession& session,
                                        const RecordNoun& noun,
                                        const FullRecordName& name,
                                        absl::string_view at = "");

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_RECORD_COMMANDS_H_
