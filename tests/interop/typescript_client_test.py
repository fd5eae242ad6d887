"""Fetches, generates, compiles and runs the TypeScript client."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

from server_process import SKIPPED

SOURCES = pathlib.Path(__file__).resolve().parent / 'typescript'
NODE_MAJOR_MIN = 20
FETCH_SECONDS_MAX = 90


class Skipped(Exception):
  """The test cannot run here; the text says why."""


def require_node():
  for program in ('node', 'npm'):
    if shutil.which(program) is None:
      raise Skipped(f'there is no {program}')
  version = subprocess.run(['node', '--version'], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.strip()
  if int(re.match(r'v(\d+)', version).group(1)) < NODE_MAJOR_MIN:
    raise Skipped(f'Node.js is {version}, wanted {NODE_MAJOR_MIN} or later')


def fetch_packages(work):
  """Installs what package.json pins, unless an earlier run did."""
  wanted = (SOURCES / 'package.json').read_text()
  done = work / 'node_modules/.fetched'
  if done.exists() and done.read_text() == wanted:
    return
  try:
    subprocess.run(
        ['npm', 'install', '--no-package-lock', '--ignore-scripts',
         '--no-fund', '--no-audit', '--no-update-notifier',
         '--fetch-retries=1', '--fetch-retry-mintimeout=500',
         '--fetch-retry-maxtimeout=2000', '--loglevel=error'],
        cwd=work, check=True, text=True, stdin=subprocess.DEVNULL,
        capture_output=True, timeout=FETCH_SECONDS_MAX)
  except subprocess.CalledProcessError as error:
    raise Skipped(
        f'npm could not fetch the packages:\n{error.stderr}') from None
  except subprocess.TimeoutExpired:
    raise Skipped(f'npm took more than {FETCH_SECONDS_MAX} s') from None
  done.write_text(wanted)


def generate(options):
  output = options.work / 'generated'
  shutil.rmtree(output, ignore_errors=True)
  output.mkdir()
  protos = sorted(path.relative_to(options.proto_dir).as_posix()
                  for path in options.proto_dir.rglob('*.proto'))
  plugin = options.work / 'node_modules/.bin/protoc-gen-es'
  subprocess.run(
      [options.protoc, f'--proto_path={options.proto_dir}',
       f'--plugin=protoc-gen-es={plugin}', f'--es_out={output}',
       '--es_opt=target=ts,import_extension=js', *protos], check=True)


def run(options):
  require_node()
  options.work.mkdir(parents=True, exist_ok=True)
  for source in SOURCES.iterdir():
    shutil.copy(source, options.work)
  fetch_packages(options.work)
  generate(options)
  shutil.rmtree(options.work / 'compiled', ignore_errors=True)
  subprocess.run(['node_modules/.bin/tsc'], cwd=options.work, check=True)
  return subprocess.run(
      ['node', '--test', 'compiled/client_test.js'], cwd=options.work,
      env={**os.environ, 'CONSILIUMD': options.consiliumd},
      check=False).returncode


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  for name in ('--consiliumd', '--protoc'):
    parser.add_argument(name, required=True)
  for name in ('--proto-dir', '--work'):
    parser.add_argument(name, type=pathlib.Path, required=True)
  try:
    return run(parser.parse_args())
  except Skipped as reason:
    print(f'SKIPPED: {reason}')
    return SKIPPED


if __name__ == '__main__':
  sys.exit(main())
