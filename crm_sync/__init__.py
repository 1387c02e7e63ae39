"""Where leads, deals and the connections to other systems live; it may read every room below."""
