"""What is deployed to the fleet: bundles with an AppSpec file and the scripts that it names."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from sandbox.world import World

BUCKET = "shop-revisions"
APPSPEC = """version: 0.0
os: linux
files:
  - source: app
    destination: /srv/storefront
file_exists_behavior: OVERWRITE
hooks:
  ApplicationStop:
    - location: scripts/stop.sh
      timeout: 60
      runas: root
  BeforeInstall:
    - location: scripts/prepare.sh
      timeout: 120
      runas: root
  AfterInstall:
    - location: scripts/migrate.sh
      timeout: 300
      runas: storefront
  ApplicationStart:
    - location: scripts/start.sh
      timeout: 120
      runas: root
  ValidateService:
    - location: scripts/validate.sh
      timeout: 120
"""
SCRIPTS = ("stop", "prepare", "migrate", "start", "validate")


def make_revision(
    world: World, version: str, appspec: str = APPSPEC, scripts: tuple[str, ...] = SCRIPTS
) -> dict[str, Any]:
    """A bundle in S3, and where it is."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("appspec.yml", appspec)
        archive.writestr("app/index.js", "require('./server').listen(8080)\n")
        for name in scripts:
            archive.writestr(f"scripts/{name}.sh", "#!/bin/sh\nset -e\n")
    key = f"storefront/{version}.zip"
    world.client("s3").put_object(Bucket=BUCKET, Key=key, Body=packed.getvalue())
    return {"revisionType": "S3", "s3Location": {"bucket": BUCKET, "key": key, "bundleType": "zip"}}


def of_function(function: str, current: str, target: str, hook: str = "") -> dict[str, Any]:
    """The AppSpec of a function's deployment, which it carries itself."""
    hooks = f"Hooks:\n  - BeforeAllowTraffic: {hook}\n" if hook else ""
    content = (
        f"version: 0.0\nResources:\n  - {function}:\n      Type: AWS::Lambda::Function\n      Properties:\n"
        f'        Name: {function}\n        Alias: live\n        CurrentVersion: "{current}"\n'
        f'        TargetVersion: "{target}"\n{hooks}'
    )
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
