"""`manage.py up`: the whole program on one machine, under one process that starts, watches and stops it.

`launch` takes the data folder and starts the servers before Django is there; `steps` bring the database, the static
files and the demo data up to date; `supervisor` forks the processes that `children` names. They are forked from one
process that has everything imported: they start in a moment and share its memory. A child that dies is started again,
and when this process is killed the kernel ends the children.
"""
