"""Runs a built stage as a container engine would with --read-only: its own mounts and processes, its user, no way to gain
rights, no file to write but those of the given volumes."""

from __future__ import annotations

import os
import pathlib
import shlex
import subprocess

from dockerfile import Stage

SECONDS = 60


def command_line(stage: Stage, words: list[str], volumes: dict[str, pathlib.Path]) -> list[str]:
    """`volumes`: by path in the image, the folder or file that is mounted there."""
    root = shlex.quote(str(stage.root))
    script = [f"mount --bind {root} {root}", f"mount -o remount,bind,ro {root}"]
    script += [f"mount --bind {shlex.quote(str(source))} {root}{shlex.quote(target)}" for target, source in volumes.items()]
    script += [f"mount -t proc proc {root}/proc", f"cd {root}", 'exec env -i "$@"']
    environment = [f"{name}={value}" for name, value in stage.environment.items()]
    run = ["setpriv", "--no-new-privs", "chroot", f"--userspec={stage.user}", "--groups=", ".", *words]
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", "\n".join(script), "container",
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *environment, *run]


def run(stage: Stage, words: list[str], volumes: dict[str, pathlib.Path] | None = None) -> subprocess.CompletedProcess:
    """One command in the stage's files, as HEALTHCHECK and exec probes are, to its end."""
    return subprocess.run(command_line(stage, words, volumes or {}), capture_output=True, text=True, timeout=SECONDS, check=False)


class Container:
    """The stage's entry point with arguments, until the end of a with block."""

    def __init__(self, stage: Stage, arguments: list[str], volumes: dict[str, pathlib.Path], log: pathlib.Path) -> None:
        self.words = command_line(stage, [*stage.entrypoint, *(arguments or stage.command)], volumes)
        self.log = log

    def __enter__(self) -> Container:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()  # and with it, by --kill-child, the server
            self.process.wait(SECONDS)

    def pid(self) -> int:
        """The server's, outside."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def stop(self) -> int:
        """SIGTERM to the container's first process, as an engine does; its exit code."""
        subprocess.run(["kill", "-TERM", str(self.pid())], check=True)
        return self.process.wait(SECONDS)


def volume(stage: Stage, folder: pathlib.Path, target: str) -> pathlib.Path:
    """A new volume for the path, which takes owner and mode from there."""
    folder.mkdir(parents=True)
    there = os.stat(str(stage.root) + target)
    os.chown(folder, there.st_uid, there.st_gid)
    folder.chmod(there.st_mode & 0o7777)
    return folder
