#include "client/import/ctgov_study.h"

#include <re2/re2.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/import/ctgov_arms.h"
#include "client/import/ctgov_events.h"
#include "client/import/ctgov_outcomes.h"
#include "client/import/ctgov_participants.h"
#include "client/import/ctgov_trial.h"
#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"

namespace consilium {
namespace {

using Json = nlohmann::json;

// Modules that a whole record has.
constexpr const char* kModules[] = {
    "statusModule",      "sponsorCollaboratorsModule", "conditionsModule",
    "designModule",      "armsInterventionsModule",    "outcomesModule",
    "eligibilityModule", "contactsLocationsModule"};

void NoteAbsent(const JsonNode& study, ImportedStudy& imported) {
  for (const char* module : kModules) {
    if (!study["protocolSection"][module].exists()) {
      imported.absent_modules.push_back(module);
    }
  }
  if (study["hasResults"].truth() == true &&
      !study["resultsSection"].exists()) {
    imported.absent_modules.push_back("resultsSection");
  }
}

void ReadResults(const JsonNode& results, const v1::Trial& trial,
                 CtgovArms& arms, StudyBuilder& builder) {
  ReadCtgovFlow(results["participantFlowModule"], trial, arms, builder);
  ReadCtgovOutcomes(results["outcomeMeasuresModule"], arms, builder);
  ReadCtgovEvents(results["adverseEventsModule"], arms, builder);
  ReadCtgovBaseline(results["baselineCharacteristicsModule"], arms, builder);
}

// What only the schema knows to be wrong: nothing of it may reach a server.
void CheckRecords(ImportedStudy& study) {
  for (ImportedRecord& record : study.records) {
    if (record.id.empty()) record.id = absl::AsciiStrToLower(study.number);
    std::vector<FieldViolation> violations = Validate(*record.message);
    const std::unique_ptr<google::protobuf::Message> keyed(
        record.message->New());
    keyed->CopyFrom(*record.message);
    for (FieldViolation& violation : BuildKeys(*keyed)) {
      violations.push_back(std::move(violation));
    }
    for (const FieldViolation& violation : violations) {
      study.problems.push_back(
          {record.place, violation.field, violation.description});
    }
  }
}

}  // namespace

ImportedStudy ReadCtgovStudy(absl::string_view text) {
  ImportedStudy study;
  const Json json = Json::parse(text.begin(), text.end(), nullptr,
                                /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    study.problems.push_back({"", "", "is no JSON; want one study"});
    return study;
  }
  if (!json.is_object() || !json.contains("protocolSection")) {
    study.problems.push_back(
        {"protocolSection", "",
         "is missing; want a study as API v2 of ClinicalTrials.gov writes it"});
    return study;
  }
  JsonDocument document(json);
  const JsonNode root = document.root();
  const JsonNode protocol = root["protocolSection"];
  study.number = protocol["identificationModule"]["nctId"].text();
  StudyBuilder builder(study, study.number);
  static const RE2& form = *new RE2("NCT[0-9]{8}");
  if (!RE2::FullMatch(study.number, form)) {
    builder.Problem(protocol["identificationModule"]["nctId"],
                    "want NCT and eight digits");
    return study;
  }
  NoteAbsent(root, study);
  v1::Trial& trial = ReadCtgovTrial(root, builder);
  CtgovArms arms(builder);
  arms.ReadArms(protocol["armsInterventionsModule"]);
  ReadResults(root["resultsSection"], trial, arms, builder);
  const JsonNode posted =
      root["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"];
  if (!posted.exists()) {
    ReadCtgovPlannedOutcomes(protocol["outcomesModule"], builder);
  }
  ReadCtgovReferences(protocol["referencesModule"], trial, builder);
  for (const ImportNote& note : document.misshapen()) {
    study.problems.push_back(note);
  }
  for (const auto& [path, count] : document.CountUnread()) {
    study.left_out[path] += count;
  }
  if (study.problems.empty()) CheckRecords(study);
  return study;
}

}  // namespace consilium
