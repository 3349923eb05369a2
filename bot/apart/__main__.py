"""`python -m bot.apart REQUESTS ANSWERS`: started by `bot.apart.Apart`, never by hand."""

import sys

from bot.apart.composer import main

if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
