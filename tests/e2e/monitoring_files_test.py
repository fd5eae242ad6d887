"""What stands in deploy/monitoring, beside a real server.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs. With
`--promtool PROGRAM` it runs Prometheus' own checks instead, or exits with 77
when there is no such program.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import unittest

import yaml

from servers import (CONSILIUM, CONSILIUMD, DEADLINE_SECONDS, ROOT)
from watched_servers import (await_true, MonitoringTest)

MONITORING = ROOT / 'deploy' / 'monitoring'
SKIPPED = 77


class FilesTest(MonitoringTest):
  """Alerts, dashboard and runbooks speak of what there is."""

  LABELS = {'grpc_type', 'grpc_code', 'grpc_method', 'grpc_service'}
  NAME = re.compile(r'\b(?:consilium|grpc|process)_[a-z_]+')

  @classmethod
  def setUpClass(cls):
    cls.rules = [rule for group in yaml.safe_load(
        (MONITORING / 'alerts.yml').read_text())['groups']
                 for rule in group['rules']]
    cls.dashboard = json.loads((MONITORING / 'dashboard.json').read_text())

  def used_names(self, text):
    return set(self.NAME.findall(text)) - self.LABELS

  def watched_page(self):
    """The metrics of a server to which everything has happened."""
    north, south = self.make_pair()
    south.configure(self.peer(north))
    south.start()
    south.add_paper(1)
    return await_true('a sync succeeded', lambda: (
        lambda page: page if page.get('consilium_sync_changes_total')
        else None)(south.metrics()))

  def test_every_metric_named_is_served(self):
    page = self.watched_page()
    # Prose speaks of a histogram as a whole.
    served = {True: page.names(), False: page.names() | page.families()}
    expressions = {rule['alert']: rule['expr'] for rule in self.rules}
    for panel in self.dashboard['panels']:
      for target in panel.get('targets', []):
        expressions[f'panel {panel["title"]}'] = target['expr']
    for runbook in (MONITORING / 'runbooks').glob('*.md'):
      expressions[runbook.name] = runbook.read_text()
    for number, variable in enumerate(self.dashboard['templating']['list']):
      expressions[f'variable {number}'] = variable.get('definition', '')
    named = 0
    for where, text in expressions.items():
      for name in self.used_names(text):
        named += 1
        self.assertIn(name, served[not where.endswith('.md')], where)
    self.assertGreater(named, 50)

  def test_every_alert_has_its_runbook_and_every_runbook_its_alert(self):
    for rule in self.rules:
      # Where the package puts what stands here.
      place, _, name = rule['annotations']['runbook_url'].rpartition('/')
      self.assertEqual(
          place,
          'file:///usr/share/doc/consilium-server/monitoring/runbooks')
      path = MONITORING / 'runbooks' / name
      self.assertTrue(path.is_file(), path)
      self.assertEqual(path.read_text().splitlines()[0], f'# {rule["alert"]}')
      self.assertIn(rule['labels']['severity'], ('info', 'warning', 'critical'))
    self.assertEqual(
        {path.stem for path in (MONITORING / 'runbooks').glob('*.md')},
        {rule['alert'] for rule in self.rules})

  def test_runbooks_link_to_what_there_is(self):
    for runbook in (MONITORING / 'runbooks').glob('*.md'):
      for link in re.findall(r'\]\(([^)]*)\)', runbook.read_text()):
        self.assertTrue((runbook.parent / link).is_file(),
                        f'{runbook.name}: {link}')

  def test_runbooks_name_commands_that_there_are(self):
    seen = 0
    for runbook in (MONITORING / 'runbooks').glob('*.md'):
      blocks = re.findall(r'^```\n(.*?)^```', runbook.read_text(), re.M | re.S)
      for line in re.split('[\n;]', '\n'.join(blocks)):
        words = shlex.split(line, comments=True) if 'consilium' in line else []
        if not words or words[0] not in ('consilium', 'consiliumd'):
          continue
        seen += 1
        program = CONSILIUM if words[0] == 'consilium' else CONSILIUMD
        if words[1] == '--server':
          del words[1:3]
        verb = [word for word in words[1:4] if re.fullmatch('[a-z]+', word)]
        done = subprocess.run([program, *verb, '--help'], capture_output=True,
                              text=True, timeout=DEADLINE_SECONDS)
        self.assertEqual(done.returncode, 0, f'{runbook.name}: {line}')
        for flag in re.findall(r' (--[a-z-]+)', ' ' + ' '.join(words)):
          self.assertIn(flag, done.stdout, f'{runbook.name}: {line}')
    self.assertGreater(seen, 10)

  def test_panels_have_ids_and_places_of_their_own(self):
    panels = self.dashboard['panels']
    self.assertEqual(len({panel['id'] for panel in panels}), len(panels))
    taken = set()
    for panel in panels:
      at = panel['gridPos']
      cells = {(x, y) for x in range(at['x'], at['x'] + at['w'])
               for y in range(at['y'], at['y'] + at['h'])}
      self.assertFalse(cells & taken, panel['title'])
      self.assertLessEqual(at['x'] + at['w'], 24)
      taken |= cells


class PromtoolTest(MonitoringTest):
  """Prometheus' own checks."""

  program = None

  def check(self, *arguments, stdin=None):
    done = subprocess.run([self.program, *arguments], input=stdin, text=True,
                          capture_output=True, cwd=MONITORING,
                          timeout=DEADLINE_SECONDS)
    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

  def test_rules(self):
    self.check('check', 'rules', 'alerts.yml')

  def test_rules_fire_when_they_should(self):
    self.check('test', 'rules', 'alerts_test.yml')

  def test_scrape_example(self):
    self.check('check', 'config', 'scrape.yml')

  def test_metrics_page(self):
    north = self.make('north')
    north.start()
    north.run_json('registry', 'create', 'nsclc', '--title', 'A registry')
    self.check('check', 'metrics', stdin=north.metrics().text)

  def test_expressions_of_the_dashboard(self):
    panels = json.loads((MONITORING / 'dashboard.json').read_text())['panels']
    rules = [{'record': 'a:b', 'labels': {'n': f'{panel["id"]}-{number}'},
              'expr': target['expr'].replace('$__rate_interval', '1m')}
             for panel in panels
             for number, target in enumerate(panel.get('targets', []))]
    file = pathlib.Path(self.folder) / 'dashboard.yml'
    file.write_text(yaml.safe_dump(
        {'groups': [{'name': 'dashboard', 'rules': rules}]}))
    self.check('check', 'rules', file)
if __name__ == '__main__':
  if len(sys.argv) > 2 and sys.argv[1] == '--promtool':
    PromtoolTest.program = shutil.which(os.path.abspath(sys.argv[2])) or shutil.which('promtool')
    if PromtoolTest.program is None:
      print('skipped: there is no promtool')
      sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1], defaultTest='PromtoolTest')
  else:
    del PromtoolTest
    unittest.main()
