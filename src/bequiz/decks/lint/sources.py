"""What a `source` names: the works in it, and whether they are more than somebody's blog."""

import re

# Where anybody may publish, and sites that retell what others document; as a URL or as a name.
PLATFORMS = (
    r"medium\.com|dev\.to|hashnode|substack|blogspot|wordpress\.com|tumblr|hacker ?noon|linkedin\.com|reddit|quora"
    r"|stack ?overflow|towards ?data ?science|dzone|geeks ?for ?geeks|w3schools|tutorialspoint|javatpoint|baeldung"
    r"|freecodecamp"
)
BLOG = re.compile(
    rf"\b(?:{PLATFORMS})\b|^medium\b|https?://\S*\bblog"
    r"|['’]s (?:\w+ )?blog\b|\b(?:personal|my|a|an? \w+|the) blog\b|^blog\b|\bblog ?post",
    re.IGNORECASE,
)
SECTION = re.compile(
    r"\s*(?:[§›(]|,?\s+\b(?:ch|chapters?|items?|sections?|topics?|appendix|column|part|pp?)\b\.?\s).*",
    re.IGNORECASE | re.DOTALL,
)


def works(source: str) -> list[str]:
    """The works a source names, their sections left out; of a documentation each page is a work."""
    parts = [part.strip() for part in source.split(";")]
    return [SECTION.sub("", part).strip(" ,:") or part for part in parts if part]


def only_blogs(source: str, url: str) -> bool:
    """Whether nothing better than a blog stands behind a card; the URL tells where a lone source lies.

    A project's or a company's own (`Go blog`, `AWS Architecture Blog`) is not meant: there its makers tell first-hand.
    """
    named = works(source)
    return all(map(BLOG.search, named)) or (len(named) == 1 and bool(re.search(PLATFORMS, url)))
