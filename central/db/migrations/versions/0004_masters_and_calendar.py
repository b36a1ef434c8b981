"""What can be done where, and which days are worked"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _business_types()
    _materials()
    _matters()
    _hall_matters()
    _hall_pages()
    _departments()
    _posts()
    _duties()
    _calendar_days()
    _calendar_years()
    _hall_hours()
    _hall_days()
    _booking_rules()


def _business_types() -> None:
    op.create_table(
        "business_types",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_types")),
    )


def _materials() -> None:
    op.create_table(
        "materials",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("original", sa.Boolean(), nullable=False),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
    )


def _matters() -> None:
    op.create_table(
        "matters",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("business_type", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("guide", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("sample", sa.JSON(), nullable=False),
        sa.Column("materials", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("legal_basis", sa.JSON(), nullable=False),
        sa.Column("complexity", sa.String(), nullable=False),
        sa.Column("important", sa.Boolean(), nullable=False),
        sa.Column("detail_required", sa.Boolean(), nullable=False),
        sa.Column("limit_days", sa.BigInteger(), nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["business_type"], ["business_types.id"], name=op.f("fk_matters_business_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
    )


def _hall_matters() -> None:
    op.create_table(
        "hall_matters",
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("bookable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_hall_matters_hall")),
        sa.ForeignKeyConstraint(["matter"], ["matters.id"], name=op.f("fk_hall_matters_matter")),
        sa.PrimaryKeyConstraint("hall", "matter", name=op.f("pk_hall_matters")),
    )


def _hall_pages() -> None:
    op.create_table(
        "hall_pages",
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("way", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_hall_pages_hall")),
        sa.PrimaryKeyConstraint("hall", name=op.f("pk_hall_pages")),
    )


def _departments() -> None:
    op.create_table(
        "departments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
    )


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("duties", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.id"], name=op.f("fk_posts_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )


def _duties() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["deputy"], ["posts.id"], name=op.f("fk_duties_deputy")),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name=op.f("fk_duties_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )


def _calendar_days() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )


def _calendar_years() -> None:
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )


def _hall_hours() -> None:
    op.create_table(
        "hall_hours",
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("weekday", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("periods", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_hall_hours_hall")),
        sa.PrimaryKeyConstraint("hall", "weekday", name=op.f("pk_hall_hours")),
    )


def _hall_days() -> None:
    op.create_table(
        "hall_days",
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("periods", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_hall_days_hall")),
        sa.PrimaryKeyConstraint("hall", "day", name=op.f("pk_hall_days")),
    )


def _booking_rules() -> None:
    op.create_table(
        "booking_rules",
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hall", "version", name=op.f("pk_booking_rules")),
    )
