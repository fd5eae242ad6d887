"""Values in dispute and numbers that contradict each other, as evidence has them.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import csv
import io
import unittest

from servers import CommandLineTest, EVIDENCE, NOT_FOUND, ROOT

SECOND_READING = ROOT / 'deploy' / 'demo' / 'second-reading.yaml'
REVIEW = ROOT / 'deploy' / 'evidence' / 'nsclc-review'


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

  def test_that_a_row_is_disputed_is_no_question(self):
    for text in ('disputes:*', 'conflicts:*', 'disputes.institutions:*'):
      rows = self.search(f'kind = trial AND {text}')
      self.assertEqual([row['study'] for row in rows], ['SINDAS'], text)
      self.assertEqual(rows, self.search(f'kind = trial AND {text}',
                                         '--possible'))

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
      - {report: pmid-1, group: {arms: [drug]}, statistic: proportion,
         value: 0.45, unit: "1", events: 5, participants: 20}
    contrasts:
      - report: pmid-1
        group: {arms: [drug]}
        reference: {arms: [control]}
        measure: hazard-ratio
        standardError: 0.5
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
         'standard-error-against-interval': 'ERROR',
         'difference-is-ratio': 'WARNING'})
    # z = ln 2 / ((ln 0.83 - ln 0.3) / (2 * 1.95996)) = 2.66998.
    self.assertEqual(findings['p-against-interval']['expected'],
                     'P near 0.007586')
    shares = sorted((each['message'], each['expected'])
                    for each in self.run_json('north', 'evidence', 'findings')
                    if each['check'] == 'percentage-against-counts')
    self.assertEqual(shares, [('0.45 is printed for 5 of 20', '0.25'),
                              ('12% is printed for 1 of 20', '5%')])
    # (ln 0.83 - ln 0.3) / (2 * 1.95996) = 0.2596.
    self.assertEqual(findings['standard-error-against-interval']['expected'],
                     'a standard error near 0.26')


if __name__ == '__main__':
  unittest.main()
