"""The words by which people name secrets, logins and places, in English and Russian; all in lower case."""

from vpn.hosting.enums import EntryKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PASSWORDS = _words("""
    password passwords passwd passwort passphrase pass pwd pw sshpass
    пароль паролем пароля пароли пасс пассворд пасворд
""")
TOKENS = _words("token secret токен токена секрет")
KEYS = _words("key ключ")
OF_KEYS = _words("api access secret private апи")
STEMS = ("pass", "pwd", "парол", "пасс", "пасв", "token", "токен", "secret", "секрет", "key", "ключ")
"""What every naming word holds."""

ISSUED = ("ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "sk_live_", "rk_live_", "xoxb-", "xoxp-", "AKIA", "AIza")
"""How tokens of well-known services begin (as their documentation says); case counts."""

TALK = _words("""
    not isn't doesn't don't forgot forgotten reset link expired expires expire policy manager protected recovery hint
    length minimum strength field must should wrong invalid incorrect request code protection attempts
    не нет забыл забыла забыли сброс сброса сбросить ссылка ссылки восстановление восстановления истек истёк действует
    менеджер длина минимум неверный неправильный подходит поле политика требования требуется нужен запрос код кода
    попыток
""")
"""Where one of these stands between a naming word and a colon, the password is spoken about, not told."""

LOST = _words("""
    forgot forget forgotten lost reset resetting recover restore without
    сброс сброса сбросить забыл забыла забыли восстановление восстановления восстановить без
""")
"""Before a naming word: what follows had better look like a password by itself."""

LOGINS = _words("""
    login logins user username name
    логин логины юзер пользователь пользователя имя доступ доступы учетка
""")

NO_VALUES = _words("""
    password passwords пароль pass secret token login username yourpassword your_password mypassword none null nil true
    false yes no ok да нет n/a reset wrong incorrect invalid expired required missing same unchanged changed empty
    unknown forgotten please here below above attached sent the your my to is not for input disabled enabled optional
    string text varchar undefined hidden confidential protected please, via with when see ask contact reset, update
    updated generated temporary old new current default what where how this that it must should
""")
"""Behind a colon these say that there is none."""

PLACES = (
    (EntryKind.DATABASE, _words("mysql mariadb postgres phpmyadmin database db_ mongodb redis база базе базы")),
    (EntryKind.PANEL, _words("ispmanager cpanel plesk fastpanel vesta hestia directadmin панел")),
    (
        EntryKind.SHOP,
        _words("bitrix битрикс админк wp-admin wordpress opencart prestashop magento insales магазин cs-cart"),
    ),
    (EntryKind.SERVER, _words("ssh root server сервер vps vds sftp ftp")),
)
"""What stands near a secret of such a place."""
