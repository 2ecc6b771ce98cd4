"""What a database that was put back from a backup must find out at X before it answers anything older."""
