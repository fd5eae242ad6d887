"""Decisions of screening, taken in from sheets and from Covidence.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import csv
import shutil
import unittest

from servers import CommandLineTest, INVALID, PARTIAL, ROOT

SHEETS = ROOT / 'deploy' / 'evidence' / 'sheets'
COVIDENCE = sorted((ROOT / 'tests' / 'client' / 'import' / 'testdata').glob(
    'review_70001_*_csv_*.csv'))

REVIEW = '''reviews:
  - id: nsclc
    title: A review
    question: Does it help?
    inclusionFilter: design = randomized
    outcomes:
      - {id: pfs, title: Progression, measure: hr, filter: outcome = pfs}
'''

VOTES = '''DOI,Title,Who,Stage,Vote,Why
10.1000/a,A first report,Anna,full text,yes,
10.1000/a,A first report,Ben,full text,yes,
10.1000/b,A second report,Anna,full text,no,Single arm
10.1000/b,A second report,Ben,full text,yes,
10.1000/b,A second report,Consensus,full text,no,Single arm
10.1000/c,A third report,Anna,full text,no,No drug
10.1000/c,A third report,Ben,full text,no,No drug
'''
MAP = '''rows: screening
columns:
  DOI: publication.doi
  Title: publication.title
  Who: screener
  Stage: stage
  Vote: decision
  Why: reason
'''


class ScreeningTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')
    self.apply('north', REVIEW)

  def take(self, *files, flags=(), code=0, review='nsclc'):
    named = ('--set', f'review.id={review}') if review else ()
    return self.run_code(code, 'north', 'import', 'csv', *files, *named,
                         *flags, '-m', 'screened')

  def take_votes(self, votes=VOTES, **more):
    return self.take(self.file('votes.csv', votes),
                     flags=('--map', self.file('map.yaml', MAP),
                            *more.pop('flags', ())), **more)

  def screenings(self):
    return {each['publication']: {
        (decision['stage'].rpartition('STAGE_')[2].lower(),
         decision['screener']):
            (decision['decision'].rpartition('KIND_')[2].lower(),
             decision.get('reason'))
        for decision in each['decisions']}
            for each in self.run_json('north', 'screening', 'list', 'nsclc')}

  def flow(self):
    result = self.run_json('north', 'review', 'run', 'nsclc')
    return result, {each['id']: each for each in result['flow']}

  def digest(self):
    return self.status('north')['digest']

  # ---- Sheets

  def test_votes_of_two_people_give_their_agreement_and_the_flow(self):
    self.take_votes()
    result, flow = self.flow()
    agreement, = result['screening']
    self.assertEqual((agreement['first'], agreement['second']),
                     ('Anna', 'Ben'))
    # Both take in one of three and leave out one: (2/3 - 4/9) / (1 - 4/9).
    self.assertAlmostEqual(agreement['kappa'], 0.4)
    excluded = flow['reports-excluded']
    self.assertEqual(excluded['total'], '2')
    self.assertEqual(
        {each['reason']: each['count'] for each in excluded['reasons']},
        {'Single arm': '1', 'No drug': '1'})

  def test_the_same_votes_again_change_nothing_and_a_new_one_does(self):
    self.take_votes()
    before = self.digest()
    self.assertIn('nothing to change', self.take_votes().out)
    # Rows have moved: what they say has not.
    lines = VOTES.splitlines(keepends=True)
    self.assertIn('nothing to change', self.take_votes(
        votes=''.join([lines[0], *reversed(lines[1:])])).out)
    self.assertEqual(self.digest(), before)
    self.take_votes(votes=VOTES.replace('b,A second report,Ben,full text,yes',
                                        'b,A second report,Ben,full text,no'))
    self.assertNotEqual(self.digest(), before)
    decisions, = [each for each in self.screenings().values()
                  if ('full_text', 'consensus') in each]
    self.assertEqual(decisions['full_text', 'Ben'], ('exclude', None))

  def test_a_report_that_is_here_under_another_id_is_that_report(self):
    self.apply('north', '''publications:
  - {id: the-report, doi: 10.1000/a, title: A first report}
''')
    self.take_votes()
    self.assertIn('the-report', self.screenings())
    self.assertEqual(len(self.run_json('north', 'publication', 'list')), 3)

  def test_a_review_that_is_not_here_is_refused_with_those_that_are(self):
    before = self.digest()
    result = self.take_votes(review='nscl', code=INVALID)
    self.assertIn('"nscl" is no review of this registry; did you mean '
                  '"nsclc"?; it has nsclc', result.err)
    result = self.take_votes(review=None, code=INVALID)
    self.assertIn('--set review.id=ID', result.err)
    self.assertEqual(self.digest(), before)

  def test_rejects_are_listed_and_the_other_reports_taken(self):
    votes = VOTES.replace('c,A third report,Ben,full text,no',
                          'c,A third report,Ben,full text,perhaps')
    result = self.take_votes(votes=votes, code=INVALID)
    self.assertIn('line 8, column Vote: "perhaps": want one of include, '
                  'exclude, unsure, not-retrieved', result.err)
    rejects = self.folder / 'rejects.csv'
    self.take_votes(votes=votes, code=PARTIAL, flags=('--rejects', rejects))
    with open(rejects, newline='') as file:
      self.assertEqual([row['place'] for row in csv.DictReader(file)],
                       ['line 8, column Vote'])
    self.assertEqual(len(self.screenings()), 2)

  def test_a_vote_that_a_person_entered_stays(self):
    self.apply('north', '''publications:
  - {id: doi-10-1000-a, doi: 10.1000/a, title: A first report}
screenings:
  - review: nsclc
    publication: doi-10-1000-a
    decisions: [{screener: Ben, stage: full-text, decision: unsure}]
''')
    result = self.take_votes()
    self.assertIn('left as another source has it', result.err)
    self.assertEqual(self.screenings()['doi-10-1000-a'],
                     {('full_text', 'Ben'): ('unsure', None),
                      ('full_text', 'Anna'): ('include', None)})

  def test_records_of_registries_are_screened_as_trials(self):
    sheet = self.file('registry.csv', 'NCT,Vote\nNCT09000001,no\n')
    mapping = self.file('registry.yaml', '''rows: screening
columns: {NCT: trial.number, Vote: "screening[Anna].decision"}
constants: {"screening[Anna].stage": title-abstract}
''')
    self.take(sheet, flags=('--map', mapping))
    screening, = self.run_json('north', 'screening', 'list', 'nsclc')
    self.assertEqual(screening['trial'], 'nct09000001')
    self.assertTrue(screening['name'].endswith('/screenings/nct09000001'))

  def test_the_example_sheet_is_taken_by_its_map(self):
    self.take(SHEETS / 'screening.csv',
              flags=('--map', SHEETS / 'screening-map.yaml'))
    result, flow = self.flow()
    agreement, = result['screening']
    self.assertEqual((agreement['first'], agreement['second'],
                      agreement['records'], agreement['agreed']),
                     ('A. Berg', 'B. Lund', 6, 3))
    self.assertEqual(flow['reports-excluded']['total'], '3')

  # ---- Covidence

  def test_files_of_covidence_tell_what_was_decided_at_which_stage(self):
    self.assertEqual(len(COVIDENCE), 4)
    self.take(*COVIDENCE)
    _, flow = self.flow()
    self.assertEqual(flow['records-screened']['total'], '7')
    self.assertEqual(flow['records-excluded']['total'], '2')
    self.assertEqual(
        {each['reason']: each['count']
         for each in flow['reports-excluded']['reasons']},
        {'Wrong intervention': '1', 'Wrong study design': '1'})
    before = self.digest()
    self.assertIn('nothing to change', self.take(*COVIDENCE).out)
    self.assertEqual(self.digest(), before)

  def test_a_later_export_of_covidence_carries_decisions_on(self):
    self.take(*COVIDENCE)
    # The protocol was left out by full text since, in a file of another day.
    selected, = [each for each in COVIDENCE if '_select_' in each.name]
    later = self.folder / 'review_70001_excluded_csv_20260501080000.csv'
    later.write_text(selected.read_text().replace(
        'Berg 2025,,', 'Berg 2025,Exclusion reason: No results; ,'))
    irrelevant, = [each for each in COVIDENCE if '_irrelevant_' in each.name]
    moved = self.folder / 'review_70001_select_csv_20260501080000.csv'
    shutil.copy(irrelevant, moved)
    self.take(later, moved)
    decisions = self.screenings()
    self.assertIn({('title_abstract', 'consensus'): ('include', None),
                   ('full_text', 'consensus'): ('exclude', 'No results')},
                  decisions.values())
    self.assertNotIn({('title_abstract', 'consensus'): ('exclude', None)},
                     decisions.values())

  def test_votes_and_what_covidence_says_stand_side_by_side(self):
    self.take(*COVIDENCE)
    self.take_votes(votes='''DOI,Title,Who,Stage,Vote,Why
10.1000/covidence-4,Gefitinib after radiotherapy,Anna,full text,yes,
10.1000/covidence-4,Gefitinib after radiotherapy,Ben,full text,no,Dose
''')
    result, flow = self.flow()
    self.assertEqual(result['screening'][0]['records'], 1)
    self.assertEqual(flow['reports-excluded']['total'], '2')

  def test_without_a_review_references_are_taken_and_it_is_said(self):
    result = self.take(*COVIDENCE, review=None)
    self.assertIn('--set review.id=ID takes its screening too', result.err)
    self.assertEqual(len(self.run_json('north', 'publication', 'list')), 7)
    self.assertEqual(self.run_json('north', 'screening', 'list', 'nsclc'), [])

  def test_a_file_of_another_name_wants_its_decision(self):
    renamed = self.folder / 'left-out.csv'
    excluded, = [each for each in COVIDENCE if '_excluded_' in each.name]
    shutil.copy(excluded, renamed)
    result = self.take(renamed, code=INVALID)
    self.assertIn('review_123_excluded_csv_20240131.csv', result.err)
    self.take(renamed, flags=('--set', 'screening[full-text].decision=exclude'))
    self.assertIn({('full_text', 'consensus'):
                   ('exclude', 'Wrong study design')},
                  self.screenings().values())

  def test_a_map_that_was_printed_takes_the_same(self):
    self.take(*COVIDENCE)
    before = self.digest()
    excluded, = [each for each in COVIDENCE if '_excluded_' in each.name]
    printed = self.run_ok('north', 'import', 'csv', excluded, '--print-map',
                          '--set', 'review.id=nsclc').out
    again = self.take(excluded, review=None,
                      flags=('--map', self.file('printed.yaml', printed)))
    self.assertIn('nothing to change', again.out)
    self.assertEqual(self.digest(), before)


if __name__ == '__main__':
  unittest.main()
