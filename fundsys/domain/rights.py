"""Who may do what, and to whose records: roles, acts, and the matrix between them. Source: reliability.md section 4."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from .coded import Coded
from .errors import DomainError, NotAllowed


class Role(Coded):
    """Roles a person may hold. The three administrators exclude one another and every business role."""

    FINANCE_ENTRY = "finance_entry", "财政局录入", "info"
    FINANCE_REVIEW = "finance_review", "财政局复核", "info"
    LEAD = "lead", "主管部门", "info"
    OWNER = "owner", "项目主管单位", "plain"
    TOWN = "town", "镇", "plain"
    VILLAGE = "village", "村", "plain"
    KEEPER = "keeper", "管护责任人", "plain"
    INSPECTOR = "inspector", "督查审计", "info"
    LEADER = "leader", "县领导", "info"
    SYSADMIN = "sysadmin", "系统管理员", "warn"
    SECADMIN = "secadmin", "安全管理员", "warn"
    AUDITOR = "auditor", "审计管理员", "warn"

    @property
    def is_administrator(self) -> bool:
        return self in ADMINISTRATORS


ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})


class Scope(IntEnum):
    """How far a right reaches. OWN is the person's own unit: a town with its villages, an owner with its projects."""

    NONE = 0
    OWN = 1
    ALL = 2


class Permission(Coded):
    """An act a view performs. The label completes “不能……”."""

    READ_MONEY = "read_money", "查看资金"
    REGISTER_NOTICE = "register_notice", "登记指标文"
    ALLOCATE = "allocate", "分配资金"
    PROPOSE_ALLOCATION = "propose_allocation", "提出分配建议"
    DISBURSE = "disburse", "登记拨付"
    PAY = "pay", "登记支付"
    REQUEST_PAYMENT = "request_payment", "申请支付"
    REVERSE = "reverse", "冲销和收回"
    REVIEW_MONEY = "review_money", "复核资金"
    READ_PROJECTS = "read_projects", "查看项目"
    PROPOSE_PROJECT = "propose_project", "申报项目"
    EDIT_PROJECT = "edit_project", "修改项目"
    APPROVE_TOWN_STEP = "approve_town_step", "审核本镇项目"
    ADMIT_PROJECT = "admit_project", "审定项目"
    UPDATE_PROGRESS = "update_progress", "更新建设进度"
    RETURN_PROGRESS = "return_progress", "退回建设进度"
    RECORD_CONTRACT = "record_contract", "登记合同和变更"
    APPROVE_CONTRACT = "approve_contract", "审定合同和变更"
    RECORD_WORK_RELIEF = "record_work_relief", "登记以工代赈"
    APPROVE_WORK_RELIEF = "approve_work_relief", "审定以工代赈"
    RECORD_ACCEPTANCE = "record_acceptance", "登记验收和结算"
    APPROVE_ACCEPTANCE = "approve_acceptance", "审定验收和结算"
    APPROVE_SETTLED_AMOUNT = "approve_settled_amount", "复核结算金额"
    READ_ASSETS = "read_assets", "查看资产"
    REGISTER_ASSET = "register_asset", "登记资产"
    CONFIRM_TITLE = "confirm_title", "确认权属"
    REQUEST_DISPOSAL = "request_disposal", "申请处置资产"
    DISPOSE = "dispose", "审批资产处置"
    MAINTAIN = "maintain", "登记管护"
    PATROL = "patrol", "登记巡查"
    CONFIRM_PATROL = "confirm_patrol", "复核巡查"
    RECORD_INCOME = "record_income", "登记收益"
    APPROVE_INCOME = "approve_income", "审定收益分配"
    OPEN_STOCKTAKE = "open_stocktake", "发起和结束盘点"
    STOCKTAKE = "stocktake", "盘点资产"
    DECIDE_DIFFERENCE = "decide_difference", "审定盘点差异"
    READ_LEGACY = "read_legacy", "查看四个一批"
    PROPOSE_CLASS = "propose_class", "提出分类建议"
    CLASSIFY = "classify", "审定分类"
    READ_RULES = "read_rules", "查看规则检查"
    READ_OVERVIEW = "read_overview", "查看全县总览"
    READ_FINDINGS = "read_findings", "查看问题"
    FIND = "find", "登记问题"
    RECTIFY = "rectify", "登记整改"
    CLOSE_OUT = "close_out", "销号"
    INSPECT = "inspect", "现场抽查"
    PUBLISH = "publish", "登记公示"
    APPROVE_NOTICE_TEXT = "approve_notice_text", "审定公示"
    REPORT_TARGET = "report_target", "填报目标"
    APPROVE_TARGET = "approve_target", "审定目标"
    READ_TARGETS = "read_targets", "查看目标"
    PRINT = "print", "打印和导出"
    UNMASK = "unmask", "查看完整个人信息"
    READ_PERIODS = "read_periods", "查看结账"
    CLOSE_PERIOD = "close_period", "结账"
    APPROVE_PERIOD = "approve_period", "复核结账"
    OPEN_YEAR = "open_year", "开启年度"
    IMPORT_PROJECTS = "import_projects", "导入项目"
    IMPORT_NOTICES = "import_notices", "导入指标文"
    IMPORT_ALLOCATIONS = "import_allocations", "导入分配"
    IMPORT_PAYMENTS = "import_payments", "导入支付"
    IMPORT_LEGACY = "import_legacy", "导入四个一批项目"
    IMPORT_ASSETS = "import_assets", "导入资产"
    IMPORT_WORK_RELIEF = "import_work_relief", "导入以工代赈"
    IMPORT_PATROLS = "import_patrols", "导入巡查"
    IMPORT_INCOME = "import_income", "导入收益"
    IMPORT_COUNTS = "import_counts", "导入盘点"
    REVERSE_IMPORT = "reverse_import", "撤销导入"
    EDIT_POLICY = "edit_policy", "提出阈值和口径"
    APPROVE_POLICY = "approve_policy", "批准阈值和口径"
    PROPOSE_WAIVER = "propose_waiver", "申请豁免"
    APPROVE_WAIVER = "approve_waiver", "批准豁免"
    READ_BUSINESS_TRAIL = "read_business_trail", "查看业务留痕"
    READ_JOURNAL = "read_journal", "查看操作日志"
    PRINT_JOURNAL = "print_journal", "打印操作日志"
    MANAGE_USERS = "manage_users", "管理用户"
    APPROVE_USERS = "approve_users", "批准用户"
    EDIT_DICTIONARY = "edit_dictionary", "维护单位和字典"
    HAND_OVER = "hand_over", "移交他人的工作"
    MANAGE_RIGHTS = "manage_rights", "管理角色和数据范围"
    READ_ADMINISTRATION = "read_administration", "查看管理留痕"
    CONFIGURE = "configure", "修改系统配置"
    READ_CONFIGURATION = "read_configuration", "查看系统配置"
    BACKUP = "backup", "备份"
    RESTORE = "restore", "恢复"
    APPROVE_RESTORE = "approve_restore", "批准恢复"


def permission_to_import(kind: str) -> Permission:
    """The right a workbook of this KIND asks for. Raises ValueError for a KIND there is none of."""
    wanted = f"import_{kind}"
    for permission in Permission:
        if permission.code == wanted:
            return permission
    raise ValueError(f"no such kind of workbook: {kind}")


Grant = dict[Role, Scope]


def _all(*roles: Role) -> Grant:
    return dict.fromkeys(roles, Scope.ALL)


def _own(*roles: Role) -> Grant:
    return dict.fromkeys(roles, Scope.OWN)


_ENTRY, _REVIEW, _LEAD, _OWNER = Role.FINANCE_ENTRY, Role.FINANCE_REVIEW, Role.LEAD, Role.OWNER
_TOWN, _VILLAGE, _KEEPER = Role.TOWN, Role.VILLAGE, Role.KEEPER
_INSPECTOR, _LEADER = Role.INSPECTOR, Role.LEADER
_SYS, _SEC, _AUDIT = Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR
_COUNTY = _all(_ENTRY, _REVIEW, _LEAD, _INSPECTOR, _LEADER)
_UNITS = _own(_OWNER, _TOWN)
_P = Permission

GRANTS: dict[Permission, Grant] = {
    # money
    _P.READ_MONEY: _COUNTY | _UNITS,
    _P.REGISTER_NOTICE: _all(_ENTRY),
    _P.ALLOCATE: _all(_ENTRY),
    _P.PROPOSE_ALLOCATION: _all(_LEAD),
    _P.DISBURSE: _all(_ENTRY),
    _P.PAY: _all(_ENTRY),
    _P.REQUEST_PAYMENT: _UNITS,
    _P.REVERSE: _all(_ENTRY),
    _P.REVIEW_MONEY: _all(_REVIEW),
    # projects
    _P.READ_PROJECTS: _COUNTY | _UNITS | _own(_VILLAGE),
    _P.PROPOSE_PROJECT: _own(_VILLAGE),
    _P.EDIT_PROJECT: _all(_LEAD) | _UNITS,
    _P.APPROVE_TOWN_STEP: _own(_TOWN),
    _P.ADMIT_PROJECT: _all(_LEAD),
    _P.UPDATE_PROGRESS: _UNITS,
    _P.RETURN_PROGRESS: _all(_LEAD),
    _P.RECORD_CONTRACT: _UNITS,
    _P.APPROVE_CONTRACT: _all(_LEAD),
    _P.RECORD_WORK_RELIEF: _UNITS,
    _P.APPROVE_WORK_RELIEF: _all(_LEAD),
    _P.RECORD_ACCEPTANCE: _UNITS,
    _P.APPROVE_ACCEPTANCE: _all(_LEAD),
    _P.APPROVE_SETTLED_AMOUNT: _all(_REVIEW),
    # assets
    _P.READ_ASSETS: _COUNTY | _UNITS | _own(_VILLAGE, _KEEPER),
    _P.REGISTER_ASSET: _UNITS,
    _P.CONFIRM_TITLE: _all(_LEAD),
    _P.REQUEST_DISPOSAL: _UNITS,
    _P.DISPOSE: _all(_REVIEW, _LEAD),
    _P.MAINTAIN: _UNITS,
    _P.PATROL: _own(_VILLAGE, _KEEPER),
    _P.CONFIRM_PATROL: _own(_TOWN),
    _P.RECORD_INCOME: _own(_OWNER, _TOWN, _VILLAGE),
    _P.APPROVE_INCOME: _all(_LEAD),
    _P.OPEN_STOCKTAKE: _all(_LEAD, _INSPECTOR) | _UNITS,
    _P.STOCKTAKE: _all(_INSPECTOR) | _UNITS,
    _P.DECIDE_DIFFERENCE: _all(_LEAD),
    # industry
    _P.READ_LEGACY: _COUNTY | _UNITS,
    _P.PROPOSE_CLASS: _UNITS,
    _P.CLASSIFY: _all(_LEAD),
    # checks
    _P.READ_RULES: _COUNTY | _UNITS,
    _P.READ_OVERVIEW: _all(_LEAD, _INSPECTOR, _LEADER),
    _P.READ_FINDINGS: _all(_LEAD, _INSPECTOR, _LEADER) | _own(_ENTRY, _REVIEW, _OWNER, _TOWN),
    _P.FIND: _all(_LEAD, _INSPECTOR),
    _P.RECTIFY: _own(_ENTRY, _LEAD, _OWNER, _TOWN),
    _P.CLOSE_OUT: _all(_INSPECTOR),
    _P.INSPECT: _all(_INSPECTOR),
    _P.PUBLISH: _own(_ENTRY, _OWNER, _TOWN, _VILLAGE),
    _P.APPROVE_NOTICE_TEXT: _all(_LEAD),
    _P.REPORT_TARGET: _own(_ENTRY, _LEAD, _OWNER, _TOWN),
    _P.APPROVE_TARGET: _all(_LEAD),
    _P.READ_TARGETS: _all(_LEAD, _LEADER, _INSPECTOR) | _own(_ENTRY, _OWNER, _TOWN),
    _P.EDIT_POLICY: _all(_REVIEW, _LEAD),
    _P.APPROVE_POLICY: _all(_LEADER),
    _P.PROPOSE_WAIVER: _own(_ENTRY, _OWNER, _TOWN),
    _P.APPROVE_WAIVER: _all(_LEAD, _LEADER),
    # paper, personal data, periods
    _P.PRINT: _COUNTY | _UNITS,
    _P.UNMASK: _all(_LEAD, _INSPECTOR) | _own(_ENTRY, _OWNER, _TOWN),
    _P.READ_PERIODS: _COUNTY | _UNITS,
    _P.CLOSE_PERIOD: _all(_ENTRY),
    _P.APPROVE_PERIOD: _all(_REVIEW),
    _P.OPEN_YEAR: _all(_ENTRY),
    # imports
    _P.IMPORT_NOTICES: _all(_ENTRY),
    _P.IMPORT_ALLOCATIONS: _all(_ENTRY),
    _P.IMPORT_PAYMENTS: _all(_ENTRY),
    _P.IMPORT_PROJECTS: _all(_LEAD) | _UNITS,
    _P.IMPORT_LEGACY: _all(_LEAD) | _UNITS,
    _P.IMPORT_ASSETS: _all(_LEAD) | _UNITS,
    _P.IMPORT_WORK_RELIEF: _UNITS,
    _P.IMPORT_PATROLS: _UNITS,
    _P.IMPORT_INCOME: _UNITS,
    _P.IMPORT_COUNTS: _all(_INSPECTOR) | _UNITS,
    _P.REVERSE_IMPORT: _all(_REVIEW, _LEAD) | _own(_ENTRY, _OWNER, _TOWN),
    # the journal and the three administrators
    _P.READ_BUSINESS_TRAIL: _all(_INSPECTOR),
    _P.READ_JOURNAL: _all(_AUDIT) | _own(_ENTRY, _REVIEW, _LEAD, _OWNER, _TOWN, _SEC),
    _P.PRINT_JOURNAL: _all(_AUDIT),
    _P.MANAGE_USERS: _all(_SYS),
    _P.APPROVE_USERS: _all(_SEC),
    _P.EDIT_DICTIONARY: _all(_SYS),
    _P.HAND_OVER: _all(_SYS) | _own(_REVIEW, _LEAD),
    _P.MANAGE_RIGHTS: _all(_SEC),
    _P.READ_ADMINISTRATION: _all(_AUDIT),
    _P.CONFIGURE: _all(_SYS),
    _P.READ_CONFIGURATION: _all(_SYS, _SEC),
    _P.BACKUP: _all(_SYS),
    _P.RESTORE: _all(_SYS),
    _P.APPROVE_RESTORE: _all(_SEC),
}


def may(role: Role, permission: Permission) -> Scope:
    """How far the role's right reaches. What is not granted is refused: Scope.NONE."""
    return GRANTS.get(permission, {}).get(role, Scope.NONE)


def scope_of(roles: Iterable[Role], permission: Permission) -> Scope:
    """The widest scope any of the roles gives; NONE for nobody's roles."""
    return max((may(role, permission) for role in roles), default=Scope.NONE)


def check_roles(roles: Iterable[Role]) -> None:
    """Refuse roles one person may not hold together.

    Raises: DomainError when two administrator roles meet, or one meets a business role.
    Source: 等保 三员分立.
    """
    held = sorted(set(roles), key=lambda role: role.code)
    administrators = [role for role in held if role.is_administrator]
    if len(administrators) > 1:
        names = "、".join(role.label for role in administrators)
        raise DomainError(f"{names}不能由同一人担任，请只选其中一个。", field="roles", clause="三员分立")
    if administrators and len(held) > 1:
        sentence = f"{administrators[0].label}不能兼任业务角色，请由另一人担任。"
        raise DomainError(sentence, field="roles", clause="三员分立")


def check_approver(approver_id: int, entered_by_id: int) -> None:
    """Refuse approval of an own entry. Raises: NotAllowed. Source: 不相容岗位分离."""
    if approver_id == entered_by_id:
        raise NotAllowed("不能复核本人录入的记录，请由另一人复核。")
