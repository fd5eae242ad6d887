"""The systemd unit: how hardened it is, and that the server runs so confined."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

import installation

ARGUMENTS = installation.parse_arguments('consilium', 'consiliumd', 'build-dir')
CONFINED = pathlib.Path(__file__).with_name('confined.py')
SERVE_SOURCE = installation.ROOT / 'server' / 'serve.cc'
EXPOSURE_MAX = 2.0  # Of 10.
DEADLINE_SECONDS = 60
NOBODY = 65534


def run(*command, **options):
  return subprocess.run(command, capture_output=True, text=True,
                        timeout=DEADLINE_SECONDS, **options)


class ServiceTest(unittest.TestCase):

  @classmethod
  def setUpClass(cls):
    installed = installation.Installation(ARGUMENTS.build_dir, 'server')
    cls.addClassCleanup(installed.remove)
    cls.prefix = installed.path
    cls.unit = installed.path / 'lib/systemd/system/consiliumd.service'

  def setUp(self):
    folder = tempfile.TemporaryDirectory(prefix='consilium-')
    self.addCleanup(folder.cleanup)
    self.folder = pathlib.Path(folder.name)
    self.folder.chmod(0o755)
    self.data = self.folder / 'data'

  def settings(self, name):
    return re.findall(rf'^{name}=(.*)$', self.unit.read_text(), re.MULTILINE)

  def init(self):
    made = run(ARGUMENTS.consiliumd, 'init', '--data', self.data,
               '--institution', 'north')
    self.assertEqual(made.returncode, 0, made.stderr)

  def wait_until_ready(self, process, notifications):
    """Waits for what a service manager waits for."""
    notifications.settimeout(DEADLINE_SECONDS)
    self.assertEqual(notifications.recv(4096), b'READY=1')
    return re.search(r'listening on (\S+)', process.stdout.readline()).group(1)

  def listen_for_notifications(self):
    notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    self.addCleanup(notifications.close)
    path = self.folder / 'notify'
    notifications.bind(str(path))
    path.chmod(0o666)
    return notifications, {**os.environ, 'NOTIFY_SOCKET': str(path)}

  def start(self, command, environment):
    process = subprocess.Popen(command, env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    self.addCleanup(process.stderr.close)
    self.addCleanup(process.stdout.close)
    self.addCleanup(process.wait)
    self.addCleanup(process.kill)
    return process

  def consilium(self, address, *words):
    result = run(ARGUMENTS.consilium, '--server', address, '--author', 'rk',
                 *words)
    self.assertEqual(result.returncode, 0, result.stderr)
    return result.stdout

  def test_exposure_is_low(self):
    if not shutil.which('systemd-analyze'):
      self.skipTest('systemd-analyze is not installed')
    threshold = int(EXPOSURE_MAX * 10)
    result = run('systemd-analyze', 'security', '--offline=true',
                 f'--threshold={threshold}', '--no-pager', self.unit)
    self.assertEqual(result.returncode, 0, result.stdout)
    print(result.stdout.strip().splitlines()[-1])

  def test_systemd_understands_every_line(self):
    if not shutil.which('systemd-analyze'):
      self.skipTest('systemd-analyze is not installed')
    result = run('systemd-analyze', 'verify', '--man=no', self.unit)
    self.assertNotIn('consiliumd.service:', result.stderr)

  def test_it_names_what_is_installed_beside_it(self):
    command, = self.settings('ExecStart')
    self.assertEqual(command.split()[0], f'{self.prefix}/bin/consiliumd')
    defaults = self.settings('EnvironmentFile')[0].removeprefix('-')
    self.assertEqual(defaults, f'{self.prefix}/etc/default/consiliumd')
    listen = re.search(r'^CONSILIUMD_LISTEN=(.*)$',
                       pathlib.Path(defaults).read_text(),
                       re.MULTILINE).group(1)
    self.assertIn(f'CONSILIUMD_LISTEN={listen}', self.settings('Environment'))

  def test_a_stop_has_the_time_that_the_server_takes(self):
    help_text = run(ARGUMENTS.consiliumd, 'serve', '--help').stdout
    drain = int(re.search(r'--drain-seconds SECONDS\S* in \[.*?\]=(\d+)',
                          help_text).group(1))
    margin = int(re.search(r'kStopMargin = absl::Seconds\((\d+)\)',
                           SERVE_SOURCE.read_text()).group(1))
    self.assertGreater(int(self.settings('TimeoutStopSec')[0]), drain + margin)

  def test_it_says_when_calls_are_taken(self):
    self.init()
    notifications, environment = self.listen_for_notifications()
    process = self.start([ARGUMENTS.consiliumd, 'serve', '--data', self.data,
                          '--listen', '127.0.0.1:0'], environment)
    address = self.wait_until_ready(process, notifications)
    self.assertEqual(self.consilium(address, 'registry', 'list', '-o', 'name'),
                     '')
    process.terminate()
    self.assertEqual(process.wait(DEADLINE_SECONDS), 0)

  def test_what_a_restart_does_not_mend_is_not_restarted(self):
    prevented = self.settings('RestartPreventExitStatus')[0].split()
    serve = [ARGUMENTS.consiliumd, 'serve', '--data', self.data]
    missing = run(*serve)
    self.assertIn('consiliumd init', missing.stderr)
    self.data.mkdir()
    empty = run(*serve)
    self.assertIn('consiliumd init', empty.stderr)
    usage = run(*serve, '--nonsense')
    for refused in (missing, empty, usage):
      self.assertIn(str(refused.returncode), prevented)

  def skip_unless_confined(self):
    if os.geteuid() != 0:
      self.skipTest('only root can make the namespaces')
    if not shutil.which('systemd-analyze'):
      self.skipTest('systemd-analyze is not installed')
    try:
      import seccomp  # pylint: disable=unused-import,import-outside-toplevel
    except ImportError:
      self.skipTest('python3-seccomp is not installed')

  def confined(self, *command):
    self.data.mkdir(exist_ok=True)
    os.chown(self.data, NOBODY, NOBODY)
    return ['unshare', '--mount', '--pid', '--fork', '--kill-child',
            sys.executable, CONFINED, self.unit, self.data, str(NOBODY),
            *command]

  def test_the_restrictions_are_there(self):
    self.skip_unless_confined()
    for script, wanted in (
        ('import os; os.chroot("/")', -signal.SIGSYS),
        ('import mmap; mmap.mmap(-1, 4096, prot=7)', -signal.SIGSYS),
        (f'open("{self.folder}/other", "w")', 1),
        ('import socket; socket.socket(socket.AF_NETLINK)', 1),
        (f'open("{self.data}/own", "w")', 0)):
      result = run(*self.confined('/usr/bin/python3', '-c', script))
      # unshare says of a killed child what a shell says.
      code = result.returncode
      self.assertIn(wanted, (code, 128 - code), script + result.stderr)

  def test_the_server_works_under_the_restrictions(self):
    self.skip_unless_confined()
    command = self.confined(self.prefix / 'bin/consiliumd', 'serve', '--data',
                            self.data, '--listen', '127.0.0.1:0')
    made = run('setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}',
               '--clear-groups', self.prefix / 'bin/consiliumd', 'init',
               '--data', self.data, '--institution', 'north')
    self.assertEqual(made.returncode, 0, made.stderr)
    notifications, environment = self.listen_for_notifications()
    process = self.start(command, environment)
    try:
      address = self.wait_until_ready(process, notifications)
    except (TimeoutError, AssertionError):
      process.kill()
      self.fail(process.stderr.read())
    evidence = installation.ROOT / 'deploy/evidence/nsclc'
    self.consilium(address, 'registry', 'create', 'nsclc', '--title', 'Tried')
    self.consilium(address, 'apply', '-f', evidence, '-m', 'First')
    self.assertIn('nct01887795', self.consilium(
        address, 'trial', 'list', '--filter', 'enrolledParticipantCount > 100'))
    self.consilium(address, 'snapshot', 'create', 'first', '-m', 'A name')
    self.consilium(address, 'snapshot', 'verify', 'first')
    status = run('pgrep', '-P', str(process.pid), '--full', 'serve')
    os.kill(int(status.stdout.split()[0]), 15)
    process.wait(DEADLINE_SECONDS)
    self.assertIn('"stopped"', process.stderr.read())


if __name__ == '__main__':
  installation.run_tests()
