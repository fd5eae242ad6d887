"""What no client should send, sent to a real server: each is refused with the
field, the value and the wish; nothing changes, and the server goes on."""

import argparse
import json
import pathlib
import sys
import unittest

import generated_python
from server_process import SKIPPED, ServerProcess

try:
  import grpc
except ImportError as error:
  print(f'SKIPPED: {sys.executable} has no gRPC ({error}); Debian has it in '
        'python3-grpcio and python3-protobuf')
  sys.exit(SKIPPED)

DEADLINE_SECONDS = 30
REGISTRY = 'registries/interop'
STATUS_DETAILS = 'grpc-status-details-bin'
# More than the server takes, so that the server is the one to refuse.
SEND_SIZE_MAX = [('grpc.max_send_message_length', 64 << 20)]

options = None  # The command line.


def load_client():
  """Generates the client and makes its modules global."""
  generated_python.generate(options.protoc, options.grpc_python_plugin,
                            options.proto_dir, options.work / 'python')
  # pylint: disable=import-outside-toplevel
  from consilium.v1 import (
      registry_service_pb2, registry_service_pb2_grpc, sync_service_pb2,
      sync_service_pb2_grpc, trial_service_pb2, trial_service_pb2_grpc)
  from google.rpc import error_details_pb2, status_pb2
  globals().update(locals())


def varint(number):
  encoded = b''
  while number > 0x7F:
    encoded += bytes([number & 0x7F | 0x80])
    number >>= 7
  return encoded + bytes([number])


def field(number, content):
  """A field of bytes, text or a message, encoded."""
  return varint(number << 3 | 2) + varint(len(content)) + content


class Refusal:
  """An error of a call and what it says about the input."""

  def __init__(self, error):
    self.code = error.code()
    self.message = error.details()
    self.reason = ''
    self.violations = []
    for key, value in error.trailing_metadata() or ():
      if key == STATUS_DETAILS:
        for detail in status_pb2.Status.FromString(value).details:
          self.read(detail)

  def read(self, detail):
    info = error_details_pb2.ErrorInfo()
    bad = error_details_pb2.BadRequest()
    if detail.Unpack(info):
      self.reason = info.reason
    elif detail.Unpack(bad):
      self.violations = list(bad.field_violations)

  @property
  def fields(self):
    return [each.field for each in self.violations]


class Client:
  """A server of its own, with one registry."""

  def __init__(self, test):
    self.server = server = ServerProcess(options.consiliumd)
    test.addCleanup(server.close)
    server.start()
    self.channel = grpc.insecure_channel(server.address, SEND_SIZE_MAX)
    test.addCleanup(self.channel.close)
    self.trials = trial_service_pb2_grpc.TrialServiceStub(self.channel)
    self.sync = sync_service_pb2_grpc.SyncServiceStub(self.channel)
    registry_service_pb2_grpc.RegistryServiceStub(self.channel).CreateRegistry(
        registry_service_pb2.CreateRegistryRequest(registry_id='interop'),
        timeout=DEADLINE_SECONDS)

  def create(self, trial_id, **fields):
    return self.trials.CreateTrial(
        trial_service_pb2.CreateTrialRequest(
            parent=REGISTRY, trial_id=trial_id, trial=fields),
        timeout=DEADLINE_SECONDS)

  def list(self, **request):
    return self.trials.ListTrials(
        trial_service_pb2.ListTrialsRequest(parent=REGISTRY, **request),
        timeout=DEADLINE_SECONDS)

  def send(self, method, request):
    """Calls a method of trials with these bytes."""
    call = self.channel.unary_unary(f'/consilium.v1.TrialService/{method}')
    return call(request, timeout=DEADLINE_SECONDS)

  def frontier(self):
    response = self.sync.GetFrontier(
        sync_service_pb2.GetFrontierRequest(registry=REGISTRY),
        timeout=DEADLINE_SECONDS)
    response.ClearField('server_time')  # That alone goes on by itself.
    return response.SerializeToString(deterministic=True)


class BadInputTest(unittest.TestCase):

  def setUp(self):
    self.client = Client(self)
    for i in range(3):
      self.client.create(f't{i}', title='A trial', enrolled_participant_count=i)

  def refused(self, call, *arguments, **named):
    """The refusal of a call, after which everything is as it was."""
    before = self.client.frontier()
    with self.assertRaises(grpc.RpcError) as raised:
      call(*arguments, **named)
    self.assertEqual(self.client.frontier(), before)
    self.assertEqual(len(self.client.list().trials), 3)
    return Refusal(raised.exception)

  def invalid(self, reason, fields, wanted, call, *arguments, **named):
    """The same for INVALID_ARGUMENT, whose message holds `wanted`."""
    refusal = self.refused(call, *arguments, **named)
    self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT,
                     refusal.message)
    self.assertEqual(refusal.reason, reason)
    self.assertEqual(refusal.fields, fields)
    for each in wanted:
      self.assertIn(each, refusal.message)
    self.assertLess(len(refusal.message), 2000)

  def test_page_tokens(self):
    token = self.client.list(page_size=1, filter='title:trial').next_page_token
    self.assertTrue(token)
    other = Client(self)
    for i in range(3):
      other.create(f't{i}', title='A trial')
    foreign = other.list(page_size=1, filter='title:trial').next_page_token
    tampered = token[:-4] + ('A' if token[-4] != 'A' else 'B') + token[-3:]
    for name, reason, request in [
        ('another filter', 'PAGE_TOKEN_OTHER_QUERY',
         {'filter': 'title:a', 'page_token': token}),
        ('no filter', 'PAGE_TOKEN_OTHER_QUERY', {'page_token': token}),
        ('another server', 'PAGE_TOKEN_OTHER_SERVER',
         {'filter': 'title:trial', 'page_token': foreign}),
        ('tampered', 'PAGE_TOKEN_MALFORMED',
         {'filter': 'title:trial', 'page_token': tampered}),
        ('cut', 'PAGE_TOKEN_MALFORMED',
         {'filter': 'title:trial', 'page_token': token[:-1]}),
        ('no token', 'PAGE_TOKEN_MALFORMED', {'page_token': 'next, please'}),
        ('a megabyte', 'PAGE_TOKEN_MALFORMED', {'page_token': 'A' * 1000000}),
    ]:
      with self.subTest(name):
        self.invalid(reason, ['pageToken'], [], self.client.list, **request)
    # The token itself still serves.
    page = self.client.list(filter='title:trial', page_token=token)
    self.assertEqual(len(page.trials), 2)

  def test_filters(self):
    for name, reason, text, wanted in [
        ('unknown field', 'FILTER_UNKNOWN_FIELD', 'titel = a',
         ['titel', 'title']),
        ('type mismatch', 'FILTER_TYPE_MISMATCH',
         'enrolledParticipantCount = many',
         ['enrolledParticipantCount', 'many', 'number']),
        ('not finished', 'FILTER_SYNTAX', 'title =', []),
        ('a million words', 'FILTER_TOO_LARGE', 'a ' * 1000000, ['65536']),
        ('a million terms', 'FILTER_TOO_LARGE', 'id=a OR ' * 999999 + 'id=a',
         ['65536']),
        ('many terms', 'FILTER_TOO_LARGE', 'a ' * 5000, ['1000']),
        ('deep', 'FILTER_TOO_LARGE', '(' * 5000 + 'a' + ')' * 5000, ['40']),
        ('deep and open', 'FILTER_TOO_LARGE', 'NOT (' * 10000, ['40']),
    ]:
      with self.subTest(name):
        self.invalid(reason, ['filter'], wanted, self.client.list, filter=text)

  def test_text_that_is_no_utf8(self):
    numbers = trial_service_pb2.ListTrialsRequest.DESCRIPTOR.fields_by_name
    parent = field(numbers['parent'].number, REGISTRY.encode())
    text = field(numbers['filter'].number, b'title = \xff\xfe')
    refusal = self.refused(self.client.send, 'ListTrials', parent + text)
    self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT)
    self.assertTrue(refusal.reason)

    request = trial_service_pb2.CreateTrialRequest
    numbers = request.DESCRIPTOR.fields_by_name
    trial = numbers['trial'].message_type.fields_by_name
    bad = (field(numbers['parent'].number, REGISTRY.encode()) +
           field(numbers['trial_id'].number, b't9') +
           field(numbers['trial'].number,
                 field(trial['title'].number, b'\xc3(')))
    refusal = self.refused(self.client.send, 'CreateTrial', bad)
    self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT)
    self.assertTrue(refusal.reason)
    # The log stays one object a line.
    for line in self.client.server.log().splitlines():
      self.assertIn('event', json.loads(line))

  def test_messages_that_nest_too_deeply(self):
    deep = b''
    for _ in range(5000):
      deep = field(900, deep)
    numbers = (
        trial_service_pb2.CreateTrialRequest.DESCRIPTOR.fields_by_name)
    bad = (field(numbers['parent'].number, REGISTRY.encode()) +
           field(numbers['trial_id'].number, b't9') +
           field(numbers['trial'].number, deep))
    refusal = self.refused(self.client.send, 'CreateTrial', bad)
    self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT)
    groups = varint(900 << 3 | 3) * 5000 + varint(900 << 3 | 4) * 5000
    refusal = self.refused(
        self.client.send, 'CreateTrial',
        field(numbers['parent'].number, REGISTRY.encode()) +
        field(numbers['trial_id'].number, b't9') +
        field(numbers['trial'].number, groups))
    self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT)

  def test_huge_text(self):
    refusal = self.refused(self.client.create, 't9', title='x' * 1000000)
    self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT)
    self.assertIn('trial.title', refusal.fields)
    refusal = self.refused(self.client.create, 't9', title='x' * (9 << 20))
    self.assertEqual(refusal.code, grpc.StatusCode.RESOURCE_EXHAUSTED)
    self.invalid('INVALID_FIELD', ['trialId'], [], self.client.create,
                 't' * 1000000, title='A trial')

  def test_bytes_that_are_no_message(self):
    for name, request in [('cut', b'\x0a\xff'), ('noise', b'\xff' * 100)]:
      with self.subTest(name):
        refusal = self.refused(self.client.send, 'GetTrial', request)
        self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(refusal.reason, 'REQUEST_UNREADABLE')

  def test_a_call_without_deadline(self):
    request = trial_service_pb2.ListTrialsRequest(parent=REGISTRY)
    refusal = self.refused(self.client.trials.ListTrials, request)
    self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT)
    self.assertEqual(refusal.reason, 'DEADLINE_MISSING')


if __name__ == '__main__':
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument('--consiliumd', required=True, type=pathlib.Path)
  parser.add_argument('--protoc', required=True, type=pathlib.Path)
  parser.add_argument('--grpc-python-plugin', required=True, type=pathlib.Path)
  parser.add_argument('--proto-dir', required=True, type=pathlib.Path)
  parser.add_argument('--work', required=True, type=pathlib.Path)
  options, rest = parser.parse_known_args()
  load_client()
  unittest.main(argv=sys.argv[:1] + rest)
