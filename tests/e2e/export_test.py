"""What `consilium export` writes as tables and lines, read again by R's metafor,
by `consilium import`, and by readers of CSV and citations.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs. What needs
R and its package metafor is skipped where they are not installed.
"""

import json
import math
import subprocess
import unittest

from made_registry import ExportTest, REVIEW, read_csv
from servers import EVIDENCE, FAILED, INVALID, USAGE


def run_r(script):
  """What `script` prints; None where R or metafor is not installed."""
  try:
    done = subprocess.run(
        ['Rscript', '-e',
         'if (!suppressMessages(require(metafor, quietly=TRUE))) q("no", 77)\n'
         + script], capture_output=True, text=True)
  except FileNotFoundError:
    return None
  if done.returncode == 77:
    return None
  if done.returncode != 0:
    raise AssertionError(done.stderr)
  return done.stdout


class MetaforTest(ExportTest):

  def result(self):
    return self.run_json('north', 'review', 'run', 'made')

  def assert_close(self, got, want, what):
    self.assertLess(abs(float(got) - want), 1e-6 * max(abs(want), 1e-3), what)

  def test_rma_pools_what_the_review_pools(self):
    path = self.folder / 'effects.csv'
    told = self.run_ok('north', 'export', 'metafor', '--file',
                       path).err.splitlines()
    self.assertIn(f'd <- read.csv("{path}", na.strings=c("NA", ""))', told)
    calls = [line for line in told
             if line.startswith('rma(') and 'mods=' not in line]
    pooled = {each['id']: each for each in self.result()['outcomes']
              if 'pooled' in each}
    self.assertEqual(set(pooled), {each['id'] for each in REVIEW['outcomes']})
    script = [f'd <- read.csv("{path}", na.strings=c("NA", ""))']
    for call in calls:
      call = call[:-1] + ', control=list(threshold=1e-12, tol=1e-12, maxiter=1000))'
      script.append(f'm <- {call}; cat(sprintf("%.15g %.15g %.15g %.15g\\n", '
                    'm$beta[1], m$ci.lb, m$ci.ub, m$tau2))')
    printed = run_r('\n'.join(script))
    if printed is None:
      self.skipTest('R or metafor is not installed')
    # All but Mantel-Haenszel, which rma.mh does.
    self.assertEqual(len(calls), len(pooled) - 1)
    lines = iter(printed.splitlines())
    for call in calls:
      outcome = call.split('outcome=="')[1].split('"')[0]
      want = pooled[outcome]['pooled']
      beta, low, high, tau2 = next(lines).split()
      self.assert_close(beta, want['estimate'], outcome)
      self.assert_close(tau2, want.get('tau2', 0), outcome)
      scale = math.log if outcome in ('response-rr', 'response-or',
                                      'survival') else float
      if outcome not in ('share', 'response-common'):
        self.assert_close(low, scale(want['effect']['low']), outcome)
        self.assert_close(high, scale(want['effect']['high']), outcome)

  def test_rma_fits_the_regressions_of_the_review(self):
    path = self.folder / 'effects.csv'
    calls = [line for line in self.run_ok(
        'north', 'export', 'metafor', '--file', path).err.splitlines()
             if 'mods=' in line]
    wanted = [(outcome['id'], regression)
              for outcome in self.result()['outcomes']
              for regression in outcome.get('regressions', ())]
    self.assertEqual(len(wanted), 4)
    self.assertEqual(wanted[1][1]['moderators'], ['year', 'participants'])
    # metafor 3.8-1 of dat.bcg: rma(yi, vi, mods = ~ ablat + year,
    # test = "knha"); the latitudes are the reviewers' own.
    latitude = wanted[2][1]['coefficients'][1]
    self.assertEqual(latitude['name'], 'covariates.absolute-latitude')
    self.assert_close(latitude['estimate'], -0.0280113294442, 'slope')
    self.assert_close(latitude['standardError'], 0.0113456775207, 'its error')
    self.assertIn('moderator.covariates.absolute.latitude + moderator.year',
                  calls[2])
    self.assertEqual(len(calls), len(wanted))
    script = [f'd <- read.csv("{path}", na.strings=c("NA", ""))']
    for call in calls:
      call = call[:-1] + ', control=list(threshold=1e-12, maxiter=1000))'
      script.append(f'm <- {call}; cat(sprintf("%.15g", c(m$beta, m$se, m$QM, '
                    'm$QMp, m$QE, m$tau2)), "\n")')
    printed = run_r('\n'.join(script))
    if printed is None:
      self.skipTest('R or metafor is not installed')
    for line, (outcome, regression) in zip(printed.splitlines(), wanted,
                                           strict=True):
      coefficients = regression['coefficients']
      numbers = ([each['estimate'] for each in coefficients] +
                 [each['standardError'] for each in coefficients] +
                 [regression[name] for name in ('qm', 'p', 'qe', 'tau2')])
      for given, want in zip(line.split(), numbers, strict=True):
        self.assert_close(given, want, outcome)

  def test_a_covariate_changed_after_data_is_told(self):
    self.assertNotIn('changesAfterData', self.result())
    self.run_ok('north', 'review', 'edit', 'made', '--set',
                'covariates[trial-1/absolute-latitude].number=45')
    change, = self.result()['changesAfterData']
    self.assertEqual(change['path'], 'covariates[trial-1/absolute-latitude]')
    self.assertEqual(change['description'], 'number: 44 became 45')
    self.assertEqual(change['outcomes'], ['response-rr'])
    self.assertEqual(len(change['studies']), 1)

  def test_escalc_and_rma_mh_read_arms(self):
    path = self.folder / 'arms.csv'
    self.run_ok('north', 'export', 'arms', '--review', 'made', '--file', path)
    printed = run_r(f'''
d <- read.csv("{path}")
m <- rma.mh(ai=ai, n1i=n1i, ci=ci, n2i=n2i, measure="RR",
            data=d, subset=outcome=="response-mh")
cat(sprintf("%.15g\\n", m$beta[1]))
for (each in list(c("response-rr", "RR"), c("response-or", "OR"))) {{
  e <- escalc(measure=each[2], ai=ai, n1i=n1i, ci=ci, n2i=n2i,
              data=d[d$outcome==each[1],])
  m <- rma(yi, vi, data=e, method=if (each[2] == "OR") "DL" else "REML",
           control=list(threshold=1e-12, maxiter=1000))
  cat(sprintf("%.15g\\n", m$beta[1]))
}}
e <- escalc(measure="MD", m1i=m1i, sd1i=sd1i, n1i=n1i, m2i=m2i, sd2i=sd2i,
            n2i=n2i, data=d[d$outcome=="quality",])
m <- rma(yi, vi, data=e, control=list(threshold=1e-12, maxiter=1000))
cat(sprintf("%.15g\\n", m$beta[1]))
e <- escalc(measure="PLO", xi=xi, ni=ni, data=d[d$outcome=="share",])
m <- rma(yi, vi, data=e, control=list(threshold=1e-12, maxiter=1000))
cat(sprintf("%.15g\\n", m$beta[1]))
''')
    if printed is None:
      self.skipTest('R or metafor is not installed')
    pooled = {each['id']: each['pooled']['estimate']
              for each in self.result()['outcomes']}
    for outcome, got in zip(('response-mh', 'response-rr', 'response-or',
                             'quality', 'share'), printed.split(),
                            strict=True):
      self.assert_close(got, pooled[outcome], outcome)

  def test_every_estimate_says_what_it_is_and_where_it_was_read(self):
    rows = read_csv(self.export('metafor'))
    survival = [row for row in rows if row['outcome'] == 'survival']
    self.assertEqual([row['included'] for row in survival],
                     ['TRUE'] * 4 + ['FALSE'])
    first = next(row for row in survival if row['trial'] == 'trial-1')
    self.assertAlmostEqual(float(first['yi']), math.log(0.62), places=10)
    self.assertAlmostEqual(float(first['vi']), float(first['sei']) ** 2,
                           places=14)
    self.assertAlmostEqual(
        float(first['ci.ub']),
        float(first['yi']) + 1.959963984540054 * float(first['sei']),
        places=10)
    self.assertEqual(first['derivation'], 'interval')
    self.assertEqual(first['subgroup.radiotherapy'], 'sbrt')
    self.assertIn("paper-1, table 2: '=HR 0.62", first['source'])
    self.assertEqual([first[each] for each in ('n1i', 'n2i')], ['', ''])
    sized = next(row for row in survival if row['trial'] == 'trial-2')
    self.assertEqual([sized[each] for each in ('ai', 'n1i', 'ci', 'n2i')],
                     ['', '306', '', '303'])
    lone = survival[-1]
    self.assertEqual(lone['reason'], 'no-variance')
    # What is missing is empty and never 0.
    self.assertEqual([lone[each] for each in ('yi', 'vi', 'sei', 'ai')],
                     [''] * 4)
    counted = next(row for row in rows if row['outcome'] == 'response-rr')
    self.assertEqual(counted['derivation'], 'counts')
    self.assertEqual(counted['moderator.year'], counted['year'])

  def test_the_same_version_gives_the_same_bytes_everywhere(self):
    self.run_ok('north', 'snapshot', 'create', 'release-1', '-m', 'x')
    self.start('south')
    self.run_ok('south', 'registry', 'join', 'made', '--from',
                self.servers['north'].address)
    for kind in ('metafor', 'arms', 'jsonl', 'ris', 'bibtex', 'prisma',
                 'robvis', 'xlsx', 'revman', 'fhir'):
      first = self.export(kind, '--at', 'release-1')
      self.assertTrue(first, kind)
      self.assertEqual(first, self.export(kind, '--at', 'release-1'), kind)
      self.assertEqual(first, self.export(kind, '--at', 'release-1',
                                          server='south'), kind)

  def test_the_review_must_be_named_where_there_are_several(self):
    self.apply('north', json.dumps({'review': {'id': 'other', 'title': 'B'}}),
               name='other.json')
    error = self.run_code(USAGE, 'north', 'export', 'metafor').err
    self.assertIn('made, other', error)
    self.export('metafor', '--review', 'made')


class RecordLinesTest(ExportTest):

  def import_into(self, server, path, *flags):
    return self.run_json(server, 'import', 'jsonl', path, *flags)

  def address(self, server):
    return self.servers[server].address

  def test_lines_come_back_to_equal_values_in_another_registry(self):
    self.run_ok('north', 'apply', '-f', EVIDENCE, '-m', 'evidence')
    self.start('south')
    self.run_ok('south', 'registry', 'create', 'copy')
    path = self.folder / 'records.jsonl'
    self.run_ok('north', 'export', 'jsonl', '--file', path)
    lines = path.read_text().splitlines()
    head = json.loads(lines[0])['consilium']
    self.assertEqual(head['records'], len(lines) - 1)
    tried = self.import_into('south', path, '--dry-run')
    self.assertEqual(int(tried['created']), head['records'])
    done = self.import_into('south', path, '-m', 'copied')
    self.assertEqual(int(done['created']), head['records'])
    sides = [self.address('north') + '/made', self.address('south') + '/copy']
    self.assertEqual(
        self.run_ok(None, 'registry', 'diff', *sides).out, '')
    # And the lines are the same but for the head.
    self.assertEqual(self.export('jsonl', server='south').splitlines()[1:],
                     lines[1:])
    again = self.import_into('south', path, '-m', 'again')
    self.assertEqual(int(again['unchanged']), head['records'])

    self.run_ok('south', 'trial', 'edit', 'trial-1', '--set', 'title=Other',
                '-m', 'x')
    self.run_ok('south', 'publication', 'retract', 'paper-14', '--reason', 'x')
    differences = self.run_json(None, 'registry', 'diff', *sides, code=FAILED)
    self.assertIn({'record': 'trials/trial-1', 'field': 'title',
                   'a': 'Trial 1', 'b': 'Other'}, differences)
    self.assertIn({'record': 'publications/paper-14', 'a': '(there)',
                   'b': None}, differences)
    self.assertEqual(len(differences), 2)

  def test_versions_are_compared_by_value(self):
    self.run_ok('north', 'snapshot', 'create', 'before', '-m', 'x')
    self.run_ok('north', 'trial', 'edit', 'trial-2', '--set', 'acronym=New',
                '-m', 'x')
    self.run_ok('north', 'snapshot', 'create', 'after', '-m', 'x')
    self.run_ok('north', 'registry', 'diff', 'before', 'before')
    table = self.run_code(FAILED, 'north', 'registry', 'diff', 'before',
                          'after').out
    self.assertIn('acronym', table)
    self.assertIn('"New"', table)

  def test_faulty_lines_are_named_and_nothing_is_imported(self):
    before = self.status('north')['digest']
    lines = self.export('jsonl').splitlines(keepends=True)
    cut = self.file('cut.jsonl', ''.join(lines[:-1]))
    error = self.run_code(INVALID, 'north', 'import', 'jsonl', cut, '-m',
                          'x').err
    self.assertIn('cut short', error)
    lines[3] = lines[3][:-10] + '\n'
    broken = self.file('broken.jsonl', ''.join(lines))
    error = self.run_code(INVALID, 'north', 'import', 'jsonl', broken, '-m',
                          'x').err
    self.assertIn('broken.jsonl:4:', error)
    unknown = self.file('unknown.jsonl', '{"trial":{"name":"trials/a"}}\n'
                        '{"patient":{"name":"patients/b"}}\n')
    error = self.run_code(INVALID, 'north', 'import', 'jsonl', unknown, '-m',
                          'x').err
    self.assertIn('unknown.jsonl:2:', error)
    self.assertEqual(self.status('north')['digest'], before)


class CitationTest(ExportTest):

  def test_ris(self):
    text = self.export('ris')
    self.assertEqual(text.count('TY  - JOUR'), 14)
    self.assertEqual(text.count('ER  - '), 14)
    first = text[text.index('ID  - paper-1\n'):]
    first = first[:first.index('ER  - ')].splitlines()
    for line in ('TI  - Aronson, 1948', 'AU  - Aronson, A.', 'PY  - 1948',
                 'JO  - Journal of Examples', 'DO  - 10.1000/example.1',
                 'N1  - Registration: NCT00000001'):
      self.assertIn(line, first)

  def test_bibtex(self):
    text = self.export('bibtex')
    self.assertEqual(text.count('@article{'), 14)
    self.assertIn('author = {Ferguson \\& Simes, A. and Second, B. C.}', text)
    self.assertIn('title = {{Ferguson \\& Simes, 1949}}', text)
    self.assertEqual(text.count('{') - text.count('\\{'),
                     text.count('}') - text.count('\\}'))


SCREENED = {'review': {'id': 'made', 'searches': [
    {'database': 'pubmed', 'date': '2026-01-01', 'records': 120,
     'duplicates': 20}]}}


class CountTest(ExportTest):

  def numbers(self, *flags):
    rows = read_csv(self.export('prisma', *flags))
    return {row['id']: (row['count'], row['total']) for row in rows
            if not row['reason']}

  def test_prisma_counts_are_empty_where_nobody_recorded_them(self):
    self.run_ok('north', 'snapshot', 'create', 'v1', '-m', 'x')
    before = self.numbers()
    self.assertEqual(before['studies-included'], ('', '14'))
    self.assertEqual(before['records-screened'], ('', ''))
    self.apply('north', json.dumps(SCREENED), name='search.json')
    self.apply('north', json.dumps({'trial': {'id': 'more', 'title': 'M'}}),
               name='more.json')
    after = self.numbers('--since', 'v1')
    self.assertEqual(after['studies-included'], ('1', '15'))
    self.assertEqual(after['records-from-databases'], ('', '120'))
    listed = json.loads(self.export('prisma', '-o', 'json'))
    self.assertEqual({each['id']: each.get('total') for each in listed}
                     ['duplicates-removed'], '20')

  def test_robvis_has_the_columns_of_either_tool(self):
    def judge(trial_id, tool, domains, overall):
      text = json.dumps({
          'trial': trial_id, 'tool': tool, 'overall': overall,
          'domains': [{'domain': domain, 'judgement': judgement,
                       'reason': 'told'} for domain, judgement in domains]})
      self.run_ok('north', 'rob', 'create', '--review',
                  'made', '-f', self.file(f'{trial_id}.json', text), '-m', 'x')
    judge('trial-1', 'rob2', [('randomization', 'low'),
                              ('missing-data', 'some-concerns')],
          'some-concerns')
    judge('trial-2', 'robins-i', [('confounding', 'serious')], 'serious')
    rows = read_csv(self.export('robvis'))
    self.assertEqual(rows, [{'Study': 'Aronson 1948', 'D1': 'Low', 'D2': '',
                             'D3': 'Some concerns', 'D4': '', 'D5': '',
                             'Overall': 'Some concerns', 'Weight': '1'}])
    rows = read_csv(self.export('robvis', '--tool', 'robins-i'))
    self.assertEqual(list(rows[0]), ['Study', 'D1', 'D2', 'D3', 'D4', 'D5',
                                     'D6', 'D7', 'Overall', 'Weight'])
    self.assertEqual(rows[0]['D1'], 'Serious')
    weighted = read_csv(self.export('robvis', '--outcome', 'response-rr'))
    self.assertLess(float(weighted[0]['Weight']), 100)
    self.assertNotEqual(weighted[0]['Weight'], '1')


if __name__ == '__main__':
  unittest.main()
