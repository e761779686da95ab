"""Audio files that phone menus play are kept, each content for good."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_GUARD = """
    CREATE FUNCTION keep_audio_file() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE'
           OR (NEW.name, NEW.sha256, NEW.content_type, NEW.applied_at)
              IS DISTINCT FROM (OLD.name, OLD.sha256, OLD.content_type, OLD.applied_at)
           OR NEW.body IS DISTINCT FROM OLD.body THEN
            RAISE EXCEPTION 'An audio file is never changed; apply the new content as another row.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_audio_file BEFORE UPDATE OR DELETE ON audio_file
        FOR EACH ROW EXECUTE FUNCTION keep_audio_file()
"""


def upgrade() -> None:
    op.create_table(
        "audio_file",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "sha256", name=op.f("pk_audio_file")),
    )
    op.create_index("ix_audio_file_current", "audio_file", ["name"], unique=True, postgresql_where=sa.text("current"))
    op.execute(_GUARD)


def downgrade() -> None:
    op.drop_table("audio_file")
    op.execute("DROP FUNCTION keep_audio_file()")
