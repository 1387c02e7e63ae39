"""The demo's templates."""

from helpdesk.accounts.models import User
from tickets.enums import Audience
from tickets.models import Template

TEXTS = {
    ("Thanks, we are on it", "thanks"): {
        "en": "Hello {{ customer.name }},\n\nthank you for writing. We are looking into it and will write again today."
        "\n\n{{ agent.name }}",
        "ru": "Здравствуйте, {{ customer.name }}!\n\nСпасибо, что написали. Мы уже разбираемся и сегодня ответим."
        "\n\n{{ agent.name }}",
    },
    ("Ask for a screenshot", "screenshot"): {
        "en": "Hello {{ customer.name }},\n\nplease send us a screenshot of the whole page with its address, and say"
        " which browser you use. Then we can see what you see.",
        "ru": "Здравствуйте, {{ customer.name }}!\n\nПришлите, пожалуйста, снимок всей страницы вместе с адресом и"
        " напишите, какой у вас браузер. Так мы увидим то же, что и вы.",
    },
    ("It is mended", "mended"): {
        "en": "Hello {{ customer.name }},\n\n“{{ ticket.subject }}” is mended. Please look, and write to us if anything"
        " is still wrong.\n\n{{ agent.name }}",
        "ru": "Здравствуйте, {{ customer.name }}!\n\nЗаявка «{{ ticket.subject }}» решена. Проверьте, пожалуйста,"
        " и напишите, если что-то ещё не так.\n\n{{ agent.name }}",
    },
    ("Handing over to development", "handover"): {
        "en": "For development: ticket {{ ticket.number }} of {{ organisation.name }}.\n\n- What was tried:\n- What is"
        " expected:\n- By when:",
        "ru": "Для разработки: заявка {{ ticket.number }}, {{ organisation.name }}.\n\n- Что уже пробовали:\n- Чего"
        " ждут:\n- К какому сроку:",
    },
}
FOR_NOTES = "handover"


def make_templates(owner: User) -> None:
    """Everybody's, in both languages; one of them for notes."""
    Template.objects.bulk_create(
        Template(
            owner=owner,
            audience=Audience.EVERYBODY,
            name=name,
            shortcut=shortcut,
            text=text,
            is_for_replies=shortcut != FOR_NOTES,
            is_for_notes=shortcut == FOR_NOTES,
        )
        for (name, shortcut), text in TEXTS.items()
    )
