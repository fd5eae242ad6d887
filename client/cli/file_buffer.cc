#include "client/cli/file_buffer.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/string_view.h"
#include "proto/base/write_all.h"

namespace consilium {

FileBuffer::FileBuffer(int file, bool by_line)
    : file_(file), by_line_(by_line) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

FileBuffer::int_type FileBuffer::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(c);
    pbump(1);
    if (by_line_ && *(pptr() - 1) == '\n' && sync() != 0) {
      return traits_type::eof();
    }
  }
  return traits_type::not_eof(c);
}

std::streamsize FileBuffer::xsputn(const char* bytes, std::streamsize size) {
  if (error_ != 0) return 0;
  if (size > epptr() - pptr()) {
    if (sync() != 0) return 0;
    if (size > epptr() - pptr()) {
      if (WriteAll(file_, {bytes, static_cast<size_t>(size)})) return size;
      error_ = errno;
      return 0;
    }
  }
  std::memcpy(pptr(), bytes, static_cast<size_t>(size));
  pbump(static_cast<int>(size));
  const absl::string_view written(bytes, static_cast<size_t>(size));
  if (by_line_ && written.find('\n') != written.npos && sync() != 0) return 0;
  return size;
}

int FileBuffer::sync() {
  const absl::string_view waiting(pbase(),
                                  static_cast<size_t>(pptr() - pbase()));
  if (error_ == 0 && !WriteAll(file_, waiting)) error_ = errno;
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return error_ == 0 ? 0 : -1;
}

}  // namespace consilium
