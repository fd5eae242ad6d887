#include "proto/base/html.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Html, TextCannotBecomeMarkup) {
  EXPECT_EQ(EscapeHtml("<script>alert('x' & \"y\")</script>"),
            "&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)"
            "&lt;/script&gt;");
}

TEST(Html, AttributeCannotBeLeft) {
  HtmlWriter html;
  html.Element("a", "link", {{"href", "#\" onclick=\"run()"}});
  EXPECT_EQ(std::move(html).Finish(),
            "<!DOCTYPE html>\n"
            "<a href=\"#&quot; onclick=&quot;run()\">link</a>");
}

TEST(Html, TextCannotHideOrTurnWhatStandsAroundIt) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(EscapeHtml("a\xE2\x80\xAE"
                       "b"),
            "a" + replacement + "b");
  EXPECT_EQ(EscapeHtml("a\xE2\x81\xA6"
                       "b"),
            "a" + replacement + "b");
  EXPECT_EQ(EscapeHtml(absl::string_view("a\0b", 3)), "a" + replacement + "b");
  EXPECT_EQ(EscapeHtml("a\x1B[31mb"), "a" + replacement + "[31mb");
  EXPECT_EQ(EscapeHtml("a\xC2\x85"
                       "b"),
            "a" + replacement + "b");
}

TEST(Html, KeepsWordsOfEveryLanguage) {
  for (const std::string text :
       {"naïve", "放射治疗", "± ≥ µg", "“quoted” – dash", "שלום", "a\tb\nc"}) {
    EXPECT_EQ(EscapeHtml(text), text);
  }
}

TEST(Html, LeavesOutAttributesWithoutAValue) {
  HtmlWriter html;
  html.Open("tr", {{"class", ""}, {"id", "a"}}).Close();
  EXPECT_THAT(std::move(html).Finish(),
              AllOf(HasSubstr("<tr id=\"a\">"), Not(HasSubstr("class"))));
}

}  // namespace
}  // namespace consilium
