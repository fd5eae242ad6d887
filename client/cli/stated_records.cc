#include "client/cli/stated_records.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/import_merge.h"
#include "client/import/limits.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"
#include "consilium/v1/screening.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
absl::Status StatedRecords::Add(const std::string& in_file,
                                ImportedStudy study) {
  std::string trial;
  for (const ImportedRecord& record : study.records) {
    if (record.traits != &CollectionTraits("trials")) continue;
    ASSIGN_OR_RETURN(const KnownRecords::Match match, known_.MatchTrial(study));
    trial = match.trial;
    for (const auto& [number, other] : match.shared) {
      remarks_.AddNote(
          {in_file,
           study.number,
           {"registrations", number,
            absl::StrCat("is a number of trials/", other,
                         " too, which has another NCT number; taken as two "
                         "trials, as `consilium trial duplicates` shows")}});
    }
  }
  const std::string file = absl::StrCat(in_file, " ", study.number);
  RETURN_IF_ERROR(known_.NamePublications(study));
  if (!trial.empty()) {
    RETURN_IF_ERROR(known_.NameArms(trial, study));
  }
  std::vector<std::string> names;
  for (ImportedRecord& imported : study.records) {
    EvidenceRecord record;
    record.traits = imported.traits;
    record.message = std::move(imported.message);
    record.id = record.traits == &CollectionTraits("trials")
                    ? trial
                    : std::move(imported.id);
    if (imported.in_trial) record.parent = absl::StrCat("trials/", trial);
    if (!imported.parent.empty()) {
      RETURN_IF_ERROR(PlaceUnder(imported.parent, trial, record));
    }
    record.file = file;
    record.path = absl::StrCat(imported.place, " (", record.id, ")");
    names.push_back(record.RelativeName());
    RETURN_IF_ERROR(AddRecord(std::move(record)));
  }
  for (const std::string& name : names) {
    const size_t index = stated_.at(name);
    if (records_[index].traits == &CollectionTraits("publications") &&
        trial.empty()) {
      RETURN_IF_ERROR(LinkPublication(file, records_[index]));
    } else if (records_[index].traits == &CollectionTraits("trials")) {
      RETURN_IF_ERROR(LinkTrial(file, records_[index]));
    }
  }
  return absl::OkStatus();
}

// Puts what is about the study's publication, else its trial, under `parent`.
absl::Status StatedRecords::PlaceUnder(const std::string& parent,
                                       const std::string& trial,
                                       EvidenceRecord& record) {
  RETURN_IF_ERROR(known_.CheckReview(parent));
  record.parent = parent;
  if (auto* bias =
          dynamic_cast<v1::RiskOfBiasAssessment*>(record.message.get())) {
    bias->set_trial(trial);
    record.id = bias->has_outcome()
                    ? absl::StrCat(trial, "-for-", bias->outcome())
                    : trial;
    return absl::OkStatus();
  }
  auto* screening = dynamic_cast<v1::Screening*>(record.message.get());
  if (screening == nullptr) return absl::OkStatus();
  if (!trial.empty()) screening->set_trial(trial);
  record.id = screening->has_publication() ? screening->publication() : trial;
  return absl::OkStatus();
}

// A publication about more trials than a record may name still has its link
// from each of them.
void StatedRecords::FitNumbers(const EvidenceRecord& stated,
                               EvidenceRecord& record) {
  const auto* first =
      dynamic_cast<const v1::Publication*>(stated.message.get());
  auto* second = dynamic_cast<v1::Publication*>(record.message.get());
  if (first == nullptr || second == nullptr ||
      first->registrations_size() + second->registrations_size() <=
          kImportPublicationNumbersMax) {
    return;
  }
  remarks_.AddNote(
      {record.file,
       record.RelativeName(),
       {"registrations", absl::StrJoin(second->registrations(), ", "),
        absl::StrCat("has ", first->registrations_size(),
                     " numbers already; left out")}});
  second->clear_registrations();
}

// Two items may state one publication.
absl::Status StatedRecords::AddRecord(EvidenceRecord record) {
  const auto [known, is_new] =
      stated_.emplace(record.RelativeName(), records_.size());
  if (is_new) {
    records_.push_back(std::move(record));
    return absl::OkStatus();
  }
  EvidenceRecord& stated = records_[known->second];
  FitNumbers(stated, record);
  ASSIGN_OR_RETURN(const std::vector<FieldPath> differ,
                   MergeInto(record, stated));
  for (const FieldPath& path : differ) {
    remarks_.AddNote(
        {record.file,
         stated.RelativeName(),
         {path.ToText(stated.traits->descriptor), "",
          absl::StrCat("is otherwise in ", stated.file, ", which was taken")}});
  }
  return absl::OkStatus();
}

absl::Status StatedRecords::AddReport(const std::string& in_file,
                                      const std::string& trial,
                                      const std::string& publication) {
  const auto stated = stated_.find(absl::StrCat("trials/", trial));
  if (stated != stated_.end()) {
    const auto& message =
        static_cast<const v1::Trial&>(*records_[stated->second].message);
    for (const v1::TrialReport& each : message.reports()) {
      if (each.publication() == publication) return absl::OkStatus();
    }
  }
  EvidenceRecord record;
  record.traits = &CollectionTraits("trials");
  record.message = record.traits->New();
  auto& message = static_cast<v1::Trial&>(*record.message);
  message.add_reports()->set_publication(publication);
  record.id = trial;
  record.file = in_file;
  record.path = absl::StrCat("trial ", trial);
  return AddRecord(std::move(record));
}

// Links the trials whose numbers the publication states. A trial that names it
// already keeps what it says of it.
absl::Status StatedRecords::LinkPublication(const std::string& in_file,
                                            const EvidenceRecord& publication) {
  const std::string id = publication.id;
  const auto& message =
      static_cast<const v1::Publication&>(*publication.message);
  const std::vector<std::string> numbers(message.registrations().begin(),
                                         message.registrations().end());
  for (const std::string& number : numbers) {
    ASSIGN_OR_RETURN(const std::string trial, known_.FindTrial(number));
    if (trial.empty()) {
      remarks_.AddNote(
          {in_file,
           id,
           {"registrations", number,
            "no trial here has this number yet; its import makes the link"}});
      continue;
    }
    ASSIGN_OR_RETURN(const bool known, known_.HasReport(trial, id));
    if (!known) RETURN_IF_ERROR(AddReport(in_file, trial, id));
  }
  return absl::OkStatus();
}

// Links the publications that came before and state one of its numbers.
absl::Status StatedRecords::LinkTrial(const std::string& in_file,
                                      const EvidenceRecord& trial) {
  const std::string id = trial.id;
  std::set<std::string> publications;
  for (const v1::Registration& each :
       static_cast<const v1::Trial&>(*trial.message).registrations()) {
    if (each.authority() == v1::REGISTRATION_AUTHORITY_SPONSOR ||
        each.authority() == v1::REGISTRATION_AUTHORITY_GRANT ||
        each.authority() == v1::REGISTRATION_AUTHORITY_OTHER) {
      continue;
    }
    ASSIGN_OR_RETURN(const std::set<std::string> found,
                     known_.PublicationsAbout(each.number()));
    publications.insert(found.begin(), found.end());
  }
  for (const std::string& publication : publications) {
    RETURN_IF_ERROR(AddReport(in_file, id, publication));
  }
  return absl::OkStatus();
}

}  // namespace consilium
