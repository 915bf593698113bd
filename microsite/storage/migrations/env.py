"""What Alembic runs: the migrations, in the transaction that `Store.upgrade` has begun and locked."""

from alembic import context

from microsite.storage.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
