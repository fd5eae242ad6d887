"""What somebody without any code does: buf curl, by reflection or by the
descriptor set."""

import argparse
import base64
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import unittest

from server_process import SKIPPED, ServerProcess

PACKAGE = 'consilium.v1'
REGISTRY = 'registries/interop'
# buf's exit code is the gRPC code, shifted.
NOT_FOUND = 5 << 3
INVALID_ARGUMENT = 3 << 3

options = None  # The command line.


class NoCodeTest(unittest.TestCase):

  @classmethod
  def setUpClass(cls):
    cls.server = ServerProcess(options.consiliumd)
    cls.addClassCleanup(cls.server.close)
    cls.server.start()
    cls.call('RegistryService/CreateRegistry',
             {'registryId': 'interop', 'registry': {'title': 'Interop'}})
    for i in range(3):
      cls.call('TrialService/CreateTrial',
               {'parent': REGISTRY, 'trialId': f't{i}',
                'trial': {'title': f'Trial {i}',
                          'enrolledParticipantCount': 100 + i,
                          'phases': ['PHASE_PHASE2']}})

  @classmethod
  def curl(cls, *arguments, path=''):
    return subprocess.run(
        [options.buf, 'curl', '--protocol', 'grpc', *arguments,
         f'http://{cls.server.address}{path}'],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

  @classmethod
  def attempt(cls, method, request, *arguments):
    return cls.curl('--timeout', '10s', '--data', json.dumps(request),
                    *arguments, path=f'/{PACKAGE}.{method}')

  @classmethod
  def call(cls, method, request, *arguments):
    done = cls.attempt(method, request, *arguments)
    if done.returncode != 0:
      raise AssertionError(f'{method}: {done.stderr}')
    return json.loads(done.stdout)

  def test_the_example_of_the_readme(self):
    readme = (pathlib.Path(__file__).parents[2] / 'README.md').read_text()
    [example] = re.findall(r'^buf (curl (?:.*\\\n)*.*)$', readme, re.M)
    words = shlex.split(example.replace('\\\n', ' ')
                        .replace('127.0.0.1:7701', self.server.address)
                        .replace('registries/nsclc', REGISTRY))
    done = subprocess.run([options.buf, *words], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    self.assertEqual(done.returncode, 0, done.stderr)
    self.assertEqual([trial['title']
                      for trial in json.loads(done.stdout)['trials']],
                     ['Trial 0', 'Trial 1', 'Trial 2'])

  def test_lists_services(self):
    services = self.curl('--list-services').stdout.split()
    for service in ('TrialService', 'RegistryService', 'ChangeService',
                    'ConflictService', 'SnapshotService', 'SyncService'):
      self.assertIn(f'{PACKAGE}.{service}', services)
    self.assertIn('grpc.health.v1.Health', services)

  def test_lists_methods(self):
    for version in ('grpc-v1', 'grpc-v1alpha'):
      methods = self.curl('--list-methods', '--reflect-protocol',
                          version).stdout.split()
      self.assertIn(f'{PACKAGE}.TrialService/ListTrials', methods)
      self.assertIn('grpc.health.v1.Health/Check', methods)

  def test_gets(self):
    trial = self.call('TrialService/GetTrial',
                      {'name': f'{REGISTRY}/trials/t1'})
    self.assertEqual(trial['title'], 'Trial 1')
    self.assertEqual(trial['enrolledParticipantCount'], 101)
    self.assertEqual(trial['phases'], ['PHASE_PHASE2'])

  def test_lists_page_by_page(self):
    request = {'parent': REGISTRY, 'pageSize': 2}
    first = self.call('TrialService/ListTrials', request)
    second = self.call('TrialService/ListTrials',
                       {**request, 'pageToken': first['nextPageToken']})
    self.assertEqual([each['title'] for each in first['trials']],
                     ['Trial 0', 'Trial 1'])
    self.assertEqual([each['title'] for each in second['trials']], ['Trial 2'])
    self.assertNotIn('nextPageToken', second)

  def test_calls_with_the_descriptor_set_alone(self):
    trial = self.call('TrialService/GetTrial',
                      {'name': f'{REGISTRY}/trials/t2'},
                      '--schema', f'{options.protoset}#format=binpb')
    self.assertEqual(trial['title'], 'Trial 2')

  def test_an_error_has_its_details(self):
    done = self.attempt('TrialService/GetTrial',
                        {'name': f'{REGISTRY}/trials/t9'})
    self.assertEqual(done.returncode, NOT_FOUND)
    [detail] = json.loads(done.stderr)['details']
    self.assertEqual(detail['type'], 'google.rpc.ErrorInfo')
    # buf shows details as base64 without padding.
    self.assertIn(b'RECORD_NOT_FOUND',
                  base64.b64decode(detail['value'] + '=='))

  def test_a_call_without_deadline_is_told_how_to_set_one(self):
    done = self.curl('--data', json.dumps({'parent': REGISTRY}),
                     path=f'/{PACKAGE}.TrialService/ListTrials')
    self.assertEqual(done.returncode, INVALID_ARGUMENT)
    self.assertIn('--timeout 10s', json.loads(done.stderr)['message'])

  def test_asks_for_health(self):
    done = self.curl('--timeout', '10s', path='/grpc.health.v1.Health/Check')
    self.assertEqual(json.loads(done.stdout), {'status': 'SERVING'})


def main():
  global options
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument('--consiliumd', required=True)
  parser.add_argument('--protoset', required=True)
  parser.add_argument('--buf', required=True)
  for name in ('--proto-dir', '--work'):
    parser.add_argument(name, type=pathlib.Path)
  options, rest = parser.parse_known_args()
  options.buf = shutil.which(options.buf) or shutil.which('buf')
  if options.buf is None:
    print('SKIPPED: there is no buf; deploy/test.sh fetches it')
    return SKIPPED
  return unittest.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
  sys.exit(main())
