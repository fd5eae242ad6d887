"""Questions across trials, arms and results, asked of the example evidence.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import csv
import io
import unittest

from servers import CommandLineTest, EVIDENCE, INVALID, NOT_FOUND, ROOT, USAGE

SECOND_READING = ROOT / 'deploy' / 'demo' / 'second-reading.yaml'
REVIEW = ROOT / 'deploy' / 'evidence' / 'nsclc-review'


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


class DisputedTest(CommandLineTest):
  """SINDAS, read twice: three values are in conflict."""

  OS = 'study = SINDAS AND outcome = os AND kind = estimate'

  def setUp(self):
    super().setUp()
    self.found('north')
    self.run_ok('north', 'apply', '-f', EVIDENCE, '-m', 'evidence')
    self.start('south')
    self.run_ok('south', 'registry', 'join', 'nsclc', '--from',
                self.servers['north'].address)
    self.run_ok('south', 'apply', '-f', SECOND_READING, '-m', 'again',
                '--independent')
    self.sync('north', 'south')

  def search(self, text, *flags):
    return self.run_json('north', 'evidence', 'search', '--filter', text,
                         *flags)

  def test_a_disputed_row_tells_the_other_value_and_who_holds_it(self):
    table = self.run_ok('north', 'evidence', 'search', '--filter',
                        self.OS).out
    self.assertIn('DOUBT', table)
    shown, other = (('16.7', '17.6 by north') if ' 16.7 ' in table
                    else ('17.6', '16.7 by south'))
    line = next(each for each in table.splitlines() if f' {shown} ' in each)
    self.assertIn(f'disputed: ', line)
    self.assertIn(other.split()[0], line)
    self.assertIn('design ', line)
    row = next(row for row in self.search(self.OS)
               if row['value'] == float(shown))
    value = next(each for each in row['disputes']
                 if each['path'] == row['path'])
    self.assertEqual(value['fields'],
                     [{'field': 'value', 'value': other.split()[0]}])
    self.assertEqual(value['institutions'], [other.split()[2]])
    rows = list(csv.DictReader(io.StringIO(self.run_ok(
        'north', 'evidence', 'search', '--filter', self.OS, '-o',
        'csv').out)))
    self.assertTrue(all('disputed: ' in each['doubt'] for each in rows))

  def test_a_disputed_value_is_open(self):
    for value in ('16.7', '17.6'):
      question = f'{self.OS} AND value = {value}'
      self.assertEqual(self.search(question), [])
      rows = self.search(question, '--possible')
      self.assertEqual(len(rows), 1)
      self.assertTrue(rows[0]['possible'])
    # Whichever it is.
    self.assertEqual(len(self.search(f'{self.OS} AND value > 16')), 2)
    self.assertEqual(self.search(f'{self.OS} AND value > 30', '--possible'),
                     [])
    sindas = 'kind = trial AND study = SINDAS AND design = randomized'
    self.assertEqual(self.search(sindas), [])
    self.assertEqual(len(self.search(sindas, '--possible')), 1)
    # Of a record that the row is made of.
    rows = self.search(
        'kind = trial AND study = SINDAS AND arms.drugs.any(drug = icotinib '
        'AND dose.amount = "125 mg")', '--possible')
    self.assertEqual([row['possible'] for row in rows], [True])

  def test_a_settled_value_is_open_no_more(self):
    row = next(row for row in self.search(self.OS)
               if row['value'] in (16.7, 17.6))
    self.run_ok('north', 'conflict', 'resolve', row['record'], row['path'],
                '--take', 'north', '--reason', 'as printed')
    self.assertEqual(len(self.search(f'{self.OS} AND value = 17.6')), 1)
    self.assertEqual(self.search(f'{self.OS} AND value = 16.7',
                                 '--possible'), [])

  def test_both_institutions_show_the_same(self):
    answers = [self.run_ok(each, 'evidence', 'search', '--filter',
                           'study = SINDAS', '-o', 'jsonl').out
               for each in ('north', 'south')]
    self.assertIn('disputes', answers[0])
    self.assertEqual(*answers)

  def test_a_review_that_is_not_there_is_told_with_those_that_are(self):
    self.run_ok('north', 'apply', '-f', REVIEW, '-m', 'protocol')
    told = self.run_code(NOT_FOUND, 'north', 'review', 'run', 'nsclc').err
    self.assertIn('there is no review "reviews/nsclc"', told)
    self.assertIn('it has nsclc-targeted-rt', told)

  def test_a_page_marks_a_dose_that_may_be_misprinted(self):
    self.run_ok('north', 'apply', '-f', REVIEW, '-m', 'protocol')
    page = self.run_ok('north', 'review', 'run', 'nsclc-targeted-rt', '-o',
                       'html').out
    self.assertRegex(page, r'Icotinib 25 mg 3 times daily[^/]*<[^/]*>'
                           r'Or: 125 mg three times daily \(likely misprint')

  def test_a_review_tells_what_is_in_conflict(self):
    self.run_ok('north', 'apply', '-f', REVIEW, '-m', 'protocol')
    told = self.run_ok('north', 'review', 'run', 'nsclc-targeted-rt').out
    self.assertIn('in conflict: 3', told)
    self.assertIn('randomized of trials/nct02893332', told)
    result = self.run_json('north', 'review', 'run', 'nsclc-targeted-rt')
    self.assertEqual(len(result['conflicts']), 3)


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
    self.assertEqual(self.run_ok(
        'north', 'evidence', 'search', '-q', '--filter',
        'study = SINDAS AND drugs = nimotuzumab').err, '')


if __name__ == '__main__':
  unittest.main()
