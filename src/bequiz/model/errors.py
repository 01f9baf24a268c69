"""The one error that reaches a user. It imports nothing, so that the fastest commands may raise it too."""


class BequizError(Exception):
    """Something expected went wrong.

    `sentence` says what happened and where, `hint` what to do about it; `exit_code` is 1 for a failure, 2 for wrong
    usage.
    """

    def __init__(self, sentence: str, hint: str = "", exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.sentence} {self.hint}".strip()


class NotRun(BequizError):
    """An answer that was to be run and cannot even begin: it does not compile, or is not permitted.

    Nothing is judged or recorded then. `at` is the place in the text that is meant, if that is known.
    """

    def __init__(self, sentence: str, at: int | None = None) -> None:
        super().__init__(sentence, "Nothing was recorded.")
        self.at = at
