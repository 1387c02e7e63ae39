"""What a browser says of itself, in words for people."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
"""In this order: most of them also say that they are the ones below."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_facts(agent: str) -> dict[str, str]:
    """Its browser and its system, "" for what is not known: names that are the same in every language."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return {"browser": browser, "system": system}


def device_told(facts: Mapping[str, str] | str) -> str:
    """The facts in the reader's language; words of before, when they were kept instead, as they are."""
    if isinstance(facts, str):
        return facts
    browser, system = facts.get("browser", ""), facts.get("system", "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def device_of(agent: str) -> str:
    """`Firefox on Windows`; what is known of it where only one of the two is."""
    return device_told(device_facts(agent))
