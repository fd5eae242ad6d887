// What of a record has no number of its own: names, places, dates and totals.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "client/import/citation_text.h"
#include "client/import/ctgov_outcome_values.h"
#include "client/import/ctgov_study.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/import/imported.h"

namespace consilium {
namespace {

using Json = nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Json Made() { return Json::parse(ReadTestFile("with-results.json")); }

TEST(CtgovDetailsTest, TwoPlacebosOfAnArmAreBothToldOf) {
  Json json = Made();
  Json& module = json["protocolSection"]["armsInterventionsModule"];
  const Json label = module["armGroups"][0]["label"];
  module["interventions"] = Json::array({{{"type", "DRUG"},
                                          {"name", "Placebo Erlotinib 150 mg"},
                                          {"otherNames", {"Placebo Tarceva"}},
                                          {"armGroupLabels", {label}}},
                                         {{"type", "DRUG"},
                                          {"name", "Placebo Gefitinib 250 mg"},
                                          {"armGroupLabels", {label}}}});
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  for (const ImportedRecord& record : study.records) {
    const auto* arm = dynamic_cast<const v1::Arm*>(record.message.get());
    if (arm == nullptr || arm->title() != label) continue;
    ASSERT_EQ(arm->drugs_size(), 1);
    EXPECT_EQ(arm->drugs(0).note(),
              "Placebo Erlotinib 150 mg (also Placebo Tarceva)\n"
              "Placebo Gefitinib 250 mg");
    return;
  }
  FAIL() << "no such arm";
}

TEST(CtgovDetailsTest, TypesOfDatesAreCounted) {
  Json json = Made();
  json["protocolSection"]["statusModule"]["completionDateStruct"] = {
      {"date", "2031-02"}, {"type", "ESTIMATED"}};
  EXPECT_THAT(
      ReadCtgovStudy(json.dump()).left_out,
      Contains(std::pair<const std::string, int>(
          "protocolSection.statusModule.completionDateStruct.type", 1)));
}

// The made study with the titles of its baseline groups, which are two arms and
// the total, and with this measure.
ImportedStudy WithBaseline(const Json& titles, const Json& measure) {
  Json json = Made();
  Json groups = Json::array();
  Json counts = Json::array();
  const std::vector<std::string> participants = {"60", "60", "120"};
  for (size_t i = 0; i < titles.size(); ++i) {
    const std::string id = "BG00" + std::to_string(i);
    groups.push_back({{"id", id}, {"title", titles[i]}});
    counts.push_back({{"groupId", id}, {"value", participants[i]}});
  }
  json["resultsSection"]["baselineCharacteristicsModule"] = {
      {"groups", groups},
      {"denoms",
       Json::array({{{"units", "Participants"}, {"counts", counts}}})},
      {"measures", Json::array({measure})}};
  return ReadCtgovStudy(json.dump());
}

Json Row(const std::string& title, const std::vector<std::string>& values) {
  Json row = {{"title", title}, {"measurements", Json::array()}};
  for (size_t i = 0; i < values.size(); ++i) {
    row["measurements"].push_back(
        {{"groupId", "BG00" + std::to_string(i)}, {"value", values[i]}});
  }
  return row;
}

Json Sex(const Json& female, const Json& male) {
  return {{"title", "Sex"},
          {"paramType", "COUNT_OF_PARTICIPANTS"},
          {"unitOfMeasure", "Participants"},
          {"classes", Json::array({{{"categories", {female, male}}}})}};
}

std::vector<std::string> ArmTitles(const Json& json) {
  std::vector<std::string> titles;
  for (const Json& arm :
       json["protocolSection"]["armsInterventionsModule"]["armGroups"]) {
    titles.push_back(arm["label"]);
  }
  return titles;
}

TEST(CtgovDetailsTest, CategoriesOfABaselineThatDoNotAddUpAreNoted) {
  const std::vector<std::string> arms = ArmTitles(Made());
  const Json titles = {arms[0], arms[1], "Total"};
  const auto notes = [&](const Json& sex) {
    std::vector<std::string> found;
    for (const ImportNote& note : WithBaseline(titles, sex).warnings) {
      if (note.value.find("Sex") != std::string::npos) {
        found.push_back(note.value + " " + note.wish);
      }
    }
    return found;
  };
  EXPECT_THAT(notes(Sex(Row("Female", {"25", "30", "55"}),
                        Row("Male", {"35", "30", "65"}))),
              IsEmpty());
  EXPECT_THAT(notes(Sex(Row("Female", {"25", "30", "56"}),
                        Row("Male", {"35", "30", "64"}))),
              ElementsAre(HasSubstr("56 in all, of Sex, Female the 2 arms have "
                                    "55 together"),
                          HasSubstr("64 in all")));
  EXPECT_THAT(notes(Sex(Row("Female", {"40", "30", "70"}),
                        Row("Male", {"35", "30", "65"}))),
              Contains(HasSubstr("75 in the categories of Sex, group BG000 are "
                                 "more than the 60")));
}

TEST(CtgovDetailsTest, AnArmAndMoreIsNoPartOfIt) {
  const std::vector<std::string> arms = ArmTitles(Made());
  const ImportedStudy study =
      WithBaseline({"Global + China Extension " + arms[0],
                    "Global + China Extension " + arms[1]},
                   Sex(Row("Female", {"25", "30"}), Row("Male", {"35", "30"})));
  EXPECT_THAT(study.problems, IsEmpty());
  int values = 0;
  for (const ImportedRecord& record : study.records) {
    const auto* arm = dynamic_cast<const v1::Arm*>(record.message.get());
    if (arm != nullptr) values += arm->baseline_size();
  }
  EXPECT_EQ(values, 4);
  EXPECT_THAT(study.warnings,
              Contains(Field(&ImportNote::wish,
                             HasSubstr("all of it, though it has more"))));
}

TEST(CtgovDetailsTest, AnEventNamesAllRowsThatItsCountsAreFrom) {
  Json json = Made();
  Json& events = json["resultsSection"]["adverseEventsModule"];
  Json row = events["seriousEvents"][0];
  events["otherEvents"] = Json::array({row});
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  bool found = false;
  for (const ImportedRecord& record : study.records) {
    const auto* event =
        dynamic_cast<const v1::AdverseEvent*>(record.message.get());
    if (event == nullptr || event->title() != row["term"]) continue;
    found = true;
    EXPECT_THAT(event->source().locator(),
                AllOf(HasSubstr("adverseEventsModule.seriousEvents[0]"),
                      HasSubstr("adverseEventsModule.otherEvents[0]")));
  }
  EXPECT_TRUE(found);
}

// The first outcome of the made study, changed.
template <typename Change>
ImportedStudy Changed(Change change) {
  Json json = Made();
  change(json["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0]);
  return ReadCtgovStudy(json.dump());
}

TEST(CtgovDetailsTest, TitlesOfClassesAreKeptAsPrinted) {
  const ImportedStudy study = Changed([](Json& outcome) {
    outcome["classes"][0]["title"] = "Cycle 2 Day 1 (n=50, 49)";
  });
  EXPECT_EQ(Get<v1::Endpoint>(study, "pfs-inv").estimates(0).category(),
            "Cycle 2 Day 1 (n=50, 49)");
}

TEST(CtgovDetailsTest, ProbabilitiesKeepTheirSidesAndAreNeverZero) {
  const auto with = [](const char* printed) {
    return Changed([printed](Json& outcome) {
      outcome["analyses"][0]["pValue"] = printed;
      outcome["analyses"][0].erase("pValueComment");
    });
  };
  const ImportedStudy sided = with("0.001 (one-sided)");
  const auto& contrast = Get<v1::Endpoint>(sided, "pfs-inv").contrasts(0);
  EXPECT_EQ(contrast.p_value().value(), 0.001);
  EXPECT_EQ(contrast.p_value().sides(), v1::SIDES_ONE);
  const ImportedStudy zero = with("0.0000");
  const auto& bounded = Get<v1::Endpoint>(zero, "pfs-inv").contrasts(0);
  EXPECT_EQ(bounded.p_value().comparator(), v1::COMPARATOR_LESS);
  EXPECT_EQ(bounded.p_value().value(), 0.0001);
  EXPECT_THAT(bounded.note(), HasSubstr("P printed as 0.0000."));
}

TEST(CtgovDetailsTest, LimitsOfALogarithmAreDerivedToo) {
  const ImportedStudy study = Changed([](Json& outcome) {
    Json& analysis = outcome["analyses"][0];
    analysis["paramType"] = "Hazard Ratio, log";
    analysis["paramValue"] = "-0.51";
    analysis["ciLowerLimit"] = "-0.80";
    analysis["ciUpperLimit"] = "-0.22";
  });
  std::vector<std::string> paths;
  for (const v1::Derivation& each :
       Get<v1::Endpoint>(study, "pfs-inv").contrasts(0).derivations()) {
    paths.push_back(each.path());
  }
  EXPECT_THAT(paths, ElementsAre("value", "interval.low", "interval.high"));
}

TEST(CtgovDetailsTest, ADeviationBesideARangeIsNotTheRange) {
  Json measurement = {{"value", "60.1"},
                      {"spread", "9.9"},
                      {"lowerLimit", "25"},
                      {"upperLimit", "85"}};
  JsonDocument document(measurement);
  EXPECT_EQ(PrintedValue("STANDARD_DEVIATION", document.root()),
            "60.1 (standard deviation 9.9) (25 to 85)");
}

TEST(CtgovDetailsTest, CitationsKeepPeopleGroupsAndTitlesApart) {
  v1::Publication paper;
  ReadCitation(
      "Wu YL, Papadimitrakopoulou VA; AURA3 Investigators. A title? With "
      "more. Of it: yes. N Engl J Med. 2020 Jan 2;382(1):11-20.",
      paper);
  EXPECT_THAT(paper.authors(), ElementsAre("Wu YL", "Papadimitrakopoulou VA",
                                           "AURA3 Investigators"));
  EXPECT_EQ(paper.title(), "A title? With more. Of it: yes");
  EXPECT_EQ(paper.journal(), "N Engl J Med");
  EXPECT_EQ(paper.year(), 2020);
  EXPECT_EQ(paper.pages(), "11-20");
  v1::Publication question;
  ReadCitation("Wu YL. Is it so? Lancet. 2019;1:2-3.", question);
  EXPECT_EQ(question.title(), "Is it so?");
  EXPECT_EQ(question.journal(), "Lancet");
}

TEST(CtgovDetailsTest, GroupsOfACrossoverAreWhatTheyAreGiven) {
  Json json = Made();
  json["protocolSection"]["armsInterventionsModule"] = {
      {"armGroups",
       {{{"label", "Sequence AB"},
         {"type", "EXPERIMENTAL"},
         {"description", "Drug A for 4 weeks, then Placebo"},
         {"interventionNames", {"Drug: Drug A", "Drug: Placebo"}}},
        {{"label", "Sequence BA"},
         {"type", "EXPERIMENTAL"},
         {"description", "Placebo for 4 weeks, then Drug A"},
         {"interventionNames", {"Drug: Drug A", "Drug: Placebo"}}}}},
      {"interventions",
       {{{"type", "DRUG"}, {"name", "Drug A"}},
        {{"type", "DRUG"}, {"name", "Placebo"}}}}};
  Json outcome =
      json["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0];
  outcome["groups"] = {{{"id", "OG000"}, {"title", "Drug A"}},
                       {{"id", "OG001"}, {"title", "Placebo"}}};
  outcome["denoms"] = Json::array();
  outcome["analyses"] = Json::array();
  outcome["classes"] = {
      {{"categories",
        {{{"measurements", {{{"groupId", "OG000"}, {"value", "4"}}}}}}}}};
  Json sequences = outcome;
  sequences["title"] = "Preference";
  sequences["groups"] = {
      {{"id", "OG000"}, {"title", "Placebo First, Then Drug A"}},
      {{"id", "OG001"}, {"title", "Drug A First, Then Placebo"}}};
  json["resultsSection"] = {
      {"outcomeMeasuresModule", {{"outcomeMeasures", {outcome, sequences}}}}};
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  int arms = 0;
  std::vector<std::string> labels;
  for (const ImportedRecord& record : study.records) {
    const auto* arm = dynamic_cast<const v1::Arm*>(record.message.get());
    if (arm == nullptr) continue;
    ++arms;
    EXPECT_GT(arm->drugs_size(), 0) << record.id;
    labels.insert(labels.end(), arm->labels().begin(), arm->labels().end());
  }
  EXPECT_EQ(arms, 4);
  EXPECT_EQ(Get<v1::Arm>(study, "drug-a").drugs(0).drug(), "drug-a");
  EXPECT_EQ(Get<v1::Arm>(study, "placebo").drugs(0).drug(), "placebo");
  EXPECT_THAT(labels, ElementsAre("Drug A First, Then Placebo",
                                  "Placebo First, Then Drug A"));
}

TEST(CtgovDetailsTest, EscapesOfMarkdownAreNoPartOfTexts) {
  Json json = Made();
  json["protocolSection"]["eligibilityModule"]["eligibilityCriteria"] =
      "\\* ECOG \\<2, at least \\>= 30% \\[local\\]; C:\\drive";
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_EQ(Get<v1::Trial>(study, "nct09000001").eligibility_criteria(),
            "* ECOG <2, at least >= 30% [local]; C:\\drive");
}

TEST(CtgovDetailsTest, ANumberBesideItsNameIsThatNumber) {
  Json json = Made();
  json["protocolSection"]["identificationModule"]["secondaryIdInfos"] = {
      {{"id", "2014-000594-39"}, {"type", "EUDRACT_NUMBER"}},
      {{"id", "EudraCT 2014-000594-39"}, {"type", "OTHER"}},
      {{"id", "NCT09000077"}, {"type", "OTHER"}}};
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  std::vector<std::pair<std::string, v1::RegistrationAuthority>> numbers;
  for (const auto& each :
       Get<v1::Trial>(study, "nct09000001").registrations()) {
    numbers.emplace_back(each.number(), each.authority());
  }
  using Number = std::pair<std::string, v1::RegistrationAuthority>;
  EXPECT_THAT(numbers, Contains(Number("2014-000594-39",
                                       v1::REGISTRATION_AUTHORITY_EUDRACT)));
  EXPECT_THAT(numbers, Contains(Number("NCT09000077",
                                       v1::REGISTRATION_AUTHORITY_OTHER)));
  EXPECT_THAT(numbers,
              Not(Contains(Field(&Number::first, HasSubstr("EudraCT")))));
}

}  // namespace
}  // namespace consilium
