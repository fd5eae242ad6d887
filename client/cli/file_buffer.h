// Standard output that remembers why it could not be written.
#ifndef CONSILIUM_CLIENT_CLI_FILE_BUFFER_H_
#define CONSILIUM_CLIENT_CLI_FILE_BUFFER_H_

#include <array>
#include <cstddef>
#include <streambuf>

namespace consilium {

// What is behind an ostream that writes to a file descriptor. A stream that
// failed stays bad. One thread.
class FileBuffer final : public std::streambuf {
 public:
  // Writes to `file`, which stays open. With `by_line` every line is written at
  // once, for people who wait.
  FileBuffer(int file, bool by_line);

  // The errno of the first write that was refused; 0 when none was.
  int error() const { return error_; }

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* bytes, std::streamsize size) override;
  int sync() override;

 private:
  static constexpr size_t kSize = 64 * 1024;  // Bytes.

  const int file_;
  const bool by_line_;
  int error_ = 0;
  std::array<char, kSize> buffer_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_FILE_BUFFER_H_
