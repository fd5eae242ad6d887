# Writes OUTPUT, a C++ file with the bytes of the descriptor set INPUT.
#   cmake -DINPUT=set.binpb -DOUTPUT=set.cc -P embed_schema.cmake
file(READ ${INPUT} bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT}
"#include \"proto/base/schema_set.h\"

namespace consilium {

namespace {
const unsigned char kBytes[${size}] = {${bytes}};
}  // namespace

absl::string_view SchemaSet() {
  return absl::string_view(reinterpret_cast<const char*>(kBytes),
                           sizeof(kBytes));
}

}  // namespace consilium
")
