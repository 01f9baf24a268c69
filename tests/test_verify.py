"""`verify` expressions prove a card's arithmetic. They come from strangers, so they can compute and nothing else."""

import time
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bequiz.decks.lint.functions import Refused
from bequiz.decks.lint.verify import evaluate, fault


@pytest.mark.parametrize("expression", [
    "ceil(4 * 105 / 60) == 7 and round(4 * 105 / 60 * .9) != 8",
    "0 < 1 <= 1 != 2",
    "not 1 > 2 or x",
    "2 ** 10 == 1 << 10 == 0x400 and -7 // 2 == -4 and -7 % 3 == 2",
    "5 & 6 == 4 or 5 ^ 6 == 3",
    "sum(1 for i in range(5) for j in range(i) if i % 2 if j) == 2",
    "[i + j for i, j in zip([1, 2], (3, 4))] == [4, 6]",
    "len({k % 3 for k in range(10)}) == 3 and {1, 2} == {2, 1}",
    "[2, 4, 1][1] == 4 and 'abcdef'[1:5:2] == 'bd' and [1, 2][-1] == 2",
    "len('привет'.encode('utf-8')) == 12 and 'a b'.split() == ['a', 'b']",
    "(3 if 1 > 2 else 4) == 4",
    "'b' in 'abc' and 4 not in [1, 2, 3]",
    "max(1, 2) == 2 and min([3, 1]) == 1 and sorted([2, 1], reverse=True) == [2, 1]",
    "isclose(exp(log(2)), 2, rel_tol=1e-9) and pi > 3 and comb(8, 2) == 28 and lcm(4, 6) == 12",
    "round(2.345, 1) == 2.3 and int('42') == 42 and pow(7, -1, 13) == 2",
    "factorial(5) == prod(range(1, 6)) and divmod(7, 2) == (3, 1)",
])  # fmt: skip
def test_what_is_true(expression):
    assert fault(expression) == ""


@pytest.mark.parametrize(("expression", "told"), [
    ("2 + 2 == 5", "should be true and is False"),
    ("2 + 2", "should be true and is 4"),
    ("1", "should be true and is 1"),
    ("1 / 0 == 1", "cannot be computed: division by zero"),
    ("[1][5] == 1", "cannot be computed: list index out of range"),
    ("'a' < 1", "cannot be computed: '<' not supported between instances of 'str' and 'int'"),
    ("2 +", "is no Python expression"),
    ("x = 1", "is no Python expression"),
    ("'\0'", "is no Python expression"),
    ("total == 3", "may not use `total`"),
    ("open('/etc/passwd')", "may not use `open`"),
    ("().__class__.__bases__", "may not use `().__class__.__bases__`"),
    ("'{0.__class__}'.format(1) == ''", "may not use `'{0.__class__}'.format(1)`"),
    ("(lambda: True)()", "may not use `(lambda: True)()`"),
    ("[x := 1] == [1]", "may not use `(x := 1)`"),
    ("f'{1}' == '1'", "may not use `f'{1}'`"),
    ("max([1], key=len) == 1", "may not use `len`"),
    ("[*range(2)] == [0, 1]", "may not use `*range(2)`"),
    ("1 is 1", "compares with `is`; use =="),
    ("(-1) ** .5 == 1j", "makes a value of the kind complex; only numbers, texts and lists are allowed"),
])  # fmt: skip
def test_what_is_told(expression, told):
    assert fault(expression) == told


@pytest.mark.parametrize("expression", [
    "9 ** 9 ** 9 > 1",
    "2 ** 10 ** 10 > 1",
    "1 << 10 ** 10 > 1",
    "factorial(10 ** 7) > 1",
    "comb(10 ** 7, 10 ** 6) > 1",
    "prod(range(1, 100000)) > 1",
    "lcm(*range(1, 10)) > 1",
    "pow(3, 2 ** 1000, 2 ** 1000 + 1) > 1",
    "round(5, -10 ** 9) == 0",
    "'a' * 10 ** 10 == ''",
    "[0] * 10 ** 10 == []",
    "'%1000000000d' % 1 == ''",
    "'a'.encode('idna') == ''",
    "len(range(10 ** 12)) > 1",
    "sum(1 for i in range(10 ** 5) for j in range(10 ** 5)) > 1",
    "sum(sum(range(90000)) for i in range(90000)) > 1",
    "len({2305843009213693951 * k for k in range(9000)}) > 1",
    "sum([[[y] * 99 for y in range(99)] for x in range(99)], []) == 1",
    "[[y for b in range(99)] for y in [[x for a in range(99)] for x in [[0] * 99]]] == 1",
    "'a' + " * 300 + "'a' == ''",
    "-" * 1900 + "1 == 1",
    "(" * 500 + "1" + ")" * 500 + " == 2",
    "1 + " * 1000 + "1 == 1",
    "any(" + "[" * 150 + "]" * 150 + ")",
])  # fmt: skip
def test_nothing_hangs_or_fills_the_memory(expression):
    began = time.perf_counter()
    assert fault(expression)
    assert time.perf_counter() - began < 2


SIGNS = ["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "<", "<=", "==", "!=", "in", "and", "or"]


@st.composite
def arithmetic(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["0", "1", "2", "3", "7", "0.5", "True", "'ab'", "[1, 2]"]))
    left, right = draw(arithmetic(depth - 1)), draw(arithmetic(depth - 1))
    sign = draw(st.sampled_from(SIGNS))
    forms = [f"({left} {sign} {right})", f"(not {left})", f"(-{left})", f"({left} if {right} else 1)"]
    return draw(st.sampled_from(forms))


@given(arithmetic())
def test_what_is_computed_is_what_python_computes(expression):
    def outcome(compute: Any) -> Any:
        try:
            return compute(expression)
        except Exception as error:
            return error

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted, found = outcome(eval), outcome(evaluate)
    if isinstance(found, Refused):
        return
    if isinstance(wanted, Exception):
        assert type(found) is type(wanted)
    else:
        assert (found, type(found)) == (wanted, type(wanted))
