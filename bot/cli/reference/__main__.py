"""`python -m bot.cli.reference [--check]`."""

import sys

from bot.cli.reference import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
