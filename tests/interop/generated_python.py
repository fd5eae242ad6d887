"""Generates the Python client, as somebody with the .proto files would."""

import pathlib
import shutil
import subprocess
import sys


def generate(protoc, plugin, proto_dir, output):
  """Generates every message, stub and type stub into `output`, which becomes
  importable."""
  proto_dir = pathlib.Path(proto_dir)
  shutil.rmtree(output, ignore_errors=True)
  pathlib.Path(output).mkdir(parents=True)
  protos = sorted(path.relative_to(proto_dir).as_posix()
                  for path in proto_dir.rglob('*.proto'))
  subprocess.run(
      [protoc, f'--proto_path={proto_dir}', f'--python_out={output}',
       f'--pyi_out={output}', f'--plugin=protoc-gen-grpc={plugin}',
       f'--grpc_out={output}', *protos], check=True)
  sys.path.insert(0, str(output))
