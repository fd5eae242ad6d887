"""Sheets of extraction from the draft of their map to a pooled result.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import unittest

from servers import CommandLineTest

SHEETS = {
    # Counts of two groups beside each other.
    'response': '''\
Study,Year,Outcome,Events (intervention),Total (intervention),Events (control),Total (control),Source
Yang 2017,2017,Objective response,34,80,20,78,Table 2
Wang 2019,2019,Objective response,41,65,30,66,Table 3
Li 2021,2021,Objective response,NR,50,14,52,Table 2
''',
    # One row an arm, with decimal commas.
    'toxicity': '''\
Study;Arm;Arm type;Adverse event;Grade;n;N;%
Yang 2017;TKI + RT;experimental;Radiation pneumonitis;>=3;4;80;5,0
Yang 2017;TKI;active comparator;Radiation pneumonitis;>=3;1;78;1,3
Yang 2017;TKI + RT;experimental;Rash;any;;80;
Wang 2019;TKI + RT;experimental;Radiation pneumonitis;5;0;65;0
''',
    # No arms, and words in place of P.
    'survival': '''\
Author/Year,Outcome,HR,95% CI,P
Yang 2017,OS,0.70,0.55-0.89,0.004
Wang 2019,OS,0.81,0.60-1.09,NS
Li 2021,OS,,,n.s.
''',
    # Means at one time.
    'quality': '''\
Study,Outcome,Timepoint,Exp mean,Exp SD,Exp n,Control mean,Control SD,Control n
Yang 2017,Quality of life,12 weeks,68.2,15.1,80,62.0,16.3,78
Wang 2019,Quality of life,12 weeks,70.1,14.0,65,66.6,13.8,66
''',
}

PROTOCOL = '''
id: sheets
title: Sheets
question: Does radiotherapy help?
outcomes:
  - {id: orr, title: Response, measure: rr, filter: outcome = orr}
  - {id: os, title: Survival, measure: hr, filter: outcome = os}
  - {id: qol, title: Quality of life, measure: mean-difference,
     filter: outcome = qol AND timeMonths < 3}
  - {id: pneumonitis, title: Pneumonitis, measure: rr,
     filter: adverseEvent = radiation-pneumonitis AND grade >= 3}
'''


class ImportSheetsTest(CommandLineTest):

  def take(self, name, *flags):
    return self.run_ok('north', 'import', 'csv', self.folder / f'{name}.csv',
                       '--map', self.folder / f'{name}.yaml', *flags)

  def test_sheets_come_to_pooled_results_by_the_drafts_of_their_maps(self):
    self.found('north')
    for name, text in SHEETS.items():
      sheet = self.file(f'{name}.csv', text)
      draft = self.run_ok('north', 'import', 'csv', sheet, '--print-map').out
      self.assertIn('# trial.randomized: yes', draft)
      self.file(f'{name}.yaml', draft.replace(
          'constants:\n', 'constants:\n  trial.randomized: yes\n'))
      self.assertIn('would have created', self.take(name, '--dry-run').out)
      taken = self.take(name, '-m', 'a sheet')
      if name in ('response', 'toxicity'):
        self.assertIn('stands without events', taken.out + taken.err)
      again = self.take(name, '-m', 'a sheet')
      self.assertIn('nothing to change', again.out)
    rows = self.run_json('north', 'evidence', 'search', '--filter',
                         'outcome = os AND p > 0.05', '--possible')
    self.assertEqual(sorted(row['trialId'] for row in rows),
                     ['li-2021', 'wang-2019'])
    self.assertTrue(all('p' not in row for row in rows))
    self.run_ok('north', 'review', 'create', '-f',
                self.file('protocol.yaml', PROTOCOL), '-m', 'a protocol')
    result = self.run_json('north', 'review', 'run', 'sheets')
    outcomes = {each['id']: each for each in result['outcomes']}
    studies = {name: sorted(study['trialId'] for study in each['studies'])
               for name, each in outcomes.items()}
    self.assertEqual(studies, {
        'orr': ['wang-2019', 'yang-2017'], 'os': ['wang-2019', 'yang-2017'],
        'qol': ['wang-2019', 'yang-2017'], 'pneumonitis': ['yang-2017']})
    self.assertEqual([each['trialId'] for each in
                      outcomes['pneumonitis']['possible']], ['wang-2019'])


if __name__ == '__main__':
  unittest.main()
