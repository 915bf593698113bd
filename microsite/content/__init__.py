"""What the site says: articles and pages read from files, checked, rendered, looked up."""
