"""What people changed after an import, when its file comes again.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import copy
import csv
import json
import unittest

from servers import CommandLineTest, ROOT

TESTDATA = ROOT / 'tests' / 'client' / 'import' / 'testdata'
MADE = json.loads((TESTDATA / 'with-results.json').read_text())


class ImportAgainTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')
    self.take(TESTDATA / 'with-results.json')

  def take(self, file, *flags):
    return self.run_ok('north', 'import', 'ctgov', file, *flags, '-m', 'a test')

  def digest(self):
    return self.status('north')['digest']

  def edit(self, noun, name, *values):
    flags = [each for value in values for each in ('--set', value)]
    self.run_ok('north', '--author', 'anna', noun, 'edit',
                f'nct09000001/{name}' if name else 'nct09000001', *flags, '-m',
                'see erratum')

  def again(self, study=MADE):
    """Takes the study; returns what was printed and the notes."""
    notes = self.folder / 'notes.csv'
    path = self.file('again.json', json.dumps(study))
    result = self.take(path, '--notes', notes)
    with open(notes, newline='') as file:
      return result, list(csv.DictReader(file))

  def contrasts(self):
    return self.run_json('north', 'endpoint', 'get',
                         'nct09000001/pfs-inv').get('contrasts', [])

  def test_a_correction_stays_and_the_file_is_told_to_say_otherwise(self):
    self.edit('endpoint', 'pfs-inv', 'contrasts[0].value=0.64')
    self.edit('ae', 'pneumonitis', 'counts[0].affected=1')
    self.edit('trial', '', "title=Anna's title", 'startDate=2015-03-05')
    before = self.digest()
    result, notes = self.again()
    self.assertIn('nothing to change', result.out)
    self.assertEqual(self.digest(), before)
    kept = [row for row in notes if 'left as anna changed it on ' in
            row['what was done']]
    self.assertEqual(sorted(row['item'].split('/')[-1] for row in kept),
                     ['nct09000001', 'nct09000001', 'pfs-inv', 'pneumonitis'])
    of_value, = [row for row in kept if row['item'].endswith('pfs-inv')]
    self.assertIn('0.62', of_value['value'])
    self.assertIn('0.64', of_value['what was done'])
    shown = self.run_ok('north', 'import', 'ctgov',
                        TESTDATA / 'with-results.json', '--dry-run')
    self.assertIn('nothing to change', shown.out)

  def test_a_correction_beside_the_registrys_words_is_found(self):
    check = 'value-against-printed-text'
    findings = lambda: [each for each in self.run_json('north', 'evidence',
                                                       'findings')
                        if each['check'] == check]
    self.assertEqual(findings(), [])
    self.edit('endpoint', 'pfs-inv', 'contrasts[0].value=0.64')
    found, = findings()
    self.assertIn('0.64', found['message'])
    self.edit('endpoint', 'pfs-inv', 'contrasts[0].source.text=HR 0.64')
    self.assertEqual(findings(), [])

  def test_what_only_imports_wrote_follows_the_registry(self):
    for value in ('0.64', '0.66'):
      study = copy.deepcopy(MADE)
      study['resultsSection']['outcomeMeasuresModule']['outcomeMeasures'][0][
          'analyses'][0]['paramValue'] = value
      self.again(study)
      self.assertEqual([each['value'] for each in self.contrasts()],
                       [float(value)])

  def test_an_element_under_another_key_is_not_put_back_beside_it(self):
    self.edit('endpoint', 'pfs-inv', 'contrasts[0].measure=rr')
    _, notes = self.again()
    self.assertEqual([each['measure'] for each in self.contrasts()],
                     ['EFFECT_MEASURE_RISK_RATIO'])
    self.assertEqual(len([row for row in notes if 'left as anna changed it' in
                          row['what was done']]), 1)

  def test_an_element_that_a_person_removed_is_not_put_back(self):
    self.run_ok('north', '--author', 'anna', 'apply', '--prune', '-m', 'wrong',
                '-f', self.file('less.yaml', '''endpoints:
  - {id: pfs-inv, trial: nct09000001, title: Progression-free survival,
     measure: pfs, assessor: investigator}
'''))
    self.assertEqual(self.contrasts(), [])
    _, notes = self.again()
    self.assertEqual(self.contrasts(), [])
    self.assertTrue(any('as anna removed it on' in row['what was done']
                        for row in notes))

  def test_a_retracted_record_stays_so_and_the_rest_is_taken(self):
    self.run_ok('north', 'endpoint', 'retract', 'nct09000001/pfs-inv',
                '--reason', 'wrong')
    study = copy.deepcopy(MADE)
    study['protocolSection']['statusModule']['overallStatus'] = 'TERMINATED'
    _, notes = self.again(study)
    self.assertTrue(any('is retracted here' in row['what was done']
                        for row in notes))
    trial = self.run_json('north', 'trial', 'get', 'nct09000001')
    self.assertEqual(trial['status'], 'TRIAL_STATUS_TERMINATED')
    names = [each['name'] for each in
             self.run_json('north', 'endpoint', 'list', 'nct09000001')]
    self.assertFalse([name for name in names if name.endswith('/pfs-inv')])

  def test_what_is_of_a_retracted_arm_is_left_out(self):
    self.run_ok('north', 'arm', 'retract', 'nct09000001/gefitinib',
                '--reason', 'wrong')
    study = copy.deepcopy(MADE)
    study['resultsSection']['outcomeMeasuresModule']['outcomeMeasures'][0][
        'title'] = 'Overall survival, again'
    self.again(study)
    self.assertNotIn('gefitinib', [
        each['name'].split('/')[-1] for each in
        self.run_json('north', 'arm', 'list', 'nct09000001')])

  def test_a_retracted_trial_stays_so_and_another_study_is_taken(self):
    self.run_ok('north', 'trial', 'retract', 'nct09000001', '--reason', 'wrong')
    other = copy.deepcopy(MADE)
    other['protocolSection']['identificationModule'] = {
        'nctId': 'NCT09000002', 'briefTitle': 'Another'}
    self.again({'studies': [MADE, other]})
    self.assertEqual([each['name'].split('/')[-1] for each in
                      self.run_json('north', 'trial', 'list')], ['nct09000002'])

  def test_the_same_study_twice_says_what_differs(self):
    study = copy.deepcopy(MADE)
    study['protocolSection']['statusModule']['overallStatus'] = 'TERMINATED'
    _, notes = self.again({'studies': [MADE, study]})
    self.assertIn('1 value differs: trial nct09000001 status',
                  [row for row in notes if row['value'] == 'stands twice'][0][
                      'what was done'])


if __name__ == '__main__':
  unittest.main()
