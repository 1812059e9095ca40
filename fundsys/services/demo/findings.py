"""Problems found during the demo's year, and how most of them were put right and closed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from fundsys.models.papers import Rectification

from .diary import LAST_DAY, Diary, Row, moment, working_day
from .world import World

_SOURCES = ("国家考核评估反馈", "省级暗访", "市级督查", "审计发现", "县级自查")
_PROBLEMS = (
    ("县畜产局", "个别养殖场圈舍验收资料不全，缺影像", "已补充影像并归档"),
    ("县水利局", "供水管网改造项目公示期不足10日", "已重新公示10日，无异议"),
    ("县交通运输局", "产业路项目未及时更新形象进度", "已补报，明确专人按月更新"),
    ("县农业农村局", "食用菌大棚经营合同到期未续签", "已重新签订经营合同"),
    ("县乡村振兴局", "部分资产登记卡缺监管单位", "已逐项补登"),
    ("八渡镇人民政府", "村级资产台账与实物标牌不符", "已更换标牌，账实相符"),
    ("县发改局", "以工代赈劳务报酬发放公示不规范", "已按要求公示"),
    ("县财政局", "个别资金分解下达用时超过30日", "已印发限时办结制度"),
    ("东风镇人民政府", "闲置帮扶车间未及时盘活", "已招引经营主体入驻"),
    ("天成镇人民政府", "巡查记录由他人代签", "已约谈责任人，规范签字"),
    ("县果业服务中心", "冷库收益分配方案未公示", "已补充公示"),
    ("温水镇人民政府", "项目公示牌信息不全", "已更换公示牌"),
    ("县住建局", "路灯故障未及时维修", "已维修完毕"),
)
_LASTING = "光伏收益分配使用须长期规范"
_FOUND, _OPEN, _LONG = 23, 2, 3


def write_findings(world: World, diary: Diary, inspector: int, seed: int) -> None:
    """23 problems found from February to October; 21 closed by the inspector, two still open, three more kept for long."""
    chance = Random(f"{seed}/findings")
    found, closed = [], []
    for number in range(_FOUND + _LONG):
        unit, problem, answer = _PROBLEMS[number % len(_PROBLEMS)]
        day = working_day(date(2024, 2, 20) + timedelta(days=number * 9))
        row: Row = {
            "id": diary.next_id(Rectification),
            "source": chance.choice(_SOURCES),
            "paper_no": f"陇巩固办〔2024〕{number + 6}号",
            "problem": problem,
            "unit_id": world.units[unit],
            "found_on": day,
            "due_on": day + timedelta(days=45),
            "answer": "",
            "state": "open",
        }
        if number >= _FOUND:
            row |= {"problem": _LASTING, "state": "lasting"}
        found.append(row)
        if number < _FOUND - _OPEN:
            on = working_day(min(day + timedelta(days=chance.randint(15, 60)), LAST_DAY - timedelta(days=2)))
            told = {"answer": answer, "state": "closed", "closed_on": on, "closed_by": inspector, "version": 2}
            closed.append({"id": row["id"]} | told)
    for row in found:
        diary.on(moment(row["found_on"], 11, 20), inspector, "登记问题", row["paper_no"]).add(Rectification, [row])
    for row in closed:
        diary.on(moment(row["closed_on"], 15, 40), inspector, "销号").change(Rectification, [row])
