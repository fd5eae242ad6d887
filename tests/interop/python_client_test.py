"""A client that Python's own tools generate, against a real server."""

import argparse
import ast
import pathlib
import queue
import signal
import sys
import threading
import time
import unittest
import uuid

import generated_python
from server_process import SKIPPED, ServerProcess

try:
  import grpc
  from google.protobuf import field_mask_pb2
except ImportError as error:
  print(f'SKIPPED: {sys.executable} has no gRPC ({error}); Debian has it in '
        'python3-grpcio and python3-protobuf')
  sys.exit(SKIPPED)

DEADLINE_SECONDS = 20
REGISTRY = 'registries/interop'
STATUS_DETAILS = 'grpc-status-details-bin'
# So that a client finds a server that came back sooner than by gRPC's own
# waits, which begin at a second.
QUICK_RECONNECT = [('grpc.initial_reconnect_backoff_ms', 50),
                   ('grpc.min_reconnect_backoff_ms', 50),
                   ('grpc.max_reconnect_backoff_ms', 200)]

RETRY_DELAY_SECONDS = 0.05
# How a stream ends whose server goes away; a connection that closes can read
# as a cancellation.
INTERRUPTIONS = [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED]

options = None  # The command line.


def load_client():
  """Generates the client and makes its modules global."""
  output = options.work / 'python'
  generated_python.generate(options.protoc, options.grpc_python_plugin,
                            options.proto_dir, output)
  # pylint: disable=import-outside-toplevel
  from consilium.v1 import (
      change_service_pb2, change_service_pb2_grpc, registry_service_pb2,
      registry_service_pb2_grpc, trial_pb2, trial_service_pb2,
      trial_service_pb2_grpc)
  from google.rpc import error_details_pb2, status_pb2
  globals().update(locals())
  return output


def error_details(error, kind):
  """The details of `kind` that an error carries in its trailers."""
  found = []
  for key, value in error.trailing_metadata():
    if key == STATUS_DETAILS:
      for detail in status_pb2.Status.FromString(value).details:
        message = kind()
        if detail.Unpack(message):
          found.append(message)
  return found


class Watcher(threading.Thread):
  """Watches a registry, and goes on where it was when the server goes away."""

  def __init__(self, changes):
    super().__init__(daemon=True)
    self._changes = changes
    self._lock = threading.Lock()
    self._call = None
    self._stopped = False
    self.received = queue.Queue()  # Messages; at the end an error or None.
    self.interruptions = []

  def run(self):
    since = 0
    replica = None
    try:
      while True:
        request = change_service_pb2.WatchChangesRequest(
            parent=REGISTRY, since_revision=since, replica=replica)
        with self._lock:
          if self._stopped:
            break
          self._call = self._changes.WatchChanges(request, wait_for_ready=True)
        try:
          for message in self._call:
            since = message.revision
            replica = message.replica
            self.received.put(message)
        except grpc.RpcError as error:
          if self._stopped or error.code() not in INTERRUPTIONS:
            raise
          self.interruptions.append(error)
          time.sleep(RETRY_DELAY_SECONDS)
    except grpc.RpcError as error:
      self.received.put(None if self._stopped else error)

  def next(self):
    message = self.received.get(timeout=DEADLINE_SECONDS)
    if isinstance(message, Exception):
      raise message
    return message

  def stop(self):
    with self._lock:
      self._stopped = True
      if self._call is not None:
        self._call.cancel()
    self.join(DEADLINE_SECONDS)


class PythonClientTest(unittest.TestCase):

  def setUp(self):
    self.server = ServerProcess(options.consiliumd)
    self.addCleanup(self.server.close)
    self.server.start()
    channel = grpc.insecure_channel(self.server.address, QUICK_RECONNECT)
    self.addCleanup(channel.close)
    self.trials = trial_service_pb2_grpc.TrialServiceStub(channel)
    self.changes = change_service_pb2_grpc.ChangeServiceStub(channel)
    registries = registry_service_pb2_grpc.RegistryServiceStub(channel)
    registry = registries.CreateRegistry(
        registry_service_pb2.CreateRegistryRequest(
            registry_id='interop', registry={'title': 'Interop'}),
        timeout=DEADLINE_SECONDS)
    self.assertEqual(registry.name, REGISTRY)
    self.assertEqual(registry.title, 'Interop')

  def create(self, trial_id, request_id='', **fields):
    return self.trials.CreateTrial(
        trial_service_pb2.CreateTrialRequest(
            parent=REGISTRY, trial_id=trial_id, request_id=request_id,
            trial=trial_pb2.Trial(**fields),
            change={'author': 'a.meyer', 'message': f'Read {trial_id}'}),
        timeout=DEADLINE_SECONDS, wait_for_ready=True)

  def update(self, trial, *paths):
    return self.trials.UpdateTrial(
        trial_service_pb2.UpdateTrialRequest(
            trial=trial, update_mask=field_mask_pb2.FieldMask(paths=paths)),
        timeout=DEADLINE_SECONDS)

  def get(self, trial_id):
    return self.trials.GetTrial(
        trial_service_pb2.GetTrialRequest(name=f'{REGISTRY}/trials/{trial_id}'),
        timeout=DEADLINE_SECONDS)

  def list_pages(self, between_pages=lambda: None, **request):
    """Yields the pages of one query to its end."""
    token = ''
    while True:
      page = self.trials.ListTrials(
          trial_service_pb2.ListTrialsRequest(
              parent=REGISTRY, page_token=token, **request),
          timeout=DEADLINE_SECONDS)
      yield page
      token = page.next_page_token
      if not token:
        return
      between_pages()

  def refused(self, call):
    """The error of a call that must fail, and its one ErrorInfo."""
    with self.assertRaises(grpc.RpcError) as raised:
      call()
    infos = error_details(raised.exception, error_details_pb2.ErrorInfo)
    self.assertEqual(len(infos), 1)
    self.assertEqual(infos[0].domain, 'consilium')
    return raised.exception, infos[0]

  def test_lists_pages_of_one_version(self):
    names = [f'{REGISTRY}/trials/t{i}' for i in range(7)]
    for i in range(7):
      self.create(f't{i}', title=f'Trial {i}', enrolled_participant_count=i)
    added = iter(['t00', 't9', 't8'])
    pages = list(self.list_pages(
        lambda: self.create(next(added), title='Later'), page_size=3))
    self.assertEqual([len(page.trials) for page in pages], [3, 3, 1])
    self.assertEqual([trial.name for page in pages for trial in page.trials],
                     names)
    self.assertEqual(len({page.frontier for page in pages}), 1)

  def test_filters(self):
    for i in range(4):
      self.create(f't{i}', enrolled_participant_count=10 * i)
    pages = list(self.list_pages(filter='enrolled_participant_count >= 20'))
    self.assertEqual([trial.enrolled_participant_count
                      for page in pages for trial in page.trials], [20, 30])

  def test_pages_fit_an_untuned_client(self):
    long = {'detailed_description': 'x' * 60000,
            'eligibility_criteria': 'y' * 60000,
            'brief_summary': 'z' * 20000}
    for i in range(40):
      self.create(f't{i:02}', **long)
    pages = list(self.list_pages(page_size=1000))
    self.assertEqual(sum(len(page.trials) for page in pages), 40)
    self.assertGreater(sum(page.ByteSize() for page in pages), 4 << 20)

  def test_updates_with_the_etag_that_was_read(self):
    created = self.create('laura', title='LAURA', countries=['CN', 'JP'])
    self.assertFalse(created.HasField('acronym'))
    read = self.get('laura')
    self.assertEqual(read.etag, created.etag)
    updated = self.update(
        trial_pb2.Trial(name=read.name, etag=read.etag, acronym='LAURA',
                        title='not in the mask'), 'acronym')
    self.assertEqual(updated.acronym, 'LAURA')
    self.assertEqual(updated.title, 'LAURA')
    self.assertEqual(list(updated.countries), ['CN', 'JP'])
    self.assertNotEqual(updated.etag, read.etag)

  def test_a_stale_etag_tells_the_current_one(self):
    first = self.create('laura', title='LAURA')
    second = self.update(trial_pb2.Trial(name=first.name, etag=first.etag,
                                         title='By somebody else'))
    stale = trial_pb2.Trial(name=first.name, etag=first.etag, title='Mine')
    error, info = self.refused(lambda: self.update(stale))
    self.assertEqual(error.code(), grpc.StatusCode.ABORTED)
    self.assertEqual(info.reason, 'STALE_ETAG')
    self.assertEqual(info.metadata['etag'], first.etag)
    self.assertEqual(info.metadata['current_etag'], second.etag)
    self.assertEqual(info.metadata['record'], 'trials/laura')
    self.assertEqual(self.get('laura').title, 'By somebody else')
    # What the error tells is enough to decide and try again.
    stale.etag = info.metadata['current_etag']
    self.assertEqual(self.update(stale).title, 'Mine')

  def test_bad_input_names_every_field(self):
    error, _ = self.refused(
        lambda: self.create('laura', planned_participant_count=0,
                            start_date='yesterday'))
    self.assertEqual(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
    [bad] = error_details(error, error_details_pb2.BadRequest)
    self.assertEqual(sorted(each.field for each in bad.field_violations),
                     ['trial.plannedParticipantCount', 'trial.startDate'])

  def test_a_call_without_deadline_is_refused(self):
    error, info = self.refused(lambda: self.trials.ListTrials(
        trial_service_pb2.ListTrialsRequest(parent=REGISTRY)))
    self.assertEqual(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
    self.assertEqual(info.reason, 'DEADLINE_MISSING')

  def test_text_beyond_ascii_survives(self):
    title = 'Étude 试验 – 50 % ± 3 Gy 😀'
    self.create('etude', title=title)
    self.assertEqual(self.get('etude').title, title)
    # Messages travel percent-encoded and details as bytes.
    error, info = self.refused(lambda: self.get('é'))
    self.assertEqual(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
    self.assertIn('é', error.details())
    self.assertTrue(info.reason)

  def test_a_repeated_request_is_answered_as_the_first(self):
    request_id = str(uuid.uuid4())
    first = self.create('laura', request_id, title='LAURA')
    again = self.create('laura', request_id, title='LAURA')
    self.assertEqual(again, first)

  def test_follows_a_watch_through_restarts(self):
    watcher = Watcher(self.changes)
    watcher.start()
    self.addCleanup(watcher.stop)
    self.assertEqual(watcher.next().revision, 1)  # The founding.
    for trial_id, number, code in [('t1', signal.SIGTERM, 0),
                                   ('t2', signal.SIGKILL, -signal.SIGKILL),
                                   ('t3', None, None)]:
      created = self.create(trial_id, title=trial_id)
      message = watcher.next()
      self.assertEqual(message.revision, int(created.revision))
      [change] = message.changes
      self.assertEqual(change.info.author, 'a.meyer')
      self.assertEqual(change.info.message, f'Read {trial_id}')
      self.assertIn('title', [each.path for each in change.assignments])
      self.assertEqual({each.record for each in change.assignments},
                       {created.name})
      if number is not None:
        self.assertEqual(self.server.end(number), code)
        self.server.start()
    self.assertGreaterEqual(len(watcher.interruptions), 2)
    # A server that stops says so.
    [info] = error_details(watcher.interruptions[0],
                           error_details_pb2.ErrorInfo)
    self.assertEqual(info.reason, 'SERVER_STOPPING')
    self.assertTrue(watcher.received.empty())

  def test_a_watch_of_a_revision_ahead_is_refused(self):
    error, info = self.refused(lambda: next(self.changes.WatchChanges(
        change_service_pb2.WatchChangesRequest(parent=REGISTRY,
                                               since_revision=99))))
    self.assertEqual(error.code(), grpc.StatusCode.OUT_OF_RANGE)
    self.assertEqual(info.metadata['newest'], '1')

  def test_a_watch_of_a_revision_of_another_replica_is_refused(self):
    error, info = self.refused(lambda: next(self.changes.WatchChanges(
        change_service_pb2.WatchChangesRequest(
            parent=REGISTRY, since_revision=1, replica='0' * 32))))
    self.assertEqual(error.code(), grpc.StatusCode.FAILED_PRECONDITION)
    self.assertEqual(info.reason, 'REVISION_OF_OTHER_REPLICA')

  def test_type_stubs_are_generated(self):
    stub = (options.output / 'consilium/v1/trial_pb2.pyi').read_text()
    classes = {each.name for each in ast.parse(stub).body
               if isinstance(each, ast.ClassDef)}
    self.assertIn('Trial', classes)


def main():
  global options
  parser = argparse.ArgumentParser(description=__doc__)
  for name in ('--consiliumd', '--protoc', '--grpc-python-plugin',
               '--proto-dir'):
    parser.add_argument(name, required=True)
  parser.add_argument('--work', type=pathlib.Path, required=True)
  options, rest = parser.parse_known_args()
  options.output = load_client()
  unittest.main(argv=[sys.argv[0], *rest])


if __name__ == '__main__':
  main()
