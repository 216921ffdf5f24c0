"""Profiles of the property tests; they differ in numbers only."""

import os

from hypothesis import HealthCheck, settings

LENIENT = [HealthCheck.too_slow]  # the first example of a run imports SymPy

settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=LENIENT)
settings.register_profile("docs", max_examples=100, deadline=None, derandomize=True, suppress_health_check=LENIENT)
settings.register_profile(
    "ci", max_examples=200, deadline=None, derandomize=True, print_blob=True, suppress_health_check=LENIENT
)
settings.register_profile("thorough", max_examples=5_000, deadline=None, suppress_health_check=LENIENT)
# Set explicitly: Hypothesis would otherwise choose another profile by itself where CI is set.
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
