"""What tests of several rooms share: every engine that judges by a policy."""

import contextlib

import pytest


@pytest.fixture(scope="session")
def engines():
    """Return every engine that can be asked on this machine, SQLAlchemy on each of its databases included.

    Not Spark, which takes seconds for each question: see `pyspark`.
    """
    import sqlalchemy as sa

    from careprogram.testing.engines import every_engine
    from careprogram.testing.postgresql import run_postgresql, why_no_postgresql
    from careprogram_sql.testing import SqlAlchemyEngine

    with contextlib.ExitStack() as open_:
        conninfo, urls = "", ["sqlite://"]
        if not why_no_postgresql():
            server = open_.enter_context(run_postgresql())
            conninfo, urls = server.conninfo, [*urls, server.url]
        found = [
            engine for engine in every_engine(conninfo=conninfo) if engine.name != "pyspark" and not engine.absent()
        ]
        for engine in found:
            open_.callback(getattr(engine, "close", lambda: None))
        for url in urls:
            database = sa.create_engine(url)
            open_.callback(database.dispose)
            found.append(SqlAlchemyEngine(engine=database))
        yield tuple(found)


@pytest.fixture(scope="session")
def pyspark():
    """Return the engine on Spark, or skip with the reason where it is not there."""
    from careprogram.testing.engines import PysparkEngine

    engine = PysparkEngine()
    if engine.absent():
        pytest.skip(f"{engine.absent()}: `uv run --group cluster pytest -k pyspark` brings what Python needs")
    with contextlib.closing(engine):
        yield engine
