"""Where account data comes from: each module here implements the port `commands.accounts`."""
