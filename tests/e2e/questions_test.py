"""Asks every question of deploy/evidence/questions.yaml and compares the rows.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import csv
import io
import math
import pathlib
import unittest

import yaml

from servers import CommandLineTest, EVIDENCE, ROOT

QUESTIONS = ROOT / 'deploy' / 'evidence' / 'questions.yaml'
LIST = ROOT / 'deploy' / 'evidence' / 'questions.md'


def cell(value):
  """A cell as it is compared: numbers to six digits, else the text."""
  text = str(value).removeprefix("'")  # Set before what is like a formula.
  try:
    number = float(text)
  except ValueError:
    return text
  return f'{number:.5g}' if math.isfinite(number) else text


def rows_of(rows):
  return sorted([cell(value) for value in row] for row in rows)


class QuestionsTest(CommandLineTest):

  @classmethod
  def setUpClass(cls):
    super().setUpClass()
    cls.questions = yaml.safe_load(QUESTIONS.read_text())

  def ask(self, question):
    """The rows that match, and those that may."""
    answer = self.run_ok('north', 'evidence', 'search', '--filter',
                         question['filter'], '--possible', '--columns',
                         ','.join(question['columns']), '-o', 'csv').out
    matching, possible = [], []
    for marked, *row in list(csv.reader(io.StringIO(answer)))[1:]:
      (possible if marked else matching).append(row)
    return matching, possible

  def test_answers_are_exact_and_complete(self):
    self.maxDiff = None
    self.found('north')
    self.run_ok('north', 'apply', '-f', EVIDENCE, '-m', 'evidence')
    for question in self.questions:
      with self.subTest(question['id']):
        matching, possible = self.ask(question)
        self.assertEqual(rows_of(matching), rows_of(question['rows']))
        self.assertEqual(rows_of(possible),
                         rows_of(question.get('possible', [])))

  def test_people_find_each_question_in_the_list(self):
    text = ' '.join(LIST.read_text().split())
    for question in self.questions:
      with self.subTest(question['id']):
        self.assertIn(' '.join(question['question'].split()), text)
        self.assertIn(' '.join(question['filter'].split()), text)


if __name__ == '__main__':
  unittest.main()
