"""The server of ``verify serve``: a site and the judging of answers, for this machine only."""
