"""Reviews: protocols, judgements and results, through real servers.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import csv
import io
import subprocess
import unittest

from servers import (CommandLineTest, CONSILIUM, DEADLINE_SECONDS, EVIDENCE,
                     FAILED, INVALID, NOT_FOUND, OK, USAGE)

REVIEW = EVIDENCE.parent / 'nsclc-review'

PROTOCOL = '''reviews:
  - id: review
    title: A review
    question: Does it help?
    inclusionFilter: design = randomized
    outcomes:
      - id: pfs
        title: Progression
        measure: hr
        filter: outcome = pfs
'''
STUDY = '''publications:
  - {id: pmid-1, pmid: "1", title: A paper}
trials:
  - {id: nct1, title: A trial, studyType: interventional}
'''
JUDGEMENTS = '''riskOfBiasAssessments:
  - review: review
    trial: nct1
    outcome: pfs
    tool: rob2
    domains:
      - {domain: randomization, judgement: some-concerns, reason: Not described}
    overall: some-concerns
certainties:
  - review: review
    outcome: pfs
    initial: high
    steps:
      - {domain: imprecision, levels: -2, reason: One small trial}
    level: low
screenings:
  - review: review
    publication: pmid-1
    decisions:
      - {screener: a, stage: full-text, decision: include}
      - {screener: b, stage: full-text, decision: exclude, reason: No drug}
'''


class ProtocolTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')
    self.apply('north', PROTOCOL)

  def assert_refused(self, result, *parts):
    self.assertEqual(result.code, INVALID, result.err)
    for part in parts:
      self.assertIn(part, result.err)
    self.assertEqual(self.status('north')['digest'], self.digest)

  def test_a_plan_that_cannot_be_carried_out_is_refused(self):
    self.digest = self.status('north')['digest']
    wrong = self.file('wrong.yaml', PROTOCOL.replace(
        'outcome = pfs', 'outcom = pfs').replace('measure: hr',
                                                 'measure: median-difference'))
    # At its line, and with what was meant.
    self.assert_refused(
        self.run_any('north', 'apply', '-f', wrong, '-m', 'x'),
        'wrong.yaml:9', 'median-difference', 'want hr, or, rr',
        'wrong.yaml:10', 'outcom', 'outcome')
    self.assert_refused(
        self.run_any('north', 'review', 'edit', 'review', '--set',
                     'inclusionFilter=design = random'),
        'inclusionFilter', 'random')

  def test_all_faults_of_a_plan_are_told_at_once(self):
    self.digest = self.status('north')['digest']
    wrong = self.file('wrong.yaml', """
review:
  id: wrong
  title: Wrong
  inclusionFilter: desing = randomized AND drugClasses = egfr-tki-9g
  outcomes:
    - {id: a, measure: hr, pooling: peto, filter: outcome = psf}
    - {id: b, filter: outcom = os}
    - id: c
      measure: or
      filter: outcome = orr
      zeroCells: {add: 0, to: all}
      regressions: [{id: x, moderators: [year, yeear]}]
""")
    self.assert_refused(
        self.run_any('north', 'apply', '-f', wrong, '-m', 'x'),
        "at 'desing'", "at 'egfr-tki-9g'", 'outcomes[0].pooling: is peto',
        'no outcome has that name; did you mean "pfs"',
        'outcomes[1].measure: is missing', "at 'outcom'",
        'outcomes[2].zeroCells.add: is 0',
        'outcomes[2].regressions[0].moderators[1]: has "yeear"')

  def test_covariates_that_are_none_are_refused_with_their_place(self):
    self.apply('north', STUDY)
    self.digest = self.status('north')['digest']
    for number, (element, *parts) in enumerate([
        ('{trial: nct1, name: dose, number: .inf}', 'number', '.inf'),
        ('{trial: nct1, name: dose, number: 1e999}', 'number', '1e999'),
        ('{trial: nct1, name: dose}', 'number', 'is missing; want a number'),
        ('{trial: nct1, name: dose, number: 1, text: high}',
         'stands beside text'),
        ('{trial: nct1, name: Total dose, number: 1}', 'name', 'Total dose'),
        ('{trial: nct9, name: dose, number: 1}', 'trials/nct9'),
        ('{trial: nct1, name: other, number: 1}', 'covariates.dose',
         'want one of other'),
    ]):
      wrong = self.file(f'wrong-{number}.yaml', f"""
review:
  id: wrong
  title: Wrong
  covariates:
    - {element}
  outcomes:
    - {{id: a, measure: hr, filter: outcome = os,
       moderators: [covariates.dose]}}
""")
      with self.subTest(element):
        self.assert_refused(
            self.run_any('north', 'apply', '-f', wrong, '-m', 'x'), *parts)

  def test_covariates_are_read_shown_and_edited_one_by_one(self):
    self.apply('north', STUDY + PROTOCOL + """    covariates:
      - {trial: nct1, name: total-dose, number: 60, reason: As judged by two}
""")
    edited = self.run_json('north', 'review', 'edit', 'review', '--set',
                           'covariates[nct1/total-dose].number=54')
    self.assertEqual([(each['trial'], each['name'], each['number'])
                      for each in edited['covariates']],
                     [('nct1', 'total-dose', 54)])
    self.digest = self.status('north')['digest']
    self.assert_refused(
        self.run_any('north', 'review', 'edit', 'review', '--set',
                     'outcomes[%s].moderators=["covariates.nosuch"]' %
                     edited['outcomes'][0]['id']),
        'covariates.nosuch', 'want one of total-dose')
    page = self.run_ok('north', 'review', 'render', 'review').out
    self.assertIn('What the reviewers recorded of trials', page)
    self.assertIn('As judged by two', page)

  def test_two_doses_against_one_control_count_as_the_plan_says(self):
    self.apply('north', STUDY.replace('interventional}',
                                      'interventional, allocation: randomized}')
               + """arms:
  - {trial: nct1, id: low, title: Low dose, type: experimental}
  - {trial: nct1, id: high, title: High dose, type: experimental}
  - {trial: nct1, id: control, title: Control, type: placebo-comparator}
endpoints:
  - trial: nct1
    id: pfs
    measure: progression-free-survival
    estimates:
      - {report: pmid-1, group: {arms: [control]}, statistic: median,
         value: 8, unit: mo, events: 75}
    contrasts:
      - {report: pmid-1, group: {arms: [low]}, reference: {arms: [control]},
         measure: hr, value: 0.8,
         interval: {low: 0.6, high: 1.0667, level: 95}}
      - {report: pmid-1, group: {arms: [high]}, reference: {arms: [control]},
         measure: hr, value: 0.7, interval: {low: 0.5, high: 0.98, level: 95}}
""")
    # metafor 3.8-1: rma.mv(yi, V, method = "FE") with V[1, 2] = 1 / 75; and the
    # roots of the variances and 1 / 75.
    wanted = {'none': [], 'combine': [0.137026922843],
              'split': [0.186761415111, 0.206893297515]}
    for choice, errors in wanted.items():
      self.run_ok('north', 'review', 'edit', 'review', '--set',
                  f'outcomes[pfs].sharedComparator={choice}')
      outcome, = self.run_json('north', 'review', 'run', 'review')['outcomes']
      self.assertEqual(sorted(round(study['sei'], 9)
                              for study in outcome.get('studies', ())),
                       [round(error, 9) for error in errors], choice)
    wrong = self.run_any('north', 'review', 'edit', 'review', '--set',
                         'outcomes[pfs].sharedComparator=halve')
    self.assertEqual(wrong.code, INVALID)
    self.assertIn('combine', wrong.err)

  def test_a_part_of_a_plan_is_judged_by_itself(self):
    edited = self.run_json('north', 'review', 'edit', 'review', '--set',
                           'outcomes[pfs].filter=outcome = os')
    self.assertEqual(edited['outcomes'][0]['filter'], 'outcome = os')
    self.assertEqual(edited['outcomes'][0]['measure'],
                     'EFFECT_MEASURE_HAZARD_RATIO')


class JudgementTest(CommandLineTest):

  def test_judgements_are_stated_in_files_like_other_records(self):
    self.found('north')
    self.apply('north', STUDY + PROTOCOL)
    first = self.apply('north', JUDGEMENTS, name='judgements.yaml')
    self.assertEqual(first['created'], '3')
    again = self.apply('north', JUDGEMENTS, name='judgements.yaml')
    self.assertEqual(again['unchanged'], '3')


class LinkTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')
    self.apply('north', STUDY + '''  - id: nct2
    title: The trial
    studyType: interventional
''')

  def studies(self):
    rows = self.run_json('north', 'evidence', 'search', '--filter',
                         'kind = trial')
    return sorted({row['trialId'] for row in rows})

  def test_two_trials_are_joined_and_parted_again(self):
    self.assertEqual(self.studies(), ['nct1', 'nct2'])
    self.run_ok('north', 'trial', 'link', 'nct2', 'nct1', '--reason', 'Same')
    self.assertEqual(self.studies(), ['nct2'])
    self.run_ok('north', 'trial', 'unlink', 'nct1', 'nct2', '--reason', 'No')
    self.assertEqual(self.studies(), ['nct1', 'nct2'])
    self.run_code(NOT_FOUND, 'north', 'trial', 'unlink', 'nct1', 'nct2',
                  '--reason', 'No')
    # Linked again the other way round: the same record, in use again.
    self.run_ok('north', 'trial', 'link', 'nct1', 'nct2', '--reason', 'Yes')
    self.assertEqual(self.studies(), ['nct1'])

  def test_what_would_happen_is_told_and_does_not(self):
    self.run_ok('north', 'trial', 'link', 'nct1', 'nct2', '--reason', 'Same',
                '--dry-run')
    self.assertEqual(self.studies(), ['nct1', 'nct2'])

  def test_a_trial_is_not_linked_to_itself(self):
    result = self.run_code(USAGE, 'north', 'trial', 'link', 'nct1', 'nct1',
                           '--reason', 'x')
    self.assertIn('want two trials', result.err)


class ResultTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north', 'south')
    self.run_ok('north', 'apply', '-f', EVIDENCE, '-m', 'evidence')
    self.run_ok('south', 'apply', '-f', EVIDENCE, '-m', 'evidence')
    self.run_ok('south', 'apply', '-f', REVIEW, '-m', 'protocol')
    self.sync('north', 'south')

  def test_one_version_gives_the_same_bytes_at_every_institution(self):
    for flags in (('-o', 'json'), ('-o', 'csv'), ()):
      results = [self.run_ok(each, 'review', 'run', 'nsclc-targeted-rt', *flags).out
                 for each in ('north', 'south')]
      self.assertEqual(*results)

  def test_no_event_of_a_higher_grade_never_counts_for_the_whole(self):
    # The denominator that the report prints, and what would let it be pooled.
    self.run_ok('south', 'ae', 'edit', 'nct02893332/any', '--set',
                'counts[0].atRisk=68', '-m', 'printed')
    self.run_ok('south', 'trial', 'edit', 'nct02893332', '--set',
                'allocation=randomized', '-m', 'randomized')
    result = self.run_json('south', 'review', 'run', 'nsclc-targeted-rt',
                           '--outcome', 'any-grade-3')
    studies = [study['study'] for outcome in result['outcomes']
               for study in outcome.get('studies', [])]
    self.assertNotIn('SINDAS', studies)
    possible = [each['study'] for outcome in result['outcomes']
                for each in outcome.get('possible', [])]
    self.assertIn('SINDAS', possible)

  def test_rows_of_no_known_design_stand_by_themselves(self):
    result = self.run_json('south', 'review', 'run', 'nsclc-targeted-rt')
    unknown = 0
    for outcome in result['outcomes']:
      unknown += 'design' not in outcome
      for each in outcome.get('excluded', []) + outcome.get('possible', []):
        self.assertEqual(each.get('design', 'STUDY_DESIGN_UNSPECIFIED'),
                         outcome.get('design', 'STUDY_DESIGN_UNSPECIFIED'),
                         f"{outcome['id']}: {each['study']}")
      if 'design' not in outcome:
        self.assertNotIn('studies', outcome)
    self.assertGreater(unknown, 0)
    told = self.run_ok('south', 'review', 'run', 'nsclc-targeted-rt',
                       '--outcome', 'median-pfs').out
    self.assertIn('(design not known): not-poolable', told)

  def test_against_radiotherapy_alone_no_reference_has_chemotherapy(self):
    result = self.run_json('south', 'review', 'run', 'nsclc-targeted-rt')
    for outcome in result['outcomes']:
      if outcome['id'] in ('brain-metastases-os', 'antiangiogenic-os'):
        for each in outcome.get('excluded', []):
          self.assertNotIn('chemotherapy', each.get('reference', ''))

  def test_csv_may_be_of_one_outcome(self):
    def outcomes(*flags):
      text = self.run_ok('south', 'review', 'run', 'nsclc-targeted-rt', '-o',
                         'csv', *flags).out
      return {row['outcome'] for row in csv.DictReader(io.StringIO(text))}

    one = 'antiangiogenic-os'
    every = outcomes()
    self.assertEqual(outcomes('--outcome', one),
                     {each for each in every if each.startswith(one)})
    self.assertGreater(len(every), len(outcomes('--outcome', one)))
    self.run_code(NOT_FOUND, 'south', 'review', 'run', 'nsclc-targeted-rt',
                  '-o', 'csv', '--outcome', 'nothing')

  def test_a_corrected_record_is_told_by_the_difference(self):
    self.run_ok('north', 'snapshot', 'create', 'before', '-m', 'x')
    rows = self.run_json('north', 'evidence', 'search', '--filter',
                         'kind = contrast AND measure = hr AND outcome = os')
    trial = rows[0]['trialId']
    self.run_ok('north', 'trial', 'edit', trial, '--set', 'title=Corrected',
                '-m', 'title')
    self.sync('north', 'south')
    differences = [self.run_json(each, 'review', 'diff', 'nsclc-targeted-rt',
                                 'before', code=FAILED)
                   for each in ('north', 'south')]
    self.assertEqual(*differences)
    self.assertIn(trial, str(differences[0]['records']))


BOUNDS = '''publications:
  - {id: pmid-1, pmid: "1", title: A paper}
trials:
  - {id: nct1, title: Clear, acronym: CLEAR, allocation: randomized}
  - {id: nct2, title: Open, acronym: OPEN, allocation: randomized}
  - {id: nct3, title: Unknown, acronym: UNKNOWN}
''' + 'arms:\n' + ''.join(f'''  - {{trial: {trial}, id: a, drugs: [{{drug: gefitinib}}]}}
  - {{trial: {trial}, id: b, radiotherapies: [{{technique: sbrt}}]}}
''' for trial in ('nct1', 'nct2', 'nct3')) + 'endpoints:\n' + ''.join(f'''  - trial: {trial}
    id: pfs
    measure: progression-free-survival
    contrasts:
      - report: pmid-1
        group: {{arms: [a]}}
        reference: {{arms: [b]}}
        measure: hazard-ratio
        value: 0.6
        interval: {{low: 0.4, high: 0.9, level: 95}}
        pValue: {{comparator: "<", value: {p}}}
        source: {{report: pmid-1, text: "P<{p}"}}
''' for trial, p in (('nct1', 0.05), ('nct2', 0.1), ('nct3', 0.001)))


class PossibleTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north', 'south')
    self.apply('north', BOUNDS)
    self.apply('north', PROTOCOL.replace('outcome = pfs',
                                         'outcome = pfs AND p < 0.05'),
               name='protocol.yaml')
    self.sync('north', 'south')

  def test_a_protocol_means_by_a_filter_what_a_search_means(self):
    found = self.run_json('north', 'evidence', 'search', '--filter',
                          'outcome = pfs AND p < 0.05 AND design = randomized',
                          '--possible')
    result = self.run_json('north', 'review', 'run', 'review')
    randomized, unknown = result['outcomes']
    self.assertEqual([each['row'] for each in randomized['studies']],
                     [row['id'] for row in found if 'possible' not in row])
    possible = randomized['possible'] + unknown['possible']
    self.assertCountEqual([each['row'] for each in possible],
                          [row['id'] for row in found if 'possible' in row])
    # Each with its design.
    self.assertEqual([{each['study']: each['fields']
                       for each in outcome['possible']}
                      for outcome in (randomized, unknown)],
                     [{'OPEN': ['p']}, {'UNKNOWN': ['design']}])
    self.assertNotIn('design', unknown)
    self.assertEqual(result['includedTrials'], ['nct1', 'nct2'])
    self.assertEqual([(each['trialId'], each['fields'])
                      for each in result['possibleTrials']],
                     [('nct3', ['design'])])
    self.assertNotIn('excludedTrials', result)

  def test_what_may_be_eligible_is_shown_to_people(self):
    whole = self.run_ok('north', 'review', 'run', 'review').out
    self.assertIn('may be eligible: 1', whole)
    self.assertIn('UNKNOWN: not known: design', whole)
    outcome = self.run_ok('north', 'review', 'run', 'review', '--outcome',
                          'pfs').out
    known, _, unknown = outcome.partition('(design not known)')
    for text in (known, unknown):
      self.assertIn('may belong to it, not pooled: 1 row', text)
    self.assertIn('OPEN: not known: p (printed: P<0.1)', known)
    self.assertIn('UNKNOWN: not known: design', unknown)
    page = self.run_ok('north', 'review', 'render', 'review').out
    self.assertIn('Trials that may be eligible', page)

  def test_it_is_the_same_bytes_at_every_institution(self):
    for output in ('json', 'html', 'table'):
      self.assertEqual(*[self.run_ok(each, 'review', 'run', 'review', '-o',
                                     output).out
                         for each in ('north', 'south')])


class WatchTest(CommandLineTest):

  def test_a_watch_says_where_it_starts_and_where_to_go_on(self):
    self.found('north')
    self.apply('north', BOUNDS)
    self.apply('north', PROTOCOL, name='protocol.yaml')
    address = self.servers['north'].address
    status = self.status('north')
    again = f'consilium --server {address} review watch review --since '
    watch = subprocess.Popen(
        [CONSILIUM, '--server', address, 'review', 'watch', 'review',
         '--count', '1'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=self.environment())
    self.assertEqual(watch.stderr.readline(),
                     f'watching review for what changes after revision '
                     f'{status["revision"]}; to go on from here later: '
                     f'{again}{status["frontier"]}\n')
    self.run_ok('north', 'trial', 'retract', 'nct1', '--reason', 'wrong')
    out, err = watch.communicate(timeout=DEADLINE_SECONDS)
    self.assertEqual(watch.returncode, OK, err)
    self.assertIn('trials included no more: nct1', out)
    self.assertIn(f'to go on from here: {again}', err)
    # What was told is not told again.
    self.run_ok('north', 'trial', 'retract', 'nct2', '--reason', 'wrong')
    told = self.run_json('north', 'review', 'watch', 'review', '--since',
                         err.split()[-1].strip("'"), '--count', '1')
    self.assertEqual(told['removedTrials'], ['nct2'])


if __name__ == '__main__':
  unittest.main()
