"""Everything that changes the vault."""
