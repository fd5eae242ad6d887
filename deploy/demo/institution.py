"""One institution of the demo: its server, and commands given to it."""

import json
import os
import pathlib
import select
import signal
import subprocess

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
READY = 'listening on '


class DemoError(Exception):
  """Something that the demo needs did not work; the text says what."""


class Programs:
  """The command line and the server of one build."""

  def __init__(self, build_dir):
    build = pathlib.Path(build_dir)
    self.consilium = build / 'client/cli/consilium'
    self.consiliumd = build / 'server/consiliumd'
    for program in (self.consilium, self.consiliumd):
      if not program.exists():
        raise DemoError(f'{program} is not there; build it first')

  def run(self, arguments, author=None):
    """Runs consilium; returns the finished process, whatever its end."""
    # A user's own contexts and variables are no part of the demo.
    environment = {key: value for key, value in os.environ.items()
                   if not key.startswith('CONSILIUM_')}
    environment['XDG_CONFIG_HOME'] = os.devnull
    if author:
      environment['CONSILIUM_AUTHOR'] = author
    return subprocess.run([self.consilium, *arguments], env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)


class Institution:
  """A server with its own data directory on a free port."""

  def __init__(self, name, author, folder, programs):
    self.name = name
    self.author = author
    self.folder = pathlib.Path(folder)
    self.address = None
    self._programs = programs
    self._server = None

  def start(self):
    data = self.folder / 'data'
    self.folder.mkdir(parents=True)
    made = subprocess.run(
        [self._programs.consiliumd, 'init', '--data', data,
         '--institution', self.name],
        capture_output=True, text=True, check=False)
    if made.returncode != 0:
      raise DemoError(f'{self.name}: {made.stderr.strip()}')
    with open(self.folder / 'server.log', 'wb') as log:
      # Its own session: Ctrl-C in the terminal reaches the demo alone, which
      # then stops its servers.
      self._server = subprocess.Popen(
          [self._programs.consiliumd, 'serve', '--data', data,
           '--listen', '127.0.0.1:0'],
          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
          text=True, start_new_session=True)
    (self.folder / 'server.pid').write_text(f'{self._server.pid}\n')
    self.address = self._await_ready()

  def _await_ready(self):
    ready, _, _ = select.select([self._server.stdout], [], [],
                                START_SECONDS_MAX)
    line = self._server.stdout.readline().strip() if ready else ''
    if not line.startswith(READY):
      log = (self.folder / 'server.log').read_text(errors='replace')
      raise DemoError(f'the server of {self.name} did not start\n{log}')
    return line[len(READY):]

  @property
  def pid(self):
    return self._server.pid

  def stop(self):
    if self._server is not None:
      self._server.terminate()
      try:
        self._server.wait(STOP_SECONDS_MAX)
      except subprocess.TimeoutExpired:
        self._server.kill()
        self._server.wait()
      self._server.stdout.close()
      self._server = None
      (self.folder / 'server.pid').unlink(missing_ok=True)

  def run(self, *arguments, code=0):
    """Runs a command on this server, which must end with `code`; returns what
    it printed."""
    command = ['--server', self.address, *map(str, arguments)]
    done = self._programs.run(command, self.author)
    if done.returncode != code:
      raise DemoError(f'{self.name}: consilium {" ".join(command)}\n'
                      f'exit code {done.returncode}\n{done.stderr.strip()}')
    return done.stdout

  def read(self, *arguments):
    """Runs a command that answers in JSON; returns the answer."""
    return json.loads(self.run(*arguments, '-o', 'json'))

  def export(self, snapshot, page):
    """Writes the evidence at a snapshot as a page; returns its bytes."""
    self.run('export', 'evidence', '--at', snapshot, '--file', page)
    return pathlib.Path(page).read_bytes()


def stop_leftover_server(folder):
  """Stops the server that an earlier run left running on `folder`, if any."""
  pid_file = folder / 'server.pid'
  if not pid_file.exists():
    return False
  pid = pid_file.read_text().strip()
  try:
    command = pathlib.Path(f'/proc/{pid}/cmdline').read_bytes().split(b'\0')
  except OSError:
    return False  # It ended long ago.
  if os.fsencode(folder / 'data') not in command:
    return False  # The number belongs to another process by now.
  # A descriptor names the process even if its number is given away.
  descriptor = os.pidfd_open(int(pid))
  try:
    signal.pidfd_send_signal(descriptor, signal.SIGTERM)
    ended, _, _ = select.select([descriptor], [], [], STOP_SECONDS_MAX)
    if not ended:
      raise DemoError(f'the server with process id {pid}, left by an earlier '
                      'run, does not stop')
  except ProcessLookupError:
    pass  # It ended in between.
  finally:
    os.close(descriptor)
  return True
