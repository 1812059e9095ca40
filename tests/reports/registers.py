"""Invented rows for the three ledgers, the same on every run. Everything in them is made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from types import SimpleNamespace

from fundsys.domain.money import Money
from fundsys.reports.sheet import Imprint

TOWNS = ("城关镇", "东风镇", "八渡镇", "温水镇", "天成镇", "曹家湾镇", "固关镇", "东南镇", "河北镇", "新集川镇")
VILLAGES = (
    "团结村",
    "穆家庄村",
    "黄家崖村",
    "杨家坡村",
    "曹家湾村",
    "李家山村",
    "西坡村",
    "柴家咀村",
    "上川村",
    "枣林寨村",
    "墕头村",
)
KINDS = (
    ("奶山羊养殖圈舍", "养殖圈舍", "轻钢", "平方米", 10),
    ("食用菌大棚", "种植设施", "钢架", "座", 15),
    ("果品冷藏库", "冷库", "组合板", "立方米", 12),
    ("帮扶车间", "帮扶车间", "砖混", "平方米", 30),
    ("核桃初加工线", "加工设备", "成套", "套", 10),
    ("村级光伏电站", "光伏电站", "地面", "千瓦", 25),
)
SURNAMES = "景田范赵王李张马兰孙杨黄柴申南党庙刘"
GIVEN = ("宏斌", "秀英", "彩霞", "新民", "建平", "军科", "小红", "志刚", "林生", "继红", "双录", "文斌", "永红")
AGENCIES = (
    "县畜产局",
    "县农业农村局",
    "县果业服务中心",
    "县乡村振兴局",
    "县林业局",
    "县发改局",
    "县水利局",
    "县交通运输局",
)
CLASSES = ("经营性", "公益性", "到户类")


def assets(count: int, seed: int = 610327) -> Iterator[SimpleNamespace]:
    """Rows of LG05, class after class."""
    pick = Random(seed)
    for k in range(count):
        asset_class = CLASSES[min(2, k * 5 // (count * 2 + 1))] if count > 3 else CLASSES[0]
        name, kind, built, unit, life = pick.choice(KINDS)
        year = pick.randint(2019, 2023)
        village = pick.choice(VILLAGES)
        cost = Money(pick.randint(80_000, 2_000_000) * 100)
        accepted = date(year, 5, 1) + timedelta(days=pick.randint(0, 200))
        operating = asset_class == "经营性"
        yield SimpleNamespace(
            asset_no=f"6103271{pick.randint(0, 13):02d}2{pick.randint(0, 30):02d}-{year}-J1-{k + 1:05d}",
            asset_name=f"{village}{name}",
            asset_class=asset_class,
            asset_form="固定资产",
            asset_kind=kind,
            source_project=f"{year}-{pick.randint(1, 123):04d}",
            project_year=year,
            fund_source=pick.choice(("中央衔接", "省级衔接", "苏陕协作", "中央、省级")),
            town=pick.choice(TOWNS),
            village=village,
            location=pick.choice(("村部", "一组", "二组", "三组", "村东")),
            specification=built,
            quantity=Decimal(pick.randint(1, 1500)) if unit != "千瓦" else Decimal(pick.randint(500, 1500)) / 10,
            quantity_unit=unit,
            settled_amount=cost,
            original_cost=cost,
            valuation=cost if operating else None,
            accepted_on=accepted,
            service_life=life,
            net_value=Money(cost.fen * pick.randint(40, 98) // 100),
            owner_type="集体" if asset_class != "到户类" else "农户",
            title_holder=f"{village}股份经济合作社",
            operator=pick.choice(("经陇纬秦公司", "关山菌业公司", "陇州牧业合作社", "村集体自营"))
            if operating
            else None,
            supervisor=pick.choice(AGENCIES),
            keeper=pick.choice(SURNAMES) + pick.choice(GIVEN),
            phone=f"1{pick.choice((38, 39, 51, 82, 89))}{pick.randint(10_000_000, 99_999_999)}",
            yearly_income=Money(cost.fen * pick.randint(2, 7) // 100) if operating else Money(0),
            benefit_households=pick.randint(10, 90),
            asset_status=pick.choice(("在用", "在用", "在用", "在用", "维修中", "闲置")),
            registered_on=accepted + timedelta(days=pick.randint(20, 60)),
            remark=pick.choice(("", "", "", "", "", "盘活")) or None,
        )


def projects(count: int, seed: int = 123) -> Iterator[SimpleNamespace]:
    """Rows of LG02, agency after agency."""
    pick = Random(seed)
    for k in range(count):
        central, provincial = (
            Money(pick.randint(100, 40_000) * 10_000),
            Money(pick.choice((0, 0, 120_000_000, 35_512_345))),
        )
        village, town = pick.choice(VILLAGES), pick.choice(TOWNS)
        name = pick.choice(
            ("奶山羊标准化养殖基地", "食用菌产业园", "产业路硬化", "安全饮水巩固提升", "果品冷链仓储", "人居环境整治")
        )
        yield SimpleNamespace(
            project_code=f"2024-{k + 1:04d}",
            library_code=f"K2024-{k + 301:04d}",
            project_name=f"2024年{town}{village}{name}项目",
            project_type=pick.choice(("养殖业基地", "种植业基地", "农村道路", "农村供水")),
            town=town,
            village=village,
            content=f"新建{name}一处，配套水、电、路等设施，铺设砂石路{pick.randint(1, 9)}.{pick.randint(0, 9)}公里，购置设备{pick.randint(2, 30)}台（套）。",
            lead_agency=AGENCIES[k * len(AGENCIES) // count],
            implementing_unit=f"{town}人民政府",
            planned_investment=central + provincial,
            central_amount=central,
            provincial_amount=provincial,
            city_amount=None,
            county_amount=Money(0),
            cooperation_amount=None,
            other_amount=None,
            approval_no=f"陇乡振发〔2024〕{pick.randint(3, 40)}号",
            is_industry="路" not in name and "水" not in name,
            is_lead_industry="奶山羊" in name,
            is_work_relief=pick.random() < 0.1,
            benefit_households=pick.randint(20, 300),
            benefit_people=pick.randint(80, 1_200),
            period="2024年3月至2024年11月",
            goal=f"项目建成后，带动群众{pick.randint(20, 300)}户增收，户均年增收{pick.randint(800, 3000)}元以上，群众满意度95%以上。",
            person_in_charge=pick.choice(SURNAMES) + pick.choice(GIVEN),
            subsidy_standard=None,
            farmer_linkage="土地流转、务工就业、收益分红",
            remark=None,
        )


def allocations(count: int, seed: int = 65) -> Iterator[SimpleNamespace]:
    """Rows of LG04, notice after notice."""
    pick = Random(seed)
    for k in range(count):
        amount = Money(pick.randint(100, 40_000) * 10_000 + pick.choice((0, 0, 3_456)))
        paid = Money(amount.fen * pick.randint(0, 100) // 100)
        notice = k * 4 // count
        village, town = pick.choice(VILLAGES), pick.choice(TOWNS)
        yield SimpleNamespace(
            notice_no=f"陕财办农〔2024〕{15 + notice * 7}号",
            fund_code=("中央衔接", "省级衔接")[notice % 2],
            plan_year=2024,
            notice_round=notice + 1,
            arrived_on=date(2024, 1 + notice, 12),
            allocated_on=date(2024, 2 + notice, 3),
            allocation_days=22,
            county_notice_no=f"陇财发〔2024〕{20 + notice}号",
            project_code=f"2024-{k + 1:04d}",
            project_name=f"2024年{town}{village}奶山羊标准化养殖基地项目",
            implementing_unit=f"{town}人民政府",
            task="巩固拓展",
            allocated_amount=amount,
            adjusted_amount=Money(0),
            paid_this_month=Money(paid.fen // 7),
            paid_total=paid,
            spending_rate=paid.share_of(amount) or Fraction(0),
            carryover=None,
            recovered=None,
            payee=None if not paid else "陕西陇州建筑工程有限公司",
            voucher_no=None if not paid else f"2024{pick.randint(100000, 999999)}",
            remark=None,
        )


def an_imprint(**changes: object) -> Imprint:
    """What a print of the demo county says about itself."""
    words: dict[str, object] = {
        "place": "陇县",
        "reporting_unit": "陇县乡村振兴局",
        "until": date(2024, 11, 18),
        "filters": ("形成年度 2019—2023",),
        "print_no": "LG05-2024-000317",
        "verification_code": "F642-BFB3-5842",
        "verify_url": "https://fundsys.longxian.example/p/LG05-2024-000317?c=F642BFB35842",
        "printed_by": "杨秀兰",
        "printed_at": datetime(2024, 11, 18, 9, 42),
    }
    return Imprint(**{**words, **changes})  # type: ignore[arg-type]
