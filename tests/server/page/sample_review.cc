#include "tests/server/page/sample_review.h"

#include <google/protobuf/text_format.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"

namespace consilium {
namespace {

// Made to be looked at, and no evidence: the hazard ratios are those that four
// trials print, of settings that nobody would pool; groups, counts, judgements
// and everything else are made up. The pooled numbers are what metafor's REML
// with Hartung and Knapp gives for these four ratios (tau2 0.178623).
constexpr char kReview[] = R"pb(
  stamp {
    review: "registries/nsclc/reviews/targeted-rt"
    registry_id: "9c1e5a64d2f0b7"
    at: "snapshots/2026-q4"
    frontier: "north:41,south:17"
    digest: "95865f05e7ea453ca1360c4e2584c2f1c94da589aba1cdf70d94c812cfbb44a3"
    rule_version: 1
    review_version: 1
    inputs_hash: "b4a80e9ea834e009138a3bfadd3e0ac3a1077ac8fe9ac997a96fc98858d33797"
    evidence_time: "2026-11-20T09:12:44Z"
    snapshot_time: "2026-11-23T10:50:55Z"
  }
  protocol {
    title: "Targeted drugs with radiotherapy in non-small-cell lung cancer"
    question: "In people with NSCLC and a targetable alteration, does radiotherapy added to a targeted drug lengthen life without progression, and at what cost in toxicity?"
    population: "Adults with NSCLC and an alteration that a drug targets"
    intervention: "A targeted drug with radiotherapy"
    comparator: "The drug alone, or radiotherapy alone"
    authors: "A. Meyer"
    authors: "B. Rossi"
    protocol_registration: "PROSPERO CRD42026000001"
    living_mode {
      justification: "Several trials report each year"
      search_interval { value: 1 unit: "mo" }
      update_interval { value: 6 unit: "mo" }
      triggers: "a conclusion crosses its threshold"
      retirement: "When no trial is ongoing"
    }
    searches { database: "pubmed" date: "2026-11-01" records: 1204 }
    searches { database: "clinicaltrials-gov" date: "2026-11-01" }
    amendments {
      date: "2026-10-02"
      topic: "pfs"
      text: "Subgroups by generation of drug"
      reason: "asked for by readers"
      after_data: ANSWER_YES
    }
  }
  included_trials: "nct02296125"
  included_trials: "nct02893332"
  notices: "Amendment of 2026-10-02 (pfs) was made when results were known."
  outcomes {
    id: "pfs"
    title: "Progression-free survival"
    plan {
      id: "pfs"
      measure: EFFECT_MEASURE_HAZARD_RATIO
      importance: OUTCOME_IMPORTANCE_CRITICAL
    }
    state: OUTCOME_STATE_POOLED
    design: STUDY_DESIGN_RANDOMIZED
    log_scale: true
    null_value: 1
    favours_low: "favours drug with radiotherapy"
    favours_high: "favours drug alone"
    studies {
      row: "r1"
      trial_id: "nct02296125"
      study: "FLAURA"
      year: 2018
      design: STUDY_DESIGN_RANDOMIZED
      effect { value: 0.46 low: 0.37 high: 0.57 level: 95 }
      yi: -0.776529
      sei: 0.11024
      weight: 26.8
      participants: 279
      events: 136
      reference_participants: 277
      reference_events: 206
      group: "osimertinib"
      reference: "gefitinib or erlotinib"
      printed: "HR 0.46 (95% CI 0.37-0.57)"
      derivation: "log of the ratio; standard error from the 95% interval"
      risk_of_bias: RISK_OF_BIAS_JUDGEMENT_LOW
      registration: "NCT02296125"
      provenance {
        path: "contrasts[flaura]"
        record: "registries/nsclc/trials/nct02296125/endpoints/pfs"
        source {
          report: "pmid-29151359"
          locator: "Figure 1"
          text: "hazard ratio, 0.46; 95% CI, 0.37 to 0.57"
        }
        institution: "north"
        author: "a.meyer"
        claimed_time: "2026-11-03T08:00:00Z"
        change: "8cdd72df831b77aa"
      }
    }
    studies {
      row: "r2"
      trial_id: "nct02151981"
      study: "AURA3"
      year: 2017
      design: STUDY_DESIGN_RANDOMIZED
      effect { value: 0.30 low: 0.23 high: 0.41 level: 95 }
      yi: -1.203973
      sei: 0.147465
      weight: 25.4
      participants: 279
      reference_participants: 140
      group: "osimertinib"
      reference: "chemotherapy"
      risk_of_bias: RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS
      secondary: true
      registration: "NCT02151981"
      notes: "The interval is not symmetric on the logarithmic scale (0.023)"
    }
    studies {
      row: "r3"
      trial_id: "nct02893332"
      study: "SINDAS"
      year: 2022
      design: STUDY_DESIGN_RANDOMIZED
      effect { value: 0.6188 low: 0.3949 high: 0.9697 level: 95 }
      yi: -0.48
      sei: 0.2292
      weight: 22.1
      participants: 68
      reference_participants: 65
      group: "EGFR-TKI with SBRT"
      reference: "EGFR-TKI"
      disputed: true
      disputed_effects { value: 0.44 low: 0.28 high: 0.70 level: 95 }
      risk_of_bias: RISK_OF_BIAS_JUDGEMENT_HIGH
      registration: "NCT02893332"
    }
    studies {
      row: "r4"
      trial_id: "nct02511106"
      study: "ADAURA"
      year: 2020
      design: STUDY_DESIGN_RANDOMIZED
      effect { value: 0.20 low: 0.15 high: 0.27 level: 95 }
      yi: -1.609
      sei: 0.15
      weight: 25.7
      participants: 339
      reference_participants: 343
      group: "osimertinib"
      reference: "placebo"
    }
    excluded {
      row: "x1"
      trial_id: "nct01887795"
      study: "ENTER"
      reason: EXCLUSION_REASON_MEDIAN
      printed: "median 9.2 vs 8.3 months"
      explanation: "no hazard ratio is printed"
      direction: DIRECTION_NO_DIFFERENCE
      group: "WBRT with erlotinib"
      reference: "WBRT"
    }
    pooled {
      effect { value: 0.376 low: 0.1863 high: 0.7589 level: 95 }
      estimate: -0.978
      standard_error: 0.2208
      statistic: -4.43
      degrees_of_freedom: 3
      p: 0.0213
      studies: 4
      prediction { low: 0.083 high: 1.70 level: 95 }
      tau2: 0.178623
      tau2_low: 0.0521
      tau2_high: 2.61
      q: 36.292
      q_df: 3
      q_p: 0.0000001
      i2: 91.1
      i2_from_q: 91.7
      method: "Random effects, REML; Hartung and Knapp; prediction interval t with k - 1"
    }
    disputed {
      id: "low"
      title: "Lowest"
      pooled {
        effect { value: 0.343 low: 0.19 high: 0.62 level: 95 }
        studies: 4
      }
    }
    disputed {
      id: "high"
      title: "Highest"
      pooled {
        effect { value: 0.376 low: 0.1863 high: 0.7589 level: 95 }
        studies: 4
      }
    }
    subgroups {
      field: "drug_classes"
      parts {
        id: "egfr-tki-1g"
        title: "First generation"
        rows: "r3"
        explanation: "one study"
      }
      parts {
        id: "egfr-tki-3g"
        title: "Third generation"
        rows: "r1"
        rows: "r2"
        rows: "r4"
        pooled {
          effect { value: 0.304 low: 0.108 high: 0.857 level: 95 }
          studies: 3
          tau2: 0.162
          i2: 91
        }
      }
      q: 3.1
      q_df: 1
      p: 0.078
    }
    sensitivity {
      id: "low-risk"
      title: "Low risk of bias alone"
      explanation: "one study"
      possible { row: "r2" trial_id: "nct02893332" study: "SINDAS" fields: "p" }
    }
    leave_one_out {
      id: "r1"
      title: "without FLAURA"
      pooled {
        effect { value: 0.33 low: 0.08 high: 1.3 level: 95 }
        studies: 3
        tau2: 0.29
        i2: 90
      }
    }
    small_study_tests {
      name: "Egger"
      explanation: "funnel tests need ten studies; there are 4"
    }
    certainty {
      level: CERTAINTY_LEVEL_MODERATE
      initial: CERTAINTY_LEVEL_HIGH
      statement: "Radiotherapy added to a targeted drug probably lengthens the time without progression."
      steps {
        domain: CERTAINTY_DOMAIN_INCONSISTENCY
        levels: -1
        reason: "I2 is 91%"
      }
    }
    baseline_per_1000: 743
    group_per_1000 { value: 400 low: 224 high: 643 level: 95 }
    difference_per_1000 { value: -343 low: -519 high: -100 level: 95 }
    conclusion_state: CONCLUSION_STATE_BEYOND
  }
  outcomes {
    id: "os"
    title: "Overall survival"
    plan { id: "os" measure: EFFECT_MEASURE_HAZARD_RATIO }
    state: OUTCOME_STATE_NOT_POOLABLE
    design: STUDY_DESIGN_RANDOMIZED
    null_value: 1
    log_scale: true
    explanation: "Two results matched; neither tells a standard error."
    possible {
      row: "m1"
      trial_id: "nct00000001"
      study: "Open trial"
      fields: "drugClasses"
      fields: "p"
      printed: "P < 0.1"
      group: "EGFR-TKI with SBRT"
    }
    excluded {
      row: "x2"
      trial_id: "nct02893332"
      study: "SINDAS"
      reason: EXCLUSION_REASON_NO_VARIANCE
      printed: "HR 0.68, P < 0.05"
      explanation: "P < 0.05 is a bound"
      direction: DIRECTION_BETTER
    }
  }
  sections {
    id: "egfr-tki"
    title: "EGFR inhibitors with radiotherapy"
    trials {
      id: "trials/nct02893332"
      kind: EVIDENCE_KIND_TRIAL
      trial_id: "nct02893332"
      study: "SINDAS"
      year: 2022
      design: STUDY_DESIGN_RANDOMIZED
      registrations: "NCT02893332"
      status: TRIAL_STATUS_COMPLETED
      title: "EGFR-TKI with or without <script>alert(1)</script> radiotherapy"
      participants: 133
      secondary: true
      arms {
        name: "registries/nsclc/trials/nct02893332/arms/egfr-tki-sbrt"
        title: "EGFR-TKI with SBRT"
        drugs {
          drug: "gefitinib"
          dose { amount { value: 250 unit: "mg" } }
        }
        radiotherapies {
          technique: RADIOTHERAPY_TECHNIQUE_SBRT
          total_dose { low: 25 high: 40 unit: "Gy" }
          fractions { value: 5 }
        }
      }
    }
    results {
      id: "e1"
      kind: EVIDENCE_KIND_ESTIMATE
      trial_id: "nct02893332"
      study: "SINDAS"
      outcome: "pfs"
      statistic: STATISTIC_MEDIAN
      value: 20.2
      unit: "mo"
      printed: "20.2 months"
      group: "EGFR-TKI with SBRT"
      conflicts: "estimates[a]"
      secondary: true
      report: "pmid-35094066"
      provenance {
        record: "registries/nsclc/trials/nct02893332/endpoints/pfs"
        source {
          report: "nsclc-review"
          locator: "section 2.1"
          cites: "pmid-35094066"
          text: "20.2 months"
        }
        institution: "north"
        author: "a.meyer"
      }
    }
    adverse_events {
      id: "a1"
      kind: EVIDENCE_KIND_ADVERSE_EVENT_COUNT
      trial_id: "nct02893332"
      study: "SINDAS"
      adverse_event: "radiation-pneumonitis"
      grade: ">=3"
      events: 5
      participants: 68
      group: "EGFR-TKI with SBRT"
    }
    conclusions {
      study: "SINDAS"
      statement: "Upfront SBRT with a TKI improved PFS and OS."
    }
    possible {
      trial_id: "nct00000001"
      study: "Open trial"
      fields: "drugClasses"
    }
  }
  sections {
    id: "preclinical"
    title: "Preclinical evidence"
    never_pooled: true
    trials {
      id: "trials/p1"
      trial_id: "p1"
      study: "Chinnaiyan 2005"
      design: STUDY_DESIGN_PRECLINICAL
      title: "Erlotinib and radiation in xenografts"
    }
  }
  ongoing {
    trial_id: "nct03769103"
    study: "NORTHSTAR"
    title: "Osimertinib with or without local therapy"
    registrations: "NCT03410043"
    status: TRIAL_STATUS_ACTIVE_NOT_RECRUITING
  }
  possible_trials {
    row: "trials/nct00000001"
    trial_id: "nct00000001"
    study: "Open trial"
    fields: "drugClasses"
    fields: "treatment"
  }
  excluded_trials {
    trial_id: "nct01"
    study: "Drug alone"
    reason: EXCLUSION_REASON_PROTOCOL
    explanation: "named by the protocol"
  }
  gap_map {
    drug_class: "egfr-tki"
    radiotherapy: "sbrt"
    trials: 9
    randomized: 2
    ongoing: 3
    participants: 812
  }
  gap_map {
    drug_class: "egfr-tki"
    radiotherapy: "wbrt"
    trials: 12
    randomized: 4
    participants: 1402
  }
  gap_map { drug_class: "alk-inhibitor" radiotherapy: "srs" trials: 2 }
  gap_map { drug_class: "alk-inhibitor" radiotherapy: "" ongoing: 1 }
  gap_map {
    drug_class: "kras-inhibitor"
    radiotherapy: "sbrt"
    preclinical: 2
    ongoing: 1
  }
  terms {
    vocabulary: VOCABULARY_DRUG_CLASS
    id: "egfr-tki"
    title: "EGFR tyrosine kinase inhibitor"
  }
  terms {
    vocabulary: VOCABULARY_RADIOTHERAPY
    id: "sbrt"
    title: "stereotactic body radiotherapy"
  }
  terms {
    vocabulary: VOCABULARY_RADIOTHERAPY
    id: "wbrt"
    title: "whole-brain radiotherapy"
  }
  toxicity {
    adverse_event: "radiation-pneumonitis"
    title: "Radiation pneumonitis"
    trial_id: "nct02893332"
    study: "SINDAS"
    group: "EGFR-TKI with SBRT"
    cells {
      grade: "3-4"
      affected: 5
      at_risk: 68
      percentage: 7.4
      disputed: true
    }
    cells { grade: "5" occurrence: "none-observed" }
  }
  toxicity {
    adverse_event: "rash"
    title: "Rash"
    study: "ENTER"
    group: "WBRT with erlotinib"
    cells { grade: ">=3" }
  }
  flow { id: "identified" title: "Records identified" count: 1204 total: 6310 }
  flow { id: "duplicates-removed" title: "Duplicates removed" }
  flow { id: "screened" title: "Records screened" total: 5120 }
  flow {
    id: "excluded-at-screening"
    title: "Records excluded"
    count: 0
    reasons { reason: "no radiotherapy" }
  }
  flow { id: "included" title: "Studies included" count: 2 total: 53 }
  screening {
    stage: "title-and-abstract"
    first: "am"
    second: "br"
    records: 320
    agreed: 301
    kappa: 0.81
  }
  findings {
    check: "estimate-outside-interval"
    severity: FINDING_SEVERITY_ERROR
    study: "AURA3"
    message: "93.2 lies outside 8.3 to 11.6"
  }
  risk_of_bias {
    trial: "nct02893332"
    tool: RISK_OF_BIAS_TOOL_ROB2
    overall: RISK_OF_BIAS_JUDGEMENT_HIGH
    domains {
      domain: RISK_OF_BIAS_DOMAIN_RANDOMIZATION
      judgement: RISK_OF_BIAS_JUDGEMENT_LOW
      reason: "Central randomisation"
    }
    domains {
      domain: RISK_OF_BIAS_DOMAIN_MEASUREMENT
      judgement: RISK_OF_BIAS_JUDGEMENT_HIGH
      reason: "Open label, no central review"
    }
    domains {
      domain: RISK_OF_BIAS_DOMAIN_REPORTING
      judgement: RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS
      reason: "Ended early"
    }
  }
  changes {
    from { at: "2026-q3" }
    to { at: "2026-q4" }
    added_trials: "nct02893332"
    unchanged_outcomes: 1
    outcomes {
      id: "pfs"
      title: "Progression-free survival"
      crossed: true
      added_studies: "SINDAS"
      conclusion_before: CONCLUSION_STATE_UNCERTAIN
      conclusion_after: CONCLUSION_STATE_BEYOND
      before {
        effect { value: 0.31 low: 0.1 high: 1.02 level: 95 }
        studies: 3
      }
      after {
        effect { value: 0.376 low: 0.1863 high: 0.7589 level: 95 }
        studies: 4
      }
    }
    records {
      kind: RECORD_CHANGE_KIND_ADDED
      record: "registries/nsclc/trials/nct02893332"
      study: "SINDAS"
      institution: "south"
      message: "Second reading"
    }
  }
)pb";

// dat.bcg of metadat: vaccination against tuberculosis; log risk ratio by REML.
constexpr int kBcg[13][4] = {
    {4, 119, 11, 128},       {6, 300, 29, 274},        {3, 228, 11, 209},
    {62, 13536, 248, 12619}, {33, 5036, 47, 5761},     {180, 1361, 372, 1079},
    {8, 2537, 10, 619},      {505, 87886, 499, 87892}, {29, 7470, 45, 7232},
    {17, 1699, 65, 1600},    {186, 50448, 141, 27197}, {5, 2493, 3, 2338},
    {27, 16886, 29, 17825}};
constexpr int kBcgYears[13] = {1948, 1949, 1960, 1977, 1973, 1953, 1973,
                               1980, 1968, 1961, 1974, 1969, 1976};

// Text that does not parse is an error of this file.
void Merge(const char* text, google::protobuf::Message& message) {
  if (!google::protobuf::TextFormat::MergeFromString(text, &message)) {
    std::abort();
  }
}

void AddBcg(v1::ReviewResult& result) {
  v1::OutcomeResult& outcome = *result.add_outcomes();
  Merge(
      R"pb(
        id: "bcg"
        title: "Tuberculosis after vaccination (worked example)"
        plan { measure: EFFECT_MEASURE_RISK_RATIO }
        state: OUTCOME_STATE_POOLED
        design: STUDY_DESIGN_RANDOMIZED
        log_scale: true
        null_value: 1
        favours_low: "favours vaccination"
        favours_high: "favours none"
        pooled {
          effect { value: 0.489 low: 0.344 high: 0.696 level: 95 }
          estimate: -0.714532
          standard_error: 0.179782
          p: 0.0000704
          studies: 13
          participants: 357347
          prediction { low: 0.155 high: 1.549 level: 95 }
          tau2: 0.313243
          tau2_low: 0.119695
          tau2_high: 1.111486
          q: 152.233
          q_df: 12
          q_p: 0
          i2: 92.2214
          i2_from_q: 92.1173
          h2: 12.8558
          method: "Random effects, REML; normal distribution"
        }
        small_study_tests {
          name: "Egger"
          statistic: -1.4013
          p: 0.1887
          degrees_of_freedom: 11
        }
        small_study_tests {
          name: "Peters"
          statistic: -1.3625
          p: 0.2003
          degrees_of_freedom: 11
        }
        small_study_tests {
          name: "trim and fill"
          filled: 1
          adjusted { value: 0.519 low: 0.37 high: 0.73 level: 95 }
        }
        certainty { level: CERTAINTY_LEVEL_LOW }
        certainty_outdated: true
      )pb",
      outcome);
  const double tau2 = outcome.pooled().tau2();
  double weights = 0;
  for (int i = 0; i < 13; ++i) {
    const auto& [a, b, c, d] = kBcg[i];
    const double n1 = a + b, n2 = c + d;
    const double variance = 1. / a - 1 / n1 + 1. / c - 1 / n2;
    const double yi = std::log(a / n1 / (c / n2));
    v1::StudyResult& study = *outcome.add_studies();
    study.set_row(absl::StrCat("bcg", i));
    study.set_trial_id(absl::StrCat("bcg", i));
    study.set_study(absl::StrCat("Trial ", i + 1));
    study.set_year(kBcgYears[i]);
    study.set_yi(yi);
    study.set_sei(std::sqrt(variance));
    study.set_events(a);
    study.set_participants(a + b);
    study.set_reference_events(c);
    study.set_reference_participants(c + d);
    study.mutable_effect()->set_value(std::exp(yi));
    study.mutable_effect()->set_low(std::exp(yi - 1.96 * std::sqrt(variance)));
    study.mutable_effect()->set_high(std::exp(yi + 1.96 * std::sqrt(variance)));
    study.set_weight(1 / (variance + tau2));
    weights += study.weight();
  }
  for (v1::StudyResult& study : *outcome.mutable_studies()) {
    study.set_weight(100 * study.weight() / weights);
  }
}

}  // namespace

v1::ReviewResult SampleReview() {
  v1::ReviewResult result;
  Merge(kReview, result);
  AddBcg(result);
  return result;
}

}  // namespace consilium
