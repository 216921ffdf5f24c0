"""``python -m verify`` is the command `verify`."""

from verify.cli import main

if __name__ == "__main__":  # a process that `verify run` starts imports this file, and must not run the command again
    main()
