"""Does a text read like Russian? The five single-byte charsets of Cyrillic differ only in which letter a byte is,
so every byte string decodes in all of them and only language tells which was meant."""

import re
from itertools import pairwise

CYRILLIC_CHARSETS = ("cp1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic", "koi8-u")
SAMPLE = 4000
WORD = re.compile(r"[^\x00-\x7f\xa0«»„“”‘’‚–—…№°·•]+")

# Pairs of letters that make up most of running Russian and Ukrainian text.
COMMON_PAIRS = frozenset(
    """
    ст то но на ен ов ни ра во ко пр по не ал ро ли ре ос ри ла та ер ка от ол ор ва ел го ле де ны те ть ло ит
    ам об ом ав ем да за ат ан ет ес ин ис ве ль ки ме мо ви ил он ог ак до ти ми со ма тр пе че се вы бы ся шо
    же ча ше од аз ия ие ий ой ый ая ые их им ии ск сл сп см св сн сс вс мы ты бо бу бе би др ди ду дн ек ед ез
    ея ёт жд жа зв зд зо из ив иж иц ищ йс йт кр кл кт кс ку лу лю ля лс лж мн му мя нд нн нс нт ну ня оп оч ош
    ощ пл пи пу па рт рн рс ру ры рг рм ря си су сы сь сч тв тн ту тс уд уж ую уп ус ут уч ух хо хн ца це ци чт
    чн чи ши ща ще щи ыл ым ых ье ья эт юд ют юс яв яз ям ят ях ад ае ай ар ас ах аш ба бл бр вл вн вр вя га ге
    ги гл гр гу їх ії ів ій іс ін іт що як пі ні ві рі лі ді ті зі кі мі бі
    """.split()  # noqa: SIM905 - hundreds of quoted pairs would be unreadable
)
RUSSIAN = re.compile("[а-яёіїєґ]", re.IGNORECASE)


def russian_score(text: str) -> float:
    """From about 1 (reads like Russian) down to below 0 (does not): share of common letter pairs, less oddities.

    Oddities are anything but Cyrillic letters in words of high bytes, and capitals after small letters.
    """
    pairs = common = odd = letters = 0
    for word in WORD.findall(text[:SAMPLE]):
        cyrillic = len(RUSSIAN.findall(word))
        letters += len(word)
        odd += (len(word) - cyrillic) * 2
        if not word.isupper() and not word.istitle() and not word.islower():
            odd += sum(1 for before, after in pairwise(word) if before.islower() and after.isupper())
        if len(word) > 3 and word[0].islower() and word[1:].isupper():
            odd += len(word)
        lower = word.lower()
        pairs += len(lower) - 1
        common += sum(1 for start in range(len(lower) - 1) if lower[start : start + 2] in COMMON_PAIRS)
    if letters < 3 or pairs == 0:
        return 0.0
    return common / pairs - odd / letters
