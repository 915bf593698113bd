"""Planet Privacy: articles on digital privacy, on a site that keeps nothing about its readers."""
