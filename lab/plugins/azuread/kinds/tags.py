"""Tags of applications and service principals, and the features that some of them stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.plugins.azuread.fields import Json, Special
from lab.plugins.azuread.values import Values

FEATURES = {
    "customSingleSignOn": "WindowsAzureActiveDirectoryCustomSingleSignOnApplication",
    "enterprise": "WindowsAzureActiveDirectoryIntegratedApp",
    "gallery": "WindowsAzureActiveDirectoryGalleryApplicationNonPrimaryV1",
    "hide": "HideApp",
}
"""The tag of each feature (azuread provider: `feature_tags`)."""

OLD_NAMES = {
    "customSingleSignOnApp": "customSingleSignOn",
    "enterpriseApplication": "enterprise",
    "galleryApplication": "gallery",
}
"""The names of the features in the deprecated input `features`; its `visibleToUsers` is the contrary of `hide`."""


def _write(values: Mapping[str, Any]) -> Json:
    blocks, old_blocks = values.get("featureTags"), values.get("features")
    if blocks:
        return {"tags": [tag for name, tag in FEATURES.items() if blocks[0].get(name)]}
    if old_blocks:
        tags = [FEATURES[name] for old, name in OLD_NAMES.items() if old_blocks[0].get(old)]
        return {"tags": tags + ([] if old_blocks[0].get("visibleToUsers", True) else [FEATURES["hide"]])}
    return {} if values.get("tags") is None else {"tags": values["tags"]}


def _read_tags(entity: Mapping[str, Any]) -> Values:
    return {"tags": sorted(entity.get("tags") or [])}


def _read_features(entity: Mapping[str, Any]) -> Values:
    tags = entity.get("tags") or []
    return {"featureTags": [{name: tag in tags for name, tag in FEATURES.items()}]}


def _read_old_features(entity: Mapping[str, Any]) -> Values:
    tags = entity.get("tags") or []
    found = {old: FEATURES[name] in tags for old, name in OLD_NAMES.items()}
    return {"features": [{**found, "visibleToUsers": FEATURES["hide"] not in tags}]}


def _nothing(_values: Mapping[str, Any]) -> Json:
    return {}


TAGS = Special(_write, _read_tags)
FEATURE_TAGS = Special(_nothing, _read_features)
OLD_FEATURES = Special(_nothing, _read_old_features)
