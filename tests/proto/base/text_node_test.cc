#include "proto/base/text_node.h"

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using Kind = TextNode::Kind;

struct BadText {
  const char* name;
  std::string text;
  const char* complaint;
};

void ExpectRefused(const std::string& file, TextFormat format,
                   const std::vector<BadText>& cases) {
  for (const BadText& test : cases) {
    const auto parsed = ParseText(file, test.text, format);
    EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr(test.complaint)))
        << test.name;
    EXPECT_EQ(GetErrorReason(parsed.status()), "INVALID_TEXT") << test.name;
  }
}

TEST(TextNodeTest, YamlKeepsPositions) {
  ASSERT_OK_AND_ASSIGN(const auto documents, ParseText("f",
                                                       "# comment\n"
                                                       "title: \"Études\"\n"
                                                       "phases:\n"
                                                       "  - phase2\n"
                                                       "  - null\n",
                                                       TextFormat::kYaml));
  ASSERT_THAT(documents, SizeIs(1));
  const TextNode& root = documents[0];
  ASSERT_EQ(root.kind, Kind::kMap);
  EXPECT_EQ(root.entries[1].position.line, 3);
  EXPECT_EQ(root.entries[1].position.column, 1);
  EXPECT_TRUE(root.Find("title")->quoted);
  const TextNode& phases = *root.Find("phases");
  ASSERT_THAT(phases.items, SizeIs(2));
  EXPECT_EQ(phases.items[0].scalar, "phase2");
  EXPECT_FALSE(phases.items[0].quoted);
  EXPECT_EQ(phases.items[0].position.line, 4);
  EXPECT_EQ(phases.items[0].position.column, 5);
  EXPECT_EQ(phases.items[1].kind, Kind::kNull);
  EXPECT_EQ(root.Find("nothing"), nullptr);
}

TEST(TextNodeTest, YamlMayHoldSeveralDocumentsOrNone) {
  EXPECT_THAT(ParseText("f", "a: 1\n---\nb: 2\n", TextFormat::kYaml),
              IsOkAndHolds(SizeIs(2)));
  EXPECT_THAT(ParseText("f", "", TextFormat::kYaml), IsOkAndHolds(SizeIs(0)));
  EXPECT_THAT(ParseText("f", "# only this\n", TextFormat::kYaml),
              IsOkAndHolds(SizeIs(0)));
}

TEST(TextNodeTest, TakesWindowsText) {
  ASSERT_OK_AND_ASSIGN(const auto documents, ParseText("f",
                                                       "\xEF\xBB\xBF"
                                                       "a: 1\r\nb: 2\r\n",
                                                       TextFormat::kYaml));
  EXPECT_EQ(documents[0].Find("a")->scalar, "1");
  EXPECT_EQ(documents[0].Find("b")->scalar, "2");
}

TEST(TextNodeTest, RefusesBadYaml) {
  ExpectRefused(
      "dir/f.yaml", TextFormat::kYaml,
      {
          {"duplicate key", "a: 1\nb: 2\na: 3\n",
           "dir/f.yaml:3:1: the key \"a\" occurs twice, first in line 1"},
          {"duplicate key deep down", "a:\n  - {b: 1, b: 2}\n",
           "dir/f.yaml:2:12: the key \"b\""},
          {"not UTF-8", "a: 1\nb: \xC3(\n",
           "dir/f.yaml:2:4: the text is not UTF-8 at byte 8"},
          {"overlong", "a: \xC0\xAF\n", "not UTF-8"},
          {"surrogate", "a: \xED\xA0\x80\n", "not UTF-8"},
          {"control character", "a: 1\nb: x\x04y\n",
           "dir/f.yaml:2:5: the text holds a control character, \"\\x04\""},
          {"no end of line", "a: 1\nb: 12",
           "dir/f.yaml:2:6: the text does not end with a line break, so it may "
           "be truncated"},
          {"unclosed quote", "a: \"x\n", "dir/f.yaml:"},
          {"unclosed bracket", "a: [1, 2\n", "dir/f.yaml:"},
          {"bad indentation", "a:\n  b: 1\n c: 2\n", "dir/f.yaml:3:"},
          {"tab for indentation", "a:\n\tb: 1\n", "dir/f.yaml:2:"},
          {"alias", "a: &x 1\nb: *x\n", "anchors are not read"},
          {"tag", "a: !!python/object x\n", "is not read"},
          {"key that is a list", "? [1]\n: 2\n", "a key is no plain text"},
          {"nested too deeply",
           absl::StrCat(std::string(65, '['), std::string(65, ']'), "\n"),
           "nested too deeply; want at most 64 levels"},
          {"nested much too deeply",
           absl::StrCat(std::string(100000, '['), "\n"), "dir/f.yaml:1:"},
      });
}

TEST(TextNodeTest, RefusesAFileBeyondTheLimit) {
  const std::string text(kTextFileSizeMax + 1, '#');
  for (const auto format : {TextFormat::kYaml, TextFormat::kJson}) {
    EXPECT_THAT(ParseText("f", text, format),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("want at most 16777216")));
  }
}

TEST(TextNodeTest, ReadsJson) {
  ASSERT_OK_AND_ASSIGN(const auto documents,
                       ParseText("f.json",
                                 "{\n  \"a\": [1, -2.5e3, true, null],\n"
                                 "  \"b\": \"\\u00c9\\ud83d\\ude00\\n\\\"\"}",
                                 TextFormat::kJson));
  const TextNode& root = documents[0];
  const TextNode& list = *root.Find("a");
  ASSERT_THAT(list.items, SizeIs(4));
  EXPECT_EQ(list.items[1].scalar, "-2.5e3");
  EXPECT_EQ(list.items[3].kind, Kind::kNull);
  EXPECT_EQ(root.Find("b")->scalar, "É😀\n\"");
  EXPECT_EQ(root.entries[1].position.line, 3);
  EXPECT_EQ(root.entries[1].position.column, 3);
}

TEST(TextNodeTest, RefusesBadJson) {
  ExpectRefused(
      "f.json", TextFormat::kJson,
      {
          {"duplicate key", "{\"a\": 1,\n\"a\": 2}",
           "f.json:2:1: the key \"a\" occurs twice, first in line 1"},
          {"truncated in an object", "{\"a\": 1", "is it truncated?"},
          {"truncated in a string", "{\"a\": \"x", "f.json:1:9: the text ends"},
          {"truncated in a list", "[1,", "is it truncated?"},
          {"truncated in an escape", "[\"\\u12", "no such escape"},
          {"NaN", "[NaN]", "f.json:1:2: \"NaN\" is no JSON value"},
          {"infinity", "[-Infinity]", "\"-Infinity\" is no JSON value"},
          {"leading zero", "[01]", "\"01\" is no JSON value"},
          {"bare point", "[1.]", "\"1.\" is no JSON value"},
          {"trailing comma", "[1,]", "want a JSON value"},
          {"single quotes", "{'a': 1}", "want a key in double quotes"},
          {"missing colon", "{\"a\" 1}", "want \":\" after a key"},
          {"something behind", "{} x", "text follows the end"},
          {"raw line break", "[\"a\nb\"]", "a line break or tab"},
          {"half a surrogate pair", "[\"\\ud83dx\"]", "surrogate pair"},
          {"NUL", "[\"\\u0000\"]", "\\u0000"},
          {"unknown escape", "[\"\\q\"]", "no such escape"},
          {"not UTF-8", "[\"\xFF\"]", "f.json:1:3: the text is not UTF-8"},
          {"nested too deeply", std::string(100000, '['),
           "nested too deeply; want at most 64 levels"},
          {"keys without end",
           [] {
             std::string text = "{\"k\":0";
             for (int i = 0; i < 2000; ++i) {
               absl::StrAppend(&text, ",\"k", i, "\":0");
             }
             return text + "}";
           }(),
           "has too many keys; want at most 1000"},
      });
}

TEST(TextNodeTest, GuessesTheFormat) {
  EXPECT_EQ(GuessTextFormat("a.JSON", ""), TextFormat::kJson);
  EXPECT_EQ(GuessTextFormat("a.yml", "{}"), TextFormat::kYaml);
  EXPECT_EQ(GuessTextFormat("-", "  {\"a\": 1}"), TextFormat::kJson);
  EXPECT_EQ(GuessTextFormat("-", "a: 1"), TextFormat::kYaml);
}

TEST(TextNodeTest, ManyProblemsAreCounted) {
  const std::vector<TextProblem> problems(kProblemsMax + 5, {{1, 2}, "p", "d"});
  const absl::Status status = TextError("f", problems);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("\nand 5 more problems")));
  EXPECT_THAT(GetFieldViolations(status), SizeIs(kProblemsMax));
}

}  // namespace
}  // namespace consilium
