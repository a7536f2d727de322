"""What closes the local store to other accounts on this machine: a certificate and signing keys.

SeaweedFS's services talk to each other by gRPC and HTTP, and ask nobody who he is unless a file
`security.toml` in their folder says so. One certificate serves all of them: it signs itself, only
its holder gets in, and both ends show it. Everything is made anew at each start, because nothing
that is stored depends on it.
"""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import StorageError
from pipeline.workspace import write_private

_SERVICES = ("master", "volume", "filer", "s3", "admin", "worker", "client")
_TOKENS = ("signing", "signing.read", "filer_signing", "filer_signing.read")
_CERTIFICATE, _KEY = "grpc.pem", "grpc.key"


def write_secrets(folder: Path) -> None:
    """Write `security.toml` and what it names into the store's folder, for its owner only."""
    certificate, key = _new_certificate()
    write_private(folder / _CERTIFICATE, certificate)
    write_private(folder / _KEY, key)
    tables = [f'[jwt.{name}]\nkey = "{secrets.token_hex(32)}"\n' for name in _TOKENS]
    tables.append(f'[grpc]\nca = "{_CERTIFICATE}"\n')
    tables += [f'[grpc.{name}]\ncert = "{_CERTIFICATE}"\nkey = "{_KEY}"\n' for name in _SERVICES]
    write_private(folder / "security.toml", "\n".join(tables).encode())


def _new_certificate() -> tuple[bytes, bytes]:
    """A certificate that signs itself, and its key, both as PEM."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError:
        raise StorageError(
            "the package that closes the local store to other accounts is not installed",
            "install it with: pip install 'pullquote[local]'",
        ) from None
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pullquote")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock that is wrong today must not close the store: who holds the key is what counts.
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(9999, 12, 31, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
