"""Ledgers: one definition each, printed as page, PDF, workbook and CSV."""
