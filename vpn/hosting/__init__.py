"""The access vault: how customers' servers, panels, shops and databases are reached.

An *entry* is one such place, of one organisation: host, login, notes, how to get there. Its *secrets* are sealed with
keys that are not in the database, and stand on no list and in no log. Whoever needs one *reveals* it, one at a time,
for a stated reason and for a minute; each reveal is a row that nobody can change, and the customer sees it.

Staff with `see_vault` see every entry, contractors what was *granted* to them until a moment, customers those of their
own organisation without the values. An entry may want a fresh proof of who reveals, or a second person who approves
(a *reveal request*). A customer puts secrets in by the cabinet or by a *drop link*, which works once.

Entries that are no longer used are *taken out*: their secrets are wiped, their history stays.
"""
