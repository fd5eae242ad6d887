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


if __name__ == '__main__':
  unittest.main()
