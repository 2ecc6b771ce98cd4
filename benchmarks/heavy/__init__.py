"""What a bad day brings: a backlog after a restart, a hundred thousand in a row, a database server beside."""
