"""The database: transactions, tables, migrations, and the revisions that people saved."""
