// A real consiliumd in a process of its own, on a free port.
#ifndef CONSILIUM_TESTS_SUPPORT_SERVER_PROCESS_H_
#define CONSILIUM_TESTS_SUPPORT_SERVER_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace consilium {

// Runs `program` with `arguments` to its end. Its exit code, or -1 when a
// signal ended it.
int RunProgram(const std::string& program,
               const std::vector<std::string>& arguments);

// One thread. The destructor kills what still runs.
class ServerProcess {
 public:
  // Starts `consiliumd serve --data data_directory`, with `options` behind it,
  // and waits until it says where it listens. Stops the test program when it
  // does not.
  ServerProcess(const std::string& consiliumd,
                const std::string& data_directory,
                const std::vector<std::string>& options = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // HOST:PORT.
  const std::string& address() const { return address_; }

  pid_t id() const { return child_; }

  // Ends it at once, as a crash does, and waits until it is gone.
  void Kill();

  // Asks it to stop, and waits. Its exit code.
  int Stop();

 private:
  int SignalAndWait(int signal);

  pid_t child_ = 0;
  std::string address_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_SERVER_PROCESS_H_
