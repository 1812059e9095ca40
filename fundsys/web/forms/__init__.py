"""Forms of the office: what is asked, in whose words. How a box reads its text is in fields.py."""

from .fields import (
    ChoiceField,
    CodeField,
    DateField,
    DocumentNoField,
    FileField,
    NumberField,
    PasswordField,
    PercentField,
    PhotosField,
    PickField,
    TextField,
    TickField,
    WanField,
    YuanField,
)
from .office import OfficeForm

__all__ = [
    "ChoiceField",
    "CodeField",
    "DateField",
    "DocumentNoField",
    "FileField",
    "NumberField",
    "OfficeForm",
    "PasswordField",
    "PercentField",
    "PhotosField",
    "PickField",
    "TextField",
    "TickField",
    "WanField",
    "YuanField",
]
