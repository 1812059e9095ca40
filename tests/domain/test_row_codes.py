"""Row codes of paper sheets: every slip of one digit and every swap of two is refused."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from fundsys.domain.errors import DomainError
from fundsys.domain.row_codes import MOST_ROWS, MOST_SHEETS, is_row_code, read_row_code, row_code, shown_code


def slips(code: str) -> Iterator[str]:
    """The code with one digit wrong."""
    for place, digit in enumerate(code):
        for other in "0123456789":
            if other != digit:
                yield code[:place] + other + code[place + 1 :]


def swaps(code: str) -> Iterator[str]:
    """The code with two different digits in each other's place, near or far."""
    for one, other in combinations(range(len(code)), 2):
        if code[one] != code[other]:
            digits = list(code)
            digits[one], digits[other] = digits[other], digits[one]
            yield "".join(digits)


def test_a_code_reads_back_as_typed_with_groups_blanks_and_full_width_digits() -> None:
    code = row_code(12, 34)
    assert read_row_code(code) == (12, 34)
    assert read_row_code(shown_code(code)) == (12, 34)
    assert read_row_code(f" {code[:5]} {code[5:8]} {code[8:]} ".translate(str.maketrans("0123", "０１２３"))) == (
        12,
        34,
    )


def test_every_slip_and_every_swap_of_every_row_of_a_sheet_of_two_hundred_is_refused() -> None:
    tried = 0
    for sheet in (1, 57, 99, 12345, MOST_SHEETS):
        for row in range(1, 201):
            code = row_code(sheet, row)
            assert is_row_code(code)
            for wrong in (*slips(code), *swaps(code)):
                assert not is_row_code(wrong)
                tried += 1
    assert tried > 100_000


def test_every_number_has_one_code(full: bool) -> None:
    """A spread of sheets and rows, denser in a full run."""
    for body in range(1001, MOST_SHEETS * 1000 + MOST_ROWS, 37 if full else 9973):
        sheet, row = divmod(body, 1000)
        if row:
            assert read_row_code(row_code(sheet, row)) == (sheet, row)


@pytest.mark.parametrize("text", ["", "123", "12345678901", "0001203a57", "000120345七"])
def test_what_is_no_ten_digits_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(DomainError, match="位数字"):
        read_row_code(text)


def test_a_slip_is_refused_with_a_sentence_that_says_what_to_do() -> None:
    code = row_code(12, 34)
    with pytest.raises(DomainError, match="照表重新录入"):
        read_row_code(next(swaps(code)))


def test_control_a_code_without_check_digits_lets_slips_pass() -> None:
    """Without the check digits every slip of the row's own digits is another row of the sheet."""
    assert all(wrong[:8].isdigit() for wrong in slips(row_code(1, 1)))
    with pytest.raises(ValueError, match="no code"):
        row_code(0, 1)
