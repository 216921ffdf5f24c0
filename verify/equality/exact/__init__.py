"""The exact tier: both sides as fractions over Q extended by generators, their difference reduced to zero.

Every rewriting used is true wherever the expressions it relates are real, so a difference that reduces to zero proves
equality wherever both sides are defined.  A difference that does not reduce to zero proves nothing.
"""
