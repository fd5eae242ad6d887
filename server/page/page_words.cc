#include "server/page/page_words.h"

#include <cmath>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

absl::string_view ReasonSentence(v1::ExclusionReason reason) {
  switch (reason) {
    case v1::EXCLUSION_REASON_NOT_PREFERRED:
      return "the protocol prefers another result of the same study";
    case v1::EXCLUSION_REASON_DESIGN:
      return "its design is pooled apart, or not at all";
    case v1::EXCLUSION_REASON_NO_VARIANCE:
      return "no standard error can be had from what is printed";
    case v1::EXCLUSION_REASON_NO_VALUE:
      return "no number is printed";
    case v1::EXCLUSION_REASON_BOUND:
      return "the number, or its P value, is a bound";
    case v1::EXCLUSION_REASON_OVERLAP:
      return "its participants overlap with those of a study that is pooled";
    case v1::EXCLUSION_REASON_MEASURE:
      return "it measures something else, or on another scale";
    case v1::EXCLUSION_REASON_MEDIAN:
      return "medians are described and never pooled";
    case v1::EXCLUSION_REASON_RATE_WITHOUT_ERROR:
      return "a rate at a landmark without a standard error is no proportion";
    case v1::EXCLUSION_REASON_PROTOCOL:
      return "the protocol leaves the trial out";
    case v1::EXCLUSION_REASON_PRECLINICAL:
      return "preclinical evidence";
    case v1::EXCLUSION_REASON_GROUP:
      return "its groups are not those of the question, or are not known";
    case v1::EXCLUSION_REASON_DERIVATION:
      return "its derivation is weaker than the protocol allows";
    case v1::EXCLUSION_REASON_CROSS_TRIAL:
      return "the comparison is across trials";
    case v1::EXCLUSION_REASON_CONTRADICTION:
      return "its numbers contradict each other";
    default:
      return "";
  }
}

int CountOutcomes(const v1::ReviewResult& result, absl::string_view id) {
  int count = 0;
  for (const v1::OutcomeResult& each : result.outcomes()) {
    if (each.id() == id) ++count;
  }
  return count;
}

}  // namespace

std::string ShortNumber(double value) {
  const double size = std::fabs(value);
  std::string text = size >= 99.95   ? absl::StrFormat("%.0f", value)
                     : size >= 9.995 ? absl::StrFormat("%.1f", value)
                                     : absl::StrFormat("%.2f", value);
  // Minus zero, rounded, is zero.
  if (text.find_first_of("123456789") == std::string::npos && text[0] == '-') {
    text.erase(0, 1);
  }
  return absl::StrReplaceAll(text, {{"-", "−"}});
}

std::string EffectNumber(double value, absl::string_view unit) {
  if (unit == "%") return absl::StrCat(ShortNumber(value), "%");
  if (unit.empty() || unit == "1") return ShortNumber(value);
  const std::string words = NumberWords(2, unit);
  return absl::StrReplaceAll(words, {{"2 ", ShortNumber(value) + " "}});
}

std::string EffectText(const v1::EffectEstimate& effect,
                       absl::string_view unit) {
  if (!effect.has_value()) return "not estimable";
  const std::string value = EffectNumber(effect.value(), unit);
  if (!effect.has_low() || !effect.has_high()) return value;
  return absl::StrCat(value, " (", ShortNumber(effect.low()), " to ",
                      ShortNumber(effect.high()), ")");
}

std::string EffectWithLevel(const v1::EffectEstimate& effect,
                            absl::string_view unit) {
  const std::string level =
      effect.has_level() ? absl::StrCat("(", effect.level(), "% CI ") : "(CI ";
  return absl::StrReplaceAll(EffectText(effect, unit), {{"(", level}});
}

std::string PValueWords(double p) {
  if (p < 0.001) return "P < 0.001";
  return p < 0.1 ? absl::StrFormat("P = %.3f", p)
                 : absl::StrFormat("P = %.2f", p);
}

std::string CountWords(int64_t count) {
  std::string text = absl::StrCat(count);
  for (int at = static_cast<int>(text.size()) - 3; at > (count < 0 ? 1 : 0);
       at -= 3) {
    text.insert(static_cast<size_t>(at), ",");
  }
  return text;
}

std::string Plural(int64_t count, absl::string_view one,
                   absl::string_view many) {
  return absl::StrCat(CountWords(count), " ", count == 1 ? one : many);
}

std::string Thousandths(double value) {
  const int64_t rounded = std::llround(value);
  return absl::StrCat(rounded < 0 ? "−" : "", CountWords(std::abs(rounded)));
}

std::string PerThousand(double value) {
  return absl::StrCat(Thousandths(value), " per 1,000");
}

std::string MeasureWords(const v1::OutcomeResult& outcome) {
  if (outcome.plan().has_measure()) {
    return EnumWords(outcome.plan().measure());
  }
  const std::string words = EnumWords(outcome.plan().statistic());
  return words.empty() ? "effect" : words;
}

std::string DesignWords(v1::StudyDesign design) {
  switch (design) {
    case v1::STUDY_DESIGN_RANDOMIZED:
      return "randomised trials";
    case v1::STUDY_DESIGN_NON_RANDOMIZED:
      return "non-randomised comparisons";
    case v1::STUDY_DESIGN_SINGLE_ARM:
      return "single-arm studies";
    case v1::STUDY_DESIGN_CROSS_TRIAL:
      return "comparisons across trials";
    case v1::STUDY_DESIGN_PRECLINICAL:
      return "preclinical studies";
    default:
      return "studies of unknown design";
  }
}

std::string CertaintyWords(v1::CertaintyLevel level) {
  if (level == v1::CERTAINTY_LEVEL_UNSPECIFIED) return "Certainty not assessed";
  return Capitalized(absl::StrCat(EnumWords(level), " certainty"));
}

absl::string_view CertaintySigns(v1::CertaintyLevel level) {
  switch (level) {
    case v1::CERTAINTY_LEVEL_VERY_LOW:
      return "⊕◯◯◯";
    case v1::CERTAINTY_LEVEL_LOW:
      return "⊕⊕◯◯";
    case v1::CERTAINTY_LEVEL_MODERATE:
      return "⊕⊕⊕◯";
    case v1::CERTAINTY_LEVEL_HIGH:
      return "⊕⊕⊕⊕";
    default:
      return "";
  }
}

std::string JudgementWords(v1::RiskOfBiasJudgement judgement) {
  const std::string words = EnumWords(judgement);
  return words.empty() ? "Not assessed" : Capitalized(words);
}

absl::string_view JudgementSign(v1::RiskOfBiasJudgement judgement) {
  switch (judgement) {
    case v1::RISK_OF_BIAS_JUDGEMENT_LOW:
      return "+";
    case v1::RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS:
    case v1::RISK_OF_BIAS_JUDGEMENT_MODERATE:
      return "!";
    case v1::RISK_OF_BIAS_JUDGEMENT_HIGH:
    case v1::RISK_OF_BIAS_JUDGEMENT_SERIOUS:
      return "−";
    case v1::RISK_OF_BIAS_JUDGEMENT_CRITICAL:
      return "×";
    default:
      return "?";
  }
}

std::string ReasonWords(v1::ExclusionReason reason) {
  return std::string(ReasonSentence(reason));
}

std::string TermTitle(const v1::ReviewResult& result, v1::Vocabulary vocabulary,
                      absl::string_view id) {
  if (id.empty()) return "Not stated";
  for (const v1::VocabularyTerm& term : result.terms()) {
    if (term.vocabulary() == vocabulary && term.id() == id &&
        !term.title().empty()) {
      return Capitalized(term.title());
    }
  }
  return Capitalized(KebabWords(id));
}

std::string OutcomeKey(const v1::ReviewResult& result, int index) {
  const v1::OutcomeResult& outcome = result.outcomes(index);
  for (int i = 0; i < index; ++i) {
    if (result.outcomes(i).id() != outcome.id()) continue;
    return absl::StrCat(
        outcome.id(), "-",
        absl::StrReplaceAll(EnumWords(outcome.design()), {{" ", "-"}}));
  }
  return outcome.id();
}

std::string OutcomeTitle(const v1::OutcomeResult& outcome) {
  return outcome.title().empty() ? Capitalized(KebabWords(outcome.id()))
                                 : outcome.title();
}

std::string OutcomeHeading(const v1::ReviewResult& result, int index) {
  const v1::OutcomeResult& outcome = result.outcomes(index);
  if (CountOutcomes(result, outcome.id()) < 2) return OutcomeTitle(outcome);
  return absl::StrCat(OutcomeTitle(outcome), ", ",
                      DesignWords(outcome.design()));
}

bool IsPooled(const v1::OutcomeResult& outcome) {
  return outcome.has_pooled() && outcome.pooled().studies() > 1;
}

bool IsComparison(const v1::OutcomeResult& outcome) {
  return outcome.has_null_value();
}

std::string CutText(absl::string_view text, size_t size) {
  size_t characters = 0;
  size_t cut = 0;  // Where the last character that leaves room for … ends.
  for (size_t at = 0; at < text.size();) {
    size_t next = at + 1;
    while (next < text.size() && (text[next] & 0xC0) == 0x80) ++next;
    if (++characters > size) return absl::StrCat(text.substr(0, cut), "…");
    at = next;
    if (characters + 1 <= size) cut = at;
  }
  return std::string(text);
}

}  // namespace consilium
