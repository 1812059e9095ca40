"""Problems found during the demo's year, and how most of them were answered, closed, opened again or kept up."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from random import Random

from fundsys.domain.rectification import FindingState, FindingStep
from fundsys.domain.rights import Role
from fundsys.models.papers import Rectification, RectificationStep
from fundsys.services import attachments
from fundsys.services.acts import Act

from .diary import LAST_DAY, Diary, Entry, Row, moment, working_day
from .world import POSTS, World

_SOURCES = ("national", "province", "city", "audit", "county")
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
_LASTING_ANSWER = "已印发光伏收益分配使用细则，按季核对"
_FOUND, _OPEN, _LONG = 23, 2, 3
_ANSWERED, _AGAIN = 20, 4
"""Which problem waits for its close-out, and which was closed, opened again and closed for good."""
_S, _K = FindingState, FindingStep


def write_findings(world: World, diary: Diary, inspector: int, clerks: dict[int, tuple[int, str]], seed: int) -> None:
    """23 problems found from February to October: 20 closed, one of them twice, one answered, two open; three more lasting."""
    chance = Random(f"{seed}/findings")
    office = next(post.unit for post in POSTS if post.role is Role.INSPECTOR)
    for number in range(_FOUND + _LONG):
        unit, problem, answer = _PROBLEMS[number % len(_PROBLEMS)]
        lasting = number >= _FOUND
        day = working_day(date(2024, 2, 20) + timedelta(days=number * 9))
        source = chance.choice(_SOURCES)
        row: Row = {
            "id": diary.next_id(Rectification),
            "source": source,
            "paper_no": f"陇巩固办〔2024〕{number + 6}号",
            "problem": _LASTING if lasting else problem,
            "unit_id": world.units[unit],
            "found_on": day,
            "due_on": day + timedelta(days=45),
            "answer": "",
            "state": _S.OPEN.code,
        }
        way = _Way(diary, row, inspector, world.units[office], clerks.get(row["unit_id"], (None, ""))[0])
        way.found()
        if _FOUND - _OPEN <= number < _FOUND:
            continue
        on = working_day(min(day + timedelta(days=chance.randint(15, 60)), LAST_DAY - timedelta(days=2)))
        way.answered(on, _LASTING_ANSWER if lasting else answer)
        if number == _ANSWERED:
            continue
        if number == _AGAIN:
            way.judged(on, _K.CLOSED, "材料齐全")
            way.reopened(on, "入户核对时群众反映仍未到位")
            way.answered(on, f"{answer}，已逐户核对")
        way.judged(on, _K.LASTING if lasting else _K.CLOSED, "每季度核对一次分配使用" if lasting else "核对无误")


class _Way:
    """One problem's way through the year; steps of one day follow one another by a quarter of an hour."""

    def __init__(self, diary: Diary, row: Row, inspector: int, office: int, clerk: int | None) -> None:
        self.diary, self.row, self.clerk = diary, row, clerk
        self.inspector, self.office = inspector, office
        self.state: FindingState | None = None
        self.steps = 0

    def found(self) -> None:
        entry = self.diary.on(moment(self.row["found_on"], 11, 20), self.inspector, "登记问题", self.row["paper_no"])
        entry.add(Rectification, [self.row])
        self._step(entry, _K.FOUND, _S.OPEN, "", self.row["found_on"])

    def answered(self, day: date, words: str) -> None:
        entry = self._entry(day, self.clerk, "报送整改", {"answer": words, "state": _S.ANSWERED.code})
        self._step(entry, _K.ANSWERED, _S.ANSWERED, words, day)
        entry.then(partial(_evidence, self.row["id"]))

    def judged(self, day: date, kind: FindingStep, words: str) -> None:
        told: Row = {"state": kind.code}
        if kind is _K.CLOSED:
            told |= {"closed_on": day, "closed_by": self.inspector}
        entry = self._entry(day, self.inspector, kind.label, told)
        self._step(entry, kind, FindingState(kind.code), words, day)

    def reopened(self, day: date, words: str) -> None:
        told = {"state": _S.OPEN.code, "closed_on": None, "closed_by": None}
        self._step(self._entry(day, self.inspector, "重新打开问题", told), _K.REOPENED, _S.OPEN, words, day)

    def _entry(self, day: date, by: int | None, what: str, told: Row) -> Entry:
        self.steps += 1
        entry = self.diary.on(moment(day, 14) + timedelta(minutes=15 * self.steps), by, what, self.row["paper_no"])
        return entry.change(Rectification, [{"id": self.row["id"], "version": self.steps + 1} | told])

    def _step(self, entry: Entry, kind: FindingStep, to: FindingState, words: str, day: date) -> None:
        mine = kind is _K.ANSWERED
        step: Row = {
            "id": self.diary.next_id(RectificationStep),
            "rectification_id": self.row["id"],
            "kind": kind,
            "from_state": self.state,
            "to_state": to,
            "words": words,
            "person_id": self.clerk if mine else self.inspector,
            "unit_id": self.row["unit_id"] if mine else self.office,
            "happened_on": day,
        }
        entry.add(RectificationStep, [step])
        self.state = to


def _evidence(number: int, act: Act) -> None:
    """One small paper a problem, so that no two share one."""
    content = f"%PDF-1.4 demo evidence of problem {number}".encode()
    attachments.keep(content, f"整改佐证{number}.pdf", Rectification.__tablename__, number, act=act, field="papers")
