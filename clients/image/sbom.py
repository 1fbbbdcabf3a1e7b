"""Writes an SPDX 2.3 bill of materials of the server's image: the binary, Debian's packages beside it, the packages whose
archives are linked into it. With SOURCE_DATE_EPOCH set, the same image gives the same bytes."""

import argparse
import datetime
import hashlib
import json
import os
import re
import subprocess
import uuid
from urllib.parse import quote


def debian_package(name: str) -> dict:
    """The package as Debian's own records on this machine tell of it."""
    fields = ["Package", "Version", "Architecture", "Maintainer", "Homepage", "source:Package", "source:Version"]
    printed = subprocess.run(
        ["dpkg-query", "-W", "-f", "\\n".join("${%s}" % field for field in fields) + "\\n", name],
        check=True, capture_output=True, text=True).stdout.split("\n")
    package, version, architecture, maintainer, homepage, source, source_version = printed[:7]
    maintainer = re.sub(r"\s*<([^>]*)>$", r" (\1)", maintainer)
    record = {
        "SPDXID": spdx_id(package),
        "name": package,
        "versionInfo": version,
        "supplier": f"Organization: {maintainer}",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "sourceInfo": f"built from the Debian source package {source} {source_version}",
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "licenseComments": f"see usr/share/doc/{package}/copyright in the image",
        "copyrightText": "NOASSERTION",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": f"pkg:deb/debian/{quote(package, safe='.-')}@{quote(version, safe='.-~')}"
                                f"?arch={architecture}&distro=debian-{debian_release()}",
        }],
    }
    if homepage:
        record["homepage"] = homepage
    return record


def debian_release() -> str:
    with open("/etc/os-release") as file:
        return re.search(r'^VERSION_ID="?([^"\n]*)', file.read(), re.MULTILINE).group(1)


def spdx_id(name: str) -> str:
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", lambda match: f"-{ord(match.group()):x}", name)


def server_package(binary: str) -> dict:
    printed = subprocess.run([binary, "--version"], capture_output=True, text=True).stdout
    with open(binary, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return {
        "SPDXID": "SPDXRef-supportkpid",
        "name": "supportkpid",
        "versionInfo": printed.split()[1],
        "supplier": "Organization: supportkpi",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "packageFileName": "usr/local/bin/supportkpid",
        "primaryPackagePurpose": "APPLICATION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": "NOASSERTION",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--shipped", nargs="*", default=[], help="packages with files in the image")
    parser.add_argument("--linked", nargs="*", default=[], help="packages whose archives are linked into the binary")
    options = parser.parse_args()

    server = server_package(options.binary)
    names = sorted(set(options.shipped) | set(options.linked))
    packages = [server] + [debian_package(name) for name in names]
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": server["SPDXID"]}]
    for name in names:
        relations.append({
            "spdxElementId": server["SPDXID"],
            "relationshipType": "STATIC_LINK" if name in options.linked else "DEPENDS_ON",
            "relatedSpdxElement": spdx_id(name),
        })
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    created = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc) if epoch else datetime.datetime.now(datetime.timezone.utc)
    content = json.dumps([packages, relations], sort_keys=True)
    print(json.dumps({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"supportkpid-{server['versionInfo']}",
        "documentNamespace": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: clients/image/sbom.py"]},
        "packages": packages,
        "relationships": relations,
    }, indent=1))


if __name__ == "__main__":
    main()
