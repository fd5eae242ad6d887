#include "client/export/fhir_evidence.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/export/fhir_bias.h"
#include "client/export/fhir_codes.h"
#include "client/export/fhir_records.h"
#include "client/export/metafor_terms.h"
#include "client/export/registry_rows.h"
#include "client/export/review_evidence.h"
#include "client/export/table.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

// A variableDefinition; `observed` may be null.
FhirJson Variable(const char* role, absl::string_view description,
                  FhirJson observed) {
  FhirJson variable;
  PutText(variable, "description", description);
  Put(variable, "variableRole", RoleConcept(role));
  Put(variable, "observed", std::move(observed));
  return variable;
}

// The arm that `group` names, when it names just one: "egfr-tki-rt", also
// before subgroups: "egfr-tki-rt, egfr=l858r".
FhirJson ArmReference(const FhirNames& names, const v1::EvidenceRow& row,
                      absl::string_view group) {
  const absl::string_view arm = group.substr(0, group.find(','));
  for (const std::string& trial : row.linked_trials()) {
    FhirJson reference =
        names.ReferenceTo(absl::StrCat("trials/", trial, "/arms/", arm));
    if (!reference.is_null()) return reference;
  }
  return names.ReferenceTo(
      absl::StrCat("trials/", row.trial_id(), "/arms/", arm));
}

std::string GradeWords(const v1::EvidenceRow& row) {
  return row.grade().empty() ? "" : absl::StrCat("grade ", row.grade());
}

void AddVariables(const FhirNames& names, const v1::EvidenceRow& row,
                  absl::string_view measured, FhirJson& evidence) {
  const auto add = [&evidence](FhirJson variable) {
    Add(evidence, "variableDefinition", std::move(variable));
  };
  add(Variable("population", EnumWords(row.population()),
               names.ReferenceTo(
                   PopulationName(absl::StrCat("trials/", row.trial_id())))));
  if (!row.subgroups().empty()) {
    add(Variable("subpopulation", absl::StrJoin(row.subgroups(), "; "),
                 nullptr));
  }
  if (row.has_group()) {
    add(Variable("exposure", row.group(),
                 ArmReference(names, row, row.group())));
  }
  if (row.has_reference()) {
    add(Variable("referenceExposure", row.reference(),
                 ArmReference(names, row, row.reference())));
  }
  add(Variable("measuredVariable",
               JoinWords({std::string(measured), GradeWords(row)}, ", "),
               names.ReferenceTo(RelativeName(row.record()))));
}

FhirJson RangeOf(bool has_low, double low, bool has_high, double high,
                 absl::string_view unit) {
  FhirJson range;
  if (has_low) Put(range, "low", FhirQuantity(low, unit));
  if (has_high) Put(range, "high", FhirQuantity(high, unit));
  return range;
}

// An attributeEstimate that is a range. Null without bounds.
FhirJson RangeAttribute(FhirJson type, FhirJson range, bool has_level,
                        double level) {
  FhirJson attribute;
  if (range.is_null()) return attribute;
  Put(attribute, "type", std::move(type));
  if (has_level) {
    attribute["level"] = FhirNumber(RoundedToDigits(level / 100));
  }
  Put(attribute, "range", std::move(range));
  return attribute;
}

// An attributeEstimate that is one number. Null without it.
FhirJson NumberAttribute(FhirJson type, bool has_value, double value,
                         v1::Comparator comparator = v1::COMPARATOR_UNSPECIFIED,
                         absl::string_view unit = "") {
  FhirJson attribute;
  if (!has_value) return attribute;
  Put(attribute, "type", std::move(type));
  Put(attribute, "quantity", FhirQuantity(value, unit, comparator));
  return attribute;
}

// What kind of number a row of adverse events is, when it has no measure.
v1::Statistic StatisticOf(const v1::EvidenceRow& row) {
  if (row.has_statistic()) return row.statistic();
  return row.has_value() ? v1::STATISTIC_PROPORTION : v1::STATISTIC_COUNT;
}

std::string StatisticKindText(const v1::EvidenceRow& row) {
  std::string kind = row.has_measure() ? EnumWords(row.measure())
                                       : EnumWords(StatisticOf(row));
  if (row.has_time_months()) {
    absl::StrAppend(&kind, " at ", NumberWords(row.time_months(), "mo"));
  }
  return JoinWords({kind, EnumWords(row.method()), row.adjustment()}, ", ");
}

// What the report says in place of a number, or of how it is bounded.
std::string RemarkText(const v1::EvidenceRow& row) {
  return JoinWords(
      {row.comparator() == v1::COMPARATOR_APPROXIMATE ? "approximately" : "",
       row.value_status() == v1::VALUE_STATUS_REPORTED
           ? ""
           : EnumWords(row.value_status()),
       EnumWords(row.significance()), EnumWords(row.occurrence()),
       row.statement()},
      "; ");
}

FhirJson StatisticOfRow(const v1::EvidenceRow& row) {
  const std::string& unit = row.unit();
  FhirJson statistic;
  PutText(statistic, "description", Capitalized(StatisticKindText(row)));
  Add(statistic, "note", Annotation(RemarkText(row)));
  Put(statistic, "statisticType",
      row.has_measure() ? MeasureConcept(row.measure())
                        : StatisticConcept(StatisticOf(row)));
  if (row.has_value()) {
    Put(statistic, "quantity",
        FhirQuantity(row.value(), unit, row.comparator()));
  }
  if (row.has_events()) statistic["numberAffected"] = row.events();
  if (row.has_participants()) {
    FhirJson size;
    size["numberOfParticipants"] = row.participants();
    Put(statistic, "sampleSize", std::move(size));
  }
  Add(statistic, "attributeEstimate",
      RangeAttribute(
          row.has_value() ? IntervalType() : RangeType(),
          RangeOf(row.has_low(), row.low(), row.has_high(), row.high(), unit),
          row.has_level(), row.level()));
  Add(statistic, "attributeEstimate",
      NumberAttribute(PValueType(), row.has_p(), row.p(), row.p_comparator()));
  Add(statistic, "attributeEstimate",
      NumberAttribute(TextConcept(row.has_measure() ? "Standard error, of the "
                                                      "logarithm for ratios"
                                                    : "Standard error"),
                      row.has_standard_error(), row.standard_error()));
  return statistic;
}

FhirJson Related(const char* type, FhirJson reference) {
  FhirJson related;
  if (reference.is_null()) return related;
  related["type"] = type;
  Put(related, "resourceReference", std::move(reference));
  return related;
}

// "SINDAS: Overall survival (OS), hazard ratio, egfr-tki-rt versus egfr-tki".
std::string ResultTitle(const v1::EvidenceRow& row,
                        absl::string_view measured) {
  const std::string who =
      row.has_reference()
          ? absl::StrCat(row.group(), " versus ", row.reference())
          : row.group();
  return JoinWords(
      {row.study(), JoinWords({std::string(measured), GradeWords(row),
                               StatisticKindText(row), who},
                              ", ")},
      ": ");
}

void AddModel(const v1::ReviewOutcome& plan, FhirJson& statistic) {
  const auto add = [&statistic](FhirJson code) {
    FhirJson characteristic;
    Put(characteristic, "code", std::move(code));
    Add(statistic, "modelCharacteristic", std::move(characteristic));
  };
  const bool common = plan.model() == v1::POOLING_MODEL_COMMON_EFFECT;
  add(ModelConcept(common ? "effectsFixed" : "effectsRandom"));
  switch (plan.pooling()) {
    case v1::POOLING_METHOD_MANTEL_HAENSZEL:
      add(ModelConcept("poolMantelHaenzsel"));  // As the set spells it.
      break;
    case v1::POOLING_METHOD_PETO:
      add(ModelConcept("poolPeto"));
      break;
    case v1::POOLING_METHOD_GLMM:
      add(ModelConcept("poolGeneralizedLinearMixedModel"));
      break;
    default:
      add(ModelConcept("poolInverseVariance"));
  }
  if (common || !PoolsInverseVariance(plan)) return;
  add(EstimatorConcept(plan.estimator()));
  const std::string test = TestCode(plan);
  if (test == "knha") add(ModelConcept("hartungKnapp"));
  if (test == "adhoc") add(ModelConcept("modifiedHartungKnapp"));
}

FhirJson PooledStatistic(const v1::OutcomeResult& outcome) {
  const v1::PooledEffect& pooled = outcome.pooled();
  const v1::EffectEstimate& effect = pooled.effect();
  const v1::EffectEstimate& prediction = pooled.prediction();
  const v1::ReviewOutcome& plan = outcome.plan();
  FhirJson statistic, size;
  PutText(statistic, "description", pooled.method());
  for (const std::string& note : pooled.notes()) {
    Add(statistic, "note", Annotation(note));
  }
  Put(statistic, "statisticType",
      plan.has_measure() ? MeasureConcept(plan.measure())
                         : StatisticConcept(plan.statistic()));
  if (effect.has_value()) {
    Put(statistic, "quantity", FhirQuantity(effect.value(), outcome.unit()));
  }
  size["numberOfStudies"] = outcome.studies_size();
  if (pooled.has_participants()) {
    size["numberOfParticipants"] = pooled.participants();
  }
  Put(statistic, "sampleSize", std::move(size));
  const auto add = [&statistic](FhirJson attribute) {
    Add(statistic, "attributeEstimate", std::move(attribute));
  };
  add(RangeAttribute(IntervalType(),
                     RangeOf(effect.has_low(), effect.low(), effect.has_high(),
                             effect.high(), outcome.unit()),
                     effect.has_level(), effect.level()));
  add(RangeAttribute(
      TextConcept("Prediction interval"),
      RangeOf(prediction.has_low(), prediction.low(), prediction.has_high(),
              prediction.high(), outcome.unit()),
      prediction.has_level(), prediction.level()));
  add(NumberAttribute(PValueType(), pooled.has_p(), pooled.p()));
  add(NumberAttribute(Tau2Type(), pooled.has_tau2(), pooled.tau2()));
  add(NumberAttribute(I2Type(), pooled.has_i2(), pooled.i2(),
                      v1::COMPARATOR_UNSPECIFIED, "%"));
  add(NumberAttribute(QType(), pooled.has_q(), pooled.q()));
  AddModel(plan, statistic);
  return statistic;
}

FhirJson CertaintyOf(const v1::OutcomeResult& outcome) {
  FhirJson certainty;
  if (!outcome.has_certainty()) return certainty;
  const v1::Certainty& judged = outcome.certainty();
  PutText(certainty, "description", judged.statement());
  Add(certainty, "note", Annotation(judged.note()));
  if (outcome.certainty_outdated()) {
    Add(certainty, "note", Annotation("Judged of other inputs than these"));
  }
  Put(certainty, "type",
      CertaintyTypeConcept(v1::CERTAINTY_DOMAIN_UNSPECIFIED));
  Put(certainty, "rating", CertaintyRatingConcept(judged.level()));
  PutText(certainty, "rater", absl::StrJoin(judged.assessors(), ", "));
  for (const v1::CertaintyStep& step : judged.steps()) {
    FhirJson part;
    PutText(part, "description", step.reason());
    Put(part, "type", CertaintyTypeConcept(step.domain()));
    Put(part, "rating", CertaintyStepConcept(step.levels()));
    Add(certainty, "subcomponent", std::move(part));
  }
  return certainty;
}

}  // namespace

bool IsResult(const v1::EvidenceRow& row) {
  switch (row.kind()) {
    case v1::EVIDENCE_KIND_ESTIMATE:
    case v1::EVIDENCE_KIND_CONTRAST:
    case v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT:
    case v1::EVIDENCE_KIND_ADVERSE_EVENT_CONTRAST:
      return true;
    default:
      return false;
  }
}

FhirJson ResultResource(
    const FhirNames& names, const v1::EvidenceRow& row,
    absl::string_view measured,
    const std::vector<const v1::RiskOfBiasAssessment*>& bias) {
  FhirJson evidence = BeginResource(names, "Evidence", row.id());
  PutText(evidence, "title", ResultTitle(row, measured));
  Put(evidence, "citeAsReference",
      names.ReferenceTo(absl::StrCat("publications/", row.report())));
  evidence["status"] = "active";
  Add(evidence, "relatedArtifact",
      Related("part-of",
              names.ReferenceTo(absl::StrCat("trials/", row.trial_id()))));
  PutText(evidence, "description", row.printed());
  const std::string source = SourceText(row.provenance());
  if (!source.empty()) {
    Add(evidence, "note", Annotation(absl::StrCat("Read in ", source)));
  }
  if (row.secondary()) {
    Add(evidence, "note",
        Annotation("Read through another report: a secondary "
                   "source"));
  }
  if (!row.conflicts().empty()) {
    Add(evidence, "note",
        Annotation(absl::StrCat("In conflict between institutions, with a "
                                "provisional value: ",
                                absl::StrJoin(row.conflicts(), ", "))));
  }
  AddVariables(names, row, measured, evidence);
  Add(evidence, "studyDesign", DesignConcept(row.design()));
  Add(evidence, "statistic", StatisticOfRow(row));
  for (const v1::RiskOfBiasAssessment* each : bias) {
    Add(evidence, "certainty", BiasCertainty(*each));
  }
  return evidence;
}

std::string PooledName(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome) {
  return absl::StrCat(
      RelativeName(result.stamp().review()), "#", outcome.id(), "/",
      EnumWord(*v1::StudyDesign_descriptor(), outcome.design()));
}

FhirJson PooledResource(const FhirNames& names, const v1::ReviewResult& result,
                        const v1::OutcomeResult& outcome) {
  const v1::Review& protocol = result.protocol();
  FhirJson evidence =
      BeginResource(names, "Evidence", PooledName(result, outcome));
  PutText(evidence, "title",
          outcome.title().empty() ? outcome.id() : outcome.title());
  evidence["status"] = "active";
  for (const v1::StudyResult& study : outcome.studies()) {
    Add(evidence, "relatedArtifact",
        Related("composed-of", names.ReferenceTo(study.row(), study.study())));
  }
  PutText(evidence, "description", protocol.question());
  PutText(evidence, "assertion", outcome.conclusion());
  Add(evidence, "note",
      Annotation(absl::StrCat("Hash of the inputs: ", outcome.inputs_hash())));
  const auto add = [&evidence](const char* role, const std::string& text) {
    if (text.empty()) return;
    Add(evidence, "variableDefinition", Variable(role, text, nullptr));
  };
  add("population", protocol.population());
  add("exposure", protocol.intervention());
  add("referenceExposure", protocol.comparator());
  add("measuredVariable",
      outcome.title().empty() ? outcome.id() : outcome.title());
  if (outcome.state() == v1::OUTCOME_STATE_POOLED) {
    Put(evidence, "synthesisType",
        CodeableConcept("http://terminology.hl7.org/CodeSystem/synthesis-type",
                        "std-MA"));
  }
  Add(evidence, "studyDesign", DesignConcept(outcome.design()));
  Add(evidence, "statistic", PooledStatistic(outcome));
  Add(evidence, "certainty", CertaintyOf(outcome));
  return evidence;
}

}  // namespace consilium
