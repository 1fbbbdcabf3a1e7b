"""Carries a Dockerfile's instructions out with chroot instead of a container engine, for the instructions that ours uses;
any other one is refused. Needs root, and debootstrap for a base other than scratch."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import shlex
import shutil
import string
import subprocess
from collections.abc import Callable

from dockerfile_parse import DockerfileParser

# Where this machine has Debian's packages from, updates included; debootstrap alone knows of none.
SOURCES = pathlib.Path("/etc/apt/sources.list.d/debian.sources")


@dataclasses.dataclass
class Stage:
    """A stage's files, and what its instructions say of running it."""

    root: pathlib.Path
    arguments: dict[str, str] = dataclasses.field(default_factory=dict)
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    labels: dict[str, str] = dataclasses.field(default_factory=dict)
    workdir: str = "/"
    user: str = "0:0"
    entrypoint: list[str] = dataclasses.field(default_factory=list)
    command: list[str] = dataclasses.field(default_factory=list)
    health_command: list[str] = dataclasses.field(default_factory=list)
    ports: list[int] = dataclasses.field(default_factory=list)
    volumes: list[str] = dataclasses.field(default_factory=list)

    def expand(self, text: str) -> str:
        return string.Template(text).substitute({**self.arguments, **self.environment})


class Build:
    """Builds the last stage of a Dockerfile under `work`."""

    def __init__(self, context: pathlib.Path, work: pathlib.Path, cache: pathlib.Path | None = None,
                 prepared: dict[str, Callable[[pathlib.Path], None]] | None = None) -> None:
        self.context = context
        self.work = work
        self.cache = cache  # stands for every RUN --mount=type=cache
        self.prepared = prepared or {}  # by stage: fills its folder in place of its instructions
        self.stages: dict[str, Stage] = {}
        self.allowed = allow_list((context / ".dockerignore").read_text())

    def run(self) -> Stage:
        stage: Stage | None = None
        skips = False
        global_arguments: dict[str, str] = {}
        parser = DockerfileParser(path=str(self.context / "Dockerfile"), env_replace=False)
        for item in parser.structure:
            name, value = item["instruction"], item["value"]
            if name == "COMMENT":
                continue
            if name == "FROM":
                base, alias = re.fullmatch(r"(\S+)(?: AS (\S+))?", string.Template(value).substitute(global_arguments)).groups()
                alias = alias or f"stage{len(self.stages)}"
                stage = self.stages[alias] = Stage(self.work / alias)
                skips = alias in self.prepared
                if skips:
                    stage.root.mkdir(parents=True)
                    self.prepared[alias](stage.root)
                else:
                    make_base(base, stage.root)
            elif stage is None:
                assert name == "ARG", f"{name} before FROM"
                argument, _, default = value.partition("=")
                global_arguments[argument] = default
            elif not skips:
                getattr(self, "do_" + name.lower())(stage, value)
        assert stage is not None
        return stage

    def do_arg(self, stage: Stage, value: str) -> None:
        name, has_default, default = value.partition("=")
        if name in os.environ:
            stage.arguments[name] = os.environ[name]
        elif has_default:
            stage.arguments[name] = default

    def do_env(self, stage: Stage, value: str) -> None:
        stage.environment.update(pairs(stage.expand(value)))

    def do_label(self, stage: Stage, value: str) -> None:
        stage.labels.update(pairs(stage.expand(value)))

    def do_workdir(self, stage: Stage, value: str) -> None:
        stage.workdir = value
        inside(stage.root, value).mkdir(parents=True, exist_ok=True)

    def do_user(self, stage: Stage, value: str) -> None:
        stage.user = value

    def do_volume(self, stage: Stage, value: str) -> None:
        stage.volumes += value.split()

    def do_expose(self, stage: Stage, value: str) -> None:
        stage.ports += [int(port) for port in value.split()]

    def do_stopsignal(self, stage: Stage, value: str) -> None:
        assert value == "SIGTERM"

    def do_entrypoint(self, stage: Stage, value: str) -> None:
        stage.entrypoint = json.loads(value)

    def do_cmd(self, stage: Stage, value: str) -> None:
        stage.command = json.loads(value)

    def do_healthcheck(self, stage: Stage, value: str) -> None:
        stage.health_command = json.loads(re.fullmatch(r"(?:--\S+ )*CMD (\[.*\])", value).group(1))

    def do_copy(self, stage: Stage, value: str) -> None:
        flags, (*sources, target) = flags_of(value)
        origin = self.stages[flags["from"]].root if "from" in flags else self.context
        destination = inside(stage.root, os.path.join(stage.workdir, target))
        into_folder = target.endswith("/") or len(sources) > 1
        for name in sources:
            source = inside(origin, name)
            if origin == self.context:
                assert any(source.is_relative_to(origin / path) for path in self.allowed), f"{name} is ignored"
            if source.is_dir():
                destination.mkdir(parents=True, exist_ok=True)
                subprocess.run(["cp", "-a", "--no-preserve=ownership", f"{source}/.", f"{destination}/"], check=True)
                if "chown" in flags:
                    user, group = map(int, flags["chown"].split(":"))
                    for path in source.rglob("*"):
                        os.chown(destination / path.relative_to(source), user, group)
            else:
                file = destination / source.name if into_folder else destination
                file.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, file)

    def do_run(self, stage: Stage, value: str) -> None:
        flags, words = flags_of(value)
        mounts = ["mount -t proc proc proc", "mount --rbind /dev dev", "mount --bind /etc/resolv.conf etc/resolv.conf"]
        (stage.root / "etc/resolv.conf").touch()
        if "mount" in flags:
            mount = dict(part.split("=") for part in flags["mount"].split(","))
            assert mount["type"] == "cache"
            inside(stage.root, mount["target"]).mkdir(parents=True, exist_ok=True)
            if self.cache is not None:
                mounts.append(f"mount --bind {shlex.quote(str(self.cache))} {shlex.quote('.' + mount['target'])}")
        variables = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
                     "JOBS": os.environ.get("JOBS", ""), **stage.arguments, **stage.environment}
        script = " && ".join([*mounts, 'exec chroot . /bin/sh -c "$0"'])
        command = shlex.join(words) if flags else value
        subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", script,
                        f"cd {shlex.quote(stage.workdir)} && {command}"],
                       cwd=stage.root, env=variables, check=True, stdin=subprocess.DEVNULL)


def inside(root: pathlib.Path, path: str) -> pathlib.Path:
    return root / path.lstrip("/")


def pairs(text: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(text))


def flags_of(value: str) -> tuple[dict[str, str], list[str]]:
    words = shlex.split(value)
    flags = {}
    while words[0].startswith("--"):
        name, _, content = words.pop(0)[2:].partition("=")
        flags[name] = content
    return flags, words


def allow_list(text: str) -> list[str]:
    """The paths of a .dockerignore that ignores all but some."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*" and all(line.startswith("!") for line in lines[1:]), "not an allow list"
    return [line[1:] for line in lines[1:]]


def make_base(base: str, root: pathlib.Path) -> None:
    root.mkdir(parents=True)
    if base == "scratch":
        return
    assert base == "debian:bookworm-slim", base
    subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(root)], check=True, stdout=subprocess.DEVNULL)
    if SOURCES.exists():
        (root / "etc/apt/sources.list").unlink(missing_ok=True)
        shutil.copy(SOURCES, inside(root, str(SOURCES)))
