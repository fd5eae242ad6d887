// The commands besides those of records: one a file.
#ifndef CONSILIUM_CLIENT_CLI_COMMANDS_H_
#define CONSILIUM_CLIENT_CLI_COMMANDS_H_

#include <memory>

#include "client/cli/command.h"

namespace consilium {

std::unique_ptr<Command> MakeRegistryCreate();
std::unique_ptr<Command> MakeRegistryList();
std::unique_ptr<Command> MakeRegistryGet();
std::unique_ptr<Command> MakeRegistryStatus();
std::unique_ptr<Command> MakeRegistryJoin();

std::unique_ptr<Command> MakeApplyCommand();

std::unique_ptr<Command> MakeConflictList();
std::unique_ptr<Command> MakeConflictShow();
std::unique_ptr<Command> MakeConflictResolve();
std::unique_ptr<Command> MakeAgreementList();
std::unique_ptr<Command> MakeAgreementSummary();

std::unique_ptr<Command> MakeEvidenceSearch();
std::unique_ptr<Command> MakeEvidenceFindings();
std::unique_ptr<Command> MakeEvidenceTerms();
std::unique_ptr<Command> MakeReviewFindings();
std::unique_ptr<Command> MakeTrialDuplicates();
std::unique_ptr<Command> MakeTrialLink();
std::unique_ptr<Command> MakeTrialUnlink();

std::unique_ptr<Command> MakeSnapshotCreate();
std::unique_ptr<Command> MakeSnapshotList();
std::unique_ptr<Command> MakeSnapshotShow();
std::unique_ptr<Command> MakeSnapshotVerify();
std::unique_ptr<Command> MakeSnapshotDiff();

std::unique_ptr<Command> MakeReviewDraft();
std::unique_ptr<Command> MakeReviewRender();
std::unique_ptr<Command> MakeReviewRun();
std::unique_ptr<Command> MakeReviewDiff();
std::unique_ptr<Command> MakeReviewWatch();

std::unique_ptr<Command> MakeSyncCommand();
std::unique_ptr<Command> MakeSyncBundleCreate();
std::unique_ptr<Command> MakeSyncBundleApply();

std::unique_ptr<Command> MakeExportEvidence();

std::unique_ptr<Command> MakeImportBibtex();
std::unique_ptr<Command> MakeImportCtgov();
std::unique_ptr<Command> MakeImportPubMed();
std::unique_ptr<Command> MakeImportRis();

std::unique_ptr<Command> MakeBackupCreate();
std::unique_ptr<Command> MakeBackupList();
std::unique_ptr<Command> MakeBackupVerify();
std::unique_ptr<Command> MakeBackupPrune();
std::unique_ptr<Command> MakeDoctorCommand();

std::unique_ptr<Command> MakeWatchCommand();
std::unique_ptr<Command> MakeExplainCommand();
std::unique_ptr<Command> MakeVersionCommand();

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_COMMANDS_H_
