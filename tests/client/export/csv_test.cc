#include "client/export/csv.h"

#include <gtest/gtest.h>

namespace consilium {
namespace {

TEST(CsvLineTest, MakesFormulasInert) {
  EXPECT_EQ(CsvLine({"=1+1", "+cmd", "-x", "@a"}), "'=1+1,'+cmd,'-x,'@a\r\n");
  EXPECT_EQ(CsvLine({"-0.5", "+3", "", "a=b"}), "-0.5,+3,,a=b\r\n");
  EXPECT_EQ(CsvLine({"a\nb"}), "\"a\nb\"\r\n");
}

}  // namespace
}  // namespace consilium
