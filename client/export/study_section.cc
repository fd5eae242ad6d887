#include "client/export/study_section.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/export/element_marks.h"
#include "client/export/result_text.h"
#include "client/export/study_text.h"
#include "client/export/value_words.h"
#include "proto/base/html_table.h"
#include "proto/base/treatment_words.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

constexpr char kNotRecorded[] = "not recorded";

bool HasResults(const Study& study) {
  for (const v1::Endpoint& endpoint : study.endpoints) {
    if (endpoint.estimates_size() + endpoint.contrasts_size() > 0) return true;
  }
  for (const v1::AdverseEvent& event : study.adverse_events) {
    if (event.counts_size() + event.contrasts_size() > 0) return true;
  }
  return false;
}

// Design facts whose absence a reader should see.
bool IsCoreFact(const std::string& name) {
  return name == "randomized" || name == "controlled" ||
         name == "multicenter" || name == "prospective";
}

class StudyWriter {
 public:
  StudyWriter(const RegistryEvidence& evidence, const Study& study,
              HtmlWriter& html)
      : study_(study), html_(html), marks_(evidence, html) {}

  void Write() {
    const v1::Trial& trial = study_.trial;
    html_.Open("article", {{"class", "study"}, {"id", StudyAnchor(study_)}});
    html_.Element("h3", StudyTitle(trial));
    marks_.WriteConflict(FieldOfRecord(trial, "title"), &study_);
    marks_.WriteConflict(FieldOfRecord(trial, "acronym"), &study_);
    WriteOrigin();
    WriteFacts();
    WriteArms();
    WriteResults();
    WriteAdverseEvents();
    WriteConclusions();
    html_.Close();
  }

 private:
  void WriteFacts() {
    html_.Open("dl", {{"class", "facts"}});
    WriteRegistrations();
    const v1::Trial& trial = study_.trial;
    WriteField("Type of study", "studyType",
               Capitalized(EnumWords(trial.study_type())));
    WriteField("Phase", "phases", PhaseText(trial));
    WriteField("Status", "status",
               trial.has_status() ? Capitalized(EnumWords(trial.status()))
                                  : kNotRecorded);
    WriteField("Participants", "enrolledParticipantCount", EnrolledText(trial));
    WriteField("Participants planned", "plannedParticipantCount",
               trial.has_planned_participant_count()
                   ? absl::StrCat(trial.planned_participant_count())
                   : "");
    WriteField("Conditions", "", absl::StrJoin(trial.conditions(), ", "));
    WriteElements("Who was studied", "eligibility", trial.eligibility(),
                  [](const auto& term) { return EligibilityText(term); });
    WriteDesignFacts();
    WriteField("Allocation ratio", "allocationRatio", trial.allocation_ratio());
    WriteElements(
        "Follow-up", "followUps", trial.follow_ups(),
        [this](const auto& each) { return FollowUpText(each, study_); });
    WriteElements("Models", "preclinicalModels", trial.preclinical_models(),
                  [](const auto& each) { return PreclinicalModelText(each); });
    WriteElements("Related studies", "relations", trial.relations(),
                  [](const auto& each) {
                    return JoinWords(
                        {EnumWords(each.kind()), each.trial(), each.note()},
                        " ");
                  });
    WriteComparedTrials();
    WriteField("Countries", "", absl::StrJoin(trial.countries(), ", "));
    WriteField("Investigators", "", absl::StrJoin(trial.investigators(), ", "));
    WriteField("Sponsor", "leadSponsor", trial.lead_sponsor());
    WriteField("Why it was stopped", "whyStopped", trial.why_stopped());
    WriteField("Remark", "note", trial.note());
    html_.Close();
  }

  // Where the study as a whole was read.
  void WriteOrigin() {
    html_.Open("div", {{"class", "origin"}}).Text("Source: ");
    marks_.WriteSource(FieldOfRecord(study_.trial, "title"));
    html_.Close();
  }

  // A term and its description; nothing when `text` is empty.
  void WriteField(absl::string_view term, absl::string_view field,
                  absl::string_view text) {
    if (text.empty()) return;
    const MarkedElement element = FieldOfRecord(study_.trial, field);
    html_.Open("div");
    html_.Element("dt", term).Open("dd");
    if (text == kNotRecorded) {
      html_.Text(text);
    } else {
      marks_.WriteValue(text, element);
    }
    marks_.WriteDoubts(element, &study_);
    html_.Close().Close();
  }

  template <typename Elements, typename Text>
  void WriteElements(absl::string_view term, absl::string_view field,
                     const Elements& elements, Text text) {
    if (elements.empty()) return;
    html_.Open("div", {{"class", "wide"}});
    html_.Element("dt", term);
    for (const auto& each : elements) {
      const MarkedElement element = ElementOfRecord(study_.trial, field, each);
      html_.Open("dd");
      marks_.WriteValue(text(each), element);
      marks_.WriteDoubts(element, &study_);
      html_.Close();
    }
    html_.Close();
  }

  void WriteRegistrations() {
    html_.Open("div").Element("dt", "Registered as");
    if (study_.trial.registrations_size() == 0) {
      html_.Element("dd", kNotRecorded);
    }
    for (const v1::Registration& each : study_.trial.registrations()) {
      html_.Open("dd");
      const bool is_nct =
          each.authority() == v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV &&
          each.number().size() == 11 &&
          absl::StartsWith(each.number(), "NCT") &&
          each.number().find_first_not_of("0123456789", 3) == std::string::npos;
      if (is_nct) {
        html_.Element(
            "a", each.number(),
            {{"href",
              absl::StrCat("https://clinicaltrials.gov/study/", each.number())},
             {"rel", "noreferrer"}});
      } else {
        html_.Text(each.number());
      }
      html_.Close();
    }
    html_.Close();
  }

  // Every field of the trial that is a design fact, by its name.
  void WriteDesignFacts() {
    const v1::Trial& trial = study_.trial;
    const auto* const reflection = trial.GetReflection();
    const auto* const descriptor = v1::Trial::descriptor();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const auto* const field = descriptor->field(i);
      if (field->message_type() != v1::Fact::descriptor()) continue;
      const std::string term = Capitalized(PathWords(field->json_name()));
      if (reflection->HasField(trial, field)) {
        const auto& fact =
            static_cast<const v1::Fact&>(reflection->GetMessage(trial, field));
        WriteField(term, field->json_name(), FactText(fact));
      } else if (IsCoreFact(field->json_name())) {
        WriteField(term, field->json_name(), kNotRecorded);
      }
    }
  }

  void WriteComparedTrials() {
    if (study_.trial.compared_trials_size() == 0) return;
    html_.Open("div").Element("dt", "Compares");
    for (const std::string& trial : study_.trial.compared_trials()) {
      html_.Open("dd");
      html_.Element("a", trial, {{"href", absl::StrCat("#trial-", trial)}});
      html_.Close();
    }
    html_.Close();
  }

  void WriteArms() {
    if (study_.arms.empty()) return;
    HtmlTable table(html_, "arms", "Arms",
                    {"Arm", "Treatment", "Participants", "Source"});
    for (const v1::Arm& arm : study_.arms) {
      table.BeginRow();
      table.BeginCell();
      html_.Text(arm.title().empty() ? Capitalized(KebabWords(IdOf(arm.name())))
                                     : arm.title());
      html_.Element("span", EnumWords(arm.type()), {{"class", "remark"}});
      marks_.WriteConflict(FieldOfRecord(arm, "title"), &study_);
      table.EndCell();
      WriteTreatment(arm, table);
      WriteParticipants(arm, table);
      table.BeginCell();
      MarkedElement element = FieldOfRecord(arm, "title");
      element.note = arm.note();
      marks_.WriteSource(element);
      table.EndCell();
      table.EndRow();
    }
    table.Finish();
  }

  void WriteTreatment(const v1::Arm& arm, HtmlTable& table) {
    table.BeginCell();
    html_.Open("ul", {{"class", "plain"}});
    WriteComponents(arm, "drugs", arm.drugs());
    WriteComponents(arm, "radiotherapies", arm.radiotherapies());
    WriteComponents(arm, "surgeries", arm.surgeries());
    WriteComponents(arm, "otherComponents", arm.other_components());
    html_.Close();
    if (!arm.description().empty()) html_.Element("p", arm.description());
    table.EndCell();
  }

  template <typename Components>
  void WriteComponents(const v1::Arm& arm, absl::string_view field,
                       const Components& components) {
    for (const auto& component : components) {
      const MarkedElement element = ElementOfRecord(arm, field, component);
      html_.Open("li");
      marks_.WriteValue(ComponentText(component), element);
      marks_.WriteDoubts(element, &study_);
      html_.Close();
    }
  }

  void WriteParticipants(const v1::Arm& arm, HtmlTable& table) {
    table.BeginCell();
    if (arm.participant_counts_size() == 0) html_.Text(kNotRecorded);
    for (const v1::ParticipantCount& count : arm.participant_counts()) {
      const MarkedElement element =
          ElementOfRecord(arm, "participantCounts", count);
      html_.Open("div");
      marks_.WriteValue(ParticipantsText(count), element);
      marks_.WriteDoubts(element, &study_);
      html_.Close();
    }
    for (const v1::BaselineValue& value : arm.baseline()) {
      html_.Element("div", BaselineText(value), {{"class", "remark"}});
    }
    table.EndCell();
  }

  // One line of results.
  struct Line {
    std::string group;
    std::string statistic;
    std::string value;
    std::string p_value;
    absl::string_view kind;
  };

  void WriteLine(const Line& line, const MarkedElement& element,
                 HtmlTable& table) {
    table.BeginRow(line.kind);
    table.Cell(line.group);
    table.Cell(line.statistic);
    table.BeginCell();
    html_.Element("span", line.value, {{"class", "value"}});
    marks_.WriteDoubts(element, &study_);
    table.EndCell();
    table.Cell(line.p_value);
    table.BeginCell();
    marks_.WriteSource(element);
    table.EndCell();
    table.EndRow();
  }

  void WriteResults() {
    if (study_.endpoints.empty()) return;
    HtmlTable table(
        html_, "results", "Results",
        {"Group or comparison", "Statistic", "Result", "P value", "Source"});
    for (const v1::Endpoint& endpoint : study_.endpoints) {
      table.BeginGroup(
          EndpointText(endpoint),
          JoinWords({EnumWords(endpoint.role()), endpoint.criteria(),
                     endpoint.description(), endpoint.note()},
                    "; "));
      for (const v1::Estimate& estimate : endpoint.estimates()) {
        WriteLine({GroupText(estimate.group(), study_), StatisticText(estimate),
                   ValueText(estimate), "", ""},
                  ElementOfRecord(endpoint, "estimates", estimate), table);
      }
      for (const v1::Contrast& contrast : endpoint.contrasts()) {
        WriteLine(
            {ComparisonText(contrast, study_), StatisticText(contrast),
             ValueText(contrast), PValueText(contrast.p_value()), "contrast"},
            ElementOfRecord(endpoint, "contrasts", contrast), table);
      }
      if (endpoint.estimates_size() + endpoint.contrasts_size() == 0) {
        WriteLine({"", "", "No result recorded", "", ""},
                  FieldOfRecord(endpoint, "lifecycle"), table);
      }
    }
    table.Finish();
  }

  void WriteAdverseEvents() {
    if (study_.adverse_events.empty()) return;
    HtmlTable table(
        html_, "results", "Adverse events",
        {"Group or comparison", "Grade", "Affected", "P value", "Source"});
    for (const v1::AdverseEvent& event : study_.adverse_events) {
      table.BeginGroup(AdverseEventText(event), event.note());
      for (const v1::AdverseEventCount& count : event.counts()) {
        WriteLine({GroupText(count.group(), study_), BandText(count),
                   ValueText(count), "", ""},
                  ElementOfRecord(event, "counts", count), table);
      }
      for (const v1::AdverseEventContrast& contrast : event.contrasts()) {
        const v1::Contrast same = AsContrast(contrast);
        WriteLine({ComparisonText(same, study_), BandText(contrast),
                   ValueText(same), PValueText(contrast.p_value()), "contrast"},
                  ElementOfRecord(event, "contrasts", contrast), table);
      }
    }
    table.Finish();
  }

  void WriteConclusions() {
    if (study_.trial.conclusions_size() == 0) return;
    html_.Open("section", {{"class", "conclusions"}});
    html_.Element("h4", "What authors conclude");
    html_.Element("p", "In their words; apart from the results above.",
                  {{"class", "remark"}});
    for (const v1::Conclusion& conclusion : study_.trial.conclusions()) {
      const MarkedElement element =
          ElementOfRecord(study_.trial, "conclusions", conclusion);
      html_.Open("div", {{"class", "conclusion"}});
      html_.Open("p").Element(
          "b", absl::StrCat(Capitalized(KebabWords(conclusion.topic())), ". "));
      html_.Element("q", conclusion.text()).Close();
      marks_.WriteDoubts(element, &study_);
      marks_.WriteSource(element);
      html_.Close();
    }
    html_.Close();
  }

  const Study& study_;
  HtmlWriter& html_;
  ElementMarks marks_;
};

}  // namespace

StudyKind KindOf(const Study& study) {
  if (study.trial.study_type() == v1::STUDY_TYPE_PRECLINICAL) {
    return StudyKind::kPreclinical;
  }
  if (study.trial.study_type() == v1::STUDY_TYPE_COMPARISON) {
    return StudyKind::kComparison;
  }
  return HasResults(study) ? StudyKind::kResults : StudyKind::kOngoing;
}

std::string StudyAnchor(const Study& study) {
  return absl::StrCat("trial-", IdOf(study.trial.name()));
}

std::string DesignText(const v1::Trial& trial) {
  return Capitalized(JoinWords(
      {PhaseText(trial), EnumWords(trial.study_type()),
       trial.randomized().answer() == v1::ANSWER_YES  ? "randomized"
       : trial.randomized().answer() == v1::ANSWER_NO ? "not randomized"
                                                      : "",
       trial.has_status() ? EnumWords(trial.status()) : ""},
      ", "));
}

std::string EnrolledText(const v1::Trial& trial) {
  return trial.has_enrolled_participant_count()
             ? absl::StrCat(trial.enrolled_participant_count())
             : kNotRecorded;
}

void WriteStudy(const RegistryEvidence& evidence, const Study& study,
                HtmlWriter& html) {
  StudyWriter(evidence, study, html).Write();
}

}  // namespace consilium
