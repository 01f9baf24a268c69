"""Evaluates a card's `verify`: arithmetic, comparisons, texts, lists and comprehensions, and nothing that does harm.

The expression is never handed to Python. Its syntax tree is walked, each kind of node it may hold has its case here,
and a budget bounds the work: every step, and every item that a step touches, costs one.
"""

import ast
import operator
import warnings
from collections.abc import Callable
from typing import Any

from bequiz.decks.lint import functions
from bequiz.decks.lint.functions import CONSTANTS, FUNCTIONS, TEXT_METHODS, Refused, checked, weight

BUDGET = 100_000
LONGEST = 2_000
DEEPEST = 50

OPERATIONS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: functions.times, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: functions.remainder, ast.Pow: functions.power,
    ast.LShift: functions.shift_left, ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
    ast.UAdd: operator.pos, ast.USub: operator.neg, ast.Not: operator.not_, ast.Invert: operator.invert,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
SCALARS = {bool, int, float}
Names = dict[str, Any]


def fault(expression: str) -> str:
    """What is wrong with an expression that should be true, as the end of a sentence; empty if it is true."""
    try:
        value = evaluate(expression)
    except Refused as refused:
        return str(refused)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        return f"cannot be computed: {error}"
    return "" if value is True else f"should be true and is {repr(value)[:60]}"


def evaluate(expression: str) -> Any:
    """The value of an expression. Raises Refused where it may not be computed, or what Python raises for it."""
    if len(expression) > LONGEST:
        raise Refused(f"has {len(expression):,} characters; the most is {LONGEST:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape in a text is nobody's business here
            tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refused("is no Python expression") from None
    return _Walk().value(tree.body, {}, 0)


class _Walk:
    """One evaluation, with what is left of its budget."""

    def __init__(self) -> None:
        self.left = BUDGET

    def pay(self, *values: Any) -> None:
        for value in values:
            self.left -= 1 if type(value) in SCALARS else weight(value)
        if self.left < 0:
            raise Refused(f"takes more than {BUDGET:,} steps")

    def value(self, node: ast.expr, names: Names, depth: int) -> Any:
        self.left -= 1
        if depth > DEEPEST:
            raise Refused(f"is nested more than {DEEPEST} deep")

        def inner(part: ast.expr) -> Any:
            return self.value(part, names, depth + 1)

        match node:
            case ast.Constant(value=bool() | int() | float() | str() as constant):
                return checked(constant)
            case ast.Name(id=name) if name in names or name in CONSTANTS:
                return names[name] if name in names else CONSTANTS[name]
            case ast.BinOp(left=left, op=sign, right=right):
                return self.do(OPERATIONS[type(sign)], inner(left), inner(right))
            case ast.UnaryOp(op=sign, operand=operand):
                return self.do(OPERATIONS[type(sign)], inner(operand))
            case ast.BoolOp(op=sign, values=parts):
                for part in parts:
                    found = inner(part)
                    if bool(found) is isinstance(sign, ast.Or):
                        break
                return found
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return inner(body) if inner(test) else inner(orelse)
            case ast.Compare(left=first, ops=signs, comparators=others):
                left = inner(first)
                for compared, other in zip(signs, others, strict=True):
                    right = inner(other)
                    if type(compared) not in OPERATIONS:
                        raise Refused("compares with `is`; use ==")
                    if not self.do(OPERATIONS[type(compared)], left, right):
                        return False
                    left = right
                return True
            case ast.List(elts=parts):
                return self.do(list, [inner(part) for part in parts])
            case ast.Tuple(elts=parts):
                return self.do(tuple, [inner(part) for part in parts])
            case ast.Set(elts=parts):
                return self.do(functions.distinct, [inner(part) for part in parts])
            case ast.ListComp(elt=item, generators=loops) | ast.GeneratorExp(elt=item, generators=loops):
                return self.comprehension(item, loops, names, depth)
            case ast.SetComp(elt=item, generators=loops):
                return self.do(functions.distinct, self.comprehension(item, loops, names, depth))
            case ast.Subscript(value=whole, slice=ast.Slice(lower=low, upper=high, step=step)):
                ends = [inner(end) if end else None for end in (low, high, step)]
                return self.do(operator.getitem, inner(whole), slice(*ends))
            case ast.Subscript(value=whole, slice=place):
                return self.do(operator.getitem, inner(whole), inner(place))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=options) if name in FUNCTIONS:
                given = {option.arg or "**": inner(option.value) for option in options}
                return self.do(FUNCTIONS[name], *map(inner, args), **given)
            case ast.Call(func=ast.Attribute(value=text, attr=name), args=args, keywords=[]) if name in TEXT_METHODS:
                return self.do(TEXT_METHODS[name], inner(text), *map(inner, args))
            case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)):
                raise Refused(f"may not use `{name}`")
            case _:
                raise Refused(f"may not use `{ast.unparse(node)[:60]}`")

    def do(self, operation: Callable[..., Any], *values: Any, **options: Any) -> Any:
        """One operation, its operands and its result paid for."""
        self.pay(*values, *options.values())
        result = checked(operation(*values, **options))
        self.pay(result)
        return result

    def comprehension(self, item: ast.expr, loops: list[ast.comprehension], names: Names, depth: int) -> list[Any]:
        """The items of a comprehension, at once: none of them has an effect that could come too early."""
        if not loops:
            made = self.value(item, names, depth + 1)
            self.pay(made)
            return [made]
        loop, found = loops[0], []
        for value in self.do(list, self.value(loop.iter, names, depth + 1)):
            here = {**names, **_bound(loop.target, value)}
            if all(self.value(condition, here, depth + 1) for condition in loop.ifs):
                found += self.comprehension(item, loops[1:], here, depth)
        return found


def _bound(target: ast.expr, value: Any) -> Names:
    """The names that a loop gives to a value."""
    match target:
        case ast.Name(id=name):
            return {name: value}
        case ast.Tuple(elts=parts):
            pairs = [_bound(part, item) for part, item in zip(parts, value, strict=True)]
            return {name: item for pair in pairs for name, item in pair.items()}
        case _:
            raise Refused(f"may not use `{ast.unparse(target)[:60]}`")
