#!/usr/bin/env python3
"""Builds bytes from the words of storage/FORMAT.md, and compares.

Whoever writes another implementation has that page alone. Each formula of it is
read here as it is printed and must give what testdata/vectors.json holds, which
Consilium's own code is tested against.
"""

import hashlib
import json
import pathlib
import re
import unittest

HERE = pathlib.Path(__file__).parent
PAGE = (HERE / '../../../storage/FORMAT.md').resolve().read_text()
VECTORS = json.loads((HERE / 'testdata/vectors.json').read_text())
MESSAGES = VECTORS['messages']


def formula(domain):
  """What the page says is hashed or signed under a domain tag."""
  tag = f'"consilium {domain} v1"'
  begin = PAGE.find(tag)
  if begin < 0:
    raise AssertionError(f'FORMAT.md has no formula for {tag}')
  in_brackets = PAGE[begin - 1] == '('
  depth = 0
  for end in range(begin, len(PAGE)):
    depth += {'(': 1, ')': -1}.get(PAGE[end], 0)
    if depth < 0 or PAGE[end] == '`' or (PAGE[end] == '\n' and
                                         not in_brackets):
      return PAGE[begin:end]
  raise AssertionError(f'the formula for {tag} does not end')


def build(text, facts):
  """The bytes that `text` says, with `facts` for its names."""
  out = b''
  names = sorted(facts, key=len, reverse=True)
  name = '|'.join(map(re.escape, names))
  token = re.compile(
      r'[\s|]*(?:"(?P<tag>[^"]*)"|(?P<zero>00)\b|str\((?P<counted>%s)\)|'
      r'(?P<plain>%s)(?: \((?P<size>\d+) bytes?\))?)(?=[\s|]|$)' %
      (name, name))
  text = text.strip()
  at = 0
  while at < len(text):
    found = token.match(text, at)
    if not found:
      raise AssertionError(f'cannot read {text[at:]!r} of {text!r}')
    at = found.end()
    if found['tag'] is not None:
      out += found['tag'].encode()
    elif found['zero']:
      out += b'\0'
    elif found['counted']:
      value = facts[found['counted']]
      out += len(value).to_bytes(8, 'big') + value
    else:
      value = facts[found['plain']]
      if isinstance(value, int):
        value = value.to_bytes(int(found['size']), 'big')
      elif found['size'] and len(value) != int(found['size']):
        raise AssertionError(f'{found["plain"]} has {len(value)} bytes')
      out += value
  return out


def sha256(data):
  return hashlib.sha256(data).hexdigest()


class FormatWordsTest(unittest.TestCase):

  def test_hashes_of_a_change(self):
    for change in VECTORS['changes']:
      facts = {key: bytes.fromhex(change[key])
               for key in ('header', 'outline', 'commitments')}
      for domain in ('header', 'skeleton'):
        self.assertEqual(sha256(build(formula(domain), facts)),
                         change[f'{domain}_hash'])

  def test_commitments(self):
    for each in VECTORS['commitments']:
      facts = {'salt': bytes.fromhex(each['salt']),
               'i': each['index'].to_bytes(8, 'big')}
      self.assertEqual(sha256(build(formula('salt'), facts)),
                       each['assignment_salt'])
      facts = {'salt-i': bytes.fromhex(each['assignment_salt']),
               'value': bytes.fromhex(each['value']),
               'source': bytes.fromhex(each['source'])}
      self.assertEqual(sha256(build(formula('commitment'), facts)),
                       each['commitment'])

  def test_what_is_signed(self):
    seal = MESSAGES['seal']
    facts = {'registry id': bytes.fromhex(seal['registry']),
             'replica': bytes.fromhex(seal['replica']),
             'sequence': seal['sequence'],
             'header hash': bytes.fromhex(seal['header_hash'])}
    self.assertEqual(build(formula('seal'), facts).hex(), seal['message'])
    certificate = MESSAGES['certificate']
    facts = {'registry id': bytes.fromhex(certificate['registry']),
             'institution': certificate['institution'].encode(),
             'replica key': bytes.fromhex(certificate['replica_key'])}
    self.assertEqual(build(formula('certificate'), facts).hex(),
                     certificate['message'])

  def test_id_of_a_replica(self):
    replica = MESSAGES['replica_id']
    hashed = sha256(build(formula('replica'),
                          {'key': bytes.fromhex(replica['key'])}))
    self.assertIn('first 16 bytes of `SHA-256("consilium replica v1"',
                  ' '.join(PAGE.split()))
    self.assertEqual(hashed[:32], replica['id'])

  def test_elements(self):
    words = formula('element')
    head, loop = words.split('for each visible assignment, ascending by path, '
                             'then by dot:')
    for each in VECTORS['elements']:
      data = build(head, {'name': each['name'].encode()})
      for assignment in each['assignments']:
        facts = {key: bytes.fromhex(assignment[key])
                 for key in ('replica', 'commitment')}
        facts['key'] = assignment['key'].encode()
        for key in ('field', 'kind', 'sequence'):
          facts[key] = assignment[key]
        data += build(loop, facts)
      self.assertEqual(sha256(data), each['element'])

  def test_content_digest(self):
    for each in VECTORS['lt_hashes']:
      lanes = [0] * 1024
      for sign, elements in ((1, each['added']), (-1, each['subtracted'])):
        for element in elements:
          data = hashlib.shake_128(
              build(formula('lthash'),
                    {'element': bytes.fromhex(element)})).digest(2048)
          for i in range(1024):
            lane = int.from_bytes(data[2 * i:2 * i + 2], 'little')
            lanes[i] = (lanes[i] + sign * lane) % 2**16
      state = b''.join(lane.to_bytes(2, 'little') for lane in lanes)
      self.assertEqual(sha256(state), each['digest'])


if __name__ == '__main__':
  unittest.main()
