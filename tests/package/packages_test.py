"""The Debian packages in a clean Debian 12: installed, used, removed, purged.

Needs root, for the clean root, and Debian's mirror the first time; then
build/clean-root keeps a minimal system and what was downloaded.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import installation

ARGUMENTS = installation.parse_arguments('consilium', 'consiliumd', 'build-dir')
PACKAGES = ARGUMENTS.build_dir / 'packages'
NAMES = ('consilium', 'consilium-dev', 'consilium-server')
CACHE = installation.ROOT / 'build' / 'clean-root'
SOURCES = ('deb http://deb.debian.org/debian bookworm main',
           'deb http://deb.debian.org/debian bookworm-updates main',
           'deb http://deb.debian.org/debian-security bookworm-security main')
# Each with its reason.
LINTIAN_ACCEPTED = {
    # debhelper's scripts reload the units in just this way.
    'maintainer-script-calls-systemctl',
}
TIMEOUT_SECONDS = 1200
DATA = '/var/lib/consilium'
AS_OWNER = ('runuser', '-u', 'consilium', '--')


def setUpModule():
  if not any(PACKAGES.glob('*.deb')):
    raise unittest.SkipTest('no packages; deploy/package.sh --check builds them')


def find_package(name):
  found = sorted(PACKAGES.glob(f'{name}_*.deb'))
  if len(found) != 1:
    raise AssertionError(f'want one {name} in {PACKAGES}, found {found}; '
                         'deploy/package.sh builds them')
  return found[0]


def run(*command, **options):
  return subprocess.run(command, capture_output=True, text=True,
                        timeout=TIMEOUT_SECONDS, **options)


def field(package, name):
  return run('dpkg-deb', '-f', package, name, check=True).stdout.strip()


class ContentsTest(unittest.TestCase):
  """What can be seen without installing."""

  def test_every_package_is_of_this_release(self):
    release = run(ARGUMENTS.consilium, 'version', '-oname').stdout.strip()
    for name in NAMES:
      self.assertEqual(field(find_package(name), 'Version'), release)

  def test_programs_name_the_libraries_they_need(self):
    server = field(find_package('consilium-server'), 'Depends')
    command_line = field(find_package('consilium'), 'Depends')
    for library in ('libgrpc++1.51', 'libprotobuf32', 'libc6 (>= '):
      self.assertIn(library, server)
      self.assertIn(library, command_line)
    self.assertIn('librocksdb', server)
    self.assertIn('libjemalloc2', server)
    self.assertNotIn('librocksdb', command_line)
    self.assertEqual(field(find_package('consilium-dev'), 'Architecture'),
                     'all')

  def test_alerts_lead_to_the_runbooks_beside_them(self):
    with tempfile.TemporaryDirectory() as folder:
      run('dpkg-deb', '-x', find_package('consilium-server'), folder,
          check=True)
      documents = pathlib.Path(folder, 'usr/share/doc/consilium-server')
      self.assertTrue((documents / 'operations.md').is_file())
      links = re.findall(r'^ *runbook_url: file:///(\S+)$',
                         (documents / 'monitoring/alerts.yml').read_text(),
                         re.M)
      self.assertGreater(len(links), 10)
      for link in links:
        self.assertTrue(pathlib.Path(folder, link).is_file(), link)

  def test_lintian_finds_nothing(self):
    if not shutil.which('lintian'):
      self.skipTest('lintian is not installed')
    result = run('lintian', '--allow-root', '--fail-on', 'none',
                 '--tag-display-limit', '0', *map(find_package, NAMES))
    tags = [line for line in result.stdout.splitlines()
            if re.match('[EW]: ', line)
            and line.split()[2] not in LINTIAN_ACCEPTED]
    self.assertEqual(tags, [], result.stderr)

  def test_clients_are_generated_from_the_development_files_alone(self):
    if not shutil.which('protoc'):
      self.skipTest('protoc is not installed')
    with tempfile.TemporaryDirectory() as folder:
      run('dpkg-deb', '-x', find_package('consilium-dev'), folder, check=True)
      shared = pathlib.Path(folder, 'usr/share/consilium')
      protos = sorted(path.relative_to(shared / 'proto')
                      for path in (shared / 'proto').rglob('*.proto'))
      out = pathlib.Path(folder, 'out')
      out.mkdir()
      made = run('protoc', '-I.', f'--cpp_out={out}', f'--python_out={out}',
                 *protos, cwd=shared / 'proto')
      self.assertEqual(made.returncode, 0, made.stderr)
      self.assertTrue((out / 'consilium/v1/trial_service_pb2.py').exists())
      self.assertIn('methodConfig',
                    json.loads((shared / 'service_config.json').read_text()))
      decoded = run('protoc', f'--descriptor_set_in={shared}/consilium.protoset',
                    '--encode=consilium.v1.Trial', 'consilium/v1/trial.proto',
                    stdin=subprocess.DEVNULL)
      self.assertEqual(decoded.returncode, 0, decoded.stderr)


class CleanRoot:
  """A minimal Debian 12 with nothing of ours in it."""

  def __init__(self):
    CACHE.mkdir(parents=True, exist_ok=True)
    self._base = CACHE / 'bookworm.tar'
    if not self._base.exists():
      self._make_base()
    self.path = CACHE / 'root'
    self._clear()
    self.path.mkdir()
    subprocess.run(['tar', '--extract', '--numeric-owner', '--file', self._base,
                    '--directory', self.path], check=True)
    archives = CACHE / 'archives'
    archives.mkdir(exist_ok=True)
    self._mounts = []
    self._mount('--bind', archives, self.path / 'var/cache/apt/archives')
    self._mount('-t', 'proc', 'proc', self.path / 'proc')
    shutil.copy('/etc/resolv.conf', self.path / 'etc/resolv.conf')
    # Services are not for a root without a service manager to start.
    policy = self.path / 'usr/sbin/policy-rc.d'
    policy.write_text('#!/bin/sh\nexit 101\n')
    policy.chmod(0o755)

  def _make_base(self):
    made = self._base.with_suffix('.new')
    subprocess.run(
        ['mmdebstrap', '--format=tar', '--variant=minbase',
         '--include=man-db,bash-completion',
         '--skip=cleanup/apt/lists', '--dpkgopt=path-include=/usr/share/man/*',
         'bookworm', made, *SOURCES], check=True, timeout=TIMEOUT_SECONDS,
        stdout=subprocess.DEVNULL)
    made.rename(self._base)

  def _mount(self, *arguments):
    subprocess.run(['mount', *arguments], check=True)
    self._mounts.append(arguments[-1])

  def _clear(self):
    mounts = pathlib.Path('/proc/self/mounts').read_text()
    for line in reversed(mounts.splitlines()):
      if line.split()[1].startswith(f'{self.path}/'):
        subprocess.run(['umount', line.split()[1]], check=True)
    shutil.rmtree(self.path, ignore_errors=True)

  def close(self):
    self._clear()

  def command(self, *command):
    return ['chroot', str(self.path), 'env', '-i', 'HOME=/root', 'LC_ALL=C.UTF-8',
            'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'DEBIAN_FRONTEND=noninteractive',
            *map(str, command)]

  def run(self, *command):
    return run(*self.command(*command))

  def files(self):
    """Every path, but what the system keeps for itself."""
    own = ('proc/', 'var/cache/', 'var/lib/dpkg/', 'var/lib/apt/', 'var/log/',
           'packages/', 'dev/', 'tmp/')
    found = set()
    for folder, folders, names in os.walk(self.path):
      for name in folders + names:
        path = str(pathlib.Path(folder, name).relative_to(self.path))
        if not f'{path}/'.startswith(own):
          found.add(path)
    return found


class LifeTest(unittest.TestCase):
  """One life of the packages; each step rests on the one before."""

  def setUp(self):
    if os.geteuid() != 0:
      self.skipTest('a clean root needs root')
    if not shutil.which('mmdebstrap'):
      self.skipTest('mmdebstrap is not installed')
    self.root = CleanRoot()
    self.addCleanup(self.root.close)

  def must(self, *command):
    result = self.root.run(*command)
    self.assertEqual(result.returncode, 0,
                     f'{command}\n{result.stdout}\n{result.stderr}')
    return result.stdout

  def install(self):
    folder = self.root.path / 'packages'
    folder.mkdir(exist_ok=True)
    for name in NAMES:
      shutil.copy(find_package(name), folder)
    return self.must('apt-get', 'install', '--yes', '--no-install-recommends',
                     '-o', 'APT::Keep-Downloaded-Packages=true',
                     '-o', 'APT::Sandbox::User=root',
                     *[f'/packages/{find_package(name).name}'
                       for name in NAMES])

  def serve(self):
    process = subprocess.Popen(
        self.root.command(*AS_OWNER, 'consiliumd', 'serve', '--data', DATA,
                          '--listen', '127.0.0.1:0'),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True)
    line = process.stdout.readline()
    self.assertIn('listening on ', line)
    return process, line.split()[-1]

  def stop(self, process):
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(TIMEOUT_SECONDS)
    process.stdout.close()
    # runuser ends at once; the server, when all is on disk.
    lock = self.root.path / f'{DATA[1:]}/lock'
    subprocess.run(['flock', '--timeout', '60', lock, 'true'], check=True)

  def consilium(self, address, *words):
    return self.must('consilium', '--server', address, '--author', 'rk', *words)

  def owner_and_mode(self, path):
    return self.must('stat', '-c', '%U:%G %a', path).strip()

  def check_installed_files(self):
    self.assertEqual(self.owner_and_mode(DATA), 'consilium:consilium 700')
    for name in NAMES:
      for path in self.must('dpkg', '-L', name).split():
        if path != '/.':
          self.assertRegex(self.owner_and_mode(path), '^root:root [76]',
                           path)
    self.assertIn('/etc/default/consiliumd', self.must(
        'dpkg-query', '-W', '-f', '${Conffiles}', 'consilium-server'))
    shell = self.must('getent', 'passwd', 'consilium').strip().split(':')[-1]
    self.assertEqual(shell, '/usr/sbin/nologin')

  def check_manual(self):
    for page, section in (('consilium', 1), ('consilium-apply', 1),
                          ('consiliumd', 8), ('consilium.toml', 5)):
      self.assertIn('NAME', self.must('man', '-P', 'cat', str(section), page))

  def check_completion(self):
    script = ('source /usr/share/bash-completion/bash_completion; '
              '_completion_loader consilium; COMP_WORDS=(consilium versi); '
              'COMP_CWORD=1; COMP_LINE="consilium versi"; COMP_POINT=15; '
              '_consilium; echo "${COMPREPLY[@]}"')
    self.assertEqual(self.must('bash', '-c', script).strip(), 'version')

  def check_first_start(self):
    """Refused until there is data, and told how; as root as well."""
    serve = self.root.run(*AS_OWNER, 'consiliumd', 'serve', '--data', DATA)
    self.assertEqual(serve.returncode, 6)
    self.assertIn(f'consiliumd init --data {DATA}', serve.stderr)
    init = ('consiliumd', 'init', '--data', DATA, '--institution', 'north')
    as_root = self.root.run(*init)
    self.assertEqual(as_root.returncode, 6)
    self.assertIn('runuser -u consilium', as_root.stderr)
    self.must(*AS_OWNER, *init)

  def test_install_use_remove_purge(self):
    before = self.root.files()
    self.assertIn('consiliumd init', self.install())
    self.check_installed_files()
    self.check_manual()
    self.check_completion()
    self.check_first_start()

    server, address = self.serve()
    try:
      self.consilium(address, 'registry', 'create', 'nsclc', '--title', 'Tried')
      shutil.copytree(installation.ROOT / 'deploy/evidence/nsclc',
                      self.root.path / 'tmp/nsclc')
      self.consilium(address, 'apply', '-f', '/tmp/nsclc', '-m', 'First')
      trials = self.consilium(address, 'trial', 'list', '-o', 'name')
      self.assertIn('trials/nct01887795', trials)
    finally:
      self.stop(server)

    # An installation over it leaves the data, and runs on.
    self.must('apt-get', 'install', '--yes', '--reinstall',
              '-o', 'APT::Sandbox::User=root',
              f'/packages/{find_package("consilium-server").name}')
    server, address = self.serve()
    try:
      self.assertEqual(self.consilium(address, 'trial', 'list', '-o', 'name'),
                       trials)
    finally:
      self.stop(server)

    self.must('apt-get', 'remove', '--yes', *NAMES)
    left = self.root.files() - before
    for program in ('consilium', 'consiliumd'):
      self.assertNotIn(f'usr/bin/{program}', left)
    self.assertIn(f'{DATA[1:]}/store', left)
    self.assertIn('etc/default/consiliumd', left)

    # The others left nothing, so that apt does not know them any more.
    self.must('apt-get', 'purge', '--yes', 'consilium-server')
    ours = {path for path in self.root.files() - before
            if 'consilium' in path}
    self.assertEqual(ours, set())


if __name__ == '__main__':
  installation.run_tests()
