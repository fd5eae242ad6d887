"""Backups, restores and the doctor, with real servers.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time
import unittest

import servers as base
from servers import (CONFLICT, CONSILIUM, CONSILIUMD, DEADLINE_SECONDS, FAILED,
                     INTEGRITY, INVALID, NOT_FOUND, OK, UNAVAILABLE, USAGE)


class DataServer(base.Server):
  """One consiliumd on a data directory that may be there already."""

  # pylint: disable=super-init-not-called
  def __init__(self, data, *options):
    self.data = pathlib.Path(data)
    self.log_path = pathlib.Path(f'{data}.log')
    self.log = open(self.log_path, 'a')
    self.process = subprocess.Popen(
        [CONSILIUMD, 'serve', '--data', data, '--listen', '127.0.0.1:0',
         *options], stdout=subprocess.PIPE, stderr=self.log, text=True)
    line = base.read_line(self.process, 'listening on ')
    self.address = line.strip().rpartition('listening on ')[2]

  def stop(self):
    if self.process.returncode is None:
      super().stop()

  def kill(self):
    self.process.kill()
    self.process.wait(DEADLINE_SECONDS)
    self.process.stdout.close()
    self.log.close()

  def events(self, name):
    lines = [json.loads(line)
             for line in self.log_path.read_text().splitlines()]
    return [line for line in lines if line['event'] == name]


class BackupTest(base.CommandLineTest):

  def setUp(self):
    super().setUp()
    self.backups = self.folder / 'backups'
    self.backups.mkdir(mode=0o700)

  def init(self, institution, *config):
    data = self.folder / institution
    subprocess.run([CONSILIUMD, 'init', '--data', data, '--institution',
                    institution], check=True, capture_output=True)
    with open(data / 'consilium.toml', 'a') as file:
      file.write('\n'.join(['', *config, '']))
    return data

  def serve(self, name, data, *options):
    self.servers[name] = DataServer(data, *options)
    self.addCleanup(self.servers[name].stop)
    return self.servers[name]

  def start_north(self, *more, directory=None):
    data = self.init('north', '[backup]',
                     f'directory = "{directory or self.backups}"', *more)
    self.serve('north', data)
    self.run_ok('north', 'registry', 'create', 'nsclc', '--title', 'A registry')
    return data

  def daemon(self, code, *arguments):
    """Runs consiliumd to its end."""
    done = subprocess.run([CONSILIUMD, *map(str, arguments)],
                          capture_output=True, text=True,
                          timeout=DEADLINE_SECONDS, check=False)
    self.assertEqual(done.returncode, code, done.stdout + done.stderr)
    return done

  def create_trial(self, trial):
    self.run_ok('north', 'trial', 'create', trial, '-f', '-',
                stdin=f'title: Trial {trial}\n')

  def create(self, server='north'):
    return self.run_json(server, 'backup', 'create')['name'].split('/')[1]

  def listed(self, server='north'):
    return [entry['name'].split('/')[1]
            for entry in self.run_json(server, 'backup', 'list')]


class RestoreTest(BackupTest):

  def test_backup_under_load_then_loss_then_restore_then_sync(self):
    self.start_north()
    self.serve('south', self.init('south'))
    self.run_ok('south', 'registry', 'join', 'nsclc', '--from',
                self.servers['north'].address)
    stop = threading.Event()
    acknowledged = []

    def write(writer):
      count = 0
      while not stop.is_set():
        trial = f'load-{writer}-{count}'
        self.create_trial(trial)
        acknowledged.append(trial)
        count += 1

    with concurrent.futures.ThreadPoolExecutor() as pool:
      writers = [pool.submit(write, each) for each in range(2)]
      try:
        while len(acknowledged) < 4:
          self.assertFalse(any(each.done() for each in writers))
          time.sleep(0.01)
        before = list(acknowledged)
        backup = self.create()
        after = len(acknowledged)
        while len(acknowledged) < after + 4:
          self.assertFalse(any(each.done() for each in writers))
          time.sleep(0.01)
      finally:
        stop.set()
      for each in writers:
        each.result()
    # What came after the backup reaches a peer before the loss.
    self.sync('north', 'south')
    lost = self.status('north')
    self.servers['north'].kill()
    shutil.rmtree(self.servers['north'].data)

    self.assertIn('can be restored',
                  self.daemon(OK, 'backup', 'verify',
                              self.backups / backup).stdout)
    restored = self.folder / 'restored'
    said = self.daemon(OK, 'restore', '--from', self.backups / backup,
                       '--data', restored).stdout
    self.assertIn('new replica', said)
    self.assertIn(f'next: consiliumd serve --data {restored}', said)
    self.assertIn(f'restored from {backup}',
                  self.daemon(OK, 'doctor', '--data', restored, '--deep').stdout)
    server = self.serve('north', restored)
    [event] = server.events('new_replica')
    self.assertEqual(event['restored_from'], backup)
    now = self.status('north')
    self.assertEqual(event['replica'], now['replica'])
    self.assertNotEqual(now['replica'], lost['replica'])
    self.assertLess(int(now['revision']), int(lost['revision']))
    held = self.run_ok('north', 'trial', 'list', '-o', 'name').out
    for trial in before:
      self.assertIn(f'trials/{trial}\n', held)

    self.create_trial('by-the-new-replica')
    self.sync('north', 'south')
    north, south = self.status('north'), self.status('south')
    self.assertEqual(north['digest'], south['digest'])
    self.assertEqual(north['frontier'], south['frontier'])
    held = self.run_ok('north', 'trial', 'list', '-o', 'name').out
    for trial in [*acknowledged, 'by-the-new-replica']:
      self.assertIn(f'trials/{trial}\n', held)
    # A restart changes nothing more.
    server.stop()
    again = self.serve('north', restored)
    self.assertEqual(len(again.events('new_replica')), 1)
    self.assertEqual(self.status('north')['replica'], now['replica'])

  def test_a_restored_server_leaves_the_backups_of_the_running_one(self):
    self.start_north('[[peer]]', 'registry = "nsclc"',
                     'address = "127.0.0.1:1"')
    old = self.create()
    said = self.daemon(OK, 'restore', '--from', self.backups / old, '--data',
                       self.folder / 'again').stdout
    self.assertIn('syncs registry nsclc with 127.0.0.1:1', said)
    self.assertIn(f'keeps backups in {self.backups}', said)
    self.assertIn('Edit that file first if the old server still runs', said)
    self.serve('again', self.folder / 'again')
    self.assertIn(f'the last of another, {old},',
                  self.run_any('again', 'doctor').out)
    new = self.create('again')
    for server, own in (('again', new), ('north', old)):
      pruned = self.run_json(server, 'backup', 'prune', '--keep', '1')
      self.assertEqual(pruned['kept'], [f'backups/{own}'])
      self.assertNotIn('removed', pruned)
      replica = self.status(server)['replica'][:8]
      [line] = [line for line in
                self.run_ok(server, 'backup', 'list').out.splitlines()
                if line.startswith(own + ' ')]
      self.assertIn(replica, line)
    self.assertIn(f'the backup {new} is of another replica',
                  self.run_any('north', 'doctor').out)

  def test_restore_takes_no_used_directory_and_no_damaged_backup(self):
    data = self.start_north()
    backup = self.backups / self.create()
    target = self.folder / 'restored'
    refused = self.daemon(CONFLICT, 'restore', '--from', backup, '--data', data)
    self.assertIn('is a data directory already', refused.stderr)
    target.mkdir()
    (target / 'notes').write_text('mine')
    refused = self.daemon(CONFLICT, 'restore', '--from', backup, '--data', target)
    self.assertIn('is not empty', refused.stderr)
    self.assertEqual((target / 'notes').read_text(), 'mine')
    refused = self.daemon(INVALID, 'restore', '--from', self.folder, '--data',
                          self.folder / 'new')
    self.assertIn('is no backup', refused.stderr)
    with open(next(backup.glob('store/*.sst')), 'r+b') as file:
      file.seek(10)
      byte = file.read(1)
      file.seek(10)
      file.write(bytes([byte[0] ^ 1]))
    refused = self.daemon(INTEGRITY, 'restore', '--from', backup, '--data',
                          self.folder / 'new')
    self.assertIn('.sst does not fit its checksum', refused.stderr)
    self.assertFalse((self.folder / 'new').exists())
    self.daemon(INTEGRITY, 'backup', 'verify', backup)
    self.run_code(INTEGRITY, 'north', 'backup', 'verify', backup.name)
    self.run_ok('north', 'registry', 'status')


class KeysTest(BackupTest):
  """Keys that are not those that they should be."""

  def served_once(self):
    data = self.start_north()
    self.create_trial('nct1')
    self.replica = self.status('north')['replica']
    self.servers['north'].stop()
    return data

  def refused(self, data, code, *options):
    return self.daemon(code, 'serve', '--data', data, '--listen',
                       '127.0.0.1:0', *options).stderr

  def test_key_of_another_replica_stops_the_server_and_changes_nothing(self):
    data = self.served_once()
    key = data / 'keys' / f'replica-{self.replica}.key'
    right = key.read_bytes()
    key.write_bytes((data / 'keys' / 'institution.key').read_bytes())
    for _ in range(2):
      said = self.refused(data, INTEGRITY)
      self.assertIn('is the key of another replica', said)
      self.assertIn(f'consiliumd serve --data {data} --listen 127.0.0.1:7700 '
                    '--new-replica', said)
    self.daemon(INTEGRITY, 'doctor', '--data', data)
    key.write_bytes(right)
    self.serve('north', data)
    self.assertEqual(self.status('north')['replica'], self.replica)
    self.create_trial('nct2')

  def test_key_of_another_institution_stops_the_server(self):
    data = self.served_once()
    south = self.init('south')
    key = data / 'keys' / 'institution.key'
    right = key.read_bytes()
    key.write_bytes((south / 'keys' / 'institution.key').read_bytes())
    for options in ([], ['--new-replica']):
      said = self.refused(data, INTEGRITY, *options)
      self.assertIn('is not the key of institution north', said)
    self.daemon(INTEGRITY, 'doctor', '--data', data)
    key.write_bytes(right)
    self.serve('north', data)
    self.assertEqual(self.status('north')['replica'], self.replica)

  def test_restore_takes_no_key_of_another_institution(self):
    data = self.start_north('keys = false')
    backup = self.backups / self.create()
    south = self.init('south')
    target = self.folder / 'restored'
    said = self.daemon(INVALID, 'restore', '--from', backup, '--data', target,
                       '--keys', south / 'keys').stderr
    self.assertIn('is not the key of institution north', said)
    self.assertFalse(target.exists())
    self.daemon(OK, 'restore', '--from', backup, '--data', target, '--keys',
                data / 'keys')

  def test_another_institution_in_the_settings_stops_the_server(self):
    data = self.served_once()
    settings = data / 'consilium.toml'
    right = settings.read_text()
    settings.write_text(right.replace('"north"', '"south"'))
    for options in ([], ['--new-replica']):
      said = self.refused(data, INVALID, *options)
      self.assertIn('registry nsclc was written by institution north, and '
                    f'{settings} names south; put north back', said)
    self.assertIn('written by institution north',
                  self.daemon(FAILED, 'doctor', '--data', data).stdout)
    settings.write_text(right)
    self.serve('north', data)
    self.assertEqual(self.status('north')['replica'], self.replica)

  def test_a_copy_is_refused_and_the_doctor_says_so_too(self):
    data = self.served_once()
    copy = self.folder / 'copy'
    shutil.copytree(data, copy)
    said = self.refused(copy, CONFLICT)
    remedy = (f'consiliumd serve --data {copy} --listen 127.0.0.1:7700 '
              '--new-replica')
    self.assertIn(remedy, said)
    self.assertIn(remedy,
                  self.daemon(FAILED, 'doctor', '--data', copy).stdout)

  def test_earlier_files_put_back_fork_nothing(self):
    data = self.served_once()
    old = self.folder / 'old.tar'
    subprocess.run(['tar', '-C', data, '-cf', old, '.'], check=True)
    self.serve('north', data)
    self.serve('south', self.init('south'))
    self.run_ok('south', 'registry', 'join', 'nsclc', '--from',
                self.servers['north'].address)
    self.create_trial('nct2')
    self.sync('north', 'south')
    self.servers['north'].kill()
    for part in ('store', 'keys'):
      shutil.rmtree(data / part)
    subprocess.run(['tar', '-C', data, '-xf', old], check=True)
    said = self.refused(data, CONFLICT)
    self.assertIn('was put back to an earlier state', said)
    remedy = (f'consiliumd serve --data {data} --listen 127.0.0.1:7700 '
              '--new-replica')
    self.assertIn(remedy, said)
    self.assertIn(remedy,
                  self.daemon(FAILED, 'doctor', '--data', data).stdout)
    north = self.serve('north', data, '--new-replica')
    [event] = north.events('new_replica')
    self.assertEqual((event['level'], event['registry'], event['replica']),
                     ('info', 'nsclc', self.status('north')['replica']))
    self.assertNotEqual(event['replica'], self.replica)
    self.create_trial('nct3')
    self.sync('north', 'south')
    self.assertEqual(self.status('north')['digest'],
                     self.status('south')['digest'])
    self.run_ok('north', 'trial', 'get', 'nct2')

  def test_what_was_copied_from_a_running_server_is_no_way_back(self):
    data = self.served_once()
    self.serve('north', data)
    copy = self.folder / 'copy'
    # The server may remove a file between cp's listing and its reading.
    subprocess.run(['cp', '-a', data, copy], check=False)
    self.create_trial('nct2')
    self.servers['north'].stop()
    shutil.rmtree(data / 'store')
    subprocess.run(['cp', '-a', f'{copy}/.', data], check=True)
    self.assertIn('was put back to an earlier state',
                  self.refused(data, CONFLICT))

  def test_lost_place_loses_nothing_else(self):
    data = self.served_once()
    (data / 'place').unlink()
    said = self.refused(data, CONFLICT)
    self.assertIn(f'consiliumd serve --data {data} --listen 127.0.0.1:7700 '
                    '--new-replica', said)
    self.assertIn('--new-replica',
                  self.daemon(FAILED, 'doctor', '--data', data).stdout)
    self.serve('north', data, '--new-replica').stop()
    self.serve('north', data)
    self.run_ok('north', 'trial', 'get', 'nct1')

  def test_taken_port_is_told_in_one_line(self):
    self.start_north()
    said = self.daemon(UNAVAILABLE, 'serve', '--data', self.init('south'),
                       '--listen', self.servers['north'].address).stderr
    [line] = said.splitlines()
    self.assertIn('Address already in use', line)


class CommandsTest(BackupTest):

  def test_create_list_verify_prune(self):
    self.start_north()
    self.assertEqual(self.listed(), [])
    self.assertIn(f'no backups in {self.backups}',
                  self.run_ok('north', 'backup', 'list').out)
    made = self.run_json('north', 'backup', 'create')
    self.assertEqual(made['state'], 'STATE_WHOLE')
    [registry] = made['registries']
    status = self.status('north')
    for field in ('digest', 'frontier', 'revision', 'replica'):
      self.assertEqual(registry[field], status[field])
    names = [made['name'].split('/')[1]] + [self.create() for _ in range(2)]
    self.assertEqual(len(set(names)), 3)
    self.assertCountEqual(self.listed(), names)
    text = self.run_ok('north', 'backup', 'verify', names[0]).out
    self.assertIn(f'backup {names[0]} can be restored', text)
    missing = self.run_code(NOT_FOUND, 'north', 'backup', 'verify', 'north-1')
    self.assertIn(names[0], missing.err)
    self.run_code(NOT_FOUND, 'north', 'backup', 'verify', '../north')
    self.run_code(USAGE, 'north', 'backup', 'prune')
    self.run_code(USAGE, 'north', 'backup', 'prune', '--keep', '0')
    would = self.run_json('north', 'backup', 'prune', '--keep', '2',
                          '--dry-run')
    self.assertEqual(len(would['removed']), 1)
    self.assertEqual(len(self.listed()), 3)
    pruned = self.run_json('north', 'backup', 'prune', '--keep', '2')
    self.assertEqual(pruned['removed'], would['removed'])
    self.assertEqual(len(self.listed()), 2)
    # A damaged one is shown as what it is, and is left alone.
    victim = self.listed()[1]
    next((self.backups / victim).glob('store/*.sst')).unlink()
    self.assertIn('DAMAGED', self.run_ok('north', 'backup', 'list').out)
    pruned = self.run_json('north', 'backup', 'prune', '--keep', '1')
    self.assertEqual(pruned['damaged'], [f'backups/{victim}'])

  def test_a_caller_that_goes_away_leaves_no_half_backup(self):
    self.start_north()
    self.run_ok('north', 'apply', '-f', base.EVIDENCE, '-m', 'evidence')
    for delay in (0, 0.02, 0.05, 0.1):
      client = subprocess.Popen(
          [CONSILIUM, '--server', self.servers['north'].address, 'backup',
           'create'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
          env=self.environment())
      try:
        client.wait(delay)
      except subprocess.TimeoutExpired:
        client.send_signal(signal.SIGKILL)
        client.wait(DEADLINE_SECONDS)
      self.assertNotIn('DAMAGED', self.run_ok('north', 'backup', 'list').out)
    # The one that was cut off may still be clearing up.
    end = time.monotonic() + DEADLINE_SECONDS
    while self.run_any('north', 'backup', 'create').code == CONFLICT:
      self.assertLess(time.monotonic(), end)
    for name in self.listed():
      self.run_ok('north', 'backup', 'verify', name)
    self.assertEqual([each.name for each in self.backups.glob('.*')], ['.lock'])

  def test_schedule(self):
    self.start_north('interval_hours = 1', 'keep = 3')
    end = time.monotonic() + DEADLINE_SECONDS
    while not self.listed():
      self.assertLess(time.monotonic(), end)
    [event] = self.servers['north'].events('backup_made')
    self.assertEqual(event['by'], 'schedule')

  def test_without_a_directory(self):
    self.serve('north', self.init('north'))
    for verb in (['create'], ['list'], ['verify', 'x'],
                 ['prune', '--keep', '1']):
      refused = self.run_code(CONFLICT, 'north', 'backup', *verb)
      self.assertIn('[backup] directory', refused.err)

  def test_a_directory_that_cannot_be_used_stops_no_server(self):
    for directory, wish in (
        (self.folder / 'missing', 'install -d -m 700'),
        (self.folder / 'north' / 'backups', 'inside the data directory')):
      with self.subTest(directory=directory):
        data = self.start_north(directory=directory)
        if data in directory.parents:
          directory.mkdir()
        refused = self.run_code(CONFLICT, 'north', 'backup', 'create')
        self.assertIn('[backup] directory', refused.err)
        self.assertIn(str(directory), refused.err)
        self.assertIn(wish, refused.err)
        self.run_ok('north', 'registry', 'status')
        self.run_code(FAILED, 'north', 'doctor')
        self.servers['north'].stop()
        shutil.rmtree(data)

  def test_a_disk_that_is_nearly_full(self):
    small = self.folder / 'small'
    small.mkdir()
    mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64m',
                              'tmpfs', small], capture_output=True, check=False)
    if mounted.returncode != 0:
      self.skipTest('mounting a small disk takes root')
    self.addCleanup(subprocess.run, ['umount', small], check=True)
    self.start_north(directory=small)
    refused = self.run_code(UNAVAILABLE, 'north', 'backup', 'create')
    self.assertIn(str(small), refused.err)
    self.assertIn(f'next: consilium --server {self.servers["north"].address} '
                  'backup prune --keep 3\n', refused.err)
    self.assertEqual(self.listed(), [])
    self.assertEqual(list(small.glob('.partial*')), [])
    self.create_trial('nct1')
    report = self.run_json('north', 'doctor', code=FAILED)
    texts = [check['text'] for group in report['groups']
             for check in group['checks']]
    self.assertTrue(any('the last attempt to make a backup failed' in text
                        for text in texts))


class DoctorTest(BackupTest):

  def test_of_a_server_that_runs(self):
    self.start_north('[[peer]]', 'registry = "nsclc"',
                     'address = "127.0.0.1:1"')
    sick = self.run_code(FAILED, 'north', 'doctor')
    self.assertIn('fail  there is no backup\n        consilium --server '
                  f'{self.servers["north"].address} backup create\n', sick.out)
    self.assertIn('warn  peer 127.0.0.1:1', sick.out)
    self.create()
    well = self.run_ok('north', 'doctor', '--deep')
    self.assertIn('digest recomputed from', well.out)
    report = self.run_json('north', 'doctor')
    self.assertEqual(report['worst'], 'OUTCOME_WARN')

  def test_of_peers_that_answer(self):
    self.serve('south', self.init('south'))
    address = self.servers['south'].address
    self.start_north('[[peer]]', 'registry = "nsclc"',
                     f'address = "{address}"')
    self.run_ok('south', 'registry', 'join', 'nsclc', '--from',
                self.servers['north'].address)
    report = self.run_any('north', 'doctor')
    self.assertIn(f'pass  peer {address} for registry nsclc answers, as '
                  'institution south', report.out)

  def test_of_a_directory(self):
    data = self.start_north()
    running = self.daemon(FAILED, 'doctor', '--data', data)
    self.assertIn('in use by a server that runs', running.stdout)
    self.create()
    self.servers['north'].stop()
    self.daemon(OK, 'doctor', '--data', data, '--deep')
    report = json.loads(self.daemon(OK, 'doctor', '--data', data, '-o',
                                    'json').stdout)
    self.assertIn('groups', report)
    os.chmod(data / 'keys' / 'institution.key', 0o644)
    sick = self.daemon(FAILED, 'doctor', '--data', data)
    self.assertIn(f'chmod 600 {data}/keys/institution.key', sick.stdout)
    os.chmod(data / 'keys' / 'institution.key', 0o600)
    table = next(data.glob('store/*.sst'))
    with open(table, 'r+b') as file:
      file.truncate(table.stat().st_size - 1)
    damaged = self.daemon(INTEGRITY, 'doctor', '--data', data)
    self.assertIn('consiliumd restore --from BACKUP', damaged.stdout)


if __name__ == '__main__':
  unittest.main()
