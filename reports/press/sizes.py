"""Millimeters and points of the paper; paper.css keeps to the same figures."""

from __future__ import annotations

PAGE_SUM = "pagesum"
PAPER = {"A3 landscape": (420.0, 297.0), "A4 landscape": (297.0, 210.0), "A4 portrait": (210.0, 297.0)}
MARGIN_TOP, MARGIN_SIDE, MARGIN_BOTTOM = 13.0, 12.0, 15.0
FRAME, PAD, THIN, MEDIUM = 0.5, 0.75, 0.15, 0.3
TITLE_BLOCK, CONTINUED_BLOCK = 28.2, 6.4
HEAD_SIZE, NOTE_SIZE, NOTE_LINE = 7.6, 8.5, 4.3
SMALLEST = 6.5
POINT = 25.4 / 72
LEADING = 1.2
GROUP_HEIGHT, SUM_HEIGHT, TOTAL_HEIGHT = 6.2, 7.0, 8.5
SIGNATURES_HEIGHT = 25.5
SLACK = 0.4
