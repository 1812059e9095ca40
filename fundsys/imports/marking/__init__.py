"""A refused workbook with its bad cells coloured, commented and listed; every other byte of its sheets stays."""
