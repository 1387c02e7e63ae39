"""Telling people: the outbox and those who empty it.

A *notice* is what one person is told of one thing; it stands in their list and waits (`Waiting`) for the channels that
they want. A *delivery* is one outbox row: one recipient, one channel, one thing to say, written in the transaction that
gave the reason. Its states: queued, sending (claimed under a lease), sent, failed, unknown (the server fell silent
after the data: a person decides, or it is sent again under the same Message-ID), held (over budget), cancelled. Workers
claim with SKIP LOCKED; Celery only rings. Nothing is dropped: every row ends in a state that a page shows.
"""
