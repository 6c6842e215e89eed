"""How do the rooms work together?

``Program`` is the one object an application holds. Each use case has a module: reading the inputs, judging, pairing,
planning, saving, telling, delivering, reporting, and the run that does all of it. No rule of the field is kept here.
"""

from careprogram.program.access import Access
from careprogram.program.archives import ArchiveDraft, FiledArchive, archives_on_file, keep_archives, load_archive
from careprogram.program.audit import TrailReport, keep_head, verify_trail
from careprogram.program.choices import explain_child, remedies_of
from careprogram.program.deliver import DeliveryReport, Patience, deliver
from careprogram.program.entry_intake import EntryIntake, take_in_entries
from careprogram.program.erasure import ErasureGround, ErasureReceipt, erase_child
from careprogram.program.health_intake import HealthIntake, take_in_health
from careprogram.program.inputs import Inputs, read_inputs
from careprogram.program.intake import Intake, take_in
from careprogram.program.program import Program
from careprogram.program.program_file import read_program_file
from careprogram.program.progress import Progress, SilentProgress
from careprogram.program.proposal import Proposal, proposal_files, propose_pairs
from careprogram.program.record_kinds import RecordKind, record_kinds
from careprogram.program.retention import due_for_erasure
from careprogram.program.save import Kept, save
from careprogram.program.summary import RunSummary

__all__ = [
    "Access",
    "ArchiveDraft",
    "DeliveryReport",
    "EntryIntake",
    "ErasureGround",
    "ErasureReceipt",
    "FiledArchive",
    "HealthIntake",
    "Inputs",
    "Intake",
    "Kept",
    "Patience",
    "Program",
    "Progress",
    "Proposal",
    "RecordKind",
    "RunSummary",
    "SilentProgress",
    "TrailReport",
    "archives_on_file",
    "deliver",
    "due_for_erasure",
    "erase_child",
    "explain_child",
    "keep_archives",
    "keep_head",
    "load_archive",
    "proposal_files",
    "propose_pairs",
    "read_inputs",
    "read_program_file",
    "record_kinds",
    "remedies_of",
    "save",
    "take_in",
    "take_in_entries",
    "take_in_health",
    "verify_trail",
]
