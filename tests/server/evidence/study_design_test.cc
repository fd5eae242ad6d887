// How participants came into the groups that are compared.
#include "server/evidence/study_design.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "gtest/gtest.h"

namespace consilium {
namespace {

template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

TEST(StudyDesignTest, TheDesignIsThatOfTheFacts) {
  const auto design = [](const std::string& text, size_t arms) {
    return DesignOf(Read<v1::Trial>(text), arms);
  };
  EXPECT_EQ(design("randomized { answer: ANSWER_YES }", 2),
            v1::STUDY_DESIGN_RANDOMIZED);
  EXPECT_EQ(design("allocation: ALLOCATION_NA", 1),
            v1::STUDY_DESIGN_SINGLE_ARM);
  EXPECT_EQ(design("randomized { answer: ANSWER_NO }", 2),
            v1::STUDY_DESIGN_NON_RANDOMIZED);
  EXPECT_EQ(design("study_type: STUDY_TYPE_PRECLINICAL "
                   "randomized { answer: ANSWER_YES }",
                   2),
            v1::STUDY_DESIGN_PRECLINICAL);
  EXPECT_EQ(design("", 2), v1::STUDY_DESIGN_UNSPECIFIED);
}

TEST(StudyDesignTest, NobodyIsRandomizedToASubgroupOrFromOutside) {
  const auto compare = [](const std::string& group,
                          const std::string& reference) {
    return DesignOfContrast(v1::STUDY_DESIGN_RANDOMIZED, Read<v1::Group>(group),
                            Read<v1::Group>(reference));
  };
  EXPECT_EQ(compare("arms: 'a'", "arms: 'b'"), v1::STUDY_DESIGN_RANDOMIZED);
  EXPECT_EQ(compare("arms: 'a'", "external: 'historical controls'"),
            v1::STUDY_DESIGN_NON_RANDOMIZED);
  EXPECT_EQ(compare("arms: 'a' subgroups { term: 'egfr' level: 'l858r' }",
                    "arms: 'a' subgroups { term: 'egfr' level: '19del' }"),
            v1::STUDY_DESIGN_NON_RANDOMIZED);
  // Within a stratum the arms are still those of chance.
  EXPECT_EQ(compare("arms: 'a' subgroups { term: 'egfr' level: 'l858r' }",
                    "arms: 'b' subgroups { term: 'egfr' level: 'l858r' }"),
            v1::STUDY_DESIGN_RANDOMIZED);
}

}  // namespace
}  // namespace consilium
