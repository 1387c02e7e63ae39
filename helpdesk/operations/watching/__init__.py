"""What is watched, every minute, and what is made of it.

Beat's process does the rounds (`beat.py`): it needs neither the broker nor a worker for them, so it sees both of them
fail. A round (`rounds.py`) collects the readings (`queues.py`, `machine.py`), keeps them (`keeping.py`), rings for the
workers' pulses (`pulses.py`), holds the samples against the thresholds (`judging.py`), tells administrators
(`telling.py`) and says to whoever watches from outside that all is alive (`outside.py`).
"""
