"""OAI-PMH 2.0 (openarchives.org): the published instruments for harvesters, in oai_dc and datacite."""
