"""Servers with pages of health and metrics, for end-to-end tests."""

import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

from servers import (CONSILIUM, CONSILIUMD, DEADLINE_SECONDS, read_line)


def await_true(what, condition):
  """Returns the first true value of `condition`, asked again and again."""
  end = time.monotonic() + DEADLINE_SECONDS
  while time.monotonic() < end:
    value = condition()
    if value:
      return value
    time.sleep(0.05)
  raise AssertionError(f'did not come to be: {what}')


class Metrics:
  """One page of metrics."""

  SAMPLE = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)$')
  LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

  def __init__(self, text):
    self.text = text
    self.samples = []
    for line in text.splitlines():
      if line.startswith('#') or not line:
        continue
      name, labels, value = self.SAMPLE.match(line).groups()
      self.samples.append(
          (name, dict(self.LABEL.findall(labels or '')), float(value)))

  def names(self):
    return {name for name, _, _ in self.samples}

  def families(self):
    return set(re.findall(r'^# TYPE (\w+) ', self.text, re.M))

  def all(self, name, **labels):
    return [value for each, its_labels, value in self.samples
            if each == name and labels.items() <= its_labels.items()]

  def get(self, name, **labels):
    """The sum of the samples of `name` that have `labels`; 0 for none."""
    return sum(self.all(name, **labels))


class Server:
  """One consiliumd with pages."""

  def __init__(self, folder, institution, http='127.0.0.1:0'):
    self.institution = institution
    self.data = pathlib.Path(folder) / institution
    self.http_flag = [] if http is None else ['--http', http]
    self.process = None
    subprocess.run([CONSILIUMD, 'init', '--data', self.data, '--institution',
                    institution], check=True, capture_output=True)

  def configure(self, text):
    with open(self.data / 'consilium.toml', 'a') as file:
      file.write(text)

  def start(self, *flags, listen='127.0.0.1:0'):
    with open(f'{self.data}.log', 'a') as log:
      self.process = subprocess.Popen(
          [CONSILIUMD, 'serve', '--data', self.data, '--listen', listen,
           *self.http_flag, *flags],
          stdout=subprocess.PIPE, stderr=log, text=True)
    self.address = read_line(self.process, '^listening on ').split()[-1]
    # Printed along with the first line, so it is here already.
    self.http = re.fullmatch(r'health and metrics on http://(.*)/\n',
                             self.process.stdout.readline()).group(1)

  def stop(self):
    if self.process is None:
      return 0
    self.process.terminate()
    code = self.process.wait(DEADLINE_SECONDS)
    self.process.stdout.close()
    self.process = None
    return code

  def fetch(self, path, method='GET'):
    connection = http.client.HTTPConnection(self.http, timeout=DEADLINE_SECONDS)
    try:
      connection.request(method, path)
      response = connection.getresponse()
      return response.status, response.read().decode(), response.headers
    finally:
      connection.close()

  def metrics(self):
    status, text, _ = self.fetch('/metrics')
    assert status == 200, text
    return Metrics(text)

  def run(self, *arguments):
    done = subprocess.run(
        [CONSILIUM, '--server', self.address, *map(str, arguments)],
        capture_output=True, text=True, timeout=DEADLINE_SECONDS,
        env={'PATH': os.environ['PATH'], 'HOME': str(self.data.parent),
             'CONSILIUM_AUTHOR': 'rk'})
    return done

  def run_json(self, *arguments):
    done = self.run(*arguments, '-o', 'json')
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)

  def add_paper(self, number):
    file = self.data.parent / f'{self.institution}-{number}.yaml'
    file.write_text(f'title: Paper {number}\npmid: "{number}"\n')
    self.run_json('publication', 'create', f'pmid-{number}', '-f', file, '-m',
                  'A paper')

  def status(self):
    return self.run_json('registry', 'status', 'nsclc')


class MonitoringTest(unittest.TestCase):

  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.folder = folder.name

  def make(self, institution, **kwargs):
    server = Server(self.folder, institution, **kwargs)
    self.addCleanup(server.stop)
    return server

  def make_pair(self):
    """North with a registry, and south that joined it and is stopped."""
    north = self.make('north')
    north.start()
    north.run_json('registry', 'create', 'nsclc', '--title', 'A registry')
    south = self.make('south')
    south.start()
    south.run_json('registry', 'join', 'nsclc', '--from', north.address)
    south.stop()
    return north, south

  def peer(self, server):
    return (f'\n[[peer]]\nregistry = "nsclc"\naddress = "{server.address}"\n'
            'interval_seconds = 1\n')
