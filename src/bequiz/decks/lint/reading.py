"""What a text costs to read, and the words it is made of. Code set apart by ticks or fences is not prose."""

import re
from functools import lru_cache

from bequiz.grading.asking import BLANK, GAP

FENCE = re.compile(r"```[^\n]*\n(?P<code>.*?)\n?[ ]*```", re.DOTALL)
SPAN = re.compile(r"(`+)(?!`).+?\1", re.DOTALL)
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
TO_READ = re.compile(r"[^\w\s]*\w\S*")
SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n\s*\n")
VOWELS = re.compile("[aeiouy]+")
SILENT_E = re.compile(r"(?<![aeiouyl])e$|(?<![aeiouysczgxhl])es$|(?<![aeiouytd])ed$")
ACRONYM = re.compile(r"(?<![\w/.@#$-])(?=[A-Z0-9]{2,6}s?\b)[A-Z][A-Z0-9]*[A-Z][A-Z0-9]*(?=s?(?![\w/(=@-]))")


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENDINGS = _list(
    "ations ation ances ance ences ence ency ents ent ants ant ings ing ities ity ions ion ness ments ment ives ive "
    "ied ies ers er ed es ly s e y"
)
SHORT_WORDS = frozenset(_list(
    "a about after all also an and any are as at be because been before but by can could do does each for from had has "
    "have how if in into is it its just less may more most much must no not now of off on one only or other out over "
    "per same should so some still such than that the their them then there these they this those through to too two "
    "up us use used uses using very was were what when where which while who whose why will with would yes you your"
))  # fmt: skip
# Shortened names that everybody in the trade reads as words, units among them, and words that SQL, HTTP, Dockerfiles
# and logs write in capitals.
COMMON = frozenset(_list(
    "AM API APIS ASCII AWS BIOS BSD CI CD CLI CPU CSS CSV DNS DOM FIFO FTP GB GCP GIT GPU GUI HTML HTTP HTTPS ID IDE "
    "IDS IEEE IO IP IPV4 IPV6 ISO JDK JSON JVM KB LAN LIFO MAC MB NAT NULL OK OOP OS PC PB PDF PHP PM PR QA RAM README "
    "RFC REST RPC SDK SQL SSD SSH SSL TB TCP TLS TODO TV UDP UI URI URL US USB UTC UTF UUID VM VPN WWW XML YAML "
    "GET HEAD POST PUT PATCH DELETE TRACE ADD ALL ALTER AND AS ASC BEGIN BY CASE CAST CHECK COMMIT COPY COUNT CREATE "
    "CROSS DESC DROP ELSE EXCEPT EXISTS FROM FULL GRANT GROUP HAVING IN INDEX INNER INSERT INTO IS JOIN KEY LEFT LIKE "
    "LIMIT LOCK NOT OFFSET ON OR ORDER OUTER READ REVOKE RIGHT SELECT SET SHARE SUM TABLE THEN TO UNION UNIQUE UPDATE "
    "VACUUM VALUES VIEW WHEN WHERE WITH ARG CMD ENV RUN SCAN DEBUG ERROR FATAL INFO WARN"
))  # fmt: skip


@lru_cache(maxsize=1 << 12)
def prose(text: str) -> str:
    """The text without fenced code; a code span or a blank is read as one word."""
    return SPAN.sub(" code ", FENCE.sub("\n\n", BLANK.sub(GAP, text)))


def words(text: str) -> int:
    """How many words there are to read, code aside."""
    return len(TO_READ.findall(prose(text)))


def grade(text: str) -> float:
    """The Flesch-Kincaid grade: the years of school that reading the prose takes; 0 for a text too short to tell."""
    found = WORD.findall(prose(text))
    if len(found) < 10:
        return 0.0
    sentences = sum(bool(WORD.search(part)) for part in SENTENCE_END.split(prose(text)))
    return 0.39 * len(found) / sentences + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


@lru_cache(maxsize=1 << 16)
def syllables(word: str) -> int:
    """About how many syllables an English word has: its groups of vowels, a silent e aside."""
    word = word.lower()
    return max(1, len(VOWELS.findall(word)) - bool(SILENT_E.search(word)))


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The word without its endings, so that `caching` and `cached` are one word, and `stirring` and `stirs`."""
    word = word.lower()
    while ending := next((end for end in ENDINGS if word.endswith(end) and len(word) - len(end) >= 4), ""):
        word = word.removesuffix(ending)
    return word[:-1] if word[-2:].isalpha() and len(word) > 3 and word[-1] == word[-2] else word


def signs(text: str) -> list[str]:
    """The stems of a text's words, and its other signs, in their order."""
    return [stem(found) for found in re.findall(r"[^\W_]+|\S", text)]


def content(text: str) -> dict[str, str]:
    """The words that carry meaning, by their stems."""
    return {stem(word): word for word in WORD.findall(text.lower()) if len(word) > 3 and word not in SHORT_WORDS}


def tokens(text: str) -> frozenset[str]:
    """The set of words and numbers in a text, for telling how alike two texts are."""
    return frozenset(re.findall(r"\w+", text.lower()))


def acronyms(text: str) -> list[str]:
    """The shortened names in a text's prose that a reader may not know."""
    return [name for name in ACRONYM.findall(prose(text)) if name not in COMMON]


def spelt_out(acronym: str, text: str) -> bool:
    """Whether consecutive words of the text begin with the letters of the acronym, small words left out or not."""
    letters = [letter for letter in acronym.lower() if letter.isalpha()]
    every = [word.lower() for word in re.findall(r"[^\W\d_]+", text)]
    telling = [word for word in every if word not in SHORT_WORDS]
    return any(
        [word[0] for word in row[start : start + len(letters)]] == letters
        for row in (every, telling)
        for start in range(len(row))
    )
