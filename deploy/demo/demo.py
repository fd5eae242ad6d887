"""Three institutions, one body of evidence: the scenes of deploy/demo.sh."""

import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from institution import DemoError, Institution, Programs, stop_leftover_server

HERE = pathlib.Path(__file__).resolve().parent
EVIDENCE = HERE.parent / 'evidence/nsclc'
REGISTRY = 'nsclc'
TITLE = 'Targeted drugs with radiotherapy in non-small cell lung cancer'
SNAPSHOT = 'first-reading'
# The whole article, extracted twice.
TWICE = 'nsclc-twice'
SECOND_EVIDENCE = HERE.parent / 'evidence/nsclc-second'
ADJUDICATIONS = HERE.parent / 'evidence/nsclc-adjudications.yaml'
BEFORE = 'before-adjudication'
PROTOCOL = HERE.parent / 'evidence/nsclc-review'
REVIEW = 'nsclc-targeted-rt'
RELEASE = 'release-1'
NEWS_OUTCOME = 'egfr-tki-against-chemoradiotherapy-pfs'
DIFFERENCES = 1  # Exit code of a comparison that found some.
MARKER = '.consilium-demo'

# What each institution extracts. North and south both read SINDAS, north from
# the first of these files and south from deploy/demo/second-reading.yaml; ENTER
# is read at south and at west.
PARTS = {
    'north': ['ref-15', 'ref-18-logik0902', 'ref-19', 'ref-20',
              'ref-24-sindas'],
    'south': ['ref-22', 'ref-25-enter', 'ref-30', 'ref-32', 'ref-37'],
    'west': ['ref-25-enter', 'ref-46-preclinical', 'ref-49', 'ref-50',
             'ref-57-nct01218594', 'ref-57-nct01733589', 'ref-57-comparison',
             'ref-61'],
}
AUTHORS = {'north': 'a.meyer', 'south': 'b.rossi', 'west': 'c.silva'}

LAURA = 'nct03521154'
SINDAS_OS = 'trials/nct02893332/endpoints/os'
LINE_SIZE_MAX = 130
AGREEMENTS_SHOWN_MAX = 6


def short(text):
  return text if len(text) <= LINE_SIZE_MAX else f'{text[:LINE_SIZE_MAX]}...'


class Story:
  """Tells what happens, and keeps count of what was claimed."""

  def __init__(self, brief):
    self._brief = brief
    self._scene = 0
    self.claims = []

  def scene(self, title):
    self._scene += 1
    if not self._brief:
      print(f'\n{self._scene}. {title}', flush=True)

  def say(self, text):
    if not self._brief:
      print(f'   {text}', flush=True)

  def command(self, institution, *arguments):
    words = [f"'{word}'" if set(str(word)) & set(" []") else str(word)
             for word in arguments]
    self.say(f'{institution.name}$ consilium {" ".join(words)}')

  def show(self, text):
    """What a command printed, less the hint at the next one."""
    for line in text.strip().splitlines():
      if not line.startswith('next:'):
        self.say(f'  {short(line)}')

  def claim(self, text, holds):
    self.claims.append((text, bool(holds)))
    print(f'   {"yes" if holds else "NO "}  {text}', flush=True)

  @property
  def failed(self):
    return [text for text, holds in self.claims if not holds]


def telling_parts(values):
  """What tells the values of a conflict apart: the fields that differ."""
  if not all(isinstance(value, dict) for value in values):
    return [json.dumps(value) for value in values]
  differing = {key for value in values for key in value
               if any(other.get(key) != value[key] for other in values)}
  return [json.dumps({key: part for key, part in value.items()
                      if key in differing}, ensure_ascii=False)
          for value in values]


class Demo:

  def __init__(self, folder, programs, story):
    self.folder = folder
    self.programs = programs
    self.story = story
    self.north, self.south, self.west = self.institutions = [
        Institution(name, AUTHORS[name], folder / name, programs)
        for name in PARTS]
    self.summary = {}
    self.frontier_of_dispute = None

  # Steps that several scenes take.

  def tell(self, institution, *arguments):
    """Runs a command and shows it with what it printed."""
    self.story.command(institution, *arguments)
    output = institution.run(*arguments)
    self.story.show(output)
    return output

  def apply(self, institution, source, message, *flags):
    """States the records of files; shows how many, not which."""
    arguments = ['apply', '-f', source, '-m', message, *flags]
    self.story.command(institution, *arguments)
    lines = institution.run(*arguments).splitlines()
    self.story.show('\n'.join(line for line in lines if ' in 1 change' in line))

  def sync(self, one, other, registry=REGISTRY):
    self.story.say(f'$ consilium sync {one.name} {other.name}')
    done = self.programs.run(['sync', one.address, other.address,
                              '--registry', registry, '-o', 'json'])
    if done.returncode != 0:
      raise DemoError(f'sync of {one.name} and {other.name} ended with '
                      f'{done.returncode}\n{done.stderr.strip()}')
    result = json.loads(done.stdout)
    sent = result['sent']
    self.story.say(f'  {sent} change{"" if sent == 1 else "s"} sent, '
                   f'{result["received"]} received, '
                   f'digest {result["digest"][:12]}')

  def sync_line(self):
    """North and west never meet; what is west's reaches north over south."""
    self.sync(self.north, self.south)
    self.sync(self.south, self.west)
    self.sync(self.north, self.south)

  def status(self, institution):
    return institution.read('registry', 'status', REGISTRY)

  def claim_equal(self, when):
    statuses = [self.status(each) for each in self.institutions]
    for status in statuses:
      self.story.say(f'{status["institution"]:6} frontier '
                     f'...{status["frontier"][-16:]}  digest '
                     f'{status["digest"][:16]}...  conflicts '
                     f'{status["conflicts"]}')
    self.story.claim(f'{when}, all three have the same frontier',
                     len({each['frontier'] for each in statuses}) == 1)
    self.story.claim(f'{when}, all three have the same digest',
                     len({each['digest'] for each in statuses}) == 1)
    return statuses

  def part_of(self, institution):
    """The institution's files, in a folder of its own."""
    part = institution.folder / 'evidence'
    part.mkdir()
    for name in PARTS[institution.name]:
      shutil.copy(EVIDENCE / f'{name}.yaml', part)
    return part

  # The scenes.

  def run(self):
    started = time.monotonic()
    self.open_servers()
    self.found_registry()
    self.work_apart()
    self.meet_in_a_line()
    self.read_once_more()
    self.compare()
    self.settle()
    self.take_snapshot()
    self.read_the_past()
    self.write_page()
    self.extract_twice()
    self.count_agreement()
    self.adjudicate_all()
    self.publish_review()
    self.keep_review_alive()
    self.summary['seconds'] = round(time.monotonic() - started, 1)
    (self.folder / 'summary.json').write_text(
        json.dumps(self.summary, indent=2) + '\n')

  def open_servers(self):
    self.story.scene('Three institutions, each with its own server, data '
                     'directory and key')
    for institution in self.institutions:
      institution.start()
      self.story.say(f'{institution.name:6} {institution.address}  '
                     f'{institution.folder}/data')

  def found_registry(self):
    self.story.scene('North founds the registry; south joins from north, '
                     'west from south')
    self.tell(self.north, 'registry', 'create', REGISTRY, '--title', TITLE)
    common = self.folder / 'common'
    common.mkdir()
    for name in ('review-article', 'ref-33-laura'):
      shutil.copy(EVIDENCE / f'{name}.yaml', common)
    self.apply(self.north, common, 'The review article, and LAURA')
    self.tell(self.south, 'registry', 'join', REGISTRY, '--from',
              self.north.address)
    self.tell(self.west, 'registry', 'join', REGISTRY, '--from',
              self.south.address)

  def work_apart(self):
    self.story.scene('Out of reach of each other, all three enter and edit '
                     'evidence')
    for institution in self.institutions:
      self.apply(institution, self.part_of(institution),
                 f'Studies read at {institution.name}')
    self.apply(self.south, HERE / 'second-reading.yaml',
               'Second reading of SINDAS', '--independent')
    self.tell(self.north, 'trial', 'edit', LAURA, '--set',
              'status=active-not-recruiting', '-m', 'Asked the sponsor')
    self.tell(self.west, 'trial', 'edit', LAURA, '--set', 'status=completed',
              '-m', 'As a congress abstract has it')
    digests = {self.status(each)['digest'] for each in self.institutions}
    self.story.claim('apart, the three hold different contents',
                     len(digests) == 3)

  def meet_in_a_line(self):
    self.story.scene('Sync in a line: north with south, south with west; '
                     'north and west never meet')
    self.sync_line()
    self.claim_equal('after the first sync')

  def read_once_more(self):
    self.story.scene('West reads one disputed number again, the other two '
                     'readings known')
    self.apply(self.west, HERE / 'third-reading.yaml',
               'Third reading of one number', '--independent')
    self.sync_line()

  def compare(self):
    self.story.scene('What they disagree on, and what they agree on')
    conflicts = [each.read('conflict', 'list') for each in self.institutions]
    agreements = [each.read('agreement', 'list') for each in self.institutions]
    self.show_conflicts(conflicts[2])
    self.show_agreements(agreements[2])
    self.summary['conflictsBefore'] = len(conflicts[0])
    self.summary['agreements'] = len(agreements[0])
    self.story.claim('there are conflicts and agreements',
                     conflicts[0] and agreements[0])
    self.story.claim('each institution lists the same conflicts',
                     all(each == conflicts[0] for each in conflicts))
    self.story.claim('each institution lists the same agreements',
                     all(each == agreements[0] for each in agreements))
    self.story.claim('some agreements were made blind, some with the other '
                     'value known',
                     {bool(each['blind']) for each in agreements[0]} ==
                     {True, False})
    self.story.claim('edits of north and west met as a conflict, '
                     'though the two never did',
                     any(each['record'].endswith(LAURA) and
                         each['path'] == 'status' for each in conflicts[0]))

  def show_conflicts(self, conflicts):
    self.story.command(self.west, 'conflict', 'list')
    for conflict in conflicts:
      self.story.say(f'  {self.place(conflict)}')
      values = [each['value'] for each in conflict['values']]
      for each, part in zip(conflict['values'], telling_parts(values)):
        self.story.say(f'    {each["institution"]:6} {short(part)}')

  def show_agreements(self, agreements):
    self.story.command(self.west, 'agreement', 'list')
    plain = [each for each in agreements if not isinstance(each['value'], dict)]
    for agreement in plain[:AGREEMENTS_SHOWN_MAX]:
      who = ' and '.join(each['institution'] for each in agreement['values'])
      self.story.say(f'  {self.place(agreement)} = '
                     f'{short(json.dumps(agreement["value"]))}: {who}')
    more = len(agreements) - len(plain[:AGREEMENTS_SHOWN_MAX])
    self.story.say(f'  and {more} more')

  @staticmethod
  def place(row):
    record = row['record'].split(f'registries/{REGISTRY}/')[-1]
    return f'{record} {row["path"]}'

  def disputed_survival(self, institution):
    for conflict in institution.read('conflict', 'list'):
      if conflict['record'].endswith(SINDAS_OS):
        return conflict
    return None

  def settle(self):
    self.story.scene('West, at the far end, settles one conflict with a '
                     'reason')
    conflict = self.disputed_survival(self.west)
    if conflict is None:
      raise DemoError('the overall survival of SINDAS is not in conflict')
    for value in conflict['values']:
      self.story.say(f'{value["institution"]:6} says '
                     f'{value["value"]["value"]} months, read in '
                     f'{value["source"]["locator"]}')
    self.frontier_of_dispute = self.status(self.north)['frontier']
    self.tell(self.west, 'conflict', 'resolve', SINDAS_OS, conflict['path'],
              '--take', 'north', '--reason', 'Section 2.1 prints 17.6')
    self.sync_line()
    self.claim_equal('after the adjudication')
    left = [len(each.read('conflict', 'list')) for each in self.institutions]
    self.story.claim('the conflict is settled everywhere, the others stand',
                     set(left) == {self.summary['conflictsBefore'] - 1})
    self.summary['conflictsAfter'] = left[0]

  def take_snapshot(self):
    self.story.scene('West takes a snapshot; it travels like any record')
    self.tell(self.west, 'snapshot', 'create', SNAPSHOT, '-m',
              'First reading of all studies')
    self.sync_line()
    statuses = self.claim_equal('after the snapshot')
    self.summary['institutions'] = [
        {'name': each.name, 'address': each.address,
         'counts': status['counts'], 'frontier': status['frontier'],
         'digest': status['digest']}
        for each, status in zip(self.institutions, statuses)]
    self.tell(self.north, 'snapshot', 'verify', SNAPSHOT)
    verified = [each.read('snapshot', 'verify', SNAPSHOT)
                for each in self.institutions]
    self.story.claim('each institution rebuilds the snapshot and finds the '
                     'same digest and root',
                     all(each['valid'] for each in verified) and
                     len({(each['digest'], each['root'])
                          for each in verified}) == 1)
    self.summary['snapshot'] = {'name': SNAPSHOT,
                                'digest': verified[0]['digest'],
                                'root': verified[0]['root']}

  def read_the_past(self):
    self.story.scene('Work goes on; the past stays readable at every '
                     'institution')
    old = self.south.read('trial', 'get', LAURA)['title']
    new = 'Osimertinib after definitive chemoradiotherapy'
    self.tell(self.north, 'trial', 'edit', LAURA, '--set', f'title={new}',
              '-m', 'A shorter title')
    self.sync_line()
    self.story.command(self.west, 'trial', 'get', LAURA, '--at', SNAPSHOT)
    then = self.west.read('trial', 'get', LAURA, '--at', SNAPSHOT)['title']
    now = self.west.read('trial', 'get', LAURA)['title']
    self.story.say(f'  title then: {then}')
    self.story.say(f'  title now:  {now}')
    self.story.claim('west reads at the snapshot what north has since changed',
                     (then, now) == (old, new))
    before = self.south.read('conflict', 'list', '--at',
                             self.frontier_of_dispute)
    self.story.claim('south reads the settled conflict at the frontier of '
                     'that time',
                     any(each['record'].endswith(SINDAS_OS)
                         for each in before))

  def write_page(self):
    self.story.scene('The evidence as one page, made twice from different '
                     'servers')
    page = self.folder / 'evidence.html'
    self.story.command(self.north, 'export', 'evidence', '--at', SNAPSHOT,
                       '--file', page.name)
    at_north = self.north.export(SNAPSHOT, page)
    at_west = self.west.export(SNAPSHOT, self.west.folder / page.name)
    self.story.say(f'  {page}, {len(at_north):,} bytes')
    self.story.claim('the pages of north and west are the same, byte for byte',
                     at_north and at_north == at_west)
    self.summary['page'] = str(page)


  def extract_twice(self):
    self.story.scene('Double extraction: north and south each extract the '
                     'whole article, apart')
    self.tell(self.north, 'registry', 'create', TWICE, '--title', TITLE)
    self.tell(self.south, 'registry', 'join', TWICE, '--from',
              self.north.address)
    self.apply(self.north, EVIDENCE, 'First extraction', '--registry', TWICE)
    self.apply(self.south, SECOND_EVIDENCE, 'Second extraction',
               '--independent', '--registry', TWICE)
    self.sync(self.north, self.south, TWICE)
    self.claim_equal_twice('after the two extractions met')

  def claim_equal_twice(self, when):
    statuses = [each.read('registry', 'status', TWICE)
                for each in (self.north, self.south)]
    self.story.claim(f'{when}, both have the same digest',
                     statuses[0]['digest'] == statuses[1]['digest'])
    return statuses[0]

  def agreement(self, institution, *flags):
    """The rows of the summary, by what they are of."""
    rows = institution.read('agreement', 'summary', '--by', 'path',
                            '--registry', TWICE, *flags)
    return {(row['of'], row.get('kind'), row.get('path')): row for row in rows}

  def count_agreement(self):
    self.story.scene('On how much they agree: percent, and kappa where it is a '
                     'choice')
    self.tell(self.north, 'agreement', 'summary', '--by', 'total',
              '--registry', TWICE)
    rows = self.agreement(self.north)
    prospective = rows['categories', 'trial', 'prospective.answer']
    self.story.say(f'  of {prospective["compared"]} studies, both say whether '
                   f'they are prospective: {prospective["percent"]:.1f} % agree, '
                   f'kappa {prospective["kappa"]:.2f}')
    fields, items = rows['fields', None, None], rows['items', None, None]
    numbers = rows['numbers', None, None]
    self.story.claim('nobody knew the other\'s extraction: every agreement is '
                     'blind',
                     all(row['agreed'] == row['blind'] for row in rows.values()
                         if 'agreed' in row))
    self.story.claim('where both enter a number, it is the same number',
                     int(numbers['compared']) > 0 and
                     numbers['agreed'] == numbers['compared'])
    self.story.claim('the other institution counts the same',
                     rows == self.agreement(self.south))
    self.tell(self.south, 'snapshot', 'create', BEFORE, '-m',
              'As extracted, before any adjudication', '--registry', TWICE)
    self.summary['doubleExtraction'] = {
        'recordsOfBoth': rows['records', None, None]['compared'],
        'fieldsPercent': fields['percent'], 'itemsPercent': items['percent'],
        'numbersPercent': numbers['percent'],
        'prospectiveKappa': prospective['kappa'],
        'conflicts': fields['differ'], 'agreements': fields['agreed']}

  def adjudicate_all(self):
    self.story.scene('South settles all differences as a file decides, each '
                     'with its reason')
    self.tell(self.south, 'conflict', 'resolve', '-f', ADJUDICATIONS,
              '--registry', TWICE)
    self.sync(self.north, self.south, TWICE)
    status = self.claim_equal_twice('after the adjudications')
    self.story.claim('no conflict is left', status['conflicts'] == '0')
    self.story.claim('a snapshot keeps what the agreement was counted on',
                     self.agreement(self.north, '--at', BEFORE)
                     ['fields', None, None]['differ'] ==
                     self.summary['doubleExtraction']['conflicts'])
    self.summary['doubleExtraction']['conflictsLeft'] = status['conflicts']
    self.summary['doubleExtraction']['digest'] = status['digest']

  def publish_review(self):
    self.story.scene('A protocol turns the evidence into a review, the same at '
                     'both')
    self.apply(self.north, PROTOCOL, 'The protocol', '--registry', TWICE)
    self.sync(self.north, self.south, TWICE)
    self.tell(self.north, 'snapshot', 'create', RELEASE, '-m',
              'First version of the review', '--registry', TWICE)
    self.sync(self.north, self.south, TWICE)
    self.tell(self.north, 'review', 'run', REVIEW, '--at', RELEASE,
              '--registry', TWICE)
    results = [each.run('review', 'run', REVIEW, '--at', RELEASE, '--registry',
                        TWICE, '-o', 'json')
               for each in (self.north, self.south)]
    self.story.claim('both compute the same review, byte for byte',
                     results[0] == results[1])
    result = json.loads(results[0])
    outcomes = {each['state'] for each in result['outcomes']}
    self.story.claim('every outcome of the protocol has an answer',
                     outcomes and 'OUTCOME_STATE_INVALID_PLAN' not in outcomes)
    self.summary['review'] = {'inputsHash': result['stamp']['inputsHash'],
                              'outcomes': len(result['outcomes']),
                              'included': len(result['includedTrials'])}

  def keep_review_alive(self):
    self.story.scene('LAURA is published; south reads it, and north sees what '
                     'that does to the review')
    self.apply(self.south, HERE / 'laura.yaml', 'LAURA is published',
               '--registry', TWICE)
    self.sync(self.north, self.south, TWICE)
    arguments = ['review', 'diff', REVIEW, RELEASE, '--registry', TWICE]
    self.story.command(self.north, *arguments)
    self.story.show(self.north.run(*arguments, code=DIFFERENCES))
    diff = json.loads(self.north.run(*arguments, '-o', 'json',
                                     code=DIFFERENCES))
    changed = {each['id']: each for each in diff['outcomes']}
    self.story.claim('the outcome that LAURA speaks to changed',
                     NEWS_OUTCOME in changed)
    self.story.claim('south sees the same difference',
                     diff == json.loads(self.south.run(
                         *arguments, '-o', 'json', code=DIFFERENCES)))
    self.story.claim('the released version stays as it was, at both',
                     {each.read('review', 'run', REVIEW, '--at', RELEASE,
                                '--registry', TWICE)['stamp']['inputsHash']
                      for each in (self.north, self.south)} ==
                     {self.summary['review']['inputsHash']})


def prepare(folder):
  """Clears what an earlier run left in `folder`, and nothing else."""
  if folder.exists() and any(folder.iterdir()):
    if not (folder / MARKER).exists():
      raise DemoError(f'{folder} holds other things; name a new or empty '
                      'folder')
    for name in PARTS:
      if stop_leftover_server(folder / name):
        print(f'stopped the server of {name} that an earlier run left')
      shutil.rmtree(folder / name, ignore_errors=True)
    shutil.rmtree(folder / 'common', ignore_errors=True)
    for name in ('summary.json', 'evidence.html'):
      (folder / name).unlink(missing_ok=True)
  folder.mkdir(parents=True, exist_ok=True)
  (folder / MARKER).touch()


def say_how_to_go_on(demo, programs, keep):
  if not keep:
    print('\nTo go on by hand, keep the servers:\n'
          '  deploy/demo.sh --keep --dir ~/consilium-demo')
    return
  print('\nThe servers run on:')
  for each in demo.institutions:
    print(f'  {each.name:6} {each.address}   (stop: kill {each.pid})')
  north = demo.north.address
  print(f'Go on by hand:\n'
        f'  alias consilium={programs.consilium}\n'
        f'  export CONSILIUM_REGISTRY={REGISTRY}   (or {TWICE})\n'
        f'  consilium --server {north} trial list\n'
        f'  consilium --server {north} conflict list\n'
        f"  consilium --server {north} conflict resolve trials/{LAURA} status "
        f"--take north --reason 'asked the sponsor'\n"
        f'  consilium sync {north} {demo.south.address}\n'
        f'  consilium --server {demo.west.address} endpoint history '
        f'{SINDAS_OS}\n'
        f'  consilium --server {north} agreement summary --registry {TWICE} '
        f'--at {BEFORE}')


def interrupted(number, _frame):
  raise DemoError(f'stopped by {signal.Signals(number).name}')


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument('--build-dir', required=True)
  parser.add_argument('--dir', type=pathlib.Path)
  parser.add_argument('--keep', action='store_true')
  parser.add_argument('--check', action='store_true')
  arguments = parser.parse_args()
  for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, interrupted)

  story = Story(brief=arguments.check)
  own_folder = arguments.dir is None
  folder = (pathlib.Path(tempfile.mkdtemp(prefix='consilium-demo-'))
            if own_folder else arguments.dir)
  demo = None
  done = False
  try:
    prepare(folder)
    programs = Programs(arguments.build_dir)
    demo = Demo(folder, programs, story)
    demo.run()
    done = True
    if story.failed:
      print(f'\nFAILED: {len(story.failed)} of {len(story.claims)} claims do '
            'not hold.')
    else:
      print(f'\nAll {len(story.claims)} claims hold: three institutions, one '
            f'body of evidence, in {demo.summary["seconds"]} seconds.')
    if not own_folder or arguments.keep:
      print(f'Files: {folder}/summary.json, {folder}/evidence.html')
    say_how_to_go_on(demo, programs, arguments.keep)
  except (DemoError, OSError, subprocess.SubprocessError, ValueError,
          KeyError) as error:
    print(f'\nFAILED: {error!r}' if isinstance(error, KeyError)
          else f'\nFAILED: {error}', file=sys.stderr)
  finally:
    if demo is not None and not (arguments.keep and done):
      for institution in demo.institutions:
        institution.stop()
    if own_folder and not (arguments.keep and done):
      shutil.rmtree(folder, ignore_errors=True)
  return 0 if done and not story.failed else 1


if __name__ == '__main__':
  sys.exit(main())
