"""Studies that share numbers with others, and are trials of their own.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import copy
import json
import unittest

from servers import CommandLineTest, ROOT

TESTDATA = ROOT / 'tests' / 'client' / 'import' / 'testdata'
MADE = json.loads((TESTDATA / 'with-results.json').read_text())
CORE, EXTENSION = 'NCT09000011', 'NCT09000012'
SHARED = [{'id': '2014-000594-40', 'type': 'EUDRACT_NUMBER'},
          {'id': '2023-505678-12-00', 'type': 'CTIS'},
          {'id': 'U1111-1160-2299', 'type': 'OTHER'},
          {'id': 'ISRCTN12345678', 'type': 'REGISTRY', 'domain': 'ISRCTN'},
          {'id': CORE, 'type': 'OTHER'}]


def study(number, secondary):
  made = copy.deepcopy(MADE)
  made['protocolSection']['identificationModule'].update(
      nctId=number, briefTitle=f'Study {number}', secondaryIdInfos=secondary,
      orgStudyIdInfo={'id': f'D-{number}'})
  made['protocolSection']['identificationModule'].pop('nctIdAliases', None)
  return made


class SharedNumbersTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.start('north')

  def take(self, *files):
    return self.run_ok('north', 'import', 'ctgov', *files, '-m', 'a test')

  def trials(self):
    return [(each['name'].split('/')[-1], each['title'],
             [number['number'] for number in each['registrations']])
            for each in self.run_json('north', 'trial', 'list')]

  def test_two_nct_numbers_are_two_trials_in_one_command_and_in_two(self):
    for n, secondary in enumerate(SHARED):
      both = [secondary] if secondary['id'] != CORE else []
      core = self.file('core.json', json.dumps(study(CORE, both)))
      extension = self.file('extension.json',
                            json.dumps(study(EXTENSION, [secondary])))
      seen = []
      for k, commands in enumerate(([core, extension], [extension, core],
                                    [core], [extension])):
        registry = f'r{n}-{k}'
        self.run_ok('north', 'registry', 'create', registry, '--title', 'x')
        take = lambda *files: self.run_ok(
            'north', '--registry', registry, 'import', 'ctgov', *files, '-m',
            'a test')
        result = take(*commands)
        if len(commands) == 1:
          result = take(*{core, extension} - set(commands))
          self.assertIn('created', result.out)
        again = take(core, extension)
        self.assertIn('nothing to change', again.out)
        if both:
          self.assertIn('which has another NCT number', again.err)
        trials = self.run_json('north', '--registry', registry, 'trial', 'list')
        seen.append([(each['name'].split('/')[-1], each['title'])
                     for each in trials])
        candidate, = self.run_json('north', '--registry', registry, 'trial',
                                   'duplicates')
        self.assertIn(secondary['id'].lower(), candidate['explanation'])
      self.assertEqual(seen[0], [(CORE.lower(), f'Study {CORE}'),
                                 (EXTENSION.lower(), f'Study {EXTENSION}')])
      self.assertEqual(seen.count(seen[0]), 4, seen)

  def test_a_trial_without_nct_number_is_the_one_that_shares_a_number(self):
    self.run_ok('north', 'registry', 'create', 'nsclc', '--title', 'x')
    self.apply('north', '''trial:
  id: by-hand
  title: As the paper calls it
  registrations: [{number: 2014-000594-40, authority: eudract}]
''')
    self.take(self.file('core.json', json.dumps(study(CORE, SHARED[:1]))))
    self.take(self.file('extension.json',
                        json.dumps(study(EXTENSION, SHARED[:1]))))
    self.assertEqual([each[0] for each in self.trials()],
                     ['by-hand', EXTENSION.lower()])

  def test_a_publication_of_two_studies_stays_as_the_first_describes_it(self):
    files = []
    for number, title in ((CORE, 'Osimertinib in lung cancer'),
                          (EXTENSION, 'Osimertinib in Lung Cancer')):
      made = study(number, [])
      made['protocolSection']['referencesModule'] = {'references': [
          {'pmid': '32955177', 'type': 'DERIVED',
           'citation': f'Wu YL, Tsuboi M. {title}. N Engl J Med. 2020 Oct '
                       '29;383(18):1711-1723.'}]}
      files.append(self.file(f'{number}.json', json.dumps(made)))
    core, extension = files
    for k, commands in enumerate(([[core], [extension]], [[core, extension]])):
      self.run_ok('north', 'registry', 'create', f'p{k}', '--title', 'x')
      take = lambda *names: self.run_ok(
          'north', '--registry', f'p{k}', 'import', 'ctgov', *names, '-m', 'x')
      get = lambda *words: self.run_json('north', '--registry', f'p{k}', *words)
      for names in commands:
        take(*names)
      first = get('publication', 'get', 'pmid-32955177')
      self.assertEqual(first['title'], 'Osimertinib in lung cancer')
      self.assertEqual(sorted(first['registrations']), [CORE, EXTENSION])
      for trial in (CORE, EXTENSION):
        self.assertEqual([each['publication'] for each in get(
            'trial', 'get', trial.lower())['reports']], ['pmid-32955177'])
      for names in ([core], [extension], [core], [extension],
                    [extension, core], [core, extension]):
        self.assertIn('nothing to change', take(*names).out, names)
      self.assertEqual(get('publication', 'get', 'pmid-32955177'), first)

  def test_the_first_study_may_still_change_what_it_said(self):
    self.run_ok('north', 'registry', 'create', 'nsclc', '--title', 'x')
    made = study(CORE, [])
    for title in ('Osimertinib', 'Osimertinib in lung cancer'):
      made['protocolSection']['referencesModule'] = {'references': [
          {'pmid': '32955177', 'type': 'DERIVED',
           'citation': f'Wu YL. {title}. N Engl J Med. 2020 Oct 29;383(18):1.'}]}
      self.take(self.file('core.json', json.dumps(made)))
      self.assertEqual(self.run_json('north', 'publication', 'get',
                                     'pmid-32955177')['title'], title)


if __name__ == '__main__':
  unittest.main()
