"""`fundsys jobs`: do the work that waits. Started by the server for each job; may be run by hand."""

from __future__ import annotations

import click

from fundsys.cli.office import county_option


@click.command("jobs", help="办理排队中的打印、导入等任务，办完退出")
@county_option
def jobs() -> None:
    """Do what waits."""
    from fundsys import tasks  # noqa: F401  (declares what each kind of job does)
    from fundsys.services import jobs as service

    click.echo(f"已办理 {service.run_waiting()} 项")
