#include "proto/base/record_reference.h"

#include "absl/strings/str_cat.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/text_form.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;

template <typename T>
std::vector<std::string> References(const std::string& name,
                                    const std::string& yaml) {
  T record;
  EXPECT_OK(ParseMessage("test", yaml + "\n", TextFormat::kYaml, record));
  std::vector<std::string> found;
  for (const auto& reference :
       FindReferences(record, *RecordName::Parse(name), "r")) {
    found.push_back(absl::StrCat(reference.path, " ", reference.name));
  }
  return found;
}

TEST(RecordReferenceTest, CompletesIds) {
  EXPECT_THAT(References<v1::Endpoint>(
                  "trials/t/endpoints/os",
                  "{estimates: [{report: pmid-1, group: {arms: [a, "
                  "trials/u/arms/b]}}], source: {report: pmid-2}}"),
              ElementsAre("r.estimates[0].report publications/pmid-1",
                          "r.estimates[0].group.arms[0] trials/t/arms/a",
                          "r.estimates[0].group.arms[1] trials/u/arms/b",
                          "r.source.report publications/pmid-2"));
  EXPECT_THAT(References<v1::Arm>("trials/t/arms/a", "{partOf: b}"),
              ElementsAre("r.partOf trials/t/arms/b"));
  EXPECT_THAT(References<v1::Trial>("trials/t",
                                    "{comparedTrials: [u], followUps: "
                                    "[{group: {arms: [a]}}]}"),
              ElementsAre("r.comparedTrials[0] trials/u",
                          "r.followUps[0].group.arms[0] trials/t/arms/a"));
}

}  // namespace
}  // namespace consilium
