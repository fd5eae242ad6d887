"""What RevMan 5 and RevMan (Web) export, taken in.

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


class RevManStudiesTest(CommandLineTest):

  FILES = {
      'CD1-study-information.csv':
          'Study,Year,Char: Methods,Char: Participants,Char: Notes\n'
          'Berg 2021,2021,<p>Parallel &amp; open</p>,Adults,NCT09000001\n'
          'Lund 2022,2022,<p>Parallel</p>,Adults,\n',
      'CD1-study-arms.csv':
          'Study,Arm,Description,Intervention\n'
          'Berg 2021,Drug,80 mg daily,Osimertinib\n'
          'Berg 2021,Control,,Placebo\n'
          'Lund 2022,Drug,,Osimertinib\n',
      'CD1-study-results.csv':
          'Study,Outcome,Data type,Effect measure,Arm,Reference arm,'
          'Sample size,Cases,Mean,SD,SE,CI level,CI start,CI end,Exp mean,'
          'Exp CI start,Exp CI end,P value,Footnotes\n'
          'Berg 2021,Objective response rate,Dichotomous,,Drug,,100,60,,,,,,,'
          ',,,,\n'
          'Berg 2021,Overall survival,Contrast level,HR,Drug,Control,,,-0.22,,'
          '0.11,95,-0.44,-0.004,0.80,0.64,0.996,,\n',
      'CD1-risk-of-bias.csv':
          'Study,Bias arising from the randomization process (judgement),'
          'Bias arising from the randomization process (support),'
          'Overall bias (judgement)\n'
          'Berg 2021,Low risk,<p>Central</p>,Low risk\n'
          'Lund 2022,Some concerns,No details,Some concerns\n',
  }
  FLAGS = ('--set', 'publication.id=our-review', '--set', 'review.id=review',
           '-m', 'From RevMan')

  def setUp(self):
    super().setUp()
    self.found('north')
    self.apply('north', 'reviews: [{id: review, title: R, question: Q}]\n'
               'trial:\n  id: nct09000001\n  title: As registered\n'
               '  registrations: [{number: NCT09000001, authority: '
               'clinical-trials-gov}]\n')

  def take(self, *flags, code=0, **changed):
    files = [self.file(name, changed.get(name.split('-')[-1][:-4], text))
             for name, text in self.FILES.items()]
    return self.run_code(code, 'north', 'import', 'csv', *files, *flags,
                         *self.FLAGS)

  def test_four_tables_make_one_study_each(self):
    self.take()
    self.assertEqual([each['name'].split('/')[-1] for each in
                      self.run_json('north', 'trial', 'list')],
                     ['lund-2022', 'nct09000001'])
    trial = self.run_json('north', 'trial', 'get', 'nct09000001')
    self.assertEqual(trial['detailedDescription'], 'Methods: Parallel & open')
    rows = self.run_json('north', 'evidence', 'search', '--filter',
                         'trialId = nct09000001 AND outcome = os')
    self.assertEqual([(row['value'], row['low'], row['group'])
                      for row in rows], [(0.8, 0.64, 'drug')])
    judged = self.run_json('north', 'rob', 'list')
    self.assertEqual([(each['trial'], each['overall'].split('_')[-1])
                      for each in judged],
                     [('lund-2022', 'CONCERNS'), ('nct09000001', 'LOW')])
    before = self.status('north')['digest']
    self.assertIn('nothing to change', self.take().out)
    self.assertEqual(self.status('north')['digest'], before)

  def test_a_judgement_that_is_gone_is_taken_back_when_asked(self):
    self.take()
    less = self.FILES['CD1-risk-of-bias.csv'].rpartition('Lund')[0]
    self.assertIn('riskOfBiasAssessments/lund-2022: is no longer in the sheet',
                  self.take(bias=less).err)
    self.take('--retract', bias=less)
    self.assertEqual([each['trial'] for each in
                      self.run_json('north', 'rob', 'list')], ['nct09000001'])

  def test_what_is_wrong_is_told_and_nothing_is_taken(self):
    before = self.status('north')['digest']
    wrong = self.FILES['CD1-risk-of-bias.csv'].replace('Low risk,<p>', 'Lo,<p>')
    result = self.take(bias=wrong, code=INVALID)
    self.assertIn('line 2, column Bias arising from the randomization process '
                  '(judgement): "Lo": want Low risk, Some concerns or High '
                  'risk', result.err)
    path = self.file('rob.csv', self.FILES['CD1-risk-of-bias.csv'])
    result = self.run_code(INVALID, 'north', 'import', 'csv', path, '-m', 'x')
    self.assertIn('--set review.id=ID', result.err)
    self.assertEqual(self.status('north')['digest'], before)


if __name__ == '__main__':
  unittest.main()
