"""Records of registries and references of databases, taken in.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import copy
import csv
import json
import unittest

from servers import CommandLineTest, INVALID, PARTIAL, ROOT, USAGE

TESTDATA = ROOT / 'tests' / 'client' / 'import' / 'testdata'
MADE = json.loads((TESTDATA / 'with-results.json').read_text())

PAPER = '''publications:
  - {id: the-paper, pmid: "29151359", title: A paper}
trial:
  id: made-by-hand
  title: As the paper calls it
  enrolledParticipantCount: 120
  registrations: [{number: NCT09000001, authority: clinical-trials-gov}]
  reports: [{publication: the-paper, role: result}]
  source: {report: the-paper, locator: page 1}
arms:
  - {id: md1234-rt, title: The new drug, drugs: [{drug: md1234,
     dose: {amount: 80 mg}}], source: {report: the-paper}}
  - {id: gefitinib, title: Gefitinib, drugs: [{drug: gefitinib}]}
endpoints:
  - id: pfs-inv
    measure: progression-free-survival
    assessor: investigator
    contrasts:
      - report: the-paper
        group: {arms: [md1234-rt]}
        reference: {arms: [gefitinib]}
        measure: hazard-ratio
        value: 0.6
        interval: {level: 95, low: 0.4, high: 0.9}
'''

RIS = '''TY  - JOUR
AU  - Soria, J. C.
TI  - A title with more words
DO  - 10.1000/made
AN  - 29151359
DB  - PubMed
AB  - Registered as NCT09000001 and NCT09999999.
ER  -
'''


class ImportTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')

  def write(self, name, value):
    return self.file(name, json.dumps(value))

  def take(self, *files, flags=(), code=0, command='ctgov'):
    return self.run_code(code, 'north', 'import', command, *files, *flags,
                         '-m', 'a test')

  def rows(self, text):
    return self.run_json('north', 'evidence', 'search', '--filter', text)

  def digest(self):
    return self.status('north')['digest']


class StudyTest(ImportTest):

  def test_analysis_of_a_registry_can_be_asked_for(self):
    self.take(TESTDATA / 'with-results.json')
    rows = self.rows('outcome = pfs AND measure = hr AND design = randomized')
    self.assertEqual([(row['value'], row['low'], row['high'], row['level'],
                       row['group'], row['reference']) for row in rows],
                     [(0.62, 0.41, 0.94, 95.03, 'md1234-rt', 'gefitinib')])
    events = self.rows('adverseEvent = pneumonitis AND kind = '
                       'adverse-event-count')
    self.assertEqual(len(events), 5)

  def test_the_same_file_again_changes_nothing(self):
    self.take(TESTDATA / 'with-results.json')
    before = self.digest()
    result = self.take(TESTDATA / 'with-results.json')
    self.assertIn('nothing to change', result.out)
    self.assertEqual(self.digest(), before)

  def test_dry_run_shows_old_and_new_and_changes_nothing(self):
    self.take(TESTDATA / 'with-results.json')
    later = copy.deepcopy(MADE)
    later['protocolSection']['statusModule']['overallStatus'] = 'TERMINATED'
    before = self.digest()
    path = self.write('later.json', later)
    shown = self.run_ok('north', 'import', 'ctgov', path, '--dry-run').out
    self.assertRegex(shown, r'status: \S*(?i:completed)\S* -> '
                            r'\S*(?i:terminated)')
    self.assertEqual(self.digest(), before)
    self.take(path)
    trial = self.run_json('north', 'trial', 'get', 'nct09000001')
    self.assertEqual(trial['status'], 'TRIAL_STATUS_TERMINATED')

  def test_arrays_pages_and_lines_are_taken_alike(self):
    studies = []
    for number in ('NCT09000011', 'NCT09000012'):
      study = copy.deepcopy(MADE)
      study['protocolSection']['identificationModule'] = {
          'nctId': number, 'briefTitle': f'Study {number}'}
      studies.append(study)
    for name, text in (('array.json', json.dumps(studies)),
                       ('page.json', json.dumps({'totalCount': 2,
                                                 'studies': studies})),
                       ('lines.jsonl', '\n'.join(map(json.dumps, studies)))):
      self.take(self.file(name, text))
      trials = self.run_json('north', 'trial', 'list')
      self.assertEqual(len(trials), 2, name)

  def test_what_a_paper_said_stays_and_both_stand_side_by_side(self):
    self.apply('north', PAPER)
    result = self.take(TESTDATA / 'with-results.json')
    self.assertIn('left as another source has it', result.err)
    trials = self.run_json('north', 'trial', 'list')
    self.assertEqual([each['name'].split('/')[-1] for each in trials],
                     ['made-by-hand'])
    self.assertEqual(trials[0]['title'], 'As the paper calls it')
    self.assertEqual(trials[0]['enrolledParticipantCount'], 120)
    self.assertEqual(trials[0]['status'], 'TRIAL_STATUS_COMPLETED')
    arm = self.run_json('north', 'arm', 'get', 'made-by-hand/md1234-rt')
    self.assertEqual(arm['drugs'][0]['dose']['amount']['value'], 80)
    rows = self.rows('outcome = pfs AND measure = hr AND assessor = '
                     'investigator')
    self.assertEqual(sorted(row['value'] for row in rows), [0.6, 0.62])

  def test_a_study_larger_than_one_change_is_taken_in_several(self):
    study = copy.deepcopy(MADE)
    events = study['resultsSection']['adverseEventsModule']
    stats = [{'groupId': f'EG00{i}', 'numAffected': i, 'numAtRisk': 60,
              'numEvents': i} for i in range(4)]
    events['otherEvents'] = [
        {'term': f'A made event number {i}', 'organSystem': 'Blood',
         'sourceVocabulary': 'MedDRA 23.1',
         'assessmentType': 'SYSTEMATIC_ASSESSMENT', 'stats': stats}
        for i in range(2000)]
    path = self.write('large.json', study)
    self.take(path)
    self.assertEqual(len(self.run_json('north', 'ae', 'list',
                                       'nct09000001')), 2001)
    self.assertIn('nothing to change', self.take(path).out)


class RejectTest(ImportTest):

  def test_nothing_is_taken_while_a_study_has_a_problem(self):
    before = self.digest()
    result = self.take(TESTDATA / 'with-results.json',
                       TESTDATA / 'unknown-enumerator.json', code=INVALID)
    self.assertIn('PAUSED', result.err)
    self.assertIn('overallStatus', result.err)
    self.assertEqual(self.digest(), before)

  def test_rejects_go_to_a_file_with_place_value_and_wish(self):
    rejects = self.folder / 'rejects.csv'
    self.take(TESTDATA / 'with-results.json',
              TESTDATA / 'unknown-enumerator.json',
              TESTDATA / 'truncated.json', flags=('--rejects', rejects),
              code=PARTIAL)
    with open(rejects, newline='') as file:
      rows = list(csv.DictReader(file))
    self.assertEqual(len(rows), 2)
    self.assertEqual(rows[0]['place'],
                     'protocolSection.statusModule.overallStatus')
    self.assertIn('PAUSED', rows[0]['value'])
    self.assertIn('want one of', rows[0]['wish'])
    self.assertIn('ends inside', rows[1]['wish'])
    self.assertEqual(len(self.run_json('north', 'trial', 'list')), 1)

  def test_notes_list_doubts_and_what_has_no_place(self):
    notes = self.folder / 'notes.csv'
    study = copy.deepcopy(MADE)
    study['derivedSection'] = {'miscInfoModule': {'versionHolder': '2026'}}
    self.take(self.write('a.json', study), flags=('--notes', notes))
    text = notes.read_text()
    self.assertIn('derivedSection.miscInfoModule.versionHolder', text)
    self.assertIn('kept as a doubted reading', text)

  def test_wrong_files_say_what_they_are(self):
    for name, wish in (('utf-16.json', 'iconv'),
                       ('citations.ris', 'import ris'),
                       ('truncated.json', 'ends inside a study')):
      result = self.take(TESTDATA / name, code=INVALID)
      self.assertIn(wish, result.err)
    self.run_code(USAGE, 'north', 'import', 'ctgov',
                  TESTDATA / 'with-results.json')


class CitationTest(ImportTest):

  def test_publication_is_linked_to_the_trials_that_it_names(self):
    self.take(TESTDATA / 'with-results.json')
    path = self.file('a.ris', RIS)
    result = self.take(path, command='ris')
    self.assertIn('NCT09999999', result.err)
    trial = self.run_json('north', 'trial', 'get', 'nct09000001')
    self.assertEqual([each['publication'] for each in trial['reports']],
                     ['pmid-29151359'])
    self.assertIn('nothing to change', self.take(path, command='ris').out)

  def test_a_study_that_comes_later_is_linked_too(self):
    self.take(self.file('a.ris', RIS), command='ris')
    self.take(TESTDATA / 'with-results.json')
    trial = self.run_json('north', 'trial', 'get', 'nct09000001')
    self.assertEqual([each['publication'] for each in trial['reports']],
                     ['pmid-29151359'])

  def test_a_publication_known_by_its_number_keeps_its_id_and_words(self):
    self.apply('north', PAPER)
    self.take(self.file('a.ris', RIS), command='ris')
    papers = self.run_json('north', 'publication', 'list')
    self.assertEqual([each['name'].split('/')[-1] for each in papers],
                     ['the-paper'])
    self.assertEqual(papers[0]['title'], 'A paper')
    self.assertEqual(papers[0]['doi'], '10.1000/made')
    trial = self.run_json('north', 'trial', 'get', 'made-by-hand')
    self.assertEqual([(each['publication'], each['role'])
                      for each in trial['reports']],
                     [('the-paper', 'REPORT_ROLE_RESULT')])

  def test_three_formats_of_one_reference_make_one_publication(self):
    bib = '@article{a, title = {A title}, pmid = {29151359}}\n'
    nbib = 'PMID- 29151359\nTI  - A title.\nDP  - 2018\nSO  - J. 2018.\n'
    for command, text in (('ris', RIS), ('bibtex', bib), ('pubmed', nbib)):
      self.take(self.file(f'a.{command}', text), command=command)
    papers = self.run_json('north', 'publication', 'list')
    self.assertEqual(len(papers), 1)
    self.assertEqual(papers[0]['year'], 2018)


if __name__ == '__main__':
  unittest.main()
