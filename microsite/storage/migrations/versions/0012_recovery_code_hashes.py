"""Recovery codes are hashed as passwords are (argon2id over the keyed hash that they had): each goes on working."""

import sqlalchemy as sa
from alembic import op
from argon2 import PasswordHasher

revision = "0012"
down_revision = "0011"

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
recovery_codes = sa.table(
    "recovery_codes", sa.column("id", sa.Integer), sa.column("code_hash", sa.String), sa.column("used")
)


def upgrade() -> None:
    """25 ms for each code. Those that were used open nothing, and stay as they are."""
    connection = op.get_bind()
    unused = sa.select(recovery_codes.c.id, recovery_codes.c.code_hash).where(recovery_codes.c.used.is_(None))
    for number, keyed in connection.execute(unused).all():
        row = sa.update(recovery_codes).where(recovery_codes.c.id == number)
        connection.execute(row.values(code_hash=HASHER.hash(keyed)))
