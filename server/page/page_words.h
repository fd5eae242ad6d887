// Numbers, judgements and choices of a review in the words of a medical report.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_PAGE_WORDS_H_
#define CONSILIUM_SERVER_PAGE_PAGE_WORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// What was never counted; never 0.
inline constexpr absl::string_view kNotRecorded = "not recorded";

// Two decimals below 10, one below 100, none above: "0.46", "18.6", "120". Two
// digits that mean something below 0.1 and from a million on: "0.0015",
// "3e+14".
std::string ShortNumber(double value);
// Four digits that mean something: "0.0008152", "−1.204".
std::string SignificantNumber(double value);
// The same with the unit of an outcome: "67.3%", "18.6 months", "0.46".
std::string EffectNumber(double value, absl::string_view unit);
// "0.46 (0.37 to 0.57)"; "not estimable" without a value.
std::string EffectText(const v1::EffectEstimate& effect,
                       absl::string_view unit);
// The same, with the level: "0.46 (95% CI 0.37 to 0.57)".
std::string EffectWithLevel(const v1::EffectEstimate& effect,
                            absl::string_view unit);
// "P < 0.001", "P = 0.013".
std::string PValueWords(double p);
// "29%" by tau2, or where that is not estimated "75% from Q"; "" for neither.
std::string I2Words(const v1::PooledEffect& pooled);
// "Test for interaction: F(2, 10) = 0.97, P = 0.41", or "Q = ..., df = ...".
std::string InteractionWords(const v1::SubgroupAnalysis& analysis);
// "1,064"; with a thin separator no spreadsheet or reader trips over.
std::string CountWords(int64_t count);
// "3 studies", "1 study".
std::string Plural(int64_t count, absl::string_view one,
                   absl::string_view many);
// With that many decimals and the minus of print: "−0.7145".
std::string FixedNumber(double value, int decimals);
// A difference per 1,000: "8 fewer", "none", "12 more".
std::string MoreOrFewer(double value);
// A rate per 1,000: "212", and "212 per 1,000".
std::string Thousandths(double value);
std::string PerThousand(double value);

// "hazard ratio", "proportion": what the outcome measures.
std::string MeasureWords(const v1::OutcomeResult& outcome);
// "randomised trials", "single-arm studies".
std::string DesignWords(v1::StudyDesign design);
// One of them: "randomised trial", "single-arm study".
std::string OneOfDesign(v1::StudyDesign design);
// "Moderate certainty"; "Certainty not assessed".
std::string CertaintyWords(v1::CertaintyLevel level);
// Four signs, filled for each level: "⊕⊕⊕◯"; "" when not assessed.
absl::string_view CertaintySigns(v1::CertaintyLevel level);
std::string JudgementWords(v1::RiskOfBiasJudgement judgement);
// A sign that tells judgements apart without colour: "+", "−", "!", "?".
absl::string_view JudgementSign(v1::RiskOfBiasJudgement judgement);
// "the protocol prefers another result of the same study".
std::string ReasonWords(v1::ExclusionReason reason);

// "28 November 2026" of a date or a time in RFC 3339; other text as it is.
std::string DateWords(absl::string_view time);

// Names the version for people: "2026-q4" of a snapshot, else "28 November
// 2026", when its evidence last changed.
std::string VersionWords(const v1::ResultStamp& stamp);

// The group of a trial in words: titles in the place of the ids of its arms,
// "SBRT with gefitinib, EGFR L858R"; "" for none.
std::string GroupWords(const v1::ReviewResult& result,
                       absl::string_view trial_id, absl::string_view group);
// Whether a group is one that the report only numbers: "group 1".
bool IsUnidentified(absl::string_view group);
// "SBRT with gefitinib versus gefitinib alone".
std::string GroupsWords(const v1::ReviewResult& result,
                        absl::string_view trial_id, absl::string_view group,
                        absl::string_view reference);

// The label of a side of no effect, with arms in words.
std::string FavoursWords(const v1::ReviewResult& result,
                         const v1::OutcomeResult& outcome,
                         absl::string_view label);

// The row of a trial in the evidence tables; null when there is none.
const v1::EvidenceRow* FindTrialRow(const v1::ReviewResult& result,
                                    absl::string_view trial_id);

// The study as its readers know it: its acronym, or first author and year; the
// title of one that has neither, or "Reference 22".
std::string StudyTitle(const v1::ReviewResult& result,
                       absl::string_view trial_id, absl::string_view study);
// "ref. 22": its number in the list of references of a review; "" without one.
std::string ReferenceWords(const v1::ReviewResult& result,
                           absl::string_view trial_id);
// What of a title a table has room for beside other things.
inline constexpr size_t kStudyCharacters = 60;

// Both, the title cut to `size` characters: "SINDAS (ref. 24)".
std::string StudyLabel(const v1::ReviewResult& result,
                       absl::string_view trial_id, absl::string_view study,
                       size_t size);

// The title of a term of any vocabulary that is named `id`; `id` in words when
// none is.
std::string AnyTermTitle(const v1::ReviewResult& result, absl::string_view id);

// "drug class" of a field of evidence rows, or of a filter over one.
std::string FieldWords(absl::string_view field);

// What is not known of a row that a filter may mean: "P value, drug class".
std::string UnknownWords(const v1::PossibleResult& possible);

// The title of the term that rows name `id`; its words when none is known.
std::string TermTitle(const v1::ReviewResult& result, v1::Vocabulary vocabulary,
                      absl::string_view id);

// Names each result of a review, also where an outcome has one for each
// design: "pfs", "pfs-single-arm". It names anchors and figures.
std::string OutcomeKey(const v1::ReviewResult& result, int index);

// The title, or the id where the protocol gives none.
std::string OutcomeTitle(const v1::OutcomeResult& outcome);
// The same, with the design where the outcome has a result for several.
std::string OutcomeHeading(const v1::ReviewResult& result, int index);

// True when studies were pooled, and not one alone repeated.
bool IsPooled(const v1::OutcomeResult& outcome);

// True when the studies were compared with a reference.
bool IsComparison(const v1::OutcomeResult& outcome);

// `text` in lines of `size` characters, broken at spaces; at least one.
std::vector<std::string> WrapText(absl::string_view text, size_t size);

// As much of `text` as `size` characters, with … where some was left out.
std::string CutText(absl::string_view text, size_t size);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_PAGE_WORDS_H_
