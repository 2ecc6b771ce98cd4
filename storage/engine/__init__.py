"""How statements reach the two engines: connections, the writing thread, spellings, troubles."""
