#include "client/import/ctgov_trial.h"

#include <re2/re2.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/import/citation_text.h"
#include "client/import/ctgov_values.h"
#include "client/import/registry_numbers.h"
#include "client/import/text_pattern.h"
#include "consilium/v1/publication.pb.h"
#include "proto/base/country.h"
#include "proto/base/errors.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// A path of names from a section, and the field that takes what stands there.
struct TextField {
  const char* path;
  const char* field;
};

JsonNode Follow(JsonNode node, absl::string_view path) {
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    node = node[std::string(name).c_str()];
  }
  return node;
}

constexpr TextField kTexts[] = {
    {"identificationModule.briefTitle", "title"},
    {"identificationModule.officialTitle", "official_title"},
    {"identificationModule.acronym", "acronym"},
    {"statusModule.whyStopped", "why_stopped"},
    {"statusModule.startDateStruct.date", "start_date"},
    {"statusModule.primaryCompletionDateStruct.date",
     "primary_completion_date"},
    {"statusModule.completionDateStruct.date", "completion_date"},
    {"statusModule.studyFirstPostDateStruct.date", "first_posted_date"},
    {"statusModule.resultsFirstPostDateStruct.date", "results_posted_date"},
    {"statusModule.lastUpdatePostDateStruct.date", "registry_update_date"},
    {"sponsorCollaboratorsModule.leadSponsor.name", "lead_sponsor"},
    {"descriptionModule.briefSummary", "brief_summary"},
    {"descriptionModule.detailedDescription", "detailed_description"},
    {"eligibilityModule.eligibilityCriteria", "eligibility_criteria"}};

constexpr TextField kEnums[] = {
    {"statusModule.overallStatus", "status"},
    {"sponsorCollaboratorsModule.leadSponsor.class", "lead_sponsor_class"},
    {"designModule.studyType", "study_type"},
    {"designModule.designInfo.allocation", "allocation"},
    {"designModule.designInfo.interventionModel", "intervention_model"},
    {"designModule.designInfo.primaryPurpose", "primary_purpose"},
    {"designModule.designInfo.observationalModel", "observational_model"},
    {"designModule.designInfo.timePerspective", "time_perspective"},
    {"designModule.designInfo.maskingInfo.masking", "masking"},
    {"eligibilityModule.sex", "sex"}};

constexpr TextField kTextLists[] = {
    {"conditionsModule.conditions", "conditions"},
    {"conditionsModule.keywords", "keywords"}};

constexpr TextField kEnumLists[] = {
    {"designModule.phases", "phases"},
    {"designModule.designInfo.maskingInfo.whoMasked", "masked_parties"}};

// A day, month or year that the calendar has, or nothing.
bool IsDate(const std::string& text) {
  static const RE2& form =
      *new RE2("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?");
  std::string year, month, day;
  if (text.empty()) return true;
  if (!RE2::FullMatch(text, form, &year, &month, &day)) return false;
  absl::CivilDay first;
  return absl::ParseCivilTime(
      absl::StrCat(year, "-", month.empty() ? "01" : month, "-",
                   day.empty() ? "01" : day),
      &first);
}

void SetFact(v1::Fact& fact, bool yes) {
  fact.set_answer(yes ? v1::ANSWER_YES : v1::ANSWER_NO);
  fact.set_basis(v1::BASIS_STATED);
}

// Today, as the registry writes dates.
std::string Today() {
  return absl::FormatCivilTime(
      absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()));
}

class TrialReader {
 public:
  TrialReader(const JsonNode& study, StudyBuilder& builder)
      : study_(study),
        protocol_(study["protocolSection"]),
        builder_(builder),
        trial_(builder.Add<v1::Trial>(protocol_)) {}

  v1::Trial& Read() {
    for (const auto& [path, field] : kTexts) {
      const JsonNode node = Follow(protocol_, path);
      if (absl::EndsWith(field, "_date") && node.exists() &&
          !IsDate(node.text())) {
        builder_.Problem(node, "want a date, as 2018, 2018-10 or 2018-10-02");
        continue;
      }
      NoteFuture(path, node);
      builder_.SetText(trial_, field, node);
    }
    for (const auto& [path, field] : kEnums) {
      builder_.SetEnum(trial_, field, Follow(protocol_, path));
    }
    for (const auto& [path, field] : kTextLists) {
      for (const JsonNode& each : Follow(protocol_, path).items()) {
        builder_.SetText(trial_, field, each);
      }
    }
    for (const auto& [path, field] : kEnumLists) {
      for (const JsonNode& each : Follow(protocol_, path).items()) {
        builder_.SetEnum(trial_, field, each);
      }
    }
    ReadNumbers();
    ReadFacts();
    ReadEnrollment();
    ReadAge("minimumAge", *trial_.mutable_minimum_age());
    if (!trial_.minimum_age().has_value()) trial_.clear_minimum_age();
    ReadAge("maximumAge", *trial_.mutable_maximum_age());
    if (!trial_.maximum_age().has_value()) trial_.clear_maximum_age();
    ReadPeople();
    ReadLocations();
    builder_.SetText(trial_, "limitations",
                     Follow(study_,
                            "resultsSection.moreInfoModule."
                            "limitationsAndCaveats.description"));
    return trial_;
  }

 private:
  // What has happened has happened by now.
  void NoteFuture(absl::string_view path, const JsonNode& node) {
    const std::string date = node.text();
    if (absl::EndsWith(path, "Struct.date") &&
        !Follow(protocol_, path.substr(0, path.size() - 5))["type"]
             .text()
             .empty()) {
      builder_.LeaveOut(absl::StrCat("protocolSection.",
                                     path.substr(0, path.size() - 5), ".type"));
    }
    if (date.empty() || !absl::ConsumeSuffix(&path, ".date") ||
        Follow(protocol_, path)["type"].text() != "ACTUAL" ||
        date <= Today().substr(0, date.size())) {
      return;
    }
    builder_.Warn(node, date,
                  "lies ahead, though the record says that it is the actual "
                  "date; taken as printed");
  }

  // The number of a registry that the text is, "EudraCT 2014-000594-39" too;
  // else the text.
  static std::string NumberIn(const std::string& text) {
    const std::string whole(absl::StripAsciiWhitespace(text));
    const std::vector<std::string> numbers = FindRegistryNumbers(whole);
    if (numbers.size() != 1 ||
        AuthorityOfNumber(whole) != v1::REGISTRATION_AUTHORITY_UNSPECIFIED) {
      return whole;
    }
    // Its name is all that may stand beside it.
    constexpr size_t kNameSizeMax = 20;
    return whole.size() <= numbers.front().size() + kNameSizeMax
               ? numbers.front()
               : whole;
  }

  // The registry gives a trial one number: another is that of a core study, an
  // extension or the like, and this trial is not that.
  void AddRelated(const JsonNode& node, const std::string& number) {
    if (!numbers_.insert(number).second) return;
    v1::Registration& registration = *trial_.add_registrations();
    registration.set_number(number);
    registration.set_authority(v1::REGISTRATION_AUTHORITY_OTHER);
    registration.set_authority_text("ClinicalTrials.gov, another record");
    builder_.Warn(node, Quote(number),
                  "is the number of another record; kept as a number that this "
                  "one names, and not as its own");
  }

  void AddNumber(const JsonNode& node, v1::RegistrationAuthority authority,
                 const JsonNode* authority_text = nullptr) {
    const bool of_registry = authority != v1::REGISTRATION_AUTHORITY_SPONSOR &&
                             authority != v1::REGISTRATION_AUTHORITY_GRANT &&
                             authority != v1::REGISTRATION_AUTHORITY_OTHER;
    const std::string number =
        of_registry ? NumberIn(node.text())
                    : std::string(absl::StripAsciiWhitespace(node.text()));
    if (number.empty() || !numbers_.insert(number).second) return;
    v1::Registration& registration = *trial_.add_registrations();
    builder_.SetText(registration, "number", node);
    registration.set_number(
        authority == v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV
            ? absl::AsciiStrToUpper(number)
            : number);
    registration.set_authority(authority);
    if (authority_text != nullptr) {
      builder_.SetText(registration, "authority_text", *authority_text);
    }
  }

  // The number itself tells more than the type that the sponsor picked.
  void AddSecondaryNumber(const JsonNode& node) {
    const std::string number = NumberIn(node["id"].text());
    const auto authority = AuthorityOfNumber(absl::AsciiStrToUpper(number));
    const std::string type = node["type"].text();
    const JsonNode domain = node["domain"];
    domain.text();
    if (authority == v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV) {
      return AddRelated(node["id"], absl::AsciiStrToUpper(number));
    }
    if (AuthorityOfNumber(number) != v1::REGISTRATION_AUTHORITY_UNSPECIFIED) {
      return AddNumber(node["id"], AuthorityOfNumber(number));
    }
    static const auto& grants = *new std::set<std::string>{
        "OTHER_GRANT", "NIH", "FDA", "VA", "CDC", "AHRQ", "SAMHSA"};
    if (grants.count(type) > 0) {
      return AddNumber(node["id"], v1::REGISTRATION_AUTHORITY_GRANT);
    }
    AddNumber(node["id"], v1::REGISTRATION_AUTHORITY_OTHER, &domain);
  }

  void ReadNumbers() {
    const JsonNode id = protocol_["identificationModule"];
    AddNumber(id["nctId"], v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV);
    for (const JsonNode& alias : id["nctIdAliases"].items()) {
      AddNumber(alias, AuthorityOfNumber(alias.text()));
    }
    AddNumber(id["orgStudyIdInfo"]["id"], v1::REGISTRATION_AUTHORITY_SPONSOR);
    for (const JsonNode& secondary : id["secondaryIdInfos"].items()) {
      AddSecondaryNumber(secondary);
    }
  }

  void ReadFacts() {
    if (trial_.has_allocation()) {
      SetFact(*trial_.mutable_randomized(),
              trial_.allocation() == v1::ALLOCATION_RANDOMIZED);
    }
    if (trial_.has_masking()) {
      SetFact(*trial_.mutable_open_label(),
              trial_.masking() == v1::MASKING_NONE);
    }
    if (trial_.intervention_model() == v1::INTERVENTION_MODEL_SINGLE_GROUP) {
      SetFact(*trial_.mutable_single_arm(), true);
    }
    const std::pair<JsonNode, v1::Fact* (v1::Trial::*)()> facts[] = {
        {study_["hasResults"], &v1::Trial::mutable_has_results},
        {protocol_["eligibilityModule"]["healthyVolunteers"],
         &v1::Trial::mutable_healthy_volunteers},
        {protocol_["oversightModule"]["oversightHasDmc"],
         &v1::Trial::mutable_data_monitoring_committee}};
    if (study_["hasResults"].truth() == false &&
        study_["resultsSection"].exists()) {
      builder_.Warn(study_["hasResults"], "false",
                    "the record has results; both were taken");
    }
    for (const auto& [node, fact] : facts) {
      if (const auto yes = node.truth()) SetFact(*(trial_.*fact)(), *yes);
    }
  }

  void ReadEnrollment() {
    const JsonNode enrollment = protocol_["designModule"]["enrollmentInfo"];
    const std::string type = enrollment["type"].text();
    const auto count = builder_.CountAt(enrollment["count"]);
    if (type != "" && type != "ACTUAL" && type != "ESTIMATED") {
      return builder_.Problem(enrollment["type"], "want ACTUAL or ESTIMATED");
    }
    if (!count) return;
    if (type == "ACTUAL") {
      trial_.set_enrolled_participant_count(*count);
    } else if (*count > 0) {
      trial_.set_planned_participant_count(*count);
    }
  }

  void ReadAge(const char* name, v1::Quantity& age) {
    static const RE2& form =
        *new RE2("(?i)([0-9]+) *(year|month|week|day|hour)s?");
    const JsonNode node = protocol_["eligibilityModule"][name];
    const std::string text = node.text();
    if (text.empty() || text == "N/A") return;
    double value = 0;
    std::string unit;
    if (!RE2::FullMatch(text, form, &value, &unit)) {
      return builder_.Warn(node, Quote(text), "is no age; left out");
    }
    age.set_value(value);
    age.set_unit(UnitOf(unit));
  }

  void ReadPeople() {
    const JsonNode sponsors = protocol_["sponsorCollaboratorsModule"];
    for (const JsonNode& each : sponsors["collaborators"].items()) {
      builder_.SetText(trial_, "collaborators", each["name"]);
    }
    const JsonNode contacts = protocol_["contactsLocationsModule"];
    for (const JsonNode& each : contacts["overallOfficials"].items()) {
      builder_.SetText(trial_, "investigators", each["name"]);
    }
    const JsonNode sharing = protocol_["ipdSharingStatementModule"];
    const std::string all_sharing = JoinTexts(
        sharing,
        {"ipdSharing", "description", "timeFrame", "accessCriteria", "url"});
    if (!all_sharing.empty()) {
      trial_.set_data_sharing(ShortenUtf8(all_sharing, 8000));
    }
    const std::string contact = JoinTexts(
        Follow(study_, "resultsSection.moreInfoModule.pointOfContact"),
        {"title", "organization", "email", "phone"});
    if (!contact.empty()) trial_.set_contact(ShortenUtf8(contact, 2000));
  }

  static std::string JoinTexts(const JsonNode& node,
                               std::initializer_list<const char*> members) {
    std::vector<std::string> texts;
    for (const char* member : members) {
      std::string text = node[member].text();
      if (!text.empty()) texts.push_back(std::move(text));
    }
    return absl::StrJoin(texts, "; ");
  }

  // A site may be listed twice, as once for each of its departments.
  void ReadLocations() {
    std::set<std::string> countries, sites;
    const JsonNode contacts = protocol_["contactsLocationsModule"];
    for (const JsonNode& place : contacts["locations"].items()) {
      const std::string country = place["country"].text();
      const std::string code = CountryCodeOf(country);
      if (code.empty() && !country.empty()) {
        builder_.Warn(place["country"], Quote(country),
                      "is no country known here; left out");
      }
      if (!code.empty()) countries.insert(code);
      const bool is_new =
          sites
              .insert(absl::StrCat(code, "\n", place["city"].text(), "\n",
                                   place["facility"].text()))
              .second;
      if (!is_new || sites.size() > kSitesMax) {
        builder_.LeaveOut("sites listed twice, or past the first 400");
        continue;
      }
      v1::Location location;
      if (!code.empty()) location.set_country(code);
      builder_.SetText(location, "city", place["city"]);
      builder_.SetText(location, "facility", place["facility"]);
      builder_.SetEnum(location, "status", place["status"]);
      if (location.ByteSizeLong() > 0) {
        *trial_.add_locations() = std::move(location);
      }
    }
    for (const std::string& code : countries) trial_.add_countries(code);
  }

  // A trial is one record, which has a size.
  static constexpr size_t kSitesMax = 400;

  const JsonNode study_;
  const JsonNode protocol_;
  StudyBuilder& builder_;
  v1::Trial& trial_;
  std::set<std::string> numbers_;
};

v1::ReportRole RoleOfReference(const std::string& type) {
  if (type == "RESULT") return v1::REPORT_ROLE_RESULT;
  if (type == "BACKGROUND") return v1::REPORT_ROLE_BACKGROUND;
  if (type == "DERIVED") return v1::REPORT_ROLE_DERIVED;
  return v1::REPORT_ROLE_UNSPECIFIED;
}

}  // namespace

v1::Trial& ReadCtgovTrial(const JsonNode& study, StudyBuilder& builder) {
  return TrialReader(study, builder).Read();
}

void ReadCtgovReferences(const JsonNode& module, v1::Trial& trial,
                         StudyBuilder& builder) {
  static const RE2& form = *new RE2("[1-9][0-9]{0,8}");
  std::set<std::string> known;
  for (const JsonNode& reference : module["references"].items()) {
    const std::string pmid = reference["pmid"].text();
    if (!RE2::FullMatch(pmid, form)) {
      builder.LeaveOut("references without a PubMed number");
      reference.Skip();
      continue;
    }
    const auto role = RoleOfReference(reference["type"].text());
    if (role == v1::REPORT_ROLE_UNSPECIFIED && reference["type"].exists()) {
      builder.Problem(reference["type"], "want RESULT, BACKGROUND or DERIVED");
    }
    // It is about something else than this trial.
    if (role == v1::REPORT_ROLE_BACKGROUND) {
      builder.LeaveOut("references of type BACKGROUND");
      reference.Skip();
      continue;
    }
    if (!known.insert(pmid).second) continue;
    auto& publication = builder.Add<v1::Publication>(reference);
    builder.last().id = absl::StrCat("pmid-", pmid);
    publication.set_pmid(pmid);
    ReadCitation(reference["citation"].text(), publication);
    publication.add_registrations(builder.number());
    if (!reference["retractions"].items().empty()) {
      publication.set_notice(v1::PUBLICATION_NOTICE_RETRACTED);
      reference["retractions"].Skip();
    }
    v1::TrialReport& report = *trial.add_reports();
    report.set_publication(absl::StrCat("pmid-", pmid));
    if (role != v1::REPORT_ROLE_UNSPECIFIED) report.set_role(role);
    *report.mutable_source() = builder.SourceAt(reference);
  }
}

}  // namespace consilium
