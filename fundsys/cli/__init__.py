"""The fundsys console command."""
