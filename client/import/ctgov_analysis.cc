#include "client/import/ctgov_analysis.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/import/ctgov_direction.h"
#include "client/import/ctgov_outcome_values.h"
#include "client/import/ctgov_ratio_form.h"
#include "client/import/ctgov_values.h"
#include "client/import/limits.h"
#include "client/import/text_pattern.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/number_text.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// Room in the key of a contrast for all but its groups.
constexpr size_t kGroupsInKeyMax = kElementKeySizeMax - 280;

// The arms of a group, none of the whole study.
std::vector<v1::Arm*> ArmsOf(const ResultGroup& group) {
  return group.arm == nullptr ? group.together
                              : std::vector<v1::Arm*>{group.arm};
}

bool IsComparatorArm(const v1::Arm* arm) {
  switch (arm->type()) {
    case v1::ARM_TYPE_ACTIVE_COMPARATOR:
    case v1::ARM_TYPE_PLACEBO_COMPARATOR:
    case v1::ARM_TYPE_SHAM_COMPARATOR:
    case v1::ARM_TYPE_NO_INTERVENTION:
      return true;
    default:
      return false;
  }
}

bool IsComparator(const ResultGroup& group) {
  const std::vector<v1::Arm*> arms = ArmsOf(group);
  return !arms.empty() &&
         std::all_of(arms.begin(), arms.end(), IsComparatorArm);
}

bool IsExperimental(const ResultGroup& group) {
  const std::vector<v1::Arm*> arms = ArmsOf(group);
  return !arms.empty() &&
         std::all_of(arms.begin(), arms.end(), [](const v1::Arm* arm) {
           return arm->type() == v1::ARM_TYPE_EXPERIMENTAL;
         });
}

bool IsDifference(v1::EffectMeasure measure) {
  return measure == v1::EFFECT_MEASURE_MEAN_DIFFERENCE ||
         measure == v1::EFFECT_MEASURE_MEDIAN_DIFFERENCE ||
         measure == v1::EFFECT_MEASURE_RISK_DIFFERENCE;
}

GroupNames NamesOf(const ResultGroup& group) {
  GroupNames names{group.title, ""};
  for (const v1::Arm* arm : ArmsOf(group)) {
    absl::StrAppend(&names.others, " ", arm->title());
    for (const v1::DrugComponent& drug : arm->drugs()) {
      absl::StrAppend(&names.others, " ", drug.drug());
    }
  }
  return names;
}

// The least number that has as many decimals as `printed`: 0.0001 of "0.0000".
double LeastShown(const std::string& printed) {
  std::string decimals;
  RE2::PartialMatch(printed, Pattern("\\.([0-9]+)"), &decimals);
  double least = 1;
  (void)absl::SimpleAtod(absl::StrCat("1e-", decimals.size()), &least);
  return least;
}

class AnalysisReader {
 public:
  AnalysisReader(const JsonNode& node, const AnalyzedOutcome& outcome,
                 StudyBuilder& builder)
      : node_(node), outcome_(outcome), builder_(builder) {}

  v1::Contrast Read(const std::vector<const ResultGroup*>& compared) {
    compared_ = compared;
    contrast_.set_registration(builder_.number());
    *contrast_.mutable_source() = builder_.SourceAt(node_);
    SetGroups(compared);
    SetEffect();
    SetTest();
    SetAdjustment();
    SetHypothesis();
    SetRemarks();
    return std::move(contrast_);
  }

 private:
  std::string TextOf(const char* member) const { return node_[member].text(); }

  void AddNote(const std::string& text) {
    std::string note = contrast_.note();
    absl::StrAppend(&note, note.empty() ? "" : " ", text);
    contrast_.set_note(ShortenUtf8(note, 4000));
  }

  void SetGroups(const std::vector<const ResultGroup*>& compared) {
    if (compared.empty()) {
      contrast_.mutable_group()->set_scope(v1::GROUP_SCOPE_NOT_STATED);
      return builder_.Warn(node_["groupIds"], "no group",
                           "whom it compares is not said; taken so");
    }
    if (compared.size() > 2) return SetMany(compared);
    if (compared.size() == 1) return SetOne(*compared[0]);
    SetTwo(*compared[0], *compared[1]);
  }

  // The registry lists groups, and where it does not say which of them an
  // effect is of, that is the experimental arm, whatever their order.
  void SetTwo(const ResultGroup& first, const ResultGroup& second) {
    const Numerator said = ReadNumerator(
        {TextOf("groupDescription"), TextOf("estimateComment"),
         TextOf("statisticalComment"), TextOf("otherAnalysisDescription"),
         TextOf("paramType")},
        NamesOf(first), NamesOf(second),
        EffectOf(TextOf("paramType")) == v1::EFFECT_MEASURE_HAZARD_RATIO);
    bool is_second = IsComparator(first) && IsExperimental(second);
    if (said == Numerator::kFirst || said == Numerator::kSecond) {
      is_second = said == Numerator::kSecond;
      if (IsExperimental(is_second ? first : second) &&
          IsComparator(is_second ? second : first)) {
        AddNote("The registry says that the effect is of the comparator.");
        builder_.Warn(node_["groupIds"], "the comparator against another arm",
                      "taken so, as the remarks of the analysis say");
      }
    } else if (!TextOf("paramValue").empty()) {
      NoteDirection(said, is_second,
                    IsExperimental(is_second ? second : first) &&
                        IsComparator(is_second ? first : second));
    }
    *contrast_.mutable_group() = is_second ? second.group : first.group;
    *contrast_.mutable_reference() = is_second ? first.group : second.group;
  }

  // Which group the effect is of is not told: how it was read.
  void NoteDirection(Numerator said, bool is_second, bool is_of_experimental) {
    const std::string read =
        is_of_experimental
            ? "read as the experimental arm against the comparator"
            : "read as the group that it lists first against the other";
    AddNote(absl::StrCat("The registry ",
                         is_second ? "lists the comparator first, and " : "",
                         said == Numerator::kContradicted
                             ? "says in two ways that contradict each other"
                             : "does not say",
                         " which group the effect is of; ", read, "."));
    if (said == Numerator::kContradicted) {
      builder_.Warn(node_["groupIds"], "remarks that contradict each other",
                    "which group the effect is of was not taken from them");
    } else if (said == Numerator::kUnread || said == Numerator::kUnreadOfOne ||
               said == Numerator::kUnreadOfNone) {
      builder_.Warn(
          node_["groupIds"],
          said == Numerator::kUnread        ? "a remark that names both groups"
          : said == Numerator::kUnreadOfOne ? "a remark that names a group"
                                            : "a remark on the direction",
          absl::StrCat("does not say in known words which of them "
                       "the effect is of; ",
                       read));
    } else if (is_second) {
      builder_.Warn(node_["groupIds"], "the comparator first",
                    "taken as the experimental arm against the comparator");
    } else {
      builder_.Warn(
          node_["groupIds"], "no remark on the direction",
          absl::StrCat("which group the effect is of is not stated; ", read));
    }
  }

  // One group of a comparison: where the outcome has one other that it can be
  // with, and one of the two is experimental, it is read so, with the doubt.
  void SetOne(const ResultGroup& named) {
    const ResultGroup* other = nullptr;
    int others = 0;
    for (const ResultGroup* each : outcome_.groups) {
      if (each->arm == nullptr || each->arm == named.arm) continue;
      v1::Group as_named = each->group;
      *as_named.mutable_arms() = named.group.arms();
      if (GroupPlace(as_named) != GroupPlace(named.group)) continue;
      other = each;
      ++others;
    }
    const bool named_is_first =
        other != nullptr && IsExperimental(named) && IsComparator(*other);
    const bool named_is_second =
        other != nullptr && IsComparator(named) && IsExperimental(*other);
    if (others != 1 || (!named_is_first && !named_is_second)) {
      *contrast_.mutable_group() = named.group;
      return builder_.Warn(node_["groupIds"], "one group",
                           "what it is compared with is not said; no reference "
                           "was taken");
    }
    const ResultGroup& group = named_is_first ? named : *other;
    const ResultGroup& reference = named_is_first ? *other : named;
    *contrast_.mutable_group() = group.group;
    *contrast_.mutable_reference() = reference.group;
    v1::Alternative& reading = *contrast_.add_alternatives();
    reading.set_reading(ShortenUtf8(
        absl::StrCat("of ", named.title, ", against what is not said"), 2000));
    reading.set_reason("the registry names one group of the comparison");
    builder_.Warn(node_["groupIds"], "one group",
                  "taken as the experimental arm against the comparator, with "
                  "that doubt");
  }

  void SetMany(const std::vector<const ResultGroup*>& compared) {
    size_t size = 0;
    for (const auto* each : compared)
      size += GroupPlace(each->group).size() + 1;
    if (compared.size() <= kImportGroupsMax && size <= kGroupsInKeyMax) {
      for (const auto* each : compared) *contrast_.add_among() = each->group;
      return;
    }
    contrast_.mutable_group()->set_scope(v1::GROUP_SCOPE_ALL);
    AddNote(absl::StrCat(
        "Compares ", compared.size(), " groups: ",
        absl::StrJoin(compared, ", ",
                      [](std::string* out, const ResultGroup* each) {
                        absl::StrAppend(out, GroupPlace(each->group));
                      })));
  }

  void SetEffect() {
    const std::string type = TextOf("paramType");
    const std::string printed = TextOf("paramValue");
    const auto value = ComparedNumberOf(printed);
    const std::string unit = UnitOf(outcome_.unit);
    const bool is_share =
        unit == "%" || unit == "1" || outcome_.statistic == v1::STATISTIC_COUNT;
    auto measure = value ? EffectOf(type, outcome_.statistic, is_share)
                         : v1::EFFECT_MEASURE_TEST;
    const auto of_logarithm = EffectOfLogarithm(type);
    if (value && of_logarithm != v1::EFFECT_MEASURE_OTHER) {
      measure = of_logarithm;
      if (!LooksLikeRatioAsPrinted(*value)) form_ = RatioForm::kLogarithm;
    } else if (value && IsRatio(measure)) {
      SetForm(type);
      if (IsAmbiguous(*value)) {
        measure = v1::EFFECT_MEASURE_OTHER;
        form_ = RatioForm::kRatio;
        builder_.Warn(node_["paramValue"], printed,
                      absl::StrCat("is called ", Quote(type),
                                   ", and may be a percentage or a share; "
                                   "taken as an effect of another kind"));
      }
    }
    if (value && IsRatio(measure) && EffectFrom(value->number) <= 0) {
      measure = v1::EFFECT_MEASURE_OTHER;
      form_ = RatioForm::kRatio;
      builder_.Warn(node_["paramValue"], printed,
                    absl::StrCat("is no ratio, though called ", Quote(type),
                                 "; taken as an effect of another kind"));
    }
    contrast_.set_measure(measure);
    if (measure == v1::EFFECT_MEASURE_OTHER) {
      contrast_.set_measure_text(type.empty() ? "not stated"
                                              : ShortenUtf8(type, 200));
    }
    if (value) {
      contrast_.set_value(EffectFrom(value->number));
      if (value->comparator != v1::COMPARATOR_EQUAL) {
        AddNote(absl::StrCat("Printed as ", printed, "."));
      }
    } else if (!printed.empty()) {
      AddStatement(absl::StrCat(type, " as printed: ", printed));
      builder_.Warn(node_["paramValue"], Quote(printed),
                    "is no number; kept as a statement");
    }
    if (form_ != RatioForm::kRatio) NoteForm(type, printed);
    if (measure == v1::EFFECT_MEASURE_RISK_DIFFERENCE &&
        (is_share || unit == "{participant}")) {
      SetShareUnit(type, printed);
    } else if (IsDifference(measure) && !unit.empty() &&
               unit != "{participant}") {
      contrast_.set_unit(unit);
    }
    SetLimits();
    DoubtRatio(type);
    SetError();
  }

  double EffectFrom(double printed) const {
    return RatioOf(form_, printed, whole_);
  }

  // Value and limits as printed.
  std::vector<double> PrintedNumbers() const {
    std::vector<double> numbers;
    for (const char* member : {"paramValue", "ciLowerLimit", "ciUpperLimit"}) {
      if (const auto number = ComparedNumberOf(TextOf(member))) {
        numbers.push_back(number->number);
      }
    }
    return numbers;
  }

  // Whether all that is printed may be shares of one.
  bool AreShares() const {
    const std::vector<double> numbers = PrintedNumbers();
    return std::all_of(numbers.begin(), numbers.end(),
                       [](double each) { return std::fabs(each) <= 1; });
  }

  // "Relative Risk Reduction (%)", "Geometric Mean Ratio (%)".
  void SetForm(const std::string& type) {
    const bool percent = IsInPercent(type, TextOf("estimateComment"));
    if (Says(type, "\\breduction\\b")) {
      form_ = RatioForm::kReduction;
    } else if (Says(type, "\\bincrease\\b")) {
      form_ = RatioForm::kIncrease;
    } else if (percent) {
      form_ = RatioForm::kPercent;
    }
    is_percent_ = percent;
    whole_ = percent || !AreShares() ? 100 : 1;
  }

  // Whether what is called a percentage is as small as a share or a ratio.
  bool IsAmbiguous(const ComparedNumber& value) const {
    constexpr double kPercentMin = 5;  // A ratio of 0.05 or less is rare.
    return form_ == RatioForm::kPercent
               ? value.number < kPercentMin
               : form_ != RatioForm::kRatio && is_percent_ && AreShares();
  }

  // A difference of shares is in percent or of one. What the record calls it
  // is often the unit of the shares; what they are tells.
  void SetShareUnit(const std::string& type, const std::string& printed) {
    const std::string of_outcome = UnitOf(outcome_.unit);
    std::string unit = of_outcome == "%" ? "%" : "1";
    if (!AreShares()) {
      unit = "%";
    } else if (Says(type, "%|\\bper ?cent")) {
      unit = "%";
    } else if (const auto shares = DifferenceOfShares()) {
      // A tenth of it is as far from a share as from a percentage.
      unit = std::fabs(contrast_.value()) < std::fabs(*shares) / 10 ? "1" : "%";
    } else if (Says(type, "\\b(proportion|probabilit)")) {
      unit = "1";
    }
    contrast_.set_unit(unit);
    if (unit == "1" && of_outcome == "%") {
      builder_.Warn(node_["paramValue"], printed,
                    "is a share where the outcome is in percent; taken so");
    } else if (unit == "%" && of_outcome != "%") {
      builder_.Warn(node_["paramValue"], printed,
                    "is a percentage where the outcome is not; taken so");
    }
  }

  // What the difference of the two groups' only shares is, in percent; absent
  // where it is too small to compare with.
  std::optional<double> DifferenceOfShares() const {
    constexpr double kDifferenceMin = 1;
    if (compared_.size() != 2) return std::nullopt;
    std::vector<double> shares;
    for (const ResultGroup* group : compared_) {
      const auto found = outcome_.estimates.find(group);
      if (found == outcome_.estimates.end() || found->second.size() != 1) {
        return std::nullopt;
      }
      const v1::Estimate& estimate = found->second.front();
      if (estimate.has_events() && estimate.participants() > 0) {
        shares.push_back(100.0 * estimate.events() / estimate.participants());
      } else if (estimate.has_value() && estimate.unit() == "%") {
        shares.push_back(estimate.value());
      } else if (estimate.has_value() && estimate.unit() == "1") {
        shares.push_back(100 * estimate.value());
      } else {
        return std::nullopt;
      }
    }
    const double difference = shares[0] - shares[1];
    if (std::fabs(difference) < kDifferenceMin) return std::nullopt;
    return difference;
  }

  // Whether an effect that is called a logarithm is printed as a ratio.
  bool LooksLikeRatioAsPrinted(const ComparedNumber& value) const {
    const auto low = NumberOf(TextOf("ciLowerLimit"));
    const auto high = NumberOf(TextOf("ciUpperLimit"));
    return low && high && LooksLikeRatio(value.number, *low, *high);
  }

  void NoteForm(const std::string& type, const std::string& printed) {
    v1::Derivation& derived = *contrast_.add_derivations();
    derived.set_path("value");
    derived.set_method(v1::DERIVATION_METHOD_OTHER);
    derived.set_note(ShortenUtf8(RatioFormula(form_, type, whole_), 2000));
    builder_.Warn(node_["paramValue"], printed,
                  absl::StrCat("is ", Quote(type), "; taken as the ratio ",
                               ShortestDecimal(contrast_.value())));
  }

  void AddStatement(const std::string& text) {
    std::string statement = contrast_.statement();
    absl::StrAppend(&statement, statement.empty() ? "" : "; ", text);
    contrast_.set_statement(ShortenUtf8(statement, 2000));
  }

  void SetLimits() {
    const std::string comment = TextOf("estimateComment");
    low_ = BoundOf(node_["ciLowerLimit"],
                   absl::StrCat(comment, TextOf("ciLowerLimitComment")));
    high_ = BoundOf(node_["ciUpperLimit"],
                    absl::StrCat(comment, TextOf("ciUpperLimitComment")));
    const std::string level = TextOf("ciPctValue");
    const std::string sides = TextOf("ciNumSides");
    if (!sides.empty() && sides != "ONE_SIDED" && sides != "TWO_SIDED") {
      builder_.Problem(node_["ciNumSides"], "want ONE_SIDED or TWO_SIDED");
    }
    if (!low_.exists() && !high_.exists()) return;
    for (Bound* bound : {&low_, &high_}) {
      if (bound->value) bound->value = EffectFrom(*bound->value);
    }
    // The more a risk is reduced, the less is left.
    if (form_ == RatioForm::kReduction) std::swap(low_, high_);
    SetInterval(node_, low_, high_, level, builder_, contrast_);
    if (contrast_.has_interval() && form_ != RatioForm::kRatio) {
      for (const char* path : {"interval.low", "interval.high"}) {
        const bool is_there = absl::string_view(path) == "interval.low"
                                  ? contrast_.interval().has_low()
                                  : contrast_.interval().has_high();
        if (!is_there) continue;
        v1::Derivation& derived = *contrast_.add_derivations();
        derived.set_path(path);
        derived.set_method(v1::DERIVATION_METHOD_OTHER);
        derived.set_note(contrast_.derivations(0).note());
      }
    }
    if (contrast_.has_interval() && !sides.empty()) {
      contrast_.mutable_interval()->set_sides(
          sides == "ONE_SIDED" ? v1::SIDES_ONE : v1::SIDES_TWO);
    }
  }

  void DoubtRatio(const std::string& type) {
    // A ratio of means is seldom that far from 1, and a percentage is often.
    constexpr double kRatioMax = 20;
    if (contrast_.measure() == v1::EFFECT_MEASURE_RATIO_OF_MEANS &&
        form_ == RatioForm::kRatio && contrast_.value() >= kRatioMax) {
      v1::Alternative& reading = *contrast_.add_alternatives();
      reading.set_reading("a percentage");
      reading.set_reason("a ratio of means is seldom so large");
      builder_.Warn(node_["paramValue"], TextOf("paramValue"),
                    absl::StrCat("is large for ", Quote(type),
                                 ", and may be a percentage; taken as "
                                 "printed, with that doubt"));
    }
    const bool difference =
        contrast_.measure() == v1::EFFECT_MEASURE_MEAN_DIFFERENCE ||
        contrast_.measure() == v1::EFFECT_MEASURE_MEDIAN_DIFFERENCE;
    if (!difference || !low_.value || !high_.value ||
        !LooksLikeRatio(contrast_.value(), *low_.value, *high_.value)) {
      return;
    }
    v1::Alternative& reading = *contrast_.add_alternatives();
    reading.set_reading("a ratio");
    reading.set_reason("its interval is symmetric on the logarithmic scale");
    builder_.Warn(node_["paramType"], Quote(type),
                  "reads like a ratio by its interval; taken as printed, with "
                  "that doubt");
  }

  // The error of a ratio may be that of the ratio or of its logarithm.
  void SetError() {
    const std::string type = TextOf("dispersionType");
    const std::string printed = TextOf("dispersionValue");
    if (!type.empty() && type != "STANDARD_ERROR_OF_MEAN" &&
        type != "STANDARD_DEVIATION") {
      builder_.Problem(node_["dispersionType"],
                       "want STANDARD_DEVIATION or STANDARD_ERROR_OF_MEAN");
    }
    if (printed.empty()) return;
    const auto error = NumberOf(printed);
    if (error && *error >= 0 &&
        (IsDifference(contrast_.measure()) || form_ == RatioForm::kLogarithm) &&
        type == "STANDARD_ERROR_OF_MEAN") {
      return contrast_.set_standard_error(*error);
    }
    AddNote(absl::StrCat(type == "STANDARD_ERROR_OF_MEAN" ? "Standard error"
                         : type == "STANDARD_DEVIATION"   ? "Standard deviation"
                                                          : "Dispersion",
                         " as printed: ", printed, "."));
  }

  void SetTest() {
    const std::string printed = TextOf("pValue");
    const std::string comment =
        absl::StrCat(TextOf("pValueComment"), "\n", printed);
    if (!printed.empty()) {
      if (auto p = PValueOf(printed)) {
        // No probability is 0: it is less than what its digits can show.
        if (p->value() == 0 && p->comparator() == v1::COMPARATOR_EQUAL) {
          p->set_comparator(v1::COMPARATOR_LESS);
          p->set_value(LeastShown(printed));
          AddNote(absl::StrCat("P printed as ", printed, "."));
        }
        builder_.SetText(*p, "test", node_["statisticalMethod"]);
        if (RE2::PartialMatch(comment, Pattern("(?i)\\b(1|one)[- ]sided"))) {
          p->set_sides(v1::SIDES_ONE);
        } else if (RE2::PartialMatch(comment,
                                     Pattern("(?i)\\b(2|two)[- ]sided"))) {
          p->set_sides(v1::SIDES_TWO);
        }
        *contrast_.mutable_p_value() = *std::move(p);
      } else {
        AddStatement(absl::StrCat("P value as printed: ", printed));
        builder_.Warn(node_["pValue"], Quote(printed),
                      "is no probability; kept as a statement");
      }
    }
    builder_.SetText(contrast_, "method_text", node_["statisticalMethod"]);
  }

  void SetAdjustment() {
    const std::string words = absl::StrCat(
        TextOf("statisticalMethod"), "\n", TextOf("statisticalComment"), "\n",
        TextOf("estimateComment"), "\n", TextOf("otherAnalysisDescription"));
    auto kind = v1::ADJUSTMENT_KIND_UNSPECIFIED;
    if (RE2::PartialMatch(words,
                          Pattern("(?i)\\b(unstratified|unadjusted)\\b"))) {
      kind = v1::ADJUSTMENT_KIND_UNADJUSTED;
    } else if (RE2::PartialMatch(words, Pattern("(?i)\\bstratified\\b"))) {
      kind = v1::ADJUSTMENT_KIND_STRATIFIED;
    } else if (RE2::PartialMatch(words,
                                 Pattern("(?i)\\badjust(ed|ing) for\\b"))) {
      kind = v1::ADJUSTMENT_KIND_ADJUSTED;
    }
    if (kind != v1::ADJUSTMENT_KIND_UNSPECIFIED) {
      contrast_.mutable_adjustment()->set_kind(kind);
    }
  }

  void SetHypothesis() {
    static const auto& hypotheses =
        *new std::map<std::string, v1::HypothesisType>{
            {"SUPERIORITY", v1::HYPOTHESIS_TYPE_SUPERIORITY},
            {"NON_INFERIORITY", v1::HYPOTHESIS_TYPE_NON_INFERIORITY},
            {"EQUIVALENCE", v1::HYPOTHESIS_TYPE_EQUIVALENCE},
            {"OTHER", v1::HYPOTHESIS_TYPE_OTHER},
            {"NON_INFERIORITY_OR_EQUIVALENCE",
             v1::HYPOTHESIS_TYPE_NON_INFERIORITY_OR_EQUIVALENCE},
            {"NON_INFERIORITY_OR_EQUIVALENCE_LEGACY",
             v1::HYPOTHESIS_TYPE_NON_INFERIORITY_OR_EQUIVALENCE},
            {"SUPERIORITY_OR_OTHER", v1::HYPOTHESIS_TYPE_SUPERIORITY_OR_OTHER},
            {"SUPERIORITY_OR_OTHER_LEGACY",
             v1::HYPOTHESIS_TYPE_SUPERIORITY_OR_OTHER}};
    node_["testedNonInferiority"].truth();
    const std::string type = TextOf("nonInferiorityType");
    if (type.empty()) return;
    const auto found = hypotheses.find(type);
    if (found == hypotheses.end()) {
      std::vector<std::string> words;
      for (const auto& [word, value] : hypotheses) words.push_back(word);
      return builder_.Problem(
          node_["nonInferiorityType"],
          absl::StrCat("want one of ", absl::StrJoin(words, ", ")));
    }
    contrast_.set_hypothesis(found->second);
  }

  // What is printed, and all remarks about it.
  void SetRemarks() {
    std::string text =
        absl::StrCat(TextOf("paramType"), " ", TextOf("paramValue"));
    if (low_.exists() || high_.exists()) {
      absl::StrAppend(&text, " (", TextOf("ciPctValue"), "% ",
                      TextOf("ciLowerLimit"), " to ", TextOf("ciUpperLimit"),
                      ")");
    }
    if (!TextOf("pValue").empty()) {
      absl::StrAppend(&text, ", P ", TextOf("pValue"));
    }
    contrast_.mutable_source()->set_text(ShortenUtf8(text, 8000));
    std::vector<std::string> remarks;
    for (const char* member :
         {"groupDescription", "statisticalComment", "estimateComment",
          "pValueComment", "ciLowerLimitComment", "ciUpperLimitComment",
          "nonInferiorityComment", "otherAnalysisDescription"}) {
      std::string remark = TextOf(member);
      if (!remark.empty()) remarks.push_back(std::move(remark));
    }
    if (remarks.empty()) return;
    contrast_.mutable_source()->set_note(
        ShortenUtf8(absl::StrJoin(remarks, "\n"), 8000));
  }

  const JsonNode& node_;
  const AnalyzedOutcome& outcome_;
  StudyBuilder& builder_;
  std::vector<const ResultGroup*> compared_;
  RatioForm form_ = RatioForm::kRatio;  // What is printed, of a ratio.
  bool is_percent_ = false;             // So called.
  double whole_ = 100;                  // What a reduction is part of.
  v1::Contrast contrast_;
  Bound low_, high_;
};

}  // namespace

v1::Contrast ReadCtgovAnalysis(const JsonNode& node,
                               const std::vector<const ResultGroup*>& compared,
                               const AnalyzedOutcome& outcome,
                               StudyBuilder& builder) {
  return AnalysisReader(node, outcome, builder).Read(compared);
}

}  // namespace consilium
