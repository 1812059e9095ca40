"""The boxes of a form: each reads what people type, gives a typed value, and complains in the words of its term."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, FileInput, PasswordInput, TextArea, TextInput

from fundsys.domain.coded import Coded
from fundsys.domain.dates import parse_day, show_day
from fundsys.domain.document_no import document_no
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money, exact_wan, exact_yuan, parse_number
from fundsys.domain.plain_input import hidden_character
from fundsys.domain.terms import Term


class OfficeField(Field):
    """A box with a term. `data` is the parsed value or None; the typed text comes back unchanged when it cannot be read."""

    widget: Any = TextInput()
    ask: ClassVar[str] = "请填写"
    kind: ClassVar[str] = "text"
    inputmode = ""

    def __init__(self, term: Term, *, required: bool = False, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label or term.label, **kwargs)
        self.term = term
        self.required = required
        self.unit = term.unit
        self.suggestions: Sequence[str] = ()
        if required:
            self.flags.required = True
        if self.inputmode:
            self.flags.inputmode = self.inputmode

    def say_in_tag(self, **attributes: object) -> None:
        """Attributes of the box beside those of its kind; an underscore stands for a hyphen."""
        given: dict[str, object] = getattr(self, "render_kw", None) or {}
        self.render_kw = {**given, **{key.replace("_", "-"): value for key, value in attributes.items()}}

    def read(self, text: str) -> Any:
        """The value of a text that is not blank. Raises DomainError or ValueError with a Chinese sentence."""
        return text

    def write(self, value: Any) -> str:
        """The text of a value, exact: saving it again changes nothing."""
        return str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; blank is None."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if text:
            try:
                self.data = self.read(text)
            except DomainError as error:
                raise ValueError(error.message) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)

    def pre_validate(self, form: Any) -> None:
        """One complaint at a time: unreadable text first, then a blank that must not be."""
        if self.process_errors:
            raise StopValidation()
        if self.data is None:
            raise StopValidation(f"{self.ask}{self.label.text}" if self.required else None)


class TextField(OfficeField):
    """Words on one line, or on several with rows=. Invisible characters are refused, blanks around cut off.

    limit: the most characters; personal: never kept in the browser.
    """

    def __init__(self, term: Term, *, limit: int = 200, rows: int = 0, personal: bool = False, **kwargs: Any) -> None:
        super().__init__(term, **kwargs)
        self.limit, self.rows = limit, rows
        if rows:
            self.widget = TextArea()
            self.say_in_tag(rows=rows)
        if personal:
            self.say_in_tag(data_no_keep="1", autocomplete="off")

    def read(self, text: str) -> str:
        """The text in composed form."""
        plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        if not self.rows and "\n" in plain:
            raise ValueError(f"{self.label.text}只能写一行")
        if hidden := hidden_character(plain):
            raise ValueError(f"{self.label.text}里有看不见的字符（{hidden}），请重新键入")
        if len(plain) > self.limit:
            raise ValueError(f"{self.label.text}最多 {self.limit} 个字，现在是 {len(plain)} 个")
        return plain


class CodeField(OfficeField):
    """A code: no blanks, plain digits, capital letters. pattern: a regular expression the code must match whole."""

    def __init__(self, term: Term, *, pattern: str = r"[0-9A-Z\-_.]{1,40}", **kwargs: Any) -> None:
        super().__init__(term, **kwargs)
        self.pattern = re.compile(pattern)

    def read(self, text: str) -> str:
        """The code in its one way of writing."""
        plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
        if not self.pattern.fullmatch(plain):
            example = f"，例如 {self.term.example}" if self.term.example else ""
            raise ValueError(f"“{text}”不是{self.label.text}{example}")
        return plain


class DocumentNoField(OfficeField):
    """A document number; any brackets around the year become 〔〕."""

    def read(self, text: str) -> str:
        """The number in its one way of writing."""
        return document_no(text)


class _MoneyField(OfficeField):
    inputmode = "decimal"
    kind = "num"
    own_unit: ClassVar[str]

    def __init__(self, term: Term, *, signed: bool = False, above_zero: bool = False, **kwargs: Any) -> None:
        super().__init__(term, **kwargs)
        self.signed, self.above_zero = signed, above_zero
        self.unit = self.own_unit

    def money(self, text: str) -> Money:
        """The amount of a text in the box's own unit."""
        raise NotImplementedError

    def read(self, text: str) -> Money:
        """Exact money; the box's own unit may be typed after the number, another one is refused."""
        plain = unicodedata.normalize("NFKC", text).strip()
        if plain.endswith(self.own_unit) and not plain.endswith("万" + self.own_unit):
            plain = plain.removesuffix(self.own_unit).strip()
        amount = self.money(plain)
        if amount < Money(0) and not self.signed:
            raise ValueError(f"{self.label.text}不能小于 0")
        if not amount and self.above_zero:
            raise ValueError(f"{self.label.text}须大于 0")
        return amount


class WanField(_MoneyField):
    """Money in 万元, up to six decimals: reads 1,234.5 and full-width digits, gives Money, shows every digit."""

    own_unit = "万元"

    def money(self, text: str) -> Money:
        """An amount in 万元."""
        return Money.wan(text)

    def write(self, value: Money) -> str:
        """Every digit."""
        return exact_wan(value)


class YuanField(_MoneyField):
    """Money in 元, up to two decimals."""

    own_unit = "元"

    def money(self, text: str) -> Money:
        """An amount in 元."""
        return Money.yuan(text)

    def write(self, value: Money) -> str:
        """Every digit."""
        return exact_yuan(value)


class NumberField(OfficeField):
    """A count (places=0, an int) or a measure (an exact Decimal). The range includes both ends."""

    inputmode = "decimal"
    kind = "num"

    def __init__(self, term: Term, *, places: int = 0, least: int = 0, most: int | None = None, **kwargs: Any) -> None:
        super().__init__(term, **kwargs)
        self.places, self.least, self.most = places, least, most

    def read(self, text: str) -> int | Decimal:
        """An exact number with at most so many decimals."""
        plain = unicodedata.normalize("NFKC", text).strip()
        if self.unit:
            plain = plain.removesuffix(self.unit).strip()
        try:
            number = parse_number(plain)
        except DomainError:
            raise ValueError(f"“{text}”不是数，请填写数字") from None
        if abs(number) >= 10**12:
            raise ValueError(f"“{text}”过大，请核对")
        if number != round(number, self.places):
            raise ValueError(
                f"{self.label.text}须为整数" if not self.places else f"{self.label.text}最多 {self.places} 位小数"
            )
        if number < self.least:
            raise ValueError(f"{self.label.text}不能小于 {self.least}")
        if self.most is not None and number > self.most:
            raise ValueError(f"{self.label.text}不能大于 {self.most}")
        return number if self.places else int(number)

    def write(self, value: int | Decimal) -> str:
        """Every digit, no commas, never an exponent."""
        return f"{value:f}" if isinstance(value, Decimal) else str(value)


class PercentField(NumberField):
    """A part of a hundred, 0 to 100. Gives whole percent as int; with exact=True, basis points as int (65.54% is 6554)."""

    def __init__(self, term: Term, *, exact: bool = False, **kwargs: Any) -> None:
        super().__init__(term, places=2 if exact else 0, least=0, most=100, **kwargs)
        self.exact = exact
        self.unit = "%"

    def read(self, text: str) -> int:
        """Percent or basis points, never a fraction of either."""
        number = super().read(text)
        return int(number * 100) if self.exact else int(number)

    def write(self, value: int | Decimal) -> str:
        """The percent as typed."""
        return f"{int(value) // 100}.{int(value) % 100:02d}".removesuffix(".00") if self.exact else str(value)


class DateField(OfficeField):
    """A day: 2024-03-01, 2024.3.1, 2024年3月1日, 20240301, full-width digits; gives a date and shows 2024-03-01.

    year: says which year is meant by “1018”; without it a day needs its year. Ranges: both days are asked inclusive as
    people say them; pass them through fundsys.domain.dates.half_open before comparing.
    """

    kind = "date"

    def __init__(self, term: Term, *, year: Callable[[], int] | None = None, **kwargs: Any) -> None:
        super().__init__(term, **kwargs)
        self.year = year

    def read(self, text: str) -> date:
        """The day."""
        return parse_day(text, self.year() if self.year else None)

    def write(self, value: date) -> str:
        """2024-03-01."""
        return show_day(value)


class ChoiceField(OfficeField):
    """One member of a coded enumeration, posted by its code. only: the members offered; none chosen is None.

    radio: shown as a row of options instead of a list.
    """

    ask = "请选择"
    kind = "choice"

    def __init__(
        self,
        term: Term,
        coded: type[Coded],
        *,
        only: Iterable[Coded] | None = None,
        radio: bool = False,
        blank: str = "请选择",
        **kwargs: Any,
    ) -> None:
        super().__init__(term, **kwargs)
        self.members = list(only) if only is not None else list(coded)
        self.radio, self.blank = radio, blank

    def read(self, text: str) -> Coded:
        """The member with this code, if it is offered."""
        member = next((m for m in self.members if m.code == text), None)
        if member is None:
            raise ValueError(f"请从列出的{self.label.text}中选择")
        return member

    def write(self, value: Coded) -> str:
        """The code."""
        return value.code

    @property
    def options(self) -> list[tuple[str, str]]:
        """Pairs of posted value and shown label."""
        return [(m.code, m.label) for m in self.members]


class PickField(OfficeField):
    """One of the records a view offers: set `form.unit.options = [(id, label), …]` before asking. number: posted ids are ints.

    groups: the same options under headings, [(heading, options), …]; set with offer_groups.
    """

    ask = "请选择"
    kind = "choice"

    def __init__(
        self,
        term: Term,
        *,
        options: Iterable[tuple[Any, str]] = (),
        number: bool = True,
        radio: bool = False,
        blank: str = "请选择",
        **kwargs: Any,
    ) -> None:
        super().__init__(term, **kwargs)
        self.options: list[tuple[Any, str]] = list(options)
        self.groups: list[tuple[str, list[tuple[Any, str]]]] = []
        self.number, self.radio, self.blank = number, radio, blank

    def offer_groups(self, groups: Iterable[tuple[str, list[tuple[Any, str]]]]) -> None:
        """Offer options under headings."""
        self.groups = list(groups)
        self.options = [option for _, options in self.groups for option in options]

    def read(self, text: str) -> Any:
        """The posted id; whether it is offered is asked when the form is judged, after the view has set the options."""
        if not self.number:
            return text
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise ValueError(f"请从列出的{self.label.text}中选择")
        return int(text)

    def pre_validate(self, form: Any) -> None:
        """Only what is offered can be chosen."""
        super().pre_validate(form)
        if self.data not in {value for value, _ in self.options}:
            raise StopValidation(f"请从列出的{self.label.text}中选择")


class TickField(OfficeField):
    """A box to tick; data is True or False. required: it must be ticked."""

    widget = CheckboxInput()
    kind = "tick"
    ask = "请确认"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Ticked when anything was posted."""
        self.data = bool(valuelist and valuelist[0] not in ("", "0", "false"))

    def _value(self) -> str:
        return "1"

    def pre_validate(self, form: Any) -> None:
        """A tick that must be there."""
        if self.required and not self.data:
            raise StopValidation(f"{self.ask}：{self.label.text}")


class PasswordField(OfficeField):
    """A password: taken as typed, blanks included, never shown again."""

    widget = PasswordInput(hide_value=True)
    kind = "password"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """As typed."""
        self.data = str(valuelist[0]) if valuelist and valuelist[0] else None

    def _value(self) -> str:
        return ""


class FileField(OfficeField):
    """One file, as an uploaded FileStorage. accept: what the browser offers; the content is judged by the service."""

    widget = FileInput()
    kind = "file"
    ask = "请选择"

    def __init__(self, term: Term, *, accept: str = ".xlsx,.xls,.csv", **kwargs: Any) -> None:
        super().__init__(term, **kwargs)
        self.accept = accept
        self.say_in_tag(accept=accept)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The first file that has a name."""
        self.data = next((f for f in valuelist if isinstance(f, FileStorage) and f.filename), None)

    def _value(self) -> str:
        return ""


class PhotosField(OfficeField):
    """Photos, as a list of uploaded FileStorage, taken on the spot or chosen. least, most: how many, both included."""

    widget = FileInput(multiple=True)
    kind = "photos"

    def __init__(self, term: Term, *, least: int = 0, most: int = 9, **kwargs: Any) -> None:
        kwargs.setdefault("required", least > 0)
        super().__init__(term, **kwargs)
        self.least, self.most = least, most
        if self.flags.required:
            del self.flags.required  # asked by the office in words, not by the browser
        self.say_in_tag(accept="image/jpeg,image/png,image/webp", data_photos=str(most))

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The files that have a name."""
        self.data = [f for f in valuelist if isinstance(f, FileStorage) and f.filename]

    def _value(self) -> str:
        return ""

    def pre_validate(self, form: Any) -> None:
        """How many there are."""
        found = len(self.data or [])
        if found < self.least:
            raise StopValidation(f"{self.label.text}至少 {self.least} 张，现在是 {found} 张")
        if found > self.most:
            raise StopValidation(f"{self.label.text}最多 {self.most} 张，现在是 {found} 张")
