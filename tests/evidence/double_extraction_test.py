"""The example's double extraction, from both readings to none in conflict.

North applies the first extraction and south the second, apart. The figures that
deploy/evidence/README.md publishes must be those that the command prints, and
the adjudications must settle every conflict.
"""

import os
import pathlib
import re
import shlex
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EVIDENCE = ROOT / 'deploy' / 'evidence'
ADJUDICATIONS = EVIDENCE / 'nsclc-adjudications.yaml'
BEFORE = 'before-adjudication'

sys.path.insert(0, str(ROOT / 'deploy' / 'demo'))
from institution import Institution, Programs  # noqa: E402


def published():
  """The commands that the README shows, each with the lines it prints."""
  shown = []
  for block in re.findall(r'^```\n(.*?)^```', (EVIDENCE / 'README.md')
                          .read_text(encoding='utf-8'), re.S | re.M):
    first, *lines = block.splitlines()
    if first.startswith('$ north '):
      shown.append((shlex.split(first.removeprefix('$ north ')), lines))
  return shown


class DoubleExtractionTest(unittest.TestCase):

  @classmethod
  def setUpClass(cls):
    folder = tempfile.TemporaryDirectory()
    cls.addClassCleanup(folder.cleanup)
    cls.programs = Programs(os.environ['CONSILIUM_BUILD_DIR'])
    cls.north, cls.south = [
        Institution(name, f'{name}-reader', pathlib.Path(folder.name) / name,
                    cls.programs)
        for name in ('north', 'south')]
    for each in (cls.north, cls.south):
      each.start()
      cls.addClassCleanup(each.stop)
    cls.north.run('registry', 'create', 'nsclc', '--title', 'Read twice')
    cls.south.run('registry', 'join', 'nsclc', '--from', cls.north.address)
    cls.north.run('apply', '-f', EVIDENCE / 'nsclc', '-m', 'First extraction')
    cls.south.run('apply', '-f', EVIDENCE / 'nsclc-second', '-m',
                  'Second extraction', '--independent')
    cls.sync()
    cls.south.run('snapshot', 'create', BEFORE, '-m', 'As extracted')
    cls.before = cls.summary(cls.south)
    cls.settled = cls.south.read('conflict', 'resolve', '-f', ADJUDICATIONS)
    cls.sync()

  @classmethod
  def sync(cls):
    done = cls.programs.run(['sync', cls.north.address, cls.south.address,
                             '--registry', 'nsclc'])
    if done.returncode != 0:
      raise AssertionError(done.stderr)

  @staticmethod
  def summary(institution, *flags):
    rows = institution.read('agreement', 'summary', '--by', 'path', *flags)
    return {(row['of'], row.get('kind'), row.get('path')): row for row in rows}

  def test_the_readme_publishes_what_the_command_prints(self):
    shown = published()
    self.assertEqual(len(shown), 2)
    for arguments, lines in shown:
      with self.subTest(arguments=arguments):
        self.assertIn('summary', arguments)
        kept = arguments[:arguments.index('|')] if '|' in arguments else \
            arguments
        printed = self.north.run(*kept).splitlines()
        if '|' in arguments:
          wanted = arguments[arguments.index('|') + 2]
          printed = [line for line in printed if wanted in line]
        self.assertEqual([line.rstrip() for line in lines],
                         [line.rstrip() for line in printed])

  def test_both_institutions_count_the_same_at_the_snapshot(self):
    for each in (self.north, self.south):
      self.assertEqual(self.summary(each, '--at', BEFORE), self.before)

  def test_nothing_that_both_entered_differs_in_a_number(self):
    numbers = self.before['numbers', None, None]
    self.assertGreater(int(numbers['compared']), 200)
    self.assertEqual(numbers['differ'], '0')

  def test_every_agreement_was_blind(self):
    for key, row in self.before.items():
      if 'agreed' in row:
        self.assertEqual(row['agreed'], row['blind'], key)

  def test_the_adjudications_settle_every_conflict(self):
    self.assertEqual(str(self.settled['settled']),
                     self.before['fields', None, None]['differ'])
    self.assertEqual(self.settled['conflicts'], '0')
    statuses = [each.read('registry', 'status')
                for each in (self.north, self.south)]
    self.assertEqual([each['conflicts'] for each in statuses], ['0', '0'])
    self.assertEqual(statuses[0]['digest'], statuses[1]['digest'])

  def test_once_more_they_change_nothing(self):
    again = self.south.read('conflict', 'resolve', '-f', ADJUDICATIONS)
    self.assertEqual((again['settled'], again['withdrawn']), (0, 0))
    self.assertEqual(again['settledBefore'],
                     self.settled['settled'] + self.settled['withdrawn'])

  def test_no_number_is_left_twice(self):
    """What south read as another group, event or measure is withdrawn."""
    seen = {}
    for endpoint in self.north.read('endpoint', 'list'):
      for estimate in endpoint.get('estimates', []):
        if 'value' not in estimate:
          continue
        place = (endpoint['name'], estimate['report'], estimate['value'],
                 str(estimate.get('time')),
                 str(estimate['group'].get('subgroups')))
        self.assertNotIn(place, seen)
        seen[place] = estimate['key']
    self.assertGreater(len(seen), 100)


if __name__ == '__main__':
  sys.exit(unittest.main())
