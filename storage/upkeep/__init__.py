"""The housekeeping of the daemon: money, windows, cursors, alarms, notices, leases, the brand itself."""
