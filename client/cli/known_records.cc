#include "client/cli/known_records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/cli/record_view.h"
#include "client/import/ctgov_values.h"
#include "client/import/limits.h"
#include "client/import/record_references.h"
#include "client/import/registry_numbers.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/errors.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

bool IsNctNumber(const std::string& text) {
  return AuthorityOfNumber(absl::AsciiStrToUpper(text)) ==
         v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV;
}

// Whether a registry of trials gave the number.
bool IsOfRegistry(const v1::Registration& registration) {
  return registration.authority() != v1::REGISTRATION_AUTHORITY_SPONSOR &&
         registration.authority() != v1::REGISTRATION_AUTHORITY_GRANT &&
         registration.authority() != v1::REGISTRATION_AUTHORITY_OTHER;
}

// The numbers that ClinicalTrials.gov gave the trial itself.
std::set<std::string> NctNumbersOf(const v1::Trial& trial) {
  std::set<std::string> numbers;
  for (const v1::Registration& each : trial.registrations()) {
    if (IsOfRegistry(each) && IsNctNumber(each.number())) {
      numbers.insert(absl::AsciiStrToUpper(each.number()));
    }
  }
  return numbers;
}

}  // namespace

const RecordTraits& CollectionTraits(const char* collection) {
  return *RecordTraitsTable::Get().FindByCollection(collection);
}

absl::Status KnownRecords::Ask(const std::set<std::string>& numbers) {
  if (numbers.empty()) return absl::OkStatus();
  const auto any_of = [&numbers](absl::string_view comparison) {
    return absl::StrJoin(numbers, " OR ",
                         [&](std::string* out, const std::string& number) {
                           absl::StrAppend(out, comparison, Quote(number));
                         });
  };
  RETURN_IF_ERROR(session_.records().List(
      CollectionTraits("trials"),
      {.parent = registry_.Full(),
       .filter = any_of("registrations.number = "),
       .show_deleted = true},
      [&](google::protobuf::Message& message) {
        const auto& trial = static_cast<const v1::Trial&>(message);
        const auto name = FullRecordName::Parse(trial.name());
        if (!name.ok()) return true;
        Know(std::string(name->record.id()), trial,
             trial.lifecycle() == v1::LIFECYCLE_RETRACTED ? retracted_
                                                          : numbered_);
        return true;
      }));
  return session_.records().List(
      CollectionTraits("publications"),
      {.parent = registry_.Full(), .filter = any_of("registrations:")},
      [&](google::protobuf::Message& message) {
        const auto& publication = static_cast<const v1::Publication&>(message);
        const auto name = FullRecordName::Parse(publication.name());
        if (!name.ok()) return true;
        for (const std::string& number : publication.registrations()) {
          reported_[number].emplace(name->record.id());
        }
        return true;
      });
}

absl::Status KnownRecords::LookUp(const std::set<std::string>& numbers) {
  std::set<std::string> asked;
  for (const std::string& number : numbers) {
    if (!looked_up_.insert(number).second) continue;
    asked.insert(number);
    if (asked.size() < kImportNumbersAsked) continue;
    RETURN_IF_ERROR(Ask(asked));
    asked.clear();
  }
  return Ask(asked);
}

void KnownRecords::Know(
    const std::string& id, const v1::Trial& trial,
    std::map<std::string, std::set<std::string>>& numbered) {
  for (const v1::Registration& each : trial.registrations()) {
    numbered[each.number()].insert(id);
  }
  std::set<std::string> own = NctNumbersOf(trial);
  if (IsNctNumber(id)) own = {absl::AsciiStrToUpper(id)};
  own_[id].insert(own.begin(), own.end());
}

// Whether a study with the NCT numbers `own` may be the trial `id`: it has one
// of them, or none of its own.
bool KnownRecords::MayBe(const std::string& id,
                         const std::set<std::string>& own) const {
  const auto known = own_.find(id);
  if (own.empty() || known == own_.end() || known->second.empty()) return true;
  return std::any_of(own.begin(), own.end(), [&](const std::string& each) {
    return known->second.count(each) > 0;
  });
}

// The trial that has `number` and may be that of a study with the NCT numbers
// `own`; "" when there is none.
std::string KnownRecords::Choose(const std::string& number,
                                 const std::set<std::string>& own) const {
  const std::string named = absl::AsciiStrToLower(number);
  for (const auto* numbered : {&numbered_, &retracted_}) {
    const auto found = numbered->find(number);
    if (found == numbered->end()) continue;
    std::string chosen;
    for (const std::string& id : found->second) {
      if (!MayBe(id, own)) continue;
      if (chosen.empty() || id == named) chosen = id;
    }
    if (!chosen.empty()) return chosen;
  }
  return "";
}

absl::StatusOr<std::string> KnownRecords::FindTrial(const std::string& number) {
  RETURN_IF_ERROR(LookUp({number}));
  return Choose(number,
                IsNctNumber(number)
                    ? std::set<std::string>{absl::AsciiStrToUpper(number)}
                    : std::set<std::string>());
}

absl::StatusOr<std::set<std::string>> KnownRecords::PublicationsAbout(
    const std::string& number) {
  RETURN_IF_ERROR(LookUp({number}));
  const auto found = reported_.find(number);
  return found == reported_.end() ? std::set<std::string>() : found->second;
}

absl::StatusOr<KnownRecords::Match> KnownRecords::MatchTrial(
    const ImportedStudy& study) {
  const v1::Trial* trial = nullptr;
  for (const ImportedRecord& record : study.records) {
    if (trial != nullptr) break;
    trial = dynamic_cast<const v1::Trial*>(record.message.get());
  }
  if (trial == nullptr) trial = &v1::Trial::default_instance();
  std::set<std::string> own = NctNumbersOf(*trial);
  if (IsNctNumber(study.number)) own = {absl::AsciiStrToUpper(study.number)};
  Match match;
  const auto look_at = [&](const std::string& number) -> absl::Status {
    RETURN_IF_ERROR(LookUp({number}));
    if (match.trial.empty()) match.trial = Choose(number, own);
    const auto found = numbered_.find(number);
    if (found == numbered_.end()) return absl::OkStatus();
    for (const std::string& id : found->second) {
      if (!MayBe(id, own)) match.shared.emplace_back(number, id);
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(look_at(study.number));
  for (const v1::Registration& each : trial->registrations()) {
    if (IsOfRegistry(each) && each.number() != study.number) {
      RETURN_IF_ERROR(look_at(each.number()));
    }
  }
  if (match.trial.empty() && study.named_by_people) {
    ASSIGN_OR_RETURN(match.trial, FindTrialByName(study.number));
  }
  if (match.trial.empty()) match.trial = absl::AsciiStrToLower(study.number);
  // Of what comes after it.
  numbered_[study.number].insert(match.trial);
  Know(match.trial, *trial, numbered_);
  return match;
}

// The trial that has the id `name`, else the only one that has it as its
// acronym; "" when there is none or several.
absl::StatusOr<std::string> KnownRecords::FindTrialByName(
    const std::string& name) {
  if (!knows_trials_) {
    knows_trials_ = true;
    RETURN_IF_ERROR(session_.records().List(
        CollectionTraits("trials"), {.parent = registry_.Full()},
        [&](google::protobuf::Message& message) {
          const auto& trial = static_cast<const v1::Trial&>(message);
          const auto full = FullRecordName::Parse(trial.name());
          if (!full.ok()) return true;
          const std::string id(full->record.id());
          trial_ids_.insert(id);
          trials_by_acronym_[KebabOf(trial.acronym())].insert(id);
          return true;
        }));
  }
  const std::string id = absl::AsciiStrToLower(name);
  if (trial_ids_.count(id) > 0) return id;
  const auto found = trials_by_acronym_.find(id);
  return found == trials_by_acronym_.end() || found->second.size() != 1
             ? ""
             : *found->second.begin();
}

// What is there is read once: a search may hold thousands.
absl::Status KnownRecords::KnowPublications() {
  if (knows_publications_) return absl::OkStatus();
  knows_publications_ = true;
  return session_.records().List(
      CollectionTraits("publications"), {.parent = registry_.Full()},
      [&](google::protobuf::Message& message) {
        const auto& publication = static_cast<v1::Publication&>(message);
        const auto name = FullRecordName::Parse(publication.name());
        if (name.ok()) {
          PublicationIdOf(publication, std::string(name->record.id()));
        }
        return true;
      });
}

// The id of the publication that has the same PubMed number or DOI, whatever it
// is; else `id`, which the numbers are known by from now on.
std::string KnownRecords::PublicationIdOf(const v1::Publication& publication,
                                          std::string id) {
  const std::string pmid = publication.pmid();
  const std::string doi = absl::AsciiStrToLower(publication.doi());
  for (const std::string& number : {pmid, doi}) {
    const auto known = publications_.find(number);
    if (number.empty() || known == publications_.end()) continue;
    id = known->second;
    break;
  }
  if (!pmid.empty()) publications_.emplace(pmid, id);
  if (!doi.empty()) publications_.emplace(doi, id);
  return id;
}

absl::StatusOr<bool> KnownRecords::HasReport(const std::string& trial,
                                             const std::string& publication) {
  const auto [known, is_new] = reports_.try_emplace(trial);
  if (is_new) {
    const auto found = session_.records().Get(
        CollectionTraits("trials"),
        absl::StrCat(registry_.Full(), "/trials/", trial));
    if (found.ok()) {
      for (const v1::TrialReport& each :
           static_cast<const v1::Trial&>(**found).reports()) {
        known->second.insert(each.publication());
      }
    } else if (!absl::IsNotFound(found.status())) {
      return found.status();
    }
  }
  return known->second.count(publication) > 0;
}

absl::Status KnownRecords::NamePublications(ImportedStudy& study) {
  std::map<std::string, std::string> renamed;
  for (ImportedRecord& record : study.records) {
    if (record.traits != &CollectionTraits("publications")) continue;
    RETURN_IF_ERROR(KnowPublications());
    const std::string id = PublicationIdOf(
        static_cast<const v1::Publication&>(*record.message), record.id);
    if (id != record.id) renamed[record.id] = id;
    record.id = id;
  }
  if (renamed.empty()) return absl::OkStatus();
  for (ImportedRecord& record : study.records) {
    RenameReferences("publications", renamed, *record.message);
  }
  return absl::OkStatus();
}

absl::Status KnownRecords::CheckReview(const std::string& review) {
  if (!knows_reviews_) {
    knows_reviews_ = true;
    RETURN_IF_ERROR(session_.records().List(
        CollectionTraits("reviews"), {.parent = registry_.Full()},
        [&](google::protobuf::Message& message) {
          const auto name = FullRecordName::Parse(RecordNameOf(message));
          if (name.ok()) reviews_.emplace_back(name->record.id());
          return true;
        }));
  }
  const std::string id(absl::StripPrefix(review, "reviews/"));
  if (std::find(reviews_.begin(), reviews_.end(), id) != reviews_.end()) {
    return absl::OkStatus();
  }
  return InvalidField(
      "review.id",
      absl::StrCat(
          Quote(id), " is no review of this registry", DidYouMean(id, reviews_),
          reviews_.empty()
              ? "; it has none, and `consilium apply` states one"
              : absl::StrCat("; it has ", absl::StrJoin(reviews_, ", "))));
}

absl::Status KnownRecords::NameArms(const std::string& trial,
                                    ImportedStudy& study) {
  std::map<std::string, std::string> called;  // A name in kebab case: the id.
  std::set<std::string> ids;
  const absl::Status listed = session_.records().List(
      CollectionTraits("arms"),
      {.parent = absl::StrCat(registry_.Full(), "/trials/", trial)},
      [&](google::protobuf::Message& message) {
        const auto& arm = static_cast<const v1::Arm&>(message);
        const auto name = FullRecordName::Parse(arm.name());
        if (!name.ok()) return true;
        const std::string id(name->record.id());
        ids.insert(id);
        called.emplace(KebabOf(arm.title()), id);
        for (const std::string& label : arm.labels()) {
          called.emplace(KebabOf(label), id);
        }
        return true;
      });
  if (!listed.ok() && !absl::IsNotFound(listed)) return listed;
  std::map<std::string, std::string> renamed;
  std::set<std::string> used;
  for (const ImportedRecord& record : study.records) {
    if (record.traits == &CollectionTraits("arms")) used.insert(record.id);
  }
  for (ImportedRecord& record : study.records) {
    if (record.traits != &CollectionTraits("arms") ||
        ids.count(record.id) > 0) {
      continue;
    }
    const auto& arm = static_cast<const v1::Arm&>(*record.message);
    const auto found = called.find(KebabOf(arm.title()));
    if (arm.title().empty() || found == called.end() ||
        !used.insert(found->second).second) {
      continue;
    }
    renamed[record.id] = found->second;
    record.id = found->second;
  }
  if (renamed.empty()) return absl::OkStatus();
  for (ImportedRecord& record : study.records) {
    RenameReferences("arms", renamed, *record.message);
  }
  return absl::OkStatus();
}

}  // namespace consilium
