"""Reviews as pages: over HTTP, and the same bytes wherever they are asked for.

Run by ctest with CONSILIUM and CONSILIUMD naming the two programs.
"""

import html
import http.client
import re
import shlex
import subprocess
import unittest

from servers import (CommandLineTest, CONSILIUM, CONSILIUMD, DEADLINE_SECONDS,
                     EVIDENCE, INVALID, ROOT, USAGE, read_line)

PROTOCOL = ROOT / 'deploy' / 'evidence' / 'nsclc-review'
REVIEW = 'nsclc-targeted-rt'
LATER = '''trial:
  id: nct03595644
  enrolledParticipantCount: 133
'''


class PageServer:
  """One consiliumd that serves reviews."""

  def __init__(self, folder, institution, *flags):
    data = folder / institution
    subprocess.run([CONSILIUMD, 'init', '--data', data, '--institution',
                    institution], check=True, capture_output=True)
    self.log = open(f'{data}.log', 'w')
    self.process = subprocess.Popen(
        [CONSILIUMD, 'serve', '--data', data, '--listen', '127.0.0.1:0',
         '--review-pages', '127.0.0.1:0', *flags],
        stdout=subprocess.PIPE, stderr=self.log, text=True)
    self.address = read_line(self.process, '^listening on ').split()[-1]
    # It came together with the line before.
    line = self.process.stdout.readline()
    self.pages = re.search(r'^reviews on http://(.*)/', line).group(1)

  def stop(self):
    self.process.terminate()
    self.process.wait(DEADLINE_SECONDS)
    self.process.stdout.close()
    self.log.close()

  def fetch(self, path, method='GET', **headers):
    connection = http.client.HTTPConnection(self.pages,
                                            timeout=DEADLINE_SECONDS * 2)
    try:
      connection.request(method, path, headers={
          name.replace('_', '-'): value for name, value in headers.items()})
      response = connection.getresponse()
      return response.status, response.read(), response.headers
    finally:
      connection.close()


class ReviewPagesCase(CommandLineTest):
  """With servers that show reviews to browsers."""

  def start(self, *institutions):
    for institution in institutions:
      self.servers[institution] = PageServer(self.folder, institution)
      self.addCleanup(self.servers[institution].stop)

  def fetch(self, institution, path, **headers):
    return self.servers[institution].fetch(path, **headers)

  def page(self, institution, path):
    status, body, _ = self.fetch(institution, path)
    self.assertEqual(status, 200, body[:500])
    return body

  def render(self, institution, *flags):
    return self.run_any(institution, 'review', 'render', REVIEW, *flags,
                        text=False).out

  def run_review(self, institution, *flags):
    return self.run_any(institution, 'review', 'run', REVIEW, *flags,
                        text=False).out

  def enter(self, institution):
    self.run_ok(institution, 'apply', '-f', EVIDENCE, '-m', 'evidence')
    self.run_ok(institution, 'apply', '-f', PROTOCOL, '-m', 'protocol')


class ReviewPagesTest(ReviewPagesCase):

  def test_pages_are_read_only_and_strict(self):
    self.found('north')
    self.assertIn(b'No registry here holds a review', self.page('north', '/'))
    self.enter('north')
    self.assertIn(f'/registries/nsclc/reviews/{REVIEW}'.encode(),
                  self.page('north', '/'))
    path = f'/reviews/{REVIEW}'
    status, body, headers = self.fetch('north', path)
    self.assertEqual((status, headers['Content-Type']),
                     (200, 'text/html; charset=utf-8'))
    policy = headers['Content-Security-Policy']
    self.assertIn("default-src 'none'", policy)
    self.assertIn("frame-ancestors 'none'", policy)
    self.assertNotIn('unsafe', policy)
    # The page says the same of itself, for those who keep it as a file.
    self.assertIn(html.escape(policy.partition('; frame-')[0]).replace(
        '&#x27;', '&#39;').encode(), body)
    self.assertEqual(body, self.page('north',
                                     f'/registries/nsclc{path}'))

    with self.subTest('asked again'):
      tag = headers['ETag']
      status, rest, again = self.fetch('north', path, If_None_Match=tag)
      self.assertEqual((status, rest, again['ETag']), (304, b'', tag))
      self.assertEqual(self.fetch('north', path,
                                  If_None_Match=f'"x", W/{tag}')[0], 304)
      self.assertEqual(self.fetch('north', path, If_None_Match='"x"')[0], 200)
      status, rest, head = self.fetch('north', path, method='HEAD')
      self.assertEqual((status, rest, int(head['Content-Length'])),
                       (200, b'', len(body)))

    with self.subTest('figures'):
      status, figure, headers = self.fetch('north',
                                           f'{path}/figures/gap-map.svg')
      self.assertEqual((status, headers['Content-Type']),
                       (200, 'image/svg+xml'))
      self.assertTrue(figure.startswith(b'<svg '))
      self.assertIn(figure, body)
      self.assertEqual(figure, self.render('north', '--figure', 'gap-map'))

    with self.subTest('what there is not'):
      for wrong, wanted in {
          '/nothing': 'the page / lists the reviews',
          '/reviews/nothing': 'no review "nothing"',
          f'{path}/nothing': 'figures/NAME.svg',
          f'{path}/figures/none.svg': 'gap-map',
          f'{path}?at=nothing': 'nothing',
          f'/registries/none{path}': 'nsclc',
      }.items():
        status, text, headers = self.fetch('north', wrong)
        self.assertEqual(status, 404, wrong)
        self.assertIn(wanted, text.decode())
        self.assertEqual(headers['Content-Type'], 'text/plain; charset=utf-8')
        self.assertNotIn('ETag', headers)
      status, text, _ = self.fetch('north', f'{path}?version=1')
      self.assertEqual(status, 400)
      self.assertIn('want at or since', text.decode())
      self.assertEqual(self.fetch('north', '/reviews/..%2f..%2fkeys')[0], 400)
      self.assertEqual(self.fetch('north', f'{path}?at=3%00junk')[0], 400)
      status, text, headers = self.fetch('north', path, method='POST')
      self.assertEqual((status, headers['Allow']), (405, 'GET, HEAD'))
      self.assertIn('want GET or HEAD', text.decode())

  def test_every_way_to_a_version_gives_the_same_bytes(self):
    self.found('north', 'south')
    self.enter('north')
    self.run_ok('north', 'snapshot', 'create', 'release-q3', '-m', 'release')
    self.apply('north', LATER)
    self.sync('north', 'south')
    path = f'/reviews/{REVIEW}'
    latest = self.page('north', path)
    snapshot = self.page('north', f'{path}?at=release-q3')
    news = self.page('north', f'{path}?since=release-q3')
    self.assertEqual(len({latest, snapshot, news}), 3)
    self.assertEqual(self.fetch('south', path)[2]['ETag'],
                     self.fetch('north', path)[2]['ETag'])
    for institution in ('north', 'south'):
      self.assertEqual(self.page(institution, path), latest)
      self.assertEqual(self.render(institution), latest)
      self.assertEqual(self.page(institution, f'{path}?at=release-q3'), snapshot)
      self.assertEqual(self.render(institution, '--at', 'release-q3'), snapshot)
      self.assertEqual(self.page(institution, f'{path}?since=release-q3'), news)
      for flags, page in (((), latest), (('--at', 'release-q3'), snapshot),
                          (('--since', 'release-q3'), news)):
        self.assertEqual(self.run_review(institution, '-o', 'html', *flags),
                         page)
        self.assertEqual(self.run_review(institution, '-o', 'csv', *flags),
                         self.render(institution, '--format', 'csv', *flags))

    # What a page says to type is typed, at the other institution.
    for page in (latest, snapshot, news):
      told = html.unescape(
          re.search('<pre>(.*?)</pre>', page.decode(), re.S).group(1))
      commands = [shlex.split(line) for line in told.splitlines() if line]
      self.assertEqual(len(commands), 2, told)
      for command in commands:
        self.assertEqual(command[0], 'consilium')
        done = subprocess.run(
            [CONSILIUM, '--server', self.servers['south'].address,
             *command[1:]], cwd=self.folder, capture_output=True, text=True,
            timeout=DEADLINE_SECONDS * 2, env=self.environment())
        self.assertEqual(done.returncode, 0, done.stderr)
      self.assertEqual((self.folder / 'review.html').read_bytes(), page)

  def test_only_what_is_a_page_is_written_as_one(self):
    self.found('north')
    self.enter('north')
    refused = self.run_code(USAGE, 'north', 'evidence', 'search', '-o', 'html')
    self.assertIn('table, json, jsonl, csv, name', refused.err)
    refused = self.run_code(USAGE, 'north', 'review', 'run', REVIEW, '-o',
                            'html', '--outcome', 'pfs')
    self.assertIn('every outcome', refused.err)

  def test_an_address_that_others_reach_must_be_meant(self):
    subprocess.run([CONSILIUMD, 'init', '--data', self.folder / 'east',
                    '--institution', 'east'], check=True, capture_output=True)
    done = subprocess.run(
        [CONSILIUMD, 'serve', '--data', self.folder / 'east',
         '--review-pages', '0.0.0.0:0'], capture_output=True, text=True,
        timeout=DEADLINE_SECONDS)
    self.assertEqual(done.returncode, INVALID)
    for wanted in ('--review-pages', '--review-pages-remote', 'reviews'):
      self.assertIn(wanted, done.stderr)
    with open(self.folder / 'east' / 'consilium.toml', 'a') as file:
      file.write('\n[review_pages]\nlisten = "127.0.0.1:0"\n')
    process = subprocess.Popen(
        [CONSILIUMD, 'serve', '--data', self.folder / 'east', '--listen',
         '127.0.0.1:0'],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    self.addCleanup(process.stdout.close)
    self.addCleanup(process.wait)
    self.addCleanup(process.terminate)
    read_line(process, '^listening on ')
    self.assertRegex(process.stdout.readline(),
                     '^reviews on http://127.0.0.1:')


if __name__ == '__main__':
  unittest.main()
