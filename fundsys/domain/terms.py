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
NOTICE_KIND = Term("kind", "种类", hint="追加、核减另有文件的，选后写明针对哪一份")
AMENDS_NO = Term("amends_no", "针对的指标文号", hint="追加、核减时填写原指标文号", example="陕财办农〔2024〕12号")
LINE_TASK = Term("task", "任务方向", hint="不填即为该资金来源本身的任务")
ECONOMIC_CODE = Term("economic_code", "经济科目", example="50302")
BUDGET_NO = Term("budget_no", "预算一体化指标编号")
IS_DIRECT = Term("is_direct", "直达资金")
DICTIONARY_CODE = Term("code", "代码", example="2130505")
DICTIONARY_LABEL = Term("label", "名称", example="生产发展")
DICTIONARY_ACTIVE = Term("active", "在用", hint="去掉勾选即停用，录入时不再列出")
NOTICE_PAPERS = Term("papers", "指标文扫描件", hint="PDF 或照片，每个不超过 12 MB")
DECIDED_ON = Term("decided_on", "分解下达日期", hint="键入 1018 即可，不填为今天")
COUNTY_NO = Term("county_no", "县级下达文号", example="陇财农〔2024〕36号")
BEYOND_PLAN_REASON = Term("beyond_plan_reason", "超计划原因")
BEYOND_PLAN_DOCUMENT = Term("beyond_plan_document", "超计划批准文号", example="陇政函〔2024〕18号")
PLAN_NAME = Term("plan_name", "方案名称", example="方案一，先保产业")
PLAN_NOTE = Term("note", "方案说明")
MONEY_RETURN_REASON = Term("reason", "退回原因", hint="写明改哪里，录入人看得到")
REVERSAL_REASON = Term("reason", "冲销原因", example="项目终止，资金收回重新安排")
REVERSAL_NO = Term("document_no", "依据文号", example="陇财农〔2024〕41号")
REVERSED_ON = Term("decided_on", "冲销日期", hint="键入 1018 即可，不填为今天")

# Thresholds and bases
PROPOSED_VALUE = Term("text", "提出的值")
POLICY_DOCUMENT = Term("document", "依据文件", hint="文号或会议纪要编号", example="陇乡振发〔2024〕6号")
REFUSAL_REASON = Term("reason", "不同意的理由")

# Importing workbooks: columns that no ledger or form names
NATURE = Term("nature", "建设性质", example="新建")
PLACE = Term("place", "实施地点", hint="村以下的地点，或跨镇、跨村的说法", example="三组、四组")
PLANNED_FISCAL = Term("planned_fiscal", "其中财政资金", "万元", hint="不填按计划投资减其他资金计")
PLANNED_OTHER = Term("planned_other", "其中其他资金", "万元", hint="自筹等，不填按 0 计")
FINANCING = Term("financing", "筹资方式", example="财政补助加村集体自筹")
IS_COOPERATION = Term("is_cooperation", "是否苏陕协作")
PLAN_START = Term("plan_start_on", "计划开工", example="2024-03-01")
PLAN_END = Term("plan_end_on", "计划完工", example="2024-10-31")
VILLAGE_COUNT = Term("village_count", "受益村数", "个")
POOR_HOUSEHOLDS = Term("poor_households", "其中脱贫户及监测户", "户")
POOR_PEOPLE = Term("poor_people", "其中脱贫及监测人口", "人")
PARTICIPATION = Term("participation", "群众参与")
ADMITTED_ON = Term("admitted_on", "入库日期", hint="入库及以后的项目必填", example="2023-11-06")
APPROVED_ON = Term("approved_on", "批复日期", example="2024-02-20")
PROJECT_STATUS = Term("project_status", "项目状态", hint="主管部门导入时必填；单位和镇导入的都是草稿，不填")
LINE_REMARK = Term("line_remark", "明细备注")
LEGACY_CODE = Term("legacy_code", "项目编号", hint="没有编号的留空，由系统编排")
INDUSTRY = Term("industry", "产业", example="奶山羊")
TYPE_NAME = Term("type_name", "项目类型", example="养殖业基地")
FISCAL_AMOUNT = Term("fiscal_amount", "财政资金", "万元")
TOTAL_INVESTMENT = Term("total_investment", "总投资", "万元")
OPERATOR_CREDIT_CODE = Term("operator_credit_code", "主体统一社会信用代码")
RUN_STATE = Term("run_state", "运行状况")
POOR_HOUSEHOLDS_LED = Term("poor_households_led", "其中带动脱贫户", "户")
ROOT_CAUSE = Term("root_cause", "问题症结")
FOUR_BATCH = Term("four_batch", "四个一批", hint="由主管部门审定，单位和镇不填")
RESPONSIBLE_UNIT = Term("responsible_unit", "责任单位")
DUE_ON = Term("due_on", "完成时限")
DECIDED_BY = Term("decided_by", "审定人")
CLASSIFIED_ON = Term("classified_on", "审定日期")
APPRAISAL_NO = Term("appraisal_no", "评估文号")
IN_USE_ON = Term("in_use_on", "启用日期")
TITLE_DOCUMENT = Term("title_document", "确权凭证", hint="由主管部门确认，单位和镇不填")
TITLED_ON = Term("titled_on", "确权日期")
HANDED_OVER_ON = Term("handed_over_on", "移交日期")
CONTRACT_NO = Term("contract_no", "经营合同编号")
CONTRACT_TO = Term("contract_to", "合同到期日")
SECTOR = Term("sector", "管护行业")
MAINTENANCE_BODY = Term("maintenance_body", "管护主体")
MAINTENANCE_FUND = Term("maintenance_fund", "管护经费来源")
ASSET_OWNER_UNIT = Term("owner_unit", "管理单位", hint="登记和更新这项资产的单位，不填为导入人所在单位")
IMPORT_FILE = Term("file", "工作簿", hint="本系统的模板，或任何一张县里的表（.xlsx、.xls、.csv），不超过 20 MB")
IMPORT_SHEET = Term("sheet", "工作表", hint="只有一个工作表有数据时不填")
MONEY_UNIT = Term("money_unit", "金额单位", hint="表里写明了单位的不填")

# Classing legacy projects
BATCH_CLASS = Term("batch", "类别")
BATCH_REASON = Term("reason", "分类依据", example="两年盈利，带动 22 户，订单稳定")
CLASS_DECIDED_ON = Term("decided_on", "核定日期")
MEASURE = Term("measure", "措施", example="更换经营主体，年底前复产")
RESPONSIBLE = Term("responsible", "责任人")
MEASURE_DUE_ON = Term("due_on", "完成时限", example="2025-06-30")
