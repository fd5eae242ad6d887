"""Questions across trials, arms and results, asked of the example evidence.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import unittest

from example_evidence import EvidenceTest
from servers import INVALID, NOT_FOUND, USAGE


class QuestionTest(EvidenceTest):

  def test_every_trial_has_one_row(self):
    rows = self.search('kind = trial')
    trials = self.run_json('north', 'trial', 'list')
    self.assertEqual(sorted(row['trialId'] for row in rows),
                     sorted(each['name'].split('/')[-1] for each in trials))

  def test_severe_pneumonitis_by_study(self):
    rows = self.search('adverseEvent = radiation-pneumonitis AND '
                       'grade = ">= 3"')
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
    first = counts['egfr-tki-1g']
    self.assertEqual((first['rows'], first['studies']), (9, 9))
    # As a filter finds them: an inhibitor of no printed generation may be.
    may = [row for row in self.search('kind = trial AND drugClasses = '
                                      'egfr-tki-1g', '--possible')
           if row.get('possible')]
    self.assertTrue(may)
    self.assertEqual(first['possible'], len(may))
    by_study = self.search('', '--group-by', 'study')
    self.assertEqual(sum(each['rows'] for each in by_study),
                     len(self.search('')))
    self.assertTrue(all(each['studies'] == 1 for each in by_study))
    # Of a record that rows are made of.
    countries = self.search('kind = trial', '--group-by', 'trial.countries')
    self.assertEqual({each['value']: each['rows'] for each in countries
                      if each['value']}, {'CN': 2, 'DE': 1, 'JP': 2, 'KR': 2})
    self.run_code(USAGE, 'north', 'evidence', 'search', '--group-by', 'HR')

  def test_rows_are_counted_by_the_values_of_two_fields(self):
    question = 'kind = trial'
    fields = 'drugClasses,radiotherapy'
    cells = self.search(question, '--group-by', fields)
    of_class = {each['values']['radiotherapy']: each for each in cells
                if each['values']['drugClasses'] == 'egfr-tki-1g'}
    # As a filter for one arm that has both finds them.
    for technique in ('wbrt', 'gamma-knife', 'sbrt', 'brain-rt'):
      found = self.search(f'{question} AND drugClasses = egfr-tki-1g AND '
                          f'radiotherapy = {technique}', '--possible')
      cell = of_class.get(technique, {'rows': 0, 'possible': 0})
      self.assertEqual(
          (cell['rows'], cell['possible']),
          (sum(not row.get('possible') for row in found),
           sum(bool(row.get('possible')) for row in found)), technique)
    one = {technique: each['studies'] for technique, each in of_class.items()}
    table = self.run_ok('north', 'evidence', 'search', '--filter', question,
                        '--group-by', fields).out
    row = next(line.split() for line in table.splitlines()
               if line.startswith('egfr-tki-1g '))
    # Behind + are those that may.
    self.assertIn(str(one['wbrt']),
                  [cell.partition('+')[0] for cell in row])
    self.assertIn('(NONE)', table)
    self.run_code(USAGE, 'north', 'evidence', 'search', '--group-by',
                  'study,kind,outcome')

  def test_a_heading_is_the_word_that_was_asked_by(self):
    heading = self.run_ok('north', 'evidence', 'search', '--filter',
                          'kind = trial', '--group-by', 'phase').out
    self.assertEqual(heading.split()[:4],
                     ['PHASE', 'ROWS', 'STUDIES', 'POSSIBLE'])
    table = self.run_ok('north', 'evidence', 'search', '--filter',
                        'kind = trial', '--group-by', 'trial.phases,status').out
    self.assertEqual(table.split()[0], 'PHASES')
    self.assertIn('studies by phases (down) and status (across)', table)

  def test_what_may_match_is_counted_apart(self):
    question = 'kind = trial AND radiotherapy = sbrt'
    groups = {each['value']: each
              for each in self.search(question, '--group-by', 'design')}
    for design in ('randomized', 'non-randomized', 'single-arm'):
      rows = self.search(f'{question} AND design = {design}', '--possible')
      self.assertEqual(
          (groups[design]['rows'], groups[design]['possible']),
          (sum(not row.get('possible') for row in rows),
           sum(bool(row.get('possible')) for row in rows)), design)
    # A field that no report leaves open.
    groups = self.search(question, '--group-by', 'study')
    rows = self.search(question, '--possible')
    self.assertEqual(sum(each['possible'] for each in groups),
                     sum(bool(each.get('possible')) for each in rows))
    self.assertEqual(sum(each['rows'] for each in groups),
                     sum(not each.get('possible') for each in rows))

  def test_a_gap_that_may_be_none_shows_as_possible(self):
    question = 'kind = trial AND drugClasses = antiangiogenic'
    cells = {tuple(each['values'].values()): each
             for each in self.search(question, '--group-by',
                                     'drugClasses,radiotherapy')}
    cell = cells['antiangiogenic', 'sbrt']
    self.assertEqual(cell['rows'], 0)
    self.assertEqual(cell['possible'],
                     len(self.search(f'{question} AND radiotherapy = sbrt',
                                     '--possible')))
    status = {each['value']: each
              for each in self.search('kind = trial', '--group-by', 'status')}
    self.assertEqual((status['ongoing']['rows'],
                      status['ongoing']['possible']), (4, 1))

  def test_what_was_given_is_asked_of_one_arm(self):
    question = 'kind = trial AND drugClasses = egfr-tki-1g AND radiotherapy = '
    self.assertNotIn('ref 27', self.studies(f'{question} gamma-knife'))
    # Its arm with those drugs has no printed technique.
    self.assertIn('ref 27', self.studies(f'{question} gamma-knife',
                                         '--possible'))
    self.assertIn('ref 27', self.studies(
        'kind = trial AND drugs = afatinib AND radiotherapy = gamma-knife'))
    three = ('drugClasses = egfr-tki AND drugClasses = chemotherapy AND '
             'radiotherapy = rt')
    found = self.studies(f'kind = trial AND {three}')
    self.assertIn('LAURA', found)
    self.assertNotIn('ref 19', found)
    self.assertEqual(found, self.studies(
        f'kind = trial AND armTreatments.any({three})'))
    self.assertIn('ref 19', self.studies(
        'kind = trial AND armTreatments.any(drugClasses = egfr-tki) AND '
        'armTreatments.any(drugClasses = chemotherapy)'))
    self.assertIn('in different arms; it is not among these', self.run_ok(
        'north', 'evidence', 'search', '--filter', f'kind = trial AND {three}'
    ).err)

  def test_a_treatment_is_that_of_one_arm(self):
    self.assertEqual(len(self.search('kind = trial AND treatment = '
                                     'radiotherapy-alone')), 12)
    self.assertEqual(
        self.studies('kind = trial AND treatment = targeted-alone AND '
                     'drugClasses = egfr-tki'),
        ['NCT03595644', 'SINDAS', 'ref 27', 'ref 28', 'ref 30', 'ref 32'])
    self.assertIn('ref 19',
                  self.studies('kind = trial AND treatment = chemoradiotherapy'))
    groups = {each['value']: each['rows'] for each in
              self.search('kind = trial', '--group-by', 'treatment')}
    self.assertEqual(groups['radiotherapy-alone'], 12)

  def test_another_reading_that_names_values_may_match(self):
    rows = self.search('adverseEvent = pneumonia AND grade = 1', '--possible')
    self.assertEqual([(row['study'], row['value'], row['possible'])
                      for row in rows], [('ref 15', 59, True)])

  def test_who_is_compared_with_an_unnamed_group_may_be_meant(self):
    question = ('outcome = os AND kind = contrast AND treatment = '
                'targeted-with-radiotherapy AND referenceTreatment = ')
    for reference in ('targeted-alone', 'radiotherapy-alone'):
      rows = self.search(question + reference, '--possible')
      self.assertLessEqual({'ref 29', 'HELPER'},
                           {row['study'] for row in rows
                            if row.get('possible')})

  def test_what_may_match_is_told_of_every_output(self):
    for output in ('csv', 'json', 'jsonl', 'name'):
      result = self.run_ok('north', 'evidence', 'search', '--filter',
                           'kind = trial AND radiotherapy = sbrt', '-o', output)
      self.assertRegex(result.err, r'^[0-9]+ more may, where reports leave open '
                                   r'radiotherapy: --possible')
      self.assertNotIn('--possible', result.out)

  def test_a_file_tells_which_numbers_are_bounds(self):
    search = ('north', 'evidence', 'search', '--filter', 'study = "ref 19"',
              '-o', 'csv', '--columns')
    hint = 'p is a bound in 1 row, such as <0.001; the column pComparator'
    told = self.run_ok(*search, 'study,p,pPrinted')
    self.assertIn(hint, told.err)
    self.assertIn('ref 19,0.001,<0.001', told.out)
    self.assertNotIn(hint, self.run_ok(*search, 'study,pComparator,p').err)

  def test_an_answer_in_several_units_tells_so(self):
    question = 'outcome = pfs AND statistic = median AND '
    hint = 'value is compared as printed, in d (1 row) and mo ('
    told = self.run_ok('north', 'evidence', 'search', '--filter',
                       f'{question}value > 30').err
    self.assertIn(hint, told)
    self.assertIn('valueMonths compares all times', told)
    self.assertNotIn(hint, self.run_ok('north', 'evidence', 'search',
                                       '--filter',
                                       f'{question}valueMonths > 30').err)

  def test_a_study_is_found_by_its_number_in_the_source(self):
    self.assertEqual(self.studies('study = "ref 24"'), ['SINDAS'])
    self.assertNotIn('did you mean', self.run_ok(
        'north', 'evidence', 'search', '--filter', 'study = "ref 99"').err)

  def test_a_word_is_not_found_in_its_contrary(self):
    self.assertEqual(self.studies('squamous'), ['JapicCTI-090825', 'ref 51'])

  def test_records_are_filtered_by_a_list_in_the_singular(self):
    self.assertEqual(
        self.run_json('north', 'trial', 'list', '--filter', 'phase = 3'),
        self.run_json('north', 'trial', 'list', '--filter', 'phases = 3'))

  def test_radiotherapy_alone_is_without_any_drug(self):
    alone = self.studies('treatment = radiotherapy-alone AND kind = estimate '
                         'AND outcome = os')
    self.assertEqual(alone, ['ENTER', 'NCT03614065', 'ref 55'])
    both = self.studies('treatment = radiotherapy-without-target-drug AND '
                        'kind = estimate AND outcome = os')
    self.assertLessEqual({'ENTER', 'ref 51', 'ref 66'}, set(both))
    self.assertEqual(
        self.studies('kind = contrast AND outcome = os AND '
                     'referenceTreatment = chemoradiotherapy'),
        ['RTOG 0617', 'ref 51', 'ref 66'])

  def test_an_unprinted_place_of_radiotherapy_is_open(self):
    question = 'kind = trial AND settings = locally-advanced AND radiotherapy ='
    may_be_chest = self.studies(f'{question} thoracic-rt', '--possible')
    self.assertLessEqual({'LAURA', 'LOGIK0902/OLCSG0905', 'RTOG 0617',
                          'NCT01912625'}, set(may_be_chest))
    # Stage III has no metastases in the brain.
    for technique in ('srs', 'wbrt'):
      self.assertFalse({'LAURA', 'RTOG 0617', 'NCT01912625'} &
                       set(self.studies(f'{question} {technique}',
                                        '--possible')))

  def test_an_answer_tells_where_not_takes_silence_for_no(self):
    def told(text):
      return self.run_ok('north', 'evidence', 'search', '--filter', text).err

    self.assertIn('say nothing of alterations; NOT takes that for no',
                  told('kind = trial AND drugClasses = egfr-tki AND '
                       'NOT alterations = egfr'))
    self.assertIn('say nothing of settings; NOT takes that for no',
                  told('kind = trial AND drugClasses = alk-inhibitor AND '
                       'NOT settings = brain-metastases'))
    self.assertNotIn('NOT takes', told('kind = trial AND alterations = egfr'))

  def test_comparisons_are_of_endpoints_and_of_adverse_events(self):
    both = self.search('kind = comparison AND NOT p:*')
    parts = [self.search(f'kind = {kind} AND NOT p:*')
             for kind in ('contrast', 'adverse-event-contrast')]
    self.assertTrue(all(parts))
    self.assertEqual(len(both), sum(map(len, parts)))

  def test_grades_are_compared_with_those_that_were_counted(self):
    for question in ('grade >= 3', 'grade = ">= 3"'):
      with self.subTest(question):
        question = f'kind = adverse-event-count AND {question}'
        rows = self.search(question)
        self.assertTrue(rows)
        self.assertEqual({row['grade'] for row in rows}, {'>=3'})
        # No event of grade 5, as SINDAS has it, is not none of grade 3 or more.
        grades = {row['grade'] for row in self.search(question, '--possible')
                  if row.get('possible')}
        self.assertLessEqual({'5', '3-4', 'severe', 'not stated'}, grades)
        self.assertFalse({'>=2', 'any'} & grades)

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

    self.assertIn('NCT02353741', doses('totalDose >= "54 Gy"'))
    for text in ('"54 gy"', '"54 Grays"', '"5400 cGy"'):
      self.assertEqual(doses(f'totalDose >= {text}'),
                       doses('totalDose >= "54 Gy"'))
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
    self.assertEqual(trials('country = China'), trials('trial.countries = CN'))
    self.assertEqual(trials('phase = 3'), trials('trial.phases = phase3'))
    for word in ('acronym = sindas', 'study = sindas', 'trial = NCT02893332',
                 'registrations = nct-02893332'):
      self.assertEqual(trials(word), ['SINDAS'])
    self.assertEqual(trials('registrations = "ChiCTR 1900027769"'),
                     ['ChiCTR1900027769'])
    self.assertEqual(self.search('outcome = pfs AND time = 2y'),
                     self.search('outcome = pfs AND timeMonths = 24'))
    for name in ('ipfs', '"intracranial PFS"', '"pfs (intracranial)"',
                 '"intracranial progression-free survival"',
                 'pfs AND compartment = cns', 'pfs AND compartment = brain'):
      rows = self.search(f'outcome = {name}')
      self.assertEqual(len(rows), 16)
      self.assertEqual(rows, self.search('outcome = pfs AND compartment = '
                                         'intracranial'))
    self.assertEqual(self.search('adverseEvent = "nervous system"'),
                     self.search('adverseEvent = neurotoxicity'))
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
    self.assertRegex(told('kind = trial AND settings = "stage III"'),
                     'rows say nothing of this in settings; they are not')
    self.assertRegex(told('kind = trial AND alterations = "EGFR mutation"'),
                     'rows say nothing of this in alterations; they are not')
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

  def test_the_line_after_earlier_drugs_is_open(self):
    self.assertEqual(self.studies('kind = trial AND line = 1'),
                     ['crown', 'ref 27'])
    # After a drug against a target, in advanced disease, none is the first.
    self.assertEqual(self.studies('kind = trial AND line >= 2'), ['ref 40'])
    self.assertNotIn('ref 40', self.studies('kind = trial AND line = 1',
                                            '--possible'))
    self.assertLessEqual(
        {'CodeBreakK 200', 'KRYSTAL-1', 'ref 40'},
        set(self.studies('kind = trial AND line >= 2', '--possible')))

  def test_progression_in_the_nervous_system_may_be_in_the_brain(self):
    question = 'kind = trial AND settings = brain-metastases'
    self.assertNotIn('ref 40', self.studies(question))
    self.assertIn('ref 40', self.studies(question, '--possible'))
    self.assertIn('ref 40', self.studies(
        'kind = trial AND settings = cns-progression'))

  def test_histology_is_found_by_any_word(self):
    squamous = self.studies('histology = "squamous cell"')
    self.assertEqual(squamous, ['JapicCTI-090825', 'ref 51'])
    self.assertIn('ref 37', self.studies('histology = adenocarcinoma'))
    groups = {each['value']: each['studies']
              for each in self.search('', '--group-by', 'histology')}
    self.assertEqual(groups['squamous'], len(squamous))

  def test_what_was_read_in_a_review_is_secondary(self):
    trials = self.search('kind = trial')
    self.assertEqual(self.studies('kind = trial AND secondary = true'),
                     sorted(row['study'] for row in trials))
    self.assertTrue(all(row['secondary']
                        for row in self.search('kind = conclusion AND '
                                               'study = SINDAS')))


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
                       ('HR < 0.5', 'measure = hr AND value'),
                       ('drugs = "EGFR-TKI"', 'drugClasses = egfr-tki'),
                       ('compartment = liver', 'intracranial'),
                       ('p = absent', 'NOT p:*'),
                       ('arms.drugs.route = oral', 'arms.drugs.dose.route'),
                       ('arms.radiotherapies.totalDose > "5 mg"', 'Gy, cGy')):
      result = self.run_code(INVALID, 'north', 'evidence', 'search',
                             '--filter', text)
      self.assertIn(wish, result.err)
    for column, wish in (('vlaue', '"value"'), ('HR', '"value"'),
                         ('arms.route', '"arms.drugs.dose.route"')):
      self.assertIn(wish, self.run_code(
          USAGE, 'north', 'evidence', 'search', '--columns', column).err)
    self.run_ok('north', 'evidence', 'search', '--columns', 'study, value')
    self.run_code(NOT_FOUND, 'north', 'evidence', 'search', '--at', 'nothing')

  def test_an_empty_answer_tells_what_no_row_has(self):
    for text, meant in (('study = sinda', 'SINDAS'),
                        ('outcome = "local control"',
                         'local control); those that exist: pfs, os'),
                        ('outcome = foo', 'those that exist: pfs, os'),
                        ('adverseEvent = foo',
                         'those that exist: lung-toxicity'),
                        ('drugs = osimertinb', 'osimertinib'),
                        ('adverseEvent = pneumonits', 'pneumonitis'),
                        ('outcome = "overall survial"', '"os"'),
                        ('arms.drugs.any(drug = nothing)', 'drug = nothing'),
                        ('outcome = pfs AND value < 0', 'value < 0')):
      result = self.run_ok('north', 'evidence', 'search', '--filter', text)
      self.assertIn('no rows match', result.out)
      self.assertIn(meant, result.err)
      self.assertNotIn('did you mean "dcr"', result.err)
    # Each holds for some row, and both for none.
    self.assertIn('15 rows match without drugs = nimotuzumab', self.run_ok(
        'north', 'evidence', 'search', '-q', '--filter',
        'study = SINDAS AND drugs = nimotuzumab').err)


if __name__ == '__main__':
  unittest.main()
