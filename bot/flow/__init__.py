"""One file per step of a mention's way: receive, route, context, invoke, enqueue; send and reconcile
after it.
"""
