"""Questions across trials, arms and results, asked of the example evidence.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import unittest

from servers import CommandLineTest, EVIDENCE, INVALID, NOT_FOUND, USAGE


class EvidenceTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')
    self.run_ok('north', 'apply', '-f', EVIDENCE, '-m', 'evidence')

  def search(self, text, *flags, server='north'):
    return self.run_json(server, 'evidence', 'search', '--filter', text,
                         *flags)

  def studies(self, text, *flags):
    return sorted({row['study'] for row in self.search(text, *flags)})


class QuestionTest(EvidenceTest):

  def test_every_trial_has_one_row(self):
    rows = self.search('kind = trial')
    trials = self.run_json('north', 'trial', 'list')
    self.assertEqual(sorted(row['trialId'] for row in rows),
                     sorted(each['name'].split('/')[-1] for each in trials))

  def test_severe_pneumonitis_by_study(self):
    rows = self.search('adverseEvent = radiation-pneumonitis AND '
                       'gradeLow >= 3')
    self.assertEqual(
        sorted(row['study'] for row in rows),
        ['JapicCTI-090825', 'LOGIK0902/OLCSG0905', 'ref 15'])
    # Three reports say that there was none, which is 0 and not unknown.
    self.assertEqual([row['events'] for row in rows], [0, 0, 0])

  def test_what_a_report_leaves_open_is_shown_when_asked_for(self):
    question = ('design = randomized AND drugClasses = egfr-tki-1g AND '
                'radiotherapy = sbrt AND measure = hr AND outcome = os AND '
                'value < 0.6')
    self.assertEqual(self.search(question), [])
    rows = self.search(question, '--possible')
    self.assertEqual(sorted(row['value'] for row in rows), [0.44, 0.53])
    self.assertTrue(all(row['possible'] for row in rows))
    table = self.run_ok('north', 'evidence', 'search', '--filter',
                        question).out
    self.assertIn('2 more may', table)

  def test_ongoing_trials_and_their_numbers(self):
    rows = self.search('kind = trial AND status = ongoing')
    self.assertEqual(len(rows), 4)
    self.assertTrue(all(row['registrations'] for row in rows))

  def test_a_synonym_finds_what_the_term_finds(self):
    for field, synonym, term in (
        ('radiotherapy', 'sabr', 'sbrt'), ('adverseEvent', 'rp',
                                           'radiation-pneumonitis')):
      ids = [[row['id'] for row in self.search(f'{field} = {word}')]
             for word in (synonym, term)]
      self.assertEqual(ids[0], ids[1])
      self.assertTrue(ids[0])

  def test_an_adverse_event_is_meant_with_those_below_it(self):
    events = {row['adverseEvent']
              for row in self.search('adverseEvent = lung-toxicity')}
    self.assertLessEqual({'radiation-pneumonitis', 'pulmonary-fibrosis'},
                         events)

  def test_outcomes_may_be_written_in_full(self):
    rows = [self.search(f'outcome = {word}')
            for word in ('os', 'OS', 'overall-survival',
                         '"Overall survival"')]
    self.assertTrue(rows[0])
    self.assertTrue(all(each == rows[0] for each in rows))

  def test_what_one_arm_cannot_be_is_not_possible(self):
    # An EGFR inhibitor whose generation is open is no KRAS inhibitor.
    self.assertNotIn('NCT03595644',
                     self.studies('drugClasses = kras-inhibitor',
                                  '--possible'))
    # Brain radiotherapy of any technique is no radiotherapy of the chest.
    self.assertNotIn('ref 30', self.studies('radiotherapy = thoracic-rt',
                                            '--possible'))

  def test_rows_are_counted_by_the_values_of_a_field(self):
    groups = self.search('kind = trial', '--group-by', 'drugClasses',
                         '--possible')
    counts = {each['value']: each for each in groups}
    self.assertEqual(counts['egfr-tki-1g'],
                     {'value': 'egfr-tki-1g', 'rows': 9, 'studies': 9,
                      'possible': 0})
    by_study = self.search('', '--group-by', 'study')
    self.assertEqual(sum(each['rows'] for each in by_study),
                     len(self.search('')))
    self.assertTrue(all(each['studies'] == 1 for each in by_study))
    # Of a record that rows are made of.
    countries = self.search('kind = trial', '--group-by', 'trial.countries')
    self.assertEqual({each['value']: each['rows'] for each in countries
                      if each['value']}, {'CN': 2, 'DE': 1, 'JP': 2, 'KR': 2})
    self.run_code(USAGE, 'north', 'evidence', 'search', '--group-by', 'drug')

  def test_rows_are_counted_by_the_values_of_two_fields(self):
    question = 'kind = trial'
    fields = 'drugClasses,radiotherapy'
    cells = self.search(question, '--group-by', fields)
    one = {each['value']: each['studies']
           for each in self.search(
               f'{question} AND drugClasses = egfr-tki-1g', '--group-by',
               'radiotherapy')}
    self.assertEqual(
        {each['values']['radiotherapy']: each['studies'] for each in cells
         if each['values']['drugClasses'] == 'egfr-tki-1g'}, one)
    table = self.run_ok('north', 'evidence', 'search', '--filter', question,
                        '--group-by', fields).out
    row = next(line.split() for line in table.splitlines()
               if line.startswith('egfr-tki-1g '))
    self.assertIn(str(one['sbrt']), row)
    self.assertIn('(none)', table)
    self.run_code(USAGE, 'north', 'evidence', 'search', '--group-by',
                  'study,kind,outcome')

  def test_what_may_match_is_counted_apart(self):
    groups = self.search('kind = trial AND radiotherapy = sbrt', '--group-by',
                         'design')
    rows = self.search('kind = trial AND radiotherapy = sbrt', '--possible')
    self.assertEqual(sum(each['possible'] for each in groups),
                     sum(bool(each.get('possible')) for each in rows))
    self.assertEqual(sum(each['rows'] for each in groups),
                     sum(not each.get('possible') for each in rows))

  def test_grades_are_compared_with_those_that_were_counted(self):
    question = 'kind = adverse-event-count AND grade >= 3'
    rows = self.search(question)
    self.assertTrue(rows)
    self.assertTrue(all(row['gradeLow'] >= 3 for row in rows))
    grades = {row['grade'] for row in self.search(question, '--possible')
              if row.get('possible')}
    self.assertLessEqual({'>=2', 'severe', 'not stated'}, grades)

  def test_a_time_is_found_by_the_unit_that_it_was_printed_in(self):
    rows = self.search('timeMonths = "16 weeks"')
    self.assertEqual([row['value'] for row in rows], [90.5])
    self.assertEqual(rows,
                     self.search('timeMonths >= "16 weeks" AND '
                                 'timeMonths <= "112 days"'))

  def test_doses_and_fractions_are_compared_in_any_unit_and_range(self):
    def doses(text, *flags):
      return self.studies(f'kind = trial AND arms.radiotherapies.{text}',
                          *flags)

    self.assertTrue(doses('totalDose = "54 Gy"'))
    for text in ('"54 gy"', '"54 Grays"', '"5400 cGy"'):
      self.assertEqual(doses(f'totalDose = {text}'),
                       doses('totalDose = "54 Gy"'))
    self.assertIn('NCT02353741', doses('fractions >= 5'))
    self.assertNotIn('SINDAS', doses('totalDose > 30'))
    self.assertIn('SINDAS', doses('totalDose > 30', '--possible'))

  def test_words_of_people_are_read(self):
    def trials(text):
      return self.studies(f'kind = trial AND {text}')

    self.assertEqual(trials('trial.countries = China'),
                     trials('trial.countries = CN'))
    self.assertEqual(trials('design = RCT'), trials('design = randomized'))
    self.assertEqual(trials('trial.phases = "phase III"'),
                     trials('trial.phases = phase3'))
    for name in ('"objective response rate"', '"overall response rate"',
                 '"response rate"'):
      self.assertEqual(self.search(f'outcome = {name}'),
                       self.search('outcome = orr'))

  def test_an_answer_tells_what_it_passes_over(self):
    def told(text):
      return self.run_ok('north', 'evidence', 'search', '--filter', text).err

    missing = len(self.search('kind = trial AND NOT enrolled:*'))
    self.assertIn(f'{missing} rows have no enrolled; they are not among these',
                  told('kind = trial AND enrolled > 100'))
    self.assertIn('no row has a value of year at all',
                  told('kind = trial AND year >= 2020'))
    self.assertIn('have arms.drugs.dose.amount in mg/d; they are not compared '
                  'with mg',
                  told('kind = trial AND arms.drugs.any(drug = gefitinib AND '
                       'dose.amount = "250 mg")'))
    self.assertIn('may, where reports leave open status',
                  self.run_ok('north', 'evidence', 'search', '--filter',
                              'kind = trial AND status = recruiting').out)

  def test_columns_reach_into_records(self):
    table = self.run_ok('north', 'evidence', 'search', '--filter',
                        'kind = trial AND study = SINDAS', '--columns',
                        'trial.countries,arms.participantCounts.count', '-o',
                        'csv').out
    self.assertIn('CN,"68, 65"', table.replace('65, 68', '68, 65'))

  def test_preclinical_evidence_has_a_design_of_its_own(self):
    preclinical = set(self.studies('design = preclinical'))
    self.assertTrue(preclinical)
    self.assertFalse(preclinical & set(self.studies('design = randomized')))

  def test_contradictions_are_reported_and_nothing_is_corrected(self):
    before = self.status('north')['digest']
    findings = self.run_json('north', 'evidence', 'findings')
    called_better = [each for each in findings
                     if each['check'] == 'direction-without-significance']
    self.assertEqual({each['study'] for each in called_better}, {'ref 57'})
    self.assertEqual(self.status('north')['digest'], before)

  def test_provenance_leads_to_source_and_institution(self):
    row = self.search('outcome = os AND measure = hr', '--provenance')[0]
    origin = row['provenance'][0]
    self.assertEqual(origin['institution'], 'north')
    self.assertTrue(origin['source']['locator'])
    self.assertTrue(origin['change'])


CONTRADICTIONS = '''publications:
  - {id: pmid-1, pmid: "1", title: A paper}
trial: {id: nct1, title: A trial, reports: [{publication: pmid-1, role: result}]}
arms:
  - {id: drug, drugs: [{drug: icotinib}]}
  - {id: control, drugs: [{drug: placebo}]}
endpoints:
  - id: pfs
    measure: progression-free-survival
    estimates:
      - {report: pmid-1, group: {arms: [drug]}, statistic: median, value: 9,
         unit: mo}
      - {report: pmid-1, group: {arms: [control]}, statistic: median, value: 11,
         unit: mo}
    contrasts:
      - report: pmid-1
        group: {arms: [drug]}
        reference: {arms: [control]}
        measure: hazard-ratio
        value: 0.5
        interval: {level: 95, low: 0.3, high: 0.83}
        pValue: {comparator: "=", value: 0.4}
      - report: pmid-1
        group: {arms: [drug]}
        reference: {arms: [control]}
        measure: mean-difference
        value: 2.27
        unit: mo
        interval: {level: 95, low: 1.68, high: 3.08}
adverseEvents:
  - id: rash
    term: rash
    counts:
      - report: pmid-1
        group: {arms: [drug]}
        grade: {kind: any}
        percentage: 12
        affected: 1
        atRisk: 20
  - id: cough
    term: cough
    counts:
      - {report: pmid-1, group: {arms: [drug]}, grade: {kind: any},
         percentage: 3, atRisk: 21}
      - {report: pmid-1, group: {arms: [control]}, grade: {kind: any},
         percentage: 4.7, atRisk: 21}
'''


class ContradictionTest(CommandLineTest):

  def test_numbers_that_contradict_each_other_are_found(self):
    self.found('north')
    self.apply('north', CONTRADICTIONS)
    findings = {each['check']: each
                for each in self.run_json('north', 'evidence', 'findings')}
    self.assertEqual(
        {check: each['severity'].removeprefix('FINDING_SEVERITY_')
         for check, each in findings.items()},
        {'p-against-interval': 'ERROR', 'ratio-against-medians': 'ERROR',
         'percentage-against-counts': 'ERROR', 'percentage-of-no-count': 'NOTE',
         'difference-is-ratio': 'WARNING'})
    # z = ln 2 / ((ln 0.83 - ln 0.3) / (2 * 1.95996)) = 2.66998.
    self.assertEqual(findings['p-against-interval']['expected'],
                     'P near 0.007586')
    self.assertEqual(findings['percentage-against-counts']['expected'], '5%')


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


class BadQuestionTest(EvidenceTest):

  def test_errors_name_what_was_wanted(self):
    for text, wish in (('gradeLow >= severe', 'gradeLow'),
                       ('outcom = os', 'outcome'),
                       ('radiotherapy = sbtr', 'sbrt'),
                       ('drugClasses = osimertinib', 'drugs = osimertinib'),
                       ('design = cohort', 'trial.studyType'),
                       ('design = retrospective',
                        'trial.timePerspective = retrospective'),
                       ('value > 12 mo AND outcome = pfs', 'value > "12 mo"'),
                       ('value >= 50 %', 'value >= "50 %"'),
                       ('value > "12 moths"', '12 months'),
                       ('value > "60 Gy"', 'unit = Gy'),
                       ('settings = brain metastases', '"brain metastases"'),
                       ('settings = oligo', 'oligometastatic'),
                       ('alterations = exon19', 'egfr-19del'),
                       ('study = RTOG 0617', 'study = "RTOG 0617"'),
                       ('measure = hazard ratio', '"hazard ratio"'),
                       ('printed > 12', 'value'),
                       ('countries = China', 'trial.countries'),
                       ('HR < 0.5', 'measure = hr AND value'),
                       ('phase = 3', 'trial.phases'),
                       ('sampleSize > 9', 'participants'),
                       ('arms.drugs.route = oral', 'arms.drugs.dose.route'),
                       ('arms.radiotherapies.totalDose > "5 mg"', 'Gy, cGy')):
      result = self.run_code(INVALID, 'north', 'evidence', 'search',
                             '--filter', text)
      self.assertIn(wish, result.err)
    for column, wish in (('vlaue', '"value"'), ('pValue', '"p"'),
                         ('arms.route', '"arms.drugs.dose.route"')):
      self.assertIn(wish, self.run_code(
          USAGE, 'north', 'evidence', 'search', '--columns', column).err)
    self.run_ok('north', 'evidence', 'search', '--columns', 'study, value')
    self.run_code(NOT_FOUND, 'north', 'evidence', 'search', '--at', 'nothing')

  def test_an_empty_answer_tells_what_no_row_has(self):
    for text, meant in (('study = sindas', 'SINDAS'),
                        ('drugs = osimertinb', 'osimertinib'),
                        ('adverseEvent = pneumonits', 'pneumonitis'),
                        ('outcome = "overall survial"', '"os"'),
                        ('arms.drugs.any(drug = nothing)', 'drug = nothing'),
                        ('outcome = pfs AND value < 0', 'value < 0')):
      result = self.run_ok('north', 'evidence', 'search', '--filter', text)
      self.assertIn('no rows match', result.out)
      self.assertIn(meant, result.err)
    # Each holds for some row, and both for none.
    self.assertEqual(self.run_ok(
        'north', 'evidence', 'search', '-q', '--filter',
        'study = SINDAS AND drugs = nimotuzumab').err, '')


if __name__ == '__main__':
  unittest.main()
