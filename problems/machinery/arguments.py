"""Arguments of functions from outside, found by what they may be called."""

import inspect


def roles(function, names):
    """What each argument of a function is, in order; `names` are the names that each role may have."""
    found = []
    for name in inspect.signature(function).parameters:
        role = next((role for role, known in names.items() if name.lower() in known), None)
        if role is None:
            raise ValueError(f"an argument is called {name!r}; expected are {', '.join(names)}")
        found.append(role)
    return found


def called(function, names, values):
    """What a function returns for values by role; it need not take all of them."""
    return function(*[values[role] for role in roles(function, names)])
