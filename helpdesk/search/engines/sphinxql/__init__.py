"""The engine for those who outgrow one machine: Manticore or Sphinx, over the MySQL protocol.

Statements are such as Sphinx 2.2 and Manticore both understand: REPLACE and DELETE by id, SELECT with MATCH and plain
attributes. What is written goes into the *ledger* (`models.Change`) in the caller's transaction and from there, in
order, to the server (`carrying`): soon after the commit, or when the server is back. Words and marks are one query
(`compiling`); of what people wrote only letters and digits ever get into it (`words`).
"""
