"""Data and analyses of RevMan 5, taken in.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import unittest

from servers import CommandLineTest, INVALID, ROOT

SAMPLE = ROOT / 'tests' / 'client' / 'import' / 'testdata' / 'revman5.csv'


class RevMan5Test(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')

  def take(self, path, code=0, flags=('--set', 'publication.id=our-review')):
    return self.run_code(code, 'north', 'import', 'csv', path, *flags,
                         '-m', 'From RevMan 5')

  def rows(self, text):
    return self.run_json('north', 'evidence', 'search', '--filter', text)

  def changed(self, *pairs):
    text = SAMPLE.read_text()
    for old, new in pairs:
      self.assertIn(old, text)
      text = text.replace(old, new)
    return self.file('changed.csv', text)

  def test_effects_counts_and_means_can_be_asked_for(self):
    self.take(SAMPLE)
    self.assertEqual(
        sorted((row['trialId'], row['value'], row['group'], row['reference'])
               for row in self.rows('outcome = os AND measure = hr')),
        [('berg-2021', 0.6, 'drug-rt', 'drug'),
         ('lund-2022', 0.75, 'drug-rt', 'drug')])
    self.assertEqual(
        sorted((row['events'], row['participants'])
               for row in self.rows('outcome = orr')),
        [(40, 65), (40, 88), (49, 68), (1049, 1500)])
    self.assertEqual(len(self.rows('trialId = berg-2021 AND measure = hr')), 2)

  def test_the_same_file_again_changes_nothing(self):
    self.take(SAMPLE)
    before = self.status('north')['digest']
    self.assertIn('nothing to change', self.take(SAMPLE).out)
    self.assertEqual(self.status('north')['digest'], before)

  def test_a_study_that_is_here_is_found_by_a_map_with_its_name(self):
    self.apply('north', 'trial: {id: nct09000001, title: The trial}\n')
    printed = self.run_ok('north', 'import', 'csv', SAMPLE, '--print-map').out
    mapping = self.file('map.yaml', printed.replace(
        'values:\n', 'values:\n  Name: {Berg 2021: nct09000001}\n'))
    self.take(SAMPLE, flags=('--map', mapping, '--set',
                             'publication.id=our-review'))
    self.assertEqual(
        [row['value'] for row in
         self.rows('trialId = nct09000001 AND outcome = os AND measure = hr')],
        [0.6])

  def test_what_is_wrong_names_line_column_value_and_wish(self):
    result = self.take(self.changed(('1,2,0,Berg', '1,b,0,Berg')),
                       code=INVALID)
    self.assertIn('changed.csv:7:1: column Outcome Number: "b": want a whole '
                  'number', result.err)
    result = self.take(self.changed((',49,0,0,68,', ',69,0,0,68,')),
                       code=INVALID)
    self.assertIn('line 7, column Events 1', result.err)
    result = self.take(self.changed(('Hazard Ratio', 'Score')), code=INVALID)
    self.assertIn('line 4, column Effect Measure: "Score"', result.err)
    result = self.take(SAMPLE, flags=(), code=INVALID)
    self.assertIn('--set publication.id=our-review', result.err)
    self.assertEqual(self.run_json('north', 'trial', 'list'), [])


if __name__ == '__main__':
  unittest.main()
