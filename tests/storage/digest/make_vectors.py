#!/usr/bin/env python3
"""Writes testdata/vectors.json: what any implementation must compute.

Nothing here comes from Consilium's own code: hashes are Python's, and the
encoding of protobuf messages is written out below. With --check the file is
compared instead of written.
"""

import base64
import hashlib
import json
import pathlib
import struct
import sys

PATH = pathlib.Path(__file__).parent / "testdata" / "vectors.json"
LANES = 1024


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tag(text):
    return text.encode() + b"\0"


def u64(value):
    return struct.pack(">Q", value)


def prefixed(data):
    return u64(len(data)) + data


# Protobuf.


def varint(value):
    if value < 0:
        value += 1 << 64
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def blob(field, data, keep_empty=False):
    if not data and not keep_empty:
        return b""
    return varint(field << 3 | 2) + varint(len(data)) + data


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def frontier_entries(field, entries):
    return b"".join(
        blob(
            field,
            blob(1, bytes.fromhex(e["replica"]))
            + number(2, e["sequence"])
            + blob(3, bytes.fromhex(e["hash"])),
        )
        for e in entries
    )


def dot_lists(field, dots, replicas):
    out = b""
    for index, replica in enumerate(replicas):
        sequences = [d["sequence"] for d in dots if d["replica"] == replica]
        if sequences:
            packed = b"".join(varint(s) for s in sequences)
            out += blob(field, number(1, index) + blob(2, packed))
    return out


# Changes.


def commitment(salt, index, value, source):
    own_salt = sha256(tag("consilium salt v1"), salt, u64(index))
    committed = sha256(
        tag("consilium commitment v1"), own_salt, prefixed(value), source
    )
    return own_salt, committed


def encode_outline(records):
    replicas = sorted(
        {
            d["replica"]
            for r in records
            for dots in [r["covered"]] + [a["superseded"] for a in r["assignments"]]
            for d in dots
        }
    )
    out = b"".join(blob(1, bytes.fromhex(r)) for r in replicas)
    for record in records:
        body = blob(1, record["name"].encode())
        for a in record["assignments"]:
            body += blob(
                2,
                number(1, a["field"])
                + number(2, a["kind"])
                + blob(3, a["key"].encode())
                + dot_lists(4, a["superseded"], replicas),
            )
        body += dot_lists(3, record["covered"], replicas)
        out += blob(2, body)
    return out


def encode_change(draft):
    salt = bytes.fromhex(draft["salt"])
    assignments = [a for r in draft["records"] for a in r["assignments"]]
    values = blob(1, salt)
    commitments = b""
    for index, a in enumerate(assignments):
        value, source = bytes.fromhex(a["value"]), bytes.fromhex(a["source"])
        values += blob(2, blob(1, value) + blob(2, source), keep_empty=True)
        commitments += commitment(salt, index, value, source)[1]
    outline = encode_outline(draft["records"])
    skeleton_hash = sha256(
        tag("consilium skeleton v1"), prefixed(outline), commitments
    )
    seconds, micros = divmod(draft["claimed_time_us"], 1000000)
    header = (
        blob(1, bytes.fromhex(draft["registry"]))
        + number(2, 1)
        + blob(3, bytes.fromhex(draft["replica"]))
        + number(4, draft["sequence"])
        + blob(5, bytes.fromhex(draft["previous"]))
        + frontier_entries(6, draft["dependencies"])
        + number(7, draft["logical_clock"])
        + blob(8, number(1, seconds) + number(2, micros * 1000), keep_empty=True)
        + blob(9, draft["author"].encode())
        + blob(10, draft["message"].encode())
        + number(11, draft["mode"])
        + blob(12, skeleton_hash)
    )
    return {
        "draft": draft,
        "header": header.hex(),
        "outline": outline.hex(),
        "values": values.hex(),
        "commitments": commitments.hex(),
        "skeleton_hash": skeleton_hash.hex(),
        "header_hash": sha256(tag("consilium header v1"), header).hex(),
    }


def make_changes():
    one, two = "11" * 16, "f2" * 16
    first = {
        "registry": "ab" * 32,
        "replica": one,
        "sequence": 2,
        "previous": "cd" * 32,
        "dependencies": [
            {"replica": "00" * 16, "sequence": 1, "hash": "0a" * 32},
            {"replica": two, "sequence": 300, "hash": "0b" * 32},
        ],
        "logical_clock": 301,
        "claimed_time_us": 1700000000123456,
        "author": "u-7",
        "message": "Median PFS, table 2",
        "mode": 1,
        "salt": "000102030405060708090a0b0c0d0e0f",
        "records": [
            {
                "name": "trials/nct01951469",
                "assignments": [
                    {
                        "field": 2,
                        "kind": 1,
                        "key": "",
                        "value": "1205616c706861",
                        "source": "0a03703120",
                        "superseded": [
                            {"replica": one, "sequence": 1},
                            {"replica": two, "sequence": 7},
                            {"replica": two, "sequence": 300},
                        ],
                    },
                    {
                        "field": 5,
                        "kind": 2,
                        "key": "lung",
                        "value": "2a046c756e67",
                        "source": "",
                        "superseded": [],
                    },
                    {
                        "field": 5,
                        "kind": 3,
                        "key": "a/b/5y",
                        "value": "",
                        "source": "",
                        "superseded": [{"replica": two, "sequence": 8}],
                    },
                ],
                "covered": [],
            },
            {
                "name": "trials/nct01951469/arms/gefitinib",
                "assignments": [
                    {
                        "field": 536870911,
                        "kind": 1,
                        "key": "",
                        "value": "faffffff0f00",
                        "source": "",
                        "superseded": [],
                    }
                ],
                "covered": [
                    {"replica": one, "sequence": 1},
                    {"replica": two, "sequence": 9},
                ],
            },
        ],
    }
    adjudication = {
        "registry": "ab" * 32,
        "replica": two,
        "sequence": 301,
        "previous": "0b" * 32,
        "dependencies": [],
        "logical_clock": 302,
        "claimed_time_us": -1,
        "author": "",
        "message": "",
        "mode": 3,
        "salt": "ff" * 16,
        "records": [],
    }
    return [encode_change(first), encode_change(adjudication)]


def make_commitments():
    out = []
    for salt, index, value, source in [
        ("00" * 16, 0, b"", b""),
        ("00" * 16, 1, b"", b""),
        ("5a" * 16, 0, b"\x12\x03abc", b""),
        ("5a" * 16, 0, b"", b"\x12\x03abc"),
        ("5a" * 16, 49999, b"v" * 1000, b"s" * 300),
    ]:
        own_salt, committed = commitment(
            bytes.fromhex(salt), index, value, source
        )
        out.append(
            {
                "salt": salt,
                "index": index,
                "value": value.hex(),
                "source": source.hex(),
                "assignment_salt": own_salt.hex(),
                "commitment": committed.hex(),
            }
        )
    return out


def make_messages():
    registry, replica, header_hash = "ab" * 32, "11" * 16, "cd" * 32
    key = "03" * 32
    nonce = "0102030405060708090a0b0c0d0e0f10"
    seal = (
        tag("consilium seal v1")
        + prefixed(bytes.fromhex(registry))
        + bytes.fromhex(replica)
        + u64(1 << 40)
        + bytes.fromhex(header_hash)
    )
    certificate = (
        tag("consilium certificate v1")
        + prefixed(bytes.fromhex(nonce))
        + prefixed(b"north")
        + prefixed(bytes.fromhex(key))
    )
    entries = [
        {"replica": "00" * 16, "sequence": 1, "hash": "0a" * 32},
        {"replica": "ff" * 16, "sequence": 1 << 40, "hash": "0b" * 32},
    ]
    encoded = frontier_entries(1, entries)
    check = sha256(tag("consilium frontier v1"), encoded)[:4]
    token = "f" + base64.urlsafe_b64encode(encoded + check).decode().rstrip("=")
    return {
        "seal": {
            "registry": registry,
            "replica": replica,
            "sequence": 1 << 40,
            "header_hash": header_hash,
            "message": seal.hex(),
        },
        "certificate": {
            "registry": nonce,
            "institution": "north",
            "replica_key": key,
            "message": certificate.hex(),
        },
        "replica_id": {
            "key": key,
            "id": sha256(tag("consilium replica v1"), bytes.fromhex(key))[
                :16
            ].hex(),
        },
        "frontier": {"entries": entries, "token": token},
    }


# Digests.


def make_elements():
    out = []
    for name, assignments in [
        ("trials/t", [(2, 1, "", "11" * 16, 1, "01" * 32)]),
        (
            "trials/t/endpoints/pfs",
            [
                (2, 1, "", "11" * 16, 1, "01" * 32),
                (2, 1, "", "11" * 16, 2, "02" * 32),
                (2, 1, "", "f2" * 16, 1 << 40, "03" * 32),
                (9, 2, "lung", "11" * 16, 3, "04" * 32),
                (9, 3, "pmid-1/all/24mo", "11" * 16, 3, "05" * 32),
                (536870911, 1, "", "11" * 16, 4, "06" * 32),
            ],
        ),
    ]:
        encoded = tag("consilium element v1") + prefixed(name.encode())
        for field, kind, key, replica, sequence, committed in assignments:
            encoded += struct.pack(">IB", field, kind) + prefixed(key.encode())
            encoded += bytes.fromhex(replica) + u64(sequence)
            encoded += bytes.fromhex(committed)
        out.append(
            {
                "name": name,
                "assignments": [
                    dict(
                        zip(
                            (
                                "field",
                                "kind",
                                "key",
                                "replica",
                                "sequence",
                                "commitment",
                            ),
                            a,
                        )
                    )
                    for a in assignments
                ],
                "element": sha256(encoded).hex(),
            }
        )
    return out


def expand(element):
    data = hashlib.shake_128(tag("consilium lthash v1") + element).digest(
        2 * LANES
    )
    return struct.unpack("<%dH" % LANES, data)


def make_lt_hashes():
    elements = [sha256(bytes([i])) for i in range(4)]
    out = []
    for added, subtracted in [
        ([], []),
        ([0], []),
        ([0, 1, 2], []),
        ([0, 1, 2, 3], [1]),
        ([], [3]),
    ]:
        lanes = [0] * LANES
        for i in added:
            lanes = [(a + b) % 65536 for a, b in zip(lanes, expand(elements[i]))]
        for i in subtracted:
            lanes = [(a - b) % 65536 for a, b in zip(lanes, expand(elements[i]))]
        state = struct.pack("<%dH" % LANES, *lanes)
        out.append(
            {
                "added": [elements[i].hex() for i in added],
                "subtracted": [elements[i].hex() for i in subtracted],
                "state_begins": state[:32].hex(),
                "digest": sha256(state).hex(),
            }
        )
    return out


def merkle_root(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(b"\0", leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1", merkle_root(leaves[:split]), merkle_root(leaves[split:]))


def merkle_path(index, leaves):
    if len(leaves) <= 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return merkle_path(index, leaves[:split]) + [merkle_root(leaves[split:])]
    return merkle_path(index - split, leaves[split:]) + [
        merkle_root(leaves[:split])
    ]


def make_trees():
    out = []
    for count, index in [(1, 0), (2, 1), (3, 2), (7, 4), (7, 6), (13, 12), (100, 64)]:
        leaves = [sha256(b"leaf", u64(i)) for i in range(count)]
        out.append(
            {
                "leaves": [leaf.hex() for leaf in leaves],
                "root": merkle_root(leaves).hex(),
                "proven_leaf_index": index,
                "siblings": [h.hex() for h in merkle_path(index, leaves)],
            }
        )
    return out


def main():
    vectors = {
        "description": "Test vectors of Consilium, format version 1. Byte "
        "strings are in hexadecimal, records and keys in UTF-8.",
        "changes": make_changes(),
        "commitments": make_commitments(),
        "messages": make_messages(),
        "elements": make_elements(),
        "lt_hashes": make_lt_hashes(),
        "merkle_trees": make_trees(),
    }
    text = json.dumps(vectors, indent=1) + "\n"
    if "--check" not in sys.argv:
        PATH.parent.mkdir(exist_ok=True)
        PATH.write_text(text)
    elif PATH.read_text() != text:
        sys.exit(f"{PATH} is not what {__file__} writes")


if __name__ == "__main__":
    main()
