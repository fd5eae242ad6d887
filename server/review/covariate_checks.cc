#include "server/review/covariate_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/review/study_field.h"

namespace consilium {
namespace {

using Fields = google::protobuf::RepeatedPtrField<std::string>;

// Those of `stated` that are a number of one trial and a word of another, where
// what it does not state stays as in `current`.
void CheckKinds(const v1::Review& stated, const v1::Review& current,
                absl::string_view prefix,
                std::vector<FieldViolation>& violations) {
  using Key = std::pair<std::string, std::string>;  // Name and trial.
  std::map<Key, bool> is_number;
  for (const v1::Review* review : {&current, &stated}) {
    for (const v1::StudyCovariate& each : review->covariates()) {
      if (!each.has_number() && !each.has_text()) continue;
      is_number[{each.name(), each.trial()}] = each.has_number();
    }
  }
  for (int i = 0; i < stated.covariates_size(); ++i) {
    const v1::StudyCovariate& each = stated.covariates(i);
    if (each.trial().empty() || (!each.has_number() && !each.has_text())) {
      continue;
    }
    const auto other = std::find_if(is_number.begin(), is_number.end(),
                                    [&](const auto& known) {
                                      return known.first.first == each.name() &&
                                             known.second != each.has_number();
                                    });
    if (other == is_number.end()) continue;
    violations.push_back(
        {absl::StrCat(prefix, "covariates[", i, "]"),
         absl::StrCat("is ", each.has_number() ? "a number" : "a word", " of ",
                      each.trial(), ", and ", each.name(), " is ",
                      other->second ? "a number" : "a word", " of ",
                      other->first.second,
                      "; want numbers of all trials, or words of all")});
  }
}

// Adds what `plan` lists of a covariate in `fields`, which stand at `where`,
// and no trial has.
void AddNotes(absl::string_view where, const Fields& fields,
              const Covariates& covariates, std::vector<std::string>& notes) {
  for (const std::string& text : fields) {
    const auto field = ParseRowField(text);
    if (!field.ok() || field->covariate.empty()) continue;
    std::set<std::string> words;
    std::set<std::string> trials;
    for (const v1::StudyCovariate& each : covariates) {
      if (each.name() != field->covariate) continue;
      trials.insert(each.trial());
      if (each.has_text()) words.insert(each.text());
    }
    if (words.empty()) continue;  // Numbers may come to lie within a bound.
    for (const std::string& value : field->values) {
      const RowField one = {nullptr, field->covariate, {value}};
      if (std::any_of(trials.begin(), trials.end(),
                      [&](const std::string& trial) {
                        v1::EvidenceRow row;
                        row.set_trial_id(trial);
                        return !TextOf(one, row, covariates).empty();
                      })) {
        continue;
      }
      const bool bound = value[0] == '<' || value[0] == '>';
      notes.push_back(absl::StrCat(
          where, " has \"", value, "\", ",
          bound ? "a bound of numbers, and " : "which no trial has as ",
          field->name(), bound ? " is words" : "", "; there are ",
          absl::StrJoin(words, ", ")));
    }
  }
}

}  // namespace

std::vector<FieldViolation> CheckCovariates(const v1::Review& stated,
                                            const v1::Review& current,
                                            absl::string_view prefix) {
  std::vector<FieldViolation> violations;
  std::set<std::string> known;
  for (const v1::Review* review : {&current, &stated}) {
    for (const v1::StudyCovariate& each : review->covariates()) {
      known.insert(each.name());
    }
  }
  const auto check = [&](const Fields& fields, absl::string_view path) {
    for (int i = 0; i < fields.size(); ++i) {
      const auto field = StudyField::Parse(fields[i]);
      if (!field.ok() || field->covariate().empty() ||
          known.count(field->covariate()) > 0) {
        continue;
      }
      violations.push_back(
          {absl::StrCat(path, "[", i, "]"),
           absl::StrCat(
               "is ", field->name(), ", of which `covariates` has no value; ",
               known.empty() ? "want the values of trials there"
                             : absl::StrCat("want one of ",
                                            absl::StrJoin(known, ", ")))});
    }
  };
  for (int i = 0; i < stated.outcomes_size(); ++i) {
    const v1::ReviewOutcome& outcome = stated.outcomes(i);
    const std::string at = absl::StrCat(prefix, "outcomes[", i, "].");
    check(outcome.subgroups(), absl::StrCat(at, "subgroups"));
    check(outcome.moderators(), absl::StrCat(at, "moderators"));
    for (int j = 0; j < outcome.regressions_size(); ++j) {
      check(outcome.regressions(j).moderators(),
            absl::StrCat(at, "regressions[", j, "].moderators"));
    }
  }
  CheckKinds(stated, current, prefix, violations);
  return violations;
}

std::vector<std::string> NotesOnCovariates(const v1::ReviewOutcome& plan,
                                           const Covariates& covariates) {
  std::vector<std::string> notes;
  AddNotes("subgroups", plan.subgroups(), covariates, notes);
  AddNotes("moderators", plan.moderators(), covariates, notes);
  for (const v1::PlannedRegression& each : plan.regressions()) {
    AddNotes(absl::StrCat("regression ", each.id()), each.moderators(),
             covariates, notes);
  }
  return notes;
}

}  // namespace consilium
