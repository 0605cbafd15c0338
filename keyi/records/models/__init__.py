from .admin_change import AdminChange
from .files import AdminChangeFile, InstitutionFile, InstrumentFile, PlatformFile
from .institution import Institution
from .instrument import Instrument
from .platform import Platform

__all__ = [
    "AdminChange",
    "AdminChangeFile",
    "Institution",
    "InstitutionFile",
    "Instrument",
    "InstrumentFile",
    "Platform",
    "PlatformFile",
]
