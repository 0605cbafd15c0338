from .files import ProofFile
from .operation import AnnualOperation
from .period import MaintenancePeriod, PeriodReopening
from .reminder import Reminder
from .staff import AnnualStaff, Staff
from .upkeep import UpkeepYear

__all__ = [
    "AnnualOperation",
    "AnnualStaff",
    "MaintenancePeriod",
    "PeriodReopening",
    "ProofFile",
    "Reminder",
    "Staff",
    "UpkeepYear",
]
