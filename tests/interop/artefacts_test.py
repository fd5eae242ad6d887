"""The descriptor set and the service config, as a client uses them."""

import argparse
import concurrent.futures
import json
import pathlib
import sys
import unittest

import generated_python
from server_process import SKIPPED

try:
  import grpc
  from google.protobuf import descriptor_pb2, descriptor_pool
except ImportError as error:
  print(f'SKIPPED: {sys.executable} has no gRPC ({error}); Debian has it in '
        'python3-grpcio and python3-protobuf')
  sys.exit(SKIPPED)

DEADLINE_SECONDS = 20
ATTEMPTS_MAX = 4
# Methods that change something although their requests have no request_id.
UNNUMBERED_WRITES = {'JoinRegistry', 'EnrollMember', 'CreateBackup',
                     'PruneBackups'}

options = None  # The command line.


def read_protoset():
  return descriptor_pb2.FileDescriptorSet.FromString(
      options.protoset.read_bytes())


class ProtosetTest(unittest.TestCase):

  def test_needs_nothing_else(self):
    pool = descriptor_pool.DescriptorPool()
    for file in read_protoset().file:
      pool.Add(file)
    for name in ('consilium.v1.Trial', 'consilium.stored.v1.SealedGroup',
                 'google.rpc.ErrorInfo', 'google.rpc.BadRequest',
                 'google.rpc.Status', 'grpc.health.v1.HealthCheckRequest'):
      self.assertEqual(pool.FindMessageTypeByName(name).full_name, name)

  def test_holds_every_file(self):
    held = {file.name for file in read_protoset().file}
    wanted = {path.relative_to(options.proto_dir).as_posix()
              for path in options.proto_dir.rglob('*.proto')}
    self.assertEqual(wanted - held, set())

  def test_holds_comments(self):
    [trial] = [file for file in read_protoset().file
               if file.name == 'consilium/v1/trial.proto']
    comments = [place.leading_comments
                for place in trial.source_code_info.location]
    self.assertTrue(any('Short title.' in comment for comment in comments))


class ServiceConfigTest(unittest.TestCase):
  """A server that fails as told counts the attempts of a client that has
  nothing but the service config."""

  def setUp(self):
    # pylint: disable=import-outside-toplevel
    from consilium.v1 import (trial_pb2, trial_service_pb2,
                              trial_service_pb2_grpc)
    self.messages = trial_service_pb2
    case = self

    class Trials(trial_service_pb2_grpc.TrialServiceServicer):

      def GetTrial(self, request, context):
        return case.answer(context, trial_pb2.Trial(name=request.name))

      def CreateTrial(self, request, context):
        return case.answer(context, request.trial)

    self.failures = []
    self.attempts = 0
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=1))
    trial_service_pb2_grpc.add_TrialServiceServicer_to_server(Trials(), server)
    port = server.add_insecure_port('127.0.0.1:0')
    server.start()
    self.addCleanup(lambda: server.stop(None).wait())
    channel = grpc.insecure_channel(f'127.0.0.1:{port}', [
        ('grpc.service_config', options.service_config.read_text())])
    self.addCleanup(channel.close)
    self.trials = trial_service_pb2_grpc.TrialServiceStub(channel)

  def answer(self, context, response):
    self.attempts += 1
    if self.failures:
      context.abort(self.failures.pop(0), 'as told')
    return response

  def get(self):
    return self.trials.GetTrial(self.messages.GetTrialRequest(name='x'),
                                timeout=DEADLINE_SECONDS)

  def test_a_read_is_repeated_while_the_server_is_unavailable(self):
    self.failures = [grpc.StatusCode.UNAVAILABLE] * (ATTEMPTS_MAX - 1)
    self.assertEqual(self.get().name, 'x')
    self.assertEqual(self.attempts, ATTEMPTS_MAX)

  def test_a_read_is_given_up_in_the_end(self):
    self.failures = [grpc.StatusCode.UNAVAILABLE] * (ATTEMPTS_MAX + 1)
    with self.assertRaises(grpc.RpcError) as raised:
      self.get()
    self.assertEqual(raised.exception.code(), grpc.StatusCode.UNAVAILABLE)
    self.assertEqual(self.attempts, ATTEMPTS_MAX)

  def test_no_other_failure_is_repeated(self):
    for code in grpc.StatusCode:
      if code in (grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE):
        continue
      with self.subTest(code=code):
        self.failures = [code]
        self.attempts = 0
        with self.assertRaises(grpc.RpcError) as raised:
          self.get()
        self.assertEqual(raised.exception.code(), code)
        self.assertEqual(self.attempts, 1)

  def test_a_write_is_not_repeated(self):
    self.failures = [grpc.StatusCode.UNAVAILABLE]
    with self.assertRaises(grpc.RpcError):
      self.trials.CreateTrial(self.messages.CreateTrialRequest(),
                              timeout=DEADLINE_SECONDS)
    self.assertEqual(self.attempts, 1)

  def test_names_every_read_and_no_write(self):
    reads = set()
    for file in read_protoset().file:
      if file.package != 'consilium.v1':
        continue
      messages = {f'.{file.package}.{message.name}': message
                  for message in file.message_type}
      for service in file.service:
        for method in service.method:
          fields = {field.name
                    for field in messages[method.input_type].field}
          if not ('request_id' in fields or method.client_streaming or
                  method.name in UNNUMBERED_WRITES):
            reads.add((f'{file.package}.{service.name}', method.name))
    config = json.loads(options.service_config.read_text())
    [entry] = config['methodConfig']
    self.assertEqual({(name['service'], name['method'])
                      for name in entry['name']}, reads)


def main():
  global options
  parser = argparse.ArgumentParser(description=__doc__)
  for name in ('--protoc', '--grpc-python-plugin'):
    parser.add_argument(name, required=True)
  for name in ('--proto-dir', '--protoset', '--service-config', '--work'):
    parser.add_argument(name, type=pathlib.Path, required=True)
  options, rest = parser.parse_known_args()
  generated_python.generate(options.protoc, options.grpc_python_plugin,
                            options.proto_dir, options.work / 'python')
  unittest.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
  main()
