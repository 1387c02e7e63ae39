"""Pages about notices: the list behind the bell, what somebody wants to be told, and the ways out of letters."""
