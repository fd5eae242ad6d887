#include "server/review/study_field.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

const google::protobuf::EnumDescriptor& Judgements() {
  return *v1::RiskOfBiasJudgement_descriptor();
}

absl::StatusOr<std::vector<std::string>> ReadJudgements(
    absl::string_view text) {
  std::vector<std::string> values;
  for (const absl::string_view each : absl::StrSplit(text, '|')) {
    const std::string word(absl::StripAsciiWhitespace(each));
    const auto* const value = ParseEnum(Judgements(), word);
    if (value == nullptr || value->number() == 0) {
      return InvalidField(
          "field", absl::StrCat("has \"", word,
                                "\", which is no judgement; want one of ",
                                absl::StrJoin(EnumTexts(Judgements()), ", ")));
    }
    values.push_back(EnumText(*value));
  }
  return values;
}

}  // namespace

int BiasRank(v1::RiskOfBiasJudgement judgement) {
  switch (judgement) {
    case v1::RISK_OF_BIAS_JUDGEMENT_LOW:
      return 0;
    case v1::RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS:
    case v1::RISK_OF_BIAS_JUDGEMENT_MODERATE:
      return 1;
    case v1::RISK_OF_BIAS_JUDGEMENT_HIGH:
    case v1::RISK_OF_BIAS_JUDGEMENT_SERIOUS:
      return 2;
    case v1::RISK_OF_BIAS_JUDGEMENT_CRITICAL:
      return 3;
    default:
      return -1;
  }
}

std::set<std::string> CovariatesUsed(const v1::ReviewOutcome& plan) {
  std::set<std::string> names;
  const auto add =
      [&names](const google::protobuf::RepeatedPtrField<std::string>& fields) {
        for (const std::string& text : fields) {
          const auto field = StudyField::Parse(text);
          if (field.ok() && !field->covariate().empty()) {
            names.insert(field->covariate());
          }
        }
      };
  add(plan.subgroups());
  add(plan.moderators());
  for (const v1::PlannedRegression& regression : plan.regressions()) {
    add(regression.moderators());
  }
  return names;
}

absl::StatusOr<StudyField> StudyField::Parse(absl::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  const absl::string_view name = absl::StripAsciiWhitespace(parts[0]);
  if (name != "riskOfBias" && name != "risk_of_bias") {
    ASSIGN_OR_RETURN(RowField field, ParseRowField(text));
    return StudyField(std::move(field));
  }
  if (parts.size() == 1) return StudyField(std::vector<std::string>());
  ASSIGN_OR_RETURN(std::vector<std::string> values, ReadJudgements(parts[1]));
  return StudyField(std::move(values));
}

std::string StudyField::TextOf(const Candidate& study) const {
  if (!is_of_bias()) {
    static const auto& none = *new Covariates;
    return consilium::TextOf(
        field_, study.row(),
        study.covariates != nullptr ? *study.covariates : none);
  }
  if (study.risk_of_bias == v1::RISK_OF_BIAS_JUDGEMENT_UNSPECIFIED) return "";
  std::string text =
      EnumText(*Judgements().FindValueByNumber(study.risk_of_bias));
  const bool counts =
      values().empty() ||
      std::find(values().begin(), values().end(), text) != values().end();
  return counts ? text : "";
}

std::vector<std::string> StudyField::InOrder(
    std::vector<std::string> texts) const {
  const auto place = [this](const std::string& text) {
    const auto listed =
        std::find(values().begin(), values().end(), text) - values().begin();
    double number = 0;
    const bool is_number = absl::SimpleAtod(text, &number);
    const auto* const judgement =
        is_of_bias() ? ParseEnum(Judgements(), text) : nullptr;
    if (judgement != nullptr) number = judgement->number();
    return std::make_tuple(listed, !is_number && judgement == nullptr, number,
                           text);
  };
  std::sort(texts.begin(), texts.end(),
            [&place](const std::string& a, const std::string& b) {
              return place(a) < place(b);
            });
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

}  // namespace consilium
