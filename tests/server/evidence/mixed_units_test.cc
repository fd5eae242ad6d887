// Numbers of several units in one answer are told.
#include "server/evidence/mixed_units.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/evidence_filter.h"
#include "tests/server/evidence/row_questions.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Hints(absl::string_view filter,
                               const std::vector<v1::EvidenceRow>& rows) {
  std::vector<const v1::EvidenceRow*> all;
  for (const v1::EvidenceRow& row : rows) all.push_back(&row);
  return MixedUnits(*ParseEvidenceFilter(filter), all);
}

TEST(MixedUnitsTest, AnAnswerInSeveralUnitsNamesTheFieldThatComparesAll) {
  std::vector<v1::EvidenceRow> rows = {Median(508, "d"), Median(9, "mo"),
                                       Median(35, "mo")};
  const char* const kHint =
      "value is compared as printed, in d (1 row) and mo (2 rows); valueMonths "
      "compares all times";
  EXPECT_THAT(Hints("value > 30", rows), ElementsAre(kHint));
  EXPECT_THAT(Hints("statistic = median AND value > 40", rows),
              ElementsAre(kHint));
  EXPECT_THAT(Hints("unit = mo AND value > 30", rows), IsEmpty());
  EXPECT_THAT(Hints("valueMonths > 30", rows), IsEmpty());
  EXPECT_THAT(Hints("value > \"30 mo\"", rows), IsEmpty());
}

}  // namespace
}  // namespace consilium
