"""What tables of evidence show, and vocabularies and versions behind them.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import csv
import io
import unittest

from example_evidence import EvidenceTest
from servers import USAGE


class TableTest(EvidenceTest):

  def table(self, text, *flags):
    return self.run_ok('north', 'evidence', 'search', '--filter', text,
                       *flags).out

  def csv(self, text, *flags):
    return list(csv.DictReader(io.StringIO(self.table(text, *flags, '-o',
                                                      'csv'))))

  def test_numbers_are_shown_as_printed(self):
    pfs = 'outcome = pfs AND measure = hr AND p < 0.05'
    self.assertIn('<0.001', self.table(pfs))
    self.assertIn(('<', '0.001'), [(row['pComparator'], row['p'])
                                   for row in self.csv(pfs)])
    self.assertIn('0.200', self.table('p = 0.2'))
    self.assertIn(' 40.0 ', self.table('valuePercent = 40'))
    self.assertIn('40.0', [row['value']
                           for row in self.csv('valuePercent = 40')])

  def test_alike_rows_are_told_apart(self):
    table = self.table('study = ENTER AND outcome = pfs AND kind = estimate')
    self.assertIn('pfs (intracranial)', table)
    events = self.table('study = "ref 37" AND kind = adverse-event-count')
    self.assertIn('(imaging)', events)
    self.assertIn('(clinical)', events)
    methods = self.table('study = "ref 15" AND kind = estimate')
    self.assertIn('wilson', methods)
    self.assertIn('kaplan-meier', methods)

  def test_other_readings_are_shown(self):
    doubted = 'study = "ref 15" AND adverseEvent = radiation-pneumonitis'
    self.assertIn('other reading: pneumonia of any cause',
                  self.table(doubted))
    self.assertIn('doubt', self.csv('study = ENTER')[0])
    self.assertNotIn('DOUBT', self.table('kind = trial AND study = ENTER'))

  def test_what_arms_and_patients_may_be_is_shown_with_the_trial(self):
    row, = self.search('kind = trial AND doubt:misprint')
    self.assertEqual(row['study'], 'SINDAS')
    table = self.table('kind = trial AND study = SINDAS')
    self.assertIn('icotinib: 125 mg three times daily', table)
    self.assertIn('metastases: oligometastatic', table)
    # A dose is no doubt about the number; whom the trial took is.
    rows = self.search('kind = contrast AND study = SINDAS')
    readings = {each['reading'] for row in rows
                for each in row['alternatives']}
    self.assertEqual(readings, {'metastases: oligometastatic'})
    # What was inferred is told with every row that depends on it.
    for text in ('kind = trial AND drugs = apatinib AND study = NCT03801200',
                 'kind = contrast AND study = "ref 21"',
                 'kind = trial AND drugs = gefitinib AND radiotherapy = '
                 'brain-rt'):
      self.assertIn('other reading', self.table(text))

  def test_not_significant_is_no_direction(self):
    self.assertEqual(self.search('direction = no-difference AND significance = '
                                 'not-significant'), [])

  def test_a_hope_is_no_result(self):
    self.assertNotIn('HELPER', self.studies('outcome = pfs AND statistic = '
                                            'rate'))

  def test_columns_may_be_called_as_people_do(self):
    row, = self.csv('kind = trial AND acronym = sindas', '--columns',
                    'acronym,phase,country')
    self.assertEqual(row, {'acronym': 'SINDAS', 'phase': 'phase3',
                           'country': 'CN'})

  def test_nested_columns_are_words(self):
    table = self.table('kind = trial AND study = NCT02353741', '--columns',
                       'arms.radiotherapies.totalDose,'
                       'arms.radiotherapies.fractions,alternatives')
    self.assertIn('54 to 60 Gy', table)
    self.assertIn('27 to 30', table)
    self.assertNotIn('{', table)

  def test_rows_are_sorted_and_limited(self):
    sizes = [int(row['enrolled'])
             for row in self.csv('kind = trial AND enrolled > 0', '--columns',
                                 'study,enrolled', '--sort', '-enrolled')]
    self.assertEqual(sizes, sorted(sizes, reverse=True))
    first = self.table('kind = trial', '--sort', '-enrolled,study', '--limit',
                       '2')
    self.assertIn('the first 2; 53 rows match', first)
    self.assertEqual(len(self.search('kind = trial', '--limit', '3')), 3)
    names = [row['study'] for row in self.csv('kind = trial')]
    numbers = [int(name.split()[1]) for name in names
               if name.startswith('ref ')]
    self.assertEqual(numbers, sorted(numbers))
    self.run_code(USAGE, 'north', 'evidence', 'search', '--sort', 'vlaue')
    self.run_code(USAGE, 'north', 'evidence', 'search', '--limit', '0')

  def test_provenance_is_shown_in_columns(self):
    for row in self.csv('outcome = os AND measure = hr', '--provenance'):
      self.assertEqual(row['institution'], 'north')
      self.assertEqual(row['author'], 'rk')
      self.assertIn('section', row['source'])
    self.assertIn('SOURCE', self.table('outcome = os', '--provenance'))

  def test_fields_are_explained(self):
    told = self.run_ok('north', 'explain', 'evidence-row').out
    for field in ('pComparator', 'unstated', 'disputes', 'arms'):
      self.assertIn(f'\n  {field} ', told)
    self.assertIn('explain evidence-row', self.run_ok(
        'north', 'evidence', 'search', '--help').out)

  def test_lists_of_records_show_any_field(self):
    rows = list(csv.DictReader(io.StringIO(self.run_ok(
        'north', 'trial', 'list', '--columns',
        'name,status,countries,enrolledParticipantCount,randomized', '-o',
        'csv').out)))
    sindas = next(row for row in rows if row['name'] == 'nct02893332')
    self.assertEqual(sindas, {'name': 'nct02893332', 'status': '',
                              'countries': 'CN',
                              'enrolledParticipantCount': '133',
                              'randomized': 'not-stated'})
    self.assertIn('"status"', self.run_code(
        USAGE, 'north', 'trial', 'list', '--columns', 'statsu').err)


class VocabularyTest(EvidenceTest):

  def test_terms_tell_their_synonyms_and_what_holds_them(self):
    terms = {each['id']: each
             for each in self.run_json('north', 'evidence', 'terms',
                                       'radiotherapy')}
    self.assertIn('sabr', terms['sbrt']['synonyms'])
    found = self.search('radiotherapy = sbrt')
    self.assertEqual(int(terms['sbrt']['rows']), len(found))
    self.assertEqual(int(terms['sbrt']['trials']),
                     len({row['trialId'] for row in found}))
    self.run_code(USAGE, 'north', 'evidence', 'terms', 'colours')

  def test_trials_with_one_number_may_be_one(self):
    def pairs(*flags):
      return {(each['first'], each['second'])
              for each in self.run_json('north', 'trial', 'duplicates',
                                        *flags)}

    twin = self.file('twin.yaml', '''title: A trial entered twice
registrations: [{number: NCT02893332, authority: clinical-trials-gov}]
''')
    before = pairs()
    self.run_ok('north', 'trial', 'create', 'twin', '-f', twin)
    self.assertEqual(pairs() - before, {('nct02893332', 'twin')})
    link = self.file('distinct.yaml', '''kind: distinct
records: [trials/nct02893332, trials/twin]
reason: the number was printed wrongly
''')
    self.run_ok('north', 'link', 'create', 'not-same', '-f', link)
    self.assertEqual(pairs(), before)
    self.assertIn(('nct02893332', 'twin'), pairs('--linked'))


class VersionTest(EvidenceTest):

  def test_servers_that_hold_the_same_changes_give_the_same_rows(self):
    self.start('south')
    self.run_ok('south', 'registry', 'join', 'nsclc', '--from',
                self.servers['north'].address)
    answers = [self.run_ok(each, 'evidence', 'search', '-o', 'jsonl').out
               for each in ('north', 'south')]
    self.assertGreater(answers[0].count('\n'), 300)
    self.assertEqual(answers[0], answers[1])

  def test_an_old_version_answers_as_it_did(self):
    self.run_ok('north', 'snapshot', 'create', 'first')
    question = 'kind = trial AND status = completed'
    before = self.search(question)
    trial = self.search('kind = trial AND status = ongoing')[0]['trialId']
    self.run_ok('north', 'trial', 'edit', trial, '--set', 'status=completed',
                '-m', 'completed')
    self.assertEqual(len(self.search(question)), len(before) + 1)
    self.assertEqual(self.search(question, '--at', 'first'), before)

  def test_rows_of_trials_that_a_link_joins_belong_to_one(self):
    ids = [row['trialId'] for row in self.search('kind = trial')][:2]
    link = self.file('link.yaml', f'''kind: duplicate
records: [trials/{ids[0]}, trials/{ids[1]}]
reason: made for this test
''')
    self.run_ok('north', 'link', 'create', 'same', '-f', link)
    joined = {row['trialId'] for row in self.search('kind = trial')}
    self.assertIn(ids[0], joined)
    self.assertNotIn(ids[1], joined)
    for trial, other in (ids, reversed(ids)):
      told = self.run_ok('north', 'trial', 'get', trial).err
      self.assertIn(f'trials/{other}', told)
      self.assertIn('made for this test', told)
    self.run_ok('north', 'link', 'retract', 'same', '--reason', 'they differ')
    joined = {row['trialId'] for row in self.search('kind = trial')}
    self.assertIn(ids[1], joined)


if __name__ == '__main__':
  unittest.main()
