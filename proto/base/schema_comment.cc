#include "proto/base/schema_comment.h"

#include <google/protobuf/descriptor.pb.h>

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "proto/base/schema_set.h"

namespace consilium {
namespace {

// A descriptor tells where it stands in its file, and so does every comment.
using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FileDescriptorProto;

// Comments by file and the path of their element, as SourceCodeInfo has it.
using Comments = absl::flat_hash_map<std::string, std::string>;

std::string KeyOf(const std::string& file, const std::vector<int>& path) {
  return absl::StrCat(file, ":", absl::StrJoin(path, "."));
}

// Joins the lines of each paragraph.
std::string Reflow(const std::string& comment) {
  std::string text;
  bool paragraph_ended = false;
  for (absl::string_view line : absl::StrSplit(comment, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty()) {
      paragraph_ended = true;
      continue;
    }
    const absl::string_view before = text.empty()      ? ""
                                     : paragraph_ended ? "\n\n"
                                                       : " ";
    absl::StrAppend(&text, before, line);
    paragraph_ended = false;
  }
  return text;
}

const Comments& AllComments() {
  static const Comments& comments = *[] {
    auto* read = new Comments;
    google::protobuf::FileDescriptorSet set;
    const absl::string_view bytes = SchemaSet();
    set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    for (const FileDescriptorProto& file : set.file()) {
      for (const auto& location : file.source_code_info().location()) {
        if (location.leading_comments().empty()) continue;
        const std::vector<int> path(location.path().begin(),
                                    location.path().end());
        (*read)[KeyOf(file.name(), path)] = Reflow(location.leading_comments());
      }
    }
    return read;
  }();
  return comments;
}

std::vector<int> PathOf(const google::protobuf::Descriptor& message) {
  std::vector<int> path;
  if (message.containing_type() == nullptr) {
    path = {FileDescriptorProto::kMessageTypeFieldNumber};
  } else {
    path = PathOf(*message.containing_type());
    path.push_back(DescriptorProto::kNestedTypeFieldNumber);
  }
  path.push_back(message.index());
  return path;
}

std::vector<int> PathOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<int> path;
  if (type.containing_type() == nullptr) {
    path = {FileDescriptorProto::kEnumTypeFieldNumber};
  } else {
    path = PathOf(*type.containing_type());
    path.push_back(DescriptorProto::kEnumTypeFieldNumber);
  }
  path.push_back(type.index());
  return path;
}

std::string CommentAt(const google::protobuf::FileDescriptor& file,
                      const std::vector<int>& path) {
  const auto found = AllComments().find(KeyOf(file.name(), path));
  return found == AllComments().end() ? "" : found->second;
}

}  // namespace

std::string SchemaComment(const google::protobuf::FieldDescriptor& field) {
  std::vector<int> path = PathOf(*field.containing_type());
  path.push_back(DescriptorProto::kFieldFieldNumber);
  path.push_back(field.index());
  return CommentAt(*field.file(), path);
}

std::string SchemaComment(const google::protobuf::Descriptor& message) {
  return CommentAt(*message.file(), PathOf(message));
}

std::string SchemaComment(const google::protobuf::EnumDescriptor& type) {
  return CommentAt(*type.file(), PathOf(type));
}

std::string SchemaComment(const google::protobuf::EnumValueDescriptor& value) {
  std::vector<int> path = PathOf(*value.type());
  path.push_back(EnumDescriptorProto::kValueFieldNumber);
  path.push_back(value.index());
  return CommentAt(*value.type()->file(), path);
}

}  // namespace consilium
