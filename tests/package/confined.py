"""Runs a program under the restrictions of a systemd unit, without systemd.

  confined.py UNIT STATE_DIRECTORY USER_ID COMMAND...

In a mount and a process namespace of its own, as root: the root file system is
read-only but for the state directory, /home is empty, and /proc shows
processes only. The command runs as USER_ID without capabilities, under the
unit's filter of system calls, address families and executable memory. A call
that the filter refuses kills the process here, where systemd would let it
fail, so that none goes unseen.

What systemd does besides is not tried: cgroup rules (devices, addresses),
user and IPC namespaces, and the restrictions of single calls' arguments but
those above.
"""

import os
import pathlib
import subprocess
import sys

import seccomp

PROT_WRITE, PROT_EXEC = 2, 4
EAFNOSUPPORT = 97
FAMILIES = {'AF_UNIX': 1, 'AF_INET': 2, 'AF_INET6': 10}


def read_service(path):
  """The [Service] section: lists, since a setting may stand several times."""
  settings = {}
  section = ''
  for line in pathlib.Path(path).read_text().splitlines():
    if line.startswith('['):
      section = line
    elif section == '[Service]' and '=' in line and line[0] != '#':
      name, _, value = line.partition('=')
      settings.setdefault(name, []).append(value)
  return settings


def expand(name):
  """The system calls of a name: itself, or those of a @group."""
  if not name.startswith('@'):
    return {name}
  lines = subprocess.run(['systemd-analyze', 'syscall-filter', name],
                         check=True, capture_output=True,
                         text=True).stdout.splitlines()
  calls = set()
  for line in lines[1:]:
    word = line.strip()
    if word and not word.startswith('#'):
      calls |= expand(word)
  return calls


def allowed_calls(service):
  allowed = set()
  for value in service['SystemCallFilter']:
    words = value.removeprefix('~').split()
    calls = set().union(*map(expand, words))
    allowed = allowed - calls if value.startswith('~') else allowed | calls
  return allowed | expand('@default')


def filter_calls(service):
  calls = seccomp.SyscallFilter(seccomp.KILL_PROCESS)
  for name in sorted(allowed_calls(service)):
    try:
      calls.add_rule(seccomp.ALLOW, name)
    except RuntimeError:
      pass  # Not a call of this architecture.
  return calls


def filter_arguments(service):
  arguments = seccomp.SyscallFilter(seccomp.ALLOW)
  families = {FAMILIES[each]
              for each in service['RestrictAddressFamilies'][0].split()}
  for family in set(range(64)) - families:
    arguments.add_rule(seccomp.ERRNO(EAFNOSUPPORT), 'socket',
                       seccomp.Arg(0, seccomp.EQ, family))
  if service['MemoryDenyWriteExecute'] == ['yes']:
    both = PROT_WRITE | PROT_EXEC
    arguments.add_rule(seccomp.KILL_PROCESS, 'mmap',
                       seccomp.Arg(2, seccomp.MASKED_EQ, both, both))
    arguments.add_rule(seccomp.KILL_PROCESS, 'mprotect',
                       seccomp.Arg(2, seccomp.MASKED_EQ, PROT_EXEC, PROT_EXEC))
  return arguments


def mount(*arguments):
  subprocess.run(['mount', *arguments], check=True)


def hide_everything_else(state_directory):
  mount('--make-rprivate', '/')
  mount('--bind', state_directory, state_directory)
  mount('-o', 'remount,bind,ro', '/')
  mount('-t', 'proc', '-o', 'subset=pid,hidepid=invisible', 'proc', '/proc')
  mount('-t', 'tmpfs', '-o', 'ro', 'tmpfs', '/home')


def main():
  unit, state_directory, user, *command = sys.argv[1:]
  service = read_service(unit)
  # Whatever needs other programs comes before they are out of reach.
  filters = [filter_arguments(service), filter_calls(service)]
  hide_everything_else(state_directory)
  os.setgroups([])
  os.setresgid(int(user), int(user), int(user))
  os.setresuid(int(user), int(user), int(user))  # Takes all capabilities.
  os.umask(0o077)
  for each in filters:
    each.load()  # Sets no_new_privs.
  os.execv(command[0], command)


if __name__ == '__main__':
  main()
