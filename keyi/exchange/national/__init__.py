"""The interface of the national network platform (重大科研基础设施和大型科研仪器国家网络管理平台), in both directions.

A message names its kind by number: 1 centre, 2 facility, 4 single instrument, 5 customs, 6 service, 7 yearly effect.
"""

CENTRE, FACILITY, INSTRUMENT, CUSTOMS, SERVICE, EFFECT = 1, 2, 4, 5, 6, 7
