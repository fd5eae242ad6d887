#include "client/import/ctgov_outcomes.h"

#include <re2/re2.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/import/ctgov_analysis.h"
#include "client/import/ctgov_endpoints.h"
#include "client/import/ctgov_outcome_values.h"
#include "client/import/ctgov_parts.h"
#include "client/import/ctgov_values.h"
#include "client/import/text_pattern.h"
#include "proto/base/element_key.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// Words of a population, which each number of an outcome has.
constexpr size_t kPopulationSizeMax = 1000;
constexpr size_t kNoteSizeMax = 4000;
constexpr size_t kAnalysisLabelSizeMax = 200;
constexpr char kParticipants[] = "Participants";

bool IsTimeToEvent(v1::Measure measure) {
  switch (measure) {
    case v1::MEASURE_PROGRESSION_FREE_SURVIVAL:
    case v1::MEASURE_OVERALL_SURVIVAL:
    case v1::MEASURE_TIME_TO_PROGRESSION:
    case v1::MEASURE_TIME_TO_TREATMENT_FAILURE:
    case v1::MEASURE_DISTANT_METASTASIS_FREE_SURVIVAL:
    case v1::MEASURE_DURATION_OF_RESPONSE:
    case v1::MEASURE_DISEASE_FREE_SURVIVAL:
    case v1::MEASURE_EVENT_FREE_SURVIVAL:
    case v1::MEASURE_CANCER_SPECIFIC_SURVIVAL:
    case v1::MEASURE_SECOND_PROGRESSION_FREE_SURVIVAL:
    case v1::MEASURE_TIME_TO_SUBSEQUENT_THERAPY:
      return true;
    default:
      return false;
  }
}

// A row of a table of responses is a measure of its own.
v1::Measure ResponseOf(const std::string& title, const std::string& label) {
  static const RE2& table = *new RE2(
      "(?i)(best|objective|overall|tumou?r) (overall |objective )?response|"
      "disease control|\\bORR\\b|\\bBOR\\b|\\bDCR\\b");
  if (!RE2::PartialMatch(title, table)) return v1::MEASURE_UNSPECIFIED;
  static const std::pair<const char*, v1::Measure> rows[] = {
      {"(?i)^\\s*(confirmed )?(complete response|CR)( \\(CR\\))?\\s*$",
       v1::MEASURE_COMPLETE_RESPONSE},
      {"(?i)^\\s*(confirmed )?(partial response|PR)( \\(PR\\))?\\s*$",
       v1::MEASURE_PARTIAL_RESPONSE},
      {"(?i)^\\s*(stable disease|SD)( \\(SD\\))?\\s*$",
       v1::MEASURE_STABLE_DISEASE},
      {"(?i)^\\s*(progressive disease|progression|disease progression|PD)"
       "( \\(PD\\))?\\s*$",
       v1::MEASURE_PROGRESSIVE_DISEASE}};
  for (const auto& [pattern, measure] : rows) {
    if (RE2::PartialMatch(label, Pattern(pattern))) return measure;
  }
  return v1::MEASURE_UNSPECIFIED;
}

class OutcomeReader {
 public:
  OutcomeReader(const JsonNode& outcome, CtgovArms& arms,
                CtgovEndpoints& endpoints, StudyBuilder& builder)
      : outcome_(outcome),
        arms_(arms),
        endpoints_(endpoints),
        builder_(builder),
        title_(outcome["title"].text()),
        unit_(outcome["unitOfMeasure"].text()),
        statistic_(StatisticAt(outcome["paramType"], builder)),
        spread_(DispersionTypeAt(outcome["dispersionType"], builder)),
        population_(outcome["populationDescription"].text()) {}

  void Read() {
    groups_ = arms_.ReadGroups(outcome_["groups"]);
    place_ = endpoints_.PlaceFor(outcome_, "title");
    about_ = absl::StrCat(title_, "\n", outcome_["description"].text(), "\n",
                          population_);
    for (const auto& [id, group] : groups_) analyzed_.groups.push_back(group);
    analyzed_.unit = unit_;
    analyzed_.statistic = statistic_;
    NoteParts();
    ReadUnits();
    ReadMeasurements();
    for (const JsonNode& analysis : outcome_["analyses"].items()) {
      ReadAnalysis(analysis);
    }
    AddAnalyses();
    if (outcome_["reportingStatus"].text() == "NOT_POSTED") {
      builder_.Warn(outcome_, Quote(title_),
                    "its results are not posted; an endpoint without numbers");
    }
  }

 private:
  void NoteParts() {
    if (place_.parts.empty()) return;
    builder_.Warn(
        outcome_["title"], title_,
        absl::StrCat(
            "is of a part of the participants; taken as ",
            absl::StrJoin(place_.parts, ", ",
                          [](std::string* out, const v1::Subgroup& part) {
                            absl::StrAppend(out, BuildKey(part));
                          })));
  }

  // What is counted where that is not participants: "Lesions".
  void ReadUnits() {
    for (const char* member : {"typeUnitsAnalyzed", "denomUnitsSelected"}) {
      const std::string text = outcome_[member].text();
      if (units_.empty() &&
          !Says(text, "^\\s*(participants?|patients?|subjects?)?\\s*$")) {
        units_ = text;
      }
    }
    if (units_.empty()) return;
    builder_.Warn(outcome_["typeUnitsAnalyzed"], Quote(units_),
                  "are counted, and not participants; the numbers of both "
                  "stand in the note of each value");
  }

  // Numbers under "denoms" at one place.
  struct Counted {
    Denominators participants, units;
  };
  Counted CountedAt(const JsonNode& holder) {
    Counted counted{DenominatorsOf(holder, kParticipants, builder_), {}};
    if (!units_.empty()) {
      counted.units = DenominatorsOf(holder, units_, builder_);
    }
    return counted;
  }

  void ReadMeasurements() {
    const Counted all = CountedAt(outcome_);
    for (const JsonNode& part : outcome_["classes"].items()) {
      const Counted of_part = CountedAt(part);
      CheckDenominators(part, of_part.participants, all.participants, builder_);
      CheckDenominators(part, of_part.units, all.units, builder_);
      for (const JsonNode& category : part["categories"].items()) {
        const Counted of_category = CountedAt(category);
        participants_ = {&of_category.participants, &of_part.participants,
                         &all.participants};
        counted_units_ = {&of_category.units, &of_part.units, &all.units};
        for (const JsonNode& each : category["measurements"].items()) {
          ReadMeasurement(part, category, each);
        }
      }
    }
  }

  // The number that a value is of. Of other units than participants it has no
  // place: a number of participants beside it would read as its denominator.
  void SetDenominator(const JsonNode& node, v1::Estimate& estimate) {
    const std::string group = node["groupId"].text();
    const auto participants = DenominatorOf(participants_, group);
    if (units_.empty()) {
      if (participants) estimate.set_participants(*participants);
      return;
    }
    const auto units = DenominatorOf(counted_units_, group);
    if (!units) return;
    std::string note = absl::StrCat("Of ", *units, " ", units_);
    if (participants) {
      absl::StrAppend(&note, " of ", *participants, " participants");
    }
    estimate.set_note(
        ShortenUtf8(absl::StrCat(note, ".", estimate.note().empty() ? "" : " ",
                                 estimate.note()),
                    kNoteSizeMax));
    const auto value = NumberOf(node["value"].text());
    if (statistic_ == v1::STATISTIC_COUNT_OF_UNITS && value &&
        *value > *units) {
      builder_.Problem(node["value"], absl::StrCat("want at most the ", *units,
                                                   " ", units_, " analyzed"));
    }
  }

  // The population, and its words where they say more than that.
  template <typename Element>
  void SetPopulation(Element& element) const {
    if (const auto value = PopulationOf(population_)) {
      element.set_population(value);
    }
    if (IsPlainPopulation(population_)) return;
    element.set_note(ShortenUtf8(
        absl::StrCat(element.note(), element.note().empty() ? "" : " ",
                     "Population as printed: ", population_),
        kPopulationSizeMax));
  }

  void ReadMeasurement(const JsonNode& part, const JsonNode& category,
                       const JsonNode& node) {
    const ResultGroup* group = arms_.Find(groups_, node["groupId"]);
    if (group == nullptr) return;
    std::vector<std::string> titles;
    for (const JsonNode& title : {part["title"], category["title"]}) {
      if (!title.text().empty()) titles.push_back(title.text());
    }
    std::string label = absl::StrJoin(titles, ": ");
    CtgovEndpoints::Place place = place_;
    const v1::Measure response = ResponseOf(title_, label);
    if (response != v1::MEASURE_UNSPECIFIED) {
      place = endpoints_.PlaceFor(outcome_, "title", response);
      label.clear();
    }
    const v1::Measure measure = endpoints_.MeasureAt(place);
    v1::Estimate estimate;
    estimate.set_registration(builder_.number());
    *estimate.mutable_group() = group->group;
    SetUnit(estimate);
    SetPopulation(estimate);
    SetTime(measure, label, estimate);
    if (!label.empty()) {
      estimate.set_category(ShortenUtf8(KeepSigns(label), 200));
    }
    SetDenominator(node, estimate);
    SetValue(measure, node, estimate);
    SetSpread(node, estimate);
    analyzed_.estimates[group].push_back(estimate);
    *estimate.mutable_source() = builder_.SourceAt(node);
    estimate.mutable_source()->set_text(PrintedValue(spread_, node));
    builder_.SetText(*estimate.mutable_source(), "note", node["comment"]);
    endpoints_.Add(place, std::move(estimate), {title_});
  }

  void SetUnit(v1::Estimate& estimate) const {
    const std::string code = UnitOf(unit_);
    if (!code.empty()) {
      estimate.set_unit(code);
    } else if (!unit_.empty()) {
      estimate.set_note(
          ShortenUtf8(absl::StrCat("Unit as printed: ", unit_), kNoteSizeMax));
    }
  }

  // The time of a rate may stand in the title of the outcome: "Overall
  // survival at 12 months".
  void SetTime(v1::Measure measure, std::string& label,
               v1::Estimate& estimate) const {
    if (const auto time = LandmarkOf(label)) {
      *estimate.mutable_time() = *time;
      if (estimate.unit() == "%" && IsTimeToEvent(measure)) label.clear();
      return;
    }
    if (estimate.unit() != "%" || !IsTimeToEvent(measure)) return;
    if (const auto time = LandmarkOf(title_)) *estimate.mutable_time() = *time;
  }

  void SetValue(v1::Measure measure, const JsonNode& node,
                v1::Estimate& estimate) {
    const std::string text = node["value"].text();
    estimate.set_statistic(statistic_);
    if (const auto value = ComparedNumberOf(text)) {
      estimate.set_value(value->number);
      if (value->comparator != v1::COMPARATOR_EQUAL) {
        estimate.set_comparator(value->comparator);
      }
      SetShare(measure, estimate);
      NoteImpossibleShare(node, estimate);
      return SetEvents(node, estimate);
    }
    if (text == "NA") {
      estimate.set_status(StatusOfNa(node["comment"].text()));
    } else if (text.empty()) {
      estimate.set_status(v1::VALUE_STATUS_NOT_REPORTED);
    } else {
      estimate.set_statement(ShortenUtf8(text, 2000));
      builder_.Warn(node["value"], Quote(text),
                    "is no number; kept as a statement");
    }
    SetShare(measure, estimate);
  }

  // A plain number may be a share: of time-to-event data a rate, which is no
  // x of n; else a proportion.
  void SetShare(v1::Measure measure, v1::Estimate& estimate) const {
    static const RE2& change =
        *new RE2("(?i)change|inhibition|adherence|intensity|reduction");
    if (estimate.statistic() != v1::STATISTIC_NUMBER) return;
    const double whole = estimate.unit() == "%" ? 100 : 1;
    if (estimate.unit() != "%" && estimate.unit() != "1") return;
    if (estimate.has_value() &&
        (estimate.value() < 0 || estimate.value() > whole)) {
      return;
    }
    if (RE2::PartialMatch(unit_, change)) return;
    if (IsTimeToEvent(measure)) {
      estimate.set_statistic(v1::STATISTIC_RATE);
      if (absl::StrContains(about_, "Kaplan")) {
        estimate.set_method(v1::ESTIMATION_METHOD_KAPLAN_MEIER);
      }
    } else if (measure != v1::MEASURE_OTHER ||
               RE2::PartialMatch(unit_,
                                 Pattern("(?i)participant|patient|subject"))) {
      estimate.set_statistic(v1::STATISTIC_PROPORTION);
    }
  }

  void NoteImpossibleShare(const JsonNode& node, const v1::Estimate& estimate) {
    if (estimate.statistic() != v1::STATISTIC_NUMBER ||
        estimate.unit() != "%" || estimate.value() <= 100 ||
        !Says(unit_,
              "% of|percent(age)? of (all )?"
              "(participant|patient|subject)")) {
      return;
    }
    builder_.Warn(node["value"], absl::StrCat(node["value"].text(), " ", unit_),
                  "is more than all of them; taken as a number, and no share");
  }

  void SetEvents(const JsonNode& node, v1::Estimate& estimate) {
    const double value = estimate.value();
    // A plain number of participants is a count of them.
    if (estimate.statistic() == v1::STATISTIC_NUMBER &&
        estimate.unit() == "{participant}" && !estimate.has_comparator()) {
      estimate.set_statistic(v1::STATISTIC_COUNT);
    }
    if (estimate.statistic() != v1::STATISTIC_COUNT ||
        estimate.has_comparator()) {
      return;
    }
    if (value < 0 || value > 1e9 || value != static_cast<int32_t>(value)) {
      return builder_.Problem(node["value"],
                              "want a count of participants, a whole number");
    }
    if (estimate.has_participants() && value > estimate.participants()) {
      return builder_.Problem(
          node["value"],
          absl::StrCat("want at most the ", estimate.participants(),
                       " participants analyzed"));
    }
    estimate.set_events(static_cast<int32_t>(value));
  }

  void SetSpread(const JsonNode& node, v1::Estimate& estimate) {
    CheckSpread(node, builder_);
    const std::string comment = node["comment"].text();
    const Bound low = BoundOf(node["lowerLimit"], comment);
    const Bound high = BoundOf(node["upperLimit"], comment);
    const bool interval =
        spread_.empty() ||
        RE2::PartialMatch(spread_, Pattern("(?i)confidence|credible"));
    if ((low.exists() || high.exists()) && interval) {
      std::string level;
      RE2::PartialMatch(spread_, Pattern("([0-9]+(?:\\.[0-9]+)?) ?%"), &level);
      return SetInterval(node, low, high, level, builder_, estimate);
    }
    const auto spread = NumberOf(node["spread"].text());
    if (RE2::PartialMatch(spread_, Pattern("(?i)standard error")) && spread &&
        *spread >= 0) {
      return estimate.set_standard_error(*spread);
    }
    if (auto dispersion = DispersionOf(spread_, node)) {
      *estimate.mutable_dispersion() = *std::move(dispersion);
    }
  }

  void ReadAnalysis(const JsonNode& node) {
    std::vector<const ResultGroup*> compared;
    for (const JsonNode& id : node["groupIds"].items()) {
      const ResultGroup* group = arms_.Find(groups_, id);
      if (group == nullptr) return;
      compared.push_back(group);
    }
    v1::Contrast contrast =
        ReadCtgovAnalysis(node, compared, analyzed_, builder_);
    SetPopulation(contrast);
    SetTime(node, contrast);
    analyses_.push_back({node, std::move(contrast)});
  }

  // An analysis is of the time that it names, else of that of all numbers of
  // its outcome. A hazard ratio is of no time.
  void SetTime(const JsonNode& node, v1::Contrast& contrast) const {
    if (contrast.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO) return;
    if (const auto time = LandmarkOf(node["groupDescription"].text())) {
      *contrast.mutable_time() = *time;
      return;
    }
    if (IsTimeToEvent(endpoints_.MeasureAt(place_))) return;
    const v1::Quantity* only = nullptr;
    for (const auto& [group, estimates] : analyzed_.estimates) {
      for (const v1::Estimate& each : estimates) {
        if (!each.has_time() ||
            (only != nullptr &&
             each.time().SerializeAsString() != only->SerializeAsString())) {
          return;
        }
        only = &each.time();
      }
    }
    if (only != nullptr) *contrast.mutable_time() = *only;
  }

  struct Analysis {
    JsonNode node;
    v1::Contrast contrast;
  };

  static std::string WordsOf(const Analysis& analysis, const char* member) {
    if (absl::string_view(member) != "nonInferiorityType") {
      return analysis.node[member].text();
    }
    return analysis.contrast.has_hypothesis()
               ? EnumText(*v1::HypothesisType_descriptor()->FindValueByNumber(
                     analysis.contrast.hypothesis()))
               : "";
  }

  // Analyses of one kind and the same groups are known by what their remarks
  // say of each, the first as well as the others.
  static void TellApart(const std::vector<Analysis*>& same) {
    for (const bool wants_each : {true, false}) {
      for (const char* member :
           {"groupDescription", "otherAnalysisDescription", "estimateComment",
            "nonInferiorityType", "statisticalMethod"}) {
        std::set<std::string> texts;
        for (const Analysis* each : same) texts.insert(WordsOf(*each, member));
        if (texts.size() < (wants_each ? same.size() : 2)) continue;
        for (Analysis* each : same) {
          const std::string words = KeepSigns(WordsOf(*each, member));
          if (words.empty()) continue;
          v1::Contrast& contrast = each->contrast;
          contrast.set_measure_text(ShortenUtf8(
              absl::StrCat(contrast.measure_text(),
                           contrast.measure_text().empty() ? "" : ": ", words),
              kAnalysisLabelSizeMax));
        }
        return;
      }
    }
  }

  void AddAnalyses() {
    std::map<std::string, std::vector<Analysis*>> alike;
    for (Analysis& each : analyses_) {
      v1::Contrast timeless = each.contrast;
      timeless.clear_time();
      alike[BuildKey(timeless)].push_back(&each);
    }
    for (const auto& [key, same] : alike) {
      if (same.size() > 1) TellApart(same);
    }
    for (Analysis& each : analyses_) {
      CtgovEndpoints::Place place = place_;
      place.kind = each.node["paramType"].text();
      endpoints_.Add(place, std::move(each.contrast),
                     {each.node["groupDescription"].text(),
                      each.node["otherAnalysisDescription"].text(),
                      each.node["estimateComment"].text(),
                      each.node["statisticalMethod"].text(), title_});
    }
  }

  const JsonNode outcome_;
  CtgovArms& arms_;
  CtgovEndpoints& endpoints_;
  StudyBuilder& builder_;
  const std::string title_, unit_;
  const v1::Statistic statistic_;
  const std::string spread_, population_;
  std::string units_;  // What is counted, where not participants.
  std::vector<const Denominators*> participants_, counted_units_;
  AnalyzedOutcome analyzed_;
  std::vector<Analysis> analyses_;
  std::string about_;  // All words that say what is measured, and how.
  CtgovArms::GroupsById groups_;
  CtgovEndpoints::Place place_;
};

}  // namespace

void ReadCtgovOutcomes(const JsonNode& module, const v1::Trial& trial,
                       CtgovArms& arms, StudyBuilder& builder) {
  CtgovEndpoints endpoints(trial, builder);
  endpoints.FindPlain(module["outcomeMeasures"].items());
  for (const JsonNode& outcome : module["outcomeMeasures"].items()) {
    OutcomeReader(outcome, arms, endpoints, builder).Read();
  }
}

void ReadCtgovPlannedOutcomes(const JsonNode& module, const v1::Trial& trial,
                              StudyBuilder& builder) {
  CtgovEndpoints endpoints(trial, builder);
  const std::pair<const char*, v1::EndpointRole> lists[] = {
      {"primaryOutcomes", v1::ENDPOINT_ROLE_PRIMARY},
      {"secondaryOutcomes", v1::ENDPOINT_ROLE_SECONDARY},
      {"otherOutcomes", v1::ENDPOINT_ROLE_OTHER_PRE_SPECIFIED}};
  for (const auto& [list, role] : lists) {
    for (const JsonNode& outcome : module[list].items()) {
      endpoints.SetRole(endpoints.PlaceFor(outcome, "measure"), role);
    }
  }
}

}  // namespace consilium
