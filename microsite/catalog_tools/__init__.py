"""What writes and judges message catalogs: extraction, update, report."""
