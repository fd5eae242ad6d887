// Writes the page of a review to standard output, for tests in a browser: of
// the sample, or of a result in JSON on standard input.
//
//   write_sample_review [--json]
#include <google/protobuf/util/json_util.h>

#include <iostream>
#include <iterator>
#include <string>

#include "server/page/review_page.h"
#include "tests/server/page/sample_review.h"

int main(int argc, char** argv) {
  consilium::v1::ReviewResult result = consilium::SampleReview();
  if (argc == 2 && std::string(argv[1]) == "--json") {
    result.Clear();
    const std::string json{std::istreambuf_iterator<char>(std::cin), {}};
    if (!google::protobuf::util::JsonStringToMessage(json, &result).ok()) {
      std::cerr << "standard input is no ReviewResult in JSON\n";
      return 1;
    }
  }
  std::cout << consilium::RenderReviewPage(result);
  return std::cout.good() ? 0 : 1;
}
