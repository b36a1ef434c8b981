"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "catalogues",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("catalogue", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_catalogues")),
    )
    op.create_index(op.f("ix_catalogues_hall"), "catalogues", ["hall"], unique=False)
    op.create_table(
        "counters",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("clerk", sa.String(), nullable=True),
        sa.Column("ticket", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("cover", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("node", "counter", name=op.f("pk_counters")),
    )
    op.create_index(op.f("ix_counters_hall"), "counters", ["hall"], unique=False)
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursors")),
    )
    op.create_table(
        "day_sheets",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("served", sa.BigInteger(), nullable=False),
        sa.Column("passed", sa.BigInteger(), nullable=False),
        sa.Column("voided", sa.BigInteger(), nullable=False),
        sa.Column("carried", sa.BigInteger(), nullable=False),
        sa.Column("wait_mean_s", sa.BigInteger(), nullable=True),
        sa.Column("wait_max_s", sa.BigInteger(), nullable=True),
        sa.Column("handling_mean_s", sa.BigInteger(), nullable=True),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("node", "day", "service", name=op.f("pk_day_sheets")),
    )
    op.create_index(op.f("ix_day_sheets_hall"), "day_sheets", ["hall"], unique=False)
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_index("ix_dead_letters_node_epoch_seq", "dead_letters", ["node", "epoch", "seq"], unique=False)
    op.create_table(
        "device_faults",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("nth", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("failed_at", sa.BigInteger(), nullable=False),
        sa.Column("recovered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("node", "device", "nth", name=op.f("pk_device_faults")),
    )
    op.create_index(op.f("ix_device_faults_hall"), "device_faults", ["hall"], unique=False)
    op.create_table(
        "devices",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("health", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("faults", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("node", "device", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_hall"), "devices", ["hall"], unique=False)
    op.create_table(
        "forks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stored_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("conn", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forks")),
        sa.UniqueConstraint("node", "epoch", "seq", "hash", name=op.f("uq_forks_node_epoch_seq_hash")),
    )
    op.create_table(
        "generations",
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name=op.f("pk_generations")),
        sa.UniqueConstraint("id", name=op.f("uq_generations_id")),
    )
    op.create_table(
        "halls",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halls")),
    )
    op.create_table(
        "holes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("next_hash", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holes")),
        sa.UniqueConstraint("node", "epoch", "first", name=op.f("uq_holes_node_epoch_first")),
    )
    op.create_table(
        "refusals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
    )
    op.create_index(op.f("ix_refusals_node"), "refusals", ["node"], unique=False)
    op.create_table(
        "slips",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("nth", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("copy", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("node", "ticket", "nth", name=op.f("pk_slips")),
    )
    op.create_index(op.f("ix_slips_hall"), "slips", ["hall"], unique=False)
    op.create_table(
        "streams",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("prev_epoch", sa.String(), nullable=True),
        sa.Column("acked", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("forked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streams")),
        sa.UniqueConstraint("node", "epoch", name=op.f("uq_streams_node_epoch")),
    )
    op.create_table(
        "tickets",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("priority_class", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("counter", sa.String(), nullable=True),
        sa.Column("clerk", sa.String(), nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=True),
        sa.Column("hour", sa.BigInteger(), nullable=True),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("wait_s", sa.BigInteger(), nullable=True),
        sa.Column("handling_s", sa.BigInteger(), nullable=True),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("passes", sa.BigInteger(), nullable=False),
        sa.Column("returns", sa.BigInteger(), nullable=False),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("ahead", sa.BigInteger(), nullable=True),
        sa.Column("promised_p50_s", sa.BigInteger(), nullable=True),
        sa.Column("promised_p90_s", sa.BigInteger(), nullable=True),
        sa.Column("policy", sa.String(), nullable=True),
        sa.Column("level", sa.BigInteger(), nullable=True),
        sa.Column("slips", sa.BigInteger(), nullable=False),
        sa.Column("unsynced", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("node", "ticket", name=op.f("pk_tickets")),
    )
    op.create_index("ix_tickets_day_hall", "tickets", ["day", "hall"], unique=False)
    op.create_index("ix_tickets_unsynced", "tickets", ["node", "unsynced"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("conn", sa.BigInteger(), nullable=False),
        sa.Column("hw", sa.String(), nullable=False),
        sa.Column("generation", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    op.create_index(op.f("ix_verdicts_node"), "verdicts", ["node"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("stream", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["stream"], ["streams.id"], name=op.f("fk_events_stream")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("stream", "seq", name=op.f("uq_events_stream_seq")),
    )
    op.create_table(
        "hall_facts",
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_hall_facts_hall")),
        sa.PrimaryKeyConstraint("hall", "key", name=op.f("pk_hall_facts")),
    )
    op.create_table(
        "nodes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("hw", sa.String(), nullable=True),
        sa.Column("hw_before", sa.String(), nullable=True),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("boot", sa.String(), nullable=True),
        sa.Column("conn", sa.BigInteger(), nullable=True),
        sa.Column("hello_at", sa.BigInteger(), nullable=True),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("lease_before", sa.String(), nullable=True),
        sa.Column("lease_offered", sa.String(), nullable=True),
        sa.Column("seen_generation", sa.String(), nullable=True),
        sa.Column("seen_epoch", sa.String(), nullable=True),
        sa.Column("seen_seq", sa.BigInteger(), nullable=True),
        sa.Column("seen_hash", sa.String(), nullable=True),
        sa.Column("taken_generation", sa.String(), nullable=True),
        sa.Column("taken_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["hall"], ["halls.id"], name=op.f("fk_nodes_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nodes")),
    )
    op.create_index(op.f("ix_nodes_hall"), "nodes", ["hall"], unique=False)
    op.create_table(
        "directives",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("generation", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["node"], ["nodes.id"], name=op.f("fk_directives_node")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_directives")),
        sa.UniqueConstraint("node", "generation", "seq", name=op.f("uq_directives_node_generation_seq")),
    )
    op.create_index(op.f("ix_directives_id"), "directives", ["id"], unique=False)
    op.create_table(
        "presence",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("boot", sa.String(), nullable=True),
        sa.Column("conn", sa.BigInteger(), nullable=False),
        sa.Column("link_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("state_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["node"], ["nodes.id"], name=op.f("fk_presence_node")),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_presence")),
    )


def downgrade() -> None:

    op.drop_table("presence")
    op.drop_index(op.f("ix_directives_id"), table_name="directives")
    op.drop_table("directives")
    op.drop_index(op.f("ix_nodes_hall"), table_name="nodes")
    op.drop_table("nodes")
    op.drop_table("hall_facts")
    op.drop_table("events")
    op.drop_index(op.f("ix_verdicts_node"), table_name="verdicts")
    op.drop_table("verdicts")
    op.drop_table("users")
    op.drop_index("ix_tickets_unsynced", table_name="tickets")
    op.drop_index("ix_tickets_day_hall", table_name="tickets")
    op.drop_table("tickets")
    op.drop_table("streams")
    op.drop_index(op.f("ix_slips_hall"), table_name="slips")
    op.drop_table("slips")
    op.drop_index(op.f("ix_refusals_node"), table_name="refusals")
    op.drop_table("refusals")
    op.drop_table("holes")
    op.drop_table("halls")
    op.drop_table("generations")
    op.drop_table("forks")
    op.drop_index(op.f("ix_devices_hall"), table_name="devices")
    op.drop_table("devices")
    op.drop_index(op.f("ix_device_faults_hall"), table_name="device_faults")
    op.drop_table("device_faults")
    op.drop_index("ix_dead_letters_node_epoch_seq", table_name="dead_letters")
    op.drop_table("dead_letters")
    op.drop_index(op.f("ix_day_sheets_hall"), table_name="day_sheets")
    op.drop_table("day_sheets")
    op.drop_table("cursors")
    op.drop_index(op.f("ix_counters_hall"), table_name="counters")
    op.drop_table("counters")
    op.drop_index(op.f("ix_catalogues_hall"), table_name="catalogues")
    op.drop_table("catalogues")
