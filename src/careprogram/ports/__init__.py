"""What does the program ask of the world outside: a store, an anchor of its audit trail, a notifier, a clock?

Whoever keeps records, sends messages or tells the time fulfills one of the protocols in ``ports.protocols``.
Plain JSON documents cross the border, never models, so that a store needs to know nothing about children. This module
holds the records that cross it and the promises that go with them; it opens nothing and sends nothing.

The promises of a store, each tried by ``careprogram.testing.store_conformance``:

1. **All or nothing.** A change set is kept whole or leaves no trace, whatever happens in between.
2. **Acknowledged is kept.** When ``commit`` has returned, a durable store has it through a crash of the process.
3. **Once.** A command id that was committed before writes nothing and brings back the receipt of the first time.
4. **No lost update.** A put or an erasure names the version it read; if that is not the current one, nothing is kept.
   A record that is named as standing has to stand at its version, too.
5. **Nothing is overwritten.** Every version can be read back until the record is erased; then none can.
6. **Ids and texts are bytes-exact** and ordered by code point, on every machine.
7. **The audit trail is a chain.** Each entry carries a digest of itself and of all before it, kept in one commit.
"""

from careprogram.ports.audit_chain import GENESIS, ChainFault, ChainProblem, chained, check_chain
from careprogram.ports.canonical import (
    WrittenDocument,
    dumps,
    dumps_bytes,
    dumps_texts,
    loads,
    loads_kept,
    text_in_json,
)
from careprogram.ports.documents import (
    IndexValue,
    JsonObject,
    JsonValue,
    RecordKey,
    check_index_value,
    check_key,
    check_name,
    index_order,
)
from careprogram.ports.keyring import Keyring
from careprogram.ports.messages import (
    ClaimedMessage,
    Delivery,
    DeliveryAnswer,
    Message,
    MessageState,
    OutboxEntry,
    Settlement,
    check_claim,
    check_page,
)
from careprogram.ports.protocols import Ability, AuditAnchor, Clock, Notifier, Store
from careprogram.ports.queries import Cursor, Page, Query, Range
from careprogram.ports.records import (
    AuditEntry,
    AuditHead,
    AuditRecord,
    BackupReceipt,
    ChangeSet,
    Erase,
    Put,
    Receipt,
    Record,
    Standing,
)

__all__ = [
    "GENESIS",
    "Ability",
    "AuditAnchor",
    "AuditEntry",
    "AuditHead",
    "AuditRecord",
    "BackupReceipt",
    "ChainFault",
    "ChainProblem",
    "ChangeSet",
    "ClaimedMessage",
    "Clock",
    "Cursor",
    "Delivery",
    "DeliveryAnswer",
    "Erase",
    "IndexValue",
    "JsonObject",
    "JsonValue",
    "Keyring",
    "Message",
    "MessageState",
    "Notifier",
    "OutboxEntry",
    "Page",
    "Put",
    "Query",
    "Range",
    "Receipt",
    "Record",
    "RecordKey",
    "Settlement",
    "Standing",
    "Store",
    "WrittenDocument",
    "chained",
    "check_chain",
    "check_claim",
    "check_index_value",
    "check_key",
    "check_name",
    "check_page",
    "dumps",
    "dumps_bytes",
    "dumps_texts",
    "index_order",
    "loads",
    "loads_kept",
    "text_in_json",
]
