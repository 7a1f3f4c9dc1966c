"""`python -m newsarchive` is the command `newsarchive`."""

from newsarchive.cli import main

if __name__ == "__main__":
    main()
