"""What a `source` names: the works in it, and whether they are more than somebody's blog."""

import re

# Where anybody may publish, and sites that retell what others document.
BLOG_HOSTS = (
    "medium.com", "dev.to", "hashnode", "substack.com", "blogspot.", "wordpress.com", "tumblr.com", "hackernoon.com",
    "linkedin.com", "reddit.com", "quora.com", "stackoverflow.com", "towardsdatascience.com", "dzone.com",
    "geeksforgeeks", "w3schools", "tutorialspoint", "javatpoint", "baeldung", "freecodecamp", "digitalocean.com/community",
)  # fmt: skip
BLOG_NAMES = re.compile(
    r"^(?:medium|dev\.to|hashnode|substack|hacker ?noon|stack ?overflow|reddit|quora|geeks ?for ?geeks|w3schools|baeldung)\b"
    r"|['’]s (?:\w+ )?blog\b|\b(?:personal|my|a|the) blog\b|^blogs?\b|\bblog ?posts?\b",
    re.IGNORECASE,
)
BLOG_URL = re.compile(r"^https?://(?:[^/]*\.)?(?:" + "|".join(map(re.escape, BLOG_HOSTS)) + ")", re.IGNORECASE)
SECTION = re.compile(
    r"\s*(?:[§›(]|,?\s+\b(?:ch|chapters?|items?|sections?|topics?|appendix|column|part|pp?)\b\.?\s|,\s+ch\.).*",
    re.IGNORECASE | re.DOTALL,
)


def works(source: str) -> list[str]:
    """The works a source names, their sections left out; of a documentation each page is a work."""
    return [SECTION.sub("", part.strip()).strip(" ,:") or part.strip() for part in source.split(";") if part.strip()]


def is_blog(work: str) -> bool:
    """Whether a work is a blog or a retelling. A project's or company's own (`Go blog`, `AWS Architecture Blog`) is
    not meant: that is where its makers tell first-hand."""
    return bool(BLOG_NAMES.search(work)) or any(host in work.lower() for host in BLOG_HOSTS)


def only_blogs(source: str, url: str) -> bool:
    """Whether nothing better than a blog stands behind a card; the URL tells where a lone source lies."""
    named = works(source)
    return all(map(is_blog, named)) or (len(named) == 1 and bool(BLOG_URL.match(url)))
