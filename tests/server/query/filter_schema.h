// Records for the tests of filters.
#ifndef CONSILIUM_TESTS_SERVER_QUERY_FILTER_SCHEMA_H_
#define CONSILIUM_TESTS_SERVER_QUERY_FILTER_SCHEMA_H_

#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/text_format.h"
#include "tests/server/query/arm.pb.h"

namespace consilium {

// An Arm from the text form of protobuf.
inline test::Arm MakeArm(const std::string& text) {
  test::Arm arm;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &arm));
  return arm;
}

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SERVER_QUERY_FILTER_SCHEMA_H_
