"""Certificates for servers under test, made by openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path

NEW_KEY = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def authority(folder: Path, name: str) -> Path:
    """Make a certificate authority."""
    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    openssl(*NEW_KEY, "-x509", "-days", "2", "-subj", f"/CN={name}", "-keyout", key, "-out", cert)
    return cert


def certificate(folder: Path, name: str, ca: Path, names: str, *, days: int = 2) -> Path:
    """Make a certificate for the given names (as subjectAltName has them), signed by an authority."""
    key, request, cert, extra = (folder / f"{name}{end}" for end in (".key", ".csr", ".pem", ".ext"))
    extra.write_text(f"subjectAltName={names}\n")
    openssl(*NEW_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca.with_suffix(".key"), "-CAcreateserial",
            "-days", str(days), "-extfile", extra, "-out", cert)  # fmt: skip
    return cert
