#include "client/export/citations.h"

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::HasSubstr;

TEST(Citations, BracesInAddressesEndNoEntry) {
  v1::Publication publication;
  publication.set_name("registries/nsclc/publications/p");
  publication.set_doi("10.1000/a}b");
  publication.set_url("https://x.org/{a}}");
  const std::string bibtex = PublicationsToBibtex({&publication, 1});
  EXPECT_EQ(std::count(bibtex.begin(), bibtex.end(), '{'),
            std::count(bibtex.begin(), bibtex.end(), '}'))
      << bibtex;
  EXPECT_THAT(bibtex, HasSubstr("doi = {10.1000/a%7Db}"));
  EXPECT_THAT(bibtex, HasSubstr("url = {https://x.org/%7Ba%7D%7D}"));
}

}  // namespace
}  // namespace consilium
