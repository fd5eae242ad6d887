"""A registry made up for exports: trials of known numbers, and a review of them."""

import csv
import io
import json
import math

from servers import CommandLineTest

# Colditz et al. (1994), trials of BCG vaccine: dat.bcg of R's metadat.
# Author, year, events and participants of either arm.
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
# Their absolute latitudes and ways of allocation, which no field of a trial
# holds.
LATITUDES = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33]
ALLOCATIONS = ['random'] * 4 + ['alternate'] * 2 + ['random'] * 3 + [
    'systematic'] * 4
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
    'covariates': [
        {'trial': f'trial-{number}', 'name': name, **value}
        for number, (latitude, allocation) in enumerate(
            zip(LATITUDES, ALLOCATIONS), start=1)
        for name, value in (('absolute-latitude',
                             {'number': latitude, 'reason': 'From an atlas'}),
                            ('allocation', {'text': allocation}))],
    'outcomes': [
        {'id': 'response-rr', 'position': 1, 'measure': 'rr',
         'filter': 'outcome = orr AND kind = estimate',
         'moderators': ['year'],
         'regressions': [{'id': 'year-and-size',
                          'moderators': ['year', 'participants']},
                         {'id': 'latitude-and-year',
                          'moderators': ['covariates.absolute-latitude',
                                         'year']},
                         {'id': 'latitude-and-allocation',
                          'moderators': ['covariates.absolute-latitude',
                                         'covariates.allocation = random | '
                                         'alternate | systematic']}]},
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
         'unusableStudies': 'leave-out',
         'filter': 'outcome = os AND kind = contrast',
         'estimator': 'paule-mandel',
         'subgroups': ['radiotherapy = sbrt | wbrt']},
        {'id': 'quality', 'position': 6, 'measure': 'md',
         'unusableStudies': 'leave-out',
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
  # Of its arms one trial tells the sizes, which its hazard ratio does not.
  for arm, size in zip(files['trial-02.json']['arms'], (306, 303)):
    arm['participantCounts'] = [{'report': 'paper-2', 'count': size}]
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
