"""Contexts: named servers with tenant and token, in ~/.config/supportkpi/config.yaml (or under XDG_CONFIG_HOME)."""

from __future__ import annotations

import dataclasses
import os
import pathlib
from typing import Any

import yaml

from supportkpi.cli.exits import LOCAL, Fault

FIELDS = (
    "endpoint",
    "tenant",
    "token",
    "token_file",
    "ca_file",
    "client_certificate_file",
    "client_key_file",
    "server_name",
)
DEFAULT_ENDPOINT = "127.0.0.1:50051"


@dataclasses.dataclass
class Context:
    """How to reach one server."""

    endpoint: str = ""
    tenant: str = ""
    token: str = ""
    token_file: str = ""
    ca_file: str = ""
    client_certificate_file: str = ""
    client_key_file: str = ""
    server_name: str = ""

    def overlaid(self, **given: str | None) -> "Context":
        """With what was given on the command line or in the environment."""
        return dataclasses.replace(self, **{name: value for name, value in given.items() if value})

    def as_mapping(self) -> dict[str, str]:
        """Only what is set."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value}


def config_path() -> pathlib.Path:
    """The file of contexts."""
    return _base("XDG_CONFIG_HOME", ".config") / "config.yaml"


def state_folder() -> pathlib.Path:
    """Where the state of imports is kept."""
    return _base("XDG_STATE_HOME", ".local/state")


def _base(variable: str, otherwise: str) -> pathlib.Path:
    given = os.environ.get(variable, "")
    # The XDG specification says that a relative path is to be ignored.
    return (pathlib.Path(given) if os.path.isabs(given) else pathlib.Path.home() / otherwise) / "supportkpi"


@dataclasses.dataclass
class ContextFile:
    """The contexts of a user."""

    current: str = ""
    contexts: dict[str, Context] = dataclasses.field(default_factory=dict)

    @classmethod
    def read(cls) -> "ContextFile":
        """The file's content; no file is no contexts. A Fault if it cannot be meant."""
        path = config_path()
        try:
            parsed: Any = yaml.safe_load(path.read_text("utf-8")) or {}
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise Fault(f"{path} cannot be read: {error}", LOCAL) from None
        except yaml.YAMLError as error:
            raise Fault(f"{path} is not YAML: {' '.join(str(error).split())}", LOCAL) from None
        found = cls()
        if not isinstance(parsed, dict) or not isinstance(parsed.get("contexts", {}), dict):
            raise Fault(f"{path}: expected current and contexts; see `supportkpi context set --help`", LOCAL)
        found.current = str(parsed.get("current") or "")
        for name, fields in (parsed.get("contexts") or {}).items():
            if not isinstance(fields, dict) or not set(fields) <= set(FIELDS):
                raise Fault(f'{path}: context "{name}" has fields that are none of {", ".join(FIELDS)}', LOCAL)
            found.contexts[str(name)] = Context(**{key: str(value) for key, value in fields.items()})
        return found

    def write(self) -> None:
        """Replaces the file in one step, readable by its owner only, since it may hold tokens."""
        path = config_path()
        content = yaml.safe_dump(
            {
                "current": self.current,
                "contexts": {name: context.as_mapping() for name, context in sorted(self.contexts.items())},
            },
            sort_keys=False,
            allow_unicode=True,
        )
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replacement = path.with_suffix(".new")
        descriptor = os.open(replacement, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            output.write(content)
        replacement.replace(path)

    def named(self, name: str) -> Context:
        """The context of a name; a Fault names those there are."""
        if name not in self.contexts:
            known = (
                ", ".join(sorted(self.contexts))
                or "none yet; make one with `supportkpi context set NAME --endpoint ...`"
            )
            raise Fault(f'there is no context "{name}"; there are: {known}')
        return self.contexts[name]
