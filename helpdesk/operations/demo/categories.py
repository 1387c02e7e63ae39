"""What the demo's requests can be about, and what is asked about each."""

from typing import Any, NamedTuple

from helpdesk.accounts.models import Team
from tickets.enums import FieldKind
from tickets.models import Category, CustomField

Both = dict[str, str]


def both(english: str, russian: str) -> Both:
    """A text in the two languages of the program."""
    return {"en": english, "ru": russian}


class Asked(NamedTuple):
    """A field: its word, label, help and kind; `choices` by their words; `shown` as `field=word`."""

    key: str
    label: Both
    kind: FieldKind
    help: Both = {}
    choices: dict[str, Both] = {}
    shown: str = ""
    is_required: bool = False
    is_for_staff: bool = False
    most: int | None = None


class Kind(NamedTuple):
    """A category, the team that its requests go to, and its fields by their words."""

    key: str
    name: Both
    help: Both
    team: str
    fields: tuple[str, ...]


FIELDS = (
    Asked(
        "domain",
        both("Site", "Сайт"),
        FieldKind.TEXT,
        both("As in the address bar: shop.example", "Как в адресной строке: shop.example"),
        is_required=True,
    ),
    Asked(
        "page",
        both("Page where it happens", "Страница, где это видно"),
        FieldKind.LINK,
        both("Copy it from the address bar.", "Скопируйте её из адресной строки."),
    ),
    Asked(
        "area",
        both("What does not work?", "Что не работает?"),
        FieldKind.CHOICE,
        choices={
            "payment": both("Payment", "Оплата"),
            "delivery": both("Delivery", "Доставка"),
            "catalogue": both("Catalogue and prices", "Каталог и цены"),
            "exchange": both("Exchange with the warehouse or 1C", "Обмен со складом или 1С"),
            "other": both("Something else", "Что-то другое"),
        },
    ),
    Asked(
        "provider",
        both("Payment provider", "Платёжная система"),
        FieldKind.TEXT,
        both("For example Stripe or YooKassa.", "Например, ЮKassa или Stripe."),
        shown="area=payment",
    ),
    Asked(
        "orders",
        both("How many orders are affected?", "Сколько заказов пострадало?"),
        FieldKind.WHOLE,
        both("Roughly is enough.", "Достаточно примерно."),
        shown="area=payment",
        most=100_000,
    ),
    Asked("is_down", both("Is the whole site down?", "Сайт не открывается совсем?"), FieldKind.YES_NO),
    Asked(
        "since",
        both("Since when?", "С какого дня?"),
        FieldKind.DATE,
        both("The first day on which you saw it.", "Первый день, когда вы это заметили."),
    ),
    Asked(
        "services",
        both("What is it about?", "О чём идёт речь?"),
        FieldKind.SEVERAL,
        choices={
            "domain": both("Domain name", "Доменное имя"),
            "certificate": both("Certificate (https)", "Сертификат (https)"),
            "mail": both("Mailboxes", "Почтовые ящики"),
            "access": both("Access: FTP, SSH, VPN", "Доступ: FTP, SSH, VPN"),
        },
    ),
    Asked(
        "invoice",
        both("Number of the invoice", "Номер счёта"),
        FieldKind.TEXT,
        both("It stands at the top right: 2026-0117", "Он указан справа вверху: 2026-0117"),
    ),
    Asked("amount", both("Amount", "Сумма"), FieldKind.DECIMAL, both("As on the invoice.", "Как в счёте.")),
    Asked(
        "cause",
        both("Cause", "Причина"),
        FieldKind.TEXT,
        both("In a few words, for the next time.", "В нескольких словах, на будущее."),
        is_for_staff=True,
    ),
)
KINDS = (
    Kind(
        "shop",
        both("Online shop", "Интернет-магазин"),
        both("Basket, payment, catalogue, exchange of data.", "Корзина, оплата, каталог, обмен данными."),
        "Shops",
        ("domain", "page", "area", "provider", "orders", "since", "cause"),
    ),
    Kind(
        "hosting",
        both("Hosting, domains and mail", "Хостинг, домены и почта"),
        both("Site does not open, certificates, mailboxes, access.", "Сайт не открывается, сертификат, почта, доступ."),
        "Support",
        ("domain", "services", "is_down", "since", "cause"),
    ),
    Kind(
        "invoices",
        both("Invoices and payments to us", "Счета и оплата наших услуг"),
        both("Questions about our invoices and contracts.", "Вопросы о наших счетах и договорах."),
        "Billing",
        ("invoice", "amount"),
    ),
)


def make_categories(teams: dict[str, Team]) -> None:
    """Write categories and fields."""
    kinds = {
        kind.key: Category.objects.create(
            key=kind.key, name=kind.name, help=kind.help, team=teams[kind.team], position=place
        )
        for place, kind in enumerate(KINDS)
    }
    made: dict[str, CustomField] = {}
    for place, asked in enumerate(FIELDS):
        made[asked.key] = CustomField.objects.create(position=place, **_columns(asked, made))
        made[asked.key].categories.set([kinds[kind.key] for kind in KINDS if asked.key in kind.fields])


def _columns(asked: Asked, made: dict[str, CustomField]) -> dict[str, Any]:
    other, _, word = asked.shown.partition("=")
    return {
        "key": asked.key,
        "label": asked.label,
        "help": asked.help,
        "kind": asked.kind,
        "choices": [{"word": word, "label": label} for word, label in asked.choices.items()],
        "at_most": asked.most,
        "shown_when": made[other] if other else None,
        "shown_values": [word] if other else [],
        "is_for_customers": not asked.is_for_staff,
        "is_required_for_customers": asked.is_required,
    }
