"""A consiliumd of its own for one test: loopback, a data directory that goes
away with it."""

import pathlib
import select
import signal
import subprocess
import tempfile

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
READY = 'listening on '

# What ctest calls a test that could not run; see SKIP_RETURN_CODE.
SKIPPED = 77


class ServerProcess:

  def __init__(self, consiliumd, institution='north'):
    self._consiliumd = consiliumd
    self._folder = tempfile.TemporaryDirectory(prefix='consilium-interop-')
    self._log = pathlib.Path(self._folder.name) / 'server.log'
    self._data = pathlib.Path(self._folder.name) / 'data'
    self._process = None
    # HOST:PORT, the same after a restart.
    self.address = '127.0.0.1:0'
    subprocess.run([consiliumd, 'init', '--data', self._data,
                    '--institution', institution], check=True,
                   stdout=subprocess.DEVNULL)

  def start(self):
    # A test that is killed takes its server along.
    with open(self._log, 'ab') as log:
      self._process = subprocess.Popen(
          ['setpriv', '--pdeathsig', 'KILL', self._consiliumd, 'serve',
           '--data', self._data, '--listen', self.address],
          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
          text=True)
    ready, _, _ = select.select([self._process.stdout], [], [],
                                START_SECONDS_MAX)
    line = self._process.stdout.readline().strip() if ready else ''
    if not line.startswith(READY):
      raise RuntimeError(f'consiliumd did not start: {self._log.read_text()}')
    self.address = line.removeprefix(READY)

  def end(self, number=signal.SIGTERM):
    """Ends the server by a signal and returns its exit code."""
    self._process.send_signal(number)
    self._process.wait(STOP_SECONDS_MAX)
    self._process.stdout.close()
    return self._process.returncode

  def log(self):
    """What the server has logged so far."""
    return self._log.read_text()

  def close(self):
    if self._process is not None and self._process.poll() is None:
      self.end(signal.SIGKILL)
    self._folder.cleanup()
