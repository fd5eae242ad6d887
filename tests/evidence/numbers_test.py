"""Compares the example evidence with the list of numbers of its article.

No number of deploy/evidence/nsclc/numbers.tsv may be missing from the file that
it was put into, and no number in those files may be missing from the list.
Values are compared as they are written: 9.0 is not 9. The second extraction,
deploy/evidence/nsclc-second, must hold the same numbers in the files of the same
reference, however it writes them.
"""

import collections
import csv
import pathlib
import re
import sys
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / 'deploy' / 'evidence' / 'nsclc'

SECOND_FOLDER = FOLDER.parent / 'nsclc-second'

NONE = '-'
# Said of a drug in general, not of a study; the second extraction leaves out
# what a drug acts on beyond its main target.
OF_DRUGS = {'IgG1', 'VEGFR2', 'VEGFR3', 'FGFR1', 'FGFR4'}
# What the list need not have: where things were read, readings, remarks and
# titles, and numbers that only order or link.
NO_VALUES = {'source', 'alternatives', 'conclusions', 'citedIn', 'abstract',
             'note', 'title', 'reports', 'description'}
# Fields that hold what the article prints as a number.
NUMBER_FIELDS = {'value', 'percentage', 'count', 'low', 'high', 'amount',
                 'totalDose', 'duration', 'window', 'time', 'times',
                 'enrolledParticipantCount', 'number', 'allocationRatio'}

Row = collections.namedtuple(
    'Row', 'number section reference file recorded words')


def read_rows(path):
  with path.open(encoding='utf-8', newline='') as file:
    lines = [line for line in file if not line.startswith('#')]
  rows = list(csv.reader(lines, delimiter='\t', quoting=csv.QUOTE_NONE))
  if tuple(rows[0]) != Row._fields:
    raise ValueError(f'{path}: columns are {rows[0]}; want {Row._fields}')
  return [Row(*row) for row in rows[1:]]


def find_values(node, field=''):
  """Yields (field, text) of everything that is a value of the record."""
  if isinstance(node, dict):
    for key, child in node.items():
      if key not in NO_VALUES:
        yield from find_values(child, key)
  elif isinstance(node, list):
    for child in node:
      yield from find_values(child, field)
  else:
    yield field, node


def is_printed_number(field, text):
  # A level is mostly a word: "l858r", "locally-advanced".
  if field == 'level':
    return re.fullmatch(r'[\d.]+', text) is not None
  return field in NUMBER_FIELDS and re.search(r'\d', text) is not None


def find_texts(node):
  """Yields the texts copied from the article."""
  if isinstance(node, dict):
    for key, child in node.items():
      if key == 'text' and isinstance(child, str):
        yield child
      else:
        yield from find_texts(child)
  elif isinstance(node, list):
    for child in node:
      yield from find_texts(child)


def load(path):
  # BaseLoader leaves every scalar as it is written; the C one is quick.
  loader = getattr(yaml, 'CBaseLoader', yaml.BaseLoader)
  return yaml.load(path.read_text(encoding='utf-8'), loader)


def reference_of(name):
  return re.match(r'ref-(\d+)', name)[1]


def as_amount(text):
  """The number and unit, so that 9 and 9.0, or 2 a and 24 mo, are equal."""
  match = re.fullmatch(r'(\d+(?:\.\d+)?)(?: (\S+))?', text)
  if match is None:
    return text
  number, unit = float(match[1]), match[2]
  return (number * 12, 'mo') if unit == 'a' else (number, unit)


def stands_in(number, text):
  whole = r'(?<![\w.])' + re.escape(number) + r'(?!\w|\.\d)'
  return re.search(whole, text) is not None


class NumbersTest(unittest.TestCase):

  @classmethod
  def setUpClass(cls):
    cls.rows = read_rows(FOLDER / 'numbers.tsv')
    cls.files = {path.name: load(path) for path in FOLDER.glob('*.yaml')}
    cls.values = {name: list(find_values(document))
                  for name, document in cls.files.items()}

  def test_every_number_is_in_its_file(self):
    for row in self.rows:
      if row.file == NONE:
        continue
      with self.subTest(row=row):
        self.assertIn(row.file, self.files)
        if row.recorded == NONE:
          texts = find_texts(self.files[row.file])
          self.assertTrue(any(stands_in(row.number, text) for text in texts))
        else:
          found = any(text == row.recorded
                      for _, text in self.values[row.file])
          self.assertTrue(found, f'{row.recorded} is no value of {row.file}')

  def test_a_number_printed_twice_is_recorded_twice(self):
    printed = collections.Counter(
        (row.file, row.recorded) for row in self.rows
        if row.file != NONE and row.recorded == row.number)
    for (name, number), count in printed.items():
      with self.subTest(file=name, number=number):
        found = [text for _, text in self.values[name] if text == number]
        self.assertGreaterEqual(len(found), count)

  def test_every_recorded_number_is_printed(self):
    printed = {(row.file, row.recorded) for row in self.rows}
    for name, values in self.values.items():
      for field, text in values:
        if not is_printed_number(field, text):
          continue
        with self.subTest(file=name, field=field, value=text):
          self.assertTrue((name, text) in printed, 'not in numbers.tsv')

  def test_every_number_of_a_study_is_in_the_second_extraction(self):
    values = collections.defaultdict(set)
    texts = collections.defaultdict(list)
    for path in SECOND_FOLDER.glob('*.yaml'):
      document = load(path)
      reference = reference_of(path.name)
      values[reference] |= {as_amount(text)
                            for _, text in find_values(document)}
      texts[reference] += find_texts(document)
    for row in self.rows:
      if row.file == NONE or OF_DRUGS & {row.number, row.recorded}:
        continue
      with self.subTest(row=row):
        reference = reference_of(row.file)
        if row.recorded == NONE:
          self.assertTrue(any(stands_in(row.number, text)
                              for text in texts[reference]))
        else:
          self.assertIn(as_amount(row.recorded), values[reference])

  def test_a_number_of_no_study_has_a_reason(self):
    for row in self.rows:
      if NONE in (row.reference, row.file):
        with self.subTest(row=row):
          self.assertEqual((row.reference, row.file, row.recorded),
                           (NONE, NONE, NONE))
          self.assertTrue(row.words.strip())

  def test_every_study_is_in_the_list_of_references(self):
    cited = {citation['number']
             for document in self.files.values()
             for publication in document.get('publications', [])
             for citation in publication.get('citedIn', [])}
    background = {47, 59}
    self.assertEqual(
        cited, {str(n) for n in range(15, 68) if n not in background})


if __name__ == '__main__':
  sys.exit(unittest.main())
