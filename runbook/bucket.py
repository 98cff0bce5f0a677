"""Where is it kept? Run folders and documents in the bucket, and the address at which people read them."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import quote

from diagnosis.console import link
from diagnosis.places import Place
from runbook.aws import client, setting

_TYPES = {".jsonl": "application/x-ndjson", ".md": "text/markdown; charset=utf-8", ".html": "text/html; charset=utf-8"}


def keep_folder(folder: Path, prefix: str) -> str:
    """Every file of a folder, under this prefix; the prefix. ClientError where S3 refuses."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        if path.suffix == ".lock" or path.name == ".lock":
            continue
        keep(f"{prefix}/{path.relative_to(folder).as_posix()}", path.read_bytes())
    return prefix


def keep(key: str, content: bytes | str) -> str:
    """One object; its key."""
    suffix = Path(key).suffix
    kind = _TYPES.get(suffix) or mimetypes.guess_type(key)[0] or "application/octet-stream"
    body = content.encode() if isinstance(content, str) else content
    client("s3").put_object(Bucket=setting("BUCKET"), Key=key, Body=body, ContentType=kind)
    return key


def kept(key: str) -> bytes:
    """One object's content. ClientError where it is not there, or may not be read."""
    body: bytes = client("s3").get_object(Bucket=setting("BUCKET"), Key=key)["Body"].read()
    return body


def kept_json(key: str) -> Any:
    """One object's content, read as JSON."""
    return json.loads(kept(key))


def address(key: str, function_arn: str) -> str:
    """The object's page in the console, which asks who is looking.

    A presigned address would end with the function's credentials, hours later, and let anybody in until then.
    """
    partition, region, account = function_arn.split(":")[1], *function_arn.split(":")[3:5]
    page = link(Place(account, region, partition), f"s3/object/{setting('BUCKET')}")
    return f"{page}&prefix={quote(key)}" if page else f"s3://{setting('BUCKET')}/{key}"
