"""The project: settings, doors and the rooms that every other room stands on.

`core` knows nobody, `journal` remembers, `accounts` knows people, `notifications` tells them, `search` finds;
`operations` and `reports` see everything. The shape of the house and who may import whom: `docs/architecture.md`.
"""
