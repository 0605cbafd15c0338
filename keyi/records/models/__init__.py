from .files import InstitutionFile, InstrumentFile
from .institution import Institution
from .instrument import Instrument

__all__ = ["Institution", "InstitutionFile", "Instrument", "InstrumentFile"]
