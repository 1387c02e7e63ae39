"""The company's own list of people, LDAP or Active Directory: who signs in by it, which role and teams they get.

A *directory* is one server (or several that hold the same) with what is read there; a *group rule* says which role and
teams a group gives; a *directory person* ties one entry to one of our people by the entry's stable id, so that whoever
is renamed there stays who they are here. A *run* reads the directory: wholly, or what changed since the last time.

What holds: nobody comes in whom the directory calls disabled or whom no rule gives a role. Whom it disables, deletes or
takes out of their groups is out here after the next run. A run that could not read everything, or after which too many
would be out, changes nobody's access. An account that exists here already is never taken over silently: it belongs to
the directory when it came from there, or when an administrator said so.

The library (python-ldap, the extra `ldap`) is needed only where a server is really asked: `connecting.py`.
"""
