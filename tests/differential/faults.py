"""Planted faults: each mutation of the sources is built apart, and the quick differential test must fail for it.

    python3 tests/differential/faults.py [--build FOLDER] [--only NUMBER] [--seconds 120] [--list]

The texts must stand exactly once in their files; one that does not is a failure of this list, to be mended here. Only a
copy of the sources is ever changed, so that an end at any moment leaves the sources as they are.
"""

import argparse
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from fault_list import FAULTS

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def misplaced():
    """The faults whose text does not stand exactly once."""
    return [fault for fault in FAULTS if (ROOT / fault.file).read_text().count(fault.text) != 1]


def prepare(folder):
    """A copy of the sources, configured. Only what differs is written: in a folder that is kept the rest stays built, and what
    an earlier run left changed is built again."""
    for name in ("src", "protos"):
        for gone in (folder / name).rglob("*"):
            if gone.is_file() and not (ROOT / gone.relative_to(folder)).exists():
                gone.unlink()
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True, copy_function=copy_if_different)
    for name in ("CMakeLists.txt", "CMakePresets.json"):
        copy_if_different(ROOT / name, folder / name)
    configured = run(["cmake", "-S", str(folder), "-B", str(folder / "build"), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                      "-DSUPPORTKPI_TESTS=OFF", "-DSUPPORTKPI_BENCH=OFF"])
    if configured.returncode != 0:
        sys.exit("cmake: " + configured.stderr)


def copy_if_different(source, target):
    target = pathlib.Path(target)
    sound = pathlib.Path(source).read_bytes()
    if not target.exists() or target.read_bytes() != sound:
        target.write_bytes(sound)


def run(command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def build(folder):
    """The binary; or None with what the compiler said."""
    done = run(["ninja", "-C", str(folder / "build"), "supportkpid"])
    if done.returncode == 0:
        return str(folder / "build" / "src" / "server" / "supportkpid"), ""
    return None, next((line for line in done.stdout.splitlines() if "error:" in line), done.stdout[-300:])


def noticed(binary, seconds):
    """True if the quick test fails; and what it said first."""
    done = subprocess.run(
        [sys.executable, str(HERE / "run.py"), "--server", binary, "--seed", "1", "--data_sets", "500", "--questions", "20000",
         "--seconds", str(seconds), "--stop", "1", "--show", "0"], capture_output=True, text=True, check=False)
    said = next((line for line in done.stdout.splitlines() if line.startswith(("MISMATCH", "REFUSED"))), "")
    return done.returncode != 0, said[:150]


def plant(folder, fault, seconds):
    """What became of the fault: noticed, SURVIVED or BROKEN (it does not build); and what was said of it."""
    target = folder / fault.file
    sound = target.read_text()
    target.write_text(sound.replace(fault.text, fault.replacement))
    try:
        binary, said = build(folder)
        if binary is None:
            return "BROKEN", said
        failed, said = noticed(binary, seconds)
        return "noticed" if failed else "SURVIVED", said
    finally:
        target.write_text(sound)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", help="folder for the copy and its build; kept")
    parser.add_argument("--only", type=int, action="append")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--list", action="store_true", help="only check that each text stands once")
    arguments = parser.parse_args()
    wrong = misplaced()
    for fault in wrong:
        print("not exactly once in %s: %r" % (fault.file, fault.text))
    if arguments.list or wrong:
        print("%d passed, %d failed, 0 skipped" % (len(FAULTS) - len(wrong), len(wrong)))
        return 1 if wrong else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the copy goes
    folder = pathlib.Path(arguments.build or tempfile.mkdtemp(prefix="faults-"))
    killed = survived = 0
    try:
        prepare(folder)
        binary, said = build(folder)
        failed = binary is None
        if not failed:
            failed, said = noticed(binary, 30)
        if failed:
            print("without a fault it fails already: %s" % said)
            print("0 passed, 1 failed, 0 skipped")
            return 1
        for number, fault in enumerate(FAULTS):
            if arguments.only and number not in arguments.only:
                continue
            began = time.monotonic()
            outcome, said = plant(folder, fault, arguments.seconds)
            killed, survived = killed + (outcome == "noticed"), survived + (outcome != "noticed")
            print("%-8s %2d %s (%.0f s) %s" % (outcome, number, fault.name, time.monotonic() - began, said))
            sys.stdout.flush()
    finally:
        if not arguments.build:
            shutil.rmtree(folder, ignore_errors=True)
    print("%d passed, %d failed, 0 skipped" % (killed, survived))
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
