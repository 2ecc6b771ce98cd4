"""How we talk to X: the calls, the shapes, what answers mean, what they cost, and the polling."""
