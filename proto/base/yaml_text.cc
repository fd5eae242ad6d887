#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/limits.h"
#include "proto/base/text_parser.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr absl::string_view kPlainTag = "?";
constexpr absl::string_view kQuotedTag = "!";

TextPosition ToPosition(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

// Thrown through yaml-cpp, which has no other way to stop, and caught below.
[[noreturn]] void Stop(const YAML::Mark& mark, const std::string& message) {
  throw YAML::ParserException(mark, message);
}

// Builds the tree of one document from yaml-cpp's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  // `start` is where the document before began, -1 before the first.
  TreeBuilder(int start, std::vector<TextProblem>& problems)
      : problems_(problems), start_(start) {}

  // yaml-cpp may begin one document after another at an item that stands in no
  // list, and never come past it.
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (mark.pos == start_) {
      Stop(mark, "an item stands where no list is; want its list, or \"---\"");
    }
    start_ = mark.pos;
  }
  int start() const { return start_; }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    TextNode node;
    node.position = ToPosition(mark);
    RefuseAnchor(mark, anchor);
    Add(mark, std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Stop(mark, "aliases are not read; want the value itself");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    RefuseAnchor(mark, anchor);
    RefuseTag(mark, tag);
    // By an escape; as in JSON.
    if (absl::StrContains(value, '\0')) {
      Stop(mark, "a string holds \\0; want text");
    }
    TextNode node;
    node.kind = TextNode::Kind::kScalar;
    node.position = ToPosition(mark);
    node.scalar = value;
    node.quoted = tag == kQuotedTag;
    Add(mark, std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, TextNode::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(mark, tag, anchor, TextNode::Kind::kMap);
  }
  void OnMapEnd() override { Close(); }

  bool has_root() const { return has_root_; }
  TextNode TakeRoot() { return std::move(root_); }

 private:
  // A list or map whose end has not come.
  struct OpenNode {
    YAML::Mark mark;
    TextNode node;
    bool has_key = false;  // The entry's key is read, its value is next.
    TextNode::Entry entry;
  };

  void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) Stop(mark, "anchors are not read; want plain values");
  }

  void RefuseTag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != kPlainTag && tag != kQuotedTag) {
      Stop(mark, absl::StrCat("the tag ", Quote(tag),
                              " is not read; want plain values"));
    }
  }

  void Open(const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor, TextNode::Kind kind) {
    RefuseAnchor(mark, anchor);
    RefuseTag(mark, tag);
    if (open_.size() >= static_cast<size_t>(kTextDepthMax)) {
      Stop(mark, absl::StrCat("the text is nested too deeply; want at most ",
                              kTextDepthMax, " levels"));
    }
    OpenNode opened;
    opened.mark = mark;
    opened.node.kind = kind;
    opened.node.position = ToPosition(mark);
    open_.push_back(std::move(opened));
  }

  void Close() {
    OpenNode closed = std::move(open_.back());
    open_.pop_back();
    Add(closed.mark, std::move(closed.node));
  }

  void Add(const YAML::Mark& mark, TextNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      has_root_ = true;
      return;
    }
    OpenNode& parent = open_.back();
    if (parent.node.kind == TextNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.has_key) {
      parent.entry.value = std::move(node);
      parent.has_key = false;
      AddEntry(std::move(parent.entry), parent.node, problems_);
    } else {
      if (node.kind != TextNode::Kind::kScalar) {
        Stop(mark, "a key is no plain text; want the name of a field");
      }
      parent.entry = {std::move(node.scalar), node.position, {}};
      parent.has_key = true;
    }
  }

  std::vector<TextProblem>& problems_;
  int start_;
  std::vector<OpenNode> open_;
  TextNode root_;
  bool has_root_ = false;
};

// yaml-cpp lets a quoted text run to the end of the input. Another document
// behind the last makes it notice.
constexpr absl::string_view kSentinel = "\n---\n";

TextPosition EndOf(absl::string_view text) {
  TextPosition position{1, 1};
  for (const char c : text) {
    position = c == '\n' ? TextPosition{position.line + 1, 1}
                         : TextPosition{position.line, position.column + 1};
  }
  return position;
}

}  // namespace

void ParseYamlText(absl::string_view text, std::vector<TextNode>& documents,
                   std::vector<TextProblem>& problems) {
  if (text.empty()) return;
  try {
    std::istringstream stream{absl::StrCat(text, kSentinel)};
    YAML::Parser parser(stream);
    int start = -1;
    while (true) {
      TreeBuilder builder(start, problems);
      if (!parser.HandleNextDocument(builder)) break;
      start = builder.start();
      TextNode root = builder.TakeRoot();
      if (builder.has_root() && root.kind != TextNode::Kind::kNull) {
        documents.push_back(std::move(root));
      }
    }
  } catch (const YAML::Exception& exception) {
    const TextPosition end = EndOf(text);
    const bool at_end = exception.mark.line + 1 >= end.line;
    problems.push_back(
        {at_end ? end : ToPosition(exception.mark), "",
         at_end ? absl::StrCat("the text ends in the middle of a value (",
                               exception.msg, "); is it truncated?")
                : exception.msg});
    return;
  }
  if (!absl::EndsWith(text, "\n")) {
    problems.push_back(
        {EndOf(text), "",
         "the text does not end with a line break, so it may be truncated; end "
         "the last line if it is complete"});
  }
}

}  // namespace consilium
