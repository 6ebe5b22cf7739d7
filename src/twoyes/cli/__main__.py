"""`python -m twoyes.cli`, the same as `twoyes`."""

from twoyes.cli import main

if __name__ == "__main__":
    main()
