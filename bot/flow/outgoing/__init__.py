"""What send.py and reconcile.py share: which deliveries may leave, and what follows from X's word on each."""
