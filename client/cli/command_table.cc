#include "client/cli/command_table.h"

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/completion.h"
#include "client/cli/export_commands.h"
#include "client/cli/import_csv.h"
#include "client/cli/name_source.h"
#include "client/cli/record_commands.h"
#include "proto/base/version.h"

namespace consilium {
namespace {

using MakeRecordCommand = std::unique_ptr<Command> (*)(const RecordNoun&);

// A verb, and the method that servers must have for it.
struct RecordVerb {
  const char* word;
  const char* method;
  MakeRecordCommand make;
};

constexpr RecordVerb kRecordVerbs[] = {
    {"list", "Get", MakeRecordList},
    {"get", "Get", MakeRecordGet},
    {"create", "Create", MakeRecordCreate},
    {"edit", "Update", MakeRecordEdit},
    {"retract", "Delete", MakeRecordRetract},
    {"undelete", "Undelete", MakeRecordUndelete},
    {"history", "Get", MakeRecordHistory},
    {"diff", "Get", MakeRecordDiff},
};

// Versions of a review are compared down to its conclusions (review_diff.cc),
// not only as a record.
bool IsReviewDiff(const RecordNoun& noun, const RecordVerb& verb) {
  return noun.word == "review" && absl::string_view(verb.word) == "diff";
}

void AddRecordCommands(const RecordNoun& noun, CommandTable& table) {
  table.groups.push_back(
      {noun.word,
       absl::StrCat("List, show, change and compare ", PluralWords(noun)),
       noun.aliases});
  for (const RecordVerb& verb : kRecordVerbs) {
    if (!noun.Has(verb.method) || IsReviewDiff(noun, verb)) continue;
    table.commands.push_back(
        {absl::StrCat(noun.word, " ", verb.word),
         [&noun, make = verb.make] { return make(noun); }});
  }
}

}  // namespace

CommandTable MakeCommandTable() {
  CommandTable table;
  table.version = ReleaseVersion();
  table.names = CompletionNames;
  table.groups = {
      {"registry", "Found, join and describe registries", {"registries"}},
  };
  table.commands = {
      {"registry create", MakeRegistryCreate},
      {"registry join", MakeRegistryJoin},
      {"registry list", MakeRegistryList},
      {"registry get", MakeRegistryGet},
      {"registry edit", [] { return MakeRecordEdit(RegistryNoun()); }},
      {"registry status", MakeRegistryStatus},
      {"registry diff", MakeRegistryDiff},
      {"apply", MakeApplyCommand},
  };
  for (const RecordNoun& noun : RecordNouns()) AddRecordCommands(noun, table);
  table.groups.push_back({"conflict",
                          "See and settle what institutions disagree on",
                          {"conflicts"}});
  table.groups.push_back(
      {"agreement", "See what institutions agree on", {"agreements"}});
  table.groups.push_back({"evidence", "Ask across trials, arms and results"});
  table.groups.push_back(
      {"snapshot", "Name, verify and compare versions", {"snapshots"}});
  table.groups.push_back({"sync bundle", "Carry changes by hand"});
  table.groups.push_back(
      {"backup", "Make, verify and remove backups of a server", {"backups"}});
  table.groups.push_back(
      {"import", "Take in what registries and other programs write"});
  table.groups.push_back(
      {"export", "Write pages, tables and files for other programs"});
  table.groups.push_back(
      {"import", "Take in what registries and other programs write"});
  const std::vector<CommandEntry> others = {
      {"conflict list", MakeConflictList},
      {"conflict show", MakeConflictShow},
      {"conflict resolve", MakeConflictResolve},
      {"agreement list", MakeAgreementList},
      {"agreement summary", MakeAgreementSummary},
      {"evidence search", MakeEvidenceSearch},
      {"evidence findings", MakeEvidenceFindings},
      {"evidence terms", MakeEvidenceTerms},
      {"trial duplicates", MakeTrialDuplicates},
      {"trial link", MakeTrialLink},
      {"trial unlink", MakeTrialUnlink},
      {"snapshot create", MakeSnapshotCreate},
      {"snapshot list", MakeSnapshotList},
      {"snapshot show", MakeSnapshotShow},
      {"snapshot verify", MakeSnapshotVerify},
      {"snapshot diff", MakeSnapshotDiff},
      {"review draft", MakeReviewDraft},
      {"review render", MakeReviewRender},
      {"review run", MakeReviewRun},
      {"review diff", MakeReviewDiff},
      {"review findings", MakeReviewFindings},
      {"review watch", MakeReviewWatch},
      {"sync", MakeSyncCommand},
      {"sync bundle create", MakeSyncBundleCreate},
      {"sync bundle apply", MakeSyncBundleApply},
      {"import bibtex", MakeImportBibtex},
      {"import csv", MakeImportCsv},
      {"import ctgov", MakeImportCtgov},
      {"import pubmed", MakeImportPubMed},
      {"import ris", MakeImportRis},
      {"export evidence", MakeExportEvidence},
      {"export metafor", MakeExportMetafor},
      {"export arms", MakeExportArms},
      {"export jsonl", MakeExportJsonLines},
      {"export ris", MakeExportRis},
      {"export bibtex", MakeExportBibtex},
      {"export prisma", MakeExportPrisma},
      {"export robvis", MakeExportRobvis},
      {"export xlsx", MakeExportXlsx},
      {"export revman", MakeExportRevman},
      {"export fhir", MakeExportFhir},
      {"import jsonl", MakeImportJsonLines},
      {"backup create", MakeBackupCreate},
      {"backup list", MakeBackupList},
      {"backup verify", MakeBackupVerify},
      {"backup prune", MakeBackupPrune},
      {"doctor", MakeDoctorCommand},
      {"watch", MakeWatchCommand},
      {"explain", MakeExplainCommand},
      {"completion", MakeCompletionCommand},
      {"version", MakeVersionCommand},
  };
  table.commands.insert(table.commands.end(), others.begin(), others.end());
  return table;
}

}  // namespace consilium
