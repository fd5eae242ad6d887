#include "client/import/ctgov_study.h"

#include <re2/re2.h>

#include <algorithm>
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
#include "client/import/import_text.h"
#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using Json = nlohmann::json;

// Modules that a whole record has.
constexpr const char* kModules[] = {
    "statusModule",      "sponsorCollaboratorsModule", "conditionsModule",
    "designModule",      "armsInterventionsModule",    "outcomesModule",
    "eligibilityModule", "contactsLocationsModule"};

// Takes JSON that does not parse, as far as it goes.
struct ErrorFinder : nlohmann::json_sax<Json> {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(size_t position, const std::string& token,
                   const Json::exception&) override {
    // The position is behind what could not be read.
    at = position - std::min(position, std::max<size_t>(token.size(), 1));
    return false;
  }

  size_t at = 0;
};

// Where `text` stops being JSON.
size_t FirstBadByte(absl::string_view text) {
  ErrorFinder finder;
  Json::sax_parse(text.begin(), text.end(), &finder);
  return std::min(finder.at, text.size());
}

// API v1 wrote names in capitals, and its answers around the studies.
bool IsOfFirstApi(const Json& json) {
  if (!json.is_object()) return false;
  return json.contains("FullStudiesResponse") ||
         json.contains("StudyFieldsResponse") || json.contains("FullStudy") ||
         json.contains("ProtocolSection") ||
         (json.contains("Study") && json["Study"].is_object() &&
          json["Study"].contains("ProtocolSection"));
}

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
  arms.FindDividedArms(results["participantFlowModule"]["groups"]);
  for (const JsonNode& outcome :
       results["outcomeMeasuresModule"]["outcomeMeasures"].items()) {
    arms.FindDividedArms(outcome["groups"]);
  }
  arms.FindDividedArms(results["adverseEventsModule"]["eventGroups"]);
  arms.FindDividedArms(results["baselineCharacteristicsModule"]["groups"]);
  ReadCtgovFlow(results["participantFlowModule"], trial, arms, builder);
  ReadCtgovOutcomes(results["outcomeMeasuresModule"], trial, arms, builder);
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
    const size_t at = FirstBadByte(text);
    study.problems.push_back(
        {absl::StrCat(TextPlace(text, at), " of the study"),
         Quote(ShortenUtf8(text.substr(at, 20), 20)),
         "is no JSON; want one study"});
    return study;
  }
  if (!json.is_object() || !json.contains("protocolSection")) {
    study.problems.push_back(
        {"protocolSection", "",
         IsOfFirstApi(json)
             ? "is missing: this is API v1, which ClinicalTrials.gov closed; "
               "want the study as API v2 writes it"
             : "is missing; want a study as API v2 of ClinicalTrials.gov "
               "writes it"});
    return study;
  }
  JsonDocument document(json);
  const JsonNode root = document.root();
  const JsonNode protocol = root["protocolSection"];
  study.number = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(
      protocol["identificationModule"]["nctId"].text()));
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
    ReadCtgovPlannedOutcomes(protocol["outcomesModule"], trial, builder);
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
