#include "server/review/canonical_hash.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "absl/strings/escaping.h"

namespace consilium {

void CanonicalHash::Add(absl::string_view piece) {
  std::string size(8, '\0');
  for (int i = 0; i < 8; ++i) {
    size[static_cast<size_t>(i)] =
        static_cast<char>((piece.size() >> (56 - 8 * i)) & 0xff);
  }
  stream_.Add(size);
  stream_.Add(piece);
}

void CanonicalHash::Add(const google::protobuf::MessageLite& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  Add(absl::string_view(bytes));
}

std::string CanonicalHash::Finish() {
  return absl::BytesToHexString(stream_.Finish());
}

}  // namespace consilium
