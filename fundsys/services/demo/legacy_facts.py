"""What the demo records about its 621 projects: two surveys, decisions, progress of measures, proposals, wound-up ones."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from fundsys.domain.industry import DecisionState, FourBatch, Opinion, Prospect, RunState
from fundsys.domain.money import Money
from fundsys.models.industry import ClassDecision, LegacyProject, MeasureProgress, OperationRecord

from .diary import FIRST_DAY, Diary, Row, moment
from .world import World

FIRST_SURVEY = date(2023, 12, 20)
SECOND_SURVEY = date(2024, 3, 22)
_LINKAGES = ("土地流转、务工", "保底分红", "订单收购、务工", "资产出租分红", "托管代养分红")
_CODES = {
    "稳定联农带农机制": "B1M1",
    "技术改造与设备更新": "B2M1",
    "良种与标准化提升": "B2M2",
    "延链补链强链": "B2M3",
    "更换经营主体": "B3M1",
    "租赁或托管": "B3M2",
    "维修改造复产": "B3M3",
    "降租让利招引主体": "B3M6",
    "终止项目解除合同": "B4M1",
    "资产清算与处置": "B4M2",
    "转产转型": "B4M4",
}
_STEPS = {
    "更换经营主体": ("已解除原承包合同，正在公开招租", "新主体已签约进场", "新主体经营正常，已见效"),
    "租赁或托管": ("已评估设施，正在议定租金", "已签托管协议", "托管后复产，租金按期到账"),
    "维修改造复产": ("已列维修清单，筹措资金", "圈舍和设备正在维修", "维修完工，已复产"),
    "降租让利招引主体": ("村集体议定降租两成", "有两家意向主体来看场地", "已签约，租金按新价收取"),
    "资产清算与处置": ("已清点资产，委托评估", "评估报告已出，等待公开拍卖", "资产已公开拍卖，款项缴入村集体账户"),
    "转产转型": ("已论证转种中药材", "土地已平整，种苗已订", "已转产，当年见效"),
    "终止项目解除合同": ("已发函催告经营主体", "已协商解除合同", "合同已解除，场地收回"),
}
_QUARTERS = (date(2024, 6, 25), date(2024, 9, 25), date(2024, 10, 22))
_LATE = (date(2024, 9, 30), date(2024, 10, 31))


class Surveyor:
    """Writes what was found, decided and done about the projects, with a chance of its own."""

    def __init__(self, world: World, diary: Diary, lead: int, clerks: dict[int, tuple[int, str]], seed: int) -> None:
        self.world, self.diary, self.lead = world, diary, lead
        self.clerks = clerks
        self.chance = Random(f"{seed}/legacy facts")
        self.town_names = {number: name for name, number in world.towns.items()}

    def clerk_of(self, town_id: int) -> tuple[int, str]:
        """Who enters for a town; the lead bureau where the town has nobody."""
        unit = self.world.units.get(f"{self.town_names[town_id]}人民政府", 0)
        return self.clerks.get(unit, (self.lead, "杨秀兰"))

    def survey(self, rows: list[Row], classes: dict[int, FourBatch | None]) -> None:
        """The survey of the year before, imported with the list, and that of the towns in spring."""
        first: list[Row] = []
        second: dict[int, list[tuple[Row, Row]]] = {}
        for row in rows:
            facts = self._facts(row, classes[row["id"]])
            town = row["town_id"]
            first.append(self._record(row, FIRST_SURVEY, 2022, facts, self.lead))
            second.setdefault(town, []).append((row, self._record(row, SECOND_SURVEY, 2023, facts, 0)))
        self.diary.on(moment(FIRST_DAY, 16, 20), self.lead, "导入运行情况", f"{len(first)}个项目").add(
            OperationRecord, first
        )
        for town, pairs in second.items():
            person, name = self.clerk_of(town)
            records = [record | {"entered_by": person, "checked_by": name} for _, record in pairs]
            shown = [self._shown(row, record) for (row, _), record in zip(pairs, records, strict=True)]
            entry = self.diary.on(
                moment(SECOND_SURVEY, 15), person, "登记运行情况", f"{self.town_names[town]}{len(records)}个项目"
            )
            entry.add(OperationRecord, records).change(LegacyProject, shown)

    def _facts(self, row: Row, batch: FourBatch | None) -> dict[str, Any]:
        """What stays the same in both surveys; profit: of the two years in 1/1000 of the public money."""
        chance = self.chance
        up = batch in (FourBatch.CONSOLIDATE, FourBatch.UPGRADE)
        flaw = chance.choice(("assets", "linkage", "profit")) if batch is FourBatch.UPGRADE else ""
        run: RunState = row["run_state"]
        if batch is FourBatch.UPGRADE and chance.random() < 0.85:
            run = RunState.RUNNING
        poor = batch is FourBatch.ADJUST
        stopped = run in (RunState.STOPPED, RunState.CLOSED)
        profit = (
            (chance.randint(20, 80), chance.randint(25, 90)) if up else (-chance.randint(5, 40), -chance.randint(5, 50))
        )
        facts: dict[str, Any] = {
            "run_state": run,
            "months_stopped": chance.randint(7, 22) if stopped else None,
            "capacity_bp": chance.randint(62, 98) * 100 if run is RunState.RUNNING else None,
            "profit": (profit[0], -chance.randint(3, 20)) if flaw == "profit" else profit,
            "linkage": chance.choice(_LINKAGES) if up or chance.random() < 0.4 else "",
            "linkage_works": up and flaw != "linkage",
            "use_bp": (chance.randint(60, 85) if flaw == "assets" else chance.randint(91, 100)) * 100
            if up
            else chance.randint(0, 60) * 100,
            "title_clear": chance.random() < 0.96,
            "compliant": not (poor and chance.random() < 0.08),
            "prospect": Prospect.POOR if poor else chance.choice((Prospect.GOOD, Prospect.MIDDLE)),
            "fits_leading": row["industry"] not in ("其他", "烤烟"),
            "opinion": Opinion.UNHAPPY if poor else chance.choice((Opinion.CONTENT, Opinion.FAIR)),
        }
        if batch is None:
            for name in chance.sample(("prospect", "compliant", "linkage_works", "title_clear"), 2):
                facts[name] = None
        return facts

    def _record(self, row: Row, on: date, year: int, facts: dict[str, Any], by: int) -> Row:
        fen = row["fiscal_amount"].fen
        income = row["yearly_income"].fen if year == 2023 else row["yearly_income"].fen * 9 // 10 // 10_000 * 10_000
        share = facts["profit"][year - 2022]
        output = fen * self.chance.randint(150, 600) // 1000 // 10_000 * 10_000 if share > 0 else 0
        told = {name: value for name, value in facts.items() if name != "profit"}
        return told | {
            "project_id": row["id"],
            "observed_on": on,
            "figures_year": year,
            "output": Money(output),
            "profit": Money(fen * share // 1000 // 10_000 * 10_000),
            "income": Money(income),
            "distributed": Money(income * 6 // 10),
            "households": row["households"],
            "poor_households": row["poor_households"],
            "root_cause": row["root_cause"],
            "checked_by": "杨秀兰",
            "entered_by": by,
        }

    def _shown(self, row: Row, record: Row) -> Row:
        return {
            "id": row["id"],
            "run_state": record["run_state"],
            "yearly_output": record["output"],
            "yearly_profit": record["profit"],
            "distributed": record["distributed"],
            "farmer_linkage": record["linkage"],
            "asset_use_bp": record["use_bp"],
            "checked_by": record["checked_by"],
            "checked_on": record["observed_on"],
            "version": 2,
        }

    def decisions(self, chosen: list[Row], paper: str) -> list[Row]:
        """The decisions of a meeting as rows of their own; some measures are due this autumn."""
        rows = []
        for told in chosen:
            batch: FourBatch = told["batch"]
            if batch.needs_remedy and self.chance.random() < 0.16:
                told["due_on"] = self.chance.choice(_LATE)
            told["measure_codes"] = _CODES.get(told["measure"], "")
            told["version"] = 3
            rows.append(
                {
                    "project_id": told["id"],
                    "batch": batch,
                    "suggested": batch,
                    "reason": told["batch_reason"],
                    "measure_codes": told["measure_codes"],
                    "measure": told["measure"],
                    "responsible_unit": told["responsible_unit"],
                    "responsible": told["responsible"],
                    "due_on": told["due_on"],
                    "document_no": paper,
                    "state": DecisionState.DECIDED,
                    "decided_by": self.lead,
                    "decider": told["decided_by"],
                    "decided_on": told["decided_on"],
                }
            )
        return rows

    def follow(self, rows: list[Row], decided: dict[int, Row]) -> None:
        """Progress every quarter: most are reported, some have had their effect, some are silent or late."""
        by_id = {row["id"]: row for row in rows}
        step: dict[int, int] = {}
        version = dict.fromkeys(decided, 3)
        for place, day in enumerate(_QUARTERS):
            entries: dict[int, list[tuple[Row, Row]]] = {}
            for number, told in decided.items():
                words = _STEPS.get(told["measure"])
                silent = self.chance.random() < (0.25, 0.2, 0.35)[place]
                if words is None or told["decided_on"] >= day or silent or step.get(number, 0) > 2:
                    continue
                at = min(step.get(number, 0) + (self.chance.random() < 0.75), 2)
                done = at == 2 and told["due_on"] not in _LATE[:1]
                step[number] = 3 if done else at
                version[number] += 1
                entry = {"project_id": number, "reported_on": day, "words": words[at], "done": done}
                shown = {
                    "id": number,
                    "progress": words[at],
                    "done_on": day if done else None,
                    "version": version[number],
                }
                entries.setdefault(by_id[number]["town_id"], []).append((entry, shown))
            for town, pairs in entries.items():
                person, _ = self.clerk_of(town)
                made = self.diary.on(
                    moment(day, 16), person, "填报措施进展", f"{self.town_names[town]}{len(pairs)}个项目"
                )
                made.add(MeasureProgress, [entry | {"entered_by": person} for entry, _ in pairs])
                made.change(LegacyProject, [shown for _, shown in pairs])

    def propose(self, rows: list[Row], classes: dict[int, FourBatch | None], people: tuple[int, int]) -> None:
        """Projects that came to life again, recorded month by month, and what owner and town propose for them and others."""
        owner, town = people
        badu = self.world.towns["八渡镇"]
        of_town = [r for r in rows if r["town_id"] == badu]
        revived = [r for r in of_town if classes[r["id"]] is FourBatch.REVIVE][:3]
        better = [r for r in of_town if classes[r["id"]] is FourBatch.UPGRADE][:4]
        goats = [r for r in rows if r["industry"] == "奶山羊" and r["town_id"] != badu]
        worse = [r for r in goats if classes[r["id"]] is FourBatch.UPGRADE][:3]
        for month in (4, 6, 8, 11):
            day = date(2024, month, 8)
            records = [
                {"project_id": r["id"], "observed_on": day, "run_state": RunState.RUNNING, "capacity_bp": 7_000 + month * 100, "use_bp": 9_200, "linkage_works": True, "title_clear": True, "compliant": True, "prospect": Prospect.GOOD, "checked_by": "孙彩霞", "entered_by": town}
                for r in revived
            ]  # fmt: skip
            self.diary.on(moment(day, 10), town, "登记运行情况", "八渡镇盘活项目").add(OperationRecord, records)
        seen = date(2024, 11, 6)
        found = [
            {"project_id": r["id"], "observed_on": seen, "run_state": RunState.RUNNING, "capacity_bp": 8_600, "use_bp": 9_500, "linkage_works": True, "title_clear": True, "compliant": True, "prospect": Prospect.GOOD, "fits_leading": True, "figures_year": 2023, "profit": Money(1_200_000), "checked_by": "孙彩霞", "entered_by": town}
            for r in better
        ]  # fmt: skip
        self.diary.on(moment(seen, 10), town, "登记运行情况", "八渡镇升级项目").add(OperationRecord, found)
        poorer = [
            {"project_id": r["id"], "observed_on": seen, "run_state": RunState.UNDERUSED, "capacity_bp": 3_500, "prospect": Prospect.MIDDLE, "compliant": True, "checked_by": "李军", "entered_by": owner}
            for r in worse
        ]  # fmt: skip
        self.diary.on(moment(seen, 11), owner, "登记运行情况", "奶山羊项目").add(OperationRecord, poorer)
        after = date(2024, 11, 11)
        told = [
            *(
                (r, FourBatch.CONSOLIDATE, "新主体进场后连续运行七个月，产能过七成", "稳定联农带农机制", town)
                for r in revived
            ),
            *(
                (r, FourBatch.CONSOLIDATE, "设备更新完成，近两年盈利，带动稳定", "稳定联农带农机制", town)
                for r in better
            ),
            *((r, FourBatch.REVIVE, "主体资金紧张，部分圈舍闲置，需更换主体", "更换经营主体", owner) for r in worse),
        ]
        for place, (row, batch, reason, measure, by) in enumerate(told):
            proposal = {
                "project_id": row["id"],
                "batch": batch,
                "was": classes[row["id"]],
                "reason": reason,
                "measure": measure,
                "measure_codes": _CODES[measure],
                "responsible_unit": "县畜产局" if by == owner else "八渡镇人民政府",
                "responsible": "李军" if by == owner else "孙彩霞",
                "due_on": date(2025, 6, 30) if batch.needs_remedy else None,
                "state": DecisionState.PROPOSED,
                "proposed_by": by,
                "proposed_on": after,
            }
            self.diary.on(
                moment(after, 10 + place // 6, place % 6 * 8), by, "提出分类建议", f"{row['code']} {row['name']}"
            ).add(ClassDecision, [proposal])

    def wind_up(self, rows: list[Row], decided: dict[int, Row]) -> None:
        """Some projects of 调整一批 are wound up for good; those without assets of the register."""
        ready = [
            r for r in rows if decided.get(r["id"], {}).get("batch") is FourBatch.ADJUST and int(r["code"][5:]) > 130
        ]
        day, words = date(2024, 11, 5), "资产已公开拍卖，款项缴入村集体账户，核销登记完成"
        for place, row in enumerate(ready[:6]):
            entry = self.diary.on(moment(day, 15, place * 5), self.lead, "确认处置完毕", f"{row['code']} {row['name']}")
            entry.add(
                MeasureProgress,
                [{"project_id": row["id"], "reported_on": day, "words": words, "done": True, "entered_by": self.lead}],
            )
            shown = {
                "id": row["id"],
                "disposed_on": day,
                "disposal_document": "陇政办函〔2024〕31号",
                "done_on": day,
                "progress": words,
                "version": 9,
            }
            entry.change(LegacyProject, [shown])
