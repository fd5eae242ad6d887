"""The manual pages: well formed, complete, and true to the programs."""

import gzip
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import installation

ARGUMENTS = installation.parse_arguments('consilium', 'consiliumd', 'build-dir')


def output_of(*command):
  return subprocess.run(command, check=True, capture_output=True,
                        text=True).stdout


def find_commands(words):
  """Every command and group below `words`, as --help lists them."""
  lines = output_of(ARGUMENTS.consilium, *words, '--help').splitlines()
  if 'Commands:' not in lines:
    return
  for line in lines[lines.index('Commands:') + 1:]:
    if not line:
      break
    child = [*words, line.split()[0]]
    yield child
    yield from find_commands(child)


class ManualTest(unittest.TestCase):

  @classmethod
  def setUpClass(cls):
    cls.pages = {}
    for component in ('cli', 'server'):
      installed = installation.Installation(ARGUMENTS.build_dir, component)
      cls.addClassCleanup(installed.remove)
      for path in (installed.path / 'share/man').glob('man*/*.gz'):
        section = path.parent.name.removeprefix('man')
        assert path.name.endswith(f'.{section}.gz'), path
        cls.pages[path.name.removesuffix('.gz')] = gzip.decompress(
            path.read_bytes()).decode()

  def test_every_command_has_a_page(self):
    commands = list(find_commands([]))
    self.assertGreater(len(commands), 30)
    wanted = {'-'.join(['consilium', *words]) + '.1' for words in commands}
    wanted |= {'consilium.1', 'consiliumd.8', 'consilium.toml.5'}
    self.assertEqual(set(self.pages), wanted)

  def test_groff_has_nothing_to_warn_of(self):
    if not shutil.which('groff'):
      self.skipTest('groff is not installed')
    with tempfile.TemporaryDirectory() as folder:
      for name, text in self.pages.items():
        pathlib.Path(folder, name).write_text(text)
      groff = subprocess.run(
          ['groff', '-K', 'utf8', '-man', '-Tutf8', '-ww', '-z',
           *sorted(self.pages)], cwd=folder, capture_output=True, text=True)
    self.assertEqual((groff.returncode, groff.stderr), (0, ''))

  def test_man_shows_what_help_says(self):
    if not shutil.which('man'):
      self.skipTest('man is not installed')
    with tempfile.NamedTemporaryFile('w', suffix='.1') as file:
      file.write(self.pages['consilium-apply.1'])
      file.flush()
      man = subprocess.run(
          ['man', '--warnings', '-E', 'UTF-8', '-l', file.name],
          env={'MANWIDTH': '500', 'LC_ALL': 'C.UTF-8', 'PATH': '/usr/bin:/bin'},
          capture_output=True, text=True)
    self.assertEqual((man.returncode, man.stderr), (0, ''))
    shown = ' '.join(re.sub('.\b', '', man.stdout).split())
    help_lines = output_of(ARGUMENTS.consilium, 'apply', '--help').splitlines()
    flags = help_lines[help_lines.index('Flags:') + 1:]
    for line in flags[:flags.index('')]:
      self.assertIn(' '.join(line.split()), shown)

  def test_the_release_is_named_everywhere(self):
    release = output_of(ARGUMENTS.consilium, 'version', '-o', 'name').strip()
    self.assertRegex(release, r'^\d+\.\d+\.\d+$')
    self.assertEqual(output_of(ARGUMENTS.consilium, '--version'),
                     f'consilium {release}\n')
    self.assertEqual(output_of(ARGUMENTS.consiliumd, '--version'),
                     f'consiliumd {release}\n')
    for name, text in self.pages.items():
      self.assertIn(f'"Consilium {release}"', text.splitlines()[0], name)

  def test_nothing_of_the_build_is_in_a_page(self):
    for name, text in self.pages.items():
      self.assertNotIn(str(ARGUMENTS.build_dir), text, name)
      # A date, or a time, would differ from build to build.
      self.assertEqual(text.splitlines()[0].split('"')[3], '', name)

  def test_every_setting_is_described(self):
    with tempfile.TemporaryDirectory() as folder:
      data = f'{folder}/data'
      output_of(ARGUMENTS.consiliumd, 'init', '--data', data,
                '--institution', 'north')
      with open(f'{data}/consilium.toml', 'a') as file:
        file.write('\nnonsense = 1\n')
      serve = subprocess.run([ARGUMENTS.consiliumd, 'serve', '--data', data],
                             capture_output=True, text=True, timeout=60)
    self.assertEqual(serve.returncode, 7)
    known = re.search(r'want ([a-z_, ]+)', serve.stderr).group(1).split(', ')
    self.assertIn('institution', known)
    for setting in known:
      self.assertRegex(self.pages['consilium.toml.5'],
                       rf'\.B "\[*{setting}\]*"')


if __name__ == '__main__':
  installation.run_tests()
