"""Completion, typed into bash, zsh and fish as a person types it.

The scripts lie where the package puts them, and the shells find them there.
"""

import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest

import installation

ARGUMENTS = installation.parse_arguments('consilium', 'consiliumd', 'build-dir')
DEADLINE_SECONDS = 60
BASH_COMPLETION = pathlib.Path('/usr/share/bash-completion/bash_completion')
PROMPT = 'ready> '


class Typist:
  """A shell in a terminal of its own."""

  def __init__(self, command, environment):
    self.output = ''
    self._pid, self._terminal = pty.fork()
    if self._pid == 0:
      os.execvpe(command[0], command, environment)

  def type(self, text):
    os.write(self._terminal, text.encode())

  def wait_for(self, pattern):
    """Waits until what was printed matches, and returns it up to there."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not (match := re.search(pattern, self.output)):
      ready, _, _ = select.select([self._terminal], [], [],
                                  max(0, end - time.monotonic()))
      if not ready:
        raise AssertionError(f'no {pattern} in {self.output!r}')
      self.output += os.read(self._terminal, 4096).decode(errors='replace')
    seen, self.output = (self.output[:match.end()], self.output[match.end():])
    return seen

  def close(self):
    os.close(self._terminal)  # The shell is hung up on.
    os.waitpid(self._pid, 0)


class CompletionTest(unittest.TestCase):

  @classmethod
  def setUpClass(cls):
    installed = installation.Installation(ARGUMENTS.build_dir, 'cli')
    cls.addClassCleanup(installed.remove)
    cls.share = installed.path / 'share'
    cls.bin = installed.path / 'bin'
    cls.release = subprocess.run([cls.bin / 'consilium', 'version', '-oname'],
                                 check=True, capture_output=True,
                                 text=True).stdout.strip()

  def setUp(self):
    folder = tempfile.TemporaryDirectory(prefix='consilium-')
    self.addCleanup(folder.cleanup)
    self.home = pathlib.Path(folder.name)
    (self.home / 'config.toml').write_text(
        '[contexts.northern-hospital]\nserver = "127.0.0.1:1"\n')
    (self.home / 'evidence-of-north.yaml').write_text('')
    self.environment = {
        'HOME': folder.name, 'TERM': 'dumb', 'LC_ALL': 'C.UTF-8',
        'PATH': f'{self.bin}:/usr/bin:/bin',
        'XDG_DATA_DIRS': f'{self.share}:/usr/share',
        'CONSILIUM_CONFIG': str(self.home / 'config.toml'),
        'PS1': PROMPT}

  def start(self, *command):
    if not shutil.which(command[0]):
      self.skipTest(f'{command[0]} is not installed')
    typist = Typist(command, self.environment)
    self.addCleanup(typist.close)
    typist.type(f'cd {self.home}; echo at-"home"\n')
    typist.wait_for('at-home')
    typist.wait_for(PROMPT)
    return typist

  def check(self, typist):
    """What every shell must do with the tab key."""
    # A command: the line that results is run.
    typist.type('consilium versi\t-o name\n')
    typist.wait_for(rf'\n{re.escape(self.release)}\r')
    typist.wait_for(PROMPT)
    # A value of a flag, asked of the configuration.
    typist.type('echo is consilium --context nor\t; consilium --context nor\t'
                'version --output na\t\n')
    typist.wait_for(rf'\n{re.escape(self.release)}\r')
    typist.wait_for(PROMPT)
    # A file. There is no server: the file was found, and is empty.
    typist.type('consilium apply -f evid\t--dry-run; echo "st"atus $?\n')
    seen = typist.wait_for(r'status \d')
    self.assertIn('evidence-of-north.yaml', seen)

  def test_bash(self):
    typist = self.start('bash', '--norc', '-i')
    typist.type(f'source {self.share}/bash-completion/completions/consilium; '
                'echo lo"aded"\n')
    typist.wait_for('loaded')
    typist.wait_for(PROMPT)
    self.check(typist)

  def test_bash_finds_the_script_when_it_is_needed(self):
    if not BASH_COMPLETION.exists():
      self.skipTest('bash-completion is not installed')
    typist = self.start('bash', '--norc', '-i')
    typist.type(f'source {BASH_COMPLETION}; echo lo"aded"\n')
    typist.wait_for('loaded')
    typist.wait_for(PROMPT)
    self.check(typist)

  def test_zsh_finds_the_script(self):
    typist = self.start('zsh', '-f', '-i')
    typist.type(f'PS1="{PROMPT}"; fpath=({self.share}/zsh/vendor-completions '
                '$fpath); autoload -U compinit; compinit -u -d $HOME/dump; '
                'echo lo"aded"\n')
    typist.wait_for('loaded')
    typist.wait_for(PROMPT)
    self.check(typist)

  def test_fish_finds_the_script(self):
    if not shutil.which('fish'):
      self.skipTest('fish is not installed')
    for line, wanted in (
        ('consilium versi', 'version\tSay which release this is'),
        ('consilium --context nor', 'northern-hospital'),
        ('consilium trial li', 'list\t'),
        ('consilium apply -f evid', 'evidence-of-north.yaml')):
      fish = subprocess.run(['fish', '-c', f'complete -C "{line}"'],
                            cwd=self.home, env=self.environment,
                            capture_output=True, text=True, check=True)
      self.assertEqual(fish.stderr, '')
      self.assertIn(wanted, fish.stdout)


if __name__ == '__main__':
  installation.run_tests()
