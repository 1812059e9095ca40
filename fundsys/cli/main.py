"""The `fundsys` command: finds the commands of this package and says refusals in one Chinese sentence."""

from __future__ import annotations

import importlib.util
import pkgutil
import sys

import click

from fundsys.domain.errors import DomainError


class Fundsys(click.Group):
    """Commands by name; each lives in a module of fundsys.cli and is imported when it is called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._all())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        named = f"fundsys.cli.{name}"
        if name.isidentifier() and importlib.util.find_spec(named):
            found = getattr(importlib.import_module(named), name, None)
            if isinstance(found, click.Command):
                return found
        return self._all().get(name)

    def _all(self) -> dict[str, click.Command]:
        package = importlib.import_module("fundsys.cli")
        found: dict[str, click.Command] = {}
        for module in pkgutil.iter_modules(package.__path__):
            if module.name == "main":
                continue
            for thing in vars(importlib.import_module(f"fundsys.cli.{module.name}")).values():
                if isinstance(thing, click.Command) and thing.name and getattr(thing, "top_level", True):
                    found.setdefault(thing.name, thing)
        return found


@click.group(
    cls=Fundsys, help="陇县衔接资金与帮扶项目资产管理系统", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="fundsys", message="%(version)s")
def group() -> None:
    """All commands answer --help."""


def main(args: list[str] | None = None) -> None:
    """Run the command line. Exit code 0 success, 1 a refusal told on stderr, 2 wrong usage."""
    try:
        group.main(args=args, prog_name="fundsys", standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.UsageError as wrong:
        wrong.show()
        sys.exit(2)
    except click.Abort:
        click.echo("已停止", err=True)
        sys.exit(1)
    except DomainError as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
