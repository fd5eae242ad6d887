#include "client/export/review_effects.h"

#include <cmath>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/export/limits.h"
#include "consilium/v1/evidence_service.pb.h"
#include "consilium/v1/review_result_service.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;

constexpr char kRunReview[] = "consilium.v1.ReviewResultService.RunReview";
constexpr char kSearchEvidence[] =
    "consilium.v1.EvidenceService.SearchEvidence";

absl::Status ReadRows(Caller& caller, absl::string_view registry,
                      absl::string_view frontier, const CallOptions& options,
                      std::map<std::string, v1::EvidenceRow>& rows) {
  v1::SearchEvidenceRequest request;
  request.set_parent(std::string(registry));
  request.set_at(std::string(frontier));
  request.set_with_provenance(true);
  request.set_page_size(kEvidencePageSize);
  const auto keep = [&](google::protobuf::Message& message) {
    auto& row = static_cast<v1::EvidenceRow&>(message);
    const std::string id = row.id();
    rows[id] = std::move(row);
    return true;
  };
  RETURN_IF_ERROR(ListPages(caller, kSearchEvidence, request, keep, options));
  // How means spread is told by their estimates alone.
  request.set_filter("statistic = mean");
  request.set_with_records(true);
  return ListPages(caller, kSearchEvidence, request, keep, options);
}

absl::StatusOr<v1::ReviewResult> RunReview(Caller& caller,
                                           absl::string_view review,
                                           absl::string_view at,
                                           const CallOptions& options) {
  v1::RunReviewRequest request;
  request.set_name(std::string(review));
  request.set_at(std::string(at));
  ASSIGN_OR_RETURN(auto response, CallFor<v1::RunReviewResponse>(
                                      caller, kRunReview, request, options));
  return std::move(*response.mutable_result());
}

// Counts what `after` has more than `before`, where both recorded it.
void CountSince(const v1::ReviewResult& before, v1::ReviewResult& after) {
  for (v1::FlowNumber& number : *after.mutable_flow()) {
    for (const v1::FlowNumber& old : before.flow()) {
      if (old.id() == number.id() && old.has_total() && number.has_total()) {
        number.set_count(number.total() - old.total());
      }
    }
  }
}

// The field of evidence rows that a plan names, and its values that count:
// "drugClasses = egfr-tki-1g | egfr-tki-3g".
struct PlanField {
  std::string name;
  std::vector<std::string> values;
};

PlanField ParsePlanField(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  PlanField field;
  field.name = std::string(absl::StripAsciiWhitespace(parts.first));
  for (const absl::string_view value :
       absl::StrSplit(parts.second, '|', absl::SkipWhitespace())) {
    field.values.emplace_back(absl::StripAsciiWhitespace(value));
  }
  return field;
}

std::string ValueText(const v1::EvidenceRow& row, const FieldDescriptor& field,
                      int index) {
  const auto& reflection = *row.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return many ? reflection.GetRepeatedString(row, &field, index)
                  : reflection.GetString(row, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(many ? *reflection.GetRepeatedEnum(row, &field, index)
                           : *reflection.GetEnum(row, &field));
    default:
      return "";
  }
}

// What `row` holds in `wanted`, as the review's own regressions read it.
TableCell ValueOf(const v1::EvidenceRow& row, const PlanField& wanted) {
  const FieldDescriptor* const field =
      v1::EvidenceRow::descriptor()->FindFieldByCamelcaseName(wanted.name);
  if (field == nullptr) return TableCell();
  const auto& reflection = *row.GetReflection();
  if (!field->is_repeated()) {
    if (!reflection.HasField(row, field)) return TableCell();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection.GetDouble(row, field);
      case FieldDescriptor::CPPTYPE_INT32:
        return int64_t{reflection.GetInt32(row, field)};
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.GetBool(row, field);
      default:
        return TextCell(ValueText(row, *field, 0));
    }
  }
  std::vector<std::string> held;
  for (int i = 0; i < reflection.FieldSize(row, field); ++i) {
    held.push_back(ValueText(row, *field, i));
  }
  if (wanted.values.empty()) return TextCell(absl::StrJoin(held, " + "));
  for (const std::string& value : wanted.values) {
    for (const std::string& each : held) {
      if (each == value) return TextCell(value);
    }
  }
  return TableCell();
}

// The names of the fields that `of` gives for any outcome, each once.
template <typename Of>
std::vector<std::string> FieldNames(const v1::ReviewResult& result,
                                    const Of& of) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    for (const std::string& text : of(outcome.plan())) {
      const std::string name = ParsePlanField(text).name;
      if (seen.insert(name).second) names.push_back(name);
    }
  }
  return names;
}

const auto kSubgroupsOf = [](const v1::ReviewOutcome& plan) {
  return plan.subgroups();
};
const auto kModeratorsOf = [](const v1::ReviewOutcome& plan) {
  return plan.moderators();
};

// The letters by which metafor calls the measure of yi.
std::string MeasureCode(const v1::ReviewOutcome& plan) {
  if (plan.has_measure()) {
    switch (plan.measure()) {
      case v1::EFFECT_MEASURE_HAZARD_RATIO:
        return "HR";
      case v1::EFFECT_MEASURE_ODDS_RATIO:
        return plan.pooling() == v1::POOLING_METHOD_PETO ? "PETO" : "OR";
      case v1::EFFECT_MEASURE_RISK_RATIO:
        return "RR";
      case v1::EFFECT_MEASURE_RISK_DIFFERENCE:
        return "RD";
      case v1::EFFECT_MEASURE_MEAN_DIFFERENCE:
        return "MD";
      case v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE:
        return "SMD";
      default:
        return EnumText(
            *v1::EffectMeasure_descriptor()->FindValueByNumber(plan.measure()));
    }
  }
  const bool raw = plan.proportion_scale() == v1::PROPORTION_SCALE_RAW;
  if (plan.statistic() == v1::STATISTIC_RATE) return raw ? "PR" : "PLO";
  if (plan.statistic() != v1::STATISTIC_PROPORTION) return "MN";
  switch (plan.proportion_scale()) {
    case v1::PROPORTION_SCALE_RAW:
      return "PR";
    case v1::PROPORTION_SCALE_ARCSINE:
      return "PAS";
    case v1::PROPORTION_SCALE_FREEMAN_TUKEY:
      return "PFT";
    default:
      return "PLO";
  }
}

std::string EstimatorCode(const v1::ReviewOutcome& plan) {
  if (plan.model() == v1::POOLING_MODEL_COMMON_EFFECT) return "EE";
  switch (plan.estimator()) {
    case v1::HETEROGENEITY_ESTIMATOR_DERSIMONIAN_LAIRD:
      return "DL";
    case v1::HETEROGENEITY_ESTIMATOR_PAULE_MANDEL:
      return "PM";
    case v1::HETEROGENEITY_ESTIMATOR_ML:
      return "ML";
    case v1::HETEROGENEITY_ESTIMATOR_EMPIRICAL_BAYES:
      return "EB";
    case v1::HETEROGENEITY_ESTIMATOR_SIDIK_JONKMAN:
      return "SJ";
    case v1::HETEROGENEITY_ESTIMATOR_HEDGES:
      return "HE";
    case v1::HETEROGENEITY_ESTIMATOR_HUNTER_SCHMIDT:
      return "HS";
    default:
      return "REML";
  }
}

std::string TestCode(const v1::ReviewOutcome& plan) {
  switch (plan.interval_method()) {
    case v1::INTERVAL_METHOD_NORMAL:
      return "z";
    case v1::INTERVAL_METHOD_HARTUNG_KNAPP_AD_HOC:
      return "adhoc";
    default:
      return "knha";
  }
}

bool PoolsInverseVariance(const v1::ReviewOutcome& plan) {
  return plan.pooling() == v1::POOLING_METHOD_UNSPECIFIED ||
         plan.pooling() == v1::POOLING_METHOD_INVERSE_VARIANCE;
}

// The standard normal quantile that leaves (100 - `level`) / 2 percent above.
double QuantileOf(double level_percent) {
  const double wanted = (100 - level_percent) / 200;
  double low = 0, high = 10;
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    const double above = std::erfc(middle / std::sqrt(2.0)) / 2;
    (above > wanted ? low : high) = middle;
  }
  return (low + high) / 2;
}

constexpr double kLevelDefault = 95;

double LevelOf(const v1::ReviewOutcome& plan) {
  return plan.has_level() ? plan.level() : kLevelDefault;
}

template <typename Message>
TableCell Number(bool has, Message value) {
  if (!has) return TableCell();
  return TableCell(double{value});
}

TableCell Count(bool has, int32_t value) {
  if (!has) return TableCell();
  return TableCell(int64_t{value});
}

std::vector<TableColumn> ContrastColumns(const v1::ReviewResult& result) {
  std::vector<TableColumn> columns = {
      {"review", ColumnType::kText, "Id of the review"},
      {"outcome", ColumnType::kText, "Id of the outcome in the review"},
      {"design", ColumnType::kText,
       "How participants came into the groups; each design is pooled apart", "",
       AllowedTexts(*v1::StudyDesign_descriptor())},
      {"study", ColumnType::kText, "Short name of the study"},
      {"trial", ColumnType::kText, "Id of the trial in the registry"},
      {"registration", ColumnType::kText,
       "Registry number of the trial, or the number of its publication"},
      {"year", ColumnType::kInteger, "Year"},
      {"group", ColumnType::kText, "The group that the effect is about"},
      {"reference", ColumnType::kText, "The group it is compared with"},
      {"measure", ColumnType::kText,
       "What yi measures, as metafor calls it; HR is a log hazard ratio", "",
       "HR, OR, RR, RD, MD, SMD, PETO, PR, PLO, PAS, PFT, MN"},
      {"yi", ColumnType::kNumber,
       "Effect on the scale of the analysis: the logarithm of a ratio"},
      {"vi", ColumnType::kNumber, "Its sampling variance: sei squared"},
      {"sei", ColumnType::kNumber, "Its standard error"},
      {"ci.lb", ColumnType::kNumber,
       "Lower bound of yi, from sei and the normal distribution"},
      {"ci.ub", ColumnType::kNumber, "Upper bound of yi, likewise"},
      {"level", ColumnType::kNumber, "Level of the intervals", "%"},
      {"effect", ColumnType::kNumber,
       "Effect on the natural scale: the ratio itself, percent for "
       "proportions and risk differences"},
      {"effect.lb", ColumnType::kNumber, "Lower bound of it"},
      {"effect.ub", ColumnType::kNumber, "Upper bound of it"},
      {"printed", ColumnType::kText, "The result as the report prints it"},
      {"derivation", ColumnType::kText,
       "What yi and sei were worked out from; empty when they are printed", "",
       AllowedTexts(*v1::DerivationMethod_descriptor())},
      {"derived", ColumnType::kText,
       "How they were worked out, with the numbers"},
      {"included", ColumnType::kFlag, "Whether the estimate counts"},
      {"reason", ColumnType::kText, "Why it does not; empty when it does", "",
       AllowedTexts(*v1::ExclusionReason_descriptor())},
      {"explanation", ColumnType::kText, "The same in words"},
      {"ai", ColumnType::kInteger, "Participants of the group with the event"},
      {"n1i", ColumnType::kInteger, "Participants of the group"},
      {"ci", ColumnType::kInteger,
       "Participants of the reference with the event"},
      {"n2i", ColumnType::kInteger, "Participants of the reference"},
      {"weight", ColumnType::kNumber,
       "Weight in the pooled effect; empty when nothing was pooled", "%"},
      {"rob", ColumnType::kText, "Overall risk of bias", "",
       AllowedTexts(*v1::RiskOfBiasJudgement_descriptor())},
      {"disputed", ColumnType::kFlag,
       "Whether a value it rests on is disputed"},
      {"secondary", ColumnType::kFlag,
       "Whether it was read through another report than its own"},
      {"method", ColumnType::kText,
       "Estimator by which the outcome is pooled, as rma() calls it", "",
       "EE, REML, DL, PM, ML, EB, SJ, HE, HS"},
      {"test", ColumnType::kText, "How its interval is made, as rma() calls it",
       "", "z, knha, adhoc"},
      {"pooling", ColumnType::kText,
       "How studies are weighed; rma() does inverse-variance alone", "",
       AllowedTexts(*v1::PoolingMethod_descriptor())},
      {"source", ColumnType::kText,
       "Where the numbers were read, and what is printed there"},
      {"row", ColumnType::kText, "Id of the evidence row"},
  };
  for (const std::string& name : FieldNames(result, kSubgroupsOf)) {
    columns.push_back({absl::StrCat("subgroup.", name), ColumnType::kText,
                       absl::StrCat("Subgroup by ", name)});
  }
  for (const std::string& name : FieldNames(result, kModeratorsOf)) {
    columns.push_back({absl::StrCat("moderator.", name), ColumnType::kText,
                       absl::StrCat("Moderator ", name)});
  }
  return columns;
}

// Puts a row together, cell by cell, by the names of columns.
class RowBuilder {
 public:
  explicit RowBuilder(const std::vector<TableColumn>& columns)
      : columns_(columns), cells_(columns.size()) {}

  void Set(absl::string_view column, TableCell cell) {
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].name == column) cells_[i] = std::move(cell);
    }
  }
  std::vector<TableCell> Take() { return std::move(cells_); }

 private:
  const std::vector<TableColumn>& columns_;
  std::vector<TableCell> cells_;
};

std::string LastPart(absl::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

// What is alike for every row of an outcome.
void SetPlan(const v1::ReviewResult& result, const v1::OutcomeResult& outcome,
             RowBuilder& row) {
  const v1::ReviewOutcome& plan = outcome.plan();
  row.Set("review", TextCell(LastPart(result.stamp().review())));
  row.Set("outcome", TextCell(outcome.id()));
  row.Set("measure", TextCell(MeasureCode(plan)));
  row.Set("level", LevelOf(plan));
  row.Set("method", TextCell(EstimatorCode(plan)));
  row.Set("test", TextCell(TestCode(plan)));
  row.Set("pooling",
          TextCell(EnumText(*v1::PoolingMethod_descriptor()->FindValueByNumber(
              PoolsInverseVariance(plan) ? v1::POOLING_METHOD_INVERSE_VARIANCE
                                         : plan.pooling()))));
}

// What the evidence row tells, whether or not the estimate counts.
void SetEvidence(const ReviewEvidence& evidence, const std::string& id,
                 const v1::OutcomeResult& outcome, RowBuilder& row) {
  row.Set("row", TextCell(id));
  const auto found = evidence.rows.find(id);
  if (found == evidence.rows.end()) return;
  const v1::EvidenceRow& read = found->second;
  row.Set("year", Count(read.has_year(), read.year()));
  row.Set("secondary", read.secondary());
  row.Set("disputed", !read.conflicts().empty());
  row.Set("source", TextCell(SourceText(read.provenance())));
  if (!read.registrations().empty()) {
    row.Set("registration", TextCell(read.registrations(0)));
  }
  for (const std::string& text : outcome.plan().subgroups()) {
    const PlanField field = ParsePlanField(text);
    row.Set(absl::StrCat("subgroup.", field.name), ValueOf(read, field));
  }
  for (const std::string& text : outcome.plan().moderators()) {
    const PlanField field = ParsePlanField(text);
    row.Set(absl::StrCat("moderator.", field.name), ValueOf(read, field));
  }
}

void SetEffect(const v1::StudyResult& study, const v1::ReviewOutcome& plan,
               RowBuilder& row) {
  if (study.has_yi() && study.has_sei()) {
    const double half = QuantileOf(LevelOf(plan)) * study.sei();
    row.Set("yi", study.yi());
    row.Set("vi", study.sei() * study.sei());
    row.Set("sei", study.sei());
    row.Set("ci.lb", RoundedToDigits(study.yi() - half));
    row.Set("ci.ub", RoundedToDigits(study.yi() + half));
  }
  const v1::EffectEstimate& effect = study.effect();
  row.Set("effect", Number(effect.has_value(), effect.value()));
  row.Set("effect.lb", Number(effect.has_low(), effect.low()));
  row.Set("effect.ub", Number(effect.has_high(), effect.high()));
  row.Set("derivation", TextCell(EnumWord(*v1::DerivationMethod_descriptor(),
                                          study.derivation_method())));
  row.Set("derived", TextCell(study.derivation()));
}

void SetCounts(const v1::StudyResult& study, RowBuilder& row) {
  row.Set("ai", Count(study.has_events(), study.events()));
  row.Set("n1i", Count(study.has_participants(), study.participants()));
  row.Set("ci", Count(study.has_reference_events(), study.reference_events()));
  row.Set("n2i", Count(study.has_reference_participants(),
                       study.reference_participants()));
}

std::vector<TableCell> StudyRow(const ReviewEvidence& evidence,
                                const v1::OutcomeResult& outcome,
                                const v1::StudyResult& study,
                                const std::vector<TableColumn>& columns) {
  RowBuilder row(columns);
  SetPlan(evidence.result, outcome, row);
  SetEvidence(evidence, study.row(), outcome, row);
  row.Set("design",
          TextCell(EnumWord(*v1::StudyDesign_descriptor(), study.design())));
  row.Set("study", TextCell(study.study()));
  row.Set("trial", TextCell(study.trial_id()));
  if (study.has_registration()) {
    row.Set("registration", TextCell(study.registration()));
  }
  row.Set("group", TextCell(study.group()));
  row.Set("reference", TextCell(study.reference()));
  SetEffect(study, outcome.plan(), row);
  SetCounts(study, row);
  row.Set("printed", TextCell(study.printed()));
  row.Set("included", true);
  row.Set("weight", Number(study.has_weight(), study.weight()));
  row.Set("rob", TextCell(EnumWord(*v1::RiskOfBiasJudgement_descriptor(),
                                   study.risk_of_bias())));
  row.Set("disputed", study.disputed());
  row.Set("secondary", study.secondary());
  row.Set("source", TextCell(SourceText(study.provenance())));
  return row.Take();
}

std::vector<TableCell> ExcludedRow(const ReviewEvidence& evidence,
                                   const v1::OutcomeResult& outcome,
                                   const v1::ExcludedResult& excluded,
                                   const std::vector<TableColumn>& columns) {
  RowBuilder row(columns);
  SetPlan(evidence.result, outcome, row);
  SetEvidence(evidence, excluded.row(), outcome, row);
  row.Set("design",
          TextCell(EnumWord(*v1::StudyDesign_descriptor(), excluded.design())));
  row.Set("study", TextCell(excluded.study()));
  row.Set("trial", TextCell(excluded.trial_id()));
  row.Set("group", TextCell(excluded.group()));
  row.Set("reference", TextCell(excluded.reference()));
  row.Set("printed", TextCell(excluded.printed()));
  row.Set("included", false);
  row.Set("reason", TextCell(EnumWord(*v1::ExclusionReason_descriptor(),
                                      excluded.reason())));
  row.Set("explanation", TextCell(excluded.explanation()));
  return row.Take();
}

std::vector<TableColumn> ArmColumns() {
  return {
      {"review", ColumnType::kText, "Id of the review"},
      {"outcome", ColumnType::kText, "Id of the outcome in the review"},
      {"design", ColumnType::kText,
       "How participants came into the groups; each design is pooled apart", "",
       AllowedTexts(*v1::StudyDesign_descriptor())},
      {"study", ColumnType::kText, "Short name of the study"},
      {"trial", ColumnType::kText, "Id of the trial in the registry"},
      {"year", ColumnType::kInteger, "Year"},
      {"group", ColumnType::kText, "The first group, of ai, n1i, m1i, sd1i"},
      {"reference", ColumnType::kText, "The second, of ci, n2i, m2i, sd2i"},
      {"measure", ColumnType::kText,
       "What the outcome pools, as escalc() calls it", "",
       "HR, OR, RR, RD, MD, SMD, PETO, PR, PLO, PAS, PFT, MN"},
      {"ai", ColumnType::kInteger, "Participants of the group with the event"},
      {"n1i", ColumnType::kInteger, "Participants of the group"},
      {"ci", ColumnType::kInteger,
       "Participants of the reference with the event"},
      {"n2i", ColumnType::kInteger, "Participants of the reference"},
      {"m1i", ColumnType::kNumber, "Mean of the group"},
      {"sd1i", ColumnType::kNumber, "Standard deviation in the group"},
      {"m2i", ColumnType::kNumber, "Mean of the reference"},
      {"sd2i", ColumnType::kNumber, "Standard deviation in the reference"},
      {"unit", ColumnType::kText, "UCUM unit of means"},
      {"xi", ColumnType::kInteger,
       "Participants with the event, of an outcome of single groups"},
      {"ni", ColumnType::kInteger, "Participants of the single group"},
      {"from_percentages", ColumnType::kFlag,
       "Whether counts were worked out from printed percentages"},
      {"source", ColumnType::kText,
       "Where the numbers were read, and what is printed there"},
      {"row", ColumnType::kText, "Id of the evidence row"},
  };
}

// The standard deviation that `row`, a mean, is printed with, or that follows
// from a standard error.
std::optional<double> DeviationOf(const v1::EvidenceRow& row) {
  const v1::Dispersion& spread = row.estimate().dispersion();
  if (!spread.has_value()) return std::nullopt;
  switch (spread.kind()) {
    case v1::DISPERSION_KIND_STANDARD_DEVIATION:
      return spread.value();
    case v1::DISPERSION_KIND_STANDARD_ERROR:
      if (!row.has_participants()) return std::nullopt;
      return RoundedToDigits(spread.value() * std::sqrt(row.participants()));
    default:
      return std::nullopt;
  }
}

// The mean of the group called `group` in the record of `contrast`, read in the
// same report; null when there is none, or more than one.
const v1::EvidenceRow* FindMean(const ReviewEvidence& evidence,
                                const v1::EvidenceRow& contrast,
                                absl::string_view group) {
  const v1::EvidenceRow* found = nullptr;
  for (const auto& [id, row] : evidence.rows) {
    if (row.kind() != v1::EVIDENCE_KIND_ESTIMATE ||
        row.statistic() != v1::STATISTIC_MEAN || !row.has_value() ||
        row.record() != contrast.record() || row.group() != group ||
        row.report() != contrast.report() ||
        row.time_months() != contrast.time_months()) {
      continue;
    }
    if (found != nullptr) return nullptr;
    found = &row;
  }
  return found;
}

// Whether any mean stands beside the effect.
bool SetMeans(const ReviewEvidence& evidence, const v1::StudyResult& study,
              RowBuilder& row) {
  const auto contrast = evidence.rows.find(study.row());
  if (contrast == evidence.rows.end()) return false;
  const v1::EvidenceRow* const first =
      FindMean(evidence, contrast->second, study.group());
  const v1::EvidenceRow* const second =
      FindMean(evidence, contrast->second, study.reference());
  if (first == nullptr || second == nullptr || first == second) return false;
  const auto set = [&](const v1::EvidenceRow& mean, const char* value,
                       const char* deviation, const char* participants) {
    row.Set(value, mean.value());
    const std::optional<double> spread = DeviationOf(mean);
    if (spread.has_value()) row.Set(deviation, *spread);
    row.Set(participants, Count(mean.has_participants(), mean.participants()));
  };
  set(*first, "m1i", "sd1i", "n1i");
  set(*second, "m2i", "sd2i", "n2i");
  row.Set("unit", TextCell(first->unit()));
  return true;
}

}  // namespace

absl::StatusOr<ReviewEvidence> ReadReviewEvidence(Caller& caller,
                                                  absl::string_view review,
                                                  absl::string_view at,
                                                  absl::string_view since,
                                                  CallOptions options) {
  ReviewEvidence evidence;
  ASSIGN_OR_RETURN(evidence.result, RunReview(caller, review, at, options));
  if (!since.empty()) {
    ASSIGN_OR_RETURN(const v1::ReviewResult before,
                     RunReview(caller, review, since, options));
    CountSince(before, evidence.result);
  }
  const absl::string_view registry =
      review.substr(0, review.rfind("/reviews/"));
  RETURN_IF_ERROR(ReadRows(caller, registry, evidence.result.stamp().frontier(),
                           options, evidence.rows));
  return evidence;
}

Table ContrastTable(const ReviewEvidence& evidence) {
  Table table{.name = "effects",
              .meaning = "One estimate that the filter of an outcome found",
              .columns = ContrastColumns(evidence.result)};
  for (const v1::OutcomeResult& outcome : evidence.result.outcomes()) {
    for (const v1::StudyResult& study : outcome.studies()) {
      table.rows.push_back(StudyRow(evidence, outcome, study, table.columns));
    }
    for (const v1::ExcludedResult& excluded : outcome.excluded()) {
      table.rows.push_back(
          ExcludedRow(evidence, outcome, excluded, table.columns));
    }
  }
  return table;
}

Table ArmTable(const ReviewEvidence& evidence) {
  Table table{.name = "arms",
              .meaning = "The arms of one estimate that counts",
              .columns = ArmColumns()};
  for (const v1::OutcomeResult& outcome : evidence.result.outcomes()) {
    const bool single = !outcome.plan().has_measure();
    for (const v1::StudyResult& study : outcome.studies()) {
      RowBuilder row(table.columns);
      SetPlan(evidence.result, outcome, row);
      SetEvidence(evidence, study.row(), outcome, row);
      row.Set("design", TextCell(EnumWord(*v1::StudyDesign_descriptor(),
                                          study.design())));
      row.Set("study", TextCell(study.study()));
      row.Set("trial", TextCell(study.trial_id()));
      row.Set("group", TextCell(study.group()));
      row.Set("reference", TextCell(study.reference()));
      row.Set("from_percentages", study.counts_from_percentages());
      row.Set("source", TextCell(SourceText(study.provenance())));
      const bool has_counts =
          study.has_events() && (single || study.has_reference_events());
      if (single && has_counts) {
        row.Set("xi", int64_t{study.events()});
        row.Set("ni", Count(study.has_participants(), study.participants()));
      } else if (has_counts) {
        SetCounts(study, row);
      }
      if (SetMeans(evidence, study, row) || has_counts) {
        table.rows.push_back(row.Take());
      }
    }
  }
  return table;
}

std::string MetaforCall(const v1::OutcomeResult& outcome) {
  const v1::ReviewOutcome& plan = outcome.plan();
  if (!PoolsInverseVariance(plan)) return "";
  std::string call =
      absl::StrCat("rma(yi, vi, data=d, subset=included & outcome==\"",
                   outcome.id(), "\" & design==\"",
                   EnumWord(*v1::StudyDesign_descriptor(), outcome.design()),
                   "\", method=\"", EstimatorCode(plan), "\", test=\"",
                   TestCode(plan), "\"");
  if (LevelOf(plan) != kLevelDefault) {
    absl::StrAppend(&call, ", level=", ShortestDecimal(LevelOf(plan)));
  }
  return absl::StrCat(call, ")");
}

std::string SourceText(
    const google::protobuf::RepeatedPtrField<v1::Provenance>& provenance) {
  std::vector<std::string> places;
  std::set<std::string> seen;
  for (const v1::Provenance& each : provenance) {
    const v1::Source& source = each.source();
    std::string place =
        source.has_report() ? source.report() : source.registration();
    if (source.has_locator()) {
      absl::StrAppend(&place, place.empty() ? "" : ", ", source.locator());
    }
    if (source.has_text()) {
      absl::StrAppend(&place, place.empty() ? "" : ": ", "'", source.text(),
                      "'");
    }
    if (!place.empty() && seen.insert(place).second) places.push_back(place);
  }
  return absl::StrJoin(places, "; ");
}

}  // namespace consilium
