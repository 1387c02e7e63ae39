"""Where duty rosters and escalation chains live."""
