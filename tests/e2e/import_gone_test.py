"""Rows that an extraction sheet had and has no longer; files of other formats.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import csv
import subprocess
import unittest

from servers import (CommandLineTest, CONSILIUM, FAILED, INVALID, STUDY, USAGE)

MAP = '''rows: contrast
columns:
  Study: trial.number
  Arm: arm[experimental].title
  Against: arm[control].title
  Outcome: endpoint.title
  HR: value
  CI: interval
  Phase: trial.phases
constants: {measure: hr, interval.level: 95, publication.pmid: "29151359"}
'''
HEADER = 'Study,Arm,Against,Outcome,HR,CI,Phase\n'
PFS = 'NCT01000001,Drug A,Placebo,PFS,0.62,0.41-0.94,3\n'
OS = 'NCT01000001,Drug A,Placebo,OS,0.80,0.60-1.05,3\n'
OTHER_DRUG = 'NCT01000001,Drug C,Placebo,PFS,0.70,0.60-0.95,3\n'
OTHER_TRIAL = 'NCT01000002,Drug B,Placebo,PFS,0.50,0.30-0.80,2\n'
NO_LONGER = 'is no longer in the sheet that gave it'


class GoneTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')
    self.map = self.file('map.yaml', MAP)
    self.take(HEADER + PFS + OS + OTHER_DRUG + OTHER_TRIAL)

  def take(self, sheet, *flags, name='effects.csv', code=0):
    path = self.file(name, sheet)
    return self.run_code(code, 'north', 'import', 'csv', path, '--map',
                         self.map, '-m', 'a test', *flags)

  def digest(self):
    return self.status('north')['digest']

  def names(self, noun):
    return [each['name'].partition('trials/')[2]
            for each in self.run_json('north', noun, 'list')]

  def contrasts(self, endpoint):
    return [each['value'] for each in self.run_json(
        'north', 'endpoint', 'get', endpoint).get('contrasts', [])]

  def test_rows_that_are_gone_are_told_and_nothing_is_removed(self):
    before = self.digest()
    notes = self.folder / 'notes.csv'
    result = self.take(HEADER + PFS, '--notes', notes)
    self.assertEqual(self.digest(), before)
    self.assertIn('--retract takes it back', result.err)
    with open(notes, newline='') as file:
      gone = [(row['item'], row['place']) for row in csv.DictReader(file)
              if NO_LONGER in row['what was done']]
    # What stands under a trial goes with it.
    self.assertEqual(gone, [
        ('trials/nct01000002', ''),
        ('trials/nct01000001/arms/drug-c', ''),
        ('trials/nct01000001/endpoints/os', ''),
        ('trials/nct01000001/endpoints/pfs',
         'contrasts[pmid-29151359/drug-c:placebo/-/-/hr/-]')])

  def test_they_are_taken_back_when_that_is_asked_for(self):
    before = self.digest()
    shown = self.take(HEADER + PFS, '--retract', '--dry-run').out
    self.assertEqual(self.digest(), before)
    taken = self.take(HEADER + PFS, '--retract').out
    for text in (shown, taken):
      self.assertIn('trials/nct01000002: retracted\n', text)
      self.assertIn('trials/nct01000001/endpoints/pfs\n  contrasts[', text)
    self.assertEqual(self.names('trial'), ['nct01000001'])
    self.assertEqual(self.names('arm'), ['nct01000001/arms/drug-a',
                                         'nct01000001/arms/placebo'])
    self.assertEqual(self.names('endpoint'), ['nct01000001/endpoints/pfs'])
    self.assertEqual(self.contrasts('nct01000001/pfs'), [0.62])
    # A row of the same list that came with this very sheet is no victim.
    after = self.digest()
    self.assertNotIn(NO_LONGER, self.take(HEADER + PFS, '--retract').err)
    self.assertEqual(self.digest(), after)

  def test_a_new_row_of_a_list_stays_when_another_is_taken_back(self):
    new = OTHER_DRUG.replace('Drug C', 'Drug D')
    self.take(HEADER + PFS + new, '--retract')
    self.assertEqual(sorted(self.contrasts('nct01000001/pfs')), [0.62, 0.70])
    self.assertIn('nct01000001/arms/drug-d', self.names('arm'))
    self.assertNotIn('nct01000001/arms/drug-c', self.names('arm'))

  def test_a_cell_that_was_emptied_is_one_of_them(self):
    emptied = (PFS + OS + OTHER_DRUG).replace(',3\n', ',\n') + OTHER_TRIAL
    result = self.take(HEADER + emptied)
    self.assertIn(f'trials/nct01000001: phases: ["PHASE_PHASE3"]: {NO_LONGER}',
                  result.err)
    self.take(HEADER + emptied, '--retract')
    self.assertNotIn('phases', self.run_json('north', 'trial', 'get',
                                             'nct01000001'))

  def test_what_others_said_or_use_stays(self):
    self.run_ok('north', '--author', 'bert', 'trial', 'edit', 'nct01000002',
                '--set', 'title=A title', '-m', 'seen')
    self.run_ok('north', '--author', 'bert', 'endpoint', 'edit',
                'nct01000001/os', '--set', 'contrasts[0].value=0.81', '-m',
                'erratum')
    result = self.take(HEADER + PFS + OTHER_DRUG, '--retract')
    trial = self.run_json('north', 'trial', 'get', 'nct01000002')
    self.assertEqual(trial['title'], 'A title')
    self.assertEqual(self.contrasts('nct01000001/os'), [0.81])
    # Its arms and endpoints are the sheet's alone.
    self.assertNotIn('nct01000002/arms/drug-b', self.names('arm'))
    self.assertIn(NO_LONGER, result.err)

  def test_a_record_that_another_refers_to_stays(self):
    self.apply('north', '''endpoints:
  - id: ttp
    trial: nct01000001
    measure: ttp
    estimates: [{report: pmid-29151359, group: {arms: [drug-c]},
                 statistic: median, value: 5, unit: mo}]
''')
    result = self.take(HEADER + PFS, '--retract')
    self.assertIn('stays, since trials/nct01000001/endpoints/ttp has to do '
                  'with it', result.err)
    self.assertIn('nct01000001/arms/drug-c', self.names('arm'))

  def test_another_sheet_has_its_own_rows(self):
    before = self.digest()
    result = self.take(HEADER + PFS, name='others.csv')
    self.assertNotIn(NO_LONGER, result.err)
    self.assertEqual(self.digest(), before)

  def test_rows_with_problems_are_not_gone(self):
    broken = HEADER + PFS + OTHER_TRIAL.replace('0.50', 'x')
    rejects = self.folder / 'rejects.csv'
    result = self.take(broken, '--rejects', rejects, code=3)
    self.assertNotIn(NO_LONGER, result.err)
    before = self.digest()
    result = self.take(broken, '--rejects', rejects, '--retract', code=USAGE)
    self.assertIn('want', result.err)
    self.assertEqual(self.digest(), before)


class OtherFormatTest(CommandLineTest):

  FILES = {
      'ctgov': '{"protocolSection": {"identificationModule": '
               '{"nctId": "NCT09000001", "briefTitle": "A"}}}',
      'ris': 'TY  - JOUR\nTI  - A paper\nER  - \n',
      'pubmed': 'PMID- 1\nTI  - A paper\n',
      'bibtex': '@article{a, title = {A paper}, year = 2019}\n',
      'csv': 'Study,HR\nA,0.5\n',
      'jsonl': '{"consilium":{"format":"records","formatVersion":1,'
               '"registry":"r","registryId":"00","frontier":"x",'
               '"records":1}}\n'
               '{"publication":{"name":"publications/pmid-1","title":"A"}}\n',
  }

  def setUp(self):
    super().setUp()
    self.found('north')

  def test_every_import_knows_what_the_others_take(self):
    before = self.status('north')['digest']
    for command in self.FILES:
      for kind, text in self.FILES.items():
        if kind == command:
          continue
        with self.subTest(command=command, file=kind):
          result = self.run_code(INVALID, 'north', 'import', command,
                                 self.file('file', text), '-m', 'a test')
          self.assertIn(f'`consilium import {kind} FILE`', result.err)
    self.assertEqual(self.status('north')['digest'], before)

  def test_apply_names_the_import_and_imports_name_apply(self):
    lines = '{"publication": {"title": "A"}}\n{"trial": {"title": "B"}}\n'
    for kind, text in [*self.FILES.items(), ('jsonl', lines)]:
      with self.subTest(kind):
        name = 'file.csv' if kind == 'csv' else 'file'
        result = self.run_code(INVALID, 'north', 'apply', '-f',
                               self.file(name, text), '-m', 'a test')
        self.assertIn(f'`consilium import {kind} FILE`', result.err)
    for command in self.FILES:
      with self.subTest(command):
        result = self.run_code(
            INVALID, 'north', 'import', command,
            self.file('file', '{\n  "trial": {"id": "a", "title": "A"}\n}\n'),
            '-m', 'a test')
        self.assertIn('`consilium apply -f FILE`', result.err)


class FullDiskTest(CommandLineTest):

  def test_output_that_does_not_fit_is_a_failure(self):
    self.found('north')
    self.apply('north', 'publications:\n  - {id: pmid-2, title: Other}\n')
    self.apply('north', STUDY)
    for words in (['trial', 'list'], ['trial', 'get', 'nct1', '-o', 'json'],
                  ['export', 'jsonl'], ['explain', 'trial'], ['--help']):
      with self.subTest(words):
        with open('/dev/full', 'w') as full:
          done = subprocess.run(
              [CONSILIUM, '--server', self.servers['north'].address, *words],
              stdout=full, stderr=subprocess.PIPE, text=True,
              env=self.environment())
        self.assertEqual(done.returncode, FAILED)
        self.assertIn('standard output: No space left on device', done.stderr)

  def test_a_reader_that_has_seen_enough_hears_nothing(self):
    self.found('north')
    process = subprocess.Popen(
        [CONSILIUM, 'explain', 'trial'], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=self.environment())
    process.stdout.close()
    self.assertEqual(process.stderr.read(), '')
    process.wait()
    process.stderr.close()


if __name__ == '__main__':
  unittest.main()
