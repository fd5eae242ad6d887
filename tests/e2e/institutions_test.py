"""Institutions that sync, disagree and settle it, by the command line.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import json
import subprocess
import unittest

from servers import (CommandLineTest, CONFLICT, CONSILIUM, DEADLINE_SECONDS,
                     FAILED, INTEGRITY, INVALID, NOT_FOUND, OK, read_line,
                     Relay, SECOND_PAPER, STUDY, UNAVAILABLE, USAGE)


class ThreeInstitutionsTest(CommandLineTest):
  """North and west never meet: what goes between them goes through south."""

  def setUp(self):
    super().setUp()
    self.found('north', 'south', 'west')
    self.apply('north', SECOND_PAPER)
    self.apply('north', STUDY)
    self.line_up()

  def line_up(self):
    for first, second in (('north', 'south'), ('south', 'west'),
                          ('north', 'south')):
      self.sync(first, second)
    statuses = [self.status(each) for each in ('north', 'south', 'west')]
    for key in ('frontier', 'digest', 'conflicts', 'agreements', 'counts'):
      self.assertEqual(statuses[0][key], statuses[1][key])
      self.assertEqual(statuses[0][key], statuses[2][key])
    return statuses[0]

  def edit(self, server, *settings, flags=()):
    arguments = [word for each in settings for word in ('--set', each)]
    self.run_ok(server, 'trial', 'edit', 'nct1', *arguments, '--author',
                server + '-user', *flags)

  def test_sync_has_what_scripts_read(self):
    self.edit('north', 'title=N')
    planned = self.sync('north', 'south', '--dry-run')
    self.assertEqual((planned['sent'], planned['received']), ('1', '0'))
    result = self.sync('north', 'south')
    self.assertLessEqual({'sent', 'received', 'setAside', 'bytesSent',
                          'bytesReceived', 'seconds', 'digest'}, set(result))
    self.assertEqual((result['sent'], result['received'], result['setAside']),
                     ('1', '0', '0'))
    self.assertGreater(int(result['bytesSent']), 0)
    self.assertIsInstance(result['seconds'], float)
    self.assertEqual(result['digest'], self.status('north')['digest'])

  def test_a_conflict_from_its_rise_to_its_end(self):
    self.edit('north', 'title=Northern')
    self.edit('west', 'title=Western')
    self.assertEqual(self.line_up()['conflicts'], '1')
    conflicts = self.run_json('south', 'conflict', 'list')
    self.assertEqual(len(conflicts), 1)
    conflict = conflicts[0]
    self.assertLessEqual({'record', 'path', 'values', 'provisional'},
                         set(conflict))
    self.assertEqual(conflict['record'], 'registries/nsclc/trials/nct1')
    for value in conflict['values']:
      self.assertLessEqual({'value', 'source', 'institution', 'author', 'dot'},
                           set(value))
    self.assertEqual({each['institution']: each['value']
                      for each in conflict['values']},
                     {'north': 'Northern', 'west': 'Western'})
    self.assertEqual({each['author'] for each in conflict['values']},
                     {'north-user', 'west-user'})
    self.assertIn(conflict['provisional'], ('Northern', 'Western'))
    self.assertEqual(self.run_json('south', 'trial', 'get',
                                   'nct1')['conflicts'], ['title'])
    stuck = self.run_code(CONFLICT, 'south', 'trial', 'edit', 'nct1', '--set',
                          'title=Mine')
    self.assertIn('conflict show trials/nct1 title', stuck.err)
    stuck = self.run_code(CONFLICT, 'south', 'apply', '-f',
                          self.file('s.yaml', STUDY), '-m', 'x')
    self.assertIn('s.yaml:6', stuck.err)
    shown = self.run_ok('west', 'conflict', 'show', 'trials/nct1', 'title').out
    for wanted in ('Northern', 'Western', 'north-user', 'next: consilium'):
      self.assertIn(wanted, shown)
#At the far end, for all.
    resolve = ('conflict', 'resolve', 'trials/nct1', 'title')
    self.run_code(USAGE, 'west', *resolve, '--reason', 'x')
    self.run_code(USAGE, 'west', *resolve, '--take', 'north')
    self.run_code(USAGE, 'west', *resolve, '--take', 'east', '--reason', 'x')
    resolved = self.run_json('west', *resolve, '--take', 'north', '--reason',
                             'the registry entry says so')
    self.assertEqual(resolved['conflicts'], '0')
    self.assertEqual(resolved['field']['provisional'], 'Northern')
    self.run_code(CONFLICT, 'west', *resolve, '--take', 'north', '--reason',
                  'again')
    self.assertEqual(self.line_up()['conflicts'], '0')
    history = self.run_json('north', 'trial', 'history', 'nct1')
    self.assertEqual(history[0]['info']['kind'], 'CHANGE_KIND_ADJUDICATION')
    self.assertEqual(history[0]['info']['message'],
                     'the registry entry says so')

  def test_apply_names_everything_that_stands_in_its_way(self):
    self.run_ok('north', 'publication', 'retract', 'pmid-2', '--reason', 'r')
    self.edit('north', 'title=Northern', 'acronym=N')
    self.edit('south', 'title=Southern', 'acronym=S')
    self.line_up()
    before = self.status('south')
    text = STUDY.replace('title: A trial', 'title: Mine\n  acronym: M')
    study = self.file('way.yaml', text.replace(
        'publications:\n', SECOND_PAPER))
    refused = self.run_code(CONFLICT, 'south', 'apply', '-f', study, '-m', 'x')
    for wanted in ('way.yaml:2:5', 'pmid-2', 'retracted',
                   'trial.title', 'trial.acronym', 'conflict'):
      self.assertIn(wanted, refused.err)
    self.assertIn('next:', refused.err)
    self.assertEqual(self.status('south'), before)

  def test_a_conflict_may_end_with_another_value_or_none(self):
    self.edit('north', 'title=Northern', 'acronym=N')
    self.edit('south', 'title=Southern', 'acronym=S')
    self.line_up()
    self.run_code(INVALID, 'north', 'conflict', 'resolve', 'trials/nct1',
                  'titel', '--value', '"x"', '--reason', 'r')
    self.run_ok('north', 'conflict', 'resolve', 'trials/nct1', 'title',
                '--value', '"Both"', '--reason', 'r')
    self.run_ok('north', 'conflict', 'resolve',
                'registries/nsclc/trials/nct1', 'acronym', '--absent',
                '--reason', 'r')
    self.line_up()
    trial = self.run_json('south', 'trial', 'get', 'nct1')
    self.assertEqual(trial['title'], 'Both')
    self.assertNotIn('acronym', trial)

  def test_an_edit_of_a_retracted_record_is_settled(self):
    self.run_ok('north', 'trial', 'retract', 'nct1', '-m', 'entered twice')
    self.edit('south', 'title=Southern')
    self.assertEqual(self.line_up()['conflicts'], '1')
    listed = self.run_ok('west', 'conflict', 'list').out
    for wanted in ('north: LIFECYCLE_RETRACTED | south: entered title',
                   'LIFECYCLE_LIVE'):
      self.assertIn(wanted, listed)
    shown = self.run_ok('west', 'conflict', 'show', 'trials/nct1',
                        'lifecycle').out
    for wanted in ('entered twice', 'title = Southern', 'south-user',
                   'provisional  LIFECYCLE_LIVE',
                   'conflict resolve trials/nct1 lifecycle --value retracted'):
      self.assertIn(wanted, shown)
    stuck = self.run_code(CONFLICT, 'west', 'trial', 'retract', 'nct1', '-m',
                          "it is nct2's")
    self.assertIn('conflict resolve trials/nct1 lifecycle --value retracted '
                  "--reason 'it is nct2'\\''s'", stuck.err)
    stuck = self.run_code(CONFLICT, 'west', 'trial', 'undelete', 'nct1')
    self.assertIn('conflict resolve trials/nct1 lifecycle --value live '
                  '--reason REASON', stuck.err)
    resolve = ('conflict', 'resolve', 'trials/nct1', 'lifecycle')
    wrong = self.run_code(USAGE, 'west', *resolve, '--value', 'gone', '-m', 'r')
    self.assertIn('want retracted or live', wrong.err)
    self.run_code(USAGE, 'west', *resolve, '--take', 'east', '-m', 'r')
    self.run_ok('west', *resolve, '--take', 'north', '-m', 'twice indeed')
    self.assertEqual(self.line_up()['conflicts'], '0')
    trial = self.run_json('south', 'trial', 'get', 'nct1')
    self.assertEqual((trial['lifecycle'], trial['retractionReason']),
                     ('LIFECYCLE_RETRACTED', 'entered twice'))
    refused = self.run_code(CONFLICT, 'south', *resolve, '--take', 'north',
                            '-m', 'again')
    self.assertIn('retract or undelete', refused.err)
    # Whoever edited it is taken for the record to live.
    self.run_ok('south', 'trial', 'undelete', 'nct1')
    self.line_up()
    self.run_ok('north', 'trial', 'retract', 'nct1', '-m', 'not so')
    self.edit('south', 'title=Southern again')
    self.line_up()
    self.run_ok('north', *resolve, '--take', 'south', '-m', 'it was right')
    self.assertEqual(self.line_up()['conflicts'], '0')
    self.assertEqual(self.run_json('west', 'trial', 'get', 'nct1')['lifecycle'],
                     'LIFECYCLE_LIVE')

  def test_a_file_settles_the_lifecycle_of_a_parent(self):
    for word, lifecycle in (('live', 'LIVE'), ('retracted', 'RETRACTED')):
      self.run_ok('north', 'trial', 'retract', 'nct1', '-m', 'entered twice')
      self.run_ok('south', 'arm', 'create', 'nct1/late-' + word, '-f',
                  self.file('arm.yaml', 'title: Late\n'))
      self.assertEqual(self.line_up()['conflicts'], '1')
      shown = self.run_ok('west', 'conflict', 'show', 'trials/nct1',
                          'lifecycle').out
      self.assertIn(f'trials/nct1/arms/late-{word}: lifecycle', shown)
      path = self.file('d.yaml', 'adjudications:\n'
                       '  - {record: trials/nct1, path: lifecycle, '
                       f'value: {word}, reason: r}}\n')
      settle = ('conflict', 'resolve', '-f', path, '-o', 'json')
      settled = self.run_ok('west', *settle).json
      self.assertEqual((settled['settled'], settled['conflicts']), (1, '0'))
      again = self.run_ok('west', *settle).json
      self.assertEqual((again['settled'], again['settledBefore']), (0, 1))
      self.assertEqual(self.line_up()['conflicts'], '0')
      trial = self.run_json('south', 'trial', 'get', 'nct1')
      self.assertEqual(trial['lifecycle'], 'LIFECYCLE_' + lifecycle)

  def test_an_edit_to_the_provisional_value_settles_nothing(self):
    self.edit('north', 'title=Northern')
    self.edit('west', 'title=Western')
    self.line_up()
    title = self.run_json('south', 'trial', 'get', 'nct1')['title']
    edited = self.run_ok('south', 'trial', 'edit', 'nct1', '--set',
                         'title=' + title)
    for wanted in ('title stays in conflict', 'conflict show trials/nct1 title'):
      self.assertIn(wanted, edited.out)
    edited = self.run_ok('south', 'trial', 'edit', 'nct1', '--set',
                         'acronym=null')
    self.assertNotIn('in conflict', edited.out)

  def test_a_file_settles_conflicts_as_a_whole(self):
    self.edit('north', 'title=Northern', 'acronym=N')
    self.edit('south', 'title=Southern', 'acronym=S')
    self.line_up()
    title = ('  - {record: trials/nct1, path: title, take: north,\n'
             '     reason: the registry entry says so}\n')
    acronym = ('  - record: trials/nct1\n'
               '    path: acronym\n'
               '    value: NS\n'
               '    source: {report: pmid-1, locator: title page}\n'
               '    reason: both stand on the title page\n')

    def settle(code, *decisions, flags=()):
      path = self.file('d.yaml', 'adjudications:\n' + ''.join(decisions))
      return self.run_code(code, 'north', 'conflict', 'resolve', '-f', path,
                           *flags)

    not_disputed = '  - {record: trials/nct1, path: studyType, take: north,\n' \
                   '     reason: r}\n'
    refused = settle(INVALID, title, not_disputed, acronym)
    self.assertIn('d.yaml:4', refused.err)
    self.assertIn('studyType: is not in conflict', refused.err)
    refused = settle(INVALID, title.replace('north', 'east'), acronym)
    self.assertIn('d.yaml:2', refused.err)
    self.assertIn('"east" entered no value of title', refused.err)
    for wrong in (title + title, title.replace('reason:', 'because:'),
                  title.replace('take: north', 'take: north, absent: true'),
                  acronym.replace('value: NS', 'value: {x: 1}'), '  []\n'):
      self.assertIn('d.yaml', settle(INVALID, wrong).err)
    self.run_code(USAGE, 'north', 'conflict', 'resolve', 'trials/nct1', 'title',
                  '-f', self.folder / 'd.yaml')
    settle(OK, title, acronym, flags=('--dry-run',))
    self.assertEqual(self.status('north')['conflicts'], '2')
    settled = settle(OK, title, acronym, flags=('-o', 'json')).json
    self.assertEqual((settled['settled'], settled['settledBefore'],
                      settled['conflicts']), (2, 0, '0'))
    again = settle(OK, title, acronym, flags=('-o', 'json')).json
    self.assertEqual((again['settled'], again['settledBefore']), (0, 2))
    self.assertEqual(self.line_up()['conflicts'], '0')
    trial = self.run_json('west', 'trial', 'get', 'nct1')
    self.assertEqual((trial['title'], trial['acronym']), ('Northern', 'NS'))
    history = self.run_json('south', 'trial', 'history', 'nct1')
    self.assertEqual({each['info']['message'] for each in history[:2]},
                     {'the registry entry says so',
                      'both stand on the title page'})

  def test_agreement_is_counted_and_stays_so_at_a_snapshot(self):
    text = STUDY.replace('title: A trial', 'title: As I read it')
    self.run_ok('south', 'apply', '-f', self.file('s.yaml', text), '-m', 'second',
                '--independent')
    self.run_ok('south', 'snapshot', 'create', 'before', '-m', 'as extracted')
    rows = self.run_json('south', 'agreement', 'summary', '--by', 'path')
    by_path = {(each['of'], each.get('kind'), each.get('path')): each
               for each in rows}
    title = by_path['fields', 'trial', 'title']
    self.assertEqual((title['agreed'], title['differ']), ('0', '1'))
    self.assertEqual((title['first'], title['second']), ('north', 'south'))
    value = by_path['numbers', 'endpoint', 'estimates.value']
    self.assertEqual((value['agreed'], value['blind'], value['percent']),
                     ('1', '0', 100))
#One category throughout : chance alone agrees as often.
    self.assertNotIn('kappa', by_path['categories', 'trial', 'studyType'])
    for detail, some in (('total', False), ('kind', True)):
      rows = self.run_json('south', 'agreement', 'summary', '--by', detail)
      self.assertEqual(any('kind' in each for each in rows), some)
    self.run_ok('south', 'conflict', 'resolve', 'trials/nct1', 'title',
                '--take', 'south', '--reason', 'r')
    total = ('agreement', 'summary', '--by', 'total')
    after = self.run_json('south', *total)
    before = self.run_json('south', *total, '--at', 'before')
    self.assertEqual({each['of']: each for each in before}['fields']['differ'],
                     '1')
    self.assertEqual({each['of']: each for each in after}['fields']['differ'],
                     '0')
    self.run_code(USAGE, 'south', 'agreement', 'summary', '--between', 'north')
    table = self.run_ok('south', 'agreement', 'summary', 'trials/nct1',
                        '--between', 'south', '--between', 'north').out
    self.assertIn('north, south', table)

  def test_two_who_extract_the_same_agree(self):
    for server in ('north', 'west'):
      self.edit(server, 'acronym=SAME')
    self.assertGreaterEqual(int(self.line_up()['agreements']), 1)
    agreements = self.run_json('south', 'agreement', 'list')
    agreement = [each for each in agreements if each['path'] == 'acronym'][0]
    self.assertEqual(agreement['value'], 'SAME')
    self.assertTrue(agreement['blind'])
    self.assertEqual(sorted(each['institution']
                            for each in agreement['values']),
                     ['north', 'west'])
    self.assertEqual(self.run_json('south', 'conflict', 'list'), [])

  def test_an_independent_extraction_stands_beside_the_others(self):
    text = STUDY.replace('title: A trial', 'title: As I read it')
    self.run_ok('south', 'apply', '-f', self.file('s.yaml', text), '-m', 'blind',
                '--independent')
    conflicts = self.run_json('south', 'conflict', 'list')
    self.assertEqual([each['path'] for each in conflicts], ['title'])
    self.assertGreater(len(self.run_json('south', 'agreement', 'list')), 3)

  def test_a_snapshot_is_the_same_everywhere(self):
    created = self.run_json('north', 'snapshot', 'create', 's1', '-m', 'first')
    self.run_code(CONFLICT, 'north', 'snapshot', 'create', 's1')
    self.run_code(INVALID, 'north', 'snapshot', 'create', 'S 1')
    self.edit('north', 'title=Later')
    self.line_up()
    for server in ('north', 'south', 'west'):
      verified = self.run_json(server, 'snapshot', 'verify', 's1')
      self.assertTrue(verified['valid'])
      self.assertEqual(verified['digest'], created['body']['digest'])
      self.assertEqual(verified['root'], created['body']['root'])
      old = self.run_json(server, 'trial', 'get', 'nct1', '--at', 's1')
      self.assertEqual(old['title'], 'A trial')
    self.run_ok('west', 'snapshot', 'create', 's2')
    self.assertEqual([each['name'].rpartition('/')[2] for each in
                      self.run_json('west', 'snapshot', 'list')], ['s1', 's2'])
    self.assertIn(created['body']['identity'],
                  self.run_ok('west', 'snapshot', 'show', 's1').out)
    differences = self.run_json('west', 'snapshot', 'diff', 's1', 's2',
                                code=FAILED)
    trial = [each for each in differences
             if each['name'].endswith('/trials/nct1')][0]
    self.assertEqual(trial['paths'], [{'path': 'title', 'before': ['A trial'],
                                       'after': ['Later']}])
    self.run_ok('west', 'snapshot', 'diff', 's1', 's1')
    self.run_code(NOT_FOUND, 'west', 'snapshot', 'verify', 'nope')
    self.run_code(NOT_FOUND, 'west', 'snapshot', 'show', 'nope')
    self.run_code(NOT_FOUND, 'west', 'snapshot', 'diff', 's1', 'nope')

  def test_changes_carried_by_hand(self):
    since = self.status('west')['frontier']
    self.edit('north', 'title=Carried')
    bundle = self.run_any('north', 'sync', 'bundle', 'create', '--since', since,
                          text=False)
    self.assertEqual(bundle.code, OK)
    path = self.file('west.bundle', bundle.out)
    applied = self.run_json('west', 'sync', 'bundle', 'apply', path)
    self.assertEqual(applied['applied'], '1')
    self.assertEqual(self.status('west')['digest'],
                     self.status('north')['digest'])
    again = self.run_json('west', 'sync', 'bundle', 'apply', path)
    self.assertEqual(again['applied'], '0')
    whole = self.folder / 'all.bundle'
    self.run_ok('north', 'sync', 'bundle', 'create', '--since', '-', '--file',
                whole)
    before = self.status('south')
    for position in (0, len(bundle.out) // 2, len(bundle.out) - 1):
      damaged = bytearray(bundle.out)
      damaged[position] ^= 4
      self.run_code(INTEGRITY, 'south', 'sync', 'bundle', 'apply',
                    self.file('bad.bundle', bytes(damaged)))
      self.run_code(INTEGRITY, 'south', 'sync', 'bundle', 'apply',
                    self.file('cut.bundle', bundle.out[:max(position, 1)]))
    self.assertEqual(self.status('south'), before)
    self.edit('north', 'title=Gap')
    later = self.run_any('north', 'sync', 'bundle', 'create', '--since',
                         self.status('west')['frontier'], text=False)
    self.run_code(CONFLICT, 'south', 'sync', 'bundle', 'apply',
                  self.file('gap.bundle', later.out))
    self.run_code(INVALID, 'north', 'sync', 'bundle', 'create', '--since', 'x')
    self.run_code(USAGE, 'north', 'sync', 'bundle', 'apply',
                  self.folder / 'none')

  def test_a_bundle_makes_a_replica_where_no_connection_leads(self):
    whole = self.folder / 'all.bundle'
    self.run_ok('north', 'sync', 'bundle', 'create', '--since', '-', '--file',
                whole)
    self.start('lone')
    address = self.servers['lone'].address
    refused = self.run_code(NOT_FOUND, 'lone', '--registry', 'nsclc', 'sync',
                            'bundle', 'apply', whole)
    self.assertIn(f'next: consilium --server {address} --registry nsclc '
                  f'registry join nsclc --bundle {whole}\n', refused.err)
    later = self.folder / 'later.bundle'
    self.run_ok('north', 'sync', 'bundle', 'create', '--since',
                self.status('west')['frontier'], '--file', later)
    self.run_code(CONFLICT, 'lone', 'registry', 'join', 'nsclc', '--bundle',
                  later)
    joined = self.run_json('lone', 'registry', 'join', 'nsclc', '--bundle',
                           whole)
    self.assertTrue(joined['opened'])
    self.assertEqual(joined['digest'], self.status('north')['digest'])
    again = self.run_ok('lone', 'registry', 'join', 'nsclc', '--bundle', whole)
    self.assertIn('already holds registry nsclc', again.out)
#What it wrote goes back the same way.
    back = self.folder / 'back.bundle'
    self.run_ok('lone', 'sync', 'bundle', 'create', '--since',
                self.status('north')['frontier'], '--file', back)
    self.run_ok('north', 'sync', 'bundle', 'apply', back)
    self.assertEqual(self.status('north')['digest'],
                     self.status('lone')['digest'])
    self.run_code(USAGE, 'lone', 'registry', 'join', 'other')

  def test_faults_of_sync(self):
    north = self.servers['north'].address
    self.run_code(UNAVAILABLE, None, 'sync', north, '127.0.0.1:1',
                  '--registry', 'nsclc')
    self.run_code(CONFLICT, None, 'sync', north, north, '--registry', 'nsclc')
    self.run_code(NOT_FOUND, None, 'sync', north,
                  self.servers['south'].address, '--registry', 'other')
    self.run_code(USAGE, None, 'sync', north)
    self.run_code(USAGE, None, 'sync', north, 'nohost')
    self.start('stranger')
    self.run_ok('stranger', 'registry', 'create', 'nsclc')
    other = self.run_code(CONFLICT, None, 'sync', north,
                          self.servers['stranger'].address, '--registry',
                          'nsclc')
    self.assertIn('REGISTRY_MISMATCH', other.err)

  def test_a_line_that_breaks_or_stalls_during_a_sync(self):
    self.start('lone')
    join = ('lone', 'registry', 'join', 'nsclc')
    for stalls in (False, True):
      relay = Relay(self.servers['north'].address, budget=4000, stalls=stalls)
      self.addCleanup(relay.close)
      cut = self.run_code(UNAVAILABLE, *join, '--from', relay.address,
                          '--timeout', '2s')
      self.assertNotIn('start one with', cut.err)
      self.assertIn(relay.address, cut.err)
      self.assertIn('goes on', cut.err)
      self.assertRegex(cut.err,
                       'nothing moved|stalled' if stalls else 'broke off')
    self.run_ok(*join, '--from', self.servers['north'].address)
    self.sync('lone', 'north')
    self.assertEqual(self.status('lone')['digest'],
                     self.status('north')['digest'])

  def test_watching(self):
    revision = self.status('north')['revision']
    self.edit('north', 'title=One', flags=('-m', 'seen'))
    self.edit('north', 'title=Two')
    watched = self.run_ok('north', 'watch', '--since', revision, '--count',
                          '2', '-o', 'json').out.splitlines()
    changes = [json.loads(line) for line in watched]
    self.assertEqual([int(each['revision']) for each in changes],
                     [int(revision) + 1, int(revision) + 2])
    self.assertEqual(changes[0]['changes'][0]['info']['message'], 'seen')
    replica = self.status('north')['replica']
    self.assertEqual(changes[0]['replica'], replica)
    since = f'{changes[0]["revision"]}@{replica}'
    self.assertEqual(
        self.run_ok('north', 'watch', '--since', since, '--count', '1', '-o',
                    'json').out, watched[1] + '\n')
    self.run_code(INVALID, 'north', 'watch', '--since', '9999')
    self.run_code(USAGE, 'north', 'watch', '--since', '-4')
    self.run_code(USAGE, 'north', 'watch', '--since', '@' + replica)
    # A number of before a restore says nothing of the server as it is now.
    other = self.run_code(CONFLICT, 'south', 'watch', '--since', since)
    self.assertIn(f'is one of replica {replica}', other.err)
    self.assertIn('watch --since 0\n', other.err)
    everything = self.run_ok('north', 'watch', '--since', '0', '--count',
                             '1').out
    self.assertIn('north', everything)

  def test_watching_goes_on_when_the_server_is_back(self):
    self.start('lone')
    lone = self.servers['lone']
    self.run_ok('lone', 'registry', 'create', 'nsclc')
    status = self.status('lone')
    revision = f'{status["revision"]}@{status["replica"]}'
    watch = subprocess.Popen(
        [CONSILIUM, '--server', lone.address, 'watch', '--count', '1', '-o',
         'json'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=self.environment())
    self.assertEqual(watch.stderr.readline(),
                     f'watching for changes after revision {revision}\n')
    lone.stop()
    self.assertIn(f'trying again until it goes on after revision {revision}\n',
                  watch.stderr.readline())
    lone.start_again()
    self.assertEqual(watch.stderr.readline(),
                     f'{lone.address} answers again; going on after revision '
                     f'{revision}\n')
    self.apply('lone', SECOND_PAPER)
    out, err = watch.communicate(timeout=DEADLINE_SECONDS)
    self.assertEqual(watch.returncode, OK, err)
    self.assertEqual(int(json.loads(out)['revision']),
                     int(status['revision']) + 1)

  def test_watching_a_server_that_never_answered_fails(self):
    self.start('lone')
    lone = self.servers['lone']
    self.run_ok('lone', 'registry', 'create', 'nsclc')
    lone.stop()
    self.addCleanup(lone.start_again)  # Every server is stopped at the end.
    self.run_code(UNAVAILABLE, 'lone', 'watch', '--since', '0', '--registry',
                  'nsclc', '--timeout', '2s')

  def test_syncing_for_as_long_as_wanted(self):
    process = subprocess.Popen(
        [CONSILIUM, 'sync', self.servers['north'].address,
         self.servers['south'].address, '--registry', 'nsclc', '--watch', '-o',
         'jsonl'],
        stdout=subprocess.PIPE, text=True, env=self.environment())
    try:
      read_line(process, '"sent"')
      self.edit('south', 'title=Followed')
      read_line(process, '"received":"1"')
      self.assertEqual(self.run_json('north', 'trial', 'get',
                                     'nct1')['title'], 'Followed')
    finally:
      process.terminate()
      process.wait(DEADLINE_SECONDS)
      process.stdout.close()


if __name__ == '__main__':
  unittest.main()
