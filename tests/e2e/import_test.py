"""Records of registries and references of databases, taken in.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import copy
import csv
import json
import pathlib
import unittest

from servers import (CommandLineTest, INVALID, NOT_FOUND, PARTIAL, ROOT,
                     USAGE)

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


  def test_a_drafted_protocol_pools_what_was_imported(self):
    other = copy.deepcopy(MADE)
    names = other['protocolSection']['identificationModule']
    names['nctId'] = 'NCT09000077'
    names.pop('acronym', None)
    self.take(self.write('one.json', MADE), self.write('other.json', other))
    draft = self.run_ok('north', 'review', 'draft', 'made').out
    self.run_ok('north', 'review', 'create', '-f',
                self.file('protocol.yaml', draft), '-m', 'a test')
    outcomes = self.run_json('north', 'review', 'run', 'made')['outcomes']
    pooled = {outcome['id']: len(outcome['studies'])
              for outcome in outcomes if 'pooled' in outcome}
    self.assertEqual(pooled.get('pfs'), 2, outcomes)
    refused = self.run_code(NOT_FOUND, 'north', 'review', 'draft', 'made',
                            '--min-trials', '3')
    self.assertIn('of 2 trials that match, 3 or more report', refused.err)


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
    with open(notes, newline='') as file:
      left_out, = [row for row in csv.DictReader(file) if row['place'] ==
                   'derivedSection.miscInfoModule.versionHolder']
    self.assertEqual(left_out['item'], 'NCT09000001')
    self.assertTrue(left_out['file'].endswith('a.json'))
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

  def test_a_rerun_finds_no_difference_in_its_own_links(self):
    study = copy.deepcopy(MADE)
    study['protocolSection']['referencesModule'] = {'references': [
        {'pmid': '29151359', 'type': 'DERIVED', 'citation': 'A. B.'}]}
    path = self.write('study.json', study)
    self.take(path)
    self.assertNotIn('is otherwise in', self.take(path).err)

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

  def test_many_notes_are_shown_by_kind_and_all_listed_in_the_file(self):
    study = copy.deepcopy(MADE)
    for group in study['resultsSection']['adverseEventsModule']['eventGroups']:
      group['title'] = group['title'] + ', a part'
    studies = []
    for i in range(20):
      each = copy.deepcopy(study)
      each['protocolSection']['identificationModule'] = {
          'nctId': f'NCT090001{i:02}', 'briefTitle': f'Study {i}'}
      studies.append(each)
    path = self.write('many.json', {'studies': studies})
    notes = self.folder / 'notes.csv'
    shown = self.take(path, flags=('--notes', notes)).err
    with open(notes, newline='') as file:
      listed = len([row for row in csv.DictReader(file)
                    if not row['what was done'].startswith('no place in')])
    self.assertIn(f'{listed} notes of ', shown)
    self.assertLess(len(shown.splitlines()), 20)

  def test_quiet_prints_the_sum_alone(self):
    notes = self.folder / 'notes.csv'
    result = self.run_ok('north', '-q', 'import', 'ctgov',
                         TESTDATA / 'with-results.json', '-m', 'a test',
                         '--notes', notes)
    self.assertEqual(len(result.out.splitlines()), 1, result.out)
    self.assertTrue(result.out.startswith('created '))
    self.assertEqual(result.err, '')
    self.assertGreater(len(notes.read_text().splitlines()), 2)

  def test_a_publication_of_more_trials_than_it_may_name_is_linked_to_all(self):
    studies = []
    for i in range(120):
      study = {'protocolSection': {
          'identificationModule': {'nctId': f'NCT09001{i:03}',
                                   'briefTitle': f'Study {i}'},
          'referencesModule': {'references': [
              {'pmid': '29151359', 'type': 'DERIVED', 'citation': 'A. B.'}]}}}
      studies.append(study)
    notes = self.folder / 'notes.csv'
    self.take(self.write('many.json', studies), flags=('--notes', notes))
    self.assertIn('numbers already; left out', notes.read_text())
    trials = self.run_json('north', 'trial', 'list')
    self.assertEqual([len(each['reports']) for each in trials], [1] * 120)


SHEETS = ROOT / 'deploy' / 'evidence' / 'sheets'
SHEET = """Study,Arm,Comparator,Outcome,HR,CI low,CI high,P value,Page
NCT09000001,New,Old,Overall survival,0.62,0.41,0.94,0.02,Table 2
NCT09000001,New,Old,PFS,NR,NR,NR,,Table 2
NCT09000002,New,Old,OS,0.80,0.61,1.05,0.11,page 4
"""


class SheetTest(ImportTest):

  def take_sheet(self, sheet, code=0, flags=(), name='effects.csv'):
    path = self.file(name, sheet) if isinstance(sheet, str) else sheet
    return self.take(path, flags=flags, code=code, command='csv')

  def mapped(self, sheet, *more):
    """A map drafted from the sheet, with lines added."""
    path = self.file('effects.csv', sheet)
    drafted = self.run_ok('north', 'import', 'csv', path, '--print-map').out
    return self.file('map.yaml', drafted + ''.join(f'{line}\n'
                                                   for line in more))

  def test_a_drafted_map_takes_the_sheet_and_its_rows_can_be_asked_for(self):
    mapping = self.mapped(SHEET)
    self.take_sheet(SHEET, flags=('--map', mapping))
    rows = self.rows('outcome = os AND measure = hr')
    self.assertEqual(sorted((row['value'], row['low'], row['high'])
                            for row in rows),
                     [(0.62, 0.41, 0.94), (0.8, 0.61, 1.05)])
    self.assertEqual(self.rows('outcome = pfs'), [])

  def test_the_same_sheet_again_changes_nothing_and_a_new_value_does(self):
    mapping = self.mapped(SHEET)
    self.take_sheet(SHEET, flags=('--map', mapping))
    before = self.digest()
    again = self.take_sheet(SHEET, flags=('--map', mapping))
    self.assertIn('nothing to change', again.out)
    self.assertEqual(self.digest(), before)
    later = SHEET.replace('0.62,', '0.63,')
    path = self.file('effects.csv', later)
    shown = self.run_ok('north', 'import', 'csv', path, '--map', mapping,
                        '--dry-run').out
    self.assertIn('0.62', shown)
    self.assertIn('0.63', shown)
    self.assertEqual(self.digest(), before)
    self.take_sheet(later, flags=('--map', mapping))
    self.assertIn(0.63, [row['value'] for row in self.rows('outcome = os')])

  def test_another_sheet_does_not_overwrite_and_is_told(self):
    mapping = self.mapped(SHEET)
    self.take_sheet(SHEET, flags=('--map', mapping))
    map_of_other = self.file('other.yaml', pathlib.Path(mapping).read_text()
                             .replace('rows:', 'sheet: other\nrows:'))
    result = self.take_sheet(SHEET.replace('0.62,', '0.66,'),
                             flags=('--map', map_of_other))
    self.assertIn('left as another source has it', result.err)
    self.assertNotIn(0.66, [row['value'] for row in self.rows('outcome = os')])

  def test_what_a_paper_said_keeps_its_source_where_a_sheet_says_the_same(self):
    self.apply('north', PAPER.replace('title: As the paper',
                                      'acronym: MADE\n  title: As the paper'))
    sheet = SHEET.replace('NCT09000001', 'MADE')
    mapping = self.mapped(sheet)
    self.take_sheet(sheet, flags=('--map', mapping))
    history = self.run_json('north', 'trial', 'history', 'made-by-hand')
    self.assertEqual(
        [each['info']['message'] for each in history
         if any(assignment['path'] == 'acronym'
                for assignment in each['assignments'])],
        [history[-1]['info']['message']])

  def test_a_trial_and_its_arms_are_found_by_what_people_call_them(self):
    self.apply('north', PAPER.replace('title: As the paper',
                                      'acronym: MADE\n  title: As the paper'))
    sheet = SHEET.replace('NCT09000001', 'MADE').replace('New', 'The new drug')
    self.take_sheet(sheet, flags=('--map', self.mapped(sheet)))
    rows = self.rows('trialId = made-by-hand AND outcome = os')
    self.assertEqual([row['group'] for row in rows], ['md1234-rt'])

  def test_rejects_have_line_column_value_and_wish_and_the_rest_is_taken(self):
    sheet = SHEET.replace('0.80', '"0,80"')
    mapping = self.mapped(sheet)
    refused = self.take_sheet(sheet, code=INVALID, flags=('--map', mapping))
    self.assertIn('line 4, column HR', refused.err)
    self.assertIn('decimalComma', refused.err)
    self.assertEqual(self.run_json('north', 'trial', 'list'), [])
    rejects = self.folder / 'rejects.csv'
    self.take_sheet(sheet, code=PARTIAL,
                    flags=('--map', mapping, '--rejects', rejects))
    with open(rejects, newline='') as file:
      rows = list(csv.DictReader(file))
    self.assertEqual([(row['item'], row['place'], row['value'])
                      for row in rows],
                     [('NCT09000002', 'line 4, column HR', '"0,80"')])
    self.assertEqual(len(self.run_json('north', 'trial', 'list')), 1)

  def test_columns_and_words_of_a_map_that_do_not_fit_are_told(self):
    mapping = self.file('map.yaml', 'rows: contrast\ncolumns:\n  HRR: value\n')
    result = self.take_sheet(SHEET, code=INVALID, flags=('--map', mapping))
    self.assertIn('map.yaml:3:3', result.err)
    self.assertIn('did you mean "HR"', result.err)
    result = self.take_sheet(SHEET, code=INVALID)
    self.assertIn('--print-map', result.err)

  def test_example_sheets_are_taken_by_their_maps(self):
    for name in ('effects', 'toxicity'):
      self.take_sheet(SHEETS / f'{name}.csv',
                      flags=('--map', SHEETS / f'{name}-map.yaml'))
    rows = self.rows('measure = hr AND outcome = pfs')
    self.assertEqual(sorted(row['value'] for row in rows), [0.16, 0.22])
    rash = self.rows('adverseEvent = skin-rash')
    self.assertEqual([(row['events'], row['participants'])
                      for row in rash],
                     [(0, 68)])
    # Not recorded is no zero: there is no such row.
    self.assertEqual(self.rows('trialId = nct02893332 AND adverseEvent = '
                               'radiation-pneumonitis'), [])

  def test_bad_files_are_refused_with_what_they_are_and_nothing_is_taken(self):
    mapping = self.mapped(SHEET)
    for name, data, message in (
        ('utf16.csv', SHEET.encode('utf-16'), 'iconv -f UTF-16'),
        ('latin1.csv', SHEET.replace('page', 'p\u00e1ge').encode('latin-1'),
         'iconv -f ISO-8859-1'),
        ('cut.csv', SHEET[:-12].encode(), 'cut short'),
        ('ris.csv', RIS.encode(), 'consilium import ris'),
        ('book.csv', b'PK\x03\x04rest', 'a ZIP archive or a spreadsheet')):
      path = self.folder / name
      path.write_bytes(data)
      result = self.take(path, command='csv', flags=('--map', mapping),
                         code=INVALID)
      self.assertIn(message, result.err, name)
    self.assertEqual(self.run_json('north', 'trial', 'list'), [])
    path = self.folder / 'effects.csv'
    path.write_bytes(SHEET.encode('utf-8-sig'))
    self.take(path, command='csv', flags=('--map', mapping))

  def test_revman_rows_find_their_settings_and_covidence_its_references(self):
    rows = self.file('CD1-data-rows.csv', """Analysis group,Analysis number,\
Analysis name,Subgroup,Study,Study year,GIV Mean,GIV SE,Experimental mean,\
Experimental SD,Experimental cases,Experimental N,Control mean,Control SD,\
Control cases,Control N,O-E,Variance,Weight,Mean,CI start,CI end,Footnotes
1,1,Objective response,,Zhou 2022,2022,0,0,0,0,49,68,0,0,40,65,0,0,50,1.2,.9,2,
1,2,Overall survival,,Zhou 2022,2022,-0.5,0.2,0,0,0,68,0,0,0,65,0,0,50,,,,
""")
    settings = self.file('CD1-overall-estimates-and-settings.csv',
                         """Analysis group,Analysis number,Data type,\
Effect measure,Study CI,Experimental group label,Control group label
1,1,Dichotomous,Risk Ratio,95%,TKI + RT,TKI
1,2,Contrast level,Hazard Ratio,95%,TKI + RT,TKI
""")
    self.take(rows, settings, command='csv',
              flags=('--set', 'publication.id=our-review'))
    found = self.rows('outcome = orr')
    self.assertEqual(sorted((row['events'], row['participants'])
                            for row in found), [(40, 65), (49, 68)])
    survival = self.rows('outcome = os')
    self.assertEqual([(row['measure'], round(row['value'], 3))
                      for row in survival], [('EFFECT_MEASURE_HAZARD_RATIO', 0.607)])
    references = self.file('covidence.csv', """Title,Authors,Abstract,\
Published Year,Published Month,Journal,Volume,Issue,Pages,Accession Number,\
DOI,Ref,Covidence #,Study,Notes,Tags
A trial,"Soria, J.; Ohe, Y.",,2018,,NEJM,378,2,113,,10.1056/NEJM1,1,#1,S,,x
""")
    self.take(references, command='csv')
    self.assertEqual(len([each for each in
                          self.run_json('north', 'publication', 'list')
                          if each.get('doi') == '10.1056/nejm1']), 1)


if __name__ == '__main__':
  unittest.main()
