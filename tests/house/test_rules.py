"""Every rule has a clause and a test, and every threshold has a clause."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import yaml

from fundsys.domain.policy import Policy
from fundsys.domain.rules.base import Rule, all_rules
from fundsys.services.rule_words import RuleWords, rule_words
from tests.tracked import ROOT

TESTS = Path("tests/domain/rules")


def names_called(place: Path) -> set[str]:
    """Names of the functions that are called inside the test functions of a folder."""
    found = set()
    for file in place.glob("test_*.py"):
        for test in ast.parse(file.read_text("utf-8")).body:
            if isinstance(test, ast.FunctionDef):
                calls = (node.func for node in ast.walk(test) if isinstance(node, ast.Call))
                found |= {call.id for call in calls if isinstance(call, ast.Name)}
    return found


def untested(rules: tuple[Rule, ...], place: Path) -> list[str]:
    called = names_called(place)
    return [r.code for r in rules if r.body.__name__ not in called]


def test_every_rule_has_a_test_that_calls_it():
    assert untested(all_rules(), ROOT / TESTS) == []


def test_a_rule_without_a_test_would_be_found(tmp_path):
    assert "R65" in untested(all_rules(), tmp_path)


def test_every_rule_names_its_clause_and_says_its_basis():
    for rule in all_rules():
        assert rule.title
        assert rule.clause
        assert rule.watches
        assert "Source:" in (rule.body.__doc__ or ""), rule.code


def test_every_alias_is_a_finding_of_the_delivered_list_and_only_one_rule_claims_it():
    delivered = yaml.safe_load((ROOT / "fundsys/reference/audit_findings.yaml").read_text("utf-8"))["findings"]
    known = {finding["id"] for finding in delivered}
    aliases = [alias for rule in all_rules() for alias in rule.aliases]
    assert set(aliases) <= known
    assert len(aliases) == len(set(aliases))


def test_every_threshold_has_a_clause():
    assert [code for code, kind in Policy.kinds().items() if not kind.clause.strip()] == []


FIELDS = ("checks", "how", "fix", "edge")


def faults_of_words(told: dict[str, RuleWords], codes: list[str]) -> list[str]:
    """Rules without an explanation, explanations without a rule, and sentences that are missing, too short, not whole or copied."""
    found = [f"{code} 没有说明" for code in codes if code not in told] + [
        f"{c} 没有规则" for c in told if c not in codes
    ]
    copies = Counter(sentence for words in told.values() for sentence in (words.checks, words.how, words.fix))
    for code, words in told.items():
        for name in FIELDS:
            sentence = getattr(words, name)
            if len(sentence) < 8 or not sentence.endswith("。"):
                found.append(f"{code} {name} 不成句：{sentence}")
        found += [f"{code} 与别的规则一字不差：{s}" for s in (words.checks, words.how, words.fix) if copies[s] > 1]
        found += (
            [f"{code} 写了英文：{words}"]
            if re.search("[a-z]{3}", "".join(words.__getattribute__(n) for n in FIELDS))
            else []
        )
    return found


def test_every_rule_is_explained_in_sentences_of_its_own():
    assert faults_of_words(rule_words(), [r.code for r in all_rules()]) == []


def test_control_a_missing_a_copied_and_a_broken_explanation_are_found():
    told = dict(rule_words())
    told["R30"] = replace(told["R30"], checks=told["R65"].checks)
    told["F117"] = replace(told["F117"], fix="改正")
    del told["F116"]
    faults = faults_of_words(told, [r.code for r in all_rules()])
    assert {fault.split()[0] for fault in faults} == {"R30", "R65", "F117", "F116"}
