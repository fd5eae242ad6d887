"""Real servers and the command line in front of them, for end-to-end tests.

CONSILIUM and CONSILIUMD name the two programs. Each test starts the servers it
needs on free ports, with data in a temporary directory.
"""

import json
import os
import pathlib
import re
import selectors
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EVIDENCE = ROOT / 'deploy' / 'evidence' / 'nsclc'
CONSILIUM = os.environ['CONSILIUM']
CONSILIUMD = os.environ['CONSILIUMD']
DEADLINE_SECONDS = 60

OK, FAILED, USAGE, PARTIAL, NOT_FOUND = 0, 1, 2, 3, 5
CONFLICT, INVALID, UNAVAILABLE, INTEGRITY = 6, 7, 8, 10

NOUNS = ['publication', 'trial', 'arm', 'endpoint', 'ae', 'review', 'link']


def read_line(process, pattern):
  """The first line of the process' output in which `pattern` is found."""
  selector = selectors.DefaultSelector()
  selector.register(process.stdout, selectors.EVENT_READ)
  end = time.monotonic() + DEADLINE_SECONDS
  while time.monotonic() < end:
    if not selector.select(timeout=1):
      continue
    line = process.stdout.readline()
    if not line:
      break
    if re.search(pattern, line):
      return line
  raise AssertionError(f'nothing like {pattern} was printed')


class Server:
  """One consiliumd."""

  def __init__(self, folder, institution):
    self.institution = institution
    data = pathlib.Path(folder) / institution
    subprocess.run([CONSILIUMD, 'init', '--data', data, '--institution',
                    institution], check=True, capture_output=True)
    self.data = data
    self.log = None
    self.start('127.0.0.1:0')

  def start(self, listen):
    self.log = open(f'{self.data}.log', 'a')
    self.process = subprocess.Popen(
        [CONSILIUMD, 'serve', '--data', self.data, '--listen', listen],
        stdout=subprocess.PIPE, stderr=self.log, text=True)
    line = read_line(self.process, 'listening on ')
    self.address = line.strip().rpartition('listening on ')[2]

  def start_again(self):
    """Starts a stopped server, where it was."""
    self.start(self.address)

  def stop(self):
    self.process.terminate()
    self.process.wait(DEADLINE_SECONDS)
    self.process.stdout.close()
    self.log.close()


class Relay:
  """Forwards connections to a server until so many bytes went through.

  Both ways together. Then it closes them, new ones too, or, when it stalls,
  leaves them open and moves nothing more.
  """

  def __init__(self, address, budget, stalls):
    host, _, port = address.rpartition(':')
    self.target = (host, int(port))
    self.budget = budget
    self.stalls = stalls
    self.sockets = [socket.create_server(('127.0.0.1', 0))]
    self.address = '%s:%d' % self.sockets[0].getsockname()
    self.lock = threading.Lock()
    threading.Thread(target=self.accept, daemon=True).start()

  def accept(self):
    while True:
      try:
        caller, _ = self.sockets[0].accept()
      except OSError:
        return  # Closed.
      server = socket.create_connection(self.target)
      self.sockets += [caller, server]
      for source, sink in ((caller, server), (server, caller)):
        threading.Thread(target=self.forward, args=(source, sink),
                         daemon=True).start()

  def forward(self, source, sink):
    try:
      while data := source.recv(1024):
        with self.lock:
          data = data[:self.budget]
          self.budget -= len(data)
          spent = self.budget == 0
        sink.sendall(data)
        if spent:
          break
      else:
        spent = False
      if spent and self.stalls:
        return
    except OSError:
      pass  # The other direction closed it.
    for each in (source, sink):
      try:
        each.shutdown(socket.SHUT_RDWR)
      except OSError:
        pass

  def close(self):
    for each in self.sockets:
      each.close()


class Result:
  """What one command printed and how it ended."""

  def __init__(self, completed):
    self.code = completed.returncode
    self.out = completed.stdout
    self.err = completed.stderr

  @property
  def json(self):
    return json.loads(self.out)


class CommandLineTest(unittest.TestCase):

  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.folder = pathlib.Path(folder.name)
    self.servers = {}

  def start(self, *institutions):
    for institution in institutions:
      self.servers[institution] = Server(self.folder, institution)
      self.addCleanup(self.servers[institution].stop)

  def found(self, *institutions, registry='nsclc'):
    """Starts the servers: the first founds, each joins the one before it."""
    self.start(*institutions)
    self.run_ok(institutions[0], 'registry', 'create', registry, '--title',
                'A registry')
    for before, each in zip(institutions, institutions[1:]):
      self.run_ok(each, 'registry', 'join', registry, '--from',
                  self.servers[before].address)

  def environment(self, **extra):
    inherited = {key: os.environ[key]
                 for key in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS')
                 if key in os.environ}
    return {**inherited, 'HOME': str(self.folder), 'TMPDIR': str(self.folder),
            'CONSILIUM_AUTHOR': 'rk', **extra}

  def run_any(self, server, *arguments, stdin=None, env=None, text=True):
    command = [CONSILIUM]
    if server is not None:
      command += ['--server', self.servers[server].address]
    return Result(subprocess.run(
        command + [str(each) for each in arguments], input=stdin,
        capture_output=True, text=text, timeout=DEADLINE_SECONDS,
        env=self.environment(**(env or {}))))

  def run_code(self, code, server, *arguments, **kwargs):
    result = self.run_any(server, *arguments, **kwargs)
    self.assertEqual(result.code, code,
                     f'{arguments}\n{result.out}\n{result.err}')
    if code not in (OK, FAILED):
      self.assertTrue(result.err)
    return result

  def run_ok(self, server, *arguments, **kwargs):
    return self.run_code(OK, server, *arguments, **kwargs)

  def run_json(self, server, *arguments, code=OK, **kwargs):
    return self.run_code(code, server, *arguments, '-o', 'json', **kwargs).json

  def file(self, name, text):
    path = self.folder / name
    if isinstance(text, bytes):
      path.write_bytes(text)
    else:
      path.write_text(text)
    return path

  def apply(self, server, text, *flags, name='study.yaml'):
    return self.run_json(server, 'apply', '-f', self.file(name, text), '-m',
                         'a test', *flags)

  def status(self, server, *flags):
    return self.run_json(server, 'registry', 'status', *flags)

  def sync(self, first, second, *flags):
    return self.run_json(None, 'sync', self.servers[first].address,
                         self.servers[second].address, '--registry', 'nsclc',
                         *flags)


STUDY = '''publications:
  - id: pmid-1
    pmid: "1"
    title: A paper
trial:
  id: nct1
  title: A trial
  studyType: interventional
  reports: [{publication: pmid-1, role: result}]
arms:
  - id: drug
    title: The drug
    drugs: [{drug: icotinib}]
  - id: control
    title: Control
    drugs: [{drug: placebo}]
endpoints:
  - id: pfs
    measure: progression-free-survival
    estimates:
      - report: pmid-1
        group: {arms: [drug]}
        statistic: median
        value: 17.6
        unit: mo
        source: {report: pmid-1, locator: table 2, text: 17.6 months}
adverseEvents:
  - id: rash
    term: rash
    counts:
      - report: pmid-1
        group: {arms: [drug]}
        grade: {kind: at-least, low: 3}
        percentage: 12
reviews:
  - id: review
    title: A review
    question: Does it help?
links:
  - id: same
    kind: duplicate
    records: [publications/pmid-1, publications/pmid-2]
    reason: entered twice
'''
SECOND_PAPER = 'publications:\n  - {id: pmid-2, pmid: "2", title: Other}\n'
