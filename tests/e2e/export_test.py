"""What `consilium export` writes, read again by the programs it is meant for.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs. What needs
R and its package metafor is skipped where they are not installed.
"""

import csv
import io
import json
import math
import subprocess
import unittest
import zipfile

import openpyxl

import fhir_structure
from servers import CommandLineTest, EVIDENCE, FAILED, INVALID, USAGE

# Colditz et al. (1994), trials of BCG vaccine: dat.bcg of R's metadat.
# Author, year, events and participants of either arm, absolute latitude.
BCG = [
    ('Aronson', 1948, 4, 123, 11, 139),
    ('Ferguson & Simes', 1949, 6, 306, 29, 303),
    ('Rosenthal et al', 1960, 3, 231, 11, 220),
    ('Hart & Sutherland', 1977, 62, 13598, 248, 12867),
    ('Frimodt-Moller et al', 1973, 33, 5069, 47, 5808),
    ('Stein & Aronson', 1953, 180, 1541, 372, 1451),
    ('Vandiviere et al', 1973, 8, 2545, 10, 629),
    ('TPT Madras', 1980, 505, 88391, 499, 88391),
    ('Coetzee & Berjak', 1968, 29, 7499, 45, 7277),
    ('Rosenthal et al', 1961, 17, 1716, 65, 1665),
    ('Comstock et al', 1974, 186, 50634, 141, 27338),
    ('Comstock & Webster', 1969, 5, 2498, 3, 2341),
    ('Comstock et al', 1976, 27, 16913, 29, 17854),
]
# Made up: hazard ratio with its interval; mean, standard deviation and
# participants of either arm.
RATIOS = [(0.62, 0.41, 0.94), (0.85, 0.6, 1.2), (0.44, 0.2, 0.97),
          (1.1, 0.7, 1.73)]
MEANS = [(-6.2, 3.1, 40, -4.1, 2.9, 38), (-5.0, 2.2, 61, -4.4, 2.8, 57),
         (-7.7, 4.0, 25, -4.9, 3.6, 27)]


def trial(number, name, year, endpoints):
  return {
      'publications': [{'id': f'paper-{number}', 'title': f'{name}, {year}',
                        'authors': [f'{name}, A.', 'Second, B. C.'],
                        'year': year, 'journal': 'Journal of Examples',
                        'doi': f'10.1000/example.{number}',
                        'registrations': [f'NCT0000000{number}']}],
      'trial': {'id': f'trial-{number}', 'title': f'Trial {number}',
                'acronym': f'{name} {year}', 'allocation': 'randomized',
                'registrations': [{'number': f'NCT{number:08}'}],
                'reports': [{'publication': f'paper-{number}',
                             'role': 'result'}]},
      'arms': [{'id': 'both', 'title': 'Drug and radiotherapy',
                'drugs': [{'drug': 'gefitinib'}],
                'radiotherapies': [{'technique': 'sbrt'}]},
               {'id': 'drug', 'title': 'Drug',
                'drugs': [{'drug': 'gefitinib'}]}],
      'endpoints': endpoints,
  }


def source(number, text):
  return {'report': f'paper-{number}', 'locator': 'table 2', 'text': text}


def counts(number, row):
  _, _, events, participants, reference_events, reference_participants = row
  return {'id': 'orr', 'measure': 'objective-response', 'estimates': [
      {'report': f'paper-{number}', 'group': {'arms': [arm]},
       'statistic': 'proportion', 'events': x, 'participants': n,
       'value': round(100 * x / n, 6), 'unit': '%',
       'source': source(number, f'{x} of {n}')}
      for arm, x, n in (('both', events, participants),
                        ('drug', reference_events, reference_participants))]}


def ratio(number, row):
  value, low, high = row
  return {'id': 'os', 'measure': 'overall-survival', 'contrasts': [
      {'report': f'paper-{number}', 'group': {'arms': ['both']},
       'reference': {'arms': ['drug']}, 'measure': 'hr', 'value': value,
       'interval': {'low': low, 'high': high, 'level': 95},
       'source': source(number, f'=HR {value} ({low} to {high})')}]}


def means(number, row):
  m1, sd1, n1, m2, sd2, n2 = row
  return {'id': 'qol', 'measure': 'quality-of-life', 'estimates': [
      {'report': f'paper-{number}', 'group': {'arms': [arm]},
       'statistic': 'mean', 'value': m, 'participants': n,
       'dispersion': {'kind': 'standard-deviation', 'value': sd},
       'source': source(number, f'{m} ± {sd}')}
      for arm, m, sd, n in (('both', m1, sd1, n1), ('drug', m2, sd2, n2))],
          'contrasts': [
      {'report': f'paper-{number}', 'group': {'arms': ['both']},
       'reference': {'arms': ['drug']}, 'measure': 'md',
       'value': round(m1 - m2, 6),
       'standardError': math.sqrt(sd1 ** 2 / n1 + sd2 ** 2 / n2),
       'source': source(number, f'difference {m1 - m2:.1f}')}]}


REVIEW = {
    'id': 'made', 'title': 'A review', 'question': 'Does it help?',
    'inclusionFilter': 'kind = trial',
    'outcomes': [
        {'id': 'response-rr', 'position': 1, 'measure': 'rr',
         'filter': 'outcome = orr AND kind = estimate',
         'moderators': ['year']},
        {'id': 'response-or', 'position': 2, 'measure': 'or',
         'filter': 'outcome = orr AND kind = estimate',
         'estimator': 'dersimonian-laird', 'intervalMethod': 'normal'},
        {'id': 'response-mh', 'position': 3, 'measure': 'rr',
         'filter': 'outcome = orr AND kind = estimate',
         'pooling': 'mantel-haenszel', 'model': 'common-effect',
         'intervalMethod': 'normal'},
        {'id': 'response-common', 'position': 4, 'measure': 'rd',
         'filter': 'outcome = orr AND kind = estimate',
         'model': 'common-effect', 'intervalMethod': 'normal', 'level': 90},
        {'id': 'survival', 'position': 5, 'measure': 'hr',
         'filter': 'outcome = os AND kind = contrast',
         'estimator': 'paule-mandel',
         'subgroups': ['radiotherapy = sbrt | wbrt']},
        {'id': 'quality', 'position': 6, 'measure': 'md',
         'filter': 'outcome = qol AND kind = contrast'},
        {'id': 'share', 'position': 7, 'statistic': 'proportion',
         'designs': ['randomized'],
         'filter': 'outcome = orr AND group = both'},
    ],
}


def made_registry():
  """Evidence files by name."""
  files = {}
  for number, row in enumerate(BCG, start=1):
    endpoints = [counts(number, row)]
    if number <= len(RATIOS):
      endpoints.append(ratio(number, RATIOS[number - 1]))
    if number <= len(MEANS):
      endpoints.append(means(number, MEANS[number - 1]))
    files[f'trial-{number:02}.json'] = trial(number, row[0], row[1], endpoints)
  # A hazard ratio without an interval is listed with the reason.
  files['trial-14.json'] = trial(14, 'Lone', 2001, [
      {'id': 'os', 'measure': 'overall-survival', 'contrasts': [
          {'report': 'paper-14', 'group': {'arms': ['both']},
           'reference': {'arms': ['drug']}, 'measure': 'hr', 'value': 0.5}]}])
  files['review.json'] = {'review': REVIEW}
  return files


# Exports that are no text.
BINARY = ('xlsx', 'revman')


def read_csv(text):
  return list(csv.DictReader(io.StringIO(text, newline='')))


class ExportTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north', registry='made')
    folder = self.folder / 'evidence'
    folder.mkdir()
    for name, content in made_registry().items():
      (folder / name).write_text(json.dumps(content))
    self.run_ok('north', 'apply', '-f', folder, '-m', 'made up')

  def export(self, kind, *flags, server='north'):
    return self.run_ok(server, 'export', kind, *flags,
                       text=kind not in BINARY).out


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
    calls = self.run_ok('north', 'export', 'metafor', '--file',
                        path).err.splitlines()
    calls = [line for line in calls if line.startswith('rma(')]
    pooled = {each['id']: each for each in self.result()['outcomes']
              if 'pooled' in each}
    self.assertEqual(set(pooled), {each['id'] for each in REVIEW['outcomes']})
    script = [f'd <- read.csv("{path}")']
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


class WorkbookTest(ExportTest):

  def sheets(self, *flags, server='north'):
    """Rows of every sheet, as dictionaries by column; None is an empty cell."""
    path = self.folder / 'evidence.xlsx'
    self.run_ok(server, 'export', 'xlsx', '--file', path, *flags)
    self.book = openpyxl.load_workbook(path)
    sheets = {}
    for sheet in self.book:
      header, *rows = sheet.iter_rows(values_only=True)
      sheets[sheet.title] = [dict(zip(header, row)) for row in rows]
    return sheets

  def test_sheets_hold_the_evidence_with_types_and_gaps(self):
    sheets = self.sheets()
    self.assertEqual(list(sheets), [
        'about', 'studies', 'arms', 'results', 'adverse-events', 'conclusions',
        'publications', 'pooled', 'effects', 'risk-of-bias', 'flow',
        'dictionary'])
    self.assertEqual(len(sheets['studies']), 14)
    study = next(row for row in sheets['studies']
                 if row['trialId'] == 'trial-1')
    self.assertEqual(study['registrations'], 'NCT00000001')
    self.assertIsNone(study['enrolled'])
    self.assertEqual(len(sheets['arms']), 28)
    counted = next(row for row in sheets['results']
                   if row['trialId'] == 'trial-3' and row['group'] == 'both'
                   and row['outcome'] == 'orr')
    self.assertEqual((counted['events'], counted['participants']), (3, 231))
    self.assertIs(type(counted['events']), int)
    self.assertIsNone(counted['low'])
    lone = next(row for row in sheets['results']
                if row['trialId'] == 'trial-14')
    self.assertEqual(lone['value'], 0.5)
    self.assertEqual([lone[each] for each in ('low', 'high', 'p', 'events',
                                              'printed')], [None] * 5)
    self.assertIn('(ORR)', counted['endpoint'])

  def test_every_column_of_every_sheet_is_in_the_dictionary(self):
    sheets = self.sheets()
    told = {(row['sheet'], row['column']): row
            for row in sheets['dictionary']}
    for name in set(sheets) - {'about', 'dictionary'}:
      header = [cell.value for cell in self.book[name][1]]
      for column in header:
        self.assertTrue(told.pop((name, column))['meaning'], (name, column))
      self.assertEqual(len(header), len(set(header)), name)
      kinds = {row['column']: row for row in sheets['dictionary']
               if row['sheet'] == name}
      for row in sheets[name]:
        for column, value in row.items():
          if value is None:
            continue
          self.assertIsInstance(value, {
              'text': str, 'integer': int, 'number': (int, float),
              'TRUE or FALSE': bool}[kinds[column]['type']], (name, column))
          allowed = kinds[column]['values']
          if allowed and isinstance(value, str):
            for each in value.split('; '):
              self.assertIn(each, allowed.split(', '), (name, column))
    self.assertEqual(told, {})

  def test_what_a_review_pools_leads_back_to_the_rows(self):
    sheets = self.sheets()
    outcomes = self.run_json('north', 'review', 'run', 'made')['outcomes']
    pooled = {row['outcome']: row for row in sheets['pooled']
              if row['analysis'] == 'main'}
    for outcome in outcomes:
      self.assertAlmostEqual(pooled[outcome['id']]['effect'],
                             outcome['pooled']['effect']['value'], places=12)
    self.assertIn('radiotherapy = sbrt',
                  {row['part'] for row in sheets['pooled']})
    results = {row['id'] for row in sheets['results']}
    self.assertTrue({row['row'] for row in sheets['effects']} <= results)

  def test_no_text_is_a_formula_even_when_it_is_edited(self):
    self.run_ok('north', 'trial', 'edit', 'trial-1', '--set',
                'title==HYPERLINK("http://example.org")', '-m', 'x')
    self.sheets()
    seen = 0
    for sheet in self.book:
      for cells in sheet.iter_rows():
        for cell in cells:
          # openpyxl takes a text that starts with = for a formula; the file
          # holds a string.
          self.assertIsNone(cell.hyperlink)
          if str(cell.value).startswith('='):
            self.assertEqual(cell.number_format, '@')
            seen += 1
    self.assertGreaterEqual(seen, 1)
    with zipfile.ZipFile(self.folder / 'evidence.xlsx') as archive:
      for name in archive.namelist():
        if name.startswith('xl/worksheets/'):
          self.assertNotIn(b'<f>', archive.read(name), name)

  def test_a_registry_without_a_review_has_its_evidence(self):
    self.start('south')
    self.run_ok('south', 'registry', 'create', 'plain')
    self.apply('south', json.dumps({'trial': {'id': 'a', 'title': 'A'}}),
               name='trial.json')
    sheets = self.sheets(server='south')
    self.assertEqual([row['title'] for row in sheets['studies']], ['A'])
    self.assertNotIn('pooled', sheets)
    self.assertNotEqual(
        self.run_any('south', 'export', 'xlsx', '--review', 'none').code, 0)


# The columns that meta::read.cdir of R renames, file by file, besides "Tau² CI",
# which it finds by a pattern.
CDIR_COLUMNS = {
    'analysis-data/CD-overall-estimates-and-settings.csv': [
        'Analysis group', 'Analysis number', 'Analysis name',
        'Analysis group name', 'Data source', 'Data source eligibility',
        'Data type', 'Log-scale data', 'Experimental group label',
        'Control group label', 'Statistical method', 'Effect measure',
        'Unit of effect measure', 'Analysis model', 'Heterogeneity estimator',
        'Subgroup estimates', 'Overall estimates',
        'Test for subgroup differences', 'Prediction interval',
        'Swap event and non-event', 'CI method', 'CI/PI level',
        'Graph label (left)', 'Graph label (right)', 'Graph scale',
        'Show risk of bias'],
    'analysis-data/CD-data-rows.csv': [
        'Analysis group', 'Analysis number', 'Analysis name', 'Subgroup',
        'Study', 'Study year', 'GIV Mean', 'GIV SE', 'CI start', 'CI end',
        'Experimental cases', 'Experimental N', 'Experimental mean',
        'Experimental SD', 'Control cases', 'Control N', 'Control mean',
        'Control SD', 'O-E', 'Variance', 'Weight', 'Footnotes'],
    'analysis-data/CD-subgroup-estimates.csv': [
        'Analysis group', 'Analysis number', 'Subgroup number', 'Subgroup'],
    'study-data/CD-risk-of-bias.csv': ['Study'],
}


class RevmanTest(ExportTest):

  def read(self):
    """Settings by outcome, studies by numbers, and the other files' rows."""
    path = self.folder / 'CD-made-dataPackage.zip'
    told = self.run_ok('north', 'export', 'revman', '--file', path).err
    self.assertNotIn('wants it named', told)
    with zipfile.ZipFile(path) as archive:
      self.assertEqual(archive.testzip(), None)
      self.files = {name: read_csv(archive.read(name).decode())
                    for name in archive.namelist()}
      self.headers = {
          name: next(csv.reader(io.StringIO(archive.read(name).decode())))
          for name in archive.namelist()}
    self.settings = {row['ID']: row for row in self.files[
        'CD-analysis-data/CD-overall-estimates-and-settings.csv']}
    self.rows = self.files['CD-analysis-data/CD-data-rows.csv']

  def rows_of(self, outcome):
    setting = self.settings[outcome]
    return [row for row in self.rows
            if all(row[key] == setting[key]
                   for key in ('Analysis group', 'Analysis number'))]

  def pooled(self, outcome):
    results = self.run_json('north', 'review', 'run', 'made')['outcomes']
    return next(each['pooled'] for each in results if each['id'] == outcome)

  def test_read_cdir_finds_its_files_and_columns(self):
    self.read()
    self.assertEqual(set(self.files), {f'CD-{name}' for name in CDIR_COLUMNS})
    for name, columns in CDIR_COLUMNS.items():
      header = self.headers[f'CD-{name}']
      self.assertEqual(len(header), len(set(header)))
      self.assertTrue(set(columns) <= set(header), name)
    settings = self.headers[
        'CD-analysis-data/CD-overall-estimates-and-settings.csv']
    self.assertEqual(len([each for each in settings if each.startswith('Tau')
                          and each.endswith('CI')]), 1)
    for row in self.settings.values():
      self.assertIn(row['Data type'], ('Dichotomous', 'Contrast level'))
      self.assertIn(row['Analysis model'], ('Fixed effect', 'Random effect'))
      self.assertIn(row['Statistical method'], ('IV', 'MH', 'Peto'))
      for flag in ('Log-scale data', 'Overall estimates', 'Tau² CI',
                   'Subgroup estimates', 'Swap event and non-event',
                   'Test for subgroup differences', 'Prediction interval'):
        self.assertIn(row[flag], ('TRUE', 'FALSE'), flag)
      self.assertRegex(row['CI/PI level'], r'^[0-9.]+%$')
    # Every study's analysis is there; single groups are not.
    self.assertEqual({(row['Analysis group'], row['Analysis number'])
                      for row in self.rows},
                     {(row['Analysis group'], row['Analysis number'])
                      for row in self.settings.values()})
    self.assertNotIn('share', self.settings)

  def test_counts_give_the_pooled_effect_by_mantel_and_haenszel(self):
    self.read()
    above = below = 0
    for row in self.rows_of('response-mh'):
      a, n1, c, n2 = (int(row[each]) for each in (
          'Experimental cases', 'Experimental N', 'Control cases',
          'Control N'))
      above += a * n2 / (n1 + n2)
      below += c * n1 / (n1 + n2)
    setting = self.settings['response-mh']
    self.assertEqual(setting['Statistical method'], 'MH')
    self.assertEqual(setting['Data type'], 'Dichotomous')
    self.assertAlmostEqual(above / below, float(setting['Mean']), places=9)
    self.assertAlmostEqual(float(setting['Mean']),
                           self.pooled('response-mh')['effect']['value'],
                           places=9)

  def test_contrasts_give_the_pooled_effect_by_inverse_variance(self):
    self.read()
    for outcome, scale in (('survival', math.exp), ('quality', float)):
      setting = self.settings[outcome]
      self.assertEqual(setting['Data type'], 'Contrast level')
      self.assertEqual(setting['Log-scale data'],
                       'TRUE' if outcome == 'survival' else 'FALSE')
      tau2 = float(setting['Heterogeneity Tau²'])
      total = weights = 0
      for row in self.rows_of(outcome):
        weight = 1 / (float(row['GIV SE']) ** 2 + tau2)
        total += weight * float(row['GIV Mean'])
        weights += weight
        self.assertEqual(row['Experimental cases'], '')
        self.assertIn('paper-', row['Footnotes'])
      self.assertAlmostEqual(scale(total / weights), float(setting['Mean']),
                             places=7)

  def test_subgroups_of_studies_are_those_of_the_estimates(self):
    self.read()
    subgroups = self.files['CD-analysis-data/CD-subgroup-estimates.csv']
    self.assertEqual({row['Subgroup'] for row in self.rows_of('survival')},
                     {row['Subgroup'] for row in subgroups})

  def test_a_risk_difference_counts_from_0_to_1(self):
    self.read()
    self.assertAlmostEqual(
        float(self.settings['response-common']['Mean']),
        self.pooled('response-common')['effect']['value'] / 100, places=9)

  def test_another_name_is_told_to_be_none_for_r(self):
    path = self.folder / 'package.zip'
    told = self.run_ok('north', 'export', 'revman', '--file', path).err
    self.assertIn('dataPackage.zip', told)


class FhirTest(ExportTest):

  def bundle(self, *flags):
    bundle = json.loads(self.export('fhir', *flags))
    self.assertEqual(fhir_structure.problems_of(bundle), [])
    return [entry['resource'] for entry in bundle['entry']]

  @staticmethod
  def of_type(resources, kind):
    return {each['identifier'][0]['value']: each for each in resources
            if each['resourceType'] == kind}

  def test_a_bundle_holds_studies_reports_definitions_and_results(self):
    resources = self.bundle()
    self.assertEqual(len(self.of_type(resources, 'ResearchStudy')), 14)
    self.assertEqual(len(self.of_type(resources, 'Citation')), 14)
    evidence = self.of_type(resources, 'Evidence')
    first = next(each for name, each in evidence.items()
                 if name.startswith('trials/trial-1/endpoints/os#'))
    statistic = first['statistic'][0]
    self.assertEqual(statistic['quantity'], {'value': 0.62})
    interval = statistic['attributeEstimate'][0]
    self.assertEqual(interval['level'], 0.95)
    self.assertEqual(interval['range'], {'low': {'value': 0.41},
                                         'high': {'value': 0.94}})
    self.assertIn('=HR 0.62', first['note'][0]['text'])
    counted = next(each for name, each in evidence.items()
                   if name.startswith('trials/trial-3/endpoints/orr#'))
    self.assertIn(counted['statistic'][0]['numberAffected'], (3, 11))

  def test_what_a_review_pools_is_evidence_of_its_studies(self):
    evidence = self.of_type(self.bundle(), 'Evidence')
    pooled = evidence['reviews/made#survival/randomized']
    self.assertEqual(len(pooled['relatedArtifact']), 4)
    outcome = next(each for each in self.run_json(
        'north', 'review', 'run', 'made')['outcomes']
        if each['id'] == 'survival')
    statistic = pooled['statistic'][0]
    self.assertEqual(statistic['quantity']['value'],
                     outcome['pooled']['effect']['value'])
    self.assertEqual(statistic['sampleSize']['numberOfStudies'], 4)
    codes = [each['code']['coding'][0]['code']
             for each in statistic['modelCharacteristic']]
    self.assertEqual(codes, ['effectsRandom', 'poolInverseVariance',
                             'tauPauleMandel', 'hartungKnapp'])

  def test_the_example_evidence_passes_every_check(self):
    self.run_ok('north', 'apply', '-f', EVIDENCE, '-m', 'evidence')
    resources = self.bundle()
    kinds = {each['resourceType'] for each in resources}
    self.assertEqual(kinds, {'ResearchStudy', 'Citation', 'EvidenceVariable',
                             'Evidence'})
    rows = self.run_json('north', 'evidence', 'search', '--filter',
                         'kind = estimate OR kind = contrast OR kind = '
                         'adverse-event-count OR kind = '
                         'adverse-event-contrast')
    evidence = self.of_type(resources, 'Evidence')
    self.assertEqual({each['id'] for each in rows},
                     {name for name in evidence if '#' in name
                      and not name.startswith('reviews/')})

  def test_a_thing_keeps_its_id_from_version_to_version(self):
    def ids():
      return {(each['resourceType'], each['identifier'][0]['value']):
              each['id'] for each in self.bundle()}
    before = ids()
    self.run_ok('north', 'trial', 'edit', 'trial-1', '--set', 'title=New',
                '-m', 'x')
    self.assertEqual(ids(), before)


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
