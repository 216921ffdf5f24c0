"""Arguments of functions from outside, found by what they may be called."""

import inspect


def roles(function, names):
    """Argument -> what it is; `names` are the names that each role may have. Others must have a default."""
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        role = next((role for role, known in names.items() if name.lower() in known), None)
        if role is not None:
            found[name] = role
        elif parameter.default is parameter.empty:
            raise ValueError(f"an argument is called {name!r}; expected are {', '.join(names)}")
    return found


def called(function, names, values):
    """What a function returns for values by role; it need not take all of them."""
    return function(**{name: values[role] for name, role in roles(function, names).items()})
