"""Finds every English text for people in the product, and keeps the Hindi catalogue in order.

``python -m tests.texts`` sorts the catalogue by where the texts stand, adds what is new (to be
translated by a person) and drops what is gone.
"""

from __future__ import annotations

import ast
import errno
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path
from string import Formatter

import click
import polib

import cli
from lang import WORDS_THEMSELVES

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "hi" / "abhilekh.po"
NOT_THE_PRODUCT = {"tests", "benchmarks", "training", "migrations", "demo", "docs"}

# Texts that reach a person through a table or a plain answer, not through say() or an error:
# file → names of the constants, classes and functions that hold them.
HOLDERS: Mapping[str, tuple[str, ...]] = {
    "ingest/media.py": ("_STRANGERS", "_ISO_BRANDS", "_stranger", "Sniffed", "sniff"),
    "storage/manifest_form.py": ("_contradiction",),
    "ingest/register_refused.py": ("TableFault",),
    "classify/efile.py": ("WHY",),
}
SENTENCES = {"flaws"}  # names that hold sentences for people which are said somewhere else
# Where a text only passes through on its way from somewhere that is looked at anyhow.
PASSING_THROUGH = {
    ("terminal/speech.py", "get_help_record"),  # the help texts, taken from the commands themselves
    ("terminal/speech.py", "format_help_text"),
    ("terminal/speech.py", "get_short_help_str"),
    ("terminal/speech.py", "collect_usage_pieces"),
    ("terminal/speech.py", "_lend_click_our_words"),
    ("errors.py", "_spoken"),
    ("web/templatetags/words.py", "said"),  # the templates' texts are found in the templates
    ("ingest/declarations.py", "_broken"),  # besides its own: what the system says
    ("ingest/faults.py", "renamed"),
    ("ingest/guard.py", "_told"),
    ("ingest/scan.py", "_stranger"),
    ("records/reasons.py", "_spoken"),
    ("ingest/register_refused.py", "broken"),
    ("ingest/register_refused.py", "unreadable"),
    ("pipeline/check_words.py", "_spoken"),
    ("pipeline/check.py", "_measured"),
    ("records/reads.py", "ignored_report"),
    ("ingest/manifest.py", "reason"),
    ("pipeline/take_in.py", "_as_rejected"),
    ("web/views/upload.py", "_refusal"),
}
SAID_IN_TEMPLATE = re.compile(r"""\{% say (?:"([^"]*)"|'([^']*)')""")
CLICK = (
    "Usage:",
    "Options",
    "Commands",
    "[OPTIONS]",
    "COMMAND [ARGS]...",
    "required",
    "Show this message and exit.",
    "Missing command.",
    "Missing argument",
    "Missing option",
    "No such command {name!r}.",
    "No such option {name!r}.",
    "Did you mean {possibility}?",
    "(Did you mean one of: {possibilities}?)",
    "Got unexpected extra argument ({args})",
    "Got unexpected extra arguments ({args})",
    "Option {name!r} requires an argument.",
    "Option {name!r} does not take a value.",
    "Invalid value for {param_hint}: {message}",
    "{value!r} is not one of {choices}.",
    "{value!r} is not a valid {number_type}.",
    "{name} {filename!r} is a directory.",
    "file",
)
SYSTEM = tuple(
    os.strerror(number)
    for number in (
        errno.EPERM, errno.ENOENT, errno.EIO, errno.EACCES, errno.EEXIST, errno.ENOTDIR,
        errno.EISDIR, errno.EMFILE, errno.ENOSPC, errno.EROFS, errno.ELOOP, errno.ENAMETOOLONG,
        errno.EDQUOT, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT,
    )
)  # fmt: skip
SQLITE = (
    "database is locked",
    "database or disk is full",
    "attempt to write a readonly database",
    "unable to open database file",
    "database disk image is malformed",
    "file is not a database",
    "disk I/O error",
)
PYDANTIC = (
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be greater than 0",
    "Input should be greater than or equal to 0",
    "Input should be greater than or equal to 1",
    "Input should be less than or equal to 10",
    "Input should be less than or equal to 64",
)


@dataclass(frozen=True)
class Texts:
    """All texts with the file (or foreign program) they come from, and what was not followed.

    Attributes:
        where: English text → the places that hold it, in order.
        unfollowed: (file, function) of texts that could not be traced to words in the source.
    """

    where: Mapping[str, Sequence[str]]
    unfollowed: frozenset[tuple[str, str]]


def placeholders(template: str) -> set[str]:
    """The facts that a template names, with their conversion and format."""
    return {
        f"{name}!{conversion}:{form}"
        for _, name, form, conversion in Formatter().parse(template)
        if name is not None
    }


def all_texts() -> Texts:
    """Every English text for people that the product, click or the system can show."""
    where: dict[str, list[str]] = {}
    unfollowed: set[tuple[str, str]] = set()

    def add(place: str, texts: Iterator[str] | Sequence[str]) -> None:
        for text in texts:
            if text and place not in where.setdefault(text, []):
                where[text].append(place)

    for template in sorted((ROOT / "web" / "templates").rglob("*.html")):
        found_in = SAID_IN_TEMPLATE.findall(template.read_text(encoding="utf-8"))
        add(str(template.relative_to(ROOT)), [one or other for one, other in found_in])
    modules = [Module(path) for path in _product()]
    house = House(modules)
    helps = list(_help_texts(cli.main))
    for module in modules:
        found = Finder(module, house)
        add(module.name, found.texts)
        unfollowed |= found.unfollowed
        add(module.name, [text for place, text in helps if place == module.name])
    for program in ("click", "system", "sqlite", "pydantic"):
        add(program, globals()[program.upper()])
    return Texts(where, frozenset(unfollowed))


def _product() -> list[Path]:
    """The root modules first, then room by room."""
    roots = sorted(ROOT.glob("*.py"))
    rooms = sorted(
        path for init in ROOT.glob("*/__init__.py") for path in init.parent.rglob("*.py")
    )
    return roots + [
        path for path in rooms if not NOT_THE_PRODUCT & set(path.relative_to(ROOT).parts)
    ]


def _help_texts(command: click.Command) -> Iterator[tuple[str, str]]:
    """What ``--help`` shows of a command and of those below it, with the file of each."""
    place = command.callback.__module__.replace(".", "/") + ".py" if command.callback else ""
    page = cleandoc(command.help or "")
    yield from ((place, text) for text in (page, page.split("\n")[0]))
    yield from ((place, getattr(param, "help", None) or "") for param in command.params)
    for below in getattr(command, "commands", {}).values():
        yield from _help_texts(below)


class Module:
    """One source file: its tree, its functions by name, its constants by name."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(ROOT).as_posix()
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.constants = dict(_assigned(self.tree.body))
        self.functions: dict[str, ast.FunctionDef] = {}
        self.around: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                self.around[child] = node
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node

    def function_of(self, node: ast.AST) -> ast.FunctionDef | None:
        """The innermost function that ``node`` stands in."""
        while (outer := self.around.get(node)) is not None:
            if isinstance(outer, ast.FunctionDef):
                return outer
            node = outer
        return None

    def calls_of(self, name: str) -> Iterator[ast.Call]:
        """All calls of a function or class by its bare name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _name(node.func) == name:
                yield node


def _assigned(body: Sequence[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value


def _name(func: ast.expr) -> str:
    if isinstance(func, ast.Name):
        return func.id
    return func.attr if isinstance(func, ast.Attribute) else ""


def _is_say(func: ast.expr) -> bool:
    if isinstance(func, ast.Attribute):
        return func.attr == "say" and _name(func.value) == "lang"
    return _name(func) == "say"


class House:
    """What is known by name in all rooms: errors, and constants that are shared."""

    def __init__(self, modules: Sequence[Module]) -> None:
        bases = {
            node.name: {_name(base) for base in node.bases}
            for module in modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef)
        }
        self.errors = {"AbhilekhError"}
        while new := {name for name, over in bases.items() if over & self.errors} - self.errors:
            self.errors |= new
        self.constants = {
            name: value
            for module in modules
            for name, value in module.constants.items()
            if name.isupper() and not name.startswith("_")
        }


class Finder:
    """The texts of one module, followed from ``say`` and the errors back to their words."""

    def __init__(self, module: Module, house: House) -> None:
        self.module = module
        self.house = house
        self.texts: list[str] = []
        self.unfollowed: set[tuple[str, str]] = set()
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                self._call(node)
        for name, value in _assigned(list(ast.walk(module.tree))):
            if name in SENTENCES:
                self._take(value, must_follow=False)
        for holder in HOLDERS.get(module.name, ()):
            self._hold(holder)

    def _call(self, call: ast.Call) -> None:
        is_error = _name(call.func) in self.house.errors
        if _name(call.func) == "Ignored" and len(call.args) >= 2:
            self._take(call.args[1], must_follow=False)
        if not is_error and not _is_say(call.func):
            return
        parts = call.args[:1] + [
            word.value for word in call.keywords if is_error and word.arg in {"kept", "todo"}
        ]
        for part in parts:
            self._take(part, must_follow=True)
        for word in call.keywords:
            if word.arg in WORDS_THEMSELVES:
                self._take(word.value, must_follow=False)

    def _take(self, expression: ast.expr, *, must_follow: bool) -> None:
        words = list(self._words(expression, depth=0))
        self.texts += [word for word in words if word is not None]
        if None in words and must_follow:
            function = self.module.function_of(expression)
            place = (self.module.name, function.name if function else "")
            if place not in PASSING_THROUGH:
                self.unfollowed.add(place)

    def _hold(self, holder: str) -> None:
        """Take the words of a table, of a class's fields, or of what a function returns."""
        found: list[ast.AST] = [
            node
            for node in ast.walk(self.module.tree)
            if isinstance(node, ast.ClassDef) and node.name == holder
        ]
        if holder in self.module.constants:
            found.append(self.module.constants[holder])
        if holder in self.module.functions:
            inside = ast.walk(self.module.functions[holder])
            found += [node for node in inside if isinstance(node, ast.Return)]
        for node in (child for outer in found for child in ast.walk(outer)):
            is_doc = isinstance(self.module.around.get(node), ast.Expr)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not is_doc:
                self.texts.append(node.value)

    def _words(self, node: ast.expr, depth: int) -> Iterator[str | None]:
        """The words that ``node`` can stand for; ``None`` for what cannot be followed."""
        if isinstance(node, ast.Constant):
            yield node.value if isinstance(node.value, str) else None
        elif depth > 6:
            yield None
        elif inner := list(self._inside(node)):
            for one in inner:
                yield from self._words(one, depth + 1)
        else:
            yield None

    def _inside(self, node: ast.expr) -> Iterator[ast.expr]:
        """The expressions that ``node`` takes its words from."""
        if isinstance(node, ast.IfExp):
            yield from (node.body, node.orelse)
        elif isinstance(node, ast.BoolOp | ast.Tuple | ast.List):
            yield from node.values if isinstance(node, ast.BoolOp) else node.elts
        elif isinstance(node, ast.Dict):
            yield from (value for key, value in zip(node.keys, node.values, strict=True) if key)
        elif isinstance(node, ast.Subscript):
            yield node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "get":
                yield node.func.value
        elif isinstance(node, ast.Call) and _is_say(node.func):
            yield from node.args[:1]
        elif isinstance(node, ast.Name):
            yield from self._named(node)
        elif isinstance(node, ast.Attribute) and node.attr in self.house.constants:
            yield self.house.constants[node.attr]

    def _named(self, node: ast.Name) -> Iterator[ast.expr]:
        """What a name stands for: in its function, in the calls of that, in the module."""
        outer: ast.AST = node
        while outer is not self.module.tree:
            outer = self.module.around[outer]
            yield from self._bound(outer, node.id)
            if isinstance(outer, ast.FunctionDef) and node.id in _parameters(outer):
                yield from self._given(outer, node.id)
                return
        if known := {**self.house.constants, **self.module.constants}.get(node.id):
            yield known

    def _bound(self, outer: ast.AST, name: str) -> Iterator[ast.expr]:
        """What ``name`` is assigned to, or runs over, directly in ``outer``."""
        if isinstance(outer, ast.GeneratorExp | ast.ListComp | ast.SetComp):
            loops: list[ast.comprehension | ast.For] = list(outer.generators)
        else:
            loops = [outer] if isinstance(outer, ast.For) else []
        for loop in loops:
            if isinstance(loop.target, ast.Name) and loop.target.id == name:
                yield loop.iter
        if isinstance(outer, ast.FunctionDef):
            yield from (value for one, value in _assigned(list(ast.walk(outer))) if one == name)

    def _given(self, function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
        """What the calls in this module give for a parameter."""
        place = _parameters(function).index(name)
        for call in self.module.calls_of(function.name):
            is_method = isinstance(call.func, ast.Attribute) and "self" in _parameters(function)
            at = place - is_method
            if 0 <= at < len(call.args):
                yield call.args[at]
            yield from (word.value for word in call.keywords if word.arg == name)


def _parameters(function: ast.FunctionDef) -> list[str]:
    names = function.args
    return [one.arg for one in (*names.posonlyargs, *names.args, *names.kwonlyargs)]


def written() -> polib.POFile:
    """The Hindi catalogue as it stands."""
    return polib.pofile(str(CATALOGUE), wrapwidth=100)


def put_in_order(texts: Texts) -> list[str]:
    """Bring the catalogue in step with ``texts``; says what a person has still to translate."""
    before = written()
    hindi = {entry.msgid: entry.msgstr for entry in before}
    after = polib.POFile(wrapwidth=100)
    after.metadata = before.metadata
    after.header = before.header
    for text, places in texts.where.items():
        after.append(
            polib.POEntry(
                msgid=text,
                msgstr=hindi.get(text, ""),
                occurrences=[(place, "") for place in places],
            )
        )
    after.save(str(CATALOGUE))
    return [entry.msgid for entry in after if not entry.msgstr]


if __name__ == "__main__":
    everything = all_texts()
    for missing in put_in_order(everything):
        sys.stdout.write(f"to be translated: {missing!r}\n")
    for file, function in sorted(everything.unfollowed):
        sys.stdout.write(f"cannot be followed: {file}, {function}\n")
