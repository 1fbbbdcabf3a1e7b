"""A certificate authority and token issuers for tests, made on the spot."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import json
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem_key(key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class Authority:
    """Signs certificates; `certificate` is its own, in PEM."""

    def __init__(self, folder: pathlib.Path, name: str = "test authority") -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        self._certificate = (x509.CertificateBuilder().subject_name(_name(name)).issuer_name(_name(name))
                             .public_key(self._key.public_key()).serial_number(x509.random_serial_number())
                             .not_valid_before(now - datetime.timedelta(days=1))
                             .not_valid_after(now + datetime.timedelta(days=30))
                             .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                             .add_extension(x509.KeyUsage(True, False, False, False, False, True, True, False, False), True)
                             .sign(self._key, hashes.SHA256()))
        self.certificate = self._certificate.public_bytes(serialization.Encoding.PEM)
        self.path = folder / "ca.pem"
        self.path.write_bytes(self.certificate)

    def issue(self, common_name: str, *names: x509.GeneralName, days: float = 10) -> tuple[bytes, bytes]:
        """Certificate and key in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        end = now + datetime.timedelta(days=days)
        builder = (x509.CertificateBuilder().subject_name(_name(common_name)).issuer_name(self._certificate.subject)
                   .public_key(key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(min(now, end) - datetime.timedelta(days=1)).not_valid_after(end)
                   .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                   .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                                  critical=False))
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM), _pem_key(key)

    def issue_server(self, common_name: str = "server", days: float = 10) -> tuple[bytes, bytes]:
        return self.issue(common_name, x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")), days=days)


def uri(text: str) -> x509.GeneralName:
    return x509.UniformResourceIdentifier(text)


def dns(text: str) -> x509.GeneralName:
    return x509.DNSName(text)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Issuer:
    """Signs JWTs with a key of its own. algorithm: RS256, ES256 or EdDSA."""

    def __init__(self, algorithm: str, kid: str) -> None:
        self.algorithm, self.kid = algorithm, kid
        if algorithm == "RS256":
            self._key = rsa.generate_private_key(65537, 2048)
        elif algorithm == "ES256":
            self._key = ec.generate_private_key(ec.SECP256R1())
        else:
            self._key = ed25519.Ed25519PrivateKey.generate()

    def jwk(self) -> dict[str, str]:
        key = self._key.public_key()
        common = {"kid": self.kid, "alg": self.algorithm, "use": "sig"}
        if self.algorithm == "RS256":
            numbers = key.public_numbers()
            return {**common, "kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
        if self.algorithm == "ES256":
            numbers = key.public_numbers()
            return {**common, "kty": "EC", "crv": "P-256", "x": _base64(numbers.x.to_bytes(32, "big")),
                    "y": _base64(numbers.y.to_bytes(32, "big"))}
        raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return {**common, "kty": "OKP", "crv": "Ed25519", "x": _base64(raw)}

    def token(self, **claims: object) -> str:
        header = {"alg": self.algorithm, "kid": self.kid, "typ": "JWT"}
        text = f"{_base64(json.dumps(header).encode())}.{_base64(json.dumps(claims).encode())}"
        data = text.encode()
        if self.algorithm == "RS256":
            signature = self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        elif self.algorithm == "ES256":
            r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
            signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        else:
            signature = self._key.sign(data)
        return f"{text}.{_base64(signature)}"


def jwks(*issuers: Issuer) -> str:
    return json.dumps({"keys": [issuer.jwk() for issuer in issuers]})


def entry(name: str, token: str, tenant: str, roles: str, expires: str = "") -> str:
    """A line of the credentials file."""
    end = f', expires: "{expires}"' if expires else ""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return f'  - {{name: {name}, sha256: {digest}, tenant: "{tenant}", roles: [{roles}]{end}}}\n'
