"""The `twoyes` command: one more door to the same verbs."""


def main() -> None:
    """Run the command line and end the process: 0 done, 1 refused with a sentence, 2 wrong usage."""
    from twoyes.cli.app import in_words

    in_words()()
