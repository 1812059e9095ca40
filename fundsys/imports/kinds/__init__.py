"""One column list per KIND of workbook, and what its columns must agree on."""
