"""The example review's page, looked at in a browser.

  review_browser_test.py MODULES

MODULES holds axe-core, html-validate and puppeteer-core, which
deploy/test.sh fetches from npm. Run by ctest with CONSILIUM and CONSILIUMD
naming the two programs; exits with 77, and says why, where there is no browser.
PAGE_PICTURES names a folder for screenshots and the print, if they are wanted.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from review_pages_test import REVIEW, ReviewPagesCase
from servers import ROOT

CHECK = ROOT / 'tests' / 'server' / 'page' / 'browser' / 'check_page.mjs'
SKIPPED = 77
PATIENCE_SECONDS = 900


class BrowserTest(ReviewPagesCase):

  def test_the_page_reads_well_everywhere(self):
    self.found('north')
    self.enter('north')
    self.run_ok('north', 'snapshot', 'create', 'release-q3', '-m', 'release')
    server = self.servers['north']
    self.page('north', f'/reviews/{REVIEW}')  # Computed before the clock runs.
    done = subprocess.run(
        ['node', CHECK, f'http://{server.pages}/reviews/{REVIEW}', MODULES,
         *filter(None, [os.environ.get('PAGE_PICTURES')])],
        capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


def missing():
  """What the test wants and this machine has not; None when all is there."""
  if shutil.which('node') is None:
    return 'Node.js is not installed; deploy/install-dependencies.sh test does'
  chromium = os.environ.get('CHROMIUM', '/usr/bin/chromium')
  if not os.access(chromium, os.X_OK):
    return (f'{chromium} is not installed; deploy/install-dependencies.sh test '
            'does')
  for module in ('axe-core', 'html-validate', 'puppeteer-core'):
    if not (MODULES / module).is_dir():
      return f'{MODULES / module} is missing; deploy/test.sh fetches it'
  return None


if __name__ == '__main__':
  MODULES = pathlib.Path(sys.argv.pop(1))
  why = missing()
  if why is not None:
    print(f'skipped: {why}')
    sys.exit(SKIPPED)
  suite = unittest.TestSuite(
      [BrowserTest('test_the_page_reads_well_everywhere')])
  sys.exit(not unittest.TextTestRunner().run(suite).wasSuccessful())
