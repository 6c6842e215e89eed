"""What tests of several rooms share: every engine that judges by a policy."""

import contextlib

import pytest


@pytest.fixture(scope="session")
def engines():
    """Return every engine that can be asked on this machine, SQLAlchemy on each of its databases included."""
    import sqlalchemy as sa

    from careprogram.testing.engines import every_engine
    from careprogram.testing.postgresql import run_postgresql, why_no_postgresql
    from careprogram_sql.testing import SqlAlchemyEngine

    with contextlib.ExitStack() as open_:
        conninfo, urls = "", ["sqlite://"]
        if not why_no_postgresql():
            server = open_.enter_context(run_postgresql())
            conninfo, urls = server.conninfo, [*urls, server.url]
        found = [engine for engine in every_engine(conninfo=conninfo) if not engine.absent()]
        for engine in found:
            open_.callback(getattr(engine, "close", lambda: None))
        for url in urls:
            database = sa.create_engine(url)
            open_.callback(database.dispose)
            found.append(SqlAlchemyEngine(engine=database))
        yield tuple(found)
