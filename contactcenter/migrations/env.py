"""Alembic's entry: it runs on the connection that run.py hands over."""

from alembic import context

from contactcenter.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
