"""Reads of the vault that join several tables."""
