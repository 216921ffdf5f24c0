"""The site: worked solutions, their coverage, the documents and the reference, as pages that need no server."""

from verify.solution.site.build import write_site as write_site
