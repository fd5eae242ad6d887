#include "client/export/study_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/export/result_text.h"
#include "proto/base/number_text.h"
#include "proto/base/words.h"

namespace consilium {
std::string StudyTitle(const v1::Trial& trial) {
  const std::string title =
      trial.title().empty() ? trial.official_title() : trial.title();
  if (title.empty()) return StudyLabel(trial);
  return trial.acronym().empty() ? title
                                 : absl::StrCat(trial.acronym(), ": ", title);
}

std::string StudyLabel(const v1::Trial& trial) {
  if (!trial.acronym().empty()) return trial.acronym();
  for (const v1::Registration& each : trial.registrations()) {
    if (each.authority() == v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV) {
      return each.number();
    }
  }
  if (trial.registrations_size() > 0) return trial.registrations(0).number();
  return IdOf(trial.name());
}

std::string RegistrationsText(const v1::Trial& trial) {
  std::vector<std::string> numbers;
  for (const v1::Registration& registration : trial.registrations()) {
    numbers.push_back(registration.number());
  }
  return absl::StrJoin(numbers, ", ");
}

std::string PhaseText(const v1::Trial& trial) {
  std::vector<std::string> phases;
  for (const int phase : trial.phases()) {
    if (phase == v1::PHASE_NA) return "Not applicable";
    std::string words = EnumWords(static_cast<v1::Phase>(phase));
    if (!phases.empty() && words.rfind("phase ", 0) == 0) {
      words = words.substr(absl::string_view("phase ").size());
    }
    phases.push_back(words);
  }
  return Capitalized(absl::StrJoin(phases, "/"));
}

std::string FactText(const v1::Fact& fact) {
  if (fact.answer() == v1::ANSWER_UNSPECIFIED) return "Not recorded";
  if (fact.answer() == v1::ANSWER_NOT_STATED) {
    return JoinWords({"Not stated", fact.note()}, ": ");
  }
  return JoinWords({JoinWords({fact.answer() == v1::ANSWER_YES ? "Yes" : "No",
                               EnumWords(fact.basis())},
                              ", "),
                    fact.note()},
                   ": ");
}

std::string EligibilityText(const v1::EligibilityTerm& term) {
  const std::string criterion = SubgroupText(term.criterion());
  return JoinWords({term.role() == v1::ELIGIBILITY_ROLE_EXCLUSION
                        ? absl::StrCat("not: ", criterion)
                        : criterion,
                    term.description()},
                   ": ");
}

std::string PreclinicalModelText(const v1::PreclinicalModel& model) {
  return Capitalized(
      JoinWords({EnumWords(model.kind()), model.species(), model.model(),
                 model.has_count() ? absl::StrCat("n = ", model.count()) : "",
                 model.description()},
                ", "));
}

std::string FollowUpText(const v1::FollowUp& follow_up, const Study& study) {
  return JoinWords(
      {JoinWords({EnumWords(follow_up.statistic()),
                  follow_up.has_duration() ? QuantityWords(follow_up.duration())
                                           : ""},
                 " "),
       follow_up.has_dispersion() ? DispersionText(follow_up.dispersion()) : "",
       follow_up.has_data_cut_off()
           ? absl::StrCat("data cut-off ", follow_up.data_cut_off())
           : "",
       follow_up.has_group() ? GroupText(follow_up.group(), study) : ""},
      ", ");
}

std::string ParticipantsText(const v1::ParticipantCount& count) {
  std::vector<std::string> parts = {absl::StrCat(count.count()),
                                    EnumWords(count.population())};
  for (const v1::Subgroup& subgroup : count.subgroups()) {
    parts.push_back(SubgroupText(subgroup));
  }
  return JoinWords(parts, ", ");
}

std::string BaselineText(const v1::BaselineValue& value) {
  std::string counts;
  if (value.has_affected()) {
    counts = value.has_at_risk()
                 ? absl::StrCat(value.affected(), " of ", value.at_risk())
                 : absl::StrCat(value.affected());
  }
  return JoinWords(
      {absl::StrCat(SubgroupText(value.characteristic()), ":"),
       value.has_value() ? NumberWords(value.value(), value.unit()) : "",
       counts, value.has_dispersion() ? DispersionText(value.dispersion()) : "",
       absl::StrCat("(", EnumWords(value.statistic()), ")")},
      " ");
}

std::string PublicationText(const v1::Publication& publication) {
  const std::string authors =
      publication.authors_size() == 0 ? ""
      : publication.authors_size() <= 3
          ? absl::StrJoin(publication.authors(), ", ")
          : absl::StrCat(publication.authors(0), " et al.");
  const std::string issue =
      JoinWords({publication.journal(),
                 publication.has_year() ? absl::StrCat(publication.year()) : "",
                 JoinWords({publication.volume(), publication.pages()}, ":")},
                " ");
  return JoinWords({authors, publication.title(), issue}, ". ");
}

}  // namespace consilium
