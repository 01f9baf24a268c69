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
