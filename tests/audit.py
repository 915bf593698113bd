"""`make audit`: whether a weakness is known of what production installs; and the bill of its materials, as CycloneDX.

Exit status 0: all packages were asked for, and none has one. 1: one has. 3: not all could be asked for, such as without
a network; nothing is known then. pip-audit itself says “No known vulnerabilities found” and 0 in that case.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCKED, MATERIALS = "requirements/run.txt", ".cache/sbom.cdx.json"
ASK = ["pip-audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off", "-f", "json", "-r", LOCKED]
DESCRIBE = ["cyclonedx-py", "requirements", "--pyproject", "pyproject.toml", "--output-reproducible", "-o", MATERIALS]


def judged(report: dict[str, Any] | None) -> tuple[int, list[str]]:
    """Exit status and sentences for what pip-audit reported; None: nothing that could be read."""
    packages = report["dependencies"] if report else []
    unasked = [package["name"] for package in packages if "skip_reason" in package]
    findings = [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in {', '.join(versions) or 'no version yet'}"
        for package in packages
        for weakness in package.get("vulns", [])
        for versions in [weakness["fix_versions"]]
    ]
    gap = f"Not audited: {len(unasked) or 'all'} of {len(packages) or 'the'} packages, of which nobody could be asked. "
    advice = "Nothing is known of them: try again where https://pypi.org can be reached."
    if not packages or unasked:
        findings.append(gap + advice)
        return (1 if len(findings) > 1 else 3), findings
    return (1, findings) if findings else (0, [f"No weakness is known of any of the {len(packages)} packages."])


def main() -> None:
    tools = Path(sys.executable).parent
    subprocess.run([tools / DESCRIBE[0], *DESCRIBE[1:], LOCKED], check=True, stderr=subprocess.DEVNULL)
    print(f"{MATERIALS}: the bill of materials")
    asked = subprocess.run([tools / ASK[0], *ASK[1:]], capture_output=True, text=True)
    try:
        report = json.loads(asked.stdout)
    except ValueError:
        report = None
        print(asked.stderr, file=sys.stderr)
    status, sentences = judged(report)
    print(*sentences, sep="\n")
    sys.exit(status)


if __name__ == "__main__":
    main()
