from .files import InstitutionFile, InstrumentFile, PlatformFile
from .institution import Institution
from .instrument import Instrument
from .platform import Platform

__all__ = ["Institution", "InstitutionFile", "Instrument", "InstrumentFile", "Platform", "PlatformFile"]
