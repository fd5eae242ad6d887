#include "tests/support/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace consilium {
namespace {

constexpr absl::string_view kReady = "listening on ";

// Forks and runs `program`; its standard output goes to `output` unless that
// is negative.
pid_t Start(const std::string& program,
            const std::vector<std::string>& arguments, int output) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const int null = open("/dev/null", O_RDWR);
    dup2(output < 0 ? null : output, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  return child;
}

int WaitFor(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

// The first line that `file` gives; empty at its end.
std::string ReadLine(int file) {
  std::string line;
  char c = 0;
  while (read(file, &c, 1) == 1 && c != '\n') line.push_back(c);
  return line;
}

}  // namespace

int RunProgram(const std::string& program,
               const std::vector<std::string>& arguments) {
  return WaitFor(Start(program, arguments, -1));
}

ServerProcess::ServerProcess(const std::string& consiliumd,
                             const std::string& data_directory,
                             const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {"serve", "--data", data_directory,
                                        "--listen", "127.0.0.1:0"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
  child_ = Start(consiliumd, arguments, ends[1]);
  close(ends[1]);
  const std::string line = ReadLine(ends[0]);
  close(ends[0]);
  absl::string_view address = line;
  if (!absl::ConsumePrefix(&address, kReady)) {
    std::fprintf(stderr, "%s did not start: \"%s\"\n", consiliumd.c_str(),
                 line.c_str());
    std::abort();
  }
  address_ = std::string(address);
}

ServerProcess::~ServerProcess() {
  if (child_ != 0) Kill();
}

void ServerProcess::Kill() { SignalAndWait(SIGKILL); }

int ServerProcess::Stop() { return SignalAndWait(SIGTERM); }

int ServerProcess::SignalAndWait(int signal) {
  kill(child_, signal);
  const int code = WaitFor(child_);
  child_ = 0;
  return code;
}

}  // namespace consilium
