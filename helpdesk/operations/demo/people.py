"""Who there is: teams and staff, client companies and their people."""

from typing import NamedTuple

from helpdesk.accounts.enums import Line, Role


class Company(NamedTuple):
    """A client; `language` is what its people write, `zone` where they sit."""

    name: str
    domain: str
    language: str
    zone: str
    people: tuple[tuple[str, str], ...]
    """Pairs of name and local part; the first is the manager."""


class Colleague(NamedTuple):
    name: str
    email: str
    role: Role
    language: str
    teams: tuple[str, ...]


TEAMS = {"Support": Line.FIRST, "Billing": Line.FIRST, "Shops": Line.SECOND, "Development": Line.THIRD}

STAFF = (
    Colleague("Irina Sokolova", "admin@helpdesk.example", Role.ADMINISTRATOR, "ru", ()),
    Colleague("Anna Orlova", "anna@helpdesk.example", Role.AGENT, "en", ("Support",)),
    Colleague("Timur Aliev", "timur@helpdesk.example", Role.AGENT, "ru", ("Support",)),
    Colleague("Greta Lind", "greta@helpdesk.example", Role.LINE_LEAD, "en", ("Support", "Shops")),
    Colleague("Pavel Novikov", "pavel@helpdesk.example", Role.AGENT, "ru", ("Shops",)),
    Colleague("Maya Fischer", "maya@helpdesk.example", Role.AGENT, "en", ("Shops",)),
    Colleague("Artyom Belov", "artyom@helpdesk.example", Role.AGENT, "ru", ("Development",)),
    Colleague("Nora Haas", "nora@helpdesk.example", Role.PROJECT_MANAGER, "en", ("Development",)),
    Colleague("Elena Kravets", "elena@helpdesk.example", Role.ACCOUNTANT, "ru", ("Billing",)),
    Colleague("Viktor Stone", "viktor@helpdesk.example", Role.SALES, "en", ("Billing",)),
    Colleague("Oleg Marchenko", "oleg@contractor.example", Role.CONTRACTOR, "ru", ()),
)
GRANTS = {"oleg@contractor.example": "Development"}

PRIVATE = (("Clara Weiss", "clara.weiss@mail.example"),)
"""Who belongs to no company: this one wrote from another address of hers, and stands twice in the address book."""

COMPANIES = (
    Company(
        "Nordlicht Shop",
        "shop.example",
        "en",
        "Europe/Berlin",
        (("Clara Weiss", "clara"), ("Jonas Weber", "jonas"), ("Accounts", "accounts")),
    ),
    Company(
        "Дом и сад",
        "domsad.example",
        "ru",
        "Europe/Moscow",
        (("Павел Громов", "gromov"), ("Ольга Тихонова", "olga"), ("Склад", "sklad")),
    ),
    Company(
        "Atelier Dubois", "dubois.example", "en", "Europe/Paris", (("Marc Dubois", "marc"), ("Chloé Martin", "chloe"))
    ),
    Company(
        "Ткани 24",
        "tkani24.example",
        "ru",
        "Asia/Yekaterinburg",
        (("Ольга Лебедева", "lebedeva"), ("Руслан Каримов", "karimov")),
    ),
    Company(
        "Fjell Sport",
        "fjell.example",
        "en",
        "Europe/Oslo",
        (("Ingrid Sol", "ingrid"), ("Lars Berg", "lars"), ("Kari Nilsen", "kari")),
    ),
    Company(
        "Автодеталь Юг",
        "avtodetal.example",
        "ru",
        "Europe/Moscow",
        (("Сергей Мельник", "melnik"), ("Наталья Бойко", "boyko"), ("Иван Руденко", "rudenko")),
    ),
    Company("Zahrada", "zahrada.example", "en", "Europe/Prague", (("Jana Nováková", "jana"), ("Petr Dvořák", "petr"))),
    Company(
        "Книжная лавка", "lavka.example", "ru", "Europe/Moscow", (("Мария Зимина", "zimina"), ("Андрей Котов", "kotov"))
    ),
    Company("Lotus Tea", "lotustea.example", "en", "Asia/Singapore", (("Li Na", "lina"), ("Arun Patel", "arun"))),
    Company(
        "МедТехника Плюс",
        "medplus.example",
        "ru",
        "Asia/Novosibirsk",
        (("Дмитрий Воронцов", "vorontsov"), ("Алина Сафина", "safina"), ("Бухгалтерия", "buh")),
    ),
    Company(
        "Harbour Books", "harbour.example", "en", "Europe/London", (("Emily Carter", "emily"), ("Tom Ridley", "tom"))
    ),
    Company(
        "Stranger Optik",
        "stranger.example",
        "en",
        "Europe/Vienna",
        (("Sergei Petrov", "sergei"), ("Julia Moser", "julia")),
    ),
)
