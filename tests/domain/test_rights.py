"""The matrix of roles and acts, cell by cell as the rights page of the specification writes it."""

from __future__ import annotations

import itertools
import re

import pytest

from fundsys.domain.errors import DomainError, NotAllowed
from fundsys.domain.rights import (
    ADMINISTRATORS,
    GRANTS,
    Permission,
    Role,
    Scope,
    check_approver,
    check_roles,
    may,
    permission_to_import,
    scope_of,
)

P = Permission
COLUMNS = [
    Role.FINANCE_ENTRY, Role.FINANCE_REVIEW, Role.LEAD, Role.OWNER, Role.TOWN, Role.INSPECTOR,
    Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR,
]  # fmt: skip

# R read, W enter or change while draft, A approve. The order of the columns is COLUMNS.
TABLE = """
batches, documents         | W all | A all | R all | R own | R own | R all | - | - | -
allocation                 | W all | A all | P all | R own | R own | R all | - | - | -
payment                    | W all | A all | R all | Q own | Q own | R all | - | - | -
reversal                   | W all | A all | R all | R own | R own | R all | - | - | -
project master data        | R all | R all | WA all | W own | W own | R all | - | - | -
construction status        | R all | R all | B all | W own | W own | R all | - | - | -
acceptance, settlement     | R all | M all | A all | W own | W own | R all | - | - | -
asset registration         | R all | R all | A all | W own | W own | R all | - | - | -
asset disposal             | R all | A all | A all | Q own | Q own | R all | - | - | -
four-batch class           | R all | R all | A all | P own | P own | R all | - | - | -
maintenance                | R all | R all | R all | W own | W own | R all | - | - | -
problems found             | R own | R own | W all | R own | R own | W all | - | - | -
rectification              | W own | - | W own | W own | W own | C all | - | - | -
print, export              | V all | V all | V all | V own | V own | V all | - | - | J all
unmask                     | U own | - | U all | U own | U own | U all | - | - | -
period close               | W all | A all | R all | R own | R own | R all | - | - | -
accounts                   | - | - | - | - | - | - | W all | A all | T all
roles and unit scope       | - | - | - | - | - | - | - | W all | T all
configuration              | - | - | - | - | - | - | W all | R all | T all
backup                     | - | - | - | - | - | - | W all | - | T all
restore                    | - | - | - | - | - | - | W all | A all | T all
audit log                  | L own | L own | L own | L own | L own | B all | - | L own | L all
"""

# What a letter of a row means as an act of the program.
ACTS: dict[str, dict[str, Permission]] = {
    "batches, documents": {"R": P.READ_MONEY, "W": P.REGISTER_NOTICE, "A": P.REVIEW_MONEY},
    "allocation": {"R": P.READ_MONEY, "W": P.ALLOCATE, "A": P.REVIEW_MONEY, "P": P.PROPOSE_ALLOCATION},
    "payment": {"R": P.READ_MONEY, "W": P.PAY, "A": P.REVIEW_MONEY, "Q": P.REQUEST_PAYMENT},
    "reversal": {"R": P.READ_MONEY, "W": P.REVERSE, "A": P.REVIEW_MONEY},
    "project master data": {"R": P.READ_PROJECTS, "W": P.EDIT_PROJECT, "A": P.ADMIT_PROJECT},
    "construction status": {"R": P.READ_PROJECTS, "W": P.UPDATE_PROGRESS, "B": P.RETURN_PROGRESS},
    "acceptance, settlement": {
        "R": P.READ_PROJECTS, "W": P.RECORD_ACCEPTANCE, "A": P.APPROVE_ACCEPTANCE, "M": P.APPROVE_SETTLED_AMOUNT,
    },
    "asset registration": {"R": P.READ_ASSETS, "W": P.REGISTER_ASSET, "A": P.CONFIRM_TITLE},
    "asset disposal": {"R": P.READ_ASSETS, "Q": P.REQUEST_DISPOSAL, "A": P.DISPOSE},
    "four-batch class": {"R": P.READ_LEGACY, "P": P.PROPOSE_CLASS, "A": P.CLASSIFY},
    "maintenance": {"R": P.READ_ASSETS, "W": P.MAINTAIN},
    "problems found": {"R": P.READ_FINDINGS, "W": P.FIND},
    "rectification": {"W": P.RECTIFY, "C": P.CLOSE_OUT},
    "print, export": {"V": P.PRINT, "J": P.PRINT_JOURNAL},
    "unmask": {"U": P.UNMASK},
    "period close": {"R": P.READ_PERIODS, "W": P.CLOSE_PERIOD, "A": P.APPROVE_PERIOD},
    "accounts": {"W": P.MANAGE_USERS, "A": P.APPROVE_USERS, "T": P.READ_ADMINISTRATION},
    "roles and unit scope": {"W": P.MANAGE_RIGHTS, "T": P.READ_ADMINISTRATION},
    "configuration": {"W": P.CONFIGURE, "R": P.READ_CONFIGURATION, "T": P.READ_ADMINISTRATION},
    "backup": {"W": P.BACKUP, "T": P.READ_ADMINISTRATION},
    "restore": {"W": P.RESTORE, "A": P.APPROVE_RESTORE, "T": P.READ_ADMINISTRATION},
    "audit log": {"L": P.READ_JOURNAL, "B": P.READ_BUSINESS_TRAIL},
}  # fmt: skip

# The further rows, which speak of all roles: whoever is not named may not.
FURTHER = """
EDIT_POLICY            lead all, finance_review all
APPROVE_POLICY         leader all
PROPOSE_WAIVER         finance_entry own, owner own, town own
APPROVE_WAIVER         lead all, leader all
PROPOSE_PROJECT        village own
APPROVE_TOWN_STEP      town own
ADMIT_PROJECT          lead all
RECORD_CONTRACT        owner own, town own
APPROVE_CONTRACT       lead all
RECORD_WORK_RELIEF     owner own, town own
APPROVE_WORK_RELIEF    lead all
RECORD_INCOME          owner own, town own, village own
APPROVE_INCOME         lead all
PATROL                 keeper own, village own
CONFIRM_PATROL         town own
FIND                   inspector all, lead all
CLOSE_OUT              inspector all
INSPECT                inspector all
OPEN_STOCKTAKE         lead all, inspector all, owner own, town own
STOCKTAKE              inspector all, owner own, town own
DECIDE_DIFFERENCE      lead all
IMPORT_COUNTS          inspector all, owner own, town own
PUBLISH                finance_entry own, owner own, town own, village own
APPROVE_NOTICE_TEXT    lead all
REPORT_TARGET          finance_entry own, lead own, owner own, town own
APPROVE_TARGET         lead all
REVERSE_IMPORT         finance_review all, lead all, finance_entry own, owner own, town own
IMPORT_NOTICES         finance_entry all
IMPORT_ALLOCATIONS     finance_entry all
IMPORT_PAYMENTS        finance_entry all
IMPORT_PROJECTS        lead all, owner own, town own
IMPORT_LEGACY          lead all, owner own, town own
IMPORT_ASSETS          lead all, owner own, town own
IMPORT_WORK_RELIEF     owner own, town own
IMPORT_PATROLS         owner own, town own
IMPORT_INCOME          owner own, town own
DISBURSE               finance_entry all
EDIT_DICTIONARY        sysadmin all
READ_RULES             finance_entry all, finance_review all, lead all, inspector all, leader all, owner own, town own
"""


def written() -> dict[tuple[Role, Permission], Scope]:
    """What the table gives its roles. Who writes or approves also reads as far; a trace (T) shows no more than itself."""
    found = {(role, act): Scope.NONE for row in ACTS.values() for act in row.values() for role in COLUMNS}
    for line in TABLE.strip().splitlines():
        row, *texts = (text.strip() for text in line.split("|"))
        for role, text in zip(COLUMNS, texts, strict=True):
            letters, _, scope = text.partition(" ")
            if text == "-":
                continue
            reads = [ACTS[row]["R"]] if "R" in ACTS[row] and letters != "T" else []
            acts = [ACTS[row][letter] for letter in letters] + reads
            for act in acts:
                found[role, act] = max(found[role, act], Scope[scope.upper()])
    return found


@pytest.mark.parametrize(
    ("role", "act", "scope"),
    [pytest.param(role, act, scope, id=f"{role.code}-{act.code}") for (role, act), scope in written().items()],
)
def test_a_cell_of_the_matrix(role, act, scope):
    assert may(role, act) is scope


@pytest.mark.parametrize("line", FURTHER.strip().splitlines())
def test_a_further_row_of_the_matrix(line):
    name, _, said = line.partition(" ")
    granted = {Role(code): Scope[scope.upper()] for code, scope in re.findall(r"(\w+) (own|all)", said)}
    assert {role: may(role, P[name]) for role in Role} == {role: granted.get(role, Scope.NONE) for role in Role}


def test_every_act_has_somebody_who_may_and_nothing_is_granted_that_is_no_act():
    assert set(GRANTS) == set(Permission)
    assert all(GRANTS.values())


@pytest.mark.parametrize("role", [Role.LEADER, Role.VILLAGE, Role.KEEPER])
def test_roles_outside_the_table_read_what_is_theirs(role):
    reads = {P.READ_MONEY, P.READ_PROJECTS, P.READ_ASSETS, P.READ_LEGACY}
    expected = {
        Role.LEADER: dict.fromkeys(reads, Scope.ALL),
        Role.VILLAGE: {P.READ_PROJECTS: Scope.OWN, P.READ_ASSETS: Scope.OWN},
        Role.KEEPER: {P.READ_ASSETS: Scope.OWN},
    }[role]
    assert {act: may(role, act) for act in reads} == {act: expected.get(act, Scope.NONE) for act in reads}


def test_a_leader_never_sees_whole_personal_data_and_writes_nothing():
    assert may(Role.LEADER, P.UNMASK) is Scope.NONE
    assert {act for act in Permission if may(Role.LEADER, act)} == {
        P.READ_MONEY, P.READ_PROJECTS, P.READ_ASSETS, P.READ_LEGACY, P.READ_RULES, P.READ_FINDINGS, P.READ_TARGETS,
        P.READ_PERIODS, P.PRINT, P.APPROVE_POLICY, P.APPROVE_WAIVER, P.READ_OVERVIEW,
    }  # fmt: skip


ADMINISTRATION = {
    P.MANAGE_USERS, P.APPROVE_USERS, P.EDIT_DICTIONARY, P.MANAGE_RIGHTS, P.READ_ADMINISTRATION, P.CONFIGURE,
    P.READ_CONFIGURATION, P.BACKUP, P.RESTORE, P.APPROVE_RESTORE, P.READ_JOURNAL, P.PRINT_JOURNAL, P.HAND_OVER,
}  # fmt: skip


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS, key=lambda r: r.code))
def test_administrators_hold_no_business_right(role):
    assert {act for act in Permission if may(role, act)} <= ADMINISTRATION


def test_no_business_role_administers():
    for role in set(Role) - ADMINISTRATORS:
        assert {act for act in ADMINISTRATION if may(role, act)} <= {P.READ_JOURNAL, P.HAND_OVER}
        assert may(role, P.HAND_OVER) is not Scope.ALL, "the work of the own unit only"
        assert may(role, P.READ_JOURNAL) is not Scope.ALL


def test_no_two_administrators_may_do_the_same_thing_but_read():
    for one, other in itertools.combinations(sorted(ADMINISTRATORS, key=lambda r: r.code), 2):
        both = {act for act in Permission if may(one, act) and may(other, act)}
        assert both <= {P.READ_JOURNAL, P.READ_CONFIGURATION}


def test_nobody_both_enters_and_approves_money():
    entering = {P.REGISTER_NOTICE, P.ALLOCATE, P.DISBURSE, P.PAY, P.REVERSE}
    for role in Role:
        assert not (may(role, P.REVIEW_MONEY) and any(may(role, act) for act in entering))


@pytest.mark.parametrize(
    "pair", list(itertools.combinations(list(Role), 2)), ids=lambda pair: "-".join(r.code for r in pair)
)
def test_an_administrator_holds_no_second_role(pair):
    if ADMINISTRATORS & set(pair):
        with pytest.raises(DomainError) as refused:
            check_roles(pair)
        assert refused.value.field == "roles"
    else:
        check_roles(pair)


@pytest.mark.parametrize("role", list(Role))
def test_any_single_role_may_be_held(role):
    check_roles([role])
    check_roles([role, role])


def test_nobody_approves_an_own_entry():
    check_approver(1, 2)
    with pytest.raises(NotAllowed, match="另一人"):
        check_approver(7, 7)


def test_the_widest_of_several_roles_counts_and_none_means_none():
    assert scope_of([Role.OWNER, Role.LEAD], P.READ_MONEY) is Scope.ALL
    assert scope_of([Role.OWNER], P.READ_MONEY) is Scope.OWN
    assert scope_of([], P.READ_MONEY) is Scope.NONE
    assert scope_of([Role.OWNER], P.ALLOCATE) is Scope.NONE


@pytest.mark.parametrize(
    "kind",
    ["projects", "notices", "allocations", "payments", "legacy", "assets", "work_relief", "patrols", "income"],
)
def test_every_kind_of_workbook_asks_for_its_own_right(kind):
    assert permission_to_import(kind).code == f"import_{kind}"


def test_an_unknown_workbook_has_no_right():
    with pytest.raises(ValueError, match="users"):
        permission_to_import("users")
