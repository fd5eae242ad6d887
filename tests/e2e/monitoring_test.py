"""Health, metrics and scheduled sync of real servers.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import json
import os
import pathlib
import socket
import subprocess
import unittest

import grpc

from servers import (CONSILIUM, CONSILIUMD, DEADLINE_SECONDS, EVIDENCE, INVALID,
                     read_line, UNAVAILABLE, USAGE)
from watched_servers import (await_true, MonitoringTest)

# PullChangesRequest{registry: "registries/nsclc", format_version: 1}.
PULL_ALL = b'\x0a\x10registries/nsclc\x18\x01'


class PagesTest(MonitoringTest):

  def test_pages_tell_where_the_server_stands(self):
    north = self.make('north')
    north.start()
    north.run_json('registry', 'create', 'nsclc', '--title', 'A registry')
    status, text, headers = north.fetch('/')
    self.assertEqual(status, 200)
    self.assertEqual(headers['Content-Type'], 'text/html; charset=utf-8')
    self.assertIn("default-src 'none'", headers['Content-Security-Policy'])
    self.assertIn('Consilium at north', text)
    self.assertIn('<td>nsclc</td>', text)
    self.assertEqual(north.fetch('/style.css')[2]['Content-Type'],
                     'text/css; charset=utf-8')
    self.assertEqual(north.fetch('/livez')[:2], (200, 'alive\n'))
    self.assertEqual(north.fetch('/healthz')[:2], (200, 'alive\n'))
    self.assertEqual(
        north.fetch('/readyz')[:2],
        (200, f'ready\nserver: serving calls on {north.address}\n'
              'store: ok\ndisk: ok\n'))
    status, _, headers = north.fetch('/metrics')
    self.assertEqual((status, headers['Content-Type']),
                     (200, 'text/plain; version=0.0.4; charset=utf-8'))
    self.assertEqual(north.fetch('/metrics', 'HEAD')[:2], (200, ''))
    self.assertEqual(north.fetch('/metrics', 'POST')[0], 405)
    self.assertEqual(north.fetch('/nothing')[0], 404)

  def test_nothing_listens_unless_asked(self):
    north = self.make('north', http=None)
    with open(os.devnull, 'w') as log:
      process = subprocess.Popen(
          [CONSILIUMD, 'serve', '--data', north.data], stdout=subprocess.PIPE,
          stderr=log, text=True)
    read_line(process, 'listening on')
    process.terminate()
    rest, _ = process.communicate(timeout=DEADLINE_SECONDS)
    self.assertNotIn('http', rest)

  def test_the_file_can_ask_for_it(self):
    north = self.make('north', http=None)
    north.configure('\n[http]\nlisten = "127.0.0.1:0"\n')
    north.start()
    self.assertEqual(north.fetch('/readyz')[0], 200)

  def test_stopping_shows_while_calls_are_answered(self):
    north = self.make('north')
    north.start('--drain-seconds', '60')
    north.run_json('registry', 'create', 'nsclc', '--title', 'A registry')
    # More than fits between a server and a caller that does not read.
    papers = pathlib.Path(self.folder) / 'papers.json'
    for part in range(8):
      papers.write_text(json.dumps({'publications': [
          {'id': f'p{part}-{number}', 'title': 'A paper',
           'abstract': os.urandom(9_000).hex()} for number in range(150)]}))
      north.run_json('apply', '-f', papers, '-m', 'Papers')
    with grpc.insecure_channel(north.address) as channel:
      pull = channel.unary_stream('/consilium.v1.SyncService/PullChanges')(
          PULL_ALL, timeout=DEADLINE_SECONDS)
      sent = []

      def stuck():
        sent.append(north.metrics().get('grpc_server_msg_sent_total',
                                        grpc_method='PullChanges'))
        return sent[-1] and sent[-20:] == [sent[-1]] * 20

      await_true('a message waits for the caller to read', stuck)
      north.process.terminate()
      _, text, _ = await_true('not ready', lambda: (
          lambda page: page if page[0] == 503 else None)(
              north.fetch('/readyz')))
      self.assertTrue(text.startswith('not ready\nserver: stopping'), text)
      self.assertEqual(north.fetch('/livez')[0], 200)
      self.assertEqual(north.metrics().all('consilium_ready'), [0])
      # The caller reads at last: it gets what was under way, and then the end.
      with self.assertRaises(grpc.RpcError):
        for _ in pull:
          pass
      self.assertEqual(pull.code(), grpc.StatusCode.UNAVAILABLE)
    self.assertEqual(north.process.wait(DEADLINE_SECONDS), 0)


class BadAddressTest(MonitoringTest):

  def refuse(self, server, code, *wanted, flags=()):
    done = subprocess.run(
        [CONSILIUMD, 'serve', '--data', server.data, *flags],
        capture_output=True, text=True, timeout=DEADLINE_SECONDS)
    self.assertEqual(done.returncode, code, done.stderr)
    # It did not start half: no line says that it listens anywhere.
    self.assertEqual(done.stdout, '')
    for each in wanted:
      self.assertIn(each, done.stderr)

  def test_flags(self):
    north = self.make('north')
    with socket.create_server(('127.0.0.1', 0)) as taken:
      address = f'127.0.0.1:{taken.getsockname()[1]}'
      self.refuse(north, UNAVAILABLE, '--http', address, 'in use', 'want',
                  flags=['--http', address])
    self.refuse(north, INVALID, '--http', '"7780"', 'want HOST:PORT',
                '127.0.0.1:7780', flags=['--http', '7780'])
    self.refuse(north, INVALID, '--http', 'port from 0 to 65535',
                flags=['--http', '127.0.0.1:99999'])
    self.refuse(north, INVALID, '--http', '0.0.0.0:0', 'loopback',
                '--http-remote', flags=['--http', '0.0.0.0:0'])
    self.refuse(north, UNAVAILABLE, '--http', '192.0.2.1',
                flags=['--http', '192.0.2.1:0', '--http-remote'])
    done = subprocess.run([CONSILIUMD, 'serve', '--data', north.data,
                           '--http-remote'], capture_output=True, text=True)
    self.assertEqual(done.returncode, USAGE)
    # Nothing was spoilt meanwhile.
    north.http_flag = ['--http', '0.0.0.0:0', '--http-remote']
    north.start()
    self.assertTrue(north.http.startswith('0.0.0.0:'))

  def test_the_file(self):
    cases = {
        '[http]\nlisten = "nowhere"': ('consilium.toml:', 'want HOST:PORT'),
        '[http]\nlisten = "0.0.0.0:1"': ('consilium.toml:', 'remote = true'),
        '[http]\nport = 1': ('consilium.toml:', 'want listen, remote'),
        'http = 1': ('consilium.toml:', 'want [http]'),
    }
    for number, (text, wanted) in enumerate(cases.items()):
      with self.subTest(text):
        server = self.make(f'n{number}')
        server.configure(f'\n{text}\n')
        self.refuse(server, INVALID, *wanted)


class MetricsTest(MonitoringTest):

  def test_calls_and_commits_move_the_metrics(self):
    north = self.make('north')
    north.start()
    before = north.metrics()
    self.assertEqual(before.get('consilium_revision'), 0)
    north.run_json('registry', 'create', 'nsclc', '--title', 'A registry')
    applied = north.run_json('apply', '-f', EVIDENCE, '-m', 'First evidence')
    revision = north.status()['revision']
    self.assertTrue(applied)
    self.assertNotEqual(north.run('trial', 'get', 'no-such').returncode, 0)
    handled = dict(grpc_service='consilium.v1.TrialService',
                   grpc_method='GetTrial', grpc_type='unary')
    # The caller hears of the end before the server has counted it.
    await_true('the failed call is counted', lambda: north.metrics().get(
        'grpc_server_handled_total', grpc_code='NotFound', **handled))
    after = north.metrics()
    self.assertEqual(after.get('consilium_revision', registry='nsclc'),
                     int(revision))
    self.assertEqual(
        after.get('consilium_records', registry='nsclc', collection='trials'),
        int(north.status()['counts']['trial']))
    self.assertEqual(after.get('grpc_server_started_total',
                               grpc_method='CreateRegistry'), 1)
    self.assertEqual(after.get('grpc_server_handled_total', grpc_code='OK',
                               grpc_method='CreateRegistry'), 1)
    self.assertEqual(after.get('grpc_server_msg_sent_total', **handled), 0)
    self.assertEqual(after.get('grpc_server_handling_seconds_count', **handled),
                     1)
    self.assertEqual(after.get('consilium_commits_total', kind='local'),
                     int(revision))
    self.assertEqual(after.get('consilium_commit_seconds_count', kind='local'),
                     int(revision))
    self.assertGreaterEqual(
        after.get('consilium_store_fsync_seconds_count')
        - before.get('consilium_store_fsync_seconds_count'), int(revision))
    self.assertGreater(after.get('consilium_storage_bytes'), 100_000)
    self.assertEqual(after.get('consilium_store_writable'), 1)
    self.assertEqual(after.all('consilium_ready'), [1])
    self.assertGreater(after.get('consilium_rpc_received_bytes_total'), 100_000)
    self.assertGreater(after.get('consilium_disk_free_bytes'), 0)

  def test_labels_never_hold_what_callers_send(self):
    north = self.make('north')
    north.start()
    north.run_json('registry', 'create', 'nsclc', '--title', 'A registry')
    with grpc.insecure_channel(north.address) as channel:
      for method in ('/evil.Service/Method1', '/evil.Service/Method2',
                     '/consilium.v1.TrialService/Evil'):
        with self.assertRaises(grpc.RpcError):
          channel.unary_unary(method)(b'', timeout=DEADLINE_SECONDS)
    north.run('trial', 'get', 'evil-trial')
    page = await_true('the calls are counted', lambda: (
        lambda page: page if page.get('grpc_server_handled_total',
                                      grpc_method='unknown') == 3 else None)(
                                          north.metrics()))
    self.assertNotIn('evil', page.text.lower())

  def test_watchers_and_streams_come_and_go(self):
    north = self.make('north')
    north.start()
    north.run_json('registry', 'create', 'nsclc', '--title', 'A registry')
    with open(os.devnull, 'w') as log:
      watch = subprocess.Popen(
          [CONSILIUM, '--server', north.address, 'watch'], stdout=log,
          stderr=log, env={'PATH': os.environ['PATH'], 'HOME': self.folder})
    self.addCleanup(watch.wait)
    self.addCleanup(watch.kill)
    await_true('one watcher', lambda: north.metrics().get(
        'consilium_watchers', registry='nsclc') == 1)
    self.assertEqual(north.metrics().get('consilium_rpc_open_streams'), 1)
    watch.terminate()
    await_true('no watcher', lambda: north.metrics().get(
        'consilium_watchers', registry='nsclc') == 0)


class ScheduledSyncTest(MonitoringTest):

  def test_servers_sync_by_themselves_and_say_so(self):
    north, south = self.make_pair()
    south.configure(self.peer(north))
    south.start()
    peer = dict(registry='nsclc', peer=north.address)

    def in_step():
      ours, theirs = south.status(), north.status()
      return (ours['digest'], ours['frontier']) == (
          theirs['digest'], theirs['frontier'])

    # Both directions, without anybody asking for it.
    north.run_json('apply', '-f', EVIDENCE, '-m', 'First evidence')
    south.add_paper(1)
    self.assertNotEqual(north.status()['counts']['trial'], '0')
    await_true('the content is equal', lambda: in_step() and north.run(
        'publication', 'get', 'pmid-1').returncode == 0)
    page = await_true('a success after that is told', lambda: (
        lambda page: page if page.get('consilium_sync_lag_changes', **peer) == 0
        and page.get('consilium_sync_changes_total', direction='sent', **peer)
        else None)(south.metrics()))
    self.assertGreaterEqual(page.get('consilium_syncs_total', result='success',
                                     **peer), 1)
    self.assertGreaterEqual(page.get('consilium_sync_changes_total',
                                     direction='received', **peer), 1)
    for direction in ('sent', 'received'):
      self.assertGreater(page.get('consilium_sync_bytes_total',
                                  direction=direction, **peer), 100)
    success = page.get('consilium_sync_last_success_timestamp_seconds', **peer)
    self.assertGreater(success, page.get('process_start_time_seconds') - 1)
    self.assertLess(page.get('consilium_sync_lag_seconds', **peer),
                    DEADLINE_SECONDS)
    self.assertEqual(page.all('consilium_sync_failures_in_row', **peer), [0])
    self.assertEqual(page.all('consilium_sync_alarm', **peer), [0])
    self.assertEqual(page.all('consilium_sync_interval_seconds', **peer), [1])
    self.assertGreaterEqual(page.get('consilium_commits_total', kind='merge'),
                            1)

    # The peer goes, and what it misses is counted.
    address = north.address
    north.stop()
    south.add_paper(2)
    page = await_true('failures are told', lambda: (
        lambda page: page if page.get('consilium_sync_failures_in_row', **peer)
        else None)(south.metrics()))
    self.assertGreaterEqual(page.get('consilium_syncs_total', result='failure',
                                     **peer), 1)
    self.assertEqual(page.get('consilium_sync_lag_changes', **peer), 1)
    failed_success = page.get('consilium_sync_last_success_timestamp_seconds',
                              **peer)
    self.assertGreaterEqual(failed_success, success)
    self.assertEqual(south.fetch('/readyz')[0], 200)

    # It comes back, and all is as before.
    north.start(listen=address)
    await_true('the content is equal again', in_step)
    page = await_true('the success is told', lambda: (
        lambda page: page
        if page.all('consilium_sync_failures_in_row', **peer) == [0]
        and page.get('consilium_sync_lag_changes', **peer) == 0
        else None)(south.metrics()))
    self.assertGreater(
        page.get('consilium_sync_last_success_timestamp_seconds', **peer),
        failed_success)

  def test_a_peer_that_never_answered_lags_since_the_start(self):
    north, south = self.make_pair()
    address = north.address
    north.stop()
    south.configure(self.peer(north))
    south.start()
    peer = dict(registry='nsclc', peer=address)
    page = await_true('a failure is told', lambda: (
        lambda page: page if page.get('consilium_sync_failures_in_row', **peer)
        else None)(south.metrics()))
    self.assertEqual(
        page.all('consilium_sync_last_success_timestamp_seconds', **peer), [0])
    self.assertLess(page.get('consilium_sync_lag_seconds', **peer),
                    2 * DEADLINE_SECONDS)
    self.assertEqual(page.all('consilium_sync_lag_changes', **peer), [])
    # It can be stopped in the middle of trying.
    self.assertEqual(south.stop(), 0)

  def test_a_peer_listed_twice_is_refused(self):
    north = self.make('north')
    for _ in range(2):
      north.configure('\n[[peer]]\nregistry = "nsclc"\naddress = "a:1"\n')
    done = subprocess.run([CONSILIUMD, 'serve', '--data', north.data],
                          capture_output=True, text=True,
                          timeout=DEADLINE_SECONDS)
    self.assertEqual(done.returncode, INVALID)
    self.assertIn('nsclc', done.stderr)
    self.assertIn('want each once', done.stderr)


if __name__ == '__main__':
  unittest.main()
