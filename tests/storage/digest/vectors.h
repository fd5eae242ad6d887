// The published test vectors, which make_vectors.py computes on its own.
#ifndef CONSILIUM_TESTS_STORAGE_DIGEST_VECTORS_H_
#define CONSILIUM_TESTS_STORAGE_DIGEST_VECTORS_H_

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"

namespace consilium {

// A value of the file, read as the test expects it; another type reads as
// empty.
class Vector {
 public:
  explicit Vector(const google::protobuf::Value& value) : value_(&value) {}

  Vector operator[](const std::string& name) const {
    static const google::protobuf::Value& none = *new google::protobuf::Value();
    const auto& fields = value_->struct_value().fields();
    const auto found = fields.find(name);
    return Vector(found == fields.end() ? none : found->second);
  }

  std::vector<Vector> list() const {
    std::vector<Vector> elements;
    for (const auto& element : value_->list_value().values()) {
      elements.emplace_back(element);
    }
    return elements;
  }

  std::string text() const { return value_->string_value(); }
  std::string bytes() const { return absl::HexStringToBytes(text()); }
  int64_t number() const {
    return static_cast<int64_t>(value_->number_value());
  }

 private:
  const google::protobuf::Value* value_;
};

// The whole file; empty when it cannot be read. Tests run in the root of the
// project.
inline Vector ReadVectors() {
  static const google::protobuf::Value& root = *[] {
    std::ifstream file("tests/storage/digest/testdata/vectors.json");
    std::stringstream text;
    text << file.rdbuf();
    auto* value = new google::protobuf::Value();
    if (!google::protobuf::util::JsonStringToMessage(text.str(), value).ok()) {
      value->Clear();
    }
    return value;
  }();
  return Vector(root);
}

}  // namespace consilium

#endif  // CONSILIUM_TESTS_STORAGE_DIGEST_VECTORS_H_
