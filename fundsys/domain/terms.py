"""The words of the office: every label, unit, hint and example that people read, once. Nothing here decides anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One named thing of the office.

    key: the identifier used for record fields, ledger columns and import columns.
    label: the Chinese word on forms and table heads.
    unit: 万元, 元, 户, … without brackets; empty when it has none.
    hint: one sentence under the box of a form.
    example: what a right answer looks like.
    """

    key: str
    label: str
    unit: str = ""
    hint: str = ""
    example: str = ""


# Common to all ledgers
SERIAL = Term("serial", "序号")
REMARK = Term("remark", "备注")
REPORTING_UNIT = Term("reporting_unit", "填报单位")
AS_OF = Term("as_of", "截止日期")

# Places
TOWN = Term("town", "镇")
VILLAGE = Term("village", "村")
LOCATION = Term("location", "坐落")

# Projects
PROJECT_CODE = Term("project_code", "项目编号")
LIBRARY_CODE = Term("library_code", "项目库编号")
PROJECT_NAME = Term("project_name", "项目名称")
PROJECT_TYPE = Term("project_type", "项目子类型")
PROJECT_YEAR = Term("project_year", "项目年度")
CONTENT = Term("content", "建设内容及规模")
LEAD_AGENCY = Term("lead_agency", "项目主管单位")
IMPLEMENTING_UNIT = Term("implementing_unit", "实施单位")
PLANNED_INVESTMENT = Term("planned_investment", "计划投资", "万元")
CENTRAL_AMOUNT = Term("central_amount", "中央衔接", "万元")
PROVINCIAL_AMOUNT = Term("provincial_amount", "省级衔接", "万元")
CITY_AMOUNT = Term("city_amount", "市级衔接", "万元")
COUNTY_AMOUNT = Term("county_amount", "县级衔接", "万元")
COOPERATION_AMOUNT = Term("cooperation_amount", "苏陕协作", "万元")
OTHER_AMOUNT = Term("other_amount", "其他", "万元")
APPROVAL_NO = Term("approval_no", "批复文号")
IS_INDUSTRY = Term("is_industry", "是否产业")
IS_LEAD_INDUSTRY = Term("is_lead_industry", "是否首位产业")
IS_WORK_RELIEF = Term("is_work_relief", "是否以工代赈")
BENEFIT_HOUSEHOLDS = Term("benefit_households", "受益户", "户")
BENEFIT_PEOPLE = Term("benefit_people", "受益人", "人")
PERIOD = Term("period", "实施期限")
GOAL = Term("goal", "绩效目标")
PERSON_IN_CHARGE = Term("person_in_charge", "责任人")
SUBSIDY_STANDARD = Term("subsidy_standard", "补助标准")
FARMER_LINKAGE = Term("farmer_linkage", "联农带农机制")

# Money from the notice to the payment
NOTICE_NO = Term("notice_no", "上级文号")
FUND_SOURCE = Term("fund_source", "资金来源")
FUND_CODE = Term("fund_code", "资金代码")
PLAN_YEAR = Term("plan_year", "年度")
NOTICE_ROUND = Term("notice_round", "批次")
ARRIVED_ON = Term("arrived_on", "到县日期")
ALLOCATED_ON = Term("allocated_on", "分解下达日期")
ALLOCATION_DAYS = Term("allocation_days", "分解用时", "日")
COUNTY_NOTICE_NO = Term("county_notice_no", "县级下达文号")
TASK = Term("task", "任务方向")
ALLOCATED_AMOUNT = Term("allocated_amount", "分配金额", "万元")
ADJUSTED_AMOUNT = Term("adjusted_amount", "调整金额", "万元")
PAID_THIS_MONTH = Term("paid_this_month", "本月支付", "万元")
PAID_TOTAL = Term("paid_total", "累计支付", "万元")
SPENDING_RATE = Term("spending_rate", "支付进度", "%")
CARRYOVER = Term("carryover", "结转", "万元")
RECOVERED = Term("recovered", "结余收回", "万元")
PAYEE = Term("payee", "收款单位")
VOUCHER_NO = Term("voucher_no", "支付凭证号")

# Assets
ASSET_NO = Term("asset_no", "资产编码")
ASSET_NAME = Term("asset_name", "资产名称")
ASSET_CLASS = Term("asset_class", "类别")
ASSET_FORM = Term("asset_form", "形态")
ASSET_KIND = Term("asset_kind", "种类")
SOURCE_PROJECT = Term("source_project", "来源项目")
SPECIFICATION = Term("specification", "规格结构")
QUANTITY = Term("quantity", "数量")
QUANTITY_UNIT = Term("quantity_unit", "单位")
SETTLED_AMOUNT = Term("settled_amount", "结算金额", "万元")
ORIGINAL_COST = Term("original_cost", "原值", "万元")
VALUATION = Term("valuation", "评估值", "万元")
ACCEPTED_ON = Term("accepted_on", "验收日期")
SERVICE_LIFE = Term("service_life", "使用年限", "年")
NET_VALUE = Term("net_value", "净值", "万元")
OWNER_TYPE = Term("owner_type", "所有权类型")
TITLE_HOLDER = Term("title_holder", "所有权人")
OPERATOR = Term("operator", "经营使用主体")
SUPERVISOR = Term("supervisor", "监管单位")
KEEPER = Term("keeper", "管护责任人")
PHONE = Term("phone", "联系电话")
YEARLY_INCOME = Term("yearly_income", "年收益", "万元")
ASSET_STATUS = Term("asset_status", "状态")
REGISTERED_ON = Term("registered_on", "登记日期")

# People and accounts
COUNTY_CHOICE = Term("county", "县")
ACCOUNT = Term("account", "登录名")
LOGIN = Term("login", "登录名", hint="字母、数字或汉字，不分大小写")
PERSON_NAME = Term("person_name", "姓名")
PASSWORD = Term("password", "密码")
OLD_PASSWORD = Term("old_password", "原密码")
NEW_PASSWORD = Term("new_password", "新密码", hint="至少 12 个字符，混用字母、数字或符号；不要用县名、单位名、登录名")
NEW_PASSWORD_AGAIN = Term("new_password_again", "再输一次新密码")
ROLE = Term("role", "角色")
UNIT = Term("unit", "所在单位")
ACCOUNT_ACTIVE = Term("account_active", "账号在用")

# Reporting construction
STAGE = Term("status", "当前阶段")
PROGRESS = Term("progress_bp", "形象进度", "%")
REPORTED_ON = Term("reported_on", "填报日期", hint="实际完成这一进度的日子，不能晚于今天")
WORDS = Term("words", "本期完成", example="路面浇筑完成 1.7 公里，剩余三组段 0.7 公里")
BACK_REASON = Term("reason", "退回或更正的理由", hint="退回前一阶段、进度调低或补填早先日期时必填")
SITE_PHOTOS = Term("photos", "现场照片", hint="JPEG、PNG 或 WebP，每张不超过 12 MB")
RETURN_REASON = Term("reason", "退回理由")

# Registering notices and allocating them
DOCUMENT_NO = Term("document_no", "指标文号", hint="括号怎么打都行，存为〔〕", example="宝市财办农〔2024〕12号")
NOTICE_TITLE = Term("title", "文件标题", example="2024年中央财政衔接推进乡村振兴补助资金（第三批）")
ISSUING_UNIT = Term("issuing_unit", "下达单位", example="宝鸡市财政局")
FUND_YEAR = Term("year", "资金年度", example="2024")
BATCH = Term("batch", "批次", example="3")
ISSUED_ON = Term("issued_on", "下达日期", hint="键入 1018 即可")
RECEIVED_ON = Term("received_on", "收文日期", hint="从这天起计算分解下达期限")
STATED_TOTAL = Term("stated_total", "下达金额", "万元", hint="文件上写的总额，各行合计须与它一致")
LINE_SOURCE = Term("source", "资金来源和任务")
LINE_AMOUNT = Term("amount", "金额", "万元")
FUNCTION_CODE = Term("function_code", "功能科目", example="2130505")
DECIDED_ON = Term("decided_on", "分解下达日期", hint="键入 1018 即可，不填为今天")
COUNTY_NO = Term("county_no", "县级下达文号", example="陇财农〔2024〕36号")
BEYOND_PLAN_REASON = Term("beyond_plan_reason", "超计划原因")
MONEY_RETURN_REASON = Term("reason", "退回原因", hint="写明改哪里，录入人看得到")
REVERSAL_REASON = Term("reason", "冲销原因", example="项目终止，资金收回重新安排")
REVERSAL_NO = Term("document_no", "依据文号", example="陇财农〔2024〕41号")
REVERSED_ON = Term("decided_on", "冲销日期", hint="键入 1018 即可，不填为今天")

# Thresholds and bases
PROPOSED_VALUE = Term("text", "提出的值")
POLICY_DOCUMENT = Term("document", "依据文件", hint="文号或会议纪要编号", example="陇乡振发〔2024〕6号")
REFUSAL_REASON = Term("reason", "不同意的理由")
