"""`python -m bot` is `postmortem`."""

from bot.cli import main

if __name__ == "__main__":
    main()
