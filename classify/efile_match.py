"""Which e-file of the register a scanned file is: every candidate weighed, none taken on faith.

Each candidate, and "it is none of them", gets a probability from what was read and what the
register says (Bayes' rule with the chances in ``rules/register.toml``). One digit off is
therefore weak by itself and strong beside a rare subject; a subject that a thousand files
share is weak beside anything. A link is made only when one candidate has almost all of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from classify.efile import EFile, Match, Matched, Ranked, Register, Wanted, Why
from classify.number_neighbours import Nearness, nearness, writings
from classify.register_rules import RegisterRules
from classify.register_words import words_of


def match(
    wanted: Wanted, candidates: Sequence[EFile], register: Register, rules: RegisterRules
) -> Matched:
    """The e-file that ``wanted`` is, if one candidate alone is likely enough.

    Args:
        wanted: what was read and declared.
        candidates: those that ``records`` found; the order is of no account.
        register: counts over the whole register.
        rules: from ``classify.rulebook.load_rules().register``.
    """
    weighed = [(efile, *_weigh(wanted, efile, register, rules)) for efile in candidates]
    known = any({Why.NUMBER_SAME, Why.NUMBER_OTHERWISE} & set(why) for _, _, why in weighed)
    against = _none(wanted, known, register, rules)
    top = max([against, *(weight for _, weight, _ in weighed)])
    total = math.exp(against - top) + sum(math.exp(weight - top) for _, weight, _ in weighed)
    ranked = [Ranked(efile, math.exp(weight - top) / total, why) for efile, weight, why in weighed]
    ranked.sort(key=lambda one: (-one.score, one.efile.computer_number))
    limits = rules.thresholds
    shown = tuple(one for one in ranked if one.score >= limits["shown"])[
        : int(limits["most_shown"])
    ]
    best = shown[0] if shown else None
    if best is None:
        return Matched(Match.NONE, None, 0.0, ())
    if best.score < limits["automatic"] or _contradicted(best):
        return Matched(Match.AMBIGUOUS, None, best.score, shown)
    same = {Why.NUMBER_SAME, Why.COMPUTER_NUMBER_SAME} & set(best.why)
    return Matched(Match.EXACT if same else Match.PROBABLE, best.efile, best.score, shown)


def _contradicted(best: Ranked) -> bool:
    """Whether something speaks so plainly against a candidate that a person must decide.

    Numbers recur from office to office; a subject that is another outweighs the same number,
    and a computer number that somebody typed outweighs all that was read. A number that is only
    near is not believed against department and year together: leave is granted every year, under
    the next number. What only a second reading has is not believed without a subject that agrees.
    """
    if Why.COMPUTER_NUMBER_SAME in best.why:
        return {Why.NUMBER_DIFFERS, Why.SUBJECT_DIFFERS} <= set(best.why)
    if {Why.NUMBER_NEAR, Why.DEPARTMENT_DIFFERS, Why.YEAR_DIFFERS} <= set(best.why):
        return True
    if Why.NUMBER_OTHERWISE in best.why and not (
        {Why.SUBJECT_SAME, Why.SUBJECT_NEAR, Why.COMPUTER_NUMBER_SAME} & set(best.why)
    ):
        return True
    return bool({Why.COMPUTER_NUMBER_DIFFERS, Why.SUBJECT_DIFFERS} & set(best.why))


def _none(wanted: Wanted, known: bool, register: Register, rules: RegisterRules) -> float:
    """Weight of "this file is not in the register", on the scale of the candidates."""
    chance = rules.chances
    rows = max(register.rows, 1)
    odds = chance["none"] / (1 - chance["none"])
    if not wanted.key:
        weight = math.log(odds * rows)
    elif known:  # its number stands in the register by chance, or is one that its pages cite
        weight = math.log(odds * chance["collision"] + (0 if wanted.declared else chance["cited"]))
    else:
        weight = math.log(odds * rows / max(chance["distinct"], 10 * rows))
    if wanted.computer_number:
        weight += math.log((1 - chance["computer"]) / rows)
    return weight


def _weigh(
    wanted: Wanted, efile: EFile, register: Register, rules: RegisterRules
) -> tuple[float, tuple[Why, ...]]:
    parts = (
        _computer_number(wanted, efile, register, rules),
        _number(wanted, efile, rules),
        _subject(wanted, efile, register, rules),
        _department(wanted, efile, rules),
        _year(wanted, efile, rules),
    )
    return sum(weight for weight, _ in parts), tuple(why for _, why in parts if why is not None)


def _computer_number(
    wanted: Wanted, efile: EFile, register: Register, rules: RegisterRules
) -> tuple[float, Why | None]:
    if not wanted.computer_number:
        return 0.0, None
    sure = rules.chances["computer"]
    if wanted.computer_number == efile.computer_number:
        return math.log(sure), Why.COMPUTER_NUMBER_SAME
    return math.log((1 - sure) / max(register.rows, 1)), Why.COMPUTER_NUMBER_DIFFERS


def _number(wanted: Wanted, efile: EFile, rules: RegisterRules) -> tuple[float, Why | None]:
    if not wanted.key:
        return 0.0, None
    chance = rules.chances
    sure = min(max(wanted.number_sure, chance["least_read"]), chance["most_read"])
    if wanted.declared:
        sure = chance["declared"]
    near = nearness(wanted.key, efile.key, rules.confusions)
    if near is Nearness.SAME:
        return math.log(sure), Why.NUMBER_SAME
    if any(efile.key in writings(other) for other in wanted.others):
        share = chance["other_reading"] / len(wanted.others)
        return math.log((1 - sure) * share), Why.NUMBER_OTHERWISE
    share = {
        Nearness.ONE_CONFUSED: chance["one_confused"],
        Nearness.ONE_LOST: chance["one_lost"],
        Nearness.ONE_EDIT: chance["one_edit"],
        Nearness.TWO_EDITS: chance["two_edits"],
        Nearness.FAR: chance["far"],
    }[near]
    why = Why.NUMBER_DIFFERS if near is Nearness.FAR else Why.NUMBER_NEAR
    return math.log((1 - sure) * share), why


def _subject(
    wanted: Wanted, efile: EFile, register: Register, rules: RegisterRules
) -> tuple[float, Why | None]:
    """The rarer the words that both subjects share, the more they tell."""
    ours = words_of([wanted.subject or ""], rules.stop_words)
    theirs = words_of([efile.subject], rules.stop_words)
    if not ours or not theirs:
        return 0.0, None
    limits = rules.subject
    rows = max(register.rows, 1)
    found = weight = rarest = 0.0
    for word in ours:
        count = register.rows_with.get(word, 0)
        heavy = math.log(max(rows / count, 1.2)) if count else limits["unknown_word"]
        weight += heavy
        if word in theirs:
            found += heavy
            rarest = max(rarest, heavy)
        elif process.extractOne(
            word, theirs, scorer=fuzz.ratio, score_cutoff=limits["word_likeness"]
        ):
            found += heavy
    share = found / weight
    if share < limits["differs_below"]:
        return limits["differs"], Why.SUBJECT_DIFFERS
    ramp = (share - limits["begins_at"]) / (limits["same_from"] - limits["begins_at"])
    told = min(rarest, limits["most"]) * min(max(ramp, 0.0), 1.0)
    return told, Why.SUBJECT_SAME if ramp >= 1 else Why.SUBJECT_NEAR


def _department(wanted: Wanted, efile: EFile, rules: RegisterRules) -> tuple[float, Why | None]:
    if not wanted.department or not efile.department:
        return 0.0, None
    if wanted.department == efile.department:
        return rules.department["same"], Why.DEPARTMENT_SAME
    return rules.department["differs"], Why.DEPARTMENT_DIFFERS


def _year(wanted: Wanted, efile: EFile, rules: RegisterRules) -> tuple[float, Why | None]:
    """A file's date lies between its opening and its closing, give or take a year."""
    if wanted.year is None or efile.opened is None:
        return 0.0, None
    last = efile.closed or efile.opened + 3
    if efile.opened - 1 <= wanted.year <= last + 1:
        return rules.year["same"], None
    return rules.year["differs"], Why.YEAR_DIFFERS
