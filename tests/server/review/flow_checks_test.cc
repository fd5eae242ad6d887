// Numbers of the flow of records that cannot all be right are told.
#include "server/review/flow_checks.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Flow {
 public:
  Flow& Add(const std::string& id, int64_t total) {
    v1::FlowNumber& number = numbers_.emplace_back();
    number.set_id(id);
    number.set_total(total);
    return *this;
  }
  std::vector<std::string> Check(const v1::Review& review = {}) const {
    return FlowContradictions(review, numbers_);
  }

 private:
  std::vector<v1::FlowNumber> numbers_;
};

TEST(FlowChecksTest, NumbersThatAgreeAreNotTold) {
  EXPECT_THAT(Flow()
                  .Add("records-from-databases", 100)
                  .Add("duplicates-removed", 20)
                  .Add("records-screened", 80)
                  .Add("records-excluded", 70)
                  .Add("reports-sought", 10)
                  .Add("reports-assessed", 9)
                  .Add("reports-excluded", 4)
                  .Add("reports-included", 5)
                  .Check(),
              IsEmpty());
  // What was never recorded contradicts nothing.
  EXPECT_THAT(Flow().Add("reports-included", 5).Check(), IsEmpty());
}

TEST(FlowChecksTest, MoreThanCameBeforeIsTold) {
  EXPECT_THAT(
      Flow()
          .Add("records-from-databases", 100)
          .Add("duplicates-removed", 20)
          .Add("records-screened", 90)
          .Add("records-excluded", 85)
          .Add("reports-sought", 10)
          .Add("reports-assessed", 4)
          .Add("reports-excluded", 1)
          .Add("reports-included", 12)
          .Check(),
      ElementsAre(
          HasSubstr("90 records were screened, and 80 were identified"),
          HasSubstr("10 reports were sought, and 5 records were screened"),
          HasSubstr("12 reports of studies are included, and 3 reports")));
}

TEST(FlowChecksTest, MoreDuplicatesThanRecordsAreTold) {
  v1::Review review;
  v1::SearchRun& search = *review.add_searches();
  search.set_database("pubmed");
  search.set_date("2026-11-01");
  search.set_records(10);
  search.set_duplicates(12);
  EXPECT_THAT(Flow().Check(review),
              ElementsAre(HasSubstr("12 duplicates among 10 records")));
}

}  // namespace
}  // namespace consilium
