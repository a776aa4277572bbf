"""What programs that walk the site are told: `robots.txt`, and where the address is known a sitemap.

A sitemap names whole addresses (https://www.sitemaps.org/protocol.html), at most 50,000 in a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import quote
from xml.etree import ElementTree as ET

from cpl_registry.outputs.artefact import Artefact

MOST = 50_000
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots(site: str | None) -> Artefact:
    """`robots.txt`: everything may be read."""
    lines = ["User-agent: *", "Allow: /", *([f"Sitemap: {site}sitemap.xml"] if site else [])]
    return Artefact(path="site/robots.txt", content=("\n".join(lines) + "\n").encode())


def sitemap(site: str, pages: Iterable[str], on: date) -> list[Artefact]:
    """`sitemap.xml` of the pages, which are paths from the site's root; in parts if there are many."""
    addresses = [f"{site}{quote(page)}" for page in sorted(pages)]
    if len(addresses) <= MOST:
        return [_file("sitemap.xml", "urlset", "url", addresses, on)]
    parts = [addresses[start : start + MOST] for start in range(0, len(addresses), MOST)]
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    whole = _file("sitemap.xml", "sitemapindex", "sitemap", [f"{site}{one}" for one in names], on)
    return [
        whole,
        *(_file(name, "urlset", "url", part, on) for name, part in zip(names, parts, strict=True)),
    ]


def _file(name: str, root: str, item: str, addresses: Sequence[str], on: date) -> Artefact:
    tree = ET.Element(root, {"xmlns": _SPACE})
    for address in addresses:
        one = ET.SubElement(tree, item)
        ET.SubElement(one, "loc").text = address
        ET.SubElement(one, "lastmod").text = on.isoformat()
    ET.indent(tree)
    content = ET.tostring(tree, encoding="utf-8", xml_declaration=True) + b"\n"
    return Artefact(path=f"site/{name}", content=content)
