"""Acts on work relief: plans of posts, workers and their agreements, monthly rosters with pay, training."""

from .plans import PlanEntry, PostEntry, approve_plans, return_plans, save_plan, submit_plan
from .rosters import (
    LineEntry,
    RosterEntry,
    approve_rosters,
    check_roster,
    correct_roster,
    recall_roster,
    return_rosters,
    save_roster,
    submit_roster,
)
from .training import record_training, withdraw_training
from .workers import WorkerEntry, enter_worker, save_worker

__all__ = [
    "LineEntry",
    "PlanEntry",
    "PostEntry",
    "RosterEntry",
    "WorkerEntry",
    "approve_plans",
    "approve_rosters",
    "check_roster",
    "correct_roster",
    "enter_worker",
    "recall_roster",
    "record_training",
    "return_plans",
    "return_rosters",
    "save_plan",
    "save_roster",
    "save_worker",
    "submit_plan",
    "submit_roster",
    "withdraw_training",
]
