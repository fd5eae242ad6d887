// Writes the page of the sample review to standard output, for tests in a
// browser.
#include <iostream>

#include "server/page/review_page.h"
#include "tests/server/page/sample_review.h"

int main() {
  std::cout << consilium::RenderReviewPage(consilium::SampleReview());
  return std::cout.good() ? 0 : 1;
}
