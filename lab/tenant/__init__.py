"""The lab's tenant: a small directory that speaks Microsoft Graph, for where there is no Entra ID. A stand-in."""
