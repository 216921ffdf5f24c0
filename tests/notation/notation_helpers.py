"""Short ways to say in a test what a text reads as."""

from verify.equality.terms import Terms
from verify.notation import Names, Reading, Unreadable, read, try_read

FREE = Names.anything()


def nodes(*texts, names=None, **options):
    """The values of texts read into one pool, so that equal expressions are one node."""
    terms = Terms()
    return [read(text, names, terms, **options).value for text in texts]


def same(text, explicit, names=None, **options):
    """Whether a text means what the same thing written out with every sign means."""
    terms = Terms()
    written_out = read(explicit, names, terms, "python").value
    return read(text, names, terms, **options).value == written_out


def reading(text, names=None, syntax="auto", **options) -> Reading:
    """What a text that can be read says."""
    found = try_read(text, names, Terms(), syntax, **options)
    assert isinstance(found, Reading), found
    return found


def refusal(text, names=None, syntax="auto", **options) -> Unreadable:
    """Why a text that cannot be read is refused."""
    found = try_read(text, names, Terms(), syntax, **options)
    assert isinstance(found, Unreadable), found
    return found
