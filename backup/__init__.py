"""Backup (BAK-1 to BAK-3): repositories in the active zones and the vault in DC3."""

from backup.repository import BackupRepository

__all__ = ["BackupRepository"]
