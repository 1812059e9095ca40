"""Migrations: numbered, reversible, never importing models."""
