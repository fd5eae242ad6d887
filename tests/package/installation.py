"""What the tests of packages share."""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parse_arguments(*names):
  """The options --NAME, which CMakeLists.txt gives, as attributes."""
  parser = argparse.ArgumentParser()
  for name in names:
    parser.add_argument(f'--{name}', required=True, type=pathlib.Path)
  arguments, rest = parser.parse_known_args()
  sys.argv[1:] = rest
  return arguments


class Installation:
  """One component, installed by CMake in a folder of its own."""

  def __init__(self, build_dir, component):
    self._folder = tempfile.TemporaryDirectory(prefix='consilium-')
    self.path = pathlib.Path(self._folder.name)
    self.path.chmod(0o755)
    subprocess.run(
        ['cmake', '--install', build_dir, '--component', component,
         '--prefix', self.path], check=True, stdout=subprocess.DEVNULL)

  def remove(self):
    self._folder.cleanup()


def run_tests():
  """Runs the tests; one that could not run is said, and is no success."""
  program = unittest.main(exit=False, verbosity=2)
  result = program.result
  if not result.wasSuccessful():
    sys.exit(1)
  # ctest counts 77 as not run: only when nothing at all could be.
  sys.exit(77 if len(result.skipped) >= max(result.testsRun, 1) else 0)
