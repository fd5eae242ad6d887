// Properties of studies by which plans divide them.
#ifndef CONSILIUM_SERVER_REVIEW_STUDY_FIELD_H_
#define CONSILIUM_SERVER_REVIEW_STUDY_FIELD_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/row_field.h"
#include "server/review/study_selection.h"

namespace consilium {

// A field of evidence rows or a covariate (proto/base/row_field.h), or
// "riskOfBias": the overall judgement of the study's result. Immutable.
class StudyField {
 public:
  // INVALID_ARGUMENT says what is wrong.
  static absl::StatusOr<StudyField> Parse(absl::string_view text);

  const std::string& name() const { return name_; }
  // Of a covariate its name in the protocol; empty of others.
  const std::string& covariate() const { return field_.covariate; }
  // That the plan lists, in its order; empty when it takes them as they come.
  const std::vector<std::string>& values() const { return field_.values; }

  // The value of `study`, one of `values` where there are any; empty when it
  // has none, or none of those.
  std::string TextOf(const Candidate& study) const;

  // `texts` in the order in which people read them, each once: those that the
  // plan lists as it does, numbers by size, other words by the alphabet, and
  // judgements from the best to the worst.
  std::vector<std::string> InOrder(std::vector<std::string> texts) const;

 private:
  explicit StudyField(RowField field)
      : name_(field.name()), field_(std::move(field)) {}
  // Of risk of bias.
  explicit StudyField(std::vector<std::string> values)
      : name_("riskOfBias"), field_{nullptr, "", std::move(values)} {}

  bool is_of_bias() const {
    return field_.field == nullptr && field_.covariate.empty();
  }

  std::string name_;
  RowField field_;  // Without a field and a covariate for risk of bias.
};

// The names of the covariates that `plan` divides studies by or regresses on.
std::set<std::string> CovariatesUsed(const v1::ReviewOutcome& plan);

// How bad a judgement is: 0 low, 1 some concerns or moderate, 2 high or
// serious, 3 critical; -1 when it is none, or tells of no information.
int BiasRank(v1::RiskOfBiasJudgement judgement);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_STUDY_FIELD_H_
