#include "proto/base/field_path.h"

#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/member.pb.h"
#include "consilium/v1/trial.pb.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using testing::HasSubstr;

TEST(FieldPathTest, TextAndBack) {
  const Descriptor* trial = v1::Trial::descriptor();
  const struct {
    const Descriptor* descriptor;
    FieldPath path;
    const char* text;
  } kCases[] = {
      {trial, {2, MergeKind::kRegister, ""}, "title"},
      {trial, {5, MergeKind::kRegister, ""}, "studyType"},
      {trial, {48, MergeKind::kSet, "lung [right]"}, "keywords[lung [right]]"},
      {trial, {4, MergeKind::kKeyed, "nct1"}, "registrations[nct1]"},
      {v1::Endpoint::descriptor(),
       {6, MergeKind::kKeyed, "pmid-1/a,egfr=l858r/-/24mo/rate/-"},
       "estimates[pmid-1/a,egfr=l858r/-/24mo/rate/-]"},
      {v1::Member::descriptor(), {5, MergeKind::kSet, "3"}, "roles[curator]"},
      {v1::Member::descriptor(), {5, MergeKind::kSet, "77"}, "roles[77]"},
      {trial, {900, MergeKind::kRegister, ""}, "900"},
      {trial, {900, MergeKind::kKeyed, "k"}, "900:keyed[k]"},
      {trial, {900, MergeKind::kSet, ""}, "900:set[]"},
      {nullptr, {2, MergeKind::kRegister, ""}, "2"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(test.path.ToText(test.descriptor), test.text);
    EXPECT_THAT(FieldPath::Parse(test.text, test.descriptor),
                IsOkAndHolds(test.path))
        << test.text;
  }
}

TEST(FieldPathTest, TakesTheSchemasOwnNames) {
  EXPECT_THAT(FieldPath::Parse("study_type", v1::Trial::descriptor()),
              IsOkAndHolds(FieldPath{5, MergeKind::kRegister, ""}));
  EXPECT_THAT(
      FieldPath::Parse("roles[MEMBER_ROLE_CURATOR]", v1::Member::descriptor()),
      IsOkAndHolds(FieldPath{5, MergeKind::kSet, "3"}));
}

TEST(FieldPathTest, RefusesWhatIsNoPath) {
  const struct {
    const char* text;
    const char* complaint;
  } kCases[] = {
      {"titel", "\"titel\" is no field of Trial; did you mean \"title\"?"},
      {"title[x]", "names an element, but the field merges as a whole"},
      {"keywords", "names no element; want keywords[KEY]"},
      {"keywords[x", "has \"[\" without \"]\""},
      {"900[x]", "is no path of a numbered field"},
      {"900:bag[x]", "is no path of a numbered field"},
      {"-3", "is no path of a numbered field"},
      {"", "is no field of Trial"},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(
        FieldPath::Parse(test.text, v1::Trial::descriptor()),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.complaint)))
        << test.text;
  }
}

TEST(FieldPathTest, OrderIsFieldThenKindThenKey) {
  const FieldPath paths[] = {
      {2, MergeKind::kRegister, ""},   {2, MergeKind::kSet, "a"},
      {2, MergeKind::kKeyed, ""},      {2, MergeKind::kKeyed, "a"},
      {2, MergeKind::kKeyed, "a\xFF"}, {2, MergeKind::kKeyed, "b"},
      {10, MergeKind::kRegister, ""}};
  for (size_t i = 1; i < std::size(paths); ++i) {
    EXPECT_LT(paths[i - 1], paths[i]) << i;
    EXPECT_FALSE(paths[i] < paths[i - 1]) << i;
  }
}

}  // namespace
}  // namespace consilium
