"""Every command of `consilium` against a real server.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import json
import pathlib
import re
import unittest

from servers import (CommandLineTest, CONFLICT, EVIDENCE, FAILED, INVALID,
                     NOT_FOUND, NOUNS, SECOND_PAPER, STUDY, UNAVAILABLE, USAGE)


class RegistryTest(CommandLineTest):

  def test_a_registry_from_its_founding_on(self):
    self.start('north')
    self.assertEqual(self.run_json('north', 'registry', 'list'), [])
    missing = self.run_code(CONFLICT, 'north', 'trial', 'list')
    self.assertIn('next: consilium', missing.err)
    self.assertIn('registry create', missing.err)
    created = self.run_json('north', 'registry', 'create', 'nsclc', '--title',
                            'Lung cancer')
    self.assertEqual(created['name'], 'registries/nsclc')
    self.assertEqual([each['title']
                      for each in self.run_json('north', 'registry', 'list')],
                     ['Lung cancer'])
    self.run_code(CONFLICT, 'north', 'registry', 'create', 'nsclc')
    self.run_code(INVALID, 'north', 'registry', 'create', 'NS CLC')
    self.assertIn('Lung cancer', self.run_ok('north', 'registry', 'get').out)
    self.run_code(NOT_FOUND, 'north', 'registry', 'status', 'other')
    edited = self.run_json('north', 'registry', 'edit', 'nsclc', '--set',
                           'title=NSCLC')
    self.assertEqual(edited['title'], 'NSCLC')

  def test_status_has_what_scripts_read(self):
    self.found('north')
    status = self.status('north')
    self.assertLessEqual(
        {'registry', 'replica', 'institution', 'revision', 'frontier',
         'digest', 'counts', 'conflicts', 'agreements', 'sizeBytes'},
        set(status))
    self.assertEqual(status['institution'], 'north')
    self.assertRegex(status['digest'], '^[0-9a-f]{64}$')
    self.assertNotRegex(status['frontier'], r'\s')
    for key in ('revision', 'conflicts', 'agreements', 'sizeBytes'):
      self.assertEqual(str(int(status[key])), status[key])
    self.assertEqual(status['counts']['member'], '1')
    self.assertEqual(status['counts']['trial'], '0')

  def test_of_several_registries_one_must_be_named(self):
    self.found('north')
    self.run_ok('north', 'registry', 'create', 'sclc')
    self.assertIn('nsclc, sclc',
                  self.run_code(USAGE, 'north', 'trial', 'list').err)
    self.run_ok('north', 'trial', 'list', '--registry', 'sclc')

  def test_join_writes_the_member_and_goes_on_when_repeated(self):
    self.found('north', 'south')
    joined = self.run_json('south', 'registry', 'join', 'nsclc', '--from',
                           self.servers['north'].address)
    self.assertFalse(joined['opened'])
    self.assertFalse(joined['enrolled'])
    self.sync('north', 'south')
    self.assertEqual(self.run_ok('north', 'member', 'list', '-o', 'name').out,
                     'registries/nsclc/members/north\n'
                     'registries/nsclc/members/south\n')


class ApplyTest(CommandLineTest):

  def test_the_evidence_once_and_again(self):
    self.found('north')
    planned = self.run_json('north', 'apply', '-f', EVIDENCE, '--dry-run')
    self.assertTrue(planned['dryRun'])
    self.assertEqual(planned['changes'], [])
    self.assertEqual(self.status('north')['counts']['trial'], '0')
    applied = self.run_json('north', 'apply', '-f', EVIDENCE, '-m', 'First')
    self.assertEqual(applied['created'], planned['created'])
    self.assertEqual(len(applied['changes']), 1)
    status = self.status('north')
    trials = [each['name'] for each in applied['outcomes']
              if re.search('/trials/[^/]+$', each['name'])]
    self.assertGreaterEqual(len(trials), 16)
    self.assertEqual(status['counts']['trial'], str(len(trials)))
    again = self.run_json('north', 'apply', '-f', EVIDENCE, '-m', 'First')
    self.assertEqual(again['changes'], [])
    self.assertEqual(again['unchanged'], applied['created'])
    self.assertEqual(self.status('north')['digest'], status['digest'])
    self.assertIn('nothing to change',
                  self.run_ok('north', 'apply', '-f', EVIDENCE, '-m', 'x').out)

  def test_states_values_and_removes_only_when_told(self):
    self.found('north')
    self.apply('north', SECOND_PAPER)
    self.apply('north', STUDY)
    less = 'arms:\n  - id: drug\n    trial: nct1\n    type: experimental\n'
    self.assertEqual(self.apply('north', less)['updated'], '1')
    arm = self.run_json('north', 'arm', 'get', 'nct1/drug')
    self.assertEqual(arm['title'], 'The drug')
    pruned = self.apply('north', less, '--prune')
    self.assertEqual(sorted(pruned['outcomes'][0]['paths']),
                     ['drugs[icotinib]', 'title'])
    self.assertNotIn('title', self.run_json('north', 'arm', 'get', 'nct1/drug'))

  def test_ids_may_be_left_to_the_server(self):
    self.found('north')
    applied = self.apply('north', '''trial:
  title: A trial
  registrations: [{number: NCT01234567, authority: clinical-trials-gov}]
arms:
  - drugs: [{drug: icotinib}]
''')
    self.assertEqual([each['name'] for each in applied['outcomes']],
                     ['registries/nsclc/trials/nct01234567',
                      'registries/nsclc/trials/nct01234567/arms/icotinib'])

  def test_a_folder_of_more_than_fits_one_change_goes_file_by_file(self):
    self.found('north')
    folder = self.folder / 'many'
    folder.mkdir()
    for i in range(3):
      records = [f'  - {{id: p{i}-{j}, abstract: "{"x" * 15000}"}}'
                 for j in range(100)]
      (folder / f'{i}.yaml').write_text(
          'publications:\n' + '\n'.join(records) + '\n')
    applied = self.run_json('north', 'apply', '-f', folder, '-m', 'much')
    self.assertEqual(applied['created'], '300')
    self.assertEqual(len(applied['changes']), 3)

  def test_several_files_are_applied_as_one(self):
    self.found('north')
    paper = self.file('paper.yaml', SECOND_PAPER)
    study = self.file('study.yaml', STUDY)
    planned = self.run_ok('north', 'apply', '-f', study, '-f', paper,
                          '--dry-run')
    self.assertIn(f'apply -f {study} -f {paper}', planned.out)
    applied = self.run_json('north', 'apply', '-f', study, '-f', paper, '-f',
                            study, '-m', 'both')
    self.assertEqual(len(applied['changes']), 1)

  def test_needs_a_message_and_a_file(self):
    self.found('north')
    study = self.file('a.yaml', SECOND_PAPER)
    self.run_code(USAGE, 'north', 'apply', '-f', study)
    self.run_code(USAGE, 'north', 'apply', '-m', 'x')
    self.run_code(USAGE, 'north', 'apply', '-f', self.folder / 'none', '-m',
                  'x')
    self.run_ok('north', 'apply', '-f', '-', '-m', 'x', stdin=SECOND_PAPER)


class BadFileTest(CommandLineTest):
  """Each gets an error that names place and value, and changes nothing."""

  CASES = {
      'unknown field': (
          'trial: {id: t, titel: A}\n', ['bad.yaml:1:16', 'titel', 'title']),
      'unknown kind': ('trail: {id: t}\n', ['bad.yaml:1:1', 'did you mean']),
      'wrong unit': (STUDY.replace('unit: mo', 'unit: parsec'),
                     ['bad.yaml:25:15', 'parsec', 'mo']),
      'percentage above 100': (STUDY.replace('percentage: 12',
                                             'percentage: 112'),
                               ['bad.yaml:34:21', '112', '100']),
      'interval without its estimate': (
          STUDY.replace('unit: mo',
                        'unit: mo\n        interval: {level: 95, low: 20, '
                        'high: 30}'),
          ['bad.yaml:24:16', '17.6', '20 to 30']),
      'grade outside 1 to 5': (STUDY.replace('low: 3', 'low: 6'),
                               ['bad.yaml:33:38', '6', '5']),
      'arm that does not exist': (STUDY.replace('arms: [drug]', 'arms: [x]'),
                                  ['bad.yaml:22:24', 'trials/nct1/arms/x']),
      'publication that does not exist': (
          STUDY.replace('report: pmid-1\n', 'report: pmid-9\n'),
          ['bad.yaml:21:17', 'publications/pmid-9']),
      'duplicate id': (STUDY.replace('id: control', 'id: drug'),
                       ['bad.yaml:14:5', 'first at', 'bad.yaml:11']),
      'NaN': (STUDY.replace('17.6\n', '.nan\n', 1), ['bad.yaml:24:16', '.nan']),
      'infinite': (STUDY.replace('17.6\n', '1e999\n', 1),
                   ['bad.yaml:24:16', '1e999']),
      'text for a number': (STUDY.replace('17.6\n', 'many\n', 1),
                            ['bad.yaml:24:16', 'many']),
      'enum that is none': (STUDY.replace('interventional', 'interventionel'),
                            ['bad.yaml:8:14', 'interventional']),
      'bad id': (STUDY.replace('id: nct1', 'id: NCT 1'),
                 ['bad.yaml:6:7', 'NCT 1']),
      'truncated': (STUDY[:-40], ['bad.yaml', 'truncated']),
      'cut in a string': ('trial:\n  title: "A\n', ['bad.yaml', 'truncated']),
      'not UTF-8': (b'trial: {id: t, title: "\xff"}\n',
                    ['bad.yaml:1', 'UTF-8']),
      'empty': ('', ['bad.yaml', 'empty']),
      'no mapping': ('- 1\n', ['bad.yaml:1:1', 'mapping']),
      'key twice': ('trial: {id: t, title: A, title: B}\n',
                    ['bad.yaml:1', 'title', 'twice']),
      'trial not said': ('arms:\n  - {id: a, title: A}\n',
                         ['bad.yaml:2:5', 'trial: ID']),
  }

  def test_each(self):
    self.found('north')
    self.apply('north', SECOND_PAPER)
    before = self.status('north')
    for name, (text, wanted) in self.CASES.items():
      with self.subTest(name):
        bad = self.file('bad.yaml', text)
        for flag in (['-m', 'bad'], ['--dry-run']):
          result = self.run_code(INVALID, 'north', 'apply', '-f', bad, *flag)
          for each in wanted:
            self.assertIn(each, result.err)
          self.assertIn('next:', result.err)
        self.assertEqual(self.status('north'), before)

  def test_all_problems_of_all_files_at_once(self):
    self.found('north')
    folder = self.folder / 'bad'
    folder.mkdir()
    (folder / 'a.yaml').write_text('trial: {id: t, titel: A}\n')
    (folder / 'b.yml').write_text(STUDY.replace('percentage: 12',
                                                'percentage: 112')
                                  .replace('low: 3', 'low: 9'))
    (folder / 'c.json').write_text('{"trial": {"id": "nct1", "title": "A"}}')
    (folder / 'README.md').write_text('no evidence')
    error = self.run_code(INVALID, 'north', 'apply', '-f', folder, '-m', 'x',
                          '-o', 'json').err
    error = json.loads(error)
    self.assertEqual(error['exitCode'], INVALID)
    self.assertEqual(error['reason'], 'INVALID_TEXT')
    self.assertEqual(len(error['fieldViolations']), 4)
    for wanted in ('a.yaml:1:16', 'b.yml:33:38', 'b.yml:34:21',
                   'stated twice', 'c.json:1'):
      self.assertIn(wanted, error['message'])

  def test_a_file_of_100_MB_is_refused_at_once(self):
    self.found('north')
    big = self.folder / 'big.yaml'
    with open(big, 'wb') as file:
      file.truncate(100 * 1024 * 1024)
    result = self.run_code(INVALID, 'north', 'apply', '-f', big, '-m', 'x')
    self.assertIn('104857600 bytes', result.err)


class RecordTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')
    self.apply('north', SECOND_PAPER)
    self.apply('north', STUDY)

  NAMES = {'publication': 'pmid-1', 'trial': 'nct1', 'arm': 'nct1/drug',
           'endpoint': 'nct1/pfs', 'ae': 'nct1/rash', 'review': 'review',
           'link': 'same'}

  def test_every_kind_from_creation_to_retraction(self):
    for noun, name in self.NAMES.items():
      with self.subTest(noun):
        record = self.run_json('north', noun, 'get', name)
        self.assertTrue(record['name'].startswith('registries/nsclc/'))
        listed = self.run_json('north', noun, 'list')
        self.assertIn(record, listed)
        self.assertIn(record['name'],
                      self.run_ok('north', noun, 'list', '-o', 'name').out)
        self.assertEqual(
            self.run_json('north', noun, 'get', record['name']), record)
        relative = record['name'].removeprefix('registries/nsclc/')
        self.assertEqual(self.run_json('north', noun, 'get', relative), record)
        # What get prints can be created again under another name.
        yaml = self.run_ok('north', noun, 'get', name).out
        copy = self.file('copy.yaml', yaml)
        created = self.run_json('north', noun, 'create', name + '-copy', '-f',
                                copy, '-m', 'copied')
        self.assertEqual(created['name'], record['name'] + '-copy')
        self.run_code(CONFLICT, 'north', noun, 'create', name + '-copy', '-f',
                      copy)
        field = 'reason' if noun == 'link' else 'note' \
            if noun != 'review' else 'plan'
        before = self.status('north')['revision']
        edited = self.run_json('north', noun, 'edit', name + '-copy', '--set',
                               field + '=Seen again', '-m', 'edited')
        self.assertEqual(edited[field], 'Seen again')
        self.assertNotEqual(edited['etag'], created['etag'])
        history = self.run_json('north', noun, 'history', name + '-copy')
        self.assertEqual([each['info']['message'] for each in history],
                         ['edited', 'copied'])
        self.assertEqual(history[0]['info']['author'], 'rk')
        self.assertEqual(history[0]['assignments'][0]['value'], 'Seen again')
        if noun == 'review':
          # Versions of a review are compared down to its conclusions.
          difference = self.run_json('north', noun, 'diff', name + '-copy',
                                     before, code=FAILED)
          self.assertEqual(difference['protocolPaths'], [field])
        else:
          difference = self.run_json('north', noun, 'diff', name + '-copy',
                                     code=FAILED)
          self.assertEqual(difference[0]['paths'][0]['path'], field)
          self.assertEqual(difference[0]['paths'][0]['after'], ['Seen again'])
        retracted = self.run_json('north', noun, 'retract', name + '-copy',
                                  '--reason', 'a copy')
        self.assertEqual(retracted['lifecycle'], 'LIFECYCLE_RETRACTED')
        self.assertEqual(retracted['retractionReason'], 'a copy')
        self.assertNotIn(
            created['name'] + '\n',
            self.run_ok('north', noun, 'list', '-o', 'name').out)
        self.run_code(CONFLICT, 'north', noun, 'edit', name + '-copy', '--set',
                      field + '=x')
        restored = self.run_json('north', noun, 'undelete', name + '-copy')
        self.assertEqual(restored['lifecycle'], 'LIFECYCLE_LIVE')

  def test_past_versions_are_read_at_revisions_frontiers_and_snapshots(self):
    before = self.status('north')
    self.run_ok('north', 'snapshot', 'create', 's1', '-m', 'first')
    self.run_ok('north', 'snapshot', 'create', '2026-q4', '-m', 'by quarter')
    result = self.run_code(INVALID, 'north', 'snapshot', 'create', '2026')
    self.assertIn('not digits alone', result.err)
    self.run_ok('north', 'trial', 'edit', 'nct1', '--set', 'title=Later')
    for version in (before['revision'], before['frontier'], 's1', '2026-q4',
                    'snapshots/2026-q4'):
      old = self.run_json('north', 'trial', 'get', 'nct1', '--at', version)
      self.assertEqual(old['title'], 'A trial')
      old = self.run_json('north', 'trial', 'list', '--at', version,
                          '--filter', 'title="A trial"')
      self.assertEqual(len(old), 1)
      self.run_code(FAILED, 'north', 'trial', 'diff', 'nct1', version)
    self.run_ok('north', 'trial', 'diff', 'nct1', before['revision'], 's1')
    self.run_code(NOT_FOUND, 'north', 'trial', 'get', 'nct1', '--at', 'nope')
    self.run_code(NOT_FOUND, 'north', 'trial', 'get', 'nct1', '--at', '999')
    values = self.run_json('north', 'trial', 'history', 'nct1', '--path',
                           'title')
    self.assertEqual([each['assignments'][0]['value'] for each in values],
                     ['Later', 'A trial'])

  def test_a_review_that_was_made_is_run_next(self):
    path = self.file('protocol.yaml', 'title: Another\nquestion: Why?\n')
    made = self.run_ok('north', 'review', 'create', 'another', '-f', path)
    self.assertRegex(made.out, 'next: consilium .*review run another\n')

  def test_edit_by_path(self):
    key = self.run_json('north', 'endpoint', 'get',
                        'nct1/pfs')['estimates'][0]['key']
    result = self.run_ok('north', 'endpoint', 'edit', 'nct1/pfs', '--set',
                         f'estimates[{key}].value=18.1', '--set',
                         'title=Survival')
    self.assertIn('value 17.6 -> value 18.1', result.out)
    self.assertIn('title: (absent) -> Survival', result.out)
    self.assertRegex(result.out, r'revision +\d+')
    self.assertIn('next: consilium', result.out)
    endpoint = self.run_json('north', 'endpoint', 'get', 'nct1/pfs')
    self.assertEqual(endpoint['estimates'][0]['value'], 18.1)
    cleared = self.run_json('north', 'endpoint', 'edit', 'nct1/pfs', '--set',
                            'title=null')
    self.assertNotIn('title', cleared)
    same = self.run_ok('north', 'endpoint', 'edit', 'nct1/pfs', '--set',
                       'estimates[0].value=18.1')
    self.assertIn('nothing changed', same.out)

  def test_edit_faults(self):
    cases = {
        'titel=x': (INVALID, 'did you mean "title"'),
        'title': (USAGE, 'PATH=VALUE'),
        'studyType=nope': (INVALID, 'interventional'),
        'enrolledParticipantCount=-1': (INVALID, 'at least 0'),
        'enrolledParticipantCount=NaN': (INVALID, 'whole number'),
        'reports[7].role=result': (INVALID, 'no element'),
        'reports[nope].role=result': (INVALID, 'no element'),
        'reports.role=result': (INVALID, 'want an index'),
    }
    before = self.status('north')
    for setting, (code, wanted) in cases.items():
      with self.subTest(setting):
        result = self.run_code(code, 'north', 'trial', 'edit', 'nct1', '--set',
                               setting)
        self.assertIn(wanted, result.err)
    self.assertEqual(self.status('north'), before)

  def test_a_stale_etag_changes_nothing(self):
    stale = self.run_json('north', 'trial', 'get', 'nct1')['etag']
    self.run_ok('north', 'trial', 'edit', 'nct1', '--set', 'title=New',
                '--etag', stale)
    result = self.run_code(CONFLICT, 'north', 'trial', 'edit', 'nct1', '--set',
                           'title=Newer', '--etag', stale)
    self.assertIn('trial get nct1', result.err)
    self.run_code(CONFLICT, 'north', 'trial', 'retract', 'nct1', '--reason',
                  'x', '--etag', stale)
    self.run_ok('north', 'trial', 'edit', 'nct1', '--set', 'title=Newer',
                '--etag', '*')

  def test_the_editor_comes_back_with_the_problems(self):
    script = self.file('editor.sh', '''#!/bin/sh
if grep -q '^#!' "$1"; then
  cp "$1" "$(dirname "$0")/seen"
  sed -i 's/observationel/observational/' "$1"
else
  sed -i 's/interventional/observationel/' "$1"
fi
''')
    script.chmod(0o755)
    edited = self.run_json('north', 'trial', 'edit', 'nct1',
                           env={'EDITOR': str(script)})
    self.assertEqual(edited['studyType'], 'STUDY_TYPE_OBSERVATIONAL')
    self.assertIn('did you mean "observational"',
                  (self.folder / 'seen').read_text())
    unchanged = self.run_ok('north', 'trial', 'edit', 'nct1',
                            env={'EDITOR': 'true'})
    self.assertIn('nothing changed', unchanged.out)
    hopeless = self.run_code(INVALID, 'north', 'trial', 'edit', 'nct1',
                             env={'EDITOR': "sed -i 's/^title/titel/'"})
    kept = re.search(r'kept in (\S+)', hopeless.err).group(1)
    self.assertIn('titel', pathlib.Path(kept).read_text())

  def test_names_that_lead_nowhere(self):
    missing = self.run_code(NOT_FOUND, 'north', 'trial', 'get', 'ntc1')
    self.assertIn('did you mean "nct1"', missing.err)
    self.run_code(NOT_FOUND, 'north', 'arm', 'get', 'nct1/nope')
    self.run_code(INVALID, 'north', 'arm', 'get', 'drug')
    self.run_code(INVALID, 'north', 'trial', 'get', 'publications/pmid-1')
    self.run_code(NOT_FOUND, 'north', 'trial', 'retract', 'nope', '--reason',
                  'x')
    self.run_code(USAGE, 'north', 'trial', 'retract', 'nct1')

  def test_retraction_covers_the_children(self):
    self.run_ok('north', 'trial', 'retract', 'nct1', '--reason', 'twice')
    self.assertEqual(self.run_json('north', 'arm', 'list', 'nct1'), [])
    self.assertEqual(
        len(self.run_json('north', 'arm', 'list', 'nct1', '--deleted')), 2)

  def test_filters(self):
    def names(noun, text):
      return self.run_ok('north', noun, 'list', '--filter', text, '-o',
                         'name').out.split()
    self.assertEqual(len(names('arm', 'title="Control"')), 1)
    self.assertEqual(len(names('arm', 'title="Control" OR title="The drug"')),
                     2)
    self.assertEqual(len(names('trial', 'studyType=observational')), 0)
    unknown = self.run_code(INVALID, 'north', 'trial', 'list', '--filter',
                            'foo=1')
    self.assertIn('foo', unknown.err)
    self.run_code(INVALID, 'north', 'trial', 'list', '--filter', 'title=')

  def test_creation_wants_one_record_and_a_place(self):
    arm = self.file('arm.yaml', 'title: An arm\n')
    self.run_code(USAGE, 'north', 'arm', 'create', '-f', arm)
    self.run_ok('north', 'arm', 'create', '--trial', 'nct1', '--id', 'x', '-f',
                arm)
    self.run_ok('north', 'arm', 'create', 'nct1/y', '-f', arm)
    self.run_ok('north', 'arm', 'create', '-f', '-',
                stdin='id: z\ntrial: nct1\ntitle: An arm\n')
    self.run_code(NOT_FOUND, 'north', 'arm', 'create', 'nope/y', '-f', arm)
    study = self.run_code(INVALID, 'north', 'trial', 'create', '-f',
                          self.file('study.yaml', STUDY))
    self.assertIn('consilium apply', study.err)
    self.run_code(USAGE, 'north', 'trial', 'create', 'a', '-f',
                  self.file('t.yaml', 'id: b\ntitle: T\n'))
    lost = self.run_code(INVALID, 'north', 'endpoint', 'create', 'nct1/os',
                         '-f', self.file('e.yaml', '''measure: os
estimates:
  - report: pmid-1
    group: {arms: [nope]}
    statistic: median
    value: 3
    unit: mo
'''))
    self.assertIn('e.yaml:4:20', lost.err)


class OutputTest(CommandLineTest):

  def test_a_list_is_one_array_over_all_pages(self):
    self.found('north')
    records = ''.join(f'  - {{id: p-{i}, title: "Title {i}"}}\n'
                      for i in range(1234))
    self.apply('north', 'publications:\n' + records)
    listed = self.run_json('north', 'publication', 'list')
    self.assertEqual(len({each['name'] for each in listed}), 1234)
    lines = self.run_ok('north', 'publication', 'list', '-o', 'jsonl').out
    self.assertEqual([json.loads(line) for line in lines.splitlines()], listed)
    names = self.run_ok('north', 'publication', 'list', '-o', 'name').out
    self.assertEqual(names.split(), [each['name'] for each in listed])
    table = self.run_ok('north', 'publication', 'list').out.splitlines()
    self.assertEqual(len(table), 1235)
    rows = self.run_ok('north', 'publication', 'list', '-o', 'csv').out
    self.assertEqual(len(rows.splitlines()), 1235)
    some = self.run_json('north', 'publication', 'list', '--limit', '3')
    self.assertEqual(some, listed[:3])

  def test_errors_are_json_where_the_output_is(self):
    self.found('north')
    for form in ('json', 'jsonl'):
      error = json.loads(self.run_code(NOT_FOUND, 'north', 'trial', 'get', 'x',
                                       '-o', form).err)
      self.assertEqual(error['messageType'], 'error')
      self.assertEqual(error['code'], 'NOT_FOUND')
      self.assertEqual(error['exitCode'], NOT_FOUND)
      self.assertTrue(error['reason'])
      self.assertTrue(error['next'])


class WithoutServerTest(CommandLineTest):

  def test_a_server_that_is_not_there(self):
    for words in (['trial', 'list'], ['registry', 'status', 'nsclc'],
                  ['trial', 'get', 'x', '--registry', 'nsclc']):
      result = self.run_code(UNAVAILABLE, None, '--server', '127.0.0.1:1',
                             *words)
      self.assertIn('127.0.0.1:1', result.err)
      self.assertIn('next:', result.err)
    self.assertIn('--server', self.run_code(USAGE, None, 'trial', 'list').err)

  def test_words_that_are_no_command(self):
    self.assertIn('did you mean "trial"',
                  self.run_code(USAGE, None, 'tiral', 'list').err)
    self.assertIn('did you mean "list"',
                  self.run_code(USAGE, None, 'trial', 'lits').err)
    self.assertIn('did you mean "--filter"',
                  self.run_code(USAGE, None, 'trial', 'list', '--fitler',
                                'x').err)
    self.run_code(USAGE, None, 'trial', 'list', '-o', 'xml')

  def test_every_command_explains_itself_by_examples(self):
    def commands(words):
      out = self.run_ok(None, *words, '--help').out
      section = re.search(r'\nCommands:\n((?:  .*\n)+)', out)
      if section is None:
        yield words, out
        return
      for line in section.group(1).splitlines():
        yield from commands(words + [line.split()[0]])
    found = dict((' '.join(words), out) for words, out in commands([]))
    wanted = [f'{noun} {verb}' for noun in NOUNS
              for verb in ('list', 'get', 'create', 'edit', 'retract',
                           'undelete', 'history', 'diff')]
    wanted += ['registry create', 'registry list', 'registry status',
               'registry join', 'apply', 'conflict list', 'conflict show',
               'conflict resolve', 'agreement list', 'agreement summary',
               'snapshot create',
               'snapshot list', 'snapshot show', 'snapshot verify',
               'snapshot diff', 'watch', 'completion', 'explain',
               'sync bundle create', 'sync bundle apply']
    for command in wanted:
      self.assertIn(command, found)
      self.assertIn('Examples:\n  ', found[command])
      self.assertLess(found[command].index('Examples:'),
                      found[command].index('Usage:'))
    self.assertIn('Usage:\n  consilium sync FIRST SECOND',
                  self.run_ok(None, 'sync', '--help').out)

  def test_explain_completion_and_version(self):
    text = self.run_ok(None, 'explain', 'endpoint.contrasts').out
    self.assertIn('pValue', text)
    self.assertIn('endpoint', self.run_ok(None, 'explain').out)
    self.assertIn('did you mean "contrasts"',
                  self.run_code(INVALID, None, 'explain',
                                'endpoint.contrast').err)
    for shell in ('bash', 'zsh', 'fish'):
      self.assertIn('consilium', self.run_ok(None, 'completion', shell).out)
    self.run_code(USAGE, None, 'completion', 'tcsh')
    self.assertRegex(self.run_ok(None, 'version').out, r'\d+\.\d+')

  def test_contexts(self):
    self.found('north')
    address = self.servers['north'].address
    config = self.file('config.toml', f'''context = "north"
author = "rk"
[contexts.north]
server = "{address}"
registry = "nsclc"
[contexts.gone]
server = "127.0.0.1:1"
''')
    env = {'CONSILIUM_CONFIG': str(config)}
    self.run_ok(None, 'trial', 'list', env=env)
    self.run_code(UNAVAILABLE, None, '--context', 'gone', 'registry', 'list',
                  env=env)
    self.run_code(USAGE, None, '--context', 'nroth', 'trial', 'list', env=env)
    self.run_ok(None, 'trial', 'list', env={'CONSILIUM_SERVER': address})

  def test_completion_knows_the_names(self):
    self.found('north')
    self.apply('north', SECOND_PAPER)
    self.apply('north', STUDY)
    def complete(*words):
      return [line.split('\t')[0] for line in
              self.run_ok(None, '__complete', '--', '--server',
                          self.servers['north'].address,
                          *words).out.splitlines()]
    self.assertIn('nct1', complete('trial', 'get', 'n'))
    self.assertIn('nct1/drug', complete('arm', 'edit', 'nct1/'))
    self.assertIn('nsclc', complete('registry', 'status', ''))
    self.assertIn('retract', complete('trial', 're'))
    self.assertIn('--reason', complete('trial', 'retract', '--'))


if __name__ == '__main__':
  unittest.main()
