#include "server/page/page_words.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
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
    case v1::EXCLUSION_REASON_NO_INFORMATION:
      return "without any event, or with nothing but events, it tells nothing "
             "of a ratio";
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

// Whether rows name the study by a number for want of anything better.
bool IsNumber(const v1::EvidenceRow* trial, absl::string_view trial_id,
              absl::string_view study) {
  if (study.empty() || study == trial_id || absl::StartsWith(study, "ref ")) {
    return true;
  }
  return trial != nullptr &&
         absl::c_linear_search(trial->registrations(), study);
}

// Results list trials by id.
const v1::EvidenceRow* FindIn(
    const google::protobuf::RepeatedPtrField<v1::EvidenceRow>& trials,
    absl::string_view id) {
  const auto found = std::lower_bound(
      trials.begin(), trials.end(), id,
      [](const v1::EvidenceRow& row, absl::string_view wanted) {
        return row.trial_id() < wanted;
      });
  return found != trials.end() && found->trial_id() == id ? &*found : nullptr;
}

// "EGFR L858R", "overlap ≤ 20d": of "egfr=l858r" and "overlap<=20d"; "" where a
// word names no level.
std::string LevelWords(absl::string_view word) {
  const size_t at = word.find_first_of("<>=");
  if (at == 0 || at == absl::string_view::npos) return "";
  const bool bound = word[at] != '=';
  const bool or_equal = bound && at + 1 < word.size() && word[at + 1] == '=';
  const absl::string_view level = word.substr(at + (or_equal ? 2 : 1));
  if (level.empty() || level.find_first_of("<>=") != level.npos) return "";
  const v1::Comparator comparator =
      word[at] == '<'
          ? (or_equal ? v1::COMPARATOR_LESS_OR_EQUAL : v1::COMPARATOR_LESS)
          : (or_equal ? v1::COMPARATOR_GREATER_OR_EQUAL
                      : v1::COMPARATOR_GREATER);
  return absl::StrCat(KebabName(word.substr(0, at)), " ",
                      bound ? ComparatorWords(comparator) : "",
                      KebabName(level));
}

}  // namespace

std::string SignificantNumber(double value) {
  return absl::StrReplaceAll(absl::StrFormat("%.4g", value == 0 ? 0 : value),
                             {{"-", "−"}});
}

std::string ShortNumber(double value) {
  const double size = std::fabs(value);
  constexpr double kNothing = 1e-12;  // What rounding leaves of 0.
  std::string text = size >= 1e6 || (size < 0.0995 && size > kNothing)
                         ? absl::StrFormat("%.2g", value)
                     : size >= 99.95 ? absl::StrFormat("%.0f", value)
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

std::string I2Words(const v1::PooledEffect& pooled) {
  if (pooled.has_i2()) return absl::StrFormat("%.0f%%", pooled.i2());
  if (!pooled.has_i2_from_q()) return "";
  return absl::StrFormat("%.0f%% from Q", pooled.i2_from_q());
}

std::string InteractionWords(const v1::SubgroupAnalysis& analysis) {
  return absl::StrCat(
      "Test for interaction: ",
      analysis.has_q_df2()
          ? absl::StrCat("F(", analysis.q_df(), ", ", analysis.q_df2(),
                         ") = ", ShortNumber(analysis.q()))
          : absl::StrCat("Q = ", ShortNumber(analysis.q()),
                         ", df = ", analysis.q_df()),
      ", ", PValueWords(analysis.p()));
}

std::string CountWords(int64_t count) {
  std::string text = absl::StrCat(count);
  for (int at = static_cast<int>(text.size()) - 3; at > (count < 0 ? 1 : 0);
       at -= 3) {
    text.insert(text.begin() + at, ',');
  }
  return text;
}

std::string Plural(int64_t count, absl::string_view one,
                   absl::string_view many) {
  return absl::StrCat(CountWords(count), " ", count == 1 ? one : many);
}

std::string FixedNumber(double value, int decimals) {
  return absl::StrReplaceAll(absl::StrFormat("%.*f", decimals, value),
                             {{"-", "−"}});
}

std::string MoreOrFewer(double value) {
  const int64_t rounded = std::llround(value);
  if (rounded == 0) return "none";
  return absl::StrCat(CountWords(std::abs(rounded)),
                      rounded < 0 ? " fewer" : " more");
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

std::string OneOfDesign(v1::StudyDesign design) {
  switch (design) {
    case v1::STUDY_DESIGN_RANDOMIZED:
      return "randomised trial";
    case v1::STUDY_DESIGN_NON_RANDOMIZED:
      return "non-randomised comparison";
    case v1::STUDY_DESIGN_SINGLE_ARM:
      return "single-arm study";
    case v1::STUDY_DESIGN_CROSS_TRIAL:
      return "comparison across trials";
    case v1::STUDY_DESIGN_PRECLINICAL:
      return "preclinical study";
    default:
      return "study of unknown design";
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

std::string DateWords(absl::string_view time) {
  constexpr absl::string_view kMonths[] = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const std::vector<absl::string_view> parts =
      absl::StrSplit(time.substr(0, 10), '-');
  int year = 0, month = 0, day = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &year) ||
      !absl::SimpleAtoi(parts[1], &month) ||
      !absl::SimpleAtoi(parts[2], &day) || month < 1 || month > 12) {
    return std::string(time);
  }
  return absl::StrCat(day, " ", kMonths[month - 1], " ", year);
}

std::string VersionWords(const v1::ResultStamp& stamp) {
  if (!stamp.at().empty()) {
    return CutText(absl::StripPrefix(stamp.at(), "snapshots/"), 60);
  }
  return stamp.has_evidence_time() ? DateWords(stamp.evidence_time())
                                   : "without evidence";
}

const v1::EvidenceRow* FindTrialRow(const v1::ReviewResult& result,
                                    absl::string_view trial_id) {
  for (const v1::SectionResult& section : result.sections()) {
    const v1::EvidenceRow* const row = FindIn(section.trials(), trial_id);
    if (row != nullptr) return row;
  }
  return FindIn(result.ongoing(), trial_id);
}

std::string GroupWords(const v1::ReviewResult& result,
                       absl::string_view trial_id, absl::string_view group) {
  if (group == "all") return "All participants";
  const v1::EvidenceRow* const trial = FindTrialRow(result, trial_id);
  const auto words_of = [trial](absl::string_view word) -> std::string {
    if (trial != nullptr) {
      for (const v1::Arm& arm : trial->arms()) {
        if (IdOf(arm.name()) != word) continue;
        return arm.title().empty() ? KebabName(word) : arm.title();
      }
    }
    const std::string level = LevelWords(word);
    if (!level.empty()) return level;
    // A word of prose has no hyphen to say that it is an id.
    return absl::StrContains(word, '-') ? KebabName(word) : std::string(word);
  };
  std::vector<std::string> words;
  for (absl::string_view word : absl::StrSplit(group, ' ', absl::SkipEmpty())) {
    const bool comma = absl::ConsumeSuffix(&word, ",");
    words.push_back(absl::StrCat(words_of(word), comma ? "," : ""));
  }
  return Capitalized(absl::StrJoin(words, " "));
}

bool IsUnidentified(absl::string_view group) {
  return absl::ConsumePrefix(&group, "group ") && !group.empty() &&
         absl::ascii_isdigit(group[0]);
}

std::string GroupsWords(const v1::ReviewResult& result,
                        absl::string_view trial_id, absl::string_view group,
                        absl::string_view reference) {
  return JoinWords({GroupWords(result, trial_id, group),
                    GroupWords(result, trial_id, reference)},
                   " versus ");
}

std::string FavoursWords(const v1::ReviewResult& result,
                         const v1::OutcomeResult& outcome,
                         absl::string_view label) {
  constexpr absl::string_view kFavours = "favours ";
  if (absl::StartsWith(label, kFavours)) {
    const absl::string_view group = label.substr(kFavours.size());
    for (const v1::StudyResult& study : outcome.studies()) {
      if (group != study.group() && group != study.reference()) continue;
      return absl::StrCat("Favours ",
                          GroupWords(result, study.trial_id(), group));
    }
  }
  return Capitalized(std::string(label));
}

std::string StudyTitle(const v1::ReviewResult& result,
                       absl::string_view trial_id, absl::string_view study) {
  const v1::EvidenceRow* const trial = FindTrialRow(result, trial_id);
  if (!IsNumber(trial, trial_id, study)) return std::string(study);
  if (trial != nullptr && !trial->title().empty()) return trial->title();
  absl::string_view number = study;
  if (absl::ConsumePrefix(&number, "ref ")) {
    return absl::StrCat("Reference ", number);
  }
  return std::string(study.empty() ? trial_id : study);
}

std::string ReferenceWords(const v1::ReviewResult& result,
                           absl::string_view trial_id) {
  const v1::EvidenceRow* const trial = FindTrialRow(result, trial_id);
  if (trial == nullptr) return "";
  for (const v1::Citation& citation : trial->publication().cited_in()) {
    if (citation.has_number()) return absl::StrCat("ref. ", citation.number());
  }
  return "";
}

std::string StudyLabel(const v1::ReviewResult& result,
                       absl::string_view trial_id, absl::string_view study,
                       size_t size) {
  const std::string reference = ReferenceWords(result, trial_id);
  const std::string beside =
      reference.empty() ? "" : absl::StrCat(" (", reference, ")");
  return absl::StrCat(CutText(StudyTitle(result, trial_id, study), size),
                      beside);
}

std::string AnyTermTitle(const v1::ReviewResult& result, absl::string_view id) {
  for (const v1::VocabularyTerm& term : result.terms()) {
    if (term.id() == id && !term.title().empty()) {
      return Capitalized(term.title());
    }
  }
  return Capitalized(KebabWords(id));
}

std::string FieldWords(absl::string_view field) {
  if (absl::ConsumePrefix(&field, "covariates.")) {
    return KebabWords(field.substr(0, field.find(' ')));
  }
  std::string words;
  for (const char c : field.substr(0, field.find(' '))) {
    if (absl::ascii_isupper(c)) words += ' ';
    words += absl::ascii_tolower(c);
  }
  for (const auto& [plural, one] :
       {std::pair<absl::string_view, absl::string_view>{"classes", "class"},
        {"settings", "setting"},
        {"alterations", "alteration"},
        {"drugs", "drug"}}) {
    if (!absl::EndsWith(words, plural)) continue;
    words.resize(words.size() - plural.size());
    return absl::StrCat(words, one);
  }
  return words;
}

std::string UnknownWords(const v1::PossibleResult& possible) {
  return absl::StrJoin(
      possible.fields(), ", ", [](std::string* out, const std::string& field) {
        absl::StrAppend(out, field == "p" ? "P value" : FieldWords(field));
      });
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
        outcome.design() == v1::STUDY_DESIGN_UNSPECIFIED
            ? "design-not-known"
            : absl::StrReplaceAll(EnumWords(outcome.design()), {{" ", "-"}}));
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

std::vector<std::string> WrapText(absl::string_view text, size_t size) {
  const auto length = [](absl::string_view part) {
    return static_cast<size_t>(
        absl::c_count_if(part, [](char c) { return (c & 0xC0) != 0x80; }));
  };
  std::vector<std::string> lines;
  for (const absl::string_view word :
       absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (!lines.empty() && length(lines.back()) + 1 + length(word) <= size) {
      absl::StrAppend(&lines.back(), " ", word);
    } else {
      lines.push_back(CutText(word, std::max<size_t>(size, 2)));
    }
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
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
