"""Reading workbooks: layout first, meaning second."""
