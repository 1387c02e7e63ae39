"""A real SAML 2.0 identity provider, by pysaml2 and xmlsec1, and what may be done to its responses on the way."""

import base64
import datetime
import shutil
import subprocess
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

XMLSEC = shutil.which("xmlsec1")
NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(folder: Path, *, days=30, name="idp"):
    """A self-signed certificate of the one key; `days` below zero: it ran out."""
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    ends = now + datetime.timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(_KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, ends) - datetime.timedelta(days=60))
        .not_valid_after(ends)
        .sign(_KEY, hashes.SHA256())
    )
    pem, key = folder / f"{name}.pem", folder / f"{name}.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        _KEY.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    return pem, key


@dataclass
class SamlProvider:
    """pysaml2's server, told of our service provider by our own metadata."""

    folder: Path
    entity_id: str = "https://idp.example/metadata"

    def __post_init__(self):
        from saml2.config import IdPConfig

        pem, key = certificate(self.folder)
        self.certificate = pem
        self.configuration = {
            "entityid": self.entity_id,
            "xmlsec_binary": XMLSEC,
            "key_file": str(key),
            "cert_file": str(pem),
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [
                            ("https://idp.example/sso", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")
                        ]
                    },
                    "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None}},
                    "name_id_format": [PERSISTENT],
                }
            },
        }
        self.metadata = self._metadata(IdPConfig)

    def _metadata(self, config):
        from saml2.metadata import entity_descriptor

        return str(entity_descriptor(config().load(self.configuration)))

    def learn(self, sp_metadata: bytes):
        """Our metadata, as an administrator of theirs would enter it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it imports of cryptography and does not use here
            from saml2.config import IdPConfig
            from saml2.server import Server

        path = self.folder / "sp.xml"
        path.write_bytes(sp_metadata)
        self.server = Server(config=IdPConfig().load({**self.configuration, "metadata": {"local": [str(path)]}}))

    def answer(self, url, *, identity, name_id="anna-there", **options):
        """The XML that answers a request which was sent by HTTP-Redirect; signed in the assertion."""
        from saml2.saml import NameID

        asked = self.read(url) if url else {"id": None, "acs": options.pop("acs"), "sp": options.pop("sp")}
        usual = {
            "identity": identity,
            "in_response_to": asked["id"],
            "destination": asked["acs"],
            "sp_entity_id": asked["sp"],
            "name_id": NameID(format=options.pop("format", PERSISTENT), text=name_id),
            "authn": {"class_ref": options.pop("class_ref", PASSWORD), "authn_auth": self.entity_id},
            "sign_assertion": True,
            "sign_response": False,
            "sign_alg": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "digest_alg": "http://www.w3.org/2001/04/xmlenc#sha256",
        }
        return str(self.server.create_authn_response(**(usual | options)))

    def read(self, url):
        """What our request says."""
        (packed,) = parse_qs(urlsplit(url).query)["SAMLRequest"]
        request = etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
        return {
            "id": request.get("ID"),
            "acs": request.get("AssertionConsumerServiceURL"),
            "sp": request.findtext("saml:Issuer", namespaces=NAMES).strip(),
        }

    def sign(self, document):
        """Sign the assertion anew with their key: what they might really have said."""
        for old in document.findall(".//saml:Assertion/ds:Signature", NAMES):
            old.getparent().remove(old)
        assertion = document.find(".//saml:Assertion", NAMES)
        template = etree.fromstring(_SIGNATURE.format(id=assertion.get("ID")))
        assertion.insert(1, template)
        source, signed = self.folder / "to-sign.xml", self.folder / "signed.xml"
        source.write_bytes(etree.tostring(document))
        command = [XMLSEC, "--sign", "--privkey-pem", self.configuration["key_file"]]
        command += ["--id-attr:ID", f"{NAMES['saml']}:Assertion", "--output", str(signed), str(source)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return etree.fromstring(signed.read_bytes())


def posted(document):
    """A response as browsers post it."""
    text = document if isinstance(document, bytes) else etree.tostring(document)
    return base64.b64encode(text).decode()


_SIGNATURE = """<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI="#{id}"><ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>
</ds:SignedInfo><ds:SignatureValue/></ds:Signature>"""
