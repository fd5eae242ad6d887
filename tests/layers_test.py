"""Compares the includes and the DEPENDS of every folder with the map.

The map is the table ARROWS below and nothing else. A folder may include
itself, `proto`, and whatever its arrows reach, directly or through others.
Tests may include everything; nothing may include tests.

  layers_test.py TARGETS

TARGETS is the file that CMake writes when it configures a build: one line a
target, its folder, name, sources and DEPENDS.
"""

import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Folder: the folders it may include, besides proto, which is open to all.
ARROWS = {
    'client/cli': ['client/import', 'client/export', 'client/sync',
                   'storage/change', 'storage/digest'],
    'client/import': ['client/api'],
    'client/export': ['client/api'],
    'client/sync': ['client/api'],
    'client/api': [],
    'server': ['server/rpc', 'server/http', 'client/sync'],
    'server/rpc': ['server/review', 'server/page', 'server/auth',
                   'server/backup'],
    'server/http': ['server/review', 'server/page', 'server/auth'],
    'server/page': ['server/synthesis'],
    'server/auth': [],
    'server/backup': ['storage/registry'],
    'server/review': ['server/evidence', 'server/synthesis'],
    'server/synthesis': [],
    'server/evidence': ['server/query', 'server/synthesis'],
    'server/query': ['storage/registry'],
    'storage/registry': ['storage/change', 'storage/merge', 'storage/digest',
                         'storage/schema'],
    'storage/change': ['storage/kv'],
    'storage/merge': ['storage/kv'],
    'storage/digest': ['storage/kv'],
    'storage/schema': ['storage/kv'],
    'storage/kv': [],
}

# The only folders that may include these, by prefix.
PRIVATE_INCLUDES = {'rocksdb/': ['storage/kv', 'tests/storage/kv',
                                  'tests/bench'],
                    'microhttpd.h': ['server/http'],
                    'prometheus/': ['server/http', 'server']}

TOPS = ('proto', 'storage', 'client', 'server', 'tests')
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Target:
  """One consilium_library, consilium_executable or consilium_test."""

  def __init__(self, root, text):
    self.folder, self.name, sources, depends = text.split('\t')
    # What a build generates is not part of the tree.
    self.sources = [
        source for source in sources.split(';')
        if source and not source.startswith('/')]
    self.depends = depends.split(';')
    self.where = f'{self.folder}/CMakeLists.txt:{self.find_line(root)}'

  def find_line(self, root):
    path = root / self.folder / 'CMakeLists.txt'
    for number, line in enumerate(path.read_text().splitlines(), 1):
      if self.name in re.findall(r'\w+', line):
        return number
    return 1


def read_targets(root, path):
  return [Target(root, line) for line in path.read_text().splitlines()]


def reach(arrows, folder):
  """Every folder that `folder` may include, itself among them."""
  reached = set()
  waiting = [folder]
  while waiting:
    each = waiting.pop()
    if each not in reached:
      reached.add(each)
      waiting.extend(arrows.get(each, []))
  return reached


def may_use(arrows, folder, used):
  if folder.startswith('tests') or used == folder:
    return True
  if used.startswith('proto'):
    return True
  return not folder.startswith('proto') and used in reach(arrows, folder)


def read_includes(path):
  """Pairs of line number and included path."""
  for number, line in enumerate(path.read_text().splitlines(), 1):
    match = INCLUDE.match(line)
    if match:
      yield number, match.group(2)


def folder_of(include):
  """The folder of ours that `include` lies in, or None."""
  folder = include.rpartition('/')[0]
  return folder if folder.split('/')[0] in TOPS else None


def check_file(root, arrows, path):
  folder = path.parent.relative_to(root).as_posix()
  name = path.relative_to(root).as_posix()
  if not folder.startswith(('proto', 'tests')) and folder not in arrows:
    yield f'{name}:1: the map has no folder {folder}'
  for line, include in read_includes(path):
    for prefix, allowed in PRIVATE_INCLUDES.items():
      if include.startswith(prefix) and folder not in allowed:
        yield (f'{name}:{line}: includes {include}, which only '
               f'{allowed[0]} may')
    used = folder_of(include)
    if used is None:
      continue
    if not may_use(arrows, folder, used):
      yield (f'{name}:{line}: includes {include}, but the map has no arrow '
             f'from {folder} to {used}')


def check_depends(root, arrows, targets):
  """Each DEPENDS on a library of ours has its arrow and is made use of."""
  folders = {target.name: target.folder for target in targets}
  for target in targets:
    where = f'{target.where}: {target.name}'
    included = {folder_of(include) for include in target_includes(root, target)}
    for name in target.depends:
      used = folders.get(name)
      if used in (None, target.folder) or target.folder.startswith('tests'):
        continue
      if not may_use(arrows, target.folder, used):
        yield (f'{where} DEPENDS on {name}, but the map has no arrow from '
               f'{target.folder} to {used}')
      elif used not in included:
        yield f'{where} DEPENDS on {name}, but includes nothing of {used}'


def target_includes(root, target):
  for source in target.sources:
    path = root / target.folder / source
    if path.is_file():
      for _, include in read_includes(path):
        yield include


def depended_folders(by_name, target):
  """The folders of every library that `target` links, itself among them."""
  seen = set()
  waiting = [target.name]
  while waiting:
    name = waiting.pop()
    if name not in seen and name in by_name:
      seen.add(name)
      waiting.extend(by_name[name].depends)
  return {by_name[name].folder for name in seen}


def check_sources(root, targets):
  """Every file is listed once or more, and its includes are depended on."""
  by_name = {target.name: target for target in targets}
  listed = set()
  for target in targets:
    folders = depended_folders(by_name, target)
    for source in target.sources:
      path = (root / target.folder / source).resolve()
      listed.add(path)
      if not path.is_file():
        yield f'{target.where}: {source} does not exist'
        continue
      for line, include in read_includes(path):
        used = folder_of(include)
        if used and not used.startswith('tests') and used not in folders:
          yield (f'{path.relative_to(root)}:{line}: includes {include}, but '
                 f'{target.name} in {target.folder}/CMakeLists.txt does not '
                 f'DEPEND on {used.replace("/", "_")}')
  for path in source_files(root):
    if path.resolve() not in listed:
      yield (f'{path.relative_to(root)}:1: no target in its folder\'s '
             f'CMakeLists.txt lists this file')


def source_files(root):
  for top in TOPS:
    for path in sorted((root / top).rglob('*')):
      if path.suffix in ('.cc', '.h'):
        yield path


def check(root, arrows, targets):
  """Every departure of the tree under `root` from the map, as one line."""
  problems = []
  for path in source_files(root):
    problems.extend(check_file(root, arrows, path))
  problems.extend(check_depends(root, arrows, targets))
  problems.extend(check_sources(root, targets))
  return problems


class LayersTest(unittest.TestCase):

  def test_the_tree_follows_the_map(self):
    problems = check(ROOT, ARROWS, read_targets(ROOT, targets_path))
    if problems:
      self.fail('\n' + '\n'.join(problems))

  def test_the_map_has_no_cycle(self):
    for folder, arrows in ARROWS.items():
      for arrow in arrows:
        self.assertNotIn(folder, reach(ARROWS, arrow))


class CheckTest(unittest.TestCase):
  """The check itself, on a small tree: a includes b, b includes nothing."""

  ARROWS = {'client/a': ['client/b'], 'client/b': []}

  def setUp(self):
    directory = tempfile.TemporaryDirectory()
    self.addCleanup(directory.cleanup)
    self.root = pathlib.Path(directory.name).resolve()
    self.write('client/a/a.h', '#include "client/b/b.h"\n')
    self.write('client/b/b.h', '#include <string>\n')
    self.write('client/a/CMakeLists.txt', 'library(\n  NAME client_a SOURCES a.h)')
    self.write('client/b/CMakeLists.txt', 'library(\n  NAME client_b)')
    self.write('client/c/CMakeLists.txt', '')
    self.targets = {'a': 'client/a\tclient_a\ta.h\tclient_b;absl::time',
                    'b': 'client/b\tclient_b\tb.h;/build/generated.cc\t'}

  def write(self, name, text):
    path = self.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

  def expect(self, *problems):
    targets = [Target(self.root, text) for text in self.targets.values()]
    self.assertEqual(check(self.root, self.ARROWS, targets), list(problems))

  def test_accepts_the_map(self):
    self.expect()

  def test_names_the_missing_arrow(self):
    self.write('client/b/b.h', '\n#include "client/a/a.h"\n')
    self.expect(
        'client/b/b.h:2: includes client/a/a.h, but the map has no arrow '
        'from client/b to client/a',
        'client/b/b.h:2: includes client/a/a.h, but client_b in '
        'client/b/CMakeLists.txt does not DEPEND on client_a')

  def test_names_the_wrong_depends(self):
    self.targets['b'] = 'client/b\tclient_b\tb.h\tclient_a'
    self.expect(
        'client/b/CMakeLists.txt:2: client_b DEPENDS on client_a, but the map '
        'has no arrow from client/b to client/a')

  def test_names_the_depends_without_use(self):
    self.write('client/a/a.h', '')
    self.expect(
        'client/a/CMakeLists.txt:2: client_a DEPENDS on client_b, but '
        'includes nothing of client/b')

  def test_names_the_missing_depends(self):
    self.targets['a'] = 'client/a\tclient_a\ta.h\t'
    self.expect(
        'client/a/a.h:1: includes client/b/b.h, but client_a in '
        'client/a/CMakeLists.txt does not DEPEND on client_b')

  def test_names_a_private_include(self):
    self.write('client/b/b.h', '#include <rocksdb/db.h>\n')
    self.expect('client/b/b.h:1: includes rocksdb/db.h, which only storage/kv '
                'may')

  def test_names_a_file_that_nothing_builds(self):
    self.write('client/b/c.cc', '')
    self.expect("client/b/c.cc:1: no target in its folder's CMakeLists.txt "
                'lists this file')

  def test_names_a_folder_that_the_map_lacks(self):
    self.write('client/c/c.h', '')
    self.targets['c'] = 'client/c\tclient_c\tc.h\t'
    self.expect('client/c/c.h:1: the map has no folder client/c')


if __name__ == '__main__':
  targets_path = pathlib.Path(sys.argv.pop())
  unittest.main()
