"""What `consilium export` writes as documents: workbooks, RevMan packages and
bundles of FHIR, read again by the programs they are meant for or by their
rules.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import csv
import io
import json
import math
import unittest
import zipfile

import openpyxl

import fhir_structure
from made_registry import ExportTest, read_csv
from servers import EVIDENCE


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
        'publications', 'pooled', 'regressions', 'effects', 'risk-of-bias',
        'flow', 'dictionary'])
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
    self.told = told
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

  def test_what_is_left_out_is_counted_and_listed(self):
    self.read()
    left = self.files['CD-analysis-data/CD-left-out.csv']
    self.assertIn(f'{len(left)} left out: ', self.told)
    for row in left:
      self.assertIn(row['why'], self.told)
    arms = self.run_ok('north', 'export', 'arms')
    self.assertRegex(arms.err, r'^\d+ left out: .*no counts or means')
    effects = self.run_ok('north', 'export', 'metafor')
    excluded = [row for row in read_csv(effects.out)
                if row['included'] == 'FALSE']
    self.assertIn(f'{len(excluded)} do not count', effects.err)

  def test_read_cdir_finds_its_files_and_columns(self):
    self.read()
    self.assertEqual(set(self.files) - {'CD-analysis-data/CD-left-out.csv'},
                     {f'CD-{name}' for name in CDIR_COLUMNS})
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

  def test_a_result_has_the_risk_of_bias_that_was_judged(self):
    judged = self.file('rob.json', json.dumps({
        'trial': 'trial-3', 'tool': 'rob2', 'overall': 'some-concerns',
        'assessors': ['A.B.'],
        'domains': [{'domain': 'missing-data', 'judgement': 'low',
                     'reason': 'Nobody was lost'}]}))
    self.run_ok('north', 'rob', 'create', '--review', 'made', '-f', judged,
                '-m', 'x')
    evidence = self.of_type(self.bundle(), 'Evidence')
    bias = {name.split('/')[1]: each['certainty'][0]
            for name, each in evidence.items()
            if name.startswith('trials/') and 'certainty' in each}
    self.assertEqual(list(bias), ['trial-3'])
    self.assertEqual(bias['trial-3']['rating'], {'text': 'Some concerns'})
    self.assertEqual(
        bias['trial-3']['subcomponent'][0]['description'], 'Nobody was lost')

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


if __name__ == '__main__':
  unittest.main()
