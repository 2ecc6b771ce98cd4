"""Who gets the few calls that X allows: the order of turns, and what takes calls already or waits for one."""
