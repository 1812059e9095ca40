"""Our records as the tables other systems want, and their exports beside our records."""
