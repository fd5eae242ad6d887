// What a registry has of what an import states: by numbers of registries,
// PubMed numbers, DOIs, and the names that people use.
//
// One thread.
#ifndef CONSILIUM_CLIENT_CLI_KNOWN_RECORDS_H_
#define CONSILIUM_CLIENT_CLI_KNOWN_RECORDS_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cli/server_session.h"
#include "client/import/imported_study.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/record_traits.h"
#include "proto/base/resource_name.h"

namespace consilium {

// The traits of a collection that the schema has.
const RecordTraits& CollectionTraits(const char* collection);

// Asks the server at most once for anything. Errors are the server's.
class KnownRecords {
 public:
  // Both must outlive it.
  KnownRecords(ServerSession& session, const RegistryName& registry)
      : session_(session), registry_(registry) {}

  // Asks for what is known by any of the numbers, in few calls: each reads all
  // that the registry holds.
  absl::Status LookUp(const std::set<std::string>& numbers);

  // The id of the trial that a registry calls `number`, of a retracted one
  // where none is live; "" when there is none. An NCT number that another
  // record lists beside its own is not that record's.
  absl::StatusOr<std::string> FindTrial(const std::string& number);

  // The trial that a study is.
  struct Match {
    std::string trial;  // Its id.
    // Numbers that the study shares with trials of another NCT number, which
    // it therefore is not: number, trial.
    std::vector<std::pair<std::string, std::string>> shared;
  };

  // The trial that is known by the study's number, or by another that a
  // registry gave, whatever its id is; else the id that follows from the
  // number. Of two NCT numbers there are two trials, whatever else they share.
  absl::StatusOr<Match> MatchTrial(const ImportedStudy& study);

  // The ids of the publications that state `number`.
  absl::StatusOr<std::set<std::string>> PublicationsAbout(
      const std::string& number);

  // Whether the registry has the trial, and in it the publication as a report.
  absl::StatusOr<bool> HasReport(const std::string& trial,
                                 const std::string& publication);

  // Gives the publications of `study` the ids that they are known by here, or
  // were by an earlier study.
  absl::Status NamePublications(ImportedStudy& study);

  // Whether the registry has the review, "reviews/nsclc".
  //   INVALID_ARGUMENT  it has not; says which it has.
  absl::Status CheckReview(const std::string& review);

  // Gives the arms of `study` the ids of arms of the trial that are called so.
  absl::Status NameArms(const std::string& trial, ImportedStudy& study);

 private:
  absl::Status Ask(const std::set<std::string>& numbers);
  absl::StatusOr<std::string> FindTrialByName(const std::string& name);
  void Know(const std::string& id, const v1::Trial& trial,
            std::map<std::string, std::set<std::string>>& numbered);
  bool MayBe(const std::string& id, const std::set<std::string>& own) const;
  std::string Choose(const std::string& number,
                     const std::set<std::string>& own) const;
  absl::Status KnowPublications();
  std::string PublicationIdOf(const v1::Publication& publication,
                              std::string id);

  ServerSession& session_;
  const RegistryName& registry_;
  std::set<std::string> looked_up_;                         // Numbers.
  std::map<std::string, std::set<std::string>> numbered_;   // Number: trials.
  std::map<std::string, std::set<std::string>> retracted_;  // Not live.
  std::map<std::string, std::set<std::string>> reported_;   // And publications.
  std::map<std::string, std::set<std::string>> own_;  // Id: its NCT numbers.
  std::map<std::string, std::set<std::string>> reports_;  // Of trials, by id.
  bool knows_trials_ = false;
  std::set<std::string> trial_ids_;
  std::map<std::string, std::set<std::string>> trials_by_acronym_;
  bool knows_publications_ = false;
  std::map<std::string, std::string> publications_;  // PMID or DOI: the id.
  bool knows_reviews_ = false;
  std::vector<std::string> reviews_;  // Ids.
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_KNOWN_RECORDS_H_
