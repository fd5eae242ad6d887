"""Runs expected.R where R and metafor are installed, and checks that
expected.tsv is what it says. Ends with 77, which ctest takes for skipped,
where they are not."""

import pathlib
import subprocess
import sys

SKIPPED = 77
FOLDER = pathlib.Path(__file__).parent
# Another linear algebra library moves the last digits of what iterates.
TOLERANCE = 1e-7
# Further for what lme4 fits, whose optimizer stops earlier.
LME4_TOLERANCE = 1e-4


def has_metafor():
    try:
        probe = subprocess.run(
            ["Rscript", "-e", "library(metafor); library(metadat)"],
            capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return probe.returncode == 0


def read_rows(text):
    """Numbers by what precedes them; what was left out; and the versions."""
    rows, left_out, versions = {}, set(), ""
    for line in text.splitlines():
        if line.startswith("# left out: "):
            call, _, data_set = line[len("# left out: "):].partition(" of ")
            left_out.add((data_set, call))
        elif line.startswith("#"):
            versions = line
        else:
            fields = line.split("\t")
            if fields[0] == "grouping":
                rows[tuple(fields)] = []
                continue
            known = 4 if fields[0] != "moderator" else 3
            rows[tuple(fields[:known])] = [float(f) for f in fields[known:]]
    return rows, left_out, versions


def find_differences(committed, computed, left_out):
    for key, numbers in committed.items():
        if key[0] == "want" and (key[1], key[2]) in left_out:
            continue
        if key not in computed:
            yield f"{key}: R no longer gives it"
            continue
        limit = LME4_TOLERANCE if key[2].startswith("glmm") else TOLERANCE
        for old, new in zip(numbers, computed[key], strict=True):
            if abs(old - new) > limit * max(abs(old), 1e-6):
                yield f"{key}: {old} is committed, R says {new}"
    for key in computed.keys() - committed.keys():
        yield f"{key}: R gives it, and it is not committed"


def main():
    if not has_metafor():
        print("R with metafor and metadat is not installed")
        return SKIPPED
    script = subprocess.run(["Rscript", str(FOLDER / "expected.R")],
                            capture_output=True, text=True, check=False)
    if script.returncode != 0:
        print(script.stderr)
        return 1
    committed, _, versions = read_rows((FOLDER / "expected.tsv").read_text())
    computed, left_out, versions_here = read_rows(script.stdout)
    if versions_here != versions:
        print(f"committed: {versions}\nhere:      {versions_here}")
    differences = list(find_differences(committed, computed, left_out))
    print("\n".join(differences[:50]))
    print(f"{len(committed)} rows, {len(differences)} differences, "
          f"{len(left_out)} models left out")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
