"""Rules are found by looking, in the order of the policy page, by code or alias."""

from __future__ import annotations

import pytest

from fundsys.domain.finding_json import to_json
from fundsys.domain.policy import Policy
from fundsys.domain.rules.base import Finding, Outcome, Unit, all_rules, check, rule, rule_called
from tests.builders import some_facts

FINDINGS = (
    *range(1, 13), *range(21, 44), *range(51, 55), *range(61, 68), *range(71, 93), *range(101, 106), *range(111, 118)
)  # fmt: skip
"""Numbers of the findings in audit_findings.yaml."""


def test_the_nine_rules_of_the_work_plan_are_found_in_its_order():
    assert [r.code for r in all_rules()][:9] == ["R123", "R65", "R30", "R01F", "RWR", "RWL", "RA23", "RM", "R621"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("R65", "R65"),
        ("F001", "R65"),
        ("F002", "R30"),
        ("F003", "R01F"),
        ("F061", "RWR"),
        ("F071", "RA23"),
        ("F076", "RA23"),
        ("f077", "RA23"),
        ("F079", "RM"),
        ("F080", "RM"),
        ("F101", "R621"),
        (" r621 ", "R621"),
    ],
)
def test_a_rule_answers_to_its_code_and_its_aliases(name, code):
    found = rule_called(name)
    assert found is not None
    assert found.code == code


def test_an_unknown_rule_is_none():
    assert rule_called("R999") is None


def test_all_eighty_findings_of_the_delivered_list_are_judged():
    names = {name for r in all_rules() for name in r.names}
    missing = [f"F{n:03d}" for n in FINDINGS if f"F{n:03d}" not in names]
    assert (len(FINDINGS), missing) == (80, [])


def test_no_name_belongs_to_two_rules():
    names = [name for r in all_rules() for name in r.names]
    assert len(names) == len(set(names))


def test_a_second_rule_of_the_same_name_is_refused():
    def another(facts):
        yield Finding(Outcome.NO_DATA, Unit.COUNT, None, "=", None, "")

    with pytest.raises(ValueError, match="R65X"):
        rule("R65X", "重复", clause="无", aliases=("F001",), watches=(), threshold="")(another)


def test_every_answer_is_stamped_with_its_rule_and_can_be_told():
    found = check(some_facts())
    work_plan = ["R123", "R65", "R30", "R01F", "R01F", "RWR", "RWL", "RA23", "RM", "R621"]
    assert [f.rule for f in found] == [
        *work_plan,
        "RPV",
        "RCO",
        "RFIX",
        *(
            "F004",
            "F005",
            "F006",
            "F007",
            "F008",
            "F009",
            "F010",
            "F011",
            "F012",
            "F021",
            "F022",
            "F023",
            "F024",
            "F025",
            "F028",
            "F029",
            "F030",
            "F031",
            "F032",
            "F033",
            "F034",
        ),
        *("F035", "F036", "F037", "F038", "F039", "F040", "F041", "F042", "F043"),
        *(f"F05{n}" for n in range(1, 5)),
        *(f"F06{n}" for n in range(3, 8)),
        *(
            "F072",
            "F073",
            "F074",
            "F075",
            "F078",
            "F081",
            "F082",
            "F083",
            "F084",
            "F085",
            "F087",
            "F088",
            "F089",
            "F090",
            "F091",
            "F092",
        ),
        *("F102", "F103", "F104", "F105", "F111", "F112", "F113", "F114", "F115", "F116", "F117"),
    ]
    for finding in found:
        assert finding.title
        assert finding.clause
        assert to_json(finding)["outcome"] == "NO_DATA"
        assert finding.message.endswith("。")


def test_the_clause_is_that_of_the_years_own_value():
    rows = [("industry_share_min", "60%", "陇财农〔2025〕1号", "2025年工作要点 第9条")]
    finding = next(f for f in check(some_facts(year=2025, policy=Policy.of(2025, rows))) if f.rule == "R65")
    assert finding.clause == "2025年工作要点 第9条"
    assert finding.required == ">=0.6"


def test_a_value_without_a_paper_leaves_a_rule_its_own_source():
    def clause(*rows: tuple[str, str, str, str]) -> str:
        policy = Policy.of(2024, rows)
        return next(f for f in check(some_facts(policy=policy)) if f.rule == "F025").clause

    default = ("records_share_min", "100%", "", "默认值，待县确认")
    assert clause() == clause(default) == "通用审计常见问题（待县核对）"
    assert clause((*default[:2], "陇财农〔2024〕9号", "县管理办法 第8条")) == "县管理办法 第8条"


def test_every_rule_judges_by_a_threshold_there_is():
    assert {r.threshold for r in all_rules()} <= set(Policy.kinds())


def test_the_wording_of_answers_uses_full_width_punctuation():
    for finding in check(some_facts()):
        assert not set(finding.message + finding.basis) & set(";:()")
