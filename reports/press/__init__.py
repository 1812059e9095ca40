"""The press: one typeset Sheet to page, PDF, workbook and CSV. Planning is apart from painting."""
